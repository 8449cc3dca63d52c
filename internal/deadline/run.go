package deadline

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
)

// workers is how much is done side by side, of all tenants together.
const workers = 4

// Run looks at what has come until ctx ends. Several nodes may run it: each expectation is ended by one. The first look is at every tenant; from then on
// this node knows when the next of each comes, hears of what changes (Heard), and goes round all of them anyway. A fault is logged once a look, that of a
// database which is away once; what could not be looked at is tried again, later and later.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(s.c.Tick)
	defer tick.Stop()
	more, silent := make(chan struct{}, 1), false
	for n := 0; ; {
		var some []id.Tenant
		var fault error
		select {
		case <-ctx.Done():
			return nil
		case <-more:
		case <-tick.C:
			some, fault = s.round(ctx, n)
			n++
		}
		tenants := s.come(some)
		left, away := s.turn(ctx, tenants)
		if left {
			select {
			case more <- struct{}{}:
			default:
			}
		}
		if err := errors.Join(fault, away); err != nil && !silent && ctx.Err() == nil {
			silent = true
			s.c.Log.ErrorContext(ctx, "deadlines not looked for", "err", err)
		} else if err == nil && len(tenants) > 0 {
			silent = false
		}
	}
}

// round gives the tenants that are looked at in a turn whatever this node knows of them: all in the first, then about one a turn, more where there are so
// many that they would not all have been looked at within the time of a round, and fewer where each would be looked at more often than every third turn.
func (s *Service) round(ctx context.Context, turn int) ([]id.Tenant, error) {
	ticks := max(int(s.c.Round/s.c.Tick), 1)
	first := len(s.all) == 0
	if first || turn%ticks == 0 {
		all, err := s.c.Tenants(ctx)
		if err != nil {
			return nil, fmt.Errorf("look for tenants: %w", err)
		}
		s.all = all
	}
	if first {
		return s.all, nil
	}
	turns := min(max(len(s.all), 3), ticks)
	part := turn % turns
	return s.all[len(s.all)*part/turns : len(s.all)*(part+1)/turns], nil
}

// come gives the tenants of which something has come as far as this node knows, and some more.
func (s *Service) come(some []id.Tenant) (all []id.Tenant) {
	now := s.c.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := map[id.Tenant]bool{}
	for t, at := range s.next {
		if !at.After(now) {
			seen[t], all = true, append(all, t)
			delete(s.next, t)
		}
	}
	for _, t := range some {
		if !seen[t] {
			all = append(all, t)
		}
	}
	return all
}

// turn looks at tenants, and does what has come: of each as much as one read gives, so that one of which much has come does not hold up the others. left
// says that there may be more; away is why tenants could not be looked at.
func (s *Service) turn(ctx context.Context, tenants []id.Tenant) (left bool, away error) {
	faults, more := make([]error, len(tenants)), make([]bool, len(tenants))
	var g sync.WaitGroup
	for i, t := range tenants {
		g.Go(func() {
			var failed error
			more[i], faults[i], failed = s.visit(ctx, t)
			if failed != nil && ctx.Err() == nil {
				s.c.Log.ErrorContext(ctx, "deadlines not looked at", "err", failed)
			}
		})
	}
	g.Wait()
	for i, t := range tenants {
		if more[i] {
			s.Sooner(t, s.c.Now())
			left = true
		}
	}
	return left, errors.Join(faults...)
}

// visit looks at a tenant in a turn.
func (s *Service) visit(ctx context.Context, t id.Tenant) (more bool, away, failed error) {
	who := job.Actor(t)
	more, away, failed = s.some(ctx, who)
	faults := []error{failed}
	for _, do := range s.also {
		next, err := s.beside(ctx, who, do)
		if faults = append(faults, err); !next.IsZero() {
			s.Sooner(t, next)
			more = more || !next.After(s.c.Now())
		}
	}
	failed = errors.Join(faults...)
	if away != nil || failed != nil {
		s.Sooner(t, s.c.Now().Add(soonest))
	}
	return more, away, failed
}

// slot waits until something may be done beside what is, and gives what ends it.
func (s *Service) slot() (free func()) {
	s.slots <- struct{}{}
	return func() { <-s.slots }
}

// beside does what else comes of a tenant.
func (s *Service) beside(ctx context.Context, who actor.Actor, do Also) (time.Time, error) {
	defer s.slot()()
	return do(ctx, who)
}
