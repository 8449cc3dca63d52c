package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/job"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

func TestWorkThatFailsComesAgain(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		var c calls
		s.runner(func(r *job.Runner) {
			job.Register(r, func(_ context.Context, _ actor.Actor, g greet) error {
				if c.add("%s", g.Name) < 2 {
					return fault.Of(fault.Unavailable, "Away.")
				}
				return nil
			})
		})
		if err := s.put(t.Context(), s.who, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, greet{"x"}, "") }); err != nil {
			t.Fatal(err)
		}
		testworld.Eventually(t, "a second run", func() bool { return len(s.outcomes()) == 2 })
		testworld.Same(t, []string{"test.greet retried", "test.greet done"}, s.outcomes())
	})
}

func TestWorkThatCannotSucceedIsGivenUp(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		never := []fault.Kind{fault.Invalid, fault.Malformed, fault.NotFound, fault.Forbidden, fault.Unauthenticated, fault.Conflict, fault.TooLarge}
		later := []fault.Kind{fault.Internal, fault.Unavailable, fault.TooMany, fault.Full}
		var c calls
		s.runner(func(r *job.Runner) {
			job.Register(r, func(_ context.Context, _ actor.Actor, g greet) error {
				c.add("%s", g.Name)
				return fmt.Errorf("work: %w", fault.Of(fault.Kind(g.Name), "No."))
			})
		})
		err := s.put(t.Context(), s.who, func(tx *db.Tx) error {
			for _, k := range never {
				if err := job.Enqueue(t.Context(), tx, greet{string(k)}, ""); err != nil {
					return err
				}
			}
			for _, k := range later { // of which this is the only attempt
				tx.Enqueue(db.JobRow{Kind: "test.greet", Args: []byte(`{"args":{"name":"` + string(k) + `"}}`), MaxAttempts: 1})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		want := len(never) + len(later)
		testworld.Eventually(t, "all runs", func() bool { return len(s.outcomes()) == want })
		time.Sleep(1500 * time.Millisecond) // none comes again
		if n := len(c.list()); n != want {
			t.Errorf("%d runs, want %d", n, want)
		}
		for _, o := range s.outcomes() {
			if o != "test.greet given_up" {
				t.Errorf("%s", o)
			}
		}
	})
}

func TestAPanicKeepsTheProcessAndComesAgain(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		var c calls
		s.runner(func(r *job.Runner) {
			job.Register(r, func(_ context.Context, _ actor.Actor, g greet) error {
				if c.add("%s", g.Name) == 1 {
					panic("canary in the work")
				}
				return nil
			})
		})
		if err := s.put(t.Context(), s.who, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, greet{"x"}, "") }); err != nil {
			t.Fatal(err)
		}
		testworld.Eventually(t, "a second run", func() bool { return len(s.outcomes()) == 2 })
		testworld.Same(t, []string{"test.greet panicked", "test.greet done"}, s.outcomes())
		for _, part := range []string{"job panicked", "canary in the work", "fault_test.go", "job=test.greet"} {
			if log := s.log.String(); !contains(log, part) {
				t.Errorf("the log does not say %q: %s", part, log)
			}
		}
	})
}

// TestTheLogOfWorkBearsItsRequest is: one id ties answer, journal, job and log.
func TestTheLogOfWorkBearsItsRequest(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		log := telemetry.NewLog(s.log, slog.LevelInfo)
		r := job.New(job.Config{DB: s.d, Log: log})
		job.Register(r, func(ctx context.Context, _ actor.Actor, g greet) error {
			log.InfoContext(ctx, "inside")
			switch g.Name {
			case "panic":
				panic("oh")
			case "give up":
				return fault.Missing("friend")
			}
			return nil
		})
		if err := r.Start(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		defer s.stop(r)
		ctx := telemetry.WithRequestID(t.Context(), "req-9")
		err := s.put(ctx, s.who, func(tx *db.Tx) error {
			return errors.Join(job.Enqueue(ctx, tx, greet{"panic"}, ""), job.Enqueue(ctx, tx, greet{"give up"}, ""))
		})
		if err != nil {
			t.Fatal(err)
		}
		testworld.Eventually(t, "both", func() bool {
			return contains(s.log.String(), "job panicked") && contains(s.log.String(), "job failed")
		})
		for line := range strings.Lines(s.log.String()) {
			if !contains(line, `"request_id":"req-9"`) || !contains(line, `"tenant":"`+s.tenant.String()+`"`) {
				t.Errorf("without its request or tenant: %s", line)
			}
		}
	})
}

func TestARunHasATimeLimit(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		r := job.New(job.Config{DB: s.d, Log: slog.New(slog.DiscardHandler), Timeout: 50 * time.Millisecond})
		var c calls
		job.Register(r, func(ctx context.Context, _ actor.Actor, g greet) error {
			<-ctx.Done()
			c.add("%v", ctx.Err())
			return ctx.Err()
		})
		if err := r.Start(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		defer s.stop(r)
		if err := s.put(t.Context(), s.who, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, greet{"x"}, "") }); err != nil {
			t.Fatal(err)
		}
		testworld.Eventually(t, "its end", func() bool { return len(c.list()) > 0 })
		testworld.Same(t, "context deadline exceeded", c.list()[0])
	})
}
