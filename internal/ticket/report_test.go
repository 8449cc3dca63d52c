package ticket_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

func TestAVisitorReportsAndComesBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		lamp := d.NewAsset(d.Harbour.ID, "L-1", func(in *asset.AssetInput) { in.Name = "Lamp" })
		at := ticket.Spot{Tenant: "house", Asset: "l-1"}
		testworld.Same(t, ticket.Place{SiteName: "Harbour", AssetName: "Lamp"}, must(d.Ticket.Spot(ctx, at))(t))
		testworld.Same(t, ticket.Place{SiteName: "Mill"}, must(d.Ticket.Spot(ctx, ticket.Spot{Tenant: "HOUSE", Site: "mill"}))(t))
		var got ticket.Receipt
		trail := d.During(func() {
			got = must(d.Ticket.Report(ctx, ticket.ReportInput{Spot: at, Title: " Lamp  broken ", Text: " Glass. ", Contact: "eve@x.example", Source: "192.0.2.1"}))(t)
		})
		x := must(d.Ticket.Get(ctx, d.System, got.Ticket))(t)
		if x.Source != ticket.FromPublic || x.Creator != nil || *x.Asset != lamp.ID || x.Title != "Lamp broken" || x.Description != "Glass." || x.Reporter != "eve@x.example" ||
			x.Status != ticket.Fresh || x.CategoryName != "Reports of visitors" || got.Ref != "HARBOUR#1" {
			t.Errorf("the ticket: %+v", x)
		}
		if len(trail) != 2 || trail[0].Verb != "category.created" || trail[1].Verb != "ticket.reported" || trail[1].Who != "Visitor" || trail[1].Kind != actor.System {
			t.Errorf("trail %+v", trail)
		}
		if strings.Contains(trail[1].After, got.Secret) {
			t.Error("the secret stands in the journal")
		}
		_, why, _ := d.told()
		testworld.Same(t, map[string]string{}, why)
		d.Clock.Advance(time.Minute)
		d.move(x, ticket.Open)
		if _, why, _ = d.told(); why["eve@x.example"] != "you left this address with your report" {
			t.Errorf("told: %v", why)
		}
		testworld.Same(t, ticket.Public{Ref: "HARBOUR#1", Title: "Lamp broken", Status: ticket.Open, SiteName: "Harbour", AssetName: "Lamp",
			Created: testworld.Morning, Updated: *after(time.Minute), Zone: "Asia/Kolkata"}, must(d.Ticket.PublicStatus(ctx, got.Secret))(t))
		who, found, err := d.Ticket.Visitor(ctx, got.Secret)
		if err != nil || found != got.Ticket || who.Tenant() != d.ID || who.Name() != "Visitor" {
			t.Errorf("comes back as %s to %s: %v", who.Name(), found, err)
		}
		again := must(d.Ticket.Report(ctx, ticket.ReportInput{Spot: ticket.Spot{Tenant: "HOUSE", Site: "MILL"}, Title: "A"}))(t)
		if again.Ref != "MILL#1" || again.Secret == got.Secret {
			t.Errorf("the second: %+v", again)
		}
		testworld.Same(t, []string{"report | 192.0.2.1 | " + d.ID.String(), "report |  | " + d.ID.String()}, d.Limit.Asked())
	})
}

// TestAVisitorLearnsNothing: whatever is not there, or not theirs, is not there in the same words, and nothing is written.
func TestAVisitorLearnsNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, other := t.Context(), d.SecondTenant()
		other.NewAsset(other.Harbour.ID, "ONLY-THERE")
		d.NewAsset(d.Harbour.ID, "SHUT", func(in *asset.AssetInput) { in.Active = false })
		d.Exec("update sites set active = false where id = '" + d.Depot.ID.String() + "'")
		written := d.During(func() {
			for _, at := range []ticket.Spot{
				{}, {Tenant: "HOUSE"}, {Tenant: "NOBODY", Site: "MILL"}, {Tenant: "HOUSE", Site: "NOWHERE"}, {Tenant: "HOUSE", Asset: "ONLY-THERE"},
				{Tenant: "HOUSE", Asset: "SHUT"}, {Tenant: "HOUSE", Site: "MILL", Asset: "SHUT"}, {Tenant: "HOUSE", Site: "DEPOT"}, {Tenant: "HOUSE", Site: "%"},
			} {
				_, err := d.Ticket.Spot(ctx, at)
				testworld.Gone(t, err, "label")
				_, err = d.Ticket.Report(ctx, ticket.ReportInput{Spot: at, Title: "A"})
				testworld.Gone(t, err, "label")
			}
		})
		theirs := must(d.Ticket.Report(ctx, ticket.ReportInput{Spot: ticket.Spot{Tenant: "CABIN", Site: "MILL"}, Title: "Theirs"}))(t)
		made, _ := d.Auth.NewSecret(d.ID) // of this tenant, but it opens nothing
		for _, secret := range []string{"", "x", theirs.Secret[1:], theirs.Secret + "a", made} {
			_, err := d.Ticket.PublicStatus(ctx, secret)
			testworld.Gone(t, err, "report")
			_, _, err = d.Ticket.Visitor(ctx, secret)
			testworld.Gone(t, err, "report")
		}
		if len(written) != 0 {
			t.Errorf("written: %+v", written)
		}
	})
}

func TestVisitorsAreLimited(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		in := ticket.ReportInput{Spot: ticket.Spot{Tenant: "HOUSE", Site: "MILL"}, Title: "A"}
		d.Limit.Refuse(fault.Of(fault.TooMany, "Later."))
		written := d.During(func() {
			_, err := d.Ticket.Report(ctx, in)
			testworld.Fault(t, err, fault.TooMany)
		})
		d.Limit.Refuse(nil)
		in.Title, in.Text, in.Contact = " ", strings.Repeat("x", 5001), strings.Repeat("x", 201)
		_, err := d.Ticket.Report(ctx, in)
		testworld.Fault(t, err, fault.Invalid, "title required", "text too_long", "contact too_long")
		must(d.Ticket.CreateCategory(ctx, d.System, ticket.CategoryInput{Code: ticket.VisitorCategory, Name: "Visitors"}))(t) // inactive
		in = ticket.ReportInput{Spot: in.Spot, Title: "A"}
		_, err = d.Ticket.Report(ctx, in)
		testworld.Gone(t, err, "label")
		_, err = d.Ticket.Spot(ctx, in.Spot)
		testworld.Gone(t, err, "label")
		if len(written) != 0 {
			t.Errorf("written: %+v", written)
		}
	})
}

// TestTheFirstVisitorsComeAtOnce: the category of their reports is made once.
func TestTheFirstVisitorsComeAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := make(chan error)
		for range 6 {
			go func() {
				_, err := d.Ticket.Report(t.Context(), ticket.ReportInput{Spot: ticket.Spot{Tenant: "HOUSE", Site: "MILL"}, Title: "A"})
				made <- err
			}()
		}
		var faults []error
		for range 6 {
			faults = append(faults, <-made)
		}
		categories := map[id.Category]bool{}
		for _, x := range d.all(d.System, ticket.Filter{}) {
			categories[x.Category] = true
		}
		if err := errors.Join(faults...); err != nil || len(categories) != 1 {
			t.Errorf("%d categories: %v", len(categories), err)
		}
	})
}
