package ticket

import (
	"context"
	"fmt"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Move takes a ticket to another status, as the table of transitions says, which also says what it needs: ticket.read at the ticket's site,
// and the row's permission there, or being its assignee or creator where the row says so. comment says why; some rows demand it. Invalid;
// Conflict with the current record when version is not the stored one, and when no row leads there.
func (s *Service) Move(ctx context.Context, who actor.Actor, ticket id.Ticket, version int64, to Status, comment string) (Ticket, error) {
	if err := who.Require(CanRead); err != nil {
		return Ticket{}, err
	}
	comment = strings.TrimSpace(comment)
	var c fault.Check
	c.That(to.Valid(), "status", "unknown", "A status is NEW, OPEN, ONHOLD, RESOLVED, CLOSED or CANCELLED.")
	c.Text("comment", comment, 0, maxComment)
	if err := c.Err(); err != nil {
		return Ticket{}, err
	}
	var row Transition
	return s.change(ctx, who, ticket, version, step{verb: "ticket.status_changed",
		may: func(old Ticket) (err error) {
			row, err = rowFor(who, old, to)
			if old.Version != version && fault.KindOf(err) == fault.Conflict {
				return fault.Stale("ticket", old) // the page showed a way that was there then
			}
			return err
		},
		do: func(tx *db.Tx, t *Ticket) (string, error) {
			if row.Comment && comment == "" {
				f := fault.Of(fault.Invalid, "Check what is marked below.")
				f.Fields = []fault.Field{{Path: "comment", Code: "required", Message: "Say why."}}
				return "", f
			}
			if err := s.enter(ctx, tx, t, row); err != nil {
				return "", err
			}
			if comment != "" {
				t.Comments++
				tx.Later(commentCount, t.ID, t.Updated)
				tx.Later(commentInsert, id.New[id.Comment](), t.ID, personOf(who), comment, to, t.Updated)
			}
			return comment, nil
		}})
}

// rowFor finds the row of the table for a move, and whether the actor may make it.
func rowFor(who actor.Actor, t Ticket, to Status) (Transition, error) {
	row, ok := transition(t.Status, to)
	if !ok {
		f := fault.Of(fault.Conflict, fmt.Sprintf("A ticket that is %s cannot become %s.", t.Status.words(), to.words()))
		f.Fields = []fault.Field{{Path: "status", Code: "transition", Message: f.Message}}
		return row, f
	}
	if !row.allows(who, t, t.Mine) {
		return row, fault.Denied(string(row.Permission))
	}
	return row, nil
}

// enter gives a ticket its new status and what follows from it for its clocks.
func (s *Service) enter(ctx context.Context, tx *db.Tx, t *Ticket, row Transition) error {
	t.Status = row.To
	if row.From == Fresh && row.To == Open || row.To == Closed {
		return nil // the clocks go on, or stand already
	}
	way, err := courseFor(ctx, tx, *t)
	if err != nil {
		return err
	}
	if row.From == Resolved {
		way.restart(t, t.Updated)
		return nil
	}
	if row.To == Resolved {
		at := t.Updated
		t.Resolved = &at
	}
	way.hold(t, t.Updated)
	return nil
}

// courseFor reads the course of a ticket.
func courseFor(ctx context.Context, tx *db.Tx, t Ticket) (course, error) {
	rungs := []Rung{}
	db.Soon(tx, &rungs, scanRung, rungsFor, t.Category, t.Site)
	c, err := getCategory(ctx, tx, t.Category)
	if err != nil {
		return course{}, err
	}
	return courseOf(ctx, tx, c, t.Site, rungs)
}

// personOf is the person that an actor is, nil for the system.
func personOf(who actor.Actor) *id.Person {
	p := who.Person()
	if p.IsZero() {
		return nil
	}
	return &p
}
