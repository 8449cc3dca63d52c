// Package hook tells programs of others what happens in a tenant: a webhook is an address that gets a signed message for every change of the
// sorts that it asks for, in the form of Standard Webhooks (https://www.standardwebhooks.com). A message is tried for about a day and kept in
// a log for a month, from which it can be sent again. A webhook sees its whole tenant, so that only who has the permissions in the whole
// tenant may have to do with one; it refuses addresses inside the own network, and stops by itself when nothing arrives for days.
package hook

import (
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/telemetry"
)

// Permissions of webhooks; each must hold in the whole tenant.
const (
	CanRead   actor.Permission = "webhook.read"
	CanCreate actor.Permission = "webhook.create"
	CanUpdate actor.Permission = "webhook.update"
	CanDelete actor.Permission = "webhook.delete"
)

// area is where the permissions stand in the roles page.
const area = "Webhooks"

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanRead, Label: "See webhooks and what they were sent", Area: area, Whole: true, Alone: true},
		{Name: CanCreate, Label: "Add a webhook", Area: area, Whole: true, Alone: true},
		{Name: CanUpdate, Label: "Change a webhook, send again", Area: area, Whole: true, Alone: true},
		{Name: CanDelete, Label: "Delete a webhook", Area: area, Whole: true, Alone: true},
	}
}

// Webhook is an address that is told of changes. Its secret is shown once and kept sealed.
type Webhook struct {
	ID           id.Webhook `json:"id"`
	Name         string     `json:"name"`
	URL          string     `json:"url"`
	Events       []string   `json:"events"` // verbs of the journal: "ticket.created"
	Active       bool       `json:"active"`
	FailingSince *time.Time `json:"failing_since,omitzero"` // the first of the failures since the last success; nil: nothing fails
	Person       *id.Person `json:"person_id,omitzero"`     // who made or changed it last, and is told when it is stopped
	PersonName   string     `json:"person_name"`
	Version      int64      `json:"version"`
	Created      time.Time  `json:"created_at"`
}

// Made is a new webhook, or one with a new secret, which is shown this once.
type Made struct {
	Webhook
	Secret telemetry.Secret `json:"-"`
}

// Input is what one says about a webhook, new or changed.
type Input struct {
	ID     id.Webhook `json:"-"` // of a new one, made by the caller; zero: made here
	Name   string
	URL    string
	Events []string
	Active bool
}

// Most is how many webhooks a tenant may have.
const Most = 50

// Check folds the input into its stored form and gives every violation at its field, but for those of the address.
func (in *Input) Check() error {
	var c fault.Check
	in.Name, in.URL = fold.Line(in.Name), strings.TrimSpace(in.URL)
	c.Text("name", in.Name, 1, 100)
	c.Text("url", in.URL, 1, 2000)
	in.Events = slices.Compact(slices.Sorted(slices.Values(in.Events)))
	c.That(len(in.Events) > 0, "events", "required", "Choose at least one sort of event.")
	for _, verb := range in.Events {
		if !offered(verb) {
			c.Add("events", "unknown", "There is no sort of event named "+fold.Line(verb)+".")
			break
		}
	}
	return c.Err()
}

func (in Input) webhook(who actor.Actor, created time.Time, version int64) Webhook {
	w := Webhook{ID: in.ID, Name: in.Name, URL: in.URL, Events: in.Events, Active: in.Active, Version: version, Created: created}
	if p := who.Person(); !p.IsZero() {
		w.Person, w.PersonName = &p, who.Name()
	}
	return w
}

// told is what the journal keeps of a webhook: of the address only the host, because paths of addresses are often secrets.
type told struct {
	Name   string   `json:"name"`
	Host   string   `json:"host"`
	Events []string `json:"events"`
	Active bool     `json:"active"`
}

func (w Webhook) told() told {
	host := w.URL
	if _, rest, ok := strings.Cut(host, "://"); ok {
		host = rest
	}
	if i := strings.IndexAny(host, "/?"); i >= 0 {
		host = host[:i]
	}
	return told{Name: w.Name, Host: host, Events: w.Events, Active: w.Active}
}

// State says what became of a delivery.
type State string

// The states of a delivery.
const (
	Queued    State = "queued"    // it has not arrived, and is tried
	Delivered State = "delivered" // the address took it
	Failed    State = "failed"    // all attempts are used up, or it cannot arrive
)

// States gives every state.
func States() []State { return []State{Queued, Delivered, Failed} }

// Delivery is one message to a webhook.
type Delivery struct {
	ID       id.Delivery `json:"id"`
	Webhook  id.Webhook  `json:"webhook_id"`
	Message  string      `json:"message_id"` // the header webhook-id, by which a receiver knows a message that comes twice
	Event    string      `json:"event"`      // "ticket.created"; "webhook.ping" for a test
	Body     string      `json:"body"`       // JSON, exactly as sent
	State    State       `json:"state"`
	Attempts int64       `json:"attempts"`
	Status   *int64      `json:"status,omitzero"`  // of HTTP, of the last attempt; nil: there was no answer
	Took     *int64      `json:"took_ms,omitzero"` // milliseconds of the last attempt
	Problem  string      `json:"problem"`          // why the last attempt failed, in a sentence; "" = it did not
	Answer   string      `json:"answer"`           // the beginning of what the last attempt was answered
	Created  time.Time   `json:"created_at"`
	Tried    *time.Time  `json:"tried_at,omitzero"`
	Next     *time.Time  `json:"next_at,omitzero"` // when it is tried next
}

// Filter narrows the log of a webhook.
type Filter struct {
	State State // "" = all
}

func (f Filter) check() error {
	var c fault.Check
	c.That(f.State == "" || slices.Contains(States(), f.State), "state", "unknown", "There is no such state.")
	return c.Err()
}
