package task_test

import (
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	duty "intelliwiz/internal/post"
	"intelliwiz/internal/task"
	"intelliwiz/internal/testworld"
)

// TestATaskOfAPostIsOfWhoHoldsIt: it is nobody's before, theirs while they are there, the next one's after them, and what somebody did while they
// were there is taken of them later too.
func TestATaskOfAPostIsOfWhoHoldsIt(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		ctx := t.Context()
		gate := p.Post(p.Harbour.ID, "GATE")
		hourly := func(in *plan.Input) { in.Person, in.Post, in.Rule = nil, &gate.ID, "30 * * * *" }
		of := p.Plan(p.Harbour.ID, "Gate book", p.list, hourly)
		x := p.first(of)
		if x.Post == nil || *x.Post != gate.ID || x.PostName != "GATE" || x.Person != nil {
			t.Fatalf("%+v", x)
		}
		guard, boss := p.guard(), p.Actor(org.Supervisor)
		mine := func(guards, bosses int) {
			t.Helper()
			if got := [2]int{len(p.mine(guard).Items), len(p.mine(boss).Items)}; (got[0] > 0) != (guards > 0) || (got[1] > 0) != (bosses > 0) {
				t.Errorf("%v are theirs", got)
			}
		}
		mine(0, 0)
		_, err := p.Posts.Take(ctx, guard, gate.ID, duty.Handover{})
		p.ok(err)
		mine(1, 0)
		p.Clock.Advance(x.Begins.Sub(p.Clock.Now()) + 10*time.Minute)
		did := p.Clock.Now()
		_, err = p.Posts.Take(ctx, boss, gate.ID, duty.Handover{Relieves: new(p.Staff[org.Guard].ID)})
		p.ok(err)
		mine(0, 1)
		p.Clock.Advance(5 * time.Minute)
		_, _, err = p.Tasks.Report(ctx, guard, task.Report{Task: x.ID, Started: did.Add(time.Minute), Done: true, Answers: p.say(x, "Yes")})
		testworld.Refused(t, err, task.CanUpdate)
		done, _, err := p.Tasks.Report(ctx, guard, task.Report{Task: x.ID, Started: did.Add(-time.Minute), Done: true, Answers: p.say(x, "Yes")})
		if err != nil || done.Status != task.Completed || *done.Performer != guard.Person() {
			t.Errorf("what was done at the post: %v, %+v", err, done)
		}
	})
}

// TestAPlanOfAPostNamesOneOfItsSite, and one alone does it.
func TestAPlanOfAPostNamesOneOfItsSite(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		gate, mill := p.Post(p.Harbour.ID, "GATE"), p.Post(p.Mill.ID, "MILL")
		for _, of := range []*id.Post{&mill.ID, &gate.ID} {
			_, err := p.Plans.Create(t.Context(), p.System, p.PlanInput(p.Harbour.ID, "Book", p.list, func(in *plan.Input) { in.Person, in.Post = nil, of }))
			if of == &mill.ID {
				testworld.Fault(t, err, fault.Invalid, "post_id unknown")
				continue
			}
			p.ok(err)
		}
		_, err := p.Plans.Create(t.Context(), p.System, p.PlanInput(p.Harbour.ID, "Both", p.list, func(in *plan.Input) { in.Post = &gate.ID }))
		testworld.Fault(t, err, fault.Invalid, "person_id assignee")
		found, err := p.Plans.List(t.Context(), p.System, plan.Filter{Post: &gate.ID}, page.Request{})
		if err != nil || len(found.Items) != 1 || found.Items[0].PostName != "GATE" {
			t.Errorf("%v, %+v", err, found.Items)
		}
		bare, err := p.Tasks.Agenda(t.Context(), p.System, task.AgendaFilter{From: p.Clock.Now(), Until: p.Clock.Now().Add(24 * time.Hour)})
		if err != nil || len(bare.Entries) != 1 || !bare.Entries[0].Bare || bare.Entries[0].Whose != "GATE" {
			t.Errorf("%v, %+v", err, bare.Entries)
		}
	})
}

// mine gives what is to be done by an actor.
func (p *post) mine(who actor.Actor) page.Of[task.Task] {
	p.t.Helper()
	all, err := p.Tasks.List(p.t.Context(), who, task.Filter{Mine: true, Open: true}, page.Request{})
	p.ok(err)
	return all
}
