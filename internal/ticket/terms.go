package ticket

import (
	"context"
	"fmt"

	"intelliwiz/internal/cache"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// terms is what a new ticket gets from where it is and what it is given. They are kept in memory until one of these records changes, for
// most tickets of a site name the same few.
type terms struct {
	facts
	course course
}

func keptTerms(store *cache.Store) *cache.Of[terms] {
	return cache.Named[terms](store, "ticket.terms", cache.Options{Followed: true})
}

// key names what terms depend on.
func (n named) key(site id.Site) string {
	b := site.Append(nil)
	for _, part := range []interface{ Bytes() [16]byte }{orNone(n.category), orNone(n.location), orNone(n.asset), orNone(n.assignee.Person), orNone(n.assignee.Group)} {
		raw := part.Bytes()
		b = append(b, raw[:]...)
	}
	return string(b)
}

// orNone gives the id, or the zero one.
func orNone[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// take gives a new ticket its number and its terms, in one trip or none; the number is given back when the ticket is not written. Invalid for a site
// that is not there or not active, and with every name that may not be given.
func (s *Service) take(ctx context.Context, tx *db.Tx, site id.Site, n named, guess bool) (terms, int64, error) {
	key := n.key(site)
	if known, ok := s.terms.Peek(tx.Who().Tenant(), key); ok {
		number, err := s.number(ctx, tx, site, guess)
		return known, number, err
	}
	keep := s.terms.Begin(tx.Who().Tenant(), "site", "category", "ladder", "calendar", "location", "asset", "person", "group")
	var numbers []int64
	rungs := []Rung{}
	db.Soon(tx, &numbers, scanNumber, counterTake, site)
	db.Soon(tx, &rungs, scanRung, rungsFor, n.category, site)
	f, err := getFacts(ctx, tx, site, n)
	if fault.KindOf(err) == fault.NotFound || err == nil && len(numbers) == 0 {
		return terms{}, 0, noSite()
	}
	if err != nil {
		return terms{}, 0, fmt.Errorf("what a ticket is given: %w", err)
	}
	var c fault.Check
	if f.check(&c, n); c.Err() != nil {
		return terms{}, 0, c.Err()
	}
	way, err := courseOf(ctx, tx, f.category, site, rungs)
	if err != nil {
		return terms{}, 0, err
	}
	found := terms{f, way}
	at := numbered{tx.Who().Tenant(), site}
	tx.AfterCommit(func() { keep(key, found); s.numbers.given(at, numbers[0]) })
	return found, numbers[0], nil
}
