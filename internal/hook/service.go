package hook

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/outbound"
	"intelliwiz/internal/page"
	"intelliwiz/internal/seal"
)

// Config is what the service is built from.
type Config struct {
	DB      *db.DB
	Cache   *cache.Store
	Journal *journal.Journal
	Jobs    *job.Runner
	Org     *org.Service
	Out     *outbound.Client
	Box     seal.Box // seals the secrets
	Now     clock.Now
}

// Service holds the use cases.
type Service struct {
	c     Config
	lanes *lanes
	asked *cache.Of[string] // the verbs that the webhooks of a tenant ask for
}

// overlap is how long a secret signs on after a new one was made, so that a receiver can be changed without losing messages.
const overlap = 24 * time.Hour

// fresh is how old a change may be that is told: a history that is written later is no news.
const fresh = 7 * 24 * time.Hour

// New makes the service, has the journal feed it and registers its background work.
func New(c Config) *Service {
	s := &Service{c: c, lanes: newLanes(), asked: cache.Named[string](c.Cache, "hook.wanted", cache.Options{Followed: true})}
	job.Register(c.Jobs, s.spread)
	job.FollowWanted[spreadArgs](c.Journal, fresh, verbs(), "webhook", s.wanted)
	job.Register(c.Jobs, s.deliver)
	job.Every(c.Jobs, 24*time.Hour, sweepArgs{}, s.sweep)
	return s
}

var taken = map[string]fault.Field{
	"webhooks_name": {Path: "name", Code: "taken", Message: "Another webhook has this name."},
	"webhooks_pkey": {Path: "id", Code: "taken", Message: "There is a webhook with this id."},
}

// Get gives a webhook. Needs webhook.read in the whole tenant; NotFound when there is none.
func (s *Service) Get(ctx context.Context, who actor.Actor, webhook id.Webhook) (w Webhook, err error) {
	if err := who.RequireEverywhere(CanRead); err != nil {
		return Webhook{}, err
	}
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		w, err = get(ctx, tx, webhook)
		return err
	})
	return w, err
}

// List gives the webhooks by name. Needs webhook.read in the whole tenant.
func (s *Service) List(ctx context.Context, who actor.Actor, p page.Request) (page.Of[Webhook], error) {
	if err := who.RequireEverywhere(CanRead); err != nil {
		return page.Of[Webhook]{}, err
	}
	name, after, err := page.Last[id.Webhook](p)
	if err != nil {
		return page.Of[Webhook]{}, err
	}
	var rows []Webhook
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scan, webhookList, name, after, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(w Webhook) (string, string) { return fold.Key(w.Name), w.ID.String() }), err
}

// Create adds a webhook with a secret of its own, which is not shown again. Needs webhook.create in the whole tenant. Invalid; Conflict when
// the name is taken or there are Most of them.
func (s *Service) Create(ctx context.Context, who actor.Actor, in Input) (Made, error) {
	if err := who.RequireEverywhere(CanCreate); err != nil {
		return Made{}, err
	}
	if err := s.check(&in); err != nil {
		return Made{}, err
	}
	if in.ID.IsZero() {
		in.ID = id.New[id.Webhook]()
	}
	m := Made{Webhook: in.webhook(who, s.c.Now(), 1), Secret: newSecret()}
	err := s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		n, err := db.One(ctx, tx, scanInt, webhookCount)
		if err != nil {
			return err
		}
		if n >= Most {
			return fault.Of(fault.Conflict, fmt.Sprintf("There are %d webhooks already, and cannot be more. Delete one first.", Most))
		}
		sealed, err := s.seal(tx, m.ID, m.Secret)
		if err != nil {
			return err
		}
		tx.Later(webhookInsert, m.ID, m.Name, fold.Key(m.Name), m.URL, joined(m.Events), m.Active, m.Person, sealed, m.Created)
		return s.c.Journal.Record(ctx, tx, journal.Change{Verb: "webhook.created", Subject: m.ID, After: m.told()})
	})
	if err != nil {
		return Made{}, fault.Place(fmt.Errorf("create webhook %s: %w", m.Name, err), taken)
	}
	return m, nil
}

// Update changes a webhook, or turns it on or off. Needs webhook.update in the whole tenant. Invalid; Conflict with the current record when
// version is not the stored one, or when the name is taken.
func (s *Service) Update(ctx context.Context, who actor.Actor, webhook id.Webhook, version int64, in Input) (w Webhook, err error) {
	if err := who.RequireEverywhere(CanUpdate); err != nil {
		return Webhook{}, err
	}
	if err := s.check(&in); err != nil {
		return Webhook{}, err
	}
	err = s.change(ctx, who, webhook, version, func(tx *db.Tx, old Webhook) error {
		in.ID = webhook
		w = in.webhook(who, old.Created, version+1)
		if old.Active && w.Active && old.URL == w.URL {
			w.FailingSince = old.FailingSince
		}
		n, err := tx.Exec(ctx, webhookUpdate, webhook, w.Name, fold.Key(w.Name), w.URL, joined(w.Events), w.Active, w.Person, w.FailingSince, s.c.Now(), version)
		if err != nil {
			return err
		}
		if n == 0 { // somebody was faster
			return stale(ctx, tx, webhook)
		}
		return s.c.Journal.Record(ctx, tx, journal.Change{Verb: "webhook.updated", Subject: webhook, Before: old.told(), After: w.told()})
	})
	return w, err
}

// Rotate gives a webhook a new secret, which is not shown again; the one before signs too for a day. Needs webhook.update in the whole
// tenant. Conflict with the current record when version is not the stored one.
func (s *Service) Rotate(ctx context.Context, who actor.Actor, webhook id.Webhook, version int64) (m Made, err error) {
	if err := who.RequireEverywhere(CanUpdate); err != nil {
		return Made{}, err
	}
	err = s.change(ctx, who, webhook, version, func(tx *db.Tx, old Webhook) error {
		m = Made{Webhook: old, Secret: newSecret()}
		m.Version++
		sealed, err := s.seal(tx, webhook, m.Secret)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, webhookRotate, webhook, sealed, s.c.Now().Add(overlap), s.c.Now(), version)
		if err != nil {
			return err
		}
		if n == 0 {
			return stale(ctx, tx, webhook)
		}
		return s.c.Journal.Record(ctx, tx, journal.Change{Verb: "webhook.secret_changed", Subject: webhook, After: old.told()})
	})
	return m, err
}

// Delete removes a webhook and its log. Needs webhook.delete in the whole tenant; Conflict when version is not the stored one.
func (s *Service) Delete(ctx context.Context, who actor.Actor, webhook id.Webhook, version int64) error {
	if err := who.RequireEverywhere(CanDelete); err != nil {
		return err
	}
	return s.change(ctx, who, webhook, version, func(tx *db.Tx, old Webhook) error {
		tx.Later(deliveriesDelete, webhook)
		n, err := tx.Exec(ctx, webhookDelete, webhook, version)
		if err != nil {
			return err
		}
		if n == 0 {
			return stale(ctx, tx, webhook)
		}
		return s.c.Journal.Record(ctx, tx, journal.Change{Verb: "webhook.deleted", Subject: webhook, Before: old.told()})
	})
}

// change runs fn in a transaction on a webhook whose version is the one that was seen.
func (s *Service) change(ctx context.Context, who actor.Actor, webhook id.Webhook, version int64, fn func(tx *db.Tx, old Webhook) error) error {
	err := s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		old, err := get(ctx, tx, webhook)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("webhook", old)
		}
		return fn(tx, old)
	})
	if err != nil {
		return fault.Place(fmt.Errorf("change webhook %s: %w", webhook, err), taken)
	}
	return nil
}

// check gives every violation of an input, with those of the address.
func (s *Service) check(in *Input) error {
	err := in.Check()
	if in.URL == "" || err != nil && fault.KindOf(err) != fault.Invalid {
		return err
	}
	bad := s.c.Out.Check(in.URL)
	if bad == nil || err == nil {
		return bad
	}
	both := fault.As(err)
	if !slices.ContainsFunc(both.Fields, func(f fault.Field) bool { return f.Path == "url" }) {
		both.Fields = append(both.Fields, fault.As(bad).Fields...)
	}
	return both
}

func get(ctx context.Context, tx *db.Tx, webhook id.Webhook) (Webhook, error) {
	w, err := db.One(ctx, tx, scan, webhookGet, webhook)
	return w, fault.Named(err, "webhook")
}

func stale(ctx context.Context, tx *db.Tx, webhook id.Webhook) error {
	now, err := get(ctx, tx, webhook)
	if err != nil {
		return err
	}
	return fault.Stale("webhook", now)
}

// wanted gives the verbs that the webhooks of a tenant ask for. Most have none, so it is remembered until a webhook changes.
func (s *Service) wanted(ctx context.Context, tenant id.Tenant, anew bool) ([]string, error) {
	ask := func(ctx context.Context) (all string, err error) {
		err = s.c.DB.Read(ctx, job.Actor(tenant), func(tx *db.Tx) error {
			some, err := db.All(ctx, tx, scanText, webhooksWanted)
			all = strings.Join(some, " ")
			return err
		})
		return all, err
	}
	var all string
	var err error
	if anew {
		all, err = ask(ctx)
	} else {
		all, err = s.asked.Get(ctx, tenant, "", []string{"webhook"}, ask)
	}
	return strings.Fields(all), err
}
