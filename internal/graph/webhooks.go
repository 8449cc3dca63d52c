package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/id"
)

// Webhook answers with a webhook.
func (q query) Webhook(ctx context.Context, w id.Any) (*hook.Webhook, error) {
	return pointer(q.c.Hooks.Get(ctx, actor.From(ctx), as[id.Webhook](w)))
}

// Webhooks answers with a piece of the webhooks.
func (q query) Webhooks(ctx context.Context, first int64, after string) (*gen.WebhookConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Hooks.List(ctx, actor.From(ctx), p)
	if err != nil {
		return nil, err
	}
	key := func(w *hook.Webhook) (string, string) { return fold.Key(w.Name), w.ID.String() }
	all, info := edges(list, key, func(c string, w *hook.Webhook) gen.WebhookEdge { return gen.WebhookEdge{Cursor: c, Node: w} })
	return &gen.WebhookConnection{Edges: all, PageInfo: info}, nil
}

// WebhookEvents answers with the sorts of change on offer.
func (q query) WebhookEvents(ctx context.Context) ([]hook.Event, error) {
	return hook.Events(), actor.From(ctx).RequireEverywhere(hook.CanRead)
}

// WebhookDeliveries answers with a piece of what a webhook was sent.
func (q query) WebhookDeliveries(ctx context.Context, w id.Any, state *hook.State, first int64, after string) (*gen.DeliveryConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Hooks.ListDeliveries(ctx, actor.From(ctx), as[id.Webhook](w), hook.Filter{State: given(state)}, p)
	if err != nil {
		return nil, err
	}
	key := func(d *hook.Delivery) (string, string) { return "", d.ID.String() }
	all, info := edges(list, key, func(c string, d *hook.Delivery) gen.DeliveryEdge { return gen.DeliveryEdge{Cursor: c, Node: d} })
	return &gen.DeliveryConnection{Edges: all, PageInfo: info}, nil
}

// Delivery answers with one message to a webhook.
func (q query) Delivery(ctx context.Context, d id.Any) (*hook.Delivery, error) {
	return pointer(q.c.Hooks.GetDelivery(ctx, actor.From(ctx), as[id.Delivery](d)))
}

// CreateWebhook adds a webhook, and answers with its secret.
func (m mutation) CreateWebhook(ctx context.Context, input hook.Input) (*gen.WebhookMade, error) {
	return shown(m.c.Hooks.Create(ctx, actor.From(ctx), input))
}

// UpdateWebhook replaces a webhook.
func (m mutation) UpdateWebhook(ctx context.Context, w id.Any, version int64, input hook.Input) (*hook.Webhook, error) {
	return pointer(m.c.Hooks.Update(ctx, actor.From(ctx), as[id.Webhook](w), version, input))
}

// DeleteWebhook removes a webhook.
func (m mutation) DeleteWebhook(ctx context.Context, w id.Any, version int64) (*id.Any, error) {
	return pointer(w, m.c.Hooks.Delete(ctx, actor.From(ctx), as[id.Webhook](w), version))
}

// ChangeWebhookSecret gives a webhook a new secret, and answers with it.
func (m mutation) ChangeWebhookSecret(ctx context.Context, w id.Any, version int64) (*gen.WebhookMade, error) {
	return shown(m.c.Hooks.Rotate(ctx, actor.From(ctx), as[id.Webhook](w), version))
}

func shown(m hook.Made, err error) (*gen.WebhookMade, error) {
	if err != nil {
		return nil, err
	}
	return &gen.WebhookMade{Webhook: &m.Webhook, Secret: m.Secret.Reveal()}, nil
}

// PingWebhook sends a test message.
func (m mutation) PingWebhook(ctx context.Context, w id.Any) (*hook.Delivery, error) {
	return pointer(m.c.Hooks.Ping(ctx, actor.From(ctx), as[id.Webhook](w)))
}

// ReplayDelivery sends a message again.
func (m mutation) ReplayDelivery(ctx context.Context, d id.Any) (*hook.Delivery, error) {
	return pointer(m.c.Hooks.Replay(ctx, actor.From(ctx), as[id.Delivery](d)))
}
