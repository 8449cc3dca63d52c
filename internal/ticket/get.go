package ticket

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// Get gives a ticket; looking at it changes nothing (D-67). Needs ticket.read at its site; NotFound otherwise.
func (s *Service) Get(ctx context.Context, who actor.Actor, ticket id.Ticket) (t Ticket, err error) {
	if err := who.Require(CanRead); err != nil {
		return Ticket{}, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		t, err = getBare(ctx, tx, ticket)
		return err
	})
	if err != nil {
		return Ticket{}, err
	}
	one := []Ticket{t}
	err = s.name(ctx, who, one)
	return one[0], err
}

// ByID gives several tickets at once, at most page.Max of them: those that Get would give; the others are absent. Needs ticket.read.
func (s *Service) ByID(ctx context.Context, who actor.Actor, tickets []id.Ticket) (map[id.Ticket]Ticket, error) {
	if err := who.Require(CanRead); err != nil {
		return nil, err
	}
	sites, all := who.Sites(CanRead)
	var rows []Ticket
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanBare, bareByID, tickets[:min(len(tickets), page.Max)], all, sites)
		return err
	})
	if err == nil {
		err = s.name(ctx, who, rows)
	}
	out := make(map[id.Ticket]Ticket, len(rows))
	for _, t := range rows {
		out[t.ID] = t
	}
	return out, err
}

// FileAccess says what an actor may do with the files of a ticket: see them with ticket.read at its site, and add some with ticket.comment or
// ticket.update there. Both faults are NotFound for a ticket that the actor does not see.
func (s *Service) FileAccess(ctx context.Context, who actor.Actor, owner id.Any) (site *id.Site, see, change error) {
	t, err := s.Get(ctx, who, id.Of[id.Ticket](owner.Bytes()))
	if err != nil {
		return nil, err, err
	}
	if !who.At(CanUpdate, t.Site) {
		change = who.RequireAt(CanComment, t.Site)
	}
	return &t.Site, nil, change
}
