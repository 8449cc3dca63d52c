package job_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/testworld"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

func TestStopWaitsForWhatRuns(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		started := make(chan bool, 1)
		var c calls
		r := s.runner(func(r *job.Runner) {
			job.Register(r, func(ctx context.Context, _ actor.Actor, g greet) error {
				started <- true
				select {
				case <-ctx.Done():
				case <-time.After(500 * time.Millisecond):
					c.add("to the end")
				}
				return ctx.Err()
			})
		})
		if err := s.put(t.Context(), s.who, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, greet{"x"}, "") }); err != nil {
			t.Fatal(err)
		}
		<-started
		s.stop(r)
		testworld.Same(t, []string{"to the end"}, c.list())
		testworld.Same(t, []string{"test.greet done"}, s.outcomes())
	})
}

// TestWorkThatWasCutOffComesAgain: at least once, whatever stops.
func TestWorkThatWasCutOffComesAgain(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		started := make(chan bool, 1)
		r := s.runner(func(r *job.Runner) {
			job.Register(r, func(ctx context.Context, _ actor.Actor, g greet) error {
				started <- true
				<-ctx.Done()
				return ctx.Err()
			})
		})
		if err := s.put(t.Context(), s.who, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, greet{"x"}, "") }); err != nil {
			t.Fatal(err)
		}
		<-started
		short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := r.Stop(short); err != nil {
			t.Errorf("a stop that runs out of patience: %v", err)
		}
		var c calls
		s.runner(func(r *job.Runner) {
			job.Register(r, func(_ context.Context, _ actor.Actor, g greet) error { c.add("%s", g.Name); return nil })
		})
		testworld.Eventually(t, "a second run", func() bool { return len(c.list()) == 1 })
	})
}

func TestWorkWaitsForARunner(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		if err := s.put(t.Context(), s.who, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, greet{"early"}, "") }); err != nil {
			t.Fatal(err)
		}
		var c calls
		s.runner(func(r *job.Runner) {
			job.Register(r, func(_ context.Context, _ actor.Actor, g greet) error { c.add("%s", g.Name); return nil })
		})
		testworld.Eventually(t, "a run", func() bool { return len(c.list()) == 1 })
	})
}

func TestRecurringWorkRunsAtStartAndAgain(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		var c calls
		for range 2 { // on two nodes
			s.runner(func(r *job.Runner) {
				job.Every(r, time.Second, other{}, func(_ context.Context, who actor.Actor, _ other) error {
					c.add("%s of %v", who.Kind(), who.Tenant())
					return nil
				})
			})
		}
		testworld.Eventually(t, "three runs", func() bool { return len(c.list()) >= 3 })
		if got := c.list()[0]; got != "system of "+(id.Tenant{}).String() {
			t.Errorf("run as %s, want the system of no tenant", got)
		}
		before := len(c.list())
		time.Sleep(2500 * time.Millisecond)
		if n := len(c.list()) - before; n > 4 {
			t.Errorf("%d runs in two and a half seconds: both nodes make them", n)
		}
	})
}

func TestRegistrationFaultsShowAtStart(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		r := job.New(job.Config{DB: s.d, Log: slog.New(slog.DiscardHandler)})
		for range 2 {
			job.Register(r, func(context.Context, actor.Actor, other) error { return nil })
		}
		if err := r.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "test.other") {
			t.Errorf("one kind twice: %v", err)
		}
		if err := r.Stop(t.Context()); err != nil {
			t.Errorf("a stop before any start: %v", err)
		}
	})
}

func TestWhatJSONCannotHoldIsNotEnqueued(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		err := s.put(t.Context(), s.who, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, bad{}, "") })
		if err == nil || !strings.Contains(err.Error(), "enqueue test.bad") {
			t.Errorf("%v", err)
		}
	})
}

type bad struct{ C chan int }

func (bad) Kind() string { return "test.bad" }

// heard is work that a journal row starts.
type heard struct{ journal.Event }

func (heard) Kind() string { return "test.heard" }

// things records sixty changes of two tenants through two nodes, of which forty have a verb that starts work, and gives those.
func (s *shop) things(nodes []*journal.Journal) map[string]bool {
	s.t.Helper()
	stranger := dbtest.Actor(dbtest.Tenant(s.t, s.d))
	want := map[string]bool{}
	for i := range 60 {
		subject, who, verb := id.New[id.Any](), s.who, []string{"thing.made", "thing.sold", "thing.seen"}[i%3]
		if i%2 == 0 {
			who = stranger
		}
		err := s.d.Write(s.t.Context(), who, func(tx *db.Tx) error {
			return nodes[i%2].Record(s.t.Context(), tx, journal.Change{Verb: verb, Subject: subject})
		})
		if err != nil {
			s.t.Fatal(err)
		}
		if verb != "thing.seen" {
			want[verb+" "+subject.String()] = true
		}
	}
	return want
}

// TestAWatchStartsWorkOnceARow: though two sealers race, and a third comes after a restart.
func TestAWatchStartsWorkOnceARow(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		ctx := t.Context()
		var c calls
		newJournal := func() *journal.Journal {
			return journal.New(journal.Config{DB: s.d, Key: testworld.JournalKey(), Anchor: testworld.AnchorKey(), Now: clock.System(), Every: 5 * time.Millisecond,
				Log: slog.New(slog.NewTextHandler(s.log, nil))})
		}
		work := func(_ context.Context, who actor.Actor, h heard) error {
			c.add("%s %s %s %d %v %s", h.Verb, h.Subject, h.Entry, h.Seq, h.Tenant == who.Tenant(), h.Request)
			return nil
		}
		var journals []*journal.Journal
		for range 2 {
			s.runner(func(r *job.Runner) {
				j := newJournal()
				job.Watch(r, j, []string{"thing.made", "thing.sold"}, work)
				journals = append(journals, j)
			})
		}
		running, cancel := context.WithCancel(ctx)
		done := make(chan error, 2)
		for _, j := range journals {
			go func() { done <- j.Run(running) }()
		}
		want := s.things(journals)
		testworld.Eventually(t, "all work", func() bool { return len(c.list()) >= len(want) })
		cancel()
		for range journals {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if err := newJournal().Seal(ctx); err != nil {
			t.Error(err)
		}
		time.Sleep(200 * time.Millisecond) // more would have come
		if n := len(c.list()); n != len(want) {
			t.Errorf("%d runs for %d rows", n, len(want))
		}
		for _, line := range c.list() {
			f := strings.Fields(line)
			if !want[f[0]+" "+f[1]] || f[3] == "0" || f[4] != "true" {
				t.Errorf("%s", line)
			}
			delete(want, f[0]+" "+f[1])
		}
	})
}
