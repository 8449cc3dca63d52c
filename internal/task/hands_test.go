package task_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
)

func pageOf(n int) page.Request { return page.Request{Limit: n} }

// TestWhatAHandDidThePlanLeaves: a task that somebody gave to another or called off stays so when its plan changes.
func TestWhatAHandDidThePlanLeaves(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		in := p.PlanInput(p.Harbour.ID, "Round", p.list, func(in *plan.Input) {
			in.Rule, in.Kind, in.Stops = "0 */12 * * *", plan.Tour, []plan.Stop{{Asset: new(p.NewAsset(p.Harbour.ID, "A").ID)}}
		})
		pl, err := p.Plans.Create(t.Context(), p.System, in)
		p.ok(err)
		boss := p.Actor(org.Supervisor)
		p.first(pl)
		list := func(f task.Filter) []task.Task {
			all, err := p.Tasks.List(t.Context(), boss, f, page.Request{})
			p.ok(err)
			return all.Items
		}
		runs := list(task.Filter{Plan: &pl.ID}) // the first has fired
		x := runs[1]
		other := p.Staff[org.Technician].ID
		given, err := p.Tasks.Assign(t.Context(), boss, x.ID, x.Version, &other, nil)
		p.ok(err)
		if given.Person == nil || *given.Person != other || given.PersonName == "" || given.Version != x.Version+1 {
			t.Errorf("%+v", given)
		}
		off, err := p.Tasks.CallOff(t.Context(), boss, runs[2].ID, runs[2].Version, " The  gate is shut. ")
		p.ok(err)
		if off.Status != task.Cancelled || off.Remark != "The gate is shut." {
			t.Errorf("%+v", off)
		}
		in.Priority = plan.High
		_, err = p.Plans.Update(t.Context(), boss, pl.ID, pl.Version, in)
		p.ok(err)
		p.generate()
		for _, got := range list(task.Filter{Plan: &pl.ID, Visits: true}) {
			run := got.Parent == nil
			switch {
			case got.ID == x.ID || !run && *got.Parent == x.ID:
				if got.Person == nil || *got.Person != other || got.Status != task.Assigned || got.Priority != plan.High {
					t.Errorf("what was given to another: %+v", got)
				}
			case got.ID == off.ID || !run && *got.Parent == off.ID:
				if got.Status != task.Cancelled {
					t.Errorf("what was called off came back: %+v", got)
				}
			}
		}
		in.Active = false
		_, err = p.Plans.Update(t.Context(), boss, pl.ID, pl.Version+1, in)
		p.ok(err)
		p.generate()
		counts, err := p.Tasks.Counts(t.Context(), boss, task.Filter{Plan: &pl.ID, Visits: true, Statuses: []task.Status{task.Completed}})
		p.ok(err)
		if counts[task.Assigned] != 2 || counts[task.Cancelled] < 6 || len(counts) != 2 { // what has fired already stays
			t.Errorf("%v", counts)
		}
	})
}

func TestHandsAreHeldToRules(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		x := p.first(p.Plan(p.Harbour.ID, "Lamps", p.list))
		boss, other, nobody := p.Actor(org.Supervisor), p.Staff[org.Technician].ID, id.New[id.Group]()
		off := func(version int64, why string) error {
			_, err := p.Tasks.CallOff(t.Context(), boss, x.ID, version, why)
			return err
		}
		assign := func(person *id.Person, group *id.Group) error {
			_, err := p.Tasks.Assign(t.Context(), boss, x.ID, x.Version, person, group)
			return err
		}
		for claim, c := range map[string]struct {
			got  error
			want fault.Kind
		}{
			"without a reason": {off(x.Version, "  "), fault.Invalid}, "another version": {off(x.Version+1, "So."), fault.Conflict},
			"nobody": {assign(nil, nil), fault.Invalid}, "two": {assign(&other, &nobody), fault.Invalid}, "no such group": {assign(nil, &nobody), fault.Invalid},
		} {
			if fault.KindOf(c.got) != c.want {
				t.Errorf("%s: %v", claim, c.got)
			}
		}
		if _, err := p.Tasks.CallOff(t.Context(), p.guard(), x.ID, x.Version, "So."); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("by the guard: %v", err)
		}
		p.submit(task.Report{ID: id.New[id.Report](), Task: x.ID})
		if err := off(x.Version+1, "So."); fault.KindOf(err) != fault.Conflict {
			t.Errorf("of what is begun: %v", err)
		}
	})
}

// TestTasksInOrder: the first first, the last first, and those of a moment.
func TestTasksInOrder(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		pl := p.Plan(p.Harbour.ID, "Lamps", p.list, func(in *plan.Input) { in.Rule = "0 */6 * * *" })
		p.generate()
		var got []string
		f := task.Filter{Plan: &pl.ID, Newest: true, Until: p.Clock.Now().Add(24 * time.Hour)}
		for at := pageOf(2); ; {
			all, err := p.Tasks.List(t.Context(), p.guard(), f, at)
			p.ok(err)
			for _, x := range all.Items {
				got = append(got, x.Nominal)
			}
			if at.After = all.Next; all.Next == "" {
				break
			}
		}
		want := []string{"2026-11-26T06:00", "2026-11-26T00:00", "2026-11-25T18:00", "2026-11-25T12:00"}
		if diff := cmp.Diff(want, got); diff != "" && len(got) != 4 {
			t.Error(diff)
		}
		for i := 1; i < len(got); i++ {
			if got[i] >= got[i-1] {
				t.Errorf("%q", got)
			}
		}
	})
}
