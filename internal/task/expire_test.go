package task_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// until lets the time come to a moment, and looks at what has come.
func (p *post) until(at time.Time) {
	p.t.Helper()
	p.Clock.Advance(at.Sub(p.Clock.Now()))
	p.ok(p.Deadlines.FireDue(p.t.Context(), p.System))
}

func (p *post) get(x id.Task) task.Task {
	p.t.Helper()
	t, err := p.Tasks.Get(p.t.Context(), p.System, x)
	p.ok(err)
	return t
}

// expected says what became of what was expected of a task.
func (p *post) expected(x id.Task) string {
	p.t.Helper()
	w, err := p.Tasks.GetWhole(p.t.Context(), p.System, x)
	p.ok(err)
	rows := w.Expected
	if len(rows) != 1 {
		return fmt.Sprintf("%d expectations", len(rows))
	}
	return string(rows[0].State) + " " + rows[0].Note
}

// TestWhatAMissedTaskCosts: one transaction of eight statements, of which none is in vain, between two reads of what has come.
func TestWhatAMissedTaskCosts(t *testing.T) {
	var said []string
	d := dbtest.Open(t, "sqlite", func(o *db.Options) { o.Observe = func(x db.Stat) { said = append(said, x.Name) } })
	w := testworld.New(t, d)
	p := &post{w, t, w.Checklist("Gate", w.Question("Lamp on?"))}
	x := p.first(p.Plan(p.Harbour.ID, "Lamps", p.list))
	p.Clock.Advance(x.Due.Add(testworld.TaskGrace).Sub(p.Clock.Now()))
	said = nil
	p.ok(p.Deadlines.FireDue(t.Context(), p.System))
	testworld.Same(t, []string{
		"deadline.next", "deadline.come", "deadline.claim", "task.get", "db.savepoint", "task.taskClose", "journal.insert", "db.keepPart", "deadline.ended", "db.commit",
		"deadline.next", "deadline.come",
	}, said)
}

// TestATaskThatNobodyDidIsClosed once its time and the grace for phones are over, not before, and once.
func TestATaskThatNobodyDidIsClosed(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		x := p.first(p.Plan(p.Harbour.ID, "Lamps", p.list))
		over := x.Due.Add(testworld.TaskGrace)
		p.until(over.Add(-time.Second))
		if got := p.get(x.ID); got.Status != task.Assigned || p.expected(x.ID) != "OPEN " {
			t.Fatalf("before its time: %s, %s", got.Status, p.expected(x.ID))
		}
		changes := p.During(func() {
			p.until(over)
			p.until(over.Add(time.Second))
		})
		if got := p.get(x.ID); got.Status != task.Autoclosed || got.Ended != nil || got.Ticket != nil || got.Version != 2 {
			t.Errorf("after its time: %+v", got)
		}
		if len(changes) != 1 || changes[0].Verb != "task.expired" {
			t.Errorf("the journal says %+v", changes)
		}
		if got := p.expected(x.ID); got != "BROKEN Nobody did it." {
			t.Error(got)
		}
		r := task.Report{Task: x.ID, Started: x.Begins.Add(time.Minute), Ended: x.Begins.Add(2 * time.Minute), Answers: p.say(x, "Yes")}
		if late, _, err := p.Tasks.Report(t.Context(), p.guard(), r); err != nil || late.Status != task.Completed || !late.Late {
			t.Errorf("a report of a phone without a signal: %v, %+v", err, late)
		}
	})
}

// TestALateReportOpensAClosedRunAgain: a run that was closed as missed is done in part once a late report tells of a stop, and done once the last
// does; both are marked (domain/ops.md 1.8).
func TestALateReportOpensAClosedRunAgain(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		a, b := p.NewAsset(p.Harbour.ID, "A"), p.NewAsset(p.Harbour.ID, "B")
		run := p.first(p.Plan(p.Harbour.ID, "Round", p.list, func(in *plan.Input) { in.Kind, in.Stops = plan.Tour, []plan.Stop{{Asset: &a.ID}, {Asset: &b.ID}} }))
		p.until(run.Due.Add(testworld.TaskGrace))
		if got := p.get(run.ID); got.Status != task.Autoclosed {
			t.Fatalf("before: %s", got.Status)
		}
		visits, err := p.Tasks.List(t.Context(), p.System, task.Filter{Parent: &run.ID}, page.Request{})
		p.ok(err)
		for i, want := range []task.Status{task.Partial, task.Completed} {
			v := visits.Items[i]
			ended := v.Begins.Add(2 * time.Minute)
			_, _, err := p.Tasks.Report(t.Context(), p.guard(), task.Report{Task: v.ID, Started: v.Begins.Add(time.Minute), Ended: ended, Answers: p.say(v, "Yes")})
			p.ok(err)
			got := p.get(run.ID)
			if got.Status != want || !got.Late || got.Ended == nil || !got.Ended.Equal(ended) || got.Started == nil || got.PerformerName == "" {
				t.Errorf("after %d: %+v", i+1, got)
			}
		}
	})
}

// TestWhatIsDoneIsExpectedNoMore: neither a task that was done nor one that was called off is closed.
func TestWhatIsDoneIsExpectedNoMore(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		x := p.first(p.Plan(p.Harbour.ID, "Lamps", p.list))
		off := p.first(p.Plan(p.Harbour.ID, "Doors", p.list, func(in *plan.Input) { in.Rule = "30 9 * * *" }))
		_, _, err := p.Tasks.Report(t.Context(), p.System, task.Report{Task: off.ID, Started: off.Begins, Done: true, Answers: p.say(off, "Yes")})
		p.ok(err)
		p.Exec("update tasks set status = 'CANCELLED' where id = '" + x.ID.String() + "'")
		if got := p.expected(off.ID); got != "MET " {
			t.Error(got)
		}
		p.until(off.Due.Add(24 * time.Hour))
		if got := p.get(off.ID); got.Status != task.Completed {
			t.Errorf("what was done is %s", got.Status)
		}
		if got := p.expected(x.ID); got != "MET Called off." {
			t.Error(got)
		}
	})
}

// TestARunDoneInPart: what was done of it stays, the rest is missed.
func TestARunDoneInPart(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		a, b := p.NewAsset(p.Harbour.ID, "A"), p.NewAsset(p.Harbour.ID, "B")
		run := p.first(p.Plan(p.Harbour.ID, "Round", p.list, func(in *plan.Input) {
			in.Kind, in.Ordered, in.Stops = plan.Tour, true, []plan.Stop{{Asset: &a.ID}, {Asset: &b.ID}}
		}))
		all, err := p.Tasks.List(t.Context(), p.System, task.Filter{Parent: &run.ID}, page.Request{})
		p.ok(err)
		first := all.Items[0]
		_, _, err = p.Tasks.Report(t.Context(), p.guard(), task.Report{
			Task: first.ID, Started: first.Begins.Add(time.Minute), Done: true, Answers: p.say(first, "Yes"),
		})
		p.ok(err)
		p.until(run.Due.Add(testworld.TaskGrace))
		if got := p.get(run.ID); got.Status != task.Partial || got.Ended == nil {
			t.Errorf("the run: %+v", got)
		}
		if x, y := p.get(first.ID), p.get(all.Items[1].ID); x.Status != task.Completed || y.Status != task.Autoclosed {
			t.Errorf("its stops: %s, %s", x.Status, y.Status)
		}
		if got := p.expected(run.ID); got != "BROKEN 1 of 2 stops were done." {
			t.Error(got)
		}
	})
}

// TestAMissedTaskRaisesATicketOnce, in the transaction that closes it; what keeps a ticket from being raised does not keep the task open.
func TestAMissedTaskRaisesATicketOnce(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		c := p.Category("MISSED")
		raise := func(in *plan.Input) { in.Expiry, in.Category = plan.RaiseTicket, &c.ID }
		doors := p.Plan(p.Harbour.ID, "Doors", p.list, raise, func(in *plan.Input) { in.Rule = "0 9 * * *" })
		x := p.first(p.Plan(p.Harbour.ID, "Lamps", p.list, raise))
		p.until(x.Due.Add(testworld.TaskGrace))
		p.ok(p.Deadlines.FireDue(t.Context(), p.System))
		found, err := p.Ticket.List(t.Context(), p.System, ticket.Filter{}, page.Request{})
		p.ok(err)
		if len(found.Items) != 1 {
			t.Fatalf("%d tickets", len(found.Items))
		}
		made, got := found.Items[0], p.get(x.ID)
		if got.Ticket == nil || *got.Ticket != made.ID || made.Title != "Missed: Lamps" || made.Category != c.ID || made.Person == nil || *made.Person != p.Staff[org.Guard].ID {
			t.Errorf("%+v of %+v", made, got)
		}
		want := "BROKEN Nobody did it. Ticket HARBOUR#1 was raised. Those in charge of the site are told."
		if diff := cmp.Diff(want, p.expected(x.ID)); diff != "" {
			t.Error(diff)
		}
		p.Exec("update ticket_categories set active = " + map[string]string{"sqlite": "0", "postgres": "false"}[p.DB.Engine()])
		y := p.first(doors)
		p.until(y.Due.Add(testworld.TaskGrace))
		if got := p.get(y.ID); got.Status != task.Autoclosed || got.Ticket != nil {
			t.Errorf("without a category: %+v", got)
		}
		if got := p.expected(y.ID); got[:len("BROKEN Nobody did it. No ticket could be raised: ")] != "BROKEN Nobody did it. No ticket could be raised: " {
			t.Error(got)
		}
	})
}

// told says who is told of the last change of the journal, and why, by their names.
func (p *post) told() (title, detail string, why map[string]string) {
	p.t.Helper()
	rows, err := p.Journal.List(p.t.Context(), p.System, journal.Filter{}, page.Request{Limit: 1})
	p.ok(err)
	e := rows.Items[0]
	all, err := p.Tasks.Tellings(p.t.Context(), p.System, journal.Event{Tenant: p.ID, Entry: e.ID, Verb: e.Verb, Subject: e.Subject})
	p.ok(err)
	why = map[string]string{}
	for _, x := range all {
		for role, m := range p.Staff {
			if m.ID == x.Person {
				why[role] = x.Reason
			}
		}
		title, detail = x.Title, x.Detail
	}
	if len(why) != len(all) {
		p.t.Errorf("%d items for %v", len(all), why)
	}
	return title, detail, why
}

// TestThoseInChargeAreToldOfWhatWasMissed, the nearest to the site, and whose it was; nobody when the plan says no more than that it is closed.
func TestThoseInChargeAreToldOfWhatWasMissed(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		y := p.first(p.Plan(p.Harbour.ID, "Doors", p.list, func(in *plan.Input) { in.Rule = "0 8 26 11 *" }))
		p.until(y.Due.Add(testworld.TaskGrace))
		if _, _, why := p.told(); len(why) != 0 {
			t.Errorf("of one that is only closed: %v", why)
		}
		x := p.first(p.Plan(p.Harbour.ID, "Lamps", p.list, func(in *plan.Input) { in.Expiry = plan.MailIt }))
		p.until(x.Due.Add(testworld.TaskGrace))
		title, _, why := p.told()
		want := map[string]string{org.Guard: "it was to be done by you", org.Supervisor: "you are in charge of Harbour"}
		if diff := cmp.Diff(want, why); diff != "" || title != "Missed: Lamps at Harbour" {
			t.Error(title, diff)
		}
	})
}

// TestAnAlertIsTold once it is reported, with what raised it.
func TestAnAlertIsTold(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		for answer, want := range map[string]map[string]string{"Yes": {}, "No": {org.Supervisor: "you are in charge of Harbour"}} {
			x := p.first(p.Plan(p.Harbour.ID, "Lamps "+answer, p.list))
			_, _, err := p.Tasks.Report(t.Context(), p.guard(), task.Report{Task: x.ID, Done: true, Answers: p.say(x, answer)})
			p.ok(err)
			title, detail, why := p.told()
			if diff := cmp.Diff(want, why); diff != "" {
				t.Error(answer, diff)
			}
			if answer == "No" && (title != "Alert: Lamps No at Harbour" || detail == "") {
				t.Errorf("%q, %q", title, detail)
			}
		}
	})
}

// TestAnAlertIsToldToWhomItsItemNames, once even where they hear of every alert, and not of alerts of other items.
func TestAnAlertIsToldToWhomItsItemNames(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		boss, technician := p.Staff[org.Supervisor].ID, p.Staff[org.Technician].ID
		in := checklist.Input{Kind: checklist.ForTask, Name: "Told", Active: true, Places: checklist.Places{Everywhere: true}, Draft: testworld.Form(p.Question("Lamp?"), p.Question("Door?"))}
		in.Draft.Sections[0].Items[0].Tell = []id.Person{boss, technician}
		c, err := p.Checks.Create(t.Context(), p.System, in)
		p.ok(err)
		c, err = p.Checks.Publish(t.Context(), p.System, c.ID, c.Version)
		p.ok(err)
		every := map[string]string{org.Supervisor: "you are in charge of Harbour"}
		for answers, want := range map[[2]string]map[string]string{
			{"Yes", "No"}: every, {"No", "No"}: {org.Supervisor: "you are in charge of Harbour", org.Technician: "the checklist has you told of this alert"},
		} {
			x := p.first(p.Plan(p.Harbour.ID, "Lamps "+answers[0], c))
			_, _, err := p.Tasks.Report(t.Context(), p.guard(), task.Report{Task: x.ID, Done: true, Answers: p.say(x, answers[0], answers[1])})
			p.ok(err)
			if _, _, why := p.told(); cmp.Diff(want, why) != "" {
				t.Error(answers, cmp.Diff(want, why))
			}
		}
	})
}
