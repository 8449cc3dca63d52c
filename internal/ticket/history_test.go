package ticket_test

import (
	"testing"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// TestTheHistorySaysWhatHappened: every change of a ticket is a line, in words, by whom, the newest first; nothing is said of what did not change.
func TestTheHistorySaysWhatHappened(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		boss, me := d.who(org.Supervisor)
		tech := d.Staff[org.Technician].ID
		gate := d.Location(d.Harbour.ID, "GATE", nil)
		pump := d.NewAsset(d.Harbour.ID, "P-1")
		x := must(d.Ticket.Create(ctx, boss, ticket.Input{Site: d.Harbour.ID, Title: "Leak", Category: d.hvac.ID, Asset: &pump.ID, Assignee: ticket.Assignee{Group: &d.night.ID}}))(t)
		must(d.Ticket.Comment(ctx, boss, x.ID, "It smells."))(t)
		x = must(d.Ticket.Move(ctx, boss, x.ID, 1, ticket.Open, ""))(t)
		x = must(d.Ticket.Update(ctx, boss, x.ID, 2, ticket.Input{
			Title: "Big leak", Description: "Wet.", Category: d.Category("WATER").ID, Location: &gate.ID, Priority: ticket.Low, Kind: ticket.Request,
		}))(t)
		x = must(d.Ticket.Assign(ctx, boss, x.ID, 3, ticket.Assignee{Person: &tech}))(t)
		x = must(d.Ticket.Assign(ctx, boss, x.ID, 4, ticket.Assignee{}))(t)
		x = must(d.Ticket.Update(ctx, boss, x.ID, 5, ticket.Input{Title: "Big leak", Description: "Wet.", Category: d.hvac.ID}))(t)
		d.Clock.Advance(time.Hour)
		if !must(d.Ticket.Escalate(ctx, d.System, x.ID))(t) {
			t.Fatal("it did not climb")
		}
		must(d.Ticket.Move(ctx, boss, x.ID, 7, ticket.OnHold, "No part."))(t)
		line := func(verb string, what ...string) ticket.Line {
			return ticket.Line{At: testworld.Morning, Who: d.Staff[org.Supervisor].Name, Person: &me, Verb: "ticket." + verb, What: what}
		}
		said, held := line("commented", "Commented"), line("status_changed", "Status: On hold, before Open")
		said.Comment, held.Comment, held.From, held.To, held.At = "It smells.", "No part.", ticket.Open, ticket.OnHold, *after(time.Hour)
		opened := line("status_changed", "Status: Open, before New")
		opened.From, opened.To = ticket.Fresh, ticket.Open
		climbed := ticket.Line{At: *after(time.Hour), Who: "test world", Verb: "ticket.escalated", What: []string{"Escalated to level 1", "Assigned to Tara Thorn"}}
		want := []ticket.Line{
			held, climbed,
			line("updated", "Category: HVAC, before WATER", "Location removed, before "+gate.Name),
			line("assigned", "Assigned to nobody, before to Tara Thorn"),
			line("assigned", "Assigned to Tara Thorn, before to Night shift"),
			line("updated", "Title: Big leak, before Leak", "Priority: Low, before High", "Kind: Request, before Incident", "Category: WATER, before HVAC",
				"Location: "+gate.Name, "Asset removed, before P-1", "Description changed"),
			opened, said, line("created", "Reported", "Assigned to Night shift"),
		}
		got := d.lines(x)
		for i := range got {
			if got[i].ID.IsZero() {
				t.Errorf("line %d has no id", i)
			}
			got[i].ID = ticket.Line{}.ID
		}
		testworld.Same(t, want, got)
	})
}

// lines walks a ticket's history by pieces of two.
func (d *desk) lines(x ticket.Ticket) (out []ticket.Line) {
	d.t.Helper()
	for p := (page.Request{Limit: 2}); ; {
		got, lines, err := d.Ticket.GetWithHistory(d.t.Context(), d.System, x.ID, p)
		if err != nil || got.ID != x.ID {
			d.t.Fatal(err)
		}
		out = append(out, lines.Items...)
		if p.After = lines.Next; p.After == "" {
			return out
		}
	}
}

func TestWhoSeesAHistory(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		x := d.NewTicket(d.Mill.ID, d.hvac.ID, "A")
		_, err := d.Ticket.History(t.Context(), d.As(d.Someone(nil)), x.ID, page.Request{})
		testworld.Refused(t, err, ticket.CanRead)
		_, err = d.Ticket.History(t.Context(), d.Actor(org.Guard), x.ID, page.Request{})
		testworld.Gone(t, err, "ticket")
		_, err = d.Ticket.History(t.Context(), d.System, x.ID, page.Request{After: "x"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
	})
}

func TestWhoMaySeeAndAddFiles(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		x := d.NewTicket(d.Harbour.ID, d.hvac.ID, "A")
		for role, may := range map[string]bool{org.Guard: true, org.Supervisor: true, org.Viewer: false} {
			site, see, change := d.Ticket.FileAccess(ctx, d.Actor(role), testworld.Any(x.ID))
			if see != nil || (change == nil) != may || *site != d.Harbour.ID {
				t.Errorf("%s: %v %v %v", role, site, see, change)
			}
		}
		_, see, change := d.Ticket.FileAccess(ctx, d.Actor(org.Technician), testworld.Any(x.ID))
		testworld.Gone(t, see, "ticket")
		testworld.Gone(t, change, "ticket")
	})
}
