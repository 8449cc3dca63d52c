package ticket

import (
	"context"
	"fmt"
	"reflect"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// noted is a ticket as the journal keeps it beside what was said of the change.
type noted struct {
	Ticket
	Comment string `json:"comment,omitzero"`
}

// brief is a ticket without its long text, for journal rows of changes that do not touch it.
func (t Ticket) brief() Ticket {
	t.Description = ""
	return t
}

// step is one use case on a ticket: who may, and what it does. do changes t, whose version is already the next, and gives what was said; it
// may put off statements. A ticket that it leaves as it was is not written.
type step struct {
	verb string
	may  func(old Ticket) error
	do   func(tx *db.Tx, t *Ticket) (comment string, err error)
}

// change runs a step on the version of a ticket that the actor has seen, in one transaction with its journal row.
func (s *Service) change(ctx context.Context, who actor.Actor, ticket id.Ticket, version int64, x step) (t Ticket, err error) {
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getTicket(ctx, tx, ticket)
		if err != nil {
			return err
		}
		if err := x.may(old); err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("ticket", old)
		}
		t = old
		t.Version, t.Updated = old.Version+1, s.now()
		comment, err := x.do(tx, &t)
		if err != nil {
			return err
		}
		if t.sameAs(old) {
			t = old
			return nil
		}
		written, err := t.update(ctx, tx, old)
		if err != nil {
			return err
		}
		if !written { // somebody was faster
			return staleTicket(ctx, tx, ticket)
		}
		before, after := old, t
		if old.Description == t.Description {
			before, after = old.brief(), t.brief()
		}
		return s.settle(ctx, tx, old, t, journal.Change{Verb: x.verb, Before: before, After: noted{after, comment}})
	})
	if err != nil {
		return Ticket{}, fmt.Errorf("%s %s: %w", x.verb, ticket, err)
	}
	return t, nil
}

// sameAs says that nothing but the version differs.
func (t Ticket) sameAs(old Ticket) bool {
	t.Version, t.Updated, t.Mine = old.Version, old.Updated, old.Mine
	return reflect.DeepEqual(t, old)
}

// staleTicket answers a change that came too late with the ticket as it is now.
func staleTicket(ctx context.Context, tx *db.Tx, ticket id.Ticket) error {
	now, err := getTicket(ctx, tx, ticket)
	if err != nil {
		return err
	}
	return fault.Stale("ticket", now)
}

// shut is why a ticket that is done is not changed.
func shut(t Ticket) error {
	f := fault.Of(fault.Conflict, "This ticket is "+t.Status.words()+". Reopen it to change it.")
	if t.Status.Terminal() {
		f.Message = "This ticket is " + t.Status.words() + " and stays as it is."
	}
	f.Fields = []fault.Field{{Path: "status", Code: "done", Message: f.Message}}
	return f
}

// Update changes what a ticket says. Needs ticket.update at its site. Invalid; Conflict with the current record when version is not the
// stored one, and when the ticket is resolved, closed or cancelled. A new category sets the clocks anew, from the same opening.
func (s *Service) Update(ctx context.Context, who actor.Actor, ticket id.Ticket, version int64, in Input) (Ticket, error) {
	if err := who.Require(CanUpdate); err != nil {
		return Ticket{}, err
	}
	if err := in.CheckChange(); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ticket, version, step{verb: "ticket.updated",
		may: func(old Ticket) error { return who.RequireAt(CanUpdate, old.Site) },
		do: func(tx *db.Tx, t *Ticket) (string, error) {
			if !t.Status.Active() {
				return "", shut(*t)
			}
			return "", s.rewrite(ctx, tx, t, in)
		}})
}

// rewrite gives a ticket what the input says. Only what is new is looked up.
func (s *Service) rewrite(ctx context.Context, tx *db.Tx, t *Ticket, in Input) error {
	t.Title, t.Description = in.Title, in.Description
	if in.Kind != "" {
		t.Kind = in.Kind
	}
	if in.Priority != "" {
		t.Priority = in.Priority
	}
	var n named
	if in.Category != t.Category {
		n.category = &in.Category
	}
	if !same(in.Location, t.Location) {
		n.location, t.Location, t.LocationName = in.Location, nil, ""
	}
	if !same(in.Asset, t.Asset) {
		n.asset, t.Asset, t.AssetCode, t.AssetName = in.Asset, nil, "", ""
	}
	if n == (named{}) {
		return nil
	}
	rungs := []Rung{}
	db.Soon(tx, &rungs, scanRung, rungsFor, in.Category, t.Site)
	f, err := getFacts(ctx, tx, t.Site, n)
	if err != nil {
		return err
	}
	var c fault.Check
	if f.check(&c, n); c.Err() != nil {
		return c.Err()
	}
	f.give(t, n)
	if n.category == nil {
		return nil
	}
	way, err := courseOf(ctx, tx, f.category, t.Site, rungs)
	if err != nil {
		return err
	}
	way.hold(t, t.Updated)
	return nil
}

func same[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}
