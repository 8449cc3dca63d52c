package ticket_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// letters gives what was mailed beside what the world's own beginnings are: subjects by address, and how often.
func (d *desk) letters() map[string]int {
	out := map[string]int{}
	for _, m := range d.Sink.Sent() {
		if !strings.HasPrefix(m.Subject, "Your IntelliWiz ") {
			out[m.To+": "+m.Subject]++
		}
	}
	return out
}

// TestDefect056HoweverLongTheOutageNothingIsForgotten: only what had come due in the last 24 hours was looked at.
func TestDefect056HoweverLongTheOutageNothingIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var all []ticket.Ticket
		for _, age := range []time.Duration{800 * 24 * time.Hour, 40 * 24 * time.Hour, 25 * time.Hour, 3 * time.Hour} {
			d.Clock.Advance(time.Since(d.Clock.Now()) - age)
			all = append(all, d.NewTicket(d.Mill.ID, d.hvac.ID, "A"))
		}
		d.Clock.Advance(3 * time.Hour)
		d.Exec("delete from river_job") // the outage took what was put off, too: nothing but the sweep remains
		d.Start()
		for _, x := range all {
			testworld.Eventually(t, x.Ref()+" is at the top", func() bool { return d.get(x).Level == 2 })
			if d.escalated(x) != 2 {
				t.Errorf("%s climbed %d times", x.Ref(), d.escalated(x))
			}
		}
	})
}

// TestDefect065ALevelTellsItsAddressesOnceAndAlone: a configured address made the query of the mail fail; the levels of other sites sent theirs
// as well; and several addresses were joined in one text.
func TestDefect065ALevelTellsItsAddressesOnceAndAlone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.Clock.Advance(time.Since(d.Clock.Now()) - 3*time.Hour) // the runner lives by the real clock
		guard := d.Staff[org.Guard].ID
		d.Ladder(d.hvac.ID, &d.Mill.ID, ticket.RungInput{After: 30, Person: &guard, Mails: []string{
			"room@lantern.example", " ROOM@lantern.example", "guard@lantern.example", "duty@lantern.example",
		}})
		d.Ladder(d.hvac.ID, &d.Tower.ID, ticket.RungInput{After: 30, Mails: []string{"tower@lantern.example"}})
		d.NewTicket(d.Mill.ID, d.hvac.ID, "A")
		d.Clock.Advance(time.Hour)
		d.Start()
		title := ": MILL#1 escalated to level 1: A"
		want := map[string]int{"room@lantern.example" + title: 1, "guard@lantern.example" + title: 1, "duty@lantern.example" + title: 1}
		testworld.Eventually(t, "three mails", func() bool { return len(d.letters()) >= 3 })
		time.Sleep(300 * time.Millisecond) // for a fourth
		testworld.Same(t, want, d.letters())
		for _, m := range d.Sink.Sent() {
			if hello := strings.HasPrefix(m.Text, "Hello Gopal Gale,"); m.Subject == title[2:] && hello != (m.To == "guard@lantern.example") {
				t.Errorf("to %s:\n%s", m.To, m.Text)
			}
		}
	})
}

// TestDefect066WhatIsTakenBackIsToldToNobody: mail was sent before the commit, and a fault of sending was swallowed.
func TestDefect066WhatIsTakenBackIsToldToNobody(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.Clock.Advance(time.Since(d.Clock.Now()) - time.Minute)
		d.Start()
		boss, tech := d.Actor(org.Supervisor), d.Staff[org.Technician].ID
		power := errors.New("a power cut before the commit")
		in := ticket.Input{Site: d.Tower.ID, Title: "Lost", Category: d.hvac.ID, Assignee: ticket.Assignee{Person: &tech}}
		err := d.DB.Together(t.Context(), boss, func(ctx context.Context) error {
			must(d.Ticket.Create(ctx, boss, in))(t)
			return power
		})
		if !errors.Is(err, power) {
			t.Fatal(err)
		}
		d.Sink.Fail(errors.New("connection refused"))
		in.Title = "Kept"
		must(d.Ticket.Create(t.Context(), boss, in))(t)
		testworld.Eventually(t, "the fault is in the log", func() bool { return strings.Contains(d.Log.String(), "connection refused") })
		d.Sink.Fail(nil)
		want := map[string]int{"technician@lantern.example: New ticket TOWER#1: Kept": 1}
		testworld.Eventually(t, "the mail", func() bool { return maps.Equal(want, d.letters()) })
	})
}

// TestDefect070WhatIsDueIsDoneAndWhatIsNotIsNot: reminders went out while their moment was ahead, and never when it had come.
func TestDefect070WhatIsDueIsDoneAndWhatIsNotIsNot(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.Clock.Advance(time.Since(d.Clock.Now()) - 90*time.Minute)
		due := d.NewTicket(d.Mill.ID, d.hvac.ID, "Due")
		d.Clock.Advance(90*time.Minute - 10*time.Second)
		ahead := d.NewTicket(d.Mill.ID, d.hvac.ID, "Ahead")
		d.Clock.Advance(10 * time.Second)
		must(d.Ticket.ClimbDue(t.Context(), d.System))(t)
		d.Start() // the sweep looks at all of them, too
		testworld.Eventually(t, "what was due has climbed, and is told", func() bool { return d.get(due).Level == 1 && len(d.letters()) > 0 })
		if x := d.get(ahead); x.Level != 0 || !x.Next.Equal(*ahead.Next) || d.escalated(due) != 1 {
			t.Errorf("ahead of its time at level %d, the other climbed %d times", x.Level, d.escalated(due))
		}
		testworld.Same(t, map[string]int{"technician@lantern.example: MILL#1 escalated to level 1: Due": 1}, d.letters())
	})
}
