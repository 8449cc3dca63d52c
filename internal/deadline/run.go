package deadline

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
)

const (
	batch    = 200 // expectations of a tenant that are read at once
	workers  = 4   // tenants that are looked at side by side
	soonest  = 10 * time.Second
	farthest = time.Hour
)

// Run looks at what has come until ctx ends. Several nodes may run it: each expectation is ended by one. A fault is logged once a look; what
// could not be looked at is tried again, later and later.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(s.c.Tick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := s.turn(ctx); err != nil && ctx.Err() == nil {
			s.c.Log.ErrorContext(ctx, "deadlines not looked at", "err", err)
		}
	}
}

// turn looks at the tenants whose next expectation has come, and at some that are to be looked at anyway: another node may have written what
// this one does not know of.
func (s *Service) turn(ctx context.Context) error {
	tenants, err := s.waiting(ctx)
	if err != nil {
		return err
	}
	faults := make([]error, len(tenants))
	var g errgroup.Group
	g.SetLimit(workers)
	for i, t := range tenants {
		g.Go(func() error {
			if faults[i] = s.FireDue(ctx, job.Actor(t)); faults[i] != nil {
				s.sooner(t, s.c.Now().Add(soonest)) // not at every tick
			}
			return nil
		})
	}
	return errors.Join(g.Wait(), errors.Join(faults...))
}

// waiting gives the tenants to be looked at in a turn.
func (s *Service) waiting(ctx context.Context) ([]id.Tenant, error) {
	now := s.c.Now()
	ticks := max(int(s.c.Round/s.c.Tick), 1)
	s.mu.Lock()
	over := len(s.round) == 0 && s.turns%ticks == 0
	s.turns++
	s.mu.Unlock()
	var all []id.Tenant
	if over {
		var err error
		if all, err = s.c.Tenants(ctx); err != nil {
			return nil, fmt.Errorf("look for tenants: %w", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if over {
		s.round, s.share = all, len(all)/ticks+1
	}
	seen := map[id.Tenant]bool{}
	var out []id.Tenant
	for t, at := range s.next {
		if !at.After(now) {
			seen[t], out = true, append(out, t)
			delete(s.next, t)
		}
	}
	some := min(s.share, len(s.round))
	for _, t := range s.round[:some] {
		if !seen[t] {
			out = append(out, t)
		}
	}
	s.round = s.round[some:]
	return out, nil
}

// sooner notes that something of a tenant comes at a moment.
func (s *Service) sooner(t id.Tenant, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if next, known := s.next[t]; !known || at.Before(next) {
		s.next[t] = at
	}
}

// FireDue looks at every expectation of the tenant whose time has come. It begins anywhere among them, so that several nodes do not wait for
// one another. It is for background work: who is the system.
func (s *Service) FireDue(ctx context.Context, who actor.Actor) error {
	var faults []error
	for {
		now := s.c.Now()
		var rows []Deadline
		var tries []time.Time
		err := s.c.DB.Read(ctx, who, func(tx *db.Tx) (err error) {
			rows, tries, err = coming(ctx, tx)
			return err
		})
		if err != nil {
			return fmt.Errorf("look for what has come: %w", err)
		}
		due := 0
		for due < len(rows) && !tries[due].After(now) {
			due++
		}
		if due < len(rows) {
			s.sooner(who.Tenant(), tries[due])
		}
		if due == 0 {
			return errors.Join(faults...)
		}
		failed := len(faults)
		from := rand.IntN(due) //nolint:gosec // where to begin is no secret
		for i := range due {
			if err := ctx.Err(); err != nil {
				return errors.Join(append(faults, err)...)
			}
			if err := s.fire(ctx, who, rows[(from+i)%due]); err != nil {
				faults = append(faults, err)
			}
		}
		if len(faults)-failed == due { // nothing went on: not again at once
			return errors.Join(faults...)
		}
	}
}

// coming reads what comes next of a tenant, and when each is to be looked at.
func coming(ctx context.Context, tx *db.Tx) (rows []Deadline, tries []time.Time, err error) {
	rows, err = db.All(ctx, tx, func(r db.Row) (d Deadline, err error) {
		var at time.Time
		err = r.Scan(append(d.targets(), &at)...)
		tries = append(tries, at)
		return d, err
	}, next, batch)
	return rows, tries, err
}

// fire claims an expectation, has it looked at, and writes what was found, in one transaction. Another node that was faster leaves nothing
// to do.
func (s *Service) fire(ctx context.Context, who actor.Actor, d Deadline) error {
	err := s.c.DB.Together(ctx, who, func(ctx context.Context) error {
		ours, err := s.claim(ctx, who, d)
		if err != nil || !ours {
			return err
		}
		if s.c.Late != nil && d.Tries == 0 {
			s.c.Late(string(d.Kind), s.c.Now().Sub(d.Due))
		}
		a, err := s.look(ctx, who, d)
		if err != nil {
			return err
		}
		return s.end(ctx, who, d, a)
	})
	if err == nil {
		return nil
	}
	err = fmt.Errorf("deadline %s of %s: %w", d.Kind, d.Subject, err)
	return errors.Join(err, s.postpone(ctx, who, d))
}

// look asks the domain. A panic there is a fault like any other: it neither ends the process nor keeps anything.
func (s *Service) look(ctx context.Context, who actor.Actor, d Deadline) (a Answer, err error) {
	look, known := s.looks[d.Kind]
	if !known {
		return Answer{}, fmt.Errorf("nobody looks at %s", d.Kind)
	}
	defer func() {
		if v := recover(); v != nil {
			s.c.Log.ErrorContext(ctx, "looking at a deadline panicked", "kind", d.Kind, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			err = fmt.Errorf("looking at %s panicked", d.Kind)
		}
	}()
	return look(ctx, who, d)
}

// claim ends an expectation unless somebody has; whoever asks meanwhile waits for the end of the transaction.
func (s *Service) claim(ctx context.Context, who actor.Actor, d Deadline) (ours bool, err error) {
	err = s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("what follows has a row of its own")
		n, err := tx.Exec(ctx, claim, d.ID, d.Due, d.Tries, s.c.Now())
		ours = n == 1
		return err
	})
	return ours, err
}

// end writes what a look found.
func (s *Service) end(ctx context.Context, who actor.Actor, d Deadline, a Answer) error {
	if a.State == Open && !a.Again.After(s.c.Now()) {
		return fmt.Errorf("it is to be met later, by %s", a.Again.Format(time.RFC3339))
	}
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("what follows has a row of its own")
		if a.State == Open {
			tx.Later(again, d.ID, a.Again)
			tx.AfterCommit(func() { s.sooner(who.Tenant(), a.Again) })
			return nil
		}
		tx.Later(ended, d.ID, a.State, a.Note)
		return nil
	})
}

// postpone has an expectation looked at again after a fault: after ten seconds, then twice as long, up to an hour.
func (s *Service) postpone(ctx context.Context, who actor.Actor, d Deadline) error {
	wait := min(soonest<<min(d.Tries, 20), farthest)
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("when something is looked at again")
		tx.Later(postponed, d.ID, s.c.Now().Add(wait), d.Tries)
		return nil
	})
}

const next db.SQL = `-- deadline.next
select ` + columns + `, d.try_at from deadlines d where d.tenant_id = $1 and d.state = 'OPEN' order by d.try_at limit $2`

const claim db.SQL = `-- deadline.claim
update deadlines set state = 'BROKEN', ended_at = $5 where tenant_id = $1 and id = $2 and state = 'OPEN' and due_at = $3 and tries = $4`

const again db.SQL = `-- deadline.again
update deadlines set state = 'OPEN', ended_at = null, due_at = $3, try_at = $3, tries = 0 where tenant_id = $1 and id = $2`

const ended db.SQL = `-- deadline.ended
update deadlines set state = $3, note = $4 where tenant_id = $1 and id = $2`

const postponed db.SQL = `-- deadline.postponed
update deadlines set try_at = $3, tries = tries + 1 where tenant_id = $1 and id = $2 and state = 'OPEN' and tries = $4`
