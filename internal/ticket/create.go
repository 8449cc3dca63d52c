package ticket

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

var ticketTaken = map[string]fault.Field{"tickets_pkey": {Path: "id", Code: "taken", Message: "There is a ticket with this id."}}

// Create reports a ticket, which gets the next number of its site. Needs ticket.create there, and ticket.assign for an assignee other than
// oneself. Invalid with every violation.
func (s *Service) Create(ctx context.Context, who actor.Actor, in Input) (Ticket, error) {
	if err := who.Require(CanCreate); err != nil {
		return Ticket{}, err
	}
	if err := in.Check(); err != nil {
		return Ticket{}, err
	}
	if !who.At(CanCreate, in.Site) {
		return Ticket{}, noSite()
	}
	if !in.Assignee.nobody() && !in.Assignee.is(who.Person()) {
		if err := who.RequireAt(CanAssign, in.Site); err != nil {
			return Ticket{}, err
		}
	}
	t := in.ticket(s.now())
	t.Source = FromSystem
	if p := who.Person(); !p.IsZero() {
		t.Source, t.Creator, t.CreatorName = FromPerson, &p, who.Name()
	}
	err := s.guessing(ctx, who, func(tx *db.Tx, guess bool) error {
		return s.create(ctx, tx, &t, in, nil, "ticket.created", guess)
	})
	if err != nil {
		return Ticket{}, fault.Place(fmt.Errorf("create ticket: %w", err), ticketTaken)
	}
	t.Mine = in.Assignee.is(who.Person())
	return t, nil
}

// is says that it names this person.
func (a Assignee) is(person id.Person) bool { return a.Person != nil && *a.Person == person }

func noSite() error {
	f := fault.Of(fault.Invalid, "Check what is marked below.")
	f.Fields = []fault.Field{{Path: "site_id", Code: "unknown", Message: "There is no such active site."}}
	return f
}

func (in Input) ticket(now time.Time) Ticket {
	t := Ticket{
		ID: in.ID, Site: in.Site, Kind: in.Kind, Title: in.Title, Description: in.Description, Status: Fresh, Priority: in.Priority, Category: in.Category,
		Version: 1, Created: now, Updated: now,
	}
	if t.ID.IsZero() {
		t.ID = id.New[id.Ticket]()
	}
	return t
}

// create completes a new ticket and writes it: in one trip where what it is given is in memory and its number is guessed, else in two, the first
// for these.
func (s *Service) create(ctx context.Context, tx *db.Tx, t *Ticket, in Input, hash []byte, verb string, guess bool) error {
	n := named{&in.Category, in.Location, in.Asset, in.Assignee}
	f, number, err := s.take(ctx, tx, in.Site, n, guess)
	if err != nil {
		return err
	}
	f.give(t, n)
	t.SiteCode, t.SiteName, t.Number = f.siteCode, f.siteName, number
	if t.Location == nil && t.Asset != nil {
		t.Location, t.LocationName = f.assetLocation, f.assetLocationName
	}
	if t.Priority == "" {
		t.Priority = f.category.Priority
	}
	f.course.restart(t, t.Created)
	t.insert(tx, hash)
	return s.settle(ctx, tx, Ticket{}, *t, journal.Change{Verb: verb, After: *t})
}

// settle has the change of a ticket journaled, and says when it climbs next.
func (s *Service) settle(ctx context.Context, tx *db.Tx, old, t Ticket, c journal.Change) error {
	c.Subject, c.Site = t.ID, t.Site
	if err := s.journal.Record(ctx, tx, c); err != nil {
		return err
	}
	if t.Next != nil && (old.Next == nil || !old.Next.Equal(*t.Next)) {
		tx.AfterCommit(func() { s.soon(tx.Who().Tenant(), *t.Next) })
	}
	return nil
}
