package deadline

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

const (
	batch    = 100         // expectations of a tenant that are read at once
	soonest  = time.Second // after which what failed is tried again
	farthest = time.Hour
)

// FireDue looks at every expectation of the tenant whose time has come. It is for background work: who is the system.
func (s *Service) FireDue(ctx context.Context, who actor.Actor) error {
	var faults []error
	for {
		more, away, failed := s.some(ctx, who)
		faults = append(faults, away, failed)
		if !more || ctx.Err() != nil {
			return errors.Join(append(faults, ctx.Err())...)
		}
	}
}

// some looks at expectations of a tenant whose time has come, as many as one read gives, several at once, and says whether there may be more. It begins
// anywhere among them, and reads again where another node has been, so that several nodes do not go through the same ones. Of one record there is one
// look at a time: two would wait for each other's rows.
func (s *Service) some(ctx context.Context, who actor.Actor) (more bool, away, failed error) {
	rows, err := s.coming(ctx, who)
	if err != nil {
		return false, fmt.Errorf("look for what has come: %w", err), nil
	}
	if len(rows) == 0 {
		return false, nil, nil
	}
	var g sync.WaitGroup
	var ended, lost atomic.Bool
	faults, begun, from := make([]error, len(rows)), map[id.Any]bool{}, rand.IntN(len(rows)) //nolint:gosec // where to begin is no secret
	for i := range rows {
		d := rows[(from+i)%len(rows)]
		if begun[d.Subject] {
			continue
		}
		begun[d.Subject] = true
		free := s.slot()
		if lost.Load() || ctx.Err() != nil {
			free()
			break
		}
		g.Go(func() {
			defer free()
			ours, err := s.fire(ctx, who, d)
			switch faults[i] = err; {
			case ours:
				ended.Store(true)
			case err == nil:
				lost.Store(true)
			}
		})
	}
	g.Wait()
	return ended.Load() || lost.Load(), nil, errors.Join(faults...)
}

// coming reads what has come of a tenant, some of it, and notes when the next comes.
func (s *Service) coming(ctx context.Context, who actor.Actor) (rows []Deadline, err error) {
	defer s.slot()()
	now := s.c.Now()
	var after []time.Time
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) (err error) {
		db.Soon(tx, &after, func(r db.Row) (at time.Time, err error) { err = r.Scan(&at); return at, err }, next, now)
		rows, err = db.All(ctx, tx, scan, come, now, batch)
		return err
	})
	if err == nil && len(after) > 0 {
		s.Sooner(who.Tenant(), after[0])
	}
	return rows, err
}

// fire claims an expectation, has it looked at, and writes what was found, in one transaction; ours says that it did. Another node that was faster leaves
// nothing to do; whoever claims what another has claimed waits for the end of that transaction.
func (s *Service) fire(ctx context.Context, who actor.Actor, d Deadline) (ours bool, err error) {
	err = s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("what follows has a row of its own")
		now := s.c.Now()
		n, err := tx.Exec(ctx, claim, d.ID, d.Due, d.Tries, now)
		if err != nil || n == 0 {
			return err
		}
		ours = true
		if s.c.Late != nil && d.Tries == 0 {
			s.c.Late(string(d.Kind), now.Sub(d.Due))
		}
		a, err := s.look(tx.Around(ctx), who, d)
		if err != nil {
			return err
		}
		return s.end(tx, d, a)
	})
	if err == nil {
		return ours, nil
	}
	err = fmt.Errorf("deadline %s of %s: %w", d.Kind, d.Subject, err)
	return false, errors.Join(err, s.postpone(ctx, who, d))
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

// end writes what a look found, with the end of its transaction.
func (s *Service) end(tx *db.Tx, d Deadline, a Answer) error {
	if a.State != Open {
		tx.Later(ended, d.ID, a.State, a.Note)
		return nil
	}
	if !a.Again.After(s.c.Now()) {
		return fmt.Errorf("it is to be met later, by %s", a.Again.Format(time.RFC3339))
	}
	tx.Later(again, d.ID, a.Again)
	tx.AfterCommit(func() { s.Sooner(tx.Who().Tenant(), a.Again) })
	return nil
}

// postpone has an expectation looked at again after a fault: after a second, for most faults are of the moment, then twice as long, up to an hour.
func (s *Service) postpone(ctx context.Context, who actor.Actor, d Deadline) error {
	at := s.c.Now().Add(min(soonest<<min(d.Tries, 20), farthest))
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("when something is looked at again")
		tx.Later(postponed, d.ID, at, d.Tries)
		tx.AfterCommit(func() { s.Sooner(who.Tenant(), at) })
		return nil
	})
}

const come db.SQL = `-- deadline.come
select ` + columns + ` from deadlines d where d.tenant_id = $1 and d.state = 'OPEN' and d.try_at <= $2 order by d.try_at limit $3`

const next db.SQL = `-- deadline.next
select d.try_at from deadlines d where d.tenant_id = $1 and d.state = 'OPEN' and d.try_at > $2 order by d.try_at limit 1`

const claim db.SQL = `-- deadline.claim
update deadlines set state = 'BROKEN', ended_at = $5 where tenant_id = $1 and id = $2 and state = 'OPEN' and due_at = $3 and tries = $4`

const again db.SQL = `-- deadline.again
update deadlines set state = 'OPEN', ended_at = null, due_at = $3, try_at = $3, tries = 0 where tenant_id = $1 and id = $2`

const ended db.SQL = `-- deadline.ended
update deadlines set state = $3, note = $4 where tenant_id = $1 and id = $2`

const postponed db.SQL = `-- deadline.postponed
update deadlines set try_at = $3, tries = tries + 1 where tenant_id = $1 and id = $2 and state = 'OPEN' and tries = $4`
