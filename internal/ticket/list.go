package ticket

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// Order is how a list of tickets is sorted.
type Order string

// The orders.
const (
	Newest         Order = ""           // the newest first; with ChangedAfter: in the order of the changes
	NextEscalation Order = "escalation" // what climbs next first; what does not climb is left out
	changes        Order = "changes"    // in the order of the changes, so that what changes meanwhile comes again and nothing is lost (D-95)
)

// Filter narrows a list of tickets. What is not given narrows nothing.
type Filter struct {
	Statuses     []Status
	Site         *id.Site
	Category     *id.Category
	Priority     Priority
	Kind         Kind
	Mine         bool // assigned to the actor, as a person or through a group
	Person       *id.Person
	Group        *id.Group
	Nobody       bool // assigned to nobody
	Creator      *id.Person
	Asset        *id.Asset
	Location     *id.Location
	Escalated    bool // has climbed at least once
	DueBefore    time.Time
	ChangedAfter time.Time // changed at this moment or after it
	Search       string    // part of the number, title, text or contact
	Order        Order     // of lists
}

// Check gives every violation at its field.
func (f Filter) Check() error {
	var c fault.Check
	for i, s := range f.Statuses {
		c.That(s.Valid(), fmt.Sprintf("status[%d]", i), "unknown", "A status is NEW, OPEN, ONHOLD, RESOLVED, CLOSED or CANCELLED.")
	}
	c.That(f.Priority == "" || f.Priority.Valid(), "priority", "unknown", "A priority is LOW, MEDIUM or HIGH.")
	c.That(f.Kind == "" || f.Kind.Valid(), "kind", "unknown", "A ticket is an INCIDENT or a REQUEST.")
	c.That(f.Order == Newest || f.Order == NextEscalation, "order", "unknown", "An order is escalation, or none.")
	c.Text("search", f.Search, 0, 200)
	return c.Err()
}

// List gives the tickets that the actor sees, in the order asked for. Needs ticket.read.
func (s *Service) List(ctx context.Context, who actor.Actor, f Filter, p page.Request) (page.Of[Ticket], error) {
	if err := who.Require(CanRead); err != nil {
		return page.Of[Ticket]{}, err
	}
	if err := f.Check(); err != nil {
		return page.Of[Ticket]{}, err
	}
	return s.listed(ctx, who, f, p)
}

// list is List past the memory.
func (s *Service) list(ctx context.Context, who actor.Actor, f Filter, p page.Request) (page.Of[Ticket], error) {
	sort, last, err := page.Last[id.Ticket](p)
	if err != nil {
		return page.Of[Ticket]{}, err
	}
	q, args := f.statement(), f.arguments(who)
	if !f.narrowsChanges() {
		q, args = f.plain(who)
	}
	if f.order() == Newest && last.IsZero() {
		last = id.Of[id.Ticket](lastID)
	}
	args = append(args, last)
	if f.order() != Newest {
		at, err := cursorTime(sort)
		if err != nil {
			return page.Of[Ticket]{}, err
		}
		if f.order() == changes && at.Before(f.ChangedAfter) {
			at = f.ChangedAfter
		}
		args = append(args, at)
	}
	var rows []Ticket
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanBare, q, append(args, p.Size()+1)...)
		return err
	})
	if err != nil {
		return page.Of[Ticket]{}, err
	}
	cut := page.Cut(rows, p, f.Cursor)
	return cut, s.name(ctx, who, cut.Items)
}

// lastID is greater than every id: where a list of the newest begins.
var lastID = [16]byte(bytes.Repeat([]byte{0xff}, 16))

// order is that in which the list stands.
func (f Filter) order() Order {
	if f.Order == Newest && !f.ChangedAfter.IsZero() {
		return changes
	}
	return f.Order
}

// Cursor gives the sort key and id by which a list of this filter goes on after a ticket.
func (f Filter) Cursor(t Ticket) (sort, last string) {
	switch order := f.order(); {
	case order == changes:
		sort = t.Updated.UTC().Format(time.RFC3339Nano)
	case order == NextEscalation && t.Next != nil:
		sort = t.Next.UTC().Format(time.RFC3339Nano)
	}
	return sort, t.ID.String()
}

// cursorTime reads a moment from a cursor; the zero time at the start.
func cursorTime(sort string) (t time.Time, err error) {
	if sort == "" {
		return time.Unix(0, 0).UTC(), nil
	}
	if t, err = time.Parse(time.RFC3339Nano, sort); err != nil {
		f := fault.Of(fault.Invalid, "Check what is marked below.").Because(err)
		f.Fields = []fault.Field{{Path: "after", Code: "cursor", Message: "This place in the list is not known. Start from the beginning."}}
		return t, f
	}
	return t, nil
}

// arguments gives what the statements of lists bind from $2 on.
func (f Filter) arguments(who actor.Actor) []any {
	return append(f.reach(who),
		f.Site, f.Category, f.Priority, f.Kind, f.Mine, who.Person(), f.Person, f.Group, f.Nobody,
		f.Creator, f.Asset, f.Location, f.Escalated, db.Moment(f.DueBefore), db.Moment(f.ChangedAfter), f.Search, fold.Like(f.Search))
}

// reach gives what they bind to the sites of the actor and to the statuses.
func (f Filter) reach(who actor.Actor) []any {
	sites, all := who.Sites(CanRead)
	statuses := make([]string, len(f.Statuses))
	for i, s := range f.Statuses {
		statuses[i] = string(s)
	}
	return []any{all, sites, len(statuses) == 0, statuses}
}
