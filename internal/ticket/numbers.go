package ticket

import (
	"context"
	"slices"
	"sync"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// numbers keeps the last number that this process gave at each site, so that the next ticket there is written without asking for its number
// first. It is a guess: the statement that takes the number fails when somebody else gave one meanwhile, and nothing is written then.
type numbers struct {
	mu   sync.Mutex
	last map[numbered]int64
}

type numbered struct {
	tenant id.Tenant
	site   id.Site
}

// borrow gives the last number of a site to one ticket at a time; false when nobody knows it, or somebody is about to give the next.
func (n *numbers) borrow(at numbered) (last int64, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	last, ok = n.last[at]
	delete(n.last, at)
	return last, ok
}

// given notes a number that was given for good.
func (n *numbers) given(at numbered, number int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.last == nil {
		n.last = map[numbered]int64{}
	}
	n.last[at] = max(n.last[at], number)
}

// number takes the next number of a site that is known to be active and to have given numbers: the one that is guessed, in the trip that writes
// the ticket, or else the one that the database says, in a trip of its own.
func (s *Service) number(ctx context.Context, tx *db.Tx, site id.Site, guess bool) (int64, error) {
	at := numbered{tx.Who().Tenant(), site}
	number, err := int64(0), error(nil)
	if last, ok := s.numbers.borrow(at); ok && guess {
		number = last + 1
		tx.Later(counterExpect, site, last)
	} else {
		number, err = db.One(ctx, tx, scanNumber, counterNext, site)
	}
	tx.AfterCommit(func() { s.numbers.given(at, number) })
	return number, err
}

// guessing writes a ticket whose number may be a guess, and once more without guessing when that was wrong. As a part of something larger nothing
// is guessed.
func (s *Service) guessing(ctx context.Context, who actor.Actor, write func(tx *db.Tx, guess bool) error) error {
	guess := !db.Joined(ctx)
	err := s.db.Write(ctx, who, func(tx *db.Tx) error { return write(tx, guess) })
	if guess && wrongGuess(err) {
		err = s.db.Write(ctx, who, func(tx *db.Tx) error { return write(tx, false) })
	}
	return err
}

// wrongGuess says that counterExpect found another number than was expected.
func wrongGuess(err error) bool {
	return err != nil && slices.ContainsFunc(fault.As(err).Fields, func(f fault.Field) bool { return f.Path == "last" && f.Code == "required" })
}
