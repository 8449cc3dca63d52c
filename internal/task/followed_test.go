package task_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/testworld"
)

// chain gives the tasks of a plan as "begin status", in their order, having the plan looked at by several at once.
func (p *post) chain(of id.Plan) string {
	p.t.Helper()
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			if _, err := p.Tasks.Generate(p.t.Context(), p.System, of); err != nil {
				p.t.Error(err)
			}
		})
	}
	wait.Wait()
	p.generate()
	return p.made(of)
}

func (p *post) made(of id.Plan) string {
	p.t.Helper()
	var out []string
	for _, x := range p.ids(of) {
		out = append(out, x.Begins.Format("01-02 15:04 ")+string(x.Status))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// soon waits until work in the background has made tasks of a plan.
func (p *post) soon(of id.Plan, tasks int) {
	p.t.Helper()
	for range 500 {
		if len(p.ids(of)) == tasks {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.t.Fatalf("%d tasks, want %d: %s", len(p.ids(of)), tasks, p.made(of))
}

// TestAPlanComesAfterItsLastTaskEnded: one task at a time, so long after the last was done or was to be done; what is to come follows a late report
// and a change of the plan, and is called off and comes back with it.
func TestAPlanComesAfterItsLastTaskEnded(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		in := p.PlanInput(p.Harbour.ID, "Filters", p.list, func(in *plan.Input) { in.Rule, in.From, in.After = "after 2 days at 8:00", "2026-11-26", 24*60 })
		x, err := p.Plans.Create(t.Context(), p.System, in)
		p.ok(err)
		is := func(claim, want string) {
			t.Helper()
			if got := p.chain(x.ID); got != want {
				t.Errorf("%s: %s, want %s", claim, got, want)
			}
		}
		open := func() task.Task {
			t.Helper()
			for _, y := range p.ids(x.ID) {
				if y.Status == task.Assigned {
					return y
				}
			}
			t.Fatal("nothing is to be done")
			return task.Task{}
		}
		report := func(y task.Task, begun, lasts time.Duration) {
			t.Helper()
			_, _, err := p.Tasks.Report(t.Context(), p.guard(), task.Report{Task: y.ID, Started: y.Begins.Add(begun), Ended: y.Begins.Add(begun + lasts), Answers: p.say(y, "Yes")})
			p.ok(err)
		}
		is("the first", "11-26 02:30 ASSIGNED")
		p.until(open().Begins.Add(time.Hour))
		is("while it is to be done", "11-26 02:30 ASSIGNED")
		report(open(), 0, time.Minute)
		is("done", "11-26 02:30 COMPLETED, 11-28 02:30 ASSIGNED")
		second := open()
		p.until(second.Due.Add(testworld.TaskGrace))
		is("missed", "11-26 02:30 COMPLETED, 11-28 02:30 AUTOCLOSED, 12-01 02:30 ASSIGNED")
		third := open().ID
		report(second, time.Minute, time.Hour)
		is("done after all", "11-26 02:30 COMPLETED, 11-28 02:30 COMPLETED, 11-30 02:30 ASSIGNED")
		change := func(do func()) {
			t.Helper()
			do()
			x, err = p.Plans.Update(t.Context(), p.System, x.ID, x.Version, in)
			p.ok(err)
		}
		change(func() { in.Rule = "AFTER 4 DAYS AT 09:00" })
		is("changed", "11-26 02:30 COMPLETED, 11-28 02:30 COMPLETED, 12-02 03:30 ASSIGNED")
		change(func() { in.Active = false })
		is("switched off", "11-26 02:30 COMPLETED, 11-28 02:30 COMPLETED, 12-02 03:30 CANCELLED")
		change(func() { in.Active = true })
		is("and on", "11-26 02:30 COMPLETED, 11-28 02:30 COMPLETED, 12-02 03:30 ASSIGNED")
		if open().ID != third {
			t.Error("it is another task than before")
		}
		_, err = p.Tasks.CallOff(t.Context(), p.Actor(org.Supervisor), third, open().Version, "Not this time")
		p.ok(err)
		is("called off", "11-26 02:30 COMPLETED, 11-28 02:30 COMPLETED, 12-02 03:30 CANCELLED, 12-07 03:30 ASSIGNED")
		coming, _, err := p.Plans.LookAt(t.Context(), p.System, x.ID, p.Clock.Now(), p.Clock.Now().AddDate(0, 0, 30))
		p.ok(err)
		var said []string
		for _, c := range coming {
			said = append(said, fmt.Sprint(c.Begins.Format("01-02 15:04"), c.Estimate))
		}
		testworld.Same(t, []string{"12-07 03:30false", "12-12 03:30true"}, said)
		typed := in
		typed.ID, typed.Rule = x.ID, "AFTER 1 DAYS AT 09:00"
		coming, _, err = p.Plans.Preview(t.Context(), p.System, typed, p.Clock.Now(), p.Clock.Now().AddDate(0, 0, 30))
		if p.ok(err); len(coming) != 2 || coming[0].Begins.Format("01-02 15:04") != "12-04 03:30" {
			t.Errorf("as it is typed: %+v", coming)
		}
		agenda := p.agenda(p.Clock.Now(), 30)
		testworld.Same(t, 3, len(agenda.Entries)) // the one that was called off, the one to be done, and what is expected after it
		p.until(open().Begins.Add(time.Minute))
		p.Start()
		change(func() { in.Rule = "AFTER 12 HOURS" })
		is("its time has come", p.made(x.ID))
		report(open(), 0, time.Minute)
		p.soon(x.ID, 5)
		testworld.Same(t, "12-07 15:31", open().Begins.Format("01-02 15:04"))
	})
}

// TestAPlanComesByAMeter: a task for each threshold that a reading passes, and one for several at once; a meter that shows less than before brings
// nothing, and counts on from there.
func TestAPlanComesByAMeter(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		list := p.Checklist("Meter", p.Question("Reading?", func(in *checklist.QuestionInput) { in.Rule = checklist.Rule{Type: checklist.MeterReading} }))
		f, err := p.Checks.GetForm(t.Context(), p.System, *list.Form)
		p.ok(err)
		pump := p.NewAsset(p.Harbour.ID, "PUMP")
		p.Exec("update assets set meter_factor = 2 where id = '" + pump.ID.String() + "'")
		ago := func(value string, late time.Duration) {
			t.Helper()
			p.Clock.Advance(time.Hour)
			done := p.Clock.Now().Add(-late)
			_, _, err := p.Tasks.Report(t.Context(), p.guard(), task.Report{
				Work: task.Work{Site: p.Harbour.ID, Asset: &pump.ID, Form: f.ID}, Started: done.Add(-time.Minute), Ended: done,
				Answers: []checklist.Given{{Item: f.Form.Items()[0].ID, Value: value}},
			})
			p.ok(err)
		}
		ago("10", 0)
		in := p.PlanInput(p.Harbour.ID, "Oil", p.list, func(in *plan.Input) { in.Rule, in.Asset = "meter 200", &pump.ID })
		x, err := p.Plans.Create(t.Context(), p.System, in)
		p.ok(err)
		is := func(value string, tasks int) {
			t.Helper()
			if p.chain(x.ID); len(p.ids(x.ID)) != tasks {
				t.Errorf("at %s there are %d tasks, want %d", value, len(p.ids(x.ID)), tasks)
			}
		}
		is("the beginning", 0)
		for _, c := range []struct {
			value string
			tasks int
		}{{"60", 0}, {"109", 0}, {"110", 1}, {"110", 1}, {"415.5", 2}, {"5", 2}, {"104", 2}, {"106", 3}} {
			ago(c.value, 0)
			is(c.value, c.tasks)
		}
		ago("300", 90*time.Minute) // of before the last task
		is("a late reading", 3)
		whole, err := p.Plans.Get(t.Context(), p.System, x.ID)
		p.ok(err)
		testworld.Same(t, []string{"106", "206"}, []string{whole.Meter().Reading.String(), whole.Meter().Next.String()})
		change := func(do func()) {
			t.Helper()
			do()
			x, err = p.Plans.Update(t.Context(), p.System, x.ID, x.Version, in)
			p.ok(err)
		}
		ago("116", 0)
		coming, _, err := p.Plans.LookAt(t.Context(), p.System, x.ID, p.Clock.Now(), p.Clock.Now().AddDate(0, 0, 30))
		p.ok(err)
		if len(coming) != 1 || !coming[0].Estimate || !strings.Contains(coming[0].Why, "showed 116") || !strings.Contains(coming[0].Why, "comes at 206") {
			t.Errorf("expected: %+v", coming)
		}
		change(func() { in.Rule = "METER 100" })
		is("116 of fewer", 3)
		change(func() { in.Active = false })
		ago("170", 0)
		ago("230", 0)
		is("230 while it is switched off", 3)
		change(func() { in.Active = true })
		is("230 when it is switched on", 4)
		p.Start()
		ago("290", 0)
		p.soon(x.ID, 5)
	})
}

// TestWhatATriggerNeeds: what cannot come by the end of a task or by a meter is said at its field.
func TestWhatATriggerNeeds(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		for rule, want := range map[string]string{
			"AFTER 0 DAYS": "rule range", "AFTER 3 WEEKS": "rule grammar", "AFTER 9999 HOURS": "rule range", "METER": "rule grammar", "METER -1": "rule range", "METER 5": "asset_id required",
		} {
			_, err := p.Plans.Create(t.Context(), p.System, p.PlanInput(p.Harbour.ID, rule, p.list, func(in *plan.Input) { in.Rule = rule }))
			testworld.Fault(t, err, fault.Invalid, want)
		}
		_, err := p.Plans.Create(t.Context(), p.System, p.PlanInput(p.Harbour.ID, "Round", p.list, func(in *plan.Input) {
			in.Kind, in.Rule, in.Holidays, in.Stops = plan.Tour, "METER 5", plan.Skip, []plan.Stop{{Asset: new(p.NewAsset(p.Harbour.ID, "A").ID)}}
		}))
		testworld.Fault(t, err, fault.Invalid, "holidays trigger", "rule trigger")
	})
}
