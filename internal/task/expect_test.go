package task_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/testworld"
)

// verbs gives what the journal says of tasks while something is done, without what the people do.
func (p *post) verbs(do func()) (out []string) {
	p.t.Helper()
	for _, c := range p.During(do) {
		out = append(out, c.Verb)
	}
	return out
}

func (p *post) sameVerbs(do func(), want ...string) {
	p.t.Helper()
	if diff := cmp.Diff(want, p.verbs(do)); diff != "" {
		p.t.Error(diff)
	}
}

// TestNoScanForFortyMinutes: those in charge are told once, until a stop is scanned again; not before the run may be begun, and not after its time.
func TestNoScanForFortyMinutes(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		a, b := p.NewAsset(p.Harbour.ID, "A"), p.NewAsset(p.Harbour.ID, "B")
		run := p.first(p.Plan(p.Harbour.ID, "Round", p.list, func(in *plan.Input) {
			in.Kind, in.Duration, in.Silence, in.Stops = plan.Tour, 240, 40, []plan.Stop{{Asset: &a.ID}, {Asset: &b.ID}}
		}))
		all, err := p.Tasks.List(t.Context(), p.System, task.Filter{Parent: &run.ID}, page.Request{})
		p.ok(err)
		at := func(m int) time.Time { return run.Begins.Add(time.Duration(m) * time.Minute) }
		p.sameVerbs(func() { p.until(at(39)) })
		p.sameVerbs(func() { p.until(at(40)) }, "task.silent")
		title, _, why := p.told()
		if diff := cmp.Diff(map[string]string{org.Supervisor: "you are in charge of Harbour"}, why); diff != "" || title != "No scan for 40 minutes: Round at Harbour" {
			t.Error(title, diff)
		}
		p.sameVerbs(func() { p.until(at(60)) })
		first := all.Items[0]
		_, _, err = p.Tasks.Report(t.Context(), p.guard(), task.Report{Task: first.ID, Started: at(55), Ended: at(60), Answers: p.say(first, "Yes")})
		p.ok(err)
		p.sameVerbs(func() { p.until(at(94)) })
		p.sameVerbs(func() { p.until(at(95)) }, "task.silent")
		p.sameVerbs(func() { p.until(at(239)) })
		second := all.Items[1]
		p.Clock.Advance(second.Begins.Add(time.Minute).Sub(p.Clock.Now()))
		_, _, err = p.Tasks.Report(t.Context(), p.guard(), task.Report{Task: second.ID, Done: true, Answers: p.say(second, "Yes")})
		p.ok(err)
		p.sameVerbs(func() { p.until(p.Clock.Now().Add(3 * time.Hour)) })
	})
}

// TestARemindedTask: whose it is are reminded as long before as the plan says, once each, and not of what is begun.
func TestARemindedTask(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		of := p.Plan(p.Harbour.ID, "Lamps", p.list, func(in *plan.Input) { in.Reminders = []int64{10, 60, 10} })
		p.generate()
		all, err := p.Tasks.List(t.Context(), p.System, task.Filter{Plan: &of.ID}, page.Request{Limit: 1})
		p.ok(err)
		x := all.Items[0]
		if diff := cmp.Diff([]int64{60, 10}, x.Reminders); diff != "" {
			t.Fatal(diff)
		}
		p.sameVerbs(func() { p.until(x.Begins.Add(-61 * time.Minute)) })
		p.sameVerbs(func() { p.until(x.Begins.Add(-59 * time.Minute)) }, "task.reminded")
		title, _, why := p.told()
		if diff := cmp.Diff(map[string]string{org.Guard: "it is to be done by you"}, why); diff != "" || title != "Soon: Lamps at Harbour" {
			t.Error(title, diff)
		}
		in := p.PlanInput(p.Harbour.ID, "Lamps", p.list, func(in *plan.Input) { in.Reminders = []int64{5} })
		_, err = p.Plans.Update(t.Context(), p.System, of.ID, 1, in)
		p.ok(err)
		p.generate()
		p.sameVerbs(func() { p.until(x.Begins.Add(-9 * time.Minute)) }) // the plan asks for it no more
		p.sameVerbs(func() { p.until(x.Begins.Add(-5 * time.Minute)) }, "task.reminded")
	})
}

// TestAlarmsAreHeldToTheirBounds.
func TestAlarmsAreHeldToTheirBounds(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		for claim, change := range map[string]func(in *plan.Input){
			"silence_minutes":  func(in *plan.Input) { in.Silence = 40 }, // of a task without stops
			"reminder_minutes": func(in *plan.Input) { in.Reminders = []int64{0} },
			"moves_asset": func(in *plan.Input) {
				in.Kind, in.MoveAsset, in.Stops = plan.Tour, true, []plan.Stop{{Asset: new(p.NewAsset(p.Harbour.ID, "A").ID)}}
			},
		} {
			_, err := p.Plans.Create(t.Context(), p.System, p.PlanInput(p.Harbour.ID, claim, p.list, change))
			if f := fault.As(err).Fields; len(f) != 1 || f[0].Path != claim {
				t.Errorf("%s: %v", claim, err)
			}
		}
	})
}

// TestMaintenanceMovesItsAsset: it is in maintenance while the work is done, and a row of its log says so; one that was scrapped stays so.
func TestMaintenanceMovesItsAsset(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		p.Start()
		pump := p.NewAsset(p.Harbour.ID, "P-1")
		x := p.first(p.Plan(p.Harbour.ID, "Pump", p.list, func(in *plan.Input) { in.Kind, in.Asset, in.MoveAsset = plan.Maintenance, &pump.ID, true }))
		is := func(want asset.Status, rows int) {
			t.Helper()
			var got asset.Asset
			for range 500 {
				var err error
				got, err = p.Asset.GetAsset(t.Context(), p.System, pump.ID)
				p.ok(err)
				if got.Status == want {
					break
				}
				time.Sleep(20 * time.Millisecond)
			}
			log, err := p.Asset.StatusLog(t.Context(), p.System, pump.ID, page.Request{})
			p.ok(err)
			if got.Status != want || len(log.Items) != rows {
				t.Fatalf("it is %s with %d rows, want %s with %d", got.Status, len(log.Items), want, rows)
			}
		}
		_, _, err := p.Tasks.Report(t.Context(), p.guard(), task.Report{Task: x.ID})
		p.ok(err)
		is(asset.Maintenance, 2)
		begun := p.get(x.ID)
		_, _, err = p.Tasks.Report(t.Context(), p.guard(), task.Report{Task: x.ID, Started: *begun.Started, Done: true, Answers: p.say(x, "Yes")})
		p.ok(err)
		is(asset.Working, 3)
	})
}

// TestWhoIsInChargeIsNearest: at the site, else at the unit above it, else in the whole organisation.
func TestWhoIsInChargeIsNearest(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		top := p.Unit("TOP", nil)
		low := p.Unit("LOW", &top.ID)
		site := p.Site("QUAY", &low.ID)
		holder := func(want ...id.Person) {
			t.Helper()
			got, err := p.Org.InCharge(t.Context(), p.System, task.CanUpdate, site.ID)
			p.ok(err)
			testworld.Same(t, want, got)
		}
		admin := p.Staff[org.Administrator].ID
		holder(admin)
		far, near, there := p.Someone(nil), p.Someone(nil), p.Someone(nil)
		p.Grant(far.ID, &top.ID, nil, task.CanUpdate)
		holder(far.ID)
		p.Grant(near.ID, &low.ID, nil, task.CanUpdate)
		p.Grant(near.ID, nil, &site.ID, task.CanRead)
		holder(near.ID)
		p.Grant(there.ID, nil, &site.ID, task.CanUpdate)
		holder(there.ID)
		if _, err := p.Org.InCharge(t.Context(), p.Actor(org.Administrator), task.CanUpdate, site.ID); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("asked by a person: %v", err)
		}
	})
}
