package plan_test

import (
	"fmt"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/testworld"
)

// TestWhatAChangeDoes: what saving would add, take away and move is what the plan then brings, and nothing is kept.
func TestWhatAChangeDoes(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		list := w.Checklist("Round", w.Question("All well?"))
		a, b := w.NewAsset(w.Harbour.ID, "A"), w.NewAsset(w.Harbour.ID, "B")
		p := w.Plan(w.Harbour.ID, "Round", list, func(in *plan.Input) {
			in.Kind, in.Rule, in.Stops = plan.Tour, "0 8,20 * * *", []plan.Stop{{Asset: &a.ID}, {Asset: &b.ID}}
		})
		from := w.Clock.Now()
		until := from.AddDate(0, 0, 10)
		for claim, c := range map[string]struct {
			change func(*plan.Input)
			want   string
		}{
			"nothing":         {func(*plan.Input) {}, "+0 -0 ~0 =20"},
			"another name":    {func(in *plan.Input) { in.Name = "Patrol" }, "+0 -0 ~0 =20"},
			"an hour more":    {func(in *plan.Input) { in.Rule = "0 8,12,20 * * *" }, "+10 -0 ~0 =20"},
			"an hour later":   {func(in *plan.Input) { in.Rule = "0 9,20 * * *" }, "+10 -10 ~0 =10"},
			"longer":          {func(in *plan.Input) { in.Duration = 90 }, "+0 -0 ~20 =0"},
			"the other way":   {func(in *plan.Input) { in.Stops[0], in.Stops[1] = in.Stops[1], in.Stops[0] }, "+0 -0 ~20 =0"},
			"other hands":     {func(in *plan.Input) { in.Person = new(w.Staff["TECHNICIAN"].ID) }, "+0 -0 ~20 =0"},
			"inactive":        {func(in *plan.Input) { in.Active = false }, "+0 -20 ~0 =0"},
			"until the fifth": {func(in *plan.Input) { in.Until = new(p.From[:8] + "30") }, "+0 -"},
		} {
			in := w.PlanInput(w.Harbour.ID, "Round", list, func(in *plan.Input) {
				in.Kind, in.Rule, in.Stops = plan.Tour, "0 8,20 * * *", []plan.Stop{{Asset: &a.ID}, {Asset: &b.ID}}
			})
			c.change(&in)
			d, err := w.Plans.Difference(t.Context(), w.System, p.ID, in, from, until)
			got := fmt.Sprintf("+%d -%d ~%d =%d", len(d.Added), len(d.Removed), len(d.Moved), d.Same)
			if err != nil || len(got) < len(c.want) || got[:len(c.want)] != c.want {
				t.Errorf("%s: %s, want %s: %v", claim, got, c.want, err)
			}
		}
		if now, err := w.Plans.Get(t.Context(), w.System, p.ID); err != nil || now.Version != p.Version {
			t.Errorf("a look changed the plan: %v", err)
		}
		in := w.PlanInput(w.Tower.ID, "Round", list)
		_, err := w.Plans.Difference(t.Context(), w.System, p.ID, in, from, until)
		testworld.Fault(t, err, fault.Invalid, "kind fixed", "site_id fixed")
		stranger := w.As(w.Someone(&w.Tower.ID, actor.Permission("task.read")))
		_, err = w.Plans.Difference(t.Context(), stranger, p.ID, in, from, until)
		testworld.Refused(t, err, plan.CanRead)
		_, err = w.Plans.Difference(t.Context(), w.System, id.New[id.Plan](), in, from, from.Add(time.Hour))
		testworld.Gone(t, err, "plan")
	})
}
