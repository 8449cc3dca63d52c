package task_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
)

// say answers each item of a task's form, in order.
func (p *post) say(t task.Task, values ...string) []checklist.Given {
	p.t.Helper()
	f, err := p.Checks.GetForm(p.t.Context(), p.System, *t.Form)
	p.ok(err)
	var out []checklist.Given
	for i, v := range values {
		out = append(out, checklist.Given{Item: f.Form.Items()[i].ID, Value: v})
	}
	return out
}

// first is the first task of a plan, once the clock stands a minute after it may be begun.
func (p *post) first(of plan.Plan) task.Task {
	p.t.Helper()
	p.generate()
	all, err := p.Tasks.List(p.t.Context(), p.System, task.Filter{Plan: &of.ID}, page.Request{Limit: 1})
	p.ok(err)
	t := all.Items[0]
	p.Clock.Advance(t.Begins.Add(time.Minute).Sub(p.Clock.Now()))
	return t
}

func (p *post) guard() actor.Actor { return p.Actor(org.Guard) }

func codes(err error) []string {
	var f *fault.Fault
	var out []string
	if errors.As(err, &f) {
		for _, x := range f.Fields {
			out = append(out, x.Code)
		}
	}
	return out
}

func TestATaskIsBegunAndDone(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		x := p.first(p.Plan(p.Harbour.ID, "Lamps", p.list))
		who := p.guard()
		begun, out, err := p.Tasks.Report(t.Context(), who, task.Report{Task: x.ID})
		if err != nil || out != task.Applied || begun.Status != task.InProgress || begun.Performer == nil || begun.Version != 2 {
			t.Fatalf("%v %s %+v", err, out, begun)
		}
		p.Clock.Advance(10 * time.Minute)
		_, _, err = p.Tasks.Report(t.Context(), who, task.Report{Task: x.ID, Started: *begun.Started, Done: true})
		if fault.KindOf(err) != fault.Invalid || cmp.Diff([]string{"required"}, codes(err)) != "" {
			t.Errorf("without an answer: %v", err)
		}
		r := task.Report{Task: x.ID, Started: *begun.Started, Ended: p.Clock.Now(), Answers: p.say(x, "No"), Remark: " The  lamp is broken. "}
		done, out, err := p.Tasks.Report(t.Context(), who, r)
		if err != nil || out != task.Applied || done.Status != task.Completed || done.Alerts != 1 || done.Remark != "The lamp is broken." || done.Late {
			t.Fatalf("%v %s %+v", err, out, done)
		}
		got, err := p.Tasks.Get(t.Context(), who, x.ID)
		if err != nil || got.Status != task.Completed || !got.Ended.Equal(r.Ended) || !got.Mine || got.PerformerName == "" {
			t.Errorf("%v %+v", err, got)
		}
	})
}

// TestReportedOnceHoweverOften: a phone sends again, and two at once; the answers are there once and the state is the same.
func TestReportedOnceHoweverOften(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		x := p.first(p.Plan(p.Harbour.ID, "Lamps", p.list))
		who := p.guard()
		r := task.Report{Task: x.ID, Started: p.Clock.Now(), Ended: p.Clock.Now().Add(time.Minute), Answers: p.say(x, "Yes")}
		var mu sync.Mutex
		outcomes := map[task.Outcome]int{}
		var wait sync.WaitGroup
		for range 5 {
			wait.Go(func() {
				_, out, err := p.Tasks.Report(t.Context(), who, r)
				if err != nil && fault.KindOf(err) != fault.Conflict {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				outcomes[out]++
			})
		}
		wait.Wait()
		if outcomes[task.Applied] != 1 {
			t.Errorf("%v", outcomes)
		}
		if _, out, err := p.Tasks.Report(t.Context(), who, r); err != nil || out != task.Duplicate {
			t.Errorf("sent once more: %s %v", out, err)
		}
		r.Ended = r.Ended.Add(time.Minute)
		if _, _, err := p.Tasks.Report(t.Context(), who, r); fault.KindOf(err) != fault.Conflict {
			t.Errorf("another report of what is done: %v", err)
		}
		if n := p.Text("select count(*) from answers"); n != "1" {
			t.Errorf("%s answers", n)
		}
	})
}

// TestAReportIsHeldToItsTask: its window, its proof, its status, and who may do it.
func TestAReportIsHeldToItsTask(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		pump := p.NewAsset(p.Harbour.ID, "PUMP-1")
		x := p.first(p.Plan(p.Harbour.ID, "Pump", p.list, func(in *plan.Input) { in.Asset, in.Proof = &pump.ID, plan.ByQR }))
		who, begin := p.guard(), x.Begins
		good := task.Report{Task: x.ID, Started: begin, Ended: begin.Add(time.Minute), Answers: p.say(x, "Yes"), Scanned: "pump-1"}
		for _, c := range []struct {
			claim  string
			change func(*task.Report)
			want   string
		}{
			{"too early", func(r *task.Report) { r.Started = begin.Add(-time.Second) }, "early"},
			{"too late", func(r *task.Report) { r.Started, r.Ended = x.Due.Add(time.Second), x.Due.Add(time.Second) }, "late"},
			{"backwards", func(r *task.Report) { r.Ended = begin.Add(-time.Second) }, "order"},
			{"from tomorrow", func(r *task.Report) { r.Ended = begin.Add(24 * time.Hour) }, "future"},
			{"another code", func(r *task.Report) { r.Scanned = "PUMP-2" }, "proof"},
			{"no code", func(r *task.Report) { r.Scanned = "" }, "proof"},
		} {
			r := good
			c.change(&r)
			_, _, err := p.Tasks.Report(t.Context(), who, r)
			found := false
			for _, code := range codes(err) {
				found = found || code == c.want
			}
			if fault.KindOf(err) != fault.Invalid || !found {
				t.Errorf("%s: %v %v, want %s", c.claim, err, codes(err), c.want)
			}
		}
		if _, _, err := p.Tasks.Report(t.Context(), p.Actor(org.Viewer), good); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("by a viewer: %v", err)
		}
		if _, _, err := p.Tasks.Report(t.Context(), p.SecondTenant().Actor(org.Administrator), good); fault.KindOf(err) != fault.NotFound {
			t.Errorf("from another tenant: %v", err)
		}
		p.Exec("update tasks set status = 'CANCELLED'")
		if _, _, err := p.Tasks.Report(t.Context(), who, good); fault.KindOf(err) != fault.Conflict {
			t.Errorf("of what was called off: %v", err)
		}
		p.Exec("update tasks set status = 'AUTOCLOSED'")
		done, _, err := p.Tasks.Report(t.Context(), who, good)
		if err != nil || !done.Late || done.Status != task.Completed {
			t.Errorf("a late report of work that was begun in time: %v %+v", err, done)
		}
	})
}

// TestARunFollowsFromItsVisits: begun with the first, done with the last; a visit out of order is marked, and the run with it.
func TestARunFollowsFromItsVisits(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		a, b := p.NewAsset(p.Harbour.ID, "A"), p.NewAsset(p.Harbour.ID, "B")
		run := p.first(p.Plan(p.Harbour.ID, "Round", p.list, func(in *plan.Input) {
			in.Kind, in.Ordered, in.Stops = plan.Tour, true, []plan.Stop{{Asset: &a.ID}, {Asset: &b.ID}}
		}))
		who := p.guard()
		all, err := p.Tasks.List(t.Context(), who, task.Filter{Parent: &run.ID}, page.Request{})
		p.ok(err)
		if len(all.Items) != 2 {
			t.Fatalf("%d visits", len(all.Items))
		}
		if _, _, err := p.Tasks.Report(t.Context(), who, task.Report{Task: run.ID}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a run without its stops: %v", err)
		}
		status := func() task.Task {
			got, err := p.Tasks.Get(t.Context(), who, run.ID)
			p.ok(err)
			return got
		}
		p.Clock.Advance(time.Hour)
		for i, want := range []task.Status{task.InProgress, task.Completed} {
			v := all.Items[1-i]
			done, _, err := p.Tasks.Report(t.Context(), who, task.Report{
				Task: v.ID, Started: v.Begins.Add(time.Minute), Ended: v.Begins.Add(2 * time.Minute), Answers: p.say(v, []string{"No", "Yes"}[i]),
			})
			p.ok(err)
			if done.Deviation != (i == 0) {
				t.Errorf("visit %s: deviation %v", v.Name, done.Deviation)
			}
			if got := status(); got.Status != want || !got.Deviation || got.Alerts != 1 || got.Started == nil || got.PerformerName == "" || (got.Ended != nil) != (i == 1) {
				t.Errorf("after %d: %+v", i+1, got)
			}
		}
	})
}

// TestAMeterRunsOn: a reading below the last one of the same asset raises an alert, whichever task it was read for.
func TestAMeterRunsOn(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		list := p.Checklist("Meter", p.Question("Reading?", func(in *checklist.QuestionInput) { in.Rule = checklist.Rule{Type: checklist.MeterReading} }))
		pump, other := p.NewAsset(p.Harbour.ID, "P-1"), p.NewAsset(p.Harbour.ID, "P-2")
		read := func(of id.Asset, name, value string) task.Task {
			x := p.first(p.Plan(p.Harbour.ID, name, list, func(in *plan.Input) { in.Asset = &of; in.Rule = "0 */2 * * *" }))
			done, _, err := p.Tasks.Report(t.Context(), p.guard(), task.Report{Task: x.ID, Done: true, Answers: p.say(x, value)})
			p.ok(err)
			return done
		}
		if x := read(pump.ID, "a", "100"); x.Alerts != 0 {
			t.Error("the first reading raises an alert")
		}
		if x := read(other.ID, "b", "5"); x.Alerts != 0 {
			t.Error("another asset's reading is taken for this one's")
		}
		if x := read(pump.ID, "c", "99.9"); x.Alerts != 1 {
			t.Error("a meter that runs back raises none")
		}
	})
}
