package ticket_test

import (
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

func TestATicketIsAssigned(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		boss, guard := d.Actor(org.Supervisor), d.Staff[org.Guard].ID
		x := d.NewTicket(d.Harbour.ID, d.hvac.ID, "A")
		d.Clock.Advance(time.Minute)
		var got ticket.Ticket
		trail := d.During(func() { got = must(d.Ticket.Assign(ctx, boss, x.ID, 1, ticket.Assignee{Group: &d.night.ID}))(t) })
		want := x
		want.Group, want.GroupName, want.Version, want.Updated = &d.night.ID, "Night shift", 2, *after(time.Minute)
		testworld.Same(t, want, got)
		testworld.Same(t, want, d.get(x))
		if len(trail) != 1 || trail[0].Verb != "ticket.assigned" || trail[0].Before != testworld.JSON(t, x) || trail[0].After != testworld.JSON(t, got) {
			t.Errorf("trail %+v", trail)
		}
		if again := d.During(func() {
			testworld.Same(t, got, must(d.Ticket.Assign(ctx, boss, x.ID, 2, ticket.Assignee{Group: &d.night.ID}))(t))
		}); len(again) != 0 {
			t.Errorf("nothing changed, and journaled: %+v", again)
		}
		got = must(d.Ticket.Assign(ctx, boss, x.ID, 2, ticket.Assignee{Person: &guard}))(t)
		if got.PersonName != "Gopal Gale" || got.Group != nil || got.GroupName != "" || got.Mine {
			t.Errorf("to a person: %+v", got)
		}
		got = must(d.Ticket.Assign(ctx, boss, x.ID, 3, ticket.Assignee{}))(t)
		if got.AssigneeName() != "" || got.Person != nil || got.Version != 4 {
			t.Errorf("to nobody: %+v", got)
		}
	})
}

// TestDefect068NobodyHasTwoAssignees: the rule was asked in the form alone, and could be passed by.
func TestDefect068NobodyHasTwoAssignees(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, other := t.Context(), d.SecondTenant()
		guard, foreign, none := d.Staff[org.Guard].ID, other.Staff[org.Guard].ID, id.New[id.Group]()
		x := d.NewTicket(d.Harbour.ID, d.hvac.ID, "A")
		both := ticket.Assignee{Person: &guard, Group: &d.night.ID}
		_, err := d.Ticket.Assign(ctx, d.System, x.ID, 1, both)
		testworld.Fault(t, err, fault.Invalid, "group_id both")
		_, err = d.Ticket.AssignAll(ctx, d.System, []ticket.Seen{{ID: x.ID, Version: 1}}, both)
		testworld.Fault(t, err, fault.Invalid, "group_id both")
		_, err = d.Ticket.Create(ctx, d.System, ticket.Input{Site: d.Harbour.ID, Category: d.hvac.ID, Title: "A", Assignee: both})
		testworld.Fault(t, err, fault.Invalid, "group_id both")
		_, err = d.Ticket.Assign(ctx, d.System, x.ID, 1, ticket.Assignee{Person: &foreign})
		testworld.Fault(t, err, fault.Invalid, "person_id unknown")
		_, err = d.Ticket.Assign(ctx, d.System, x.ID, 1, ticket.Assignee{Group: &none})
		testworld.Fault(t, err, fault.Invalid, "group_id unknown")
		_, err = d.Ticket.Assign(ctx, d.System, x.ID, 7, ticket.Assignee{Person: &guard})
		testworld.Fault(t, err, fault.Conflict, "version stale")
		if got := d.get(x); got.Version != 1 || got.AssigneeName() != "" {
			t.Errorf("refused, and changed: %+v", got)
		}
	})
}

func TestWhoMayTakeATicket(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		guard, me := d.who(org.Guard) // may not update, and is in the night shift
		tech, he := d.who(org.Technician)
		x := d.NewTicket(d.Harbour.ID, d.hvac.ID, "A")
		_, err := d.Ticket.Assign(ctx, guard, x.ID, 1, ticket.Assignee{Person: &me})
		testworld.Refused(t, err, ticket.CanAssign)
		x = must(d.Ticket.Assign(ctx, d.System, x.ID, 1, ticket.Assignee{Group: &d.night.ID}))(t)
		_, err = d.Ticket.Assign(ctx, guard, x.ID, 2, ticket.Assignee{Person: &he})
		testworld.Refused(t, err, ticket.CanAssign)
		if got := must(d.Ticket.Assign(ctx, guard, x.ID, 2, ticket.Assignee{Person: &me}))(t); !got.Mine || got.PersonName != "Gopal Gale" {
			t.Errorf("taken from the group: %+v", got)
		}
		y := d.NewTicket(d.Tower.ID, d.hvac.ID, "B")
		if got := must(d.Ticket.Assign(ctx, tech, y.ID, 1, ticket.Assignee{Person: &he}))(t); !got.Mine {
			t.Errorf("taken by who may update: %+v", got)
		}
		_, err = d.Ticket.Assign(ctx, tech, y.ID, 2, ticket.Assignee{})
		testworld.Refused(t, err, ticket.CanAssign)
		_, err = d.Ticket.Assign(ctx, d.As(d.Someone(nil)), y.ID, 2, ticket.Assignee{})
		testworld.Refused(t, err, ticket.CanRead)
	})
}

func TestManyTicketsAreAssignedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, other := t.Context(), d.SecondTenant()
		m := d.Someone(nil, ticket.CanRead)
		d.Grant(m.ID, nil, &d.Harbour.ID, ticket.CanAssign)
		who, tech := d.As(m), d.Staff[org.Technician].ID
		a, b := d.NewTicket(d.Harbour.ID, d.hvac.ID, "A"), d.NewTicket(d.Harbour.ID, d.hvac.ID, "B")
		had := d.NewTicket(d.Harbour.ID, d.hvac.ID, "Had", func(in *ticket.Input) { in.Assignee.Person = &tech })
		stale := d.move(d.NewTicket(d.Harbour.ID, d.hvac.ID, "Stale"), ticket.Open)
		done := d.at(ticket.Cancelled, d.System, nil)
		mill := d.NewTicket(d.Mill.ID, d.hvac.ID, "Elsewhere")
		foreign := other.NewTicket(other.Mill.ID, other.Category("HVAC").ID, "Foreign")
		d.Clock.Advance(time.Minute)
		seen := []ticket.Seen{{ID: b.ID, Version: 1}, {ID: a.ID, Version: 1}, {ID: had.ID, Version: 1}, {ID: stale.ID, Version: 1}, {ID: done.ID, Version: 2},
			{ID: mill.ID, Version: 1}, {ID: foreign.ID, Version: 1}, {ID: a.ID, Version: 1}}
		var got []ticket.Outcome
		trail := d.During(func() { got = must(d.Ticket.AssignAll(ctx, who, seen, ticket.Assignee{Person: &tech}))(t) })
		given := func(x ticket.Ticket) ticket.Ticket {
			x.Person, x.PersonName, x.Version, x.Updated = &tech, "Tara Thorn", 2, *after(time.Minute)
			return x
		}
		for i, want := range []struct {
			now  ticket.Ticket
			kind fault.Kind
		}{
			{given(b), ""}, {given(a), ""}, {had, ""}, {stale, fault.Conflict}, {done, fault.Conflict}, {mill, fault.Forbidden}, {ticket.Ticket{}, fault.NotFound}, {a, fault.Conflict},
		} {
			if got[i].ID != seen[i].ID || (got[i].Fault == nil) != (want.kind == "") || want.kind != "" && fault.KindOf(got[i].Fault) != want.kind {
				t.Errorf("ticket %d: %v", i, got[i].Fault)
			}
			testworld.Same(t, want.now, got[i].Ticket)
		}
		testworld.Same(t, given(a), d.get(a))
		testworld.Same(t, given(b), d.get(b))
		if len(trail) != 2 || trail[0].Verb != "ticket.assigned" || trail[0].Site != d.Harbour.ID {
			t.Errorf("trail %+v", trail)
		}
		d.assignsNothing(who)
	})
}

// assignsNothing asks for what AssignAll refuses as a whole.
func (d *desk) assignsNothing(who actor.Actor) {
	d.t.Helper()
	none := id.New[id.Group]()
	x := d.NewTicket(d.Harbour.ID, d.hvac.ID, "A")
	for _, c := range []struct {
		seen []ticket.Seen
		to   ticket.Assignee
		want string
	}{
		{nil, ticket.Assignee{}, "tickets required"},
		{make([]ticket.Seen, 201), ticket.Assignee{}, "tickets too_many"},
		{[]ticket.Seen{{ID: x.ID, Version: 1}}, ticket.Assignee{Group: &none}, "group_id unknown"},
	} {
		_, err := d.Ticket.AssignAll(d.t.Context(), who, c.seen, c.to)
		testworld.Fault(d.t, err, fault.Invalid, c.want)
	}
	_, err := d.Ticket.AssignAll(d.t.Context(), d.Actor(org.Guard), []ticket.Seen{{ID: x.ID, Version: 1}}, ticket.Assignee{})
	testworld.Refused(d.t, err, ticket.CanAssign)
}
