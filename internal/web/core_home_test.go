package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
)

func TestHomeOfAnAdministrator(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.Clock.Advance(-48 * time.Hour)
		h.Actor(org.Guard)
		h.Actor(org.Guard)
		h.Clock.Advance(48 * time.Hour)
		b := h.as(org.Administrator)
		a := b.get("/").is(200, "Today", "Wednesday, 25 November 2026, 14:30. Times are in Asia/Kolkata.", "Sites 4", "People 6", "What happened last", "Asha Alder signed in",
			"The whole audit trail", "in 14 days", "12 Nov", "25 Nov").lacks("About me", "needs somebody", "working organisation", "Your site")
		if len(a.all("section", "class", "map card flush")) != 0 {
			t.Error("a map where the trail stands")
		}
		rows := a.table("Day")
		if len(rows) != 14 || rows["23 Nov"] != "2" || rows["12 Nov"] != "0" {
			t.Errorf("the chart's table is %v", rows)
		}
		// The number opens exactly the rows that it counts.
		today := "/audit?from=2026-11-25&to=2026-11-25"
		if !a.linksTo(today) || !a.linksTo("/sites") || !a.linksTo("/people") {
			t.Error("a number cannot be opened")
		}
		total := 0
		for next := today; next != ""; {
			l := b.get(next).is(200)
			next = ""
			for _, n := range l.all("a") {
				if strings.HasPrefix(attr(n, "href"), "/audit/0") {
					total++
				}
				if textIn(n) == "Show more" {
					next = attr(n, "href")
				}
			}
		}
		if got := rows["25 Nov"]; got != fmt.Sprint(total) {
			t.Errorf("the chart says %s, the trail has %d", got, total)
		}
	})
}

// table reads a table of two columns by the head of its first.
func (a answer) table(head string) map[string]string {
	out := map[string]string{}
	for _, tb := range a.all("table") {
		if !strings.HasPrefix(textIn(tb), head) {
			continue
		}
		for n := range tb.Descendants() {
			if n.Data != "tr" {
				continue
			}
			var cells []string
			for c := range n.ChildNodes() {
				if c.Data == "td" || attr(c, "scope") == "row" {
					cells = append(cells, textIn(c))
				}
			}
			if len(cells) == 2 {
				out[cells[0]] = cells[1]
			}
		}
	}
	return out
}

func TestHomeOfAGuard(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.renamed(h.Harbour, func(in *org.SiteInput) { in.Zone, in.Address = "Europe/Berlin", "Quay 7" })
		guard := h.Staff[org.Guard]
		c := h.Category("HOUSE")
		h.Ladder(c.ID, nil, ticket.RungInput{After: 60, Person: &guard.ID})
		h.NewTicket(h.Harbour.ID, c.ID, "Lamp out")
		a := h.as(org.Guard).get("/").is(200, "Your site", "Harbour", "Quay 7", "About me", guard.Login, "10:00. Times are in Europe/Berlin.", "11:00 in 60 minutes", "New ticket").
			lacks("Mill", "People 6", "What happened last", "needs somebody", "Asha")
		points := a.all("li", "data-code", "HARBOUR")
		if len(points) != 1 || attr(points[0], "data-lat") != "18.500000" || attr(points[0], "data-radius") != "150" {
			t.Error("the site is not on the map")
		}
		if !strings.Contains(a.body, "leaflet") {
			t.Error("the map's script is not loaded")
		}
	})
}

func TestHomeOfOthers(t *testing.T) {
	h := fresh(t)
	h.as(org.Viewer).get("/").is(200, "Sites 4", "People 6", "All sites").lacks("What happened last", "About me")
	h.as(org.Supervisor).get("/").is(200, "Sites 2", "Your sites").lacks("Mill")
	h.signedIn(h.Someone(&h.Mill.ID)).get("/").is(200, "You have no role yet", "About me", "Mill").lacks("Sites 4")
	h.as(org.Auditor).get("/").is(200, "What happened last")
	h.of(h.SecondTenant(), org.Administrator).get("/").is(200, "Quiet Cabin Services").lacks("Tin Lantern")
}

func TestHomeSaysWhatNeedsSomebody(t *testing.T) {
	h := fresh(t)
	h.renamed(h.Harbour, func(in *org.SiteInput) { in.Point = nil })
	h.renamed(h.Mill, func(in *org.SiteInput) { in.Point = nil })
	h.renamed(h.Depot, func(in *org.SiteInput) { in.Active = false })
	a := h.as(org.Administrator).get("/").is(200, "2 things need somebody", "Harbour has no place on the map", "Mill has no place on the map", "Place it", "Sites 3 1 more not active")
	if !a.linksTo("/sites/" + h.Mill.ID.String() + "/edit") {
		t.Error("no way to mend it")
	}
	h.as(org.Supervisor).get("/").is(200, "1 thing needs somebody", "Harbour has no place").lacks("Mill")
	h.as(org.Guard).get("/").is(200).lacks("no place on the map", "Your site")
}

func TestHomeOfAFreshOrganisation(t *testing.T) {
	h := fresh(t)
	admin := h.System
	for _, s := range []org.Site{h.Harbour, h.Tower, h.Mill} {
		h.renamed(s, func(in *org.SiteInput) { in.Active = false })
	}
	for role, m := range h.Staff {
		if role == org.Administrator {
			continue
		}
		in := people.PersonInput{Code: m.Code, Name: m.Name, Login: m.Login}
		if _, err := h.People.UpdatePerson(t.Context(), admin, m.ID, m.Version, in); err != nil {
			t.Fatal(err)
		}
	}
	b := h.as(org.Administrator)
	a := b.get("/").is(200, "2 steps to a working organisation", "Add the first site", "Done", "Add the people", "Give them roles", "People 1 5 more not active")
	if primary := a.all("a", "class", "btn go"); len(primary) != 1 || attr(primary[0], "href") != "/people/new" {
		t.Error("the next step is not the one button that stands out")
	}
	h.Someone(nil)
	b.get("/").is(200).lacks("working organisation")
}
