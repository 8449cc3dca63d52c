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

// TestGuardsWalkTheirRounds: rounds are planned once, and what comes of them is walked stop by stop by whose it is; so is what comes by a meter or by the end of the last.
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
			found, err := s.Plans.List(t.Context(), who, plan.Filter{Kind: kind}, page.Request{Limit: page.Max})
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
		// One plan comes by the end of its last task, one by a meter; what the meter's readings bring is there.
		var byMeter plan.Plan
		has := map[plan.Trigger]bool{}
		for _, p := range plans("") {
			if has[p.Trigger()] = true; p.Trigger() == plan.ByMeter {
				byMeter = p
			}
		}
		brought := func(done ...task.Status) int {
			found, err := s.Tasks.List(t.Context(), who, task.Filter{Plan: &byMeter.ID, Statuses: done}, page.Request{})
			if err != nil {
				t.Fatal(err)
			}
			return len(found.Items)
		}
		if !has[plan.ByEnd] || brought() != 1 {
			t.Errorf("plans come by %v; the meter brought %d tasks", has, brought())
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
		testworld.Eventually(t, "what the meter brought is done", func() bool { return brought(task.Completed) == 1 })
		stop()
		if n := len(plans("")); n != all {
			t.Errorf("%d plans, %d before: they were planned again", n, all)
		}
	})
}
