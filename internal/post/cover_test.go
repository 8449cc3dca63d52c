package post_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/post"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// desk is a world with what the tests ask of it.
type desk struct {
	*testworld.World
	t *testing.T
}

func each(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	testworld.Each(t, func(t *testing.T, w *testworld.World) { test(t, &desk{w, t}) })
}

func (d *desk) ok(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// after lets time pass, looks at what has come, and gives the verbs that the journal got meanwhile.
func (d *desk) after(wait time.Duration) (verbs []string) {
	d.t.Helper()
	for _, c := range d.During(func() {
		d.Clock.Advance(wait)
		d.ok(d.Deadlines.FireDue(d.t.Context(), d.System))
	}) {
		verbs = append(verbs, c.Verb)
	}
	return verbs
}

func (d *desk) whole(at post.Post) post.Whole {
	d.t.Helper()
	w, err := d.Posts.GetWhole(d.t.Context(), d.System, at.ID)
	d.ok(err)
	return w
}

// notes are what became of what was expected of a post, in order; what is open is "OPEN".
func (d *desk) notes(at post.Post) (out []string) {
	d.t.Helper()
	for _, e := range d.whole(at).Expected {
		if e.Kind == post.ToBeHeld {
			out = append(out, strings.TrimSpace(string(e.State)+" "+e.Note))
		}
	}
	return out
}

func (d *desk) take(who actor.Actor, at post.Post, h post.Handover) post.Post {
	d.t.Helper()
	p, err := d.Posts.Take(d.t.Context(), who, at.ID, h)
	d.ok(err)
	return p
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestAnUncoveredPostIsSaidOnce after the grace, and again with the next hours: who is told stands on its page.
func TestAnUncoveredPostIsSaidOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		gate := d.Post(d.Harbour.ID, "GATE")
		same(t, []string(nil), d.after(9*time.Minute+59*time.Second))
		same(t, []string{"post.uncovered"}, d.after(time.Second))
		same(t, []string(nil), d.after(3*time.Hour))
		same(t, []string{"BROKEN Nobody held it since 14:30. Nobody was rostered. Told: Samir Stone.", "OPEN"}, d.notes(gate))
		row := d.Trail()[len(d.Trail())-1]
		all, err := d.Journal.List(t.Context(), d.System, journal.Filter{Subject: &row.Subject}, page.Request{Limit: 1})
		d.ok(err)
		told, err := d.Posts.Tellings(t.Context(), d.System, journal.Event{Tenant: d.ID, Entry: all.Items[0].ID, Verb: row.Verb, Subject: row.Subject})
		d.ok(err)
		if len(told) != 1 || told[0].Person != d.Staff[org.Supervisor].ID || told[0].Reason != "you are in charge of Harbour" || told[0].Title != "Uncovered: GATE at Harbour" {
			t.Errorf("told: %+v", told)
		}
		day := time.Date(2026, time.November, 25, 18, 40, 0, 0, time.UTC) // ten minutes after midnight there
		same(t, []string{"post.uncovered"}, d.after(day.Sub(d.Clock.Now())))
		d.Rostered(gate)
		same(t, []string{"post.uncovered"}, d.after(24*time.Hour))
		if got := d.notes(gate); !strings.HasPrefix(got[2], "BROKEN Nobody held it since 00:00. Nobody was rostered.") {
			t.Errorf("%q", got)
		}
	})
}

// TestWhoIsThereInTimeIsEnough, and when the last one leaves in the middle of the hours, it is said from then on. Who is relieved leaves no gap.
func TestWhoIsThereInTimeIsEnough(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		gate, guard, boss := d.Post(d.Harbour.ID, "GATE"), d.Actor(org.Guard), d.Actor(org.Supervisor)
		d.Clock.Advance(5 * time.Minute)
		if p := d.take(guard, gate, post.Handover{Remark: "Keys are in the box."}); p.Standing != post.Covered || !p.Mine || len(p.Held) != 1 {
			t.Errorf("%+v", p)
		}
		same(t, []string(nil), d.after(time.Hour))
		same(t, []string{"MET 1 held it of 1.", "OPEN"}, d.notes(gate))
		p := d.take(boss, gate, post.Handover{Relieves: new(d.Staff[org.Guard].ID)})
		if len(p.Held) != 1 || p.Held[0].Person != boss.Person() {
			t.Errorf("after the relief: %+v", p.Held)
		}
		same(t, []string(nil), d.after(time.Hour))
		_, err := d.Posts.Leave(t.Context(), boss, gate.ID, post.Handover{})
		d.ok(err)
		same(t, []string(nil), d.after(10*time.Minute-time.Second))
		same(t, []string{"post.uncovered"}, d.after(time.Second))
		same(t, []string{"MET 1 held it of 1.", "BROKEN Nobody held it since 16:35. Nobody was rostered. Told: Samir Stone.", "OPEN"}, d.notes(gate))
		in := post.Input{Code: "GATE", Name: "Gate of the harbour", Hours: gate.Hours, Grace: 10, Active: true}
		_, err = d.Posts.Update(t.Context(), boss, gate.ID, 1, in)
		d.ok(err)
		same(t, []string(nil), d.after(time.Hour)) // another name is no other expectation
		_, err = d.Posts.Leave(t.Context(), boss, gate.ID, post.Handover{})
		testworld.Fault(t, err, fault.Conflict)
	})
}

// TestAPostRaisesATicket when it says so, once, and names who was rostered.
func TestAPostRaisesATicket(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		category := d.Category("COVER").ID
		gate := d.Post(d.Harbour.ID, "GATE", func(in *post.Input) { in.Alarm, in.Category, in.Needed = post.RaiseTicket, &category, 2 })
		d.Rostered(gate)
		d.take(d.Actor(org.Guard), gate, post.Handover{})
		same(t, []string{"ticket.created", "post.uncovered"}, d.after(10*time.Minute))
		same(t, []string{"BROKEN 1 held it of 2 since 14:30. Rostered: Gopal Gale. Ticket HARBOUR#1 was raised. Told: Gopal Gale, Samir Stone.", "OPEN"}, d.notes(gate))
		all, err := d.Ticket.List(t.Context(), d.System, ticket.Filter{}, page.Request{})
		d.ok(err)
		if len(all.Items) != 1 || all.Items[0].Title != "Uncovered: GATE" || all.Items[0].Priority != ticket.High {
			t.Errorf("%+v", all.Items)
		}
	})
}

// TestWhoForgetsToLeaveHasLeft when the hours are over, and does not cover the next ones.
func TestWhoForgetsToLeaveHasLeft(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		gate := d.Post(d.Harbour.ID, "GATE", func(in *post.Input) {
			for i := range in.Hours {
				in.Hours[i].From, in.Hours[i].Until = 8*60, 16*60
			}
		})
		d.take(d.Actor(org.Guard), gate, post.Handover{})
		same(t, []string{"post.left"}, d.after(90*time.Minute))
		w := d.whole(gate)
		if w.Standing != post.Quiet || len(w.Held) != 0 || w.Duties[0].Remark != "Its hours were over." || !w.Duties[0].Ended.Equal(testworld.Morning.Add(90*time.Minute)) {
			t.Errorf("%+v", w)
		}
		same(t, []string{"post.uncovered"}, d.after(16*time.Hour+10*time.Minute))
	})
}

// TestANewExpectationCountsFromItsBegin: not before the post was made, nor for one that is not in use.
func TestANewExpectationCountsFromItsBegin(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		off := func(in *post.Input) { in.Active = false }
		gate := d.Post(d.Harbour.ID, "GATE", off)
		same(t, []string(nil), d.after(48*time.Hour))
		in := post.Input{Code: "GATE", Name: "GATE", Hours: gate.Hours, Grace: 30, Active: true}
		_, err := d.Posts.Update(t.Context(), d.System, gate.ID, 1, in)
		d.ok(err)
		same(t, []string(nil), d.after(29*time.Minute))
		same(t, []string{"post.uncovered"}, d.after(time.Minute))
		off(&in)
		_, err = d.Posts.Update(t.Context(), d.System, gate.ID, 2, in)
		d.ok(err)
		same(t, []string(nil), d.after(48*time.Hour))
		if got := d.notes(gate); !slices.Contains(got, "MET Nobody is expected any more.") {
			t.Errorf("%q", got)
		}
	})
}

// TestWhoMayTakeAPost: oneself at a site of one's role; another only who may change the post; and nobody twice.
func TestWhoMayTakeAPost(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		gate, far, guard := d.Post(d.Harbour.ID, "GATE"), d.Post(d.Mill.ID, "FAR"), d.Actor(org.Guard)
		_, err := d.Posts.Take(ctx, guard, far.ID, post.Handover{})
		testworld.Gone(t, err, "post")
		_, err = d.Posts.Take(ctx, guard, gate.ID, post.Handover{Person: new(d.Staff[org.Technician].ID)})
		testworld.Refused(t, err, post.CanUpdate)
		_, err = d.Posts.Take(ctx, d.Actor(org.Viewer), gate.ID, post.Handover{})
		testworld.Refused(t, err, post.CanHold)
		_, err = d.Posts.Take(ctx, guard, gate.ID, post.Handover{Relieves: new(d.Staff[org.Technician].ID)})
		testworld.Fault(t, err, fault.Invalid, "relieves_id unknown")
		_, err = d.Posts.Take(ctx, d.System, gate.ID, post.Handover{})
		testworld.Fault(t, err, fault.Invalid, "person_id required")
		stranger := id.New[id.Person]()
		_, err = d.Posts.Take(ctx, d.System, gate.ID, post.Handover{Person: &stranger})
		testworld.Fault(t, err, fault.Invalid, "person_id unknown")
		d.take(guard, gate, post.Handover{})
		_, err = d.Posts.Take(ctx, guard, gate.ID, post.Handover{})
		testworld.Fault(t, err, fault.Conflict)
		testworld.Fault(t, d.Posts.Delete(ctx, d.System, gate.ID, 1), fault.Conflict, "id referenced")
		d.ok(d.Posts.Delete(ctx, d.System, far.ID, 1))
	})
}

// TestARosterIsReadAgainstTheHours: who is rostered sees the post, is not rostered twice at once, and where nobody is, it is uncovered.
func TestARosterIsReadAgainstTheHours(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, now := t.Context(), d.Clock.Now()
		far, guard := d.Post(d.Mill.ID, "FAR"), d.Actor(org.Guard)
		_, err := d.Posts.Get(ctx, guard, far.ID)
		testworld.Gone(t, err, "post")
		turn := d.Rostered(far)
		mine, err := d.Posts.List(ctx, guard, post.Filter{Mine: true}, page.Request{})
		d.ok(err)
		if len(mine.Items) != 1 || mine.Items[0].ID != far.ID {
			t.Errorf("%+v", mine.Items)
		}
		_, err = d.Posts.Assign(ctx, d.System, far.ID, post.Assignment{Person: guard.Person(), From: now.Add(time.Hour), Until: now.Add(9 * time.Hour)})
		testworld.Fault(t, err, fault.Conflict)
		gaps := func() (out []string) {
			all, _, err := d.Posts.Uncovered(ctx, d.System, nil, now, now.Add(24*time.Hour))
			d.ok(err)
			for _, g := range all {
				out = append(out, g.From.Format("15:04")+"-"+g.Until.Format("15:04"))
			}
			return out
		}
		last := time.Date(9999, 12, 31, 23, 0, 0, 0, time.UTC)
		_, _, err = d.Posts.Uncovered(ctx, d.System, nil, last, last.AddDate(0, 0, 31))
		testworld.Fault(t, err, fault.Invalid, "until range")
		same(t, []string{"17:00-09:00"}, gaps())
		testworld.Refused(t, d.Posts.Unassign(ctx, guard, turn.ID), post.CanUpdate)
		testworld.Gone(t, d.Posts.Unassign(ctx, d.Actor(org.Supervisor), turn.ID), "assignment")
		d.ok(d.Posts.Unassign(ctx, d.System, turn.ID))
		same(t, []string{"09:00-09:00"}, gaps())
	})
}
