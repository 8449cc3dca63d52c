package ticket_test

import (
	"testing"
	"time"

	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/news"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// told is who is told of the last change, and why; addresses stand for those without an account.
func (d *desk) told() (title string, why map[string]string, all []news.Item) {
	d.t.Helper()
	rows := must(d.Journal.List(d.t.Context(), d.System, journal.Filter{}, page.Request{Limit: 1}))(d.t)
	e := rows.Items[0]
	all = must(d.Ticket.Tellings(d.t.Context(), d.System, journal.Event{Tenant: d.ID, Entry: e.ID, Verb: e.Verb, Subject: e.Subject}))(d.t)
	if ticket.TellsNobody(e) && len(all) > 0 {
		d.t.Errorf("%s tells %d, and at a glance nobody", e.Verb, len(all))
	}
	names := map[id.Person]string{}
	for _, m := range d.Staff {
		names[m.ID] = m.Name
	}
	why = map[string]string{}
	for _, x := range all {
		who := names[x.Person]
		if x.Person.IsZero() {
			who = x.Mails[0]
		}
		if _, twice := why[who]; twice || x.Subject != "ticket" || x.SubjectID != e.Subject {
			d.t.Errorf("told twice, or of something else: %+v", x)
		}
		why[who], title = x.Reason, x.Title
	}
	return title, why, all
}

// TestWhatConcernsNobodyElseIsSeenAtAGlance: no work is made for a ticket of one's own.
func TestWhatConcernsNobodyElseIsSeenAtAGlance(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		boss, _ := d.who(org.Supervisor)
		latest := func(to ticket.Assignee) bool {
			t.Helper()
			must(d.Ticket.Create(t.Context(), boss, ticket.Input{Site: d.Harbour.ID, Title: "Leak", Category: d.hvac.ID, Assignee: to}))(t)
			return ticket.TellsNobody(must(d.Journal.List(t.Context(), d.System, journal.Filter{}, page.Request{Limit: 1}))(t).Items[0])
		}
		me, guard := boss.Person(), d.Staff[org.Guard].ID
		if !latest(ticket.Assignee{}) || !latest(ticket.Assignee{Person: &me}) {
			t.Error("one's own ticket tells somebody")
		}
		if latest(ticket.Assignee{Person: &guard}) || latest(ticket.Assignee{Group: &d.night.ID}) {
			t.Error("whom it is assigned to is not told")
		}
	})
}

// TestWhoIsToldAndWhy: the nearest reason for each, once, and never who did it (D-61, D-65).
func TestWhoIsToldAndWhy(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		boss, _ := d.who(org.Supervisor)
		guard := d.Actor(org.Guard)
		tech, viewer := d.Staff[org.Technician].ID, d.Staff[org.Viewer].ID
		says := func(title string, why map[string]string) []news.Item {
			t.Helper()
			gotTitle, got, all := d.told()
			testworld.Same(t, why, got)
			if gotTitle != title {
				t.Errorf("got title %q, want %q", gotTitle, title)
			}
			return all
		}
		x := must(d.Ticket.Create(ctx, boss, ticket.Input{Site: d.Harbour.ID, Title: "Leak", Description: "Wet.", Category: d.hvac.ID,
			Assignee: ticket.Assignee{Group: &d.night.ID}}))(t)
		group := "it is assigned to Night shift, and you are in it"
		all := says("New ticket HARBOUR#1: Leak", map[string]string{"Gopal Gale": group, "Vani Vale": group})
		testworld.Same(t, []news.Moment{{Label: "Escalates", At: *x.Next}, {Label: "Due", At: *x.Due}}, all[0].Times)
		if all[0].Detail != "Wet." {
			t.Errorf("detail %q", all[0].Detail)
		}
		must(d.Ticket.Comment(ctx, guard, x.ID, "It smells."))(t)
		all = says("Gopal Gale commented on HARBOUR#1: Leak", map[string]string{"Vani Vale": group, "Samir Stone": "you reported it"})
		if all[0].Detail != "It smells." {
			t.Errorf("detail %q", all[0].Detail)
		}
		x = must(d.Ticket.Assign(ctx, d.System, x.ID, 1, ticket.Assignee{Person: &viewer}))(t)
		says("HARBOUR#1 is assigned to Vani Vale: Leak", map[string]string{"Vani Vale": "it is assigned to you", "Samir Stone": "you reported it"})
		x = must(d.Ticket.Assign(ctx, boss, x.ID, 2, ticket.Assignee{Person: &tech}))(t)
		says("HARBOUR#1 is assigned to Tara Thorn: Leak", map[string]string{"Tara Thorn": "it is assigned to you", "Vani Vale": "it was assigned to you until now"})
		x = must(d.Ticket.Assign(ctx, boss, x.ID, 3, ticket.Assignee{}))(t)
		says("HARBOUR#1 is assigned to nobody: Leak", map[string]string{"Tara Thorn": "it was assigned to you until now"})
		d.Clock.Advance(2 * time.Hour)
		d.climbs(x)
		says("HARBOUR#1 escalated to level 1: Leak", map[string]string{"Tara Thorn": "it escalated to level 1 and you are its level", "Samir Stone": "you reported it"})
		d.climbs(x)
		group = "it escalated to level 2, which is Night shift, and you are in it"
		says("HARBOUR#1 escalated to level 2: Leak", map[string]string{
			"Gopal Gale": group, "Vani Vale": group, "Samir Stone": "you reported it", "Tara Thorn": "it was assigned to you until now",
			"boss@lantern.example": "it escalated to level 2, which tells this address",
		})
		x = d.move(x, ticket.Open)
		all = says("HARBOUR#1 is open: Leak", map[string]string{"Gopal Gale": "it is assigned to Night shift, and you are in it",
			"Vani Vale": "it is assigned to Night shift, and you are in it", "Samir Stone": "you reported it"})
		if d.move(x, ticket.Resolved); all[0].Detail != "because" {
			t.Errorf("detail %q", all[0].Detail)
		}
		if _, _, all = d.told(); len(all) != 3 || all[0].Times != nil {
			t.Errorf("of what is resolved: %+v", all)
		}
	})
}

// TestDefect061TheCreatorIsToldOnceEvenAsAssignee: the join multiplied such a ticket by all people.
func TestDefect061TheCreatorIsToldOnceEvenAsAssignee(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		guard, me := d.who(org.Guard)
		x := must(d.Ticket.Create(t.Context(), guard, ticket.Input{Site: d.Harbour.ID, Title: "A", Category: d.hvac.ID, Assignee: ticket.Assignee{Person: &me}}))(t)
		if _, why, _ := d.told(); len(why) != 0 {
			t.Errorf("told of what one did oneself: %v", why)
		}
		d.move(x, ticket.Open)
		if _, why, _ := d.told(); len(why) != 1 || why["Gopal Gale"] != "it is assigned to you" {
			t.Errorf("told: %v", why)
		}
		_, err := d.Ticket.Tellings(t.Context(), d.SecondTenant().System, journal.Event{Verb: "ticket.created", Entry: d.entry()})
		testworld.Gone(t, err, "entry")
	})
}

func (d *desk) entry() id.Entry {
	d.t.Helper()
	return must(d.Journal.List(d.t.Context(), d.System, journal.Filter{}, page.Request{Limit: 1}))(d.t).Items[0].ID
}

// TestNoticesOfATicketArrive: the world is wired as the product is; each who is told finds one notice, with its reason.
func TestNoticesOfATicketArrive(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.Start()
		viewer, she := d.who(org.Viewer)
		must(d.Ticket.Create(t.Context(), d.Actor(org.Supervisor), ticket.Input{Site: d.Harbour.ID, Title: "Leak", Category: d.hvac.ID, Assignee: ticket.Assignee{Person: &she}}))(t)
		var got []notice.Notice
		testworld.Eventually(t, "a notice", func() bool {
			got = must(d.Notices.List(t.Context(), viewer, notice.Filter{}, page.Request{}))(t).Items
			return len(got) > 0
		})
		if len(got) != 1 || got[0].Title != "New ticket HARBOUR#1: Leak" || got[0].Reason != "it is assigned to you" || got[0].Verb != "ticket.created" {
			t.Errorf("got %+v", got)
		}
	})
}
