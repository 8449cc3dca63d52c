package demo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/demo"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/testworld"
)

// TestGuardsWalkTheirRounds: rounds are planned once, and what comes of them is walked stop by stop by whose it is.
func TestGuardsWalkTheirRounds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, s := newWorld(t, d)
		fill(t, s, 12)
		who := systemOf(t, s, "SAHYADRI")
		live := func() (stop func()) {
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- demo.Live(ctx, s, demo.Options{Seed: 1, Made: made, Beat: time.Millisecond}) }()
			return func() {
				cancel()
				if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			}
		}
		plans := func(kind plan.Kind) []plan.Plan {
			found, err := s.Plans.List(t.Context(), who, plan.Filter{Kind: kind}, page.Request{})
			if err != nil {
				t.Fatal(err)
			}
			return found.Items
		}
		stop := live()
		testworld.Eventually(t, "rounds are planned", func() bool { return len(plans(plan.Tour)) > 0 })
		stop()
		rounds, all := plans(plan.Tour), len(plans(""))
		if err := s.Tasks.GenerateAll(t.Context(), who); err != nil {
			t.Fatal(err)
		}
		next, err := s.Tasks.List(t.Context(), who, task.Filter{Plan: &rounds[0].ID}, page.Request{Limit: 1})
		if err != nil || len(next.Items) != 1 {
			t.Fatal(err, "no round comes")
		}
		w.Clock.Advance(next.Items[0].Begins.Add(6 * time.Minute).Sub(w.Clock.Now()))
		stop = live()
		testworld.Eventually(t, "a stop is scanned", func() bool {
			done, err := s.Tasks.List(t.Context(), who, task.Filter{Visits: true, Statuses: []task.Status{task.Completed}}, page.Request{Limit: 1})
			return err == nil && len(done.Items) > 0 && done.Items[0].PerformerName == done.Items[0].PersonName
		})
		stop()
		if n := len(plans("")); n != all {
			t.Errorf("%d plans, %d before: they were planned again", n, all)
		}
	})
}
