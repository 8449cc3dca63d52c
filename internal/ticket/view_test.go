package ticket_test

import (
	"fmt"
	"strings"
	"testing"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

func TestAViewIsItsOwners(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		guard, tech := d.Actor(org.Guard), d.Actor(org.Technician)
		first := must(d.Ticket.SaveView(ctx, guard, ticket.ViewInput{Area: "tickets", Name: "  My  site ", Query: "status=NEW"}))(t)
		testworld.Same(t, ticket.View{ID: first.ID, Area: "tickets", Name: "My site", Query: "status=NEW", Created: testworld.Morning}, first)
		must(d.Ticket.SaveView(ctx, guard, ticket.ViewInput{Area: "assets", Name: "My site"}))(t)
		must(d.Ticket.SaveView(ctx, tech, ticket.ViewInput{Area: "tickets", Name: "My site", Query: "mine=true"}))(t)
		again := must(d.Ticket.SaveView(ctx, guard, ticket.ViewInput{Area: "tickets", Name: "My site", Query: "status=OPEN"}))(t)
		first.Query = "status=OPEN"
		testworld.Same(t, first, again)
		a := must(d.Ticket.SaveView(ctx, guard, ticket.ViewInput{Area: "tickets", Name: "All"}))(t)
		testworld.Same(t, []ticket.View{a, first}, must(d.Ticket.ListViews(ctx, guard, "tickets"))(t))
		testworld.Gone(t, d.Ticket.DeleteView(ctx, tech, first.ID), "view")
		testworld.Gone(t, d.Ticket.DeleteView(ctx, d.SecondTenant().Actor(org.Guard), first.ID), "view")
		if err := d.Ticket.DeleteView(ctx, guard, first.ID); err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []ticket.View{a}, must(d.Ticket.ListViews(ctx, guard, "tickets"))(t))
	})
}

func TestFaultsOfViews(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, guard := t.Context(), d.Actor(org.Guard)
		_, err := d.Ticket.SaveView(ctx, guard, ticket.ViewInput{Query: strings.Repeat("x", 2001)})
		testworld.Fault(t, err, fault.Invalid, "area required", "name required", "query too_long")
		_, err = d.Ticket.SaveView(ctx, d.System, ticket.ViewInput{Area: "tickets", Name: "A"})
		testworld.Fault(t, err, fault.Unauthenticated)
		_, err = d.Ticket.ListViews(ctx, d.System, "tickets")
		testworld.Fault(t, err, fault.Unauthenticated)
		testworld.Fault(t, d.Ticket.DeleteView(ctx, d.System, ticket.View{}.ID), fault.Unauthenticated)
		for i := range 50 {
			must(d.Ticket.SaveView(ctx, guard, ticket.ViewInput{Area: "tickets", Name: fmt.Sprint("View ", i)}))(t)
		}
		_, err = d.Ticket.SaveView(ctx, guard, ticket.ViewInput{Area: "tickets", Name: "One more"})
		testworld.Fault(t, err, fault.Conflict)
		must(d.Ticket.SaveView(ctx, guard, ticket.ViewInput{Area: "tickets", Name: "View 7", Query: "q=a"}))(t)
		if all := must(d.Ticket.ListViews(ctx, guard, "tickets"))(t); len(all) != 50 {
			t.Errorf("%d views", len(all))
		}
	})
}
