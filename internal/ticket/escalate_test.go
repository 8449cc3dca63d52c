package ticket_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// climbs asks for an escalation as the job does, and says whether there was one.
func (d *desk) climbs(x ticket.Ticket) bool {
	d.t.Helper()
	return must(d.Ticket.Escalate(d.t.Context(), d.System, x.ID))(d.t)
}

// escalated counts the lines of a ticket's history that say so.
func (d *desk) escalated(x ticket.Ticket) (n int) {
	d.t.Helper()
	for _, l := range must(d.Ticket.History(d.t.Context(), d.System, x.ID, page.Request{Limit: 100}))(d.t).Items {
		if l.Verb == "ticket.escalated" {
			n++
		}
	}
	return n
}

func TestATicketClimbsItsLadder(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		tech := d.Staff[org.Technician].ID
		x := d.NewTicket(d.Mill.ID, d.hvac.ID, "A")
		d.Clock.Advance(time.Hour - time.Microsecond)
		if d.climbs(x) {
			t.Fatal("too early")
		}
		d.Clock.Advance(time.Microsecond)
		trail := d.During(func() {
			if !d.climbs(x) || d.climbs(x) {
				t.Error("not once")
			}
		})
		want := x
		want.Level, want.Version, want.Person, want.PersonName = 1, 2, &tech, "Tara Thorn"
		want.Updated, want.Next = *after(time.Hour), after(2*time.Hour)
		testworld.Same(t, want, d.get(x))
		if len(trail) != 1 || trail[0].Verb != "ticket.escalated" || trail[0].Before != testworld.JSON(t, x) {
			t.Errorf("trail %+v", trail)
		}
		d.Clock.Advance(time.Hour)
		d.climbs(x)
		want.Level, want.Version, want.Person, want.PersonName, want.Group, want.GroupName = 2, 3, nil, "", &d.night.ID, "Night shift"
		want.Updated, want.Next = *after(2 * time.Hour), nil
		testworld.Same(t, want, d.get(x))
		d.Clock.Advance(100 * 24 * time.Hour)
		if d.climbs(x) || d.escalated(x) != 2 {
			t.Error("climbed beyond the top")
		}
		_, err := d.Ticket.Escalate(t.Context(), d.Actor(org.Administrator), x.ID)
		testworld.Refused(t, err, "ticket.escalate")
		_, err = d.Ticket.Escalate(t.Context(), d.System, id.New[id.Ticket]())
		testworld.Gone(t, err, "ticket")
	})
}

func TestALevelThatNamesNobodyLeavesTheTicketWhereItIs(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		guard := d.Staff[org.Guard].ID
		leaver := d.Someone(nil)
		d.Ladder(d.hvac.ID, &d.Mill.ID, ticket.RungInput{After: 1, Mails: []string{"a@x.example"}}, ticket.RungInput{After: 2, Person: &leaver.ID})
		x := d.NewTicket(d.Mill.ID, d.hvac.ID, "A", func(in *ticket.Input) { in.Assignee.Person = &guard })
		d.deactivate(leaver)
		d.Clock.Advance(time.Hour)
		for level := range int64(2) {
			if d.climbs(x); *d.get(x).Person != guard || d.get(x).Level != level+1 {
				t.Errorf("at level %d it is with %s", d.get(x).Level, d.get(x).PersonName)
			}
		}
	})
}

func (d *desk) deactivate(m testworld.Member) {
	d.t.Helper()
	d.Exec("update persons set active = false where id = '" + m.ID.String() + "'")
}

// TestDefect060WhatIsDoneNeverClimbs: the query excluded statuses that did not exist, so closed tickets went on.
func TestDefect060WhatIsDoneNeverClimbs(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for _, s := range []ticket.Status{ticket.OnHold, ticket.Resolved, ticket.Closed, ticket.Cancelled} { // the category stops on hold
			x := d.at(s, d.System, nil)
			d.Exec("update tickets set next_escalation_at = opened_at where id = '" + x.ID.String() + "'") // whatever a fault may leave there
			d.Clock.Advance(100 * time.Hour)
			if s != ticket.OnHold && d.climbs(x) || d.escalated(x) != 0 || d.get(x).Level != 0 {
				t.Errorf("a %s ticket climbed", s)
			}
			if s == ticket.OnHold && d.climbs(x) {
				t.Error("a ticket on hold climbed")
			}
		}
	})
}

// TestDefect062TimeCountsFromReopeningAndBySite: the level was not matched on the site, and time always counted from creation.
func TestDefect062TimeCountsFromReopeningAndBySite(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		guard := d.Staff[org.Guard].ID
		d.Ladder(d.hvac.ID, &d.Mill.ID, ticket.RungInput{After: 10, Person: &guard})
		mill, tower := d.NewTicket(d.Mill.ID, d.hvac.ID, "A"), d.NewTicket(d.Tower.ID, d.hvac.ID, "B")
		d.Clock.Advance(10 * time.Minute)
		if !d.climbs(mill) || d.climbs(tower) || *d.get(mill).Person != guard {
			t.Error("the ladder of the site is not the one that was climbed")
		}
		d.move(tower, ticket.Open)
		d.Clock.Advance(45 * time.Minute)
		d.move(tower, ticket.Resolved)
		d.Clock.Advance(20 * time.Hour)
		again := d.move(tower, ticket.Open)
		if !again.Opened.Equal(d.Clock.Now()) || !again.Next.Equal(d.Clock.Now().Add(time.Hour)) || again.Level != 0 || again.Resolved != nil {
			t.Errorf("reopened: %+v", again)
		}
		if d.Clock.Advance(59 * time.Minute); d.climbs(tower) {
			t.Error("time counted from creation")
		}
		if d.Clock.Advance(time.Minute); !d.climbs(tower) {
			t.Error("it did not climb an hour after it was reopened")
		}
	})
}

// TestDefect055OneBadTicketKeepsNobodyBack: one row with a fault rolled the whole batch back, after its mails were sent.
func TestDefect055OneBadTicketKeepsNobodyBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		all := []ticket.Ticket{d.NewTicket(d.Mill.ID, d.hvac.ID, "Bad"), d.NewTicket(d.Mill.ID, d.hvac.ID, "Good"), d.NewTicket(d.Tower.ID, d.hvac.ID, "Good")}
		d.Exec("update sites set zone = 'Nowhere/At-all' where id = '"+d.Mill.ID.String()+"'",
			"update ticket_categories set clock = 'BUSINESS' where id = '"+d.hvac.ID.String()+"'")
		all = append(all, d.NewTicket(d.Tower.ID, d.Category("OTHER").ID, "No ladder"))
		d.Clock.Advance(40 * 24 * time.Hour) // D-56: however long ago, D-63: all levels
		d.Exec("delete from river_job")      // what was put off at creation is lost: the sweep remains
		d.Start()
		testworld.Eventually(t, "the good one is up", func() bool { return d.get(all[2]).Level == 2 })
		testworld.Eventually(t, "the bad one is in the log", func() bool { return strings.Contains(d.Log.String(), "Nowhere/At-all") })
		if d.get(all[0]).Level != 0 || d.escalated(all[2]) != 2 || d.get(all[3]).Level != 0 {
			t.Errorf("levels %d %d", d.get(all[0]).Level, d.get(all[3]).Level)
		}
	})
}

// TestEveryLevelIsClimbedOnceHoweverManyTry: nodes and people race for the same tickets.
func TestEveryLevelIsClimbedOnceHoweverManyTry(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var all []ticket.Ticket
		for range 6 {
			all = append(all, d.NewTicket(d.Mill.ID, d.hvac.ID, "A"))
		}
		d.Clock.Advance(2 * time.Hour)
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				for _, x := range all {
					_, err := d.Ticket.Escalate(t.Context(), d.System, x.ID)
					if err != nil && fault.KindOf(err) != fault.Unavailable {
						t.Error(err)
					}
				}
			})
		}
		wait.Go(func() { _, _ = d.Ticket.Move(t.Context(), d.System, all[5].ID, 1, ticket.Cancelled, "No.") })
		wait.Wait()
		for _, x := range all {
			for d.climbs(x) {
				continue
			}
			now := d.get(x)
			if n := d.escalated(x); int64(n) != now.Level || now.Level != 2 && now.Status != ticket.Cancelled {
				t.Errorf("%s at level %d has climbed %d times", now.Ref(), now.Level, n)
			}
		}
	})
}

// TestATicketClimbsWhenItsTimeComes: nobody asks; the service that looks at what is expected was told at the commit. People are told once.
func TestATicketClimbsWhenItsTimeComes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- d.Deadlines.Run(ctx) }()
		x := d.NewTicket(d.Mill.ID, d.hvac.ID, "A")
		stays := d.at(ticket.Resolved, d.System, nil)
		d.Clock.Advance(3 * time.Hour)
		testworld.Eventually(t, "both levels", func() bool { return d.get(x).Level == 2 })
		if stop(); <-done != nil {
			t.Error("the end is a fault")
		}
		d.Start()
		testworld.Eventually(t, "mail to the level's address", func() bool {
			return slices.ContainsFunc(d.Sink.Sent(), func(m testworld.Mail) bool { return m.To == "boss@lantern.example" })
		})
		n := 0
		for _, m := range d.Sink.Sent() {
			if m.To == "boss@lantern.example" && strings.Contains(m.Subject, "MILL#1 escalated to level 2") {
				n++
			}
		}
		if n != 1 || d.escalated(x) != 2 || d.get(stays).Level != 0 {
			t.Errorf("%d mails, %d lines, the resolved one is at level %d", n, d.escalated(x), d.get(stays).Level)
		}
	})
}

// TestALookTakesUpWhatIsDueAndKnowsTheNext: what cannot climb is tried once at its moment, keeps nobody back, and is left to the sweep.
func TestALookTakesUpWhatIsDueAndKnowsTheNext(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		good, bad := d.NewTicket(d.Tower.ID, d.hvac.ID, "Good"), d.NewTicket(d.Mill.ID, d.hvac.ID, "Bad")
		look := func(want *time.Time, fails bool) {
			t.Helper()
			next, err := d.Ticket.ClimbDue(t.Context(), d.System)
			if (err != nil) != fails || want == nil && !next.IsZero() || want != nil && !next.Equal(*want) {
				t.Errorf("next at %s: %v", next, err)
			}
		}
		look(after(time.Hour), false)
		d.Exec("update sites set zone = 'Nowhere/At-all' where id = '"+d.Mill.ID.String()+"'",
			"update ticket_categories set clock = 'BUSINESS' where id = '"+d.hvac.ID.String()+"'")
		d.Clock.Advance(40 * 24 * time.Hour)
		now := d.Clock.Now()
		look(&now, true) // there may be more
		look(nil, false)
		if d.get(good).Level != 2 || d.get(bad).Level != 0 {
			t.Errorf("levels %d %d", d.get(good).Level, d.get(bad).Level)
		}
		_, err := d.Ticket.ClimbDue(t.Context(), d.Actor(org.Administrator))
		testworld.Refused(t, err, "ticket.escalate")
	})
}
