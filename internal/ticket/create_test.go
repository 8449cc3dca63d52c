package ticket_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

func TestATicketIsReported(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		who, guard := d.who(org.Guard)
		lobby := d.Location(d.Harbour.ID, "LOBBY", nil)
		chiller := d.NewAsset(d.Harbour.ID, "CH-1", func(in *asset.AssetInput) { in.Location = &lobby.ID })
		var made ticket.Ticket
		trail := d.During(func() {
			made = must(d.Ticket.Create(ctx, who, ticket.Input{
				Site: d.Harbour.ID, Title: "  Chiller   tripped ", Description: " It hums. ", Category: d.hvac.ID, Asset: &chiller.ID,
			}))(t)
		})
		want := ticket.Ticket{
			ID: made.ID, Site: d.Harbour.ID, Number: 1, Kind: ticket.Incident, Source: ticket.FromPerson, Title: "Chiller tripped", Description: "It hums.",
			Status: ticket.Fresh, Priority: ticket.High, Category: d.hvac.ID, Location: &lobby.ID, Asset: &chiller.ID, Creator: &guard,
			Opened: testworld.Morning, Due: after(4 * time.Hour), Next: after(time.Hour), Version: 1, Created: testworld.Morning, Updated: testworld.Morning,
			SiteCode: "HARBOUR", SiteName: "Harbour", CategoryName: "HVAC", LocationName: lobby.Name, AssetCode: "CH-1", AssetName: chiller.Name, CreatorName: "Gopal Gale",
		}
		testworld.Same(t, want, made)
		testworld.Same(t, want, d.get(made))
		if made.Ref() != "HARBOUR#1" {
			t.Errorf("it is called %s", made.Ref())
		}
		testworld.Same(t, []testworld.Change{{
			Kind: actor.Person, Who: "Gopal Gale", WhoID: guard, Verb: "ticket.created", Subject: testworld.Any(made.ID), Site: d.Harbour.ID, After: testworld.JSON(t, made),
		}}, trail)
		second := must(d.Ticket.Create(ctx, who, ticket.Input{
			Site: d.Harbour.ID, Title: "A", Category: d.hvac.ID, Priority: ticket.Low, Kind: ticket.Request, Assignee: ticket.Assignee{Person: &guard},
		}))(t)
		if second.Number != 2 || second.Priority != ticket.Low || second.Kind != ticket.Request || !second.Mine || second.PersonName != "Gopal Gale" {
			t.Errorf("the second: %+v", second)
		}
		if other := d.NewTicket(d.Mill.ID, d.hvac.ID, "A"); other.Number != 1 || other.Source != ticket.FromSystem || other.Creator != nil {
			t.Errorf("another site counts by itself: %+v", other)
		}
	})
}

func TestWhatATicketNamesMustBeThere(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, other := t.Context(), d.SecondTenant()
		elsewhere := d.Location(d.Mill.ID, "GATE", nil)
		asset := d.NewAsset(d.Mill.ID, "M-1")
		foreign := other.Category("HVAC")
		gone := d.Category("GONE", func(in *ticket.CategoryInput) { in.Active = false })
		site, person, group := id.New[id.Site](), other.Staff[org.Guard].ID, id.New[id.Group]()
		sites := must(d.People.CreateGroup(ctx, d.System, people.GroupInput{Kind: people.OfSites, Name: "Banks", Active: true}))(t)
		for _, c := range []struct {
			in   ticket.Input
			want []string
		}{
			{ticket.Input{}, []string{"site_id required", "title required", "category_id required"}},
			{ticket.Input{Site: d.Mill.ID, Title: strings.Repeat("x", 201), Category: d.hvac.ID, Kind: "WISH", Priority: "URGENT", Description: "a\x00"},
				[]string{"kind unknown", "title too_long", "description characters", "priority unknown"}},
			{ticket.Input{Site: site, Title: "A", Category: d.hvac.ID}, []string{"site_id unknown"}},
			{ticket.Input{Site: other.Mill.ID, Title: "A", Category: d.hvac.ID}, []string{"site_id unknown"}},
			{ticket.Input{Site: d.Harbour.ID, Title: "A", Category: foreign.ID, Location: &elsewhere.ID, Asset: &asset.ID, Assignee: ticket.Assignee{Person: &person}},
				[]string{"category_id unknown", "location_id unknown", "asset_id unknown", "person_id unknown"}},
			{ticket.Input{Site: d.Mill.ID, Title: "A", Category: gone.ID, Assignee: ticket.Assignee{Group: &group}}, []string{"category_id unknown", "group_id unknown"}},
			{ticket.Input{Site: d.Mill.ID, Title: "A", Category: d.hvac.ID, Assignee: ticket.Assignee{Group: &sites.ID}}, []string{"group_id unknown"}},
		} {
			_, err := d.Ticket.Create(ctx, d.System, c.in)
			testworld.Fault(t, err, fault.Invalid, c.want...)
		}
		if made := d.NewTicket(d.Mill.ID, d.hvac.ID, "A"); made.Number != 1 {
			t.Errorf("what was refused took a number: %s", made.Ref())
		}
	})
}

func TestAnIDOfTheCallersIsUsedOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		in := ticket.Input{ID: id.New[id.Ticket](), Site: d.Mill.ID, Category: d.hvac.ID, Title: "From a phone"}
		made := must(d.Ticket.Create(t.Context(), d.System, in))(t)
		_, err := d.Ticket.Create(t.Context(), d.System, in)
		testworld.Fault(t, err, fault.Conflict, "id taken")
		if made.ID != in.ID {
			t.Errorf("got %s, want %s", made.ID, in.ID)
		}
	})
}

func TestWhoMayReportAndAssign(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		guard, me := d.who(org.Guard)
		tech := d.Staff[org.Technician].ID
		create := func(who actor.Actor, site id.Site, to *id.Person) error {
			_, err := d.Ticket.Create(ctx, who, ticket.Input{Site: site, Title: "A", Category: d.hvac.ID, Assignee: ticket.Assignee{Person: to}})
			return err
		}
		testworld.Refused(t, create(d.Actor(org.Viewer), d.Harbour.ID, nil), ticket.CanCreate)
		testworld.Fault(t, create(guard, d.Mill.ID, nil), fault.Invalid, "site_id unknown")
		testworld.Refused(t, create(guard, d.Harbour.ID, &tech), ticket.CanAssign)
		for _, to := range []*id.Person{nil, &me} {
			if err := create(guard, d.Harbour.ID, to); err != nil {
				t.Error(err)
			}
		}
		if err := create(d.Actor(org.Supervisor), d.Tower.ID, &tech); err != nil {
			t.Error(err)
		}
		testworld.Fault(t, create(actor.Actor{}, d.Harbour.ID, nil), fault.Unauthenticated)
	})
}

// TestDefect059NumbersHaveNoGapsAndNoDoubles: the number was the last plus one, read without a lock.
func TestDefect059NumbersHaveNoGapsAndNoDoubles(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var all sync.WaitGroup
		fail := make(chan error, 100)
		for i := range 100 {
			all.Go(func() {
				in := ticket.Input{Site: d.Harbour.ID, Category: d.hvac.ID, Title: fmt.Sprint("Ticket ", i)}
				_, err := d.Ticket.Create(t.Context(), d.System, in)
				for range 100 { // two cores: whoever waits too long for a connection is told to come again
					if fault.KindOf(err) != fault.Unavailable {
						break
					}
					time.Sleep(20 * time.Millisecond)
					_, err = d.Ticket.Create(t.Context(), d.System, in)
				}
				fail <- err
				in.Category = id.New[id.Category]() // refused, and its number is given back
				_, _ = d.Ticket.Create(t.Context(), d.System, in)
			})
		}
		all.Wait()
		close(fail)
		for err := range fail {
			if err != nil {
				t.Error(err)
			}
		}
		list := must(d.Ticket.List(t.Context(), d.System, ticket.Filter{Site: &d.Harbour.ID}, page.Request{Limit: page.Max}))(t)
		var got, want []int64
		for i, x := range list.Items {
			got, want = append(got, x.Number), append(want, int64(i+1))
		}
		if slices.Sort(got); len(got) != 100 || !slices.Equal(got, want) {
			t.Errorf("got %v", got)
		}
	})
}
