package ticket_test

import (
	"fmt"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

func TestACategoryLives(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, who := t.Context(), d.Actor(org.Administrator)
		var made, changed ticket.Category
		trail := d.During(func() {
			made = must(d.Ticket.CreateCategory(ctx, who, ticket.CategoryInput{Code: "lift", Name: " Lifts  ", Active: true}))(t)
			testworld.Same(t, ticket.Category{
				ID: made.ID, Code: "LIFT", Name: "Lifts", Priority: ticket.Medium, Clock: ticket.Elapsed, Active: true, Version: 1, Updated: testworld.Morning,
			}, made)
			changed = must(d.Ticket.UpdateCategory(ctx, who, made.ID, 1, ticket.CategoryInput{
				Code: "LIFTS", Name: "Lifts", Priority: ticket.Low, Clock: ticket.Business, Pause: true, Resolve: minutes(30),
			}))(t)
			testworld.Same(t, changed, must(d.Ticket.GetCategory(ctx, who, made.ID))(t))
			d.Ladder(made.ID, nil, ticket.RungInput{After: 1})
			d.Ladder(made.ID, &d.Mill.ID, ticket.RungInput{After: 1})
			if err := d.Ticket.DeleteCategory(ctx, who, made.ID, 2); err != nil {
				t.Fatal(err)
			}
			_, err := d.Ticket.GetCategory(ctx, who, made.ID)
			testworld.Gone(t, err, "category")
		})
		verbs := make([]string, len(trail))
		for i, c := range trail {
			verbs[i] = c.Verb
		}
		testworld.Same(t, []string{"category.created", "category.updated", "ladder.updated", "ladder.updated", "category.deleted"}, verbs)
		if trail[1].Before != testworld.JSON(t, made) || trail[1].After != testworld.JSON(t, changed) || trail[4].Before != trail[1].After {
			t.Errorf("%+v", trail)
		}
	})
}

func TestFaultsOfCategories(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		for _, c := range []struct {
			in   ticket.CategoryInput
			want []string
		}{
			{ticket.CategoryInput{}, []string{"code required", "name required"}},
			{ticket.CategoryInput{Code: "?", Name: "A", Priority: "X", Clock: "Y", Resolve: minutes(0)},
				[]string{"code grammar", "priority unknown", "clock unknown", "resolve_minutes range"}},
			{ticket.CategoryInput{Code: "A", Name: "A", Resolve: minutes(366*24*60 + 1)}, []string{"resolve_minutes range"}},
		} {
			_, err := d.Ticket.CreateCategory(ctx, d.System, c.in)
			testworld.Fault(t, err, fault.Invalid, c.want...)
			_, err = d.Ticket.UpdateCategory(ctx, d.System, d.hvac.ID, 1, c.in)
			testworld.Fault(t, err, fault.Invalid, c.want...)
		}
		_, err := d.Ticket.CreateCategory(ctx, d.System, ticket.CategoryInput{Code: "hvac", Name: "A"})
		testworld.Fault(t, err, fault.Conflict, "code taken")
		in := ticket.CategoryInput{Code: "HVAC", Name: "A", Active: true}
		_, err = d.Ticket.UpdateCategory(ctx, d.System, d.hvac.ID, 7, in)
		testworld.Fault(t, err, fault.Conflict, "version stale")
		testworld.Same(t, d.hvac, fault.As(err).Current.(ticket.Category))
		testworld.Fault(t, d.Ticket.DeleteCategory(ctx, d.System, d.hvac.ID, 7), fault.Conflict, "version stale")
		_, err = d.Ticket.UpdateCategory(ctx, d.System, id.New[id.Category](), 1, in)
		testworld.Gone(t, err, "category")
		testworld.Gone(t, d.Ticket.DeleteCategory(ctx, d.SecondTenant().System, d.hvac.ID, 1), "category")
		d.NewTicket(d.Mill.ID, d.hvac.ID, "A")
		testworld.Fault(t, d.Ticket.DeleteCategory(ctx, d.System, d.hvac.ID, 1), fault.Conflict, "id referenced")
		if l := must(d.Ticket.GetLadder(ctx, d.System, d.hvac.ID, nil))(t); len(l.Rungs) != 2 {
			t.Error("the ladder of a category that stays is gone")
		}
	})
}

func TestCategoriesAreListedByName(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, guard := t.Context(), d.Actor(org.Guard)
		for _, name := range []string{"Ärger", "Water", "Fire", "Old"} {
			d.Category(name, func(in *ticket.CategoryInput) {
				in.Code, in.Active = fmt.Sprint("C", len(name), name[len(name)-1:]), name != "Old"
			})
		}
		names := func(f ticket.CategoryFilter, p page.Request) (out []string) {
			t.Helper()
			for {
				list := must(d.Ticket.ListCategories(ctx, guard, f, p))(t)
				for _, c := range list.Items {
					out = append(out, c.Name)
				}
				if p.After = list.Next; p.After == "" {
					return out
				}
			}
		}
		testworld.Same(t, []string{"Ärger", "Fire", "HVAC", "Water"}, names(ticket.CategoryFilter{}, page.Request{Limit: 1}))
		testworld.Same(t, []string{"Ärger", "Fire", "HVAC", "Old", "Water"}, names(ticket.CategoryFilter{Inactive: true}, page.Request{}))
		testworld.Same(t, []string{"Ärger", "Water"}, names(ticket.CategoryFilter{Search: "er"}, page.Request{}))
		testworld.Same(t, []string{"HVAC"}, names(ticket.CategoryFilter{Search: "hvac"}, page.Request{}))
		testworld.Same(t, []string{"Ärger", "Fire", "HVAC", "Water"}, names(ticket.CategoryFilter{ChangedAfter: d.Clock.Now()}, page.Request{}))
		if got := names(ticket.CategoryFilter{ChangedAfter: d.Clock.Now().Add(time.Microsecond)}, page.Request{}); len(got) != 0 {
			t.Errorf("changed after now: %v", got)
		}
		found := must(d.Ticket.CategoriesByID(ctx, guard, []id.Category{d.hvac.ID, id.New[id.Category]()}))(t)
		testworld.Same(t, map[id.Category]ticket.Category{d.hvac.ID: d.hvac}, found)
		_, err := d.Ticket.ListCategories(ctx, guard, ticket.CategoryFilter{}, page.Request{After: "x"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
	})
}

func TestWhoMayChangeCategories(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		one := d.Someone(nil)
		d.Grant(one.ID, nil, &d.Mill.ID, ticket.CanReadCategory, ticket.CanCreateCategory, ticket.CanUpdateCategory, ticket.CanDeleteCategory)
		for name, who := range map[string]actor.Actor{"nothing": d.As(d.Someone(nil)), "at one site": d.As(one)} {
			t.Log(name)
			_, err := d.Ticket.CreateCategory(ctx, who, ticket.CategoryInput{Code: "A", Name: "A"})
			testworld.Refused(t, err, ticket.CanCreateCategory)
			_, err = d.Ticket.UpdateCategory(ctx, who, d.hvac.ID, 1, ticket.CategoryInput{Code: "A", Name: "A"})
			testworld.Refused(t, err, ticket.CanUpdateCategory)
			testworld.Refused(t, d.Ticket.DeleteCategory(ctx, who, d.hvac.ID, 1), ticket.CanDeleteCategory)
		}
		stranger := d.As(d.Someone(nil))
		_, err := d.Ticket.GetCategory(ctx, stranger, d.hvac.ID)
		testworld.Refused(t, err, ticket.CanReadCategory)
		_, err = d.Ticket.ListCategories(ctx, stranger, ticket.CategoryFilter{}, page.Request{})
		testworld.Refused(t, err, ticket.CanReadCategory)
		_, err = d.Ticket.CategoriesByID(ctx, stranger, nil)
		testworld.Refused(t, err, ticket.CanReadCategory)
	})
}
