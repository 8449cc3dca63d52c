package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

func TestSearchPage(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		admin := h.as(org.Administrator)
		a := admin.get("/search?q=har").is(200, "Harbour", "HARBOUR").lacks("Mill", "Gopal")
		if !a.linksTo("/sites/"+h.Harbour.ID.String()) || a.value("q") != "har" {
			t.Error("no link to the site, or the query is lost")
		}
		a = admin.get("/search?q=gopal").is(200, "Gopal Gale")
		if !a.linksTo("/people/" + h.Staff[org.Guard].ID.String()) {
			t.Error("no link to the person")
		}
		admin.get("/search?q=audit").is(200, "Places", "Audit trail")
		admin.get("/search?q=zzz").is(200, "Nothing is called “zzz”")
		admin.get("/search").is(200, "Search").lacks("Nothing is called")
		admin.get("/search?q=%00%ff%20").is(200).lacks("Nothing is called")
		if _, err := h.People.CreateGroup(t.Context(), h.System, people.GroupInput{Kind: people.OfPeople, Name: "Night owls", Active: true}); err != nil {
			t.Fatal(err)
		}
		admin.get("/search?q=owls").is(200, "Groups", "Night owls", "group of people")
		// Each sees what they may see: a guard one site and nobody.
		h.as(org.Guard).get("/search?q=a").is(200, "Harbour").lacks("Asha", "Depot")
	})
}

func TestSearchLeadsToTheRest(t *testing.T) {
	h := fresh(t)
	for i := range 11 {
		in := org.SiteInput{Code: fmt.Sprintf("YARD%d", i), Name: fmt.Sprintf("Yard & %d", i), Active: true}
		if _, err := h.Org.CreateSite(t.Context(), h.System, in); err != nil {
			t.Fatal(err)
		}
	}
	a := h.as(org.Administrator).get("/search?q="+url.QueryEscape("yard &")).is(200, "10 rows shown")
	if !a.linksTo("/sites?q=yard+%26") {
		t.Error("no link to all that fit")
	}
	long := h.as(org.Administrator).get("/search?q=" + strings.Repeat("a", 500)).is(200)
	if got := long.value("q"); len(got) != maxQuery {
		t.Errorf("a query of %d characters", len(got))
	}
}

func TestPaletteHits(t *testing.T) {
	h := fresh(t)
	ask := func(b *browser, q string) (hits []hit) {
		t.Helper()
		a := b.get("/search/hits?q=" + url.QueryEscape(q))
		if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/json" || a.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("answer %d %v", a.status, a.header)
		}
		if err := json.Unmarshal([]byte(a.body), &hits); err != nil || hits == nil {
			t.Fatalf("%q: %v", a.body, err)
		}
		return hits
	}
	admin := h.as(org.Administrator)
	if got := ask(admin, ""); len(got) != 0 {
		t.Errorf("nothing asked, got %v", got)
	}
	want := hit{Label: "Gopal Gale", Detail: "Harbour", Href: "/people/" + h.Staff[org.Guard].ID.String(), Icon: "user"}
	if got := ask(admin, "gopal"); len(got) != 1 || got[0] != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := ask(h.as(org.Guard), "gopal"); len(got) != 0 {
		t.Errorf("a guard finds %v", got)
	}
	if got := ask(h.of(h.SecondTenant(), org.Administrator), "gopal"); len(got) != 1 || got[0].Href == want.Href {
		t.Errorf("another tenant finds %v", got)
	}
}
