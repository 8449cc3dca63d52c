package plan_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/testworld"
)

// TestStopsStayWhoTheyAre: a change that leaves the ids of stops out, or brings them in another order, makes no other stops of them.
func TestStopsStayWhoTheyAre(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, boss := t.Context(), w.Actor(org.Administrator)
		list := w.Checklist("Gate", w.Question("Lamp on?"))
		a, b, c := w.NewAsset(w.Harbour.ID, "A").ID, w.NewAsset(w.Harbour.ID, "B").ID, w.NewAsset(w.Harbour.ID, "C").ID
		in := w.PlanInput(w.Harbour.ID, "Round", list, func(in *plan.Input) {
			in.Kind, in.Stops = plan.Tour, []plan.Stop{{Asset: &a}, {Asset: &b}, {Asset: &a, Travel: 5}}
		})
		p := must(w.Plans.Create(ctx, boss, in))(t)
		first, second, third := p.Stops[0].ID, p.Stops[1].ID, p.Stops[2].ID
		change := func(stops ...plan.Stop) (ids []id.Stop, moved bool) {
			in.Stops = stops
			got := must(w.Plans.Update(ctx, boss, p.ID, p.Version, in))(t)
			for _, s := range got.Stops {
				ids = append(ids, s.ID)
			}
			moved, p = got.ScheduleVersion > p.ScheduleVersion, got
			return ids, moved
		}
		same := cmp.Comparer(func(x, y id.Stop) bool { return x == y })
		ids, moved := change(plan.Stop{Asset: &a}, plan.Stop{Asset: &b}, plan.Stop{Asset: &a, Travel: 5})
		if diff := cmp.Diff([]id.Stop{first, second, third}, ids, same); diff != "" || moved {
			t.Errorf("the same without ids: %v %s", moved, diff)
		}
		ids, moved = change(plan.Stop{Asset: &b}, plan.Stop{Asset: &a}, plan.Stop{ID: first, Asset: &a})
		if diff := cmp.Diff([]id.Stop{second, third, first}, ids, same); diff != "" || !moved {
			t.Errorf("in another order: %v %s", moved, diff)
		}
		ids, _ = change(plan.Stop{Asset: &c}, plan.Stop{Asset: &b})
		if ids[1] != second || ids[0] == first || ids[0] == third {
			t.Errorf("with another one: %v", ids)
		}
		in.Stops = []plan.Stop{{ID: second, Asset: &b}, {ID: second, Asset: &a}, {ID: first, Asset: &a}}
		_, err := w.Plans.Update(ctx, boss, p.ID, p.Version, in)
		if diff := cmp.Diff([]string{"stops[1].id: unknown", "stops[2].id: unknown"}, fields(err)); diff != "" {
			t.Errorf("twice, and of nobody: %s", diff)
		}
	})
}

// TestABlackoutMovesWhatKeepsHolidays: the plans of its site that do not come all the same are reckoned anew, and no others.
func TestABlackoutMovesWhatKeepsHolidays(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, boss := t.Context(), w.Actor(org.Administrator)
		list := w.Checklist("Gate", w.Question("Lamp on?"))
		skips := func(in *plan.Input) { in.Holidays = plan.Skip }
		moves, stays, elsewhere := w.Plan(w.Harbour.ID, "Skips", list, skips), w.Plan(w.Harbour.ID, "Comes", list), w.Plan(w.Mill.ID, "Skips", list, skips)
		versions := func() (out []int64) {
			for _, p := range []plan.Plan{moves, stays, elsewhere} {
				out = append(out, must(w.Plans.Get(ctx, boss, p.ID))(t).ScheduleVersion)
			}
			return out
		}
		b := must(w.Plans.CreateBlackout(ctx, boss, plan.Blackout{Site: &w.Harbour.ID, From: w.Clock.Now(), Until: w.Clock.Now().Add(time.Hour), Reason: "Shut"}))(t)
		if diff := cmp.Diff([]int64{2, 1, 1}, versions()); diff != "" {
			t.Error(diff)
		}
		if err := w.Plans.DeleteBlackout(ctx, boss, b.ID, b.Version); err != nil {
			t.Fatal(err)
		}
		must(w.Plans.CreateBlackout(ctx, boss, plan.Blackout{From: w.Clock.Now(), Until: w.Clock.Now().Add(time.Hour), Reason: "All shut"}))(t)
		if diff := cmp.Diff([]int64{4, 1, 2}, versions()); diff != "" {
			t.Error(diff)
		}
	})
}
