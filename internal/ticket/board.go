package ticket

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// Lane is the tickets of one status: the newest of them, and how many there are in all.
type Lane struct {
	Tickets []Ticket
	Count   int64
}

// Board gives the newest tickets of every status, depth of each at most, by the filter whatever its Statuses, ChangedAfter and Order, in one reading.
// Needs ticket.read.
func (s *Service) Board(ctx context.Context, who actor.Actor, f Filter, depth int) (map[Status]Lane, error) {
	if err := who.Require(CanRead); err != nil {
		return nil, err
	}
	if err := f.Check(); err != nil {
		return nil, err
	}
	f.Statuses, f.Order, f.ChangedAfter = nil, Newest, time.Time{}
	depth = min(depth, page.Max)
	lanes := make([][]Ticket, len(Statuses()))
	var counts []counted
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		for i, status := range Statuses() {
			one := f
			one.Statuses = []Status{status}
			db.Soon(tx, &lanes[i], scanBare, one.statement(), append(one.arguments(who), id.Of[id.Ticket](lastID), depth)...)
		}
		counts, err = f.countIn(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := s.name(ctx, who, lanes...); err != nil {
		return nil, err
	}
	out := map[Status]Lane{}
	for i, status := range Statuses() {
		out[status] = Lane{Tickets: lanes[i]}
	}
	for _, c := range counts {
		out[c.status] = Lane{Tickets: out[c.status].Tickets, Count: c.n}
	}
	return out, nil
}
