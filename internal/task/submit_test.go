package task_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
)

// submit sends reports as the guard and gives their outcomes.
func (p *post) submit(reports ...task.Report) []task.Outcome {
	p.t.Helper()
	all, err := p.Tasks.Submit(p.t.Context(), p.guard(), reports)
	p.ok(err)
	var out []task.Outcome
	for i, r := range all {
		if r.ID != reports[i].ID {
			p.t.Errorf("report %d is answered as %s", i, r.ID)
		}
		out = append(out, r.Outcome)
	}
	return out
}

// TestEachReportHasItsOutcome: what is refused keeps nothing else from being kept, and what is sent again counts once.
func TestEachReportHasItsOutcome(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		x := p.first(p.Plan(p.Harbour.ID, "Lamps", p.list))
		other := p.first(p.Plan(p.Harbour.ID, "Doors", p.list))
		good := task.Report{ID: id.New[id.Report](), Task: x.ID, Started: x.Begins, Ended: x.Begins.Add(time.Minute), Answers: p.say(x, "Yes")}
		bad, late, unknown := good, good, good
		bad.ID, bad.Task, bad.Answers = id.New[id.Report](), other.ID, nil
		late.ID, late.Ended = id.New[id.Report](), good.Ended.Add(time.Second)
		unknown.ID, unknown.Task = id.New[id.Report](), id.New[id.Task]()
		want := []task.Outcome{task.Rejected, task.Applied, task.Duplicate, task.Conflicts, task.Rejected}
		if diff := cmp.Diff(want, p.submit(bad, good, good, late, unknown)); diff != "" {
			t.Error(diff)
		}
		again := good
		again.Answers, again.Remark = p.say(x, "No"), "What is sent again under its id is not read."
		if diff := cmp.Diff([]task.Outcome{task.Duplicate}, p.submit(again)); diff != "" {
			t.Error(diff)
		}
		elsewhere, early := good, good
		elsewhere.Task, elsewhere.Answers = other.ID, p.say(other, "Yes")
		early.Started = x.Begins.Add(-time.Hour)
		if diff := cmp.Diff([]task.Outcome{task.Duplicate, task.Duplicate}, p.submit(elsewhere, early)); diff != "" {
			t.Error("its id again, for another task and with a time that is refused: ", diff)
		}
		if now, err := p.Tasks.Get(t.Context(), p.guard(), other.ID); err != nil || now.Status != task.Assigned {
			t.Errorf("the other task is %s: %v", now.Status, err)
		}
		if _, _, err := p.Tasks.Report(t.Context(), p.Actor(org.Supervisor), good); fault.KindOf(err) != fault.Conflict {
			t.Errorf("somebody else's report of the same id: %v", err)
		}
		if n := p.Text("select count(*) from answers"); n != "1" {
			t.Errorf("%s answers", n)
		}
		if _, err := p.Tasks.Submit(t.Context(), p.guard(), []task.Report{{Task: x.ID}}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("without an id: %v", err)
		}
		if _, err := p.Tasks.Submit(t.Context(), p.guard(), make([]task.Report, task.MaxReports+1)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("too many: %v", err)
		}
	})
}

// TestOneReportSentTwiceAtOnce: whichever is faster, one is applied and the others are duplicates.
func TestOneReportSentTwiceAtOnce(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		x := p.first(p.Plan(p.Harbour.ID, "Lamps", p.list))
		r := task.Report{ID: id.New[id.Report](), Task: x.ID, Started: x.Begins, Ended: x.Begins.Add(time.Minute), Answers: p.say(x, "Yes")}
		var mu sync.Mutex
		got := map[task.Outcome]int{}
		var wait sync.WaitGroup
		for range 5 {
			wait.Go(func() {
				_, out, err := p.Tasks.Report(t.Context(), p.guard(), r)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				got[out]++
			})
		}
		wait.Wait()
		if diff := cmp.Diff(map[task.Outcome]int{task.Applied: 1, task.Duplicate: 4}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestUnplannedWorkFindsItsPlan (domain/ops.md 2.7): the planned task that it fits takes it; else it is a task of its own.
func TestUnplannedWorkFindsItsPlan(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		pump := p.NewAsset(p.Harbour.ID, "PUMP")
		x := p.first(p.Plan(p.Harbour.ID, "Pump", p.list, func(in *plan.Input) { in.Asset = &pump.ID }))
		report := func(change func(*task.Report)) task.Report {
			r := task.Report{
				ID: id.New[id.Report](), Work: task.Work{Site: p.Harbour.ID, Asset: &pump.ID, Form: *x.Form}, Started: x.Begins.Add(time.Second),
				Ended: x.Begins.Add(time.Minute), Answers: p.say(x, "No"),
			}
			change(&r)
			return r
		}
		for _, c := range []struct {
			claim  string
			change func(*task.Report)
			want   task.Outcome
		}{
			{"another checklist", func(r *task.Report) {
				other := p.Checklist("Other", p.Question("Other?"))
				r.Work.Form, r.Answers = *other.Form, p.say(task.Task{Form: other.Form}, "Yes")
			}, task.Applied},
			{"no asset", func(r *task.Report) { r.Work.Asset = nil }, task.Applied},
			{"before its window", func(r *task.Report) { r.Started, r.Ended = x.Begins.Add(-time.Hour), x.Begins.Add(-time.Hour) }, task.Applied},
			{"another site's asset", func(r *task.Report) { r.Work.Asset = new(p.NewAsset(p.Mill.ID, "MILL").ID) }, task.Rejected},
			{"no such form", func(r *task.Report) { r.Work.Form = id.New[id.Form]() }, task.Rejected},
			{"a site where one may not work", func(r *task.Report) { r.Work.Site, r.Work.Asset = p.Mill.ID, nil }, task.Rejected},
			{"what it fits", func(*task.Report) {}, task.Merged},
			{"once more", func(*task.Report) {}, task.Applied}, // the planned one is done
		} {
			if diff := cmp.Diff([]task.Outcome{c.want}, p.submit(report(c.change))); diff != "" {
				t.Errorf("%s: %s", c.claim, diff)
			}
		}
		done, err := p.Tasks.GetWhole(t.Context(), p.guard(), x.ID)
		p.ok(err)
		if done.Status != task.Completed || done.Source != task.FromPlan || len(done.Answers) != 1 || done.Answers[0].Text != "No" || done.Answers[0].Alert == "" || done.Form.Name != "Gate" {
			t.Errorf("%+v", done)
		}
		if n := p.Text("select count(*) from tasks where source = 'ADHOC' and status = 'COMPLETED' and name in ('Gate', 'Other')"); n != "4" {
			t.Errorf("%s tasks that nobody planned", n)
		}
	})
}

// TestAWholeTask: a run has its visits, a task its form and the last reading of its asset's meter.
func TestAWholeTask(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		meter := p.Checklist("Meter", p.Question("Reading?", func(in *checklist.QuestionInput) { in.Rule = checklist.Rule{Type: checklist.MeterReading} }))
		pump := p.NewAsset(p.Harbour.ID, "PUMP")
		x := p.first(p.Plan(p.Harbour.ID, "Read", meter, func(in *plan.Input) { in.Asset, in.Rule = &pump.ID, "0 */2 * * *" }))
		p.submit(task.Report{ID: id.New[id.Report](), Task: x.ID, Done: true, Answers: p.say(x, "12.5")})
		p.generate()
		next, err := p.Tasks.List(t.Context(), p.guard(), task.Filter{Statuses: []task.Status{task.Assigned}, Plan: x.Plan}, pageOf(1))
		p.ok(err)
		w, err := p.Tasks.GetWhole(t.Context(), p.guard(), next.Items[0].ID)
		p.ok(err)
		if len(w.Readings) != 1 || w.Readings[w.Form.Form.Items()[0].ID].String() != "12.5" || len(w.Visits) != 0 {
			t.Errorf("%+v", w)
		}
		run := p.first(p.Plan(p.Harbour.ID, "Round", p.list, func(in *plan.Input) {
			in.Kind, in.Stops = plan.Tour, []plan.Stop{{Asset: &pump.ID}, {Asset: new(p.NewAsset(p.Harbour.ID, "B").ID)}}
		}))
		if w, err = p.Tasks.GetWhole(t.Context(), p.guard(), run.ID); err != nil || len(w.Visits) != 2 || w.Form != nil || w.Visits[1].AssetName != "B" {
			t.Errorf("%v %+v", err, w)
		}
		if _, err := p.Tasks.GetWhole(t.Context(), p.SecondTenant().Actor(org.Administrator), run.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("from another tenant: %v", err)
		}
	})
}
