package rest

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/id"
)

// Webhook is an address that is told of changes.
type Webhook struct {
	ID           id.Webhook `json:"id" format:"uuid"`
	Name         string     `json:"name" example:"Ticket room"`
	URL          string     `json:"url" example:"https://hooks.example.com/intelliwiz"`
	Events       []string   `json:"events" nullable:"false" doc:"The sorts of change that it is told of, see /webhook-events."`
	Active       bool       `json:"active"`
	FailingSince *time.Time `json:"failing_since" doc:"The first of the failures since the last success; null: nothing fails. After five days it is turned off."`
	PersonID     *id.Person `json:"person_id" format:"uuid" doc:"Who made or changed it last, and is told when it is turned off."`
	PersonName   string     `json:"person_name" example:"Priya Nair"`
	CreatedAt    time.Time  `json:"created_at"`
	Version      int64      `json:"version" example:"1"`
}

func webhookOf(w hook.Webhook) Webhook {
	return Webhook{ID: w.ID, Name: w.Name, URL: w.URL, Events: w.Events, Active: w.Active, FailingSince: w.FailingSince, PersonID: w.Person,
		PersonName: w.PersonName, CreatedAt: w.Created, Version: w.Version}
}

// WebhookMade is a webhook with its secret, which is shown this once.
type WebhookMade struct {
	Webhook
	Secret string `json:"secret" doc:"Signs what is sent, see the documentation of webhooks. It is not shown again." example:"whsec_..."`
}

func webhookMadeOf(m hook.Made) WebhookMade {
	return WebhookMade{Webhook: webhookOf(m.Webhook), Secret: m.Secret.Reveal()}
}

// WebhookNew is a webhook to be added.
type WebhookNew struct {
	Name   string   `json:"name" minLength:"1" maxLength:"100" example:"Ticket room"`
	URL    string   `json:"url" minLength:"1" maxLength:"2000" doc:"https, on the public internet; no name and password." example:"https://hooks.example.com/intelliwiz"`
	Events []string `json:"events" nullable:"false" minItems:"1" maxItems:"100" maxLength:"100" doc:"The sorts of change that it is told of, see /webhook-events." example:"[\"site.updated\"]"`
	Active *bool    `json:"active,omitzero" nullable:"false" doc:"True unless told."`
}

func (b WebhookNew) input() hook.Input {
	return hook.Input{Name: b.Name, URL: b.URL, Events: b.Events, Active: b.Active == nil || *b.Active}
}

// WebhookChange replaces a webhook; its secret stays.
type WebhookChange struct {
	WebhookNew
	Active  bool  `json:"active" example:"true"`
	Version int64 `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b WebhookChange) input() hook.Input {
	b.WebhookNew.Active = &b.Active
	return b.WebhookNew.input()
}

// WebhookVersion names the version of a webhook that was read.
type WebhookVersion struct {
	Version int64 `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

// WebhookEvent is a sort of change that a webhook can ask for.
type WebhookEvent struct {
	Name  string `json:"name" example:"site.updated"`
	Label string `json:"label" example:"Site changed"`
	Area  string `json:"area" example:"Sites"`
}

func webhookEventOf(e hook.Event) WebhookEvent {
	return WebhookEvent{Name: e.Verb, Label: e.Label, Area: e.Area}
}

// Delivery is one message to a webhook.
type Delivery struct {
	ID        id.Delivery     `json:"id" format:"uuid"`
	WebhookID id.Webhook      `json:"webhook_id" format:"uuid"`
	MessageID string          `json:"message_id" doc:"The header webhook-id, the same when a message is sent again." example:"msg_0199d2f0-1111-7000-8000-000000000001"`
	Event     string          `json:"event" doc:"webhook.ping for a test." example:"site.updated"`
	State     hook.State      `json:"state" enum:"queued,delivered,failed"`
	Attempts  int64           `json:"attempts" doc:"At most eight, within a day." example:"1"`
	Status    *int64          `json:"status" doc:"Of HTTP, of the last attempt; null: there was no answer." example:"204"`
	TookMS    *int64          `json:"took_ms" doc:"Milliseconds of the last attempt." example:"84"`
	Problem   string          `json:"problem" doc:"Why the last attempt failed, in a sentence; empty: it did not."`
	Answer    string          `json:"answer" doc:"The beginning of what the last attempt was answered."`
	CreatedAt time.Time       `json:"created_at"`
	TriedAt   *time.Time      `json:"tried_at"`
	NextAt    *time.Time      `json:"next_at" doc:"When it is tried next."`
	Body      json.RawMessage `json:"body" doc:"What is sent."`
}

func deliveryOf(d hook.Delivery) Delivery {
	return Delivery{ID: d.ID, WebhookID: d.Webhook, MessageID: d.Message, Event: d.Event, State: d.State, Attempts: d.Attempts, Status: d.Status,
		TookMS: d.Took, Problem: d.Problem, Answer: d.Answer, CreatedAt: d.Created, TriedAt: d.Tried, NextAt: d.Next, Body: json.RawMessage(d.Body)}
}

func webhookRows() []Operation {
	return append(restless(crud("webhook", "/webhooks", "a webhook", "the webhooks, by name", hook.CanRead, hook.CanCreate, hook.CanUpdate, hook.CanDelete)),
		Operation{Name: "webhook.events", Method: get, Path: "/webhook-events", Permission: hook.CanRead, Summary: "List the sorts of change that a webhook can ask for"},
		Operation{Name: "webhook.secret", Method: post, Path: "/webhooks/{id}/secret", Permission: hook.CanUpdate, Noun: "webhook",
			Summary: "Give a webhook a new secret; the one before signs too for a day"},
		Operation{Name: "webhook.ping", Method: post, Path: "/webhooks/{id}/ping", Permission: hook.CanUpdate, Noun: "webhook",
			Summary: "Send a test message", status: http.StatusAccepted},
		Operation{Name: "webhook.deliveries", Method: get, Path: "/webhooks/{id}/deliveries", Permission: hook.CanRead, Noun: "webhook",
			Summary: "List what a webhook was sent in the last thirty days, the newest first"},
		Operation{Name: "delivery.get", Method: get, Path: "/deliveries/{id}", Permission: hook.CanRead, Noun: "delivery", Summary: "Get one message to a webhook"},
		Operation{Name: "delivery.replay", Method: post, Path: "/deliveries/{id}/replay", Permission: hook.CanUpdate, Noun: "delivery",
			Summary: "Send a message again", status: http.StatusAccepted})
}

func (a *api) webhooks() {
	s := a.c.Hooks
	register(a, "webhook.list", func(ctx context.Context, in *struct{ Paging }) (*many[Webhook], error) {
		p, err := s.List(ctx, actor.From(ctx), in.request())
		return listed(p, err, webhookOf)
	})
	register(a, "webhook.get", func(ctx context.Context, in *webhookPath) (*one[Webhook], error) {
		w, err := s.Get(ctx, actor.From(ctx), in.ID)
		return single(w, err, webhookOf)
	})
	register(a, "webhook.create", func(ctx context.Context, in *struct{ Body WebhookNew }) (*made[WebhookMade], error) {
		m, err := s.Create(ctx, actor.From(ctx), in.Body.input())
		return created(m, err, webhookMadeOf, "webhooks", func(m hook.Made) string { return m.ID.String() })
	}, checks(func(b WebhookNew) error { in := b.input(); return in.Check() }))
	register(a, "webhook.update", func(ctx context.Context, in *struct {
		ID   id.Webhook `path:"id" format:"uuid"`
		Body WebhookChange
	}) (*one[Webhook], error) {
		w, err := s.Update(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(w, err, webhookOf)
	}, checks(func(b WebhookChange) error { in := b.input(); return in.Check() }))
	register(a, "webhook.delete", func(ctx context.Context, in *struct {
		ID id.Webhook `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.Delete(ctx, actor.From(ctx), in.ID, in.Version))
	})
	register(a, "webhook.events", func(ctx context.Context, _ *struct{}) (*many[WebhookEvent], error) {
		return whole(hook.Events(), actor.From(ctx).RequireEverywhere(hook.CanRead), webhookEventOf)
	})
	register(a, "webhook.secret", func(ctx context.Context, in *struct {
		ID   id.Webhook `path:"id" format:"uuid"`
		Body WebhookVersion
	}) (*one[WebhookMade], error) {
		m, err := s.Rotate(ctx, actor.From(ctx), in.ID, in.Body.Version)
		return single(m, err, webhookMadeOf)
	})
	a.deliveries(s)
}

// webhookPath names a webhook.
type webhookPath struct {
	ID id.Webhook `path:"id" format:"uuid"`
}

// deliveryPath names a message to a webhook.
type deliveryPath struct {
	ID id.Delivery `path:"id" format:"uuid"`
}

func (a *api) deliveries(s *hook.Service) {
	register(a, "webhook.ping", func(ctx context.Context, in *webhookPath) (*one[Delivery], error) {
		d, err := s.Ping(ctx, actor.From(ctx), in.ID)
		return single(d, err, deliveryOf)
	})
	register(a, "webhook.deliveries", func(ctx context.Context, in *struct {
		ID id.Webhook `path:"id" format:"uuid"`
		Paging
		State hook.State `query:"state" enum:"queued,delivered,failed"`
	}) (*many[Delivery], error) {
		p, err := s.ListDeliveries(ctx, actor.From(ctx), in.ID, hook.Filter{State: in.State}, in.request())
		return listed(p, err, deliveryOf)
	})
	register(a, "delivery.get", func(ctx context.Context, in *deliveryPath) (*one[Delivery], error) {
		d, err := s.GetDelivery(ctx, actor.From(ctx), in.ID)
		return single(d, err, deliveryOf)
	})
	register(a, "delivery.replay", func(ctx context.Context, in *deliveryPath) (*one[Delivery], error) {
		d, err := s.Replay(ctx, actor.From(ctx), in.ID)
		return single(d, err, deliveryOf)
	})
}
