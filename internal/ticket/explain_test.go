package ticket_test

import (
	"testing"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// TestTheExplanationIsWhatHappens: every step that a ticket's page announces comes at that moment, not a microsecond earlier, and to whom it says.
func TestTheExplanationIsWhatHappens(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		x := d.NewTicket(d.Mill.ID, d.hvac.ID, "A")
		for _, name := range []string{"Tara Thorn", "Night shift"} {
			e := must(d.Ticket.Explain(t.Context(), d.Actor(org.Viewer), x.ID))(t)
			if e.Next == nil || e.Reason != "" || !e.Next.At.Equal(*e.Ticket.Next) || e.Next.PersonName+e.Next.GroupName != name || e.Next.Done || e.Next.Why != nil {
				t.Fatalf("next %+v, reason %q", e.Next, e.Reason)
			}
			d.Clock.Advance(e.Next.At.Sub(d.Clock.Now()) - time.Microsecond)
			if d.climbs(x) {
				t.Error("it came too early")
			}
			d.Clock.Advance(time.Microsecond)
			if !d.climbs(x) || d.get(x).AssigneeName() != name {
				t.Errorf("it did not come: %+v", d.get(x))
			}
		}
		e := must(d.Ticket.Explain(t.Context(), d.System, x.ID))(t)
		if e.Next != nil || e.Reason != "It is at the top of its ladder." || !e.Steps[0].Done || !e.Steps[1].Done || !e.Deadline.At.Equal(*after(4 * time.Hour)) {
			t.Errorf("at the top: %+v", e)
		}
		if e.Category.ID != d.hvac.ID || e.Calendar.Source != calendar.Builtin || len(e.Ladder.Rungs) != 2 || !e.Opened.Equal(testworld.Morning) {
			t.Errorf("the plan: %+v", e.Plan)
		}
	})
}

func TestWhyNothingHappens(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for s, want := range map[ticket.Status]string{
			ticket.OnHold: "It is on hold, and its category stops the clock.", ticket.Resolved: "It is resolved.", ticket.Closed: "It is closed.",
			ticket.Cancelled: "It is cancelled.",
		} {
			e := must(d.Ticket.Explain(t.Context(), d.System, d.at(s, d.System, nil).ID))(t)
			if e.Reason != want || e.Next != nil {
				t.Errorf("%s: %q, next %v", s, e.Reason, e.Next)
			}
			if s == ticket.OnHold && (e.Deadline.At != nil || e.Steps[0].At != nil) {
				t.Error("times of a clock that stands still")
			}
		}
		bare := d.Category("BARE")
		e := must(d.Ticket.Explain(t.Context(), d.System, d.NewTicket(d.Mill.ID, bare.ID, "A").ID))(t)
		if e.Reason != "There is no ladder for its category at its site." || e.Ladder != nil || e.Deadline != nil {
			t.Errorf("without a ladder: %+v", e)
		}
		d.hours(d.Mill.ID, []calendar.Holiday{{Day: "2026-11-25", Name: "Today"}}, calendar.Opening{Weekday: time.Sunday, From: 0, Until: 1})
		slow := d.Category("SLOW", func(in *ticket.CategoryInput) { in.Clock = ticket.Business })
		d.Ladder(slow.ID, nil, ticket.RungInput{After: 366 * 24 * 60})
		e = must(d.Ticket.Explain(t.Context(), d.System, d.NewTicket(d.Mill.ID, slow.ID, "A").ID))(t)
		if e.Next != nil || e.Ticket.Next != nil || e.Reason == "" || e.Reason == "It is at the top of its ladder." {
			t.Errorf("never: %+v %q", e.Next, e.Reason)
		}
	})
}

// hours gives a site a calendar.
func (d *desk) hours(site id.Site, holidays []calendar.Holiday, openings ...calendar.Opening) calendar.Calendar {
	d.t.Helper()
	c := must(d.Calendar.Get(d.t.Context(), d.System, &site))(d.t)
	return must(d.Calendar.Put(d.t.Context(), d.System, &site, c.Version, calendar.Input{Name: "Hours", Openings: openings, Holidays: holidays}))(d.t)
}

// weekdays is Monday to Friday, 9 to 17 o'clock.
func weekdays() (out []calendar.Opening) {
	for day := time.Monday; day <= time.Friday; day++ {
		out = append(out, calendar.Opening{Weekday: day, From: 9 * 60, Until: 17 * 60})
	}
	return out
}

// TestBusinessHoursAreExplained: reported on a Wednesday at 14:30 in Kolkata, with four hours to resolve; Thursday is a holiday.
func TestBusinessHoursAreExplained(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		in := ticket.CategoryInput{Code: "HVAC", Name: "HVAC", Clock: ticket.Business, Pause: true, Resolve: minutes(240), Active: true}
		must(d.Ticket.UpdateCategory(t.Context(), d.System, d.hvac.ID, 1, in))(t)
		d.hours(d.Mill.ID, []calendar.Holiday{{Day: "2026-11-26", Name: "Harvest"}}, weekdays()...)
		x := d.NewTicket(d.Mill.ID, d.hvac.ID, "A")
		deadline := time.Date(2026, 11, 27, 5, 0, 0, 0, time.UTC) // Friday 10:30
		if !x.Due.Equal(deadline) || !x.Next.Equal(*after(time.Hour)) {
			t.Errorf("due %v, climbs %v", x.Due, x.Next)
		}
		e := must(d.Ticket.Explain(t.Context(), d.System, x.ID))(t)
		why := e.Deadline.Why
		if why == nil || len(why.Rows) != 3 || why.Rows[0].Counted != 150*time.Minute || why.Rows[1].Holiday != "Harvest" || why.Rows[2].Sum != 4*time.Hour || !why.Until.Equal(deadline) {
			t.Errorf("the arithmetic: %+v", why)
		}
		d.move(x, ticket.Open)
		d.Clock.Advance(time.Hour) // 15:30, climbs now; but it is put on hold until Friday 9:30, which is two hours of the clock
		d.move(x, ticket.OnHold)
		d.Clock.Advance(time.Date(2026, 11, 27, 4, 0, 0, 0, time.UTC).Sub(d.Clock.Now()))
		went := d.move(x, ticket.Open)
		if went.HeldMicros != (2*time.Hour).Microseconds() || !went.Due.Equal(deadline.Add(2*time.Hour)) || !went.Next.Equal(d.Clock.Now()) {
			t.Errorf("after the hold: held %v, due %v, climbs %v", time.Duration(went.HeldMicros)*time.Microsecond, went.Due, went.Next)
		}
		if e = must(d.Ticket.Explain(t.Context(), d.System, x.ID))(t); e.Held != 2*time.Hour || e.Deadline.Why.Want != 6*time.Hour || !e.Deadline.At.Equal(*went.Due) {
			t.Errorf("explained: %+v", e.Deadline)
		}
	})
}

func TestADryRunOfALadder(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		opened := time.Date(2027, 1, 1, 12, 0, 0, 123, time.UTC)
		p := must(d.Ticket.Preview(ctx, d.Actor(org.Guard), d.hvac.ID, d.Harbour.ID, opened))(t)
		start := opened.Truncate(time.Microsecond)
		if len(p.Steps) != 2 || !p.Steps[0].At.Equal(start.Add(time.Hour)) || !p.Steps[1].At.Equal(start.Add(2*time.Hour)) || !p.Deadline.At.Equal(start.Add(4*time.Hour)) {
			t.Errorf("steps %+v, deadline %+v", p.Steps, p.Deadline)
		}
		_, err := d.Ticket.Preview(ctx, d.Actor(org.Guard), d.hvac.ID, d.Mill.ID, opened)
		testworld.Gone(t, err, "site")
		_, err = d.Ticket.Preview(ctx, d.System, id.New[id.Category](), d.Mill.ID, opened)
		testworld.Gone(t, err, "category")
		_, err = d.Ticket.Preview(ctx, d.System, d.hvac.ID, d.SecondTenant().Mill.ID, opened)
		testworld.Gone(t, err, "site")
		_, err = d.Ticket.Preview(ctx, d.As(d.Someone(nil)), d.hvac.ID, d.Mill.ID, opened)
		testworld.Refused(t, err, ticket.CanReadCategory)
		_, err = d.Ticket.Explain(ctx, d.As(d.Someone(nil)), id.New[id.Ticket]())
		testworld.Refused(t, err, ticket.CanRead)
	})
}
