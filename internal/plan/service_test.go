package plan_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/testworld"
)

// must gives what a use case gave, or ends the test.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// fields gives "path: code" of a refusal, in order.
func fields(err error) []string {
	var f *fault.Fault
	var out []string
	if errors.As(err, &f) {
		for _, x := range f.Fields {
			out = append(out, x.Path+": "+x.Code)
		}
	}
	slices.Sort(out)
	return out
}

func TestAPlanIsMadeChangedAndDeleted(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, boss := t.Context(), w.Actor(org.Administrator)
		list := w.Checklist("Gate", w.Question("Lamp on?"))
		a, b := w.NewAsset(w.Harbour.ID, "A"), w.NewAsset(w.Harbour.ID, "B")
		in := w.PlanInput(w.Harbour.ID, "  Night  round ", list, func(in *plan.Input) {
			in.Kind, in.Stops, in.Ordered = plan.Tour, []plan.Stop{{Asset: &a.ID}, {Asset: &b.ID, Travel: 5}}, true
		})
		p := must(w.Plans.Create(ctx, boss, in))(t)
		if p.Name != "Night round" || p.SiteName != "Harbour" || p.PersonName == "" || p.ChecklistName != "Gate" || p.Words() != "every day at 08:00" || p.ScheduleVersion != 1 {
			t.Errorf("%+v", p)
		}
		got := must(w.Plans.Get(ctx, boss, p.ID))(t)
		p.Seed = got.Seed
		if diff := cmp.Diff(p, got, cmp.Comparer(func(a, b id.UUID) bool { return a == b })); diff != "" || got.Stops[1].Name != "B" || got.Seed == 0 {
			t.Errorf("%s %+v", diff, got.Stops)
		}
		if _, err := w.Plans.Create(ctx, boss, in); fault.KindOf(err) != fault.Conflict || fields(err)[0] != "name: taken" {
			t.Errorf("the same name: %v", err)
		}
		in.Description = "Look behind the shed."
		in.Stops = got.Stops
		p = must(w.Plans.Update(ctx, boss, p.ID, 1, in))(t)
		if p.ScheduleVersion != 1 {
			t.Error("another description moves what is to come")
		}
		in.Stops = []plan.Stop{got.Stops[1], got.Stops[0]}
		p = must(w.Plans.Update(ctx, boss, p.ID, 2, in))(t)
		if p.ScheduleVersion != 2 || p.Stops[0].ID != got.Stops[1].ID {
			t.Errorf("%+v", p)
		}
		if _, err := w.Plans.Update(ctx, boss, p.ID, 2, in); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a stale change: %v", err)
		}
		other := in
		other.Kind, other.Site = plan.Task, w.Mill.ID
		other.Stops = nil
		if _, err := w.Plans.Update(ctx, boss, p.ID, 3, other); cmp.Diff([]string{"kind: fixed", "site_id: fixed"}, fields(err)) != "" {
			t.Errorf("another kind and site: %v", fields(err))
		}
		listed := must(w.Plans.List(ctx, boss, plan.Filter{Search: "NIGHT", Kind: plan.Tour, Site: &w.Harbour.ID}, page.Request{}))(t)
		if len(listed.Items) != 1 || listed.Items[0].ID != p.ID {
			t.Errorf("%+v", listed)
		}
		if by := must(w.Plans.ByID(ctx, boss, []id.Plan{p.ID, id.New[id.Plan]()}))(t); len(by) != 1 {
			t.Errorf("%+v", by)
		}
		if err := w.Plans.Delete(ctx, boss, p.ID, 3); err != nil {
			t.Error(err)
		}
		if _, err := w.Plans.Get(ctx, boss, p.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("it is still there: %v", err)
		}
	})
}

func TestEveryViolationOfAPlanIsNamed(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, boss := t.Context(), w.Actor(org.Administrator)
		last := plan.Schedule{Rule: "* * * * *", From: "2026-11-25", Holidays: "ODD", Before: -1, Rounds: 9}
		_, err := w.Plans.Create(ctx, boss, plan.Input{Kind: plan.Maintenance, Site: w.Harbour.ID, Schedule: last, Expiry: plan.RaiseTicket, Priority: "ODD", Proof: "ODD"})
		want := []string{
			"asset_id: required", "category_id: required", "checklist_id: required", "duration_minutes: range", "grace_before_minutes: range", "holidays: unknown",
			"name: required", "person_id: assignee", "priority: unknown", "proof: unknown", "rounds: range", "rule: often",
		}
		if diff := cmp.Diff(want, fields(err)); diff != "" {
			t.Error(diff)
		}
		there := w.SecondTenant()
		theirs := there.Checklist("Theirs", there.Question("Theirs?"))
		pump, mill := there.NewAsset(there.Harbour.ID, "P"), w.NewAsset(w.Mill.ID, "M")
		in := w.PlanInput(w.Harbour.ID, "Round", theirs, func(in *plan.Input) {
			in.Kind, in.Stops = plan.Tour, []plan.Stop{{Asset: &pump.ID}, {Asset: &mill.ID}}
			in.Person = new(there.Staff[org.Guard].ID)
		})
		_, err = w.Plans.Create(ctx, boss, in)
		want = []string{"checklist_id: unknown", "person_id: unknown", "stops[0].asset_id: unknown", "stops[1].asset_id: unknown"}
		if diff := cmp.Diff(want, fields(err)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestWhoMayPlanWhere: a permission holds at the site of the plan; another site's plan is like none.
func TestWhoMayPlanWhere(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		list := w.Checklist("Gate", w.Question("Lamp on?"))
		here, there := w.Plan(w.Harbour.ID, "Here", list), w.Plan(w.Mill.ID, "There", list)
		m := w.Someone(&w.Harbour.ID)
		w.Grant(m.ID, nil, &w.Harbour.ID, plan.CanRead)
		who := w.As(m)
		if got := must(w.Plans.List(ctx, who, plan.Filter{}, page.Request{}))(t); len(got.Items) != 1 || got.Items[0].ID != here.ID {
			t.Errorf("%+v", got)
		}
		if _, err := w.Plans.Get(ctx, who, there.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another site's: %v", err)
		}
		if _, err := w.Plans.Update(ctx, who, here.ID, 1, plan.Input{}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("without the permission: %v", err)
		}
		w.Grant(m.ID, nil, &w.Harbour.ID, plan.CanUpdate, plan.CanCreate, plan.CanDelete)
		who = w.As(m)
		if err := w.Plans.Delete(ctx, who, there.ID, 1); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another site's is deleted: %v", err)
		}
		if _, err := w.Plans.Create(ctx, who, w.PlanInput(w.Mill.ID, "New", list)); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a plan of another site: %v", err)
		}
		if _, err := w.Plans.CreateBlackout(ctx, who, plan.Blackout{From: w.Clock.Now(), Until: w.Clock.Now().Add(time.Hour), Reason: "All"}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a blackout of all sites: %v", err)
		}
		coming, _, err := w.Plans.Look(ctx, who, plan.Filter{}, w.Clock.Now(), w.Clock.Now().AddDate(0, 0, 2))
		if err != nil || len(coming) != 2 || coming[0].Plan.ID != here.ID {
			t.Errorf("%v %+v", err, coming)
		}
	})
}

// TestDefect013ThePreviewIsWhatComes: the preview went by the server's clock and another expansion than what was made.
func TestDefect013ThePreviewIsWhatComes(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, boss := t.Context(), w.Actor(org.Administrator)
		list := w.Checklist("Gate", w.Question("Lamp on?"))
		hours := calendar.Input{Name: "Week", Holidays: []calendar.Holiday{{Day: "2026-11-26", Name: "Harvest"}}}
		for d := time.Monday; d <= time.Friday; d++ {
			hours.Openings = append(hours.Openings, calendar.Opening{Weekday: d, From: 480, Until: 1020})
		}
		must(w.Calendar.Put(ctx, boss, nil, 0, hours))(t)
		in := w.PlanInput(w.Harbour.ID, "Lamps", list, func(in *plan.Input) { in.Holidays = plan.Shift })
		from, until := w.Clock.Now(), w.Clock.Now().AddDate(0, 0, 3) // 25 November 09:00 UTC, 14:30 at the site
		say := func(all []plan.Coming) (out []string) {
			for _, c := range all {
				out = append(out, c.Nominal+" > "+c.At.Format(time.RFC3339)+" "+c.Why)
			}
			return out
		}
		want := []string{
			"2026-11-26T08:00 > 2026-11-27T02:30:00Z Moved from 2026-11-26: Harvest", "2026-11-27T08:00 > 2026-11-27T02:30:00Z ", "2026-11-28T08:00 > 2026-11-28T02:30:00Z ",
		}
		looked, _, err := w.Plans.Preview(ctx, boss, in, from, until)
		if diff := cmp.Diff(want, say(looked)); diff != "" || err != nil {
			t.Error(diff)
		}
		must(w.Plans.Create(ctx, boss, in))(t)
		coming, more, err := w.Plans.Look(ctx, boss, plan.Filter{}, from, until)
		if diff := cmp.Diff(want, say(coming)); diff != "" || err != nil || more {
			t.Error(diff, err, more)
		}
		x := must(w.Plans.CreateBlackout(ctx, boss, plan.Blackout{Site: &w.Harbour.ID, From: from, Until: until, Reason: " Shut  down "}))(t)
		if x.Reason != "Shut down" || x.SiteName != "Harbour" || len(must(w.Plans.ListBlackouts(ctx, boss))(t)) != 1 {
			t.Errorf("%+v", x)
		}
		coming, _, err = w.Plans.Look(ctx, boss, plan.Filter{}, from, until)
		if err != nil || coming[0].At.Format(time.DateOnly) != "2026-11-30" {
			t.Errorf("in a blackout: %v %v", say(coming), err)
		}
		if err := w.Plans.DeleteBlackout(ctx, boss, x.ID, 2); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a stale deletion: %v", err)
		}
		if err := w.Plans.DeleteBlackout(ctx, boss, x.ID, 1); err != nil || len(must(w.Plans.ListBlackouts(ctx, boss))(t)) != 0 {
			t.Errorf("it stays: %v", err)
		}
		if _, _, err := w.Plans.Look(ctx, boss, plan.Filter{}, from, from.AddDate(2, 0, 0)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("two years ahead: %v", err)
		}
		last := time.Date(9999, 12, 1, 0, 0, 0, 0, time.UTC) // what comes then lasts into a year that no answer can write
		if _, _, err := w.Plans.Look(ctx, boss, plan.Filter{}, last, last.AddDate(0, 0, 30)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("the last month of all: %v", err)
		}
	})
}
