package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

// shop is a fresh database with a tenant, and what its runners did.
type shop struct {
	t      *testing.T
	d      *db.DB
	log    *testworld.Log
	tenant id.Tenant
	who    actor.Actor
	mu     sync.Mutex
	done   []string // "kind outcome"
}

func each(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	t.Parallel() // these tests mostly wait
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &shop{t: t, d: d, log: &testworld.Log{}, tenant: dbtest.Tenant(t, d)}
		s.who = dbtest.Actor(s.tenant)
		test(t, s)
	})
}

// runner makes a runner; register is called before it starts. It is stopped when the test ends.
func (s *shop) runner(register func(r *job.Runner)) *job.Runner {
	s.t.Helper()
	r := job.New(job.Config{DB: s.d, Log: slog.New(slog.NewTextHandler(s.log, nil)), Timeout: 5 * time.Second, Observe: func(kind string, o job.Outcome, took time.Duration) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.done = append(s.done, kind+" "+string(o))
	}})
	register(r)
	if err := r.Start(context.WithoutCancel(s.t.Context())); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { s.stop(r) })
	return r
}

func (s *shop) stop(r *job.Runner) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.t.Context()), 20*time.Second)
	defer cancel()
	if err := r.Stop(ctx); err != nil {
		s.t.Error(err)
	}
}

func (s *shop) outcomes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.done...)
}

// put enqueues in a transaction of an actor.
func (s *shop) put(ctx context.Context, who actor.Actor, what func(tx *db.Tx) error) error {
	return s.d.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		return what(tx)
	})
}

// greet is the work of these tests.
type greet struct {
	Name string `json:"name"`
}

func (greet) Kind() string { return "test.greet" }

type other struct{}

func (other) Kind() string { return "test.other" }

// calls notes what work was asked for.
type calls struct {
	mu  sync.Mutex
	all []string
}

func (c *calls) add(format string, args ...any) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, fmt.Sprintf(format, args...))
	return len(c.all)
}

func (c *calls) list() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.all...)
}

func TestWorkRunsAsTheSystemOfItsTenantUnderItsRequest(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		var c calls
		s.runner(func(r *job.Runner) {
			job.Register(r, func(ctx context.Context, who actor.Actor, g greet) error {
				c.add("%s as %s of %v, request %s", g.Name, who.Kind(), who.Tenant() == s.tenant, telemetry.RequestID(ctx))
				return nil
			})
			job.Register(r, func(context.Context, actor.Actor, other) error { return nil })
			testworld.Same(t, []string{"test.greet", "test.other"}, r.Kinds())
		})
		ctx := telemetry.WithRequestID(t.Context(), "req-8")
		if err := s.put(ctx, s.who, func(tx *db.Tx) error { return job.Enqueue(ctx, tx, greet{"Asha"}, "") }); err != nil {
			t.Fatal(err)
		}
		testworld.Eventually(t, "a run", func() bool { return len(s.outcomes()) == 1 })
		testworld.Same(t, []string{"Asha as system of true, request req-8"}, c.list())
		testworld.Same(t, []string{"test.greet done"}, s.outcomes())
	})
}

func TestARollbackTakesTheWorkBack(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		var c calls
		s.runner(func(r *job.Runner) {
			job.Register(r, func(_ context.Context, _ actor.Actor, g greet) error { c.add("%s", g.Name); return nil })
		})
		stop := errors.New("stop")
		for _, name := range []string{"lost", "kept"} {
			err := s.put(t.Context(), s.who, func(tx *db.Tx) error {
				if err := job.Enqueue(t.Context(), tx, greet{name}, ""); err != nil {
					return err
				}
				if name == "lost" {
					return stop
				}
				return nil
			})
			if name == "lost" != errors.Is(err, stop) {
				t.Errorf("%s: %v", name, err)
			}
		}
		testworld.Eventually(t, "a run", func() bool { return len(c.list()) > 0 })
		testworld.Same(t, []string{"kept"}, c.list())
	})
}

func TestAKeyMakesWorkOneForItsTenant(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		var c calls
		s.runner(func(r *job.Runner) {
			job.Register(r, func(_ context.Context, who actor.Actor, g greet) error { c.add("%s", g.Name); return nil })
			job.Register(r, func(context.Context, actor.Actor, other) error { c.add("other"); return nil })
		})
		stranger := dbtest.Actor(dbtest.Tenant(t, s.d))
		put := func(who actor.Actor, name, key string) {
			t.Helper()
			if err := s.put(t.Context(), who, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, greet{name}, key) }); err != nil {
				t.Fatal(err)
			}
		}
		put(s.who, "first", "k")
		testworld.Eventually(t, "the first", func() bool { return len(c.list()) == 1 })
		put(s.who, "again", "k") // though the first is done
		put(s.who, "second", "k2")
		put(stranger, "stranger", "k")
		put(s.who, "free", "")
		put(s.who, "free", "")
		if err := s.put(t.Context(), s.who, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, other{}, "k") }); err != nil {
			t.Fatal(err)
		}
		testworld.Eventually(t, "all", func() bool { return len(c.list()) >= 6 })
		time.Sleep(200 * time.Millisecond) // a seventh would have come
		count := map[string]int{}
		for _, name := range c.list() {
			count[name]++
		}
		testworld.Same(t, map[string]int{"first": 1, "second": 1, "stranger": 1, "free": 2, "other": 1}, count)
	})
}

func TestWorkMayBePutOffUntilAMoment(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		var c calls
		s.runner(func(r *job.Runner) {
			job.Register(r, func(_ context.Context, _ actor.Actor, g greet) error {
				c.add("%s %v", g.Name, time.Now().UnixMilli())
				return nil
			})
		})
		due := time.Now().Add(1500 * time.Millisecond)
		if err := s.put(t.Context(), s.who, func(tx *db.Tx) error { return job.EnqueueAt(t.Context(), tx, greet{"later"}, "", due) }); err != nil {
			t.Fatal(err)
		}
		testworld.Eventually(t, "a run", func() bool { return len(c.list()) == 1 })
		var name string
		var ran int64
		if _, err := fmt.Sscan(c.list()[0], &name, &ran); err != nil || ran < due.UnixMilli() {
			t.Errorf("%s ran %d ms before it was due (%v)", name, due.UnixMilli()-ran, err)
		}
	})
}
