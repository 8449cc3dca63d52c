package task_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/testworld"
)

// post is a world with a published checklist and a boss.
type post struct {
	*testworld.World
	t    *testing.T
	list checklist.Checklist
}

func each(t *testing.T, test func(t *testing.T, p *post)) {
	t.Helper()
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		test(t, &post{w, t, w.Checklist("Gate", w.Question("Lamp on?"))})
	})
}

func (p *post) ok(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *post) generate() {
	p.t.Helper()
	p.ok(p.Tasks.GenerateAll(p.t.Context(), p.System))
}

// tasks gives the tasks of a plan as "nominal begins-due status", visits after their run with their name before.
func (p *post) tasks(of id.Plan) []string {
	p.t.Helper()
	all, err := p.Tasks.List(p.t.Context(), p.System, task.Filter{Plan: &of, Visits: true}, page.Request{Limit: page.Max})
	p.ok(err)
	var out []string
	for _, t := range all.Items {
		name := ""
		if t.Parent != nil {
			name = t.Name + " "
		}
		out = append(out, fmt.Sprintf("%s %s%s-%s %s", t.Nominal, name, t.Begins.Format("02 15:04"), t.Due.Format("15:04"), t.Status))
	}
	return out
}

func (p *post) ids(of id.Plan) map[id.Task]task.Task {
	p.t.Helper()
	all, err := p.Tasks.List(p.t.Context(), p.System, task.Filter{Plan: &of, Visits: true}, page.Request{Limit: page.Max})
	p.ok(err)
	out := map[id.Task]task.Task{}
	for _, t := range all.Items {
		out[t.ID] = t
	}
	return out
}

// The world begins on 25 November at 09:00 UTC, 14:30 at the sites.

// TestDefect001To003GeneratedOnce: the last firing was made again at every run, a tour was made twelve times instead of seven, and a run by hand
// beside the periodic one doubled what it made.
func TestDefect001To003GeneratedOnce(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		a, b := p.NewAsset(p.Harbour.ID, "A"), p.NewAsset(p.Harbour.ID, "B")
		tour := p.Plan(p.Harbour.ID, "Round", p.list, func(in *plan.Input) {
			in.Kind, in.Before, in.Duration, in.Stops = plan.Tour, 5, 10, []plan.Stop{{Asset: &a.ID}, {Asset: &b.ID, Travel: 7}}
		})
		want := []string{
			"2026-11-26T08:00 26 02:25-02:57 ASSIGNED", "2026-11-26T08:00 A 26 02:25-02:40 ASSIGNED", "2026-11-26T08:00 B 26 02:47-03:02 ASSIGNED",
			"2026-11-27T08:00 27 02:25-02:57 ASSIGNED", "2026-11-27T08:00 A 27 02:25-02:40 ASSIGNED", "2026-11-27T08:00 B 27 02:47-03:02 ASSIGNED",
		}
		for i := range want {
			if i%3 == 0 {
				want[i] = want[i][:len("2026-11-26T08:00 26 02:25-")] + "03:02 ASSIGNED"
			}
		}
		sorted := func() []string { return slices.Sorted(slices.Values(p.tasks(tour.ID))) }
		for range 3 {
			p.generate()
			if diff := cmp.Diff(slices.Sorted(slices.Values(want)), sorted()); diff != "" {
				t.Fatal(diff)
			}
		}
		var wait sync.WaitGroup
		p.Clock.Advance(24 * time.Hour)
		for range 4 {
			wait.Go(func() {
				if _, err := p.Tasks.Generate(t.Context(), p.System, tour.ID); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if got := sorted(); len(got) != 9 {
			t.Errorf("after a day, made four times at once: %v", got)
		}
	})
}

// TestGeneratedInPiecesOrAtOnce: run every hour or once in three days, the same tasks are there.
func TestGeneratedInPiecesOrAtOnce(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		every := p.Plan(p.Harbour.ID, "Often", p.list, func(in *plan.Input) { in.Rule, in.Duration = "0 */6 * * *", 30 })
		for range 12 {
			p.generate()
			p.Clock.Advance(6 * time.Hour)
		}
		p.generate()
		coming, _, err := p.Plans.Look(t.Context(), p.System, plan.Filter{}, p.Clock.Now().Add(-72*time.Hour), p.Clock.Now().Add(plan.Near))
		p.ok(err)
		var want, got []string
		for _, c := range coming {
			want = append(want, c.Nominal)
		}
		for _, x := range p.ids(every.ID) {
			got = append(got, x.Nominal)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestDefect005And006WhatWasBegunStays: an edited plan lost all that was to come at every run, with the visits of tours that were under way.
func TestDefect005And006WhatWasBegunStays(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		a, b := p.NewAsset(p.Harbour.ID, "A"), p.NewAsset(p.Harbour.ID, "B")
		in := p.PlanInput(p.Harbour.ID, "Round", p.list, func(in *plan.Input) {
			in.Kind, in.Duration, in.Before, in.Stops = plan.Tour, 10, 60, []plan.Stop{{Asset: &a.ID}, {Asset: &b.ID}}
		})
		boss := p.Actor(org.Administrator)
		tour, err := p.Plans.Create(t.Context(), boss, in)
		p.ok(err)
		p.generate()
		before := p.ids(tour.ID)
		p.Clock.Advance(17 * time.Hour) // 26 November 02:00 UTC: the first run may be begun since half past one
		p.Exec(`update tasks set status = 'INPROGRESS', started_at = begins_at where nominal = '2026-11-26T08:00' and parent_id is null`)
		in.Stops = []plan.Stop{tour.Stops[1]}
		in.Stops[0].Travel = 3
		tour, err = p.Plans.Update(t.Context(), boss, tour.ID, 1, in)
		p.ok(err)
		p.generate()
		p.generate()
		want := map[string]task.Status{
			"2026-11-26T08:00 run": task.InProgress, "2026-11-26T08:00 A": task.Assigned, "2026-11-26T08:00 B": task.Assigned,
			"2026-11-27T08:00 run": task.Assigned, "2026-11-27T08:00 A": task.Cancelled, "2026-11-27T08:00 B": task.Assigned,
		}
		got := map[string]task.Status{}
		for _, x := range p.ids(tour.ID) {
			name := "run"
			if x.Parent != nil {
				name = x.Name
			}
			if x.Nominal < "2026-11-28" {
				got[x.Nominal+" "+name] = x.Status
			}
			if old, known := before[x.ID]; x.Nominal < "2026-11-28" && (!known || old.Nominal != x.Nominal) {
				t.Errorf("%s %s has another id than before", x.Nominal, name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		in.Active = false
		_, err = p.Plans.Update(t.Context(), boss, tour.ID, 2, in)
		p.ok(err)
		p.generate()
		for _, x := range p.ids(tour.ID) {
			if open := x.Nominal == "2026-11-26T08:00"; open == (x.Status == task.Cancelled) {
				t.Errorf("after the plan was switched off %s %s is %s", x.Nominal, x.Name, x.Status)
			}
		}
		in.Active = true
		_, err = p.Plans.Update(t.Context(), boss, tour.ID, 3, in)
		p.ok(err)
		p.generate()
		for _, x := range p.ids(tour.ID) {
			if x.Nominal == "2026-11-27T08:00" && x.Parent == nil && x.Status != task.Assigned {
				t.Errorf("switched on again, the run of the 27th is %s", x.Status)
			}
		}
	})
}

// TestDefect019And022OnePathOneHorizon: a run by hand made tasks of scrapped assets, and maintenance was made by two jobs.
func TestDefect019And022OnePathOneHorizon(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		boss := p.Actor(org.Administrator)
		pump := p.NewAsset(p.Harbour.ID, "PUMP")
		service := p.Plan(p.Harbour.ID, "Service", p.list, func(in *plan.Input) {
			in.Kind, in.Asset, in.Rule = plan.Maintenance, &pump.ID, "FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9"
		})
		p.generate()
		if n := len(p.ids(service.ID)); n != 13 {
			t.Errorf("%d tasks of a year and 35 days", n)
		}
		_, err := p.Asset.SetStatus(t.Context(), boss, pump.ID, pump.Version, asset.Scrapped, "Worn out")
		p.ok(err)
		p.Clock.Advance(200 * 24 * time.Hour)
		for range 2 {
			_, err = p.Tasks.Generate(t.Context(), p.System, service.ID)
			p.ok(err)
		}
		if n := len(p.ids(service.ID)); n != 13 {
			t.Errorf("%d tasks after the asset was scrapped", n)
		}
	})
}

// TestATaskKeepsTheFormThatItWasMadeWith: what is published later does not change what is asked.
func TestATaskKeepsTheFormThatItWasMadeWith(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		daily := p.Plan(p.Harbour.ID, "Lamps", p.list)
		p.generate()
		in := checklist.Input{Name: "Gate", Active: true, Places: checklist.Places{Everywhere: true}, Draft: testworld.Form(p.Question("Door shut?"))}
		c, err := p.Checks.Update(t.Context(), p.System, p.list.ID, p.list.Version, in)
		p.ok(err)
		c, err = p.Checks.Publish(t.Context(), p.System, c.ID, c.Version)
		p.ok(err)
		p.Clock.Advance(24 * time.Hour)
		p.generate()
		for _, x := range p.ids(daily.ID) {
			want := *p.list.Form
			if x.Nominal > "2026-11-28" {
				want = *c.Form
			}
			if x.Form == nil || *x.Form != want {
				t.Errorf("%s asks %v, want %v", x.Nominal, x.Form, want)
			}
		}
	})
}
