package ticket_test

import (
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// TestTermsThatAreRememberedFollowEveryChange: what a new ticket gets comes from memory, and is never what it was before a change.
func TestTermsThatAreRememberedFollowEveryChange(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.Remember()
		ctx := t.Context()
		first := d.NewTicket(d.Harbour.ID, d.hvac.ID, "Cold")
		second := d.NewTicket(d.Harbour.ID, d.hvac.ID, "Colder")
		if second.Number != first.Number+1 || second.CategoryName != first.CategoryName || second.Priority != ticket.High || second.Next == nil || !second.Next.Equal(*first.Next) {
			t.Errorf("by the same terms: %+v, then %+v", first, second)
		}
		must(d.Ticket.PutLadder(ctx, d.System, 1, ticket.LadderInput{Category: d.hvac.ID, Rungs: []ticket.RungInput{{After: 5}}}))(t)
		third := d.NewTicket(d.Harbour.ID, d.hvac.ID, "Coldest")
		if third.Next == nil || !third.Next.Before(*second.Next) {
			t.Errorf("after a change of the ladder it climbs at %v, before at %v", third.Next, second.Next)
		}
		in := ticket.CategoryInput{Code: d.hvac.Code, Name: "Heating", Active: true}
		changed := must(d.Ticket.UpdateCategory(ctx, d.System, d.hvac.ID, d.hvac.Version, in))(t)
		if x := d.NewTicket(d.Harbour.ID, d.hvac.ID, "Warm"); x.CategoryName != "Heating" || x.Priority != ticket.Medium || x.Number != third.Number+1 {
			t.Errorf("after a change of the category: %+v", x)
		}
		in.Active = false
		must(d.Ticket.UpdateCategory(ctx, d.System, d.hvac.ID, changed.Version, in))(t)
		_, err := d.Ticket.Create(ctx, d.System, ticket.Input{Site: d.Harbour.ID, Category: d.hvac.ID, Title: "Too late"})
		if fields := fault.As(err).Fields; len(fields) != 1 || fields[0].Path != "category_id" {
			t.Errorf("in a category that is no longer active: %v", err)
		}
		other := d.Category("LIFT")
		if x := d.NewTicket(d.Harbour.ID, other.ID, "Stuck"); x.Number != third.Number+2 {
			t.Errorf("a refused ticket took a number: %d after %d", x.Number, third.Number+1)
		}
	})
}

// TestAListThatIsRememberedFollowsEveryChange, and is nobody's who may see other sites.
func TestAListThatIsRememberedFollowsEveryChange(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.Remember()
		x, y := d.NewTicket(d.Harbour.ID, d.hvac.ID, "Cold"), d.NewTicket(d.Mill.ID, d.hvac.ID, "Wet")
		all, some := d.Actor(org.Administrator), d.Actor(org.Guard)
		list := func(who actor.Actor, f ticket.Filter) (titles []string) {
			t.Helper()
			for _, x := range must(d.Ticket.List(t.Context(), who, f, page.Request{Limit: 10}))(t).Items {
				titles = append(titles, x.Title+" "+string(x.Status)+" "+x.SiteName)
			}
			return titles
		}
		same := func(got []string, want ...string) {
			t.Helper()
			testworld.Same(t, want, got)
		}
		before := list(all, ticket.Filter{})
		same(before, "Wet NEW Mill", "Cold NEW Harbour")
		mine := list(some, ticket.Filter{})
		if len(mine) != 1 {
			t.Fatalf("a guard of one site sees %v", mine)
		}
		same(list(all, ticket.Filter{}), before...)
		d.move(x, ticket.Open)
		same(list(all, ticket.Filter{}), "Wet NEW Mill", "Cold OPEN Harbour")
		same(list(all, ticket.Filter{Statuses: []ticket.Status{ticket.Fresh}}), "Wet NEW Mill")
		d.move(y, ticket.Open)
		same(list(all, ticket.Filter{Statuses: []ticket.Status{ticket.Fresh}}))
		kept := must(d.Ticket.List(t.Context(), all, ticket.Filter{}, page.Request{Limit: 10}))(t)
		kept.Items[0].Title = "changed by its reader"
		same(list(all, ticket.Filter{}), "Wet OPEN Mill", "Cold OPEN Harbour")
	})
}

// TestWhatIsAskedAnewIsNotFromMemory: a change that no journal tells of is seen by who asks anew, and only by them.
func TestWhatIsAskedAnewIsNotFromMemory(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.Remember()
		x := d.NewTicket(d.Harbour.ID, d.hvac.ID, "Cold")
		list := func(anew bool) id.Ticket {
			t.Helper()
			ctx := t.Context()
			if anew {
				ctx = cache.Anew(ctx)
			}
			found := must(d.Ticket.List(ctx, d.System, ticket.Filter{}, page.Request{}))(t)
			if len(found.Items) == 0 {
				return id.Ticket{}
			}
			return found.Items[0].ID
		}
		if list(false) != x.ID || list(true) != x.ID {
			t.Fatal("it is not in the list")
		}
		d.Exec("delete from tickets")
		if list(false) != x.ID {
			t.Error("what is kept is read anew")
		}
		if !list(true).IsZero() {
			t.Error("what is asked anew comes from memory")
		}
	})
}

// TestATicketThatIsRememberedFollowsEveryChange, its history too, and is nobody's who does not see it.
func TestATicketThatIsRememberedFollowsEveryChange(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.Remember()
		x := d.NewTicket(d.Mill.ID, d.hvac.ID, "Wet")
		read := func(who actor.Actor) (ticket.Ticket, []ticket.Line) {
			t.Helper()
			got, lines, err := d.Ticket.GetWithHistory(t.Context(), who, x.ID, page.Request{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			return got, lines.Items
		}
		all, guard := d.Actor(org.Administrator), d.Actor(org.Guard)
		_, lines := read(all)
		lines[0].Who = "changed by its reader"
		if got, lines := read(all); got.Title != "Wet" || len(lines) != 1 || lines[0].Who != "test world" {
			t.Errorf("at first: %+v, %+v", got, lines)
		}
		if _, _, err := d.Ticket.GetWithHistory(t.Context(), guard, x.ID, page.Request{Limit: 10}); fault.As(err).Kind != fault.NotFound {
			t.Errorf("a guard of another site: %v", err)
		}
		d.move(x, ticket.Open)
		if got, lines := read(all); got.Status != ticket.Open || len(lines) != 2 {
			t.Errorf("after a change: %+v, %d lines", got, len(lines))
		}
		me := all.Person()
		must(d.Ticket.Assign(t.Context(), all, x.ID, 2, ticket.Assignee{Person: &me}))(t)
		if got, _ := read(all); !got.Mine {
			t.Error("it is not theirs to whom it was assigned")
		}
		if got, _ := read(d.System); got.Mine {
			t.Error("it is also another's")
		}
		d.Exec("update tickets set title = 'Dry'")
		if got, _ := read(all); got.Title != "Wet" {
			t.Error("what is kept is read anew")
		}
		if got, _, err := d.Ticket.GetWithHistory(cache.Anew(t.Context()), all, x.ID, page.Request{}); err != nil || got.Title != "Dry" {
			t.Errorf("what is asked anew comes from memory: %+v, %v", got, err)
		}
	})
}
