package push

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
)

// Service keeps browsers, and sends to them.
type Service struct {
	c    Config
	pair atomic.Pointer[pair] // nil: not read yet
}

// New makes the service, has the journal tell it whose sign-ins end, and registers its background work.
func New(c Config) *Service {
	s := &Service{c: c}
	job.Register(c.Jobs, s.test)
	job.Register(c.Jobs, s.end)
	job.FollowWanted[ended](c.Journal, 0, ending(), "", s.wanted)
	job.Every(c.Jobs, 24*time.Hour, sweep{}, s.sweep)
	return s
}

// On says whether the channel is there for the actor.
func (s *Service) On(ctx context.Context, who actor.Actor) bool {
	return s.c.On(ctx, who.Tenant(), who.Person())
}

// Key gives the public key that browsers subscribe to, base64url. Needs to be signed in; NotFound when the channel is switched off.
func (s *Service) Key(ctx context.Context, who actor.Actor) (string, error) {
	if err := s.mine(ctx, who); err != nil {
		return "", err
	}
	p, err := s.keys(ctx)
	return p.public, err
}

// mine is nil for a person who may have to do with their own browsers; NotFound when the channel is switched off.
func (s *Service) mine(ctx context.Context, who actor.Actor) error {
	if err := who.RequireSelf(); err != nil {
		return err
	}
	if !s.On(ctx, who) {
		return fault.Missing("page")
	}
	return nil
}

// List gives the browsers in which one is told, those turned on last first. Needs to be signed in, for oneself alone; NotFound when the channel is
// switched off.
func (s *Service) List(ctx context.Context, who actor.Actor) (all []Subscription, err error) {
	if err := s.mine(ctx, who); err != nil {
		return nil, err
	}
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		all, err = db.All(ctx, tx, scan, subscriptionsOf, who.Person())
		return err
	})
	return all, err
}

// Subscribe turns a browser on; one that is known is turned on anew, and is the actor's from now on. Needs to be signed in, for oneself alone, in a
// browser. Invalid; Conflict for more than Most; NotFound when the channel is switched off.
func (s *Service) Subscribe(ctx context.Context, who actor.Actor, in Input) (x Subscription, err error) {
	if err := s.mine(ctx, who); err != nil {
		return Subscription{}, err
	}
	if who.Session().IsZero() {
		return Subscription{}, fault.Of(fault.Forbidden, "Turn this on in the browser itself.")
	}
	k, err := s.check(in)
	if err != nil {
		return Subscription{}, err
	}
	x = Subscription{ID: id.New[id.Subscription](), Agent: cut(in.Agent, 300), Hash: hashOf(k.Endpoint), Created: s.c.Now()}
	sealed, err := s.seal(who.Tenant(), x.ID, k)
	if err != nil {
		return Subscription{}, err
	}
	err = s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		n, err := db.One(ctx, tx, scanCount, subscriptionsOthers, who.Person(), x.Hash)
		if err != nil {
			return err
		}
		if n >= Most {
			return fault.Of(fault.Conflict, fmt.Sprintf("You are told on %d devices already. Remove one first.", Most))
		}
		tx.Later(subscriptionReplace, x.Hash)
		tx.Later(subscriptionInsert, x.ID, who.Person(), who.Session(), x.Hash, sealed, x.Agent, x.Created)
		return s.c.Journal.Record(ctx, tx, journal.Change{Verb: "subscription.created", Subject: x.ID, After: x})
	})
	if err != nil {
		return Subscription{}, fmt.Errorf("turn notifications on: %w", err)
	}
	return x, nil
}

// Delete turns one of one's own browsers off. Needs to be signed in, for oneself alone; NotFound otherwise.
func (s *Service) Delete(ctx context.Context, who actor.Actor, subscription id.Subscription) error {
	x, err := s.own(ctx, who, subscription)
	if err != nil {
		return err
	}
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Later(subscriptionDelete, subscription)
		return s.c.Journal.Record(ctx, tx, journal.Change{Verb: "subscription.deleted", Subject: subscription, Before: x})
	})
}

// Test sends a message to one of one's own browsers, in the background. Needs to be signed in, for oneself alone; NotFound otherwise.
func (s *Service) Test(ctx context.Context, who actor.Actor, subscription id.Subscription) error {
	if _, err := s.own(ctx, who, subscription); err != nil {
		return err
	}
	return s.write(ctx, who, func(tx *db.Tx) error { return job.Enqueue(ctx, tx, tested{subscription}, "") })
}

// own gives one of the actor's own browsers.
func (s *Service) own(ctx context.Context, who actor.Actor, subscription id.Subscription) (Subscription, error) {
	if err := s.mine(ctx, who); err != nil {
		return Subscription{}, err
	}
	o, err := s.stored(ctx, who, subscription)
	if err == nil && o.person != who.Person() {
		err = fault.Missing("subscription")
	}
	return o.Subscription, err
}

// stored gives a browser of whomever who is still active.
func (s *Service) stored(ctx context.Context, who actor.Actor, subscription id.Subscription) (o owned, err error) {
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		o, err = db.One(ctx, tx, scanOwned, subscriptionGet, subscription)
		return err
	})
	return o, fault.Named(err, "subscription")
}

// Devices gives the browsers of people for whom the channel is on. who must be the system.
func (s *Service) Devices(ctx context.Context, who actor.Actor, people []id.Person) (map[id.Person][]id.Subscription, error) {
	if who.Kind() != actor.System {
		return nil, fault.Denied("push.send")
	}
	var on []id.Person
	for _, p := range people {
		if s.c.On(ctx, who.Tenant(), p) {
			on = append(on, p)
		}
	}
	if len(on) == 0 {
		return nil, nil
	}
	var all []reached
	err := s.c.DB.Read(ctx, who, func(tx *db.Tx) (err error) {
		all, err = db.All(ctx, tx, scanReached, subscriptionsReach, on)
		return err
	})
	out := map[id.Person][]id.Subscription{}
	for _, x := range all {
		out[x.person] = append(out[x.person], x.id)
	}
	return out, err
}

// Forget deletes a person's browsers. who must be the system: it is a part of erasing the person.
func (s *Service) Forget(ctx context.Context, who actor.Actor, person id.Person) error {
	if who.Kind() != actor.System {
		return fault.Denied("person.forget")
	}
	return s.write(ctx, who, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, endForgotten, person)
		return err
	})
}

// write changes what has no place in the journal.
func (s *Service) write(ctx context.Context, who actor.Actor, fn func(tx *db.Tx) error) error {
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("what became of a message, or of a browser whose sign-in is over")
		return fn(tx)
	})
}

// seal encrypts what is kept of a browser for its row, open decrypts it.
func (s *Service) seal(tenant id.Tenant, subscription id.Subscription, k kept) ([]byte, error) {
	text, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	return s.c.Box.Seal(text, placeOf(tenant, subscription)...)
}

func (s *Service) open(tenant id.Tenant, subscription id.Subscription, sealed []byte) (k kept, err error) {
	text, err := s.c.Box.Open(sealed, placeOf(tenant, subscription)...)
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err != nil {
		return kept{}, fmt.Errorf("open subscription %s: %w", subscription, err)
	}
	return k, nil
}

func placeOf(tenant id.Tenant, subscription id.Subscription) [][]byte {
	t, x := tenant.Bytes(), subscription.Bytes()
	return [][]byte{t[:], x[:], []byte("push_subscriptions.sealed")}
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// sweep is the job that clears browsers away to which nothing comes, and seals anew.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "push.sweep" }

// sweep goes through all tenants; a fault in one does not keep it from the next.
func (s *Service) sweep(ctx context.Context, _ actor.Actor, _ sweep) error {
	tenants, err := s.c.Tenants(ctx)
	if err != nil {
		return err
	}
	faults := []error{s.resealPair(ctx)}
	for _, t := range tenants {
		faults = append(faults, s.clear(ctx, job.Actor(t)))
	}
	return errors.Join(faults...)
}

// stale is how long a browser may take nothing although it is tried.
const stale = 30 * 24 * time.Hour

func (s *Service) clear(ctx context.Context, who actor.Actor) error {
	const piece = 500
	after, more := id.Subscription{}, true
	for more {
		err := s.write(ctx, who, func(tx *db.Tx) error {
			tx.Later(subscriptionsStale, s.c.Now().Add(-stale))
			all, err := db.All(ctx, tx, scanOwned, subscriptionsPiece, after, int64(piece))
			if more = len(all) == piece; err != nil {
				return err
			}
			for _, o := range all {
				after = o.ID
				if !s.c.Box.Old(o.sealed) {
					continue
				}
				k, err := s.open(who.Tenant(), o.ID, o.sealed)
				if err != nil { // its key is gone: it fails until it is stale
					continue
				}
				sealed, err := s.seal(who.Tenant(), o.ID, k)
				if err != nil {
					return err
				}
				tx.Later(subscriptionReseal, o.ID, sealed)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
