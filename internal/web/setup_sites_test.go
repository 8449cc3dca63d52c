package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

var newSiteFields = []string{"code", "quay", "name", "Quay", "unit_id", "", "type_id", "", "manager_id", "", "address", "Pier 4", "latitude", "18.5", "longitude", "73.85", "radius", "200", "zone", "Asia/Dubai", "active", "true"}

func TestSitesStandInATreeBesideAMap(t *testing.T) {
	h := fresh(t)
	off := org.SiteInput{Unit: h.Mill.Unit, Code: "MILL", Name: "Mill", Zone: "Asia/Kolkata", Active: false}
	if _, err := h.Org.UpdateSite(t.Context(), h.System, h.Mill.ID, h.Mill.Version, off); err != nil {
		t.Fatal(err)
	}
	a := h.as(org.Administrator).get("/sites").is(http.StatusOK, "4 sites in 3 units, 1 site inactive.", "3 of 4 sites on the map", "North 2 sites", "Hill 1 site", "HARBOUR", "Inactive")
	for _, to := range []string{"/sites/" + h.Tower.ID.String(), "/units/" + h.Hill.ID.String(), "/sites/new", "/units/new"} {
		if !a.linksTo(to) {
			t.Errorf("the tree has no link to %s", to)
		}
	}
	points := 0
	for n := range a.doc.Descendants() {
		if attr(n, "data-code") != "" {
			points++
			if attr(n, "data-lat") != "18.500000" || attr(n, "data-radius") != "150" {
				t.Errorf("the point of %s: %v", attr(n, "data-code"), n.Attr)
			}
		}
	}
	if points != 3 {
		t.Errorf("%d points for the map, want 3", points)
	}
	a = h.as(org.Administrator).get("/sites?q=hil").is(http.StatusOK, "Hill", "Tower").lacks("Harbour", "Depot")
	if box := a.all("input", "aria-label", "Search in these sites"); len(box) != 1 || attr(box[0], "value") != "hil" {
		t.Error("the search forgets what was searched for")
	}
	h.as(org.Administrator).get("/sites?q=nowhere").is(http.StatusOK, "No site has “nowhere”", "Show all sites")
}

func TestWhoSeesPartOfTheTreeSeesNoMore(t *testing.T) {
	h := fresh(t)
	a := h.as(org.Supervisor).get("/sites").is(http.StatusOK, "North", "Harbour", "Tower").lacks("South", "Mill", "Depot", "New site", "New unit")
	if !a.linksTo("/units/" + h.North.ID.String()) {
		t.Error("a supervisor cannot open their unit")
	}
	guard := h.as(org.Guard).get("/sites").is(http.StatusOK, "1 site.", "Harbour").lacks("Tower", "Hill")
	if guard.linksTo("/units/" + h.North.ID.String()) {
		t.Error("a guard may not see units, and is sent to one")
	}
	none := h.Someone(nil, org.CanReadLookup)
	h.Grant(none.ID, &h.South.ID, nil, org.CanReadSite)
	h.signedIn(none).get("/sites").is(http.StatusOK, "1 site in 1 unit.")
}

func TestNoSitesSaysWhatNext(t *testing.T) {
	h := fresh(t)
	nobody := h.Someone(nil)
	h.Grant(nobody.ID, &h.South.ID, nil, org.CanReadSite)
	in := org.SiteInput{Unit: &h.North.ID, Code: "MILL", Name: "Mill", Zone: "Asia/Kolkata", Active: true}
	if _, err := h.Org.UpdateSite(t.Context(), h.System, h.Mill.ID, h.Mill.Version, in); err != nil {
		t.Fatal(err)
	}
	h.signedIn(nobody).get("/sites").is(http.StatusOK, "0 sites in 1 unit.", "South 0 sites")
	if e := noSites(actor.New(actor.Facts{Kind: actor.System})); e.Act.Href != "/sites/new" {
		t.Errorf("who may add a site is not led there: %+v", e)
	}
	if e := noSites(actor.Actor{}); e.Act.Href != "" || !strings.Contains(e.Text, "administrator") {
		t.Errorf("who may not add one is not told whom to ask: %+v", e)
	}
}

func TestASiteIsAddedChangedAndDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		form := b.get("/sites/new?unit="+h.Hill.ID.String()).is(http.StatusOK, "New site")
		if form.chosen("unit_id") != h.Hill.ID.String() || form.value("zone") != "Asia/Kolkata" || form.value("radius") != "150" {
			t.Errorf("a new site starts with unit %q, zone %q, radius %q", form.chosen("unit_id"), form.value("zone"), form.value("radius"))
		}
		if len(form.all("option")) < 400 {
			t.Error("the zones are not offered")
		}
		a := b.post("/sites", with(newSiteFields, "unit_id", h.Hill.ID.String(), "type_id", h.Office.ID.String(), "manager_id", "E2 Samir Stone")...)
		to := a.header.Get("Location")
		a.goes(to)
		a = b.get(to).is(http.StatusOK, "Quay", "QUAY", "Asia/Dubai", "13:00, Wednesday 25 November", "Office", "Samir Stone", "Pier 4", "18.50000° N, 73.85000° E. Within 200 m", "Added", "by Asha Alder", "Quay is added")
		if !a.linksTo("/units/"+h.Hill.ID.String()) || !a.linksTo("/people/"+h.Staff[org.Supervisor].ID.String()) {
			t.Error("unit and manager are not linked")
		}

		fields := b.get(to + "/edit").fields(to)
		b.post(to, with(fields, "name", "Long Quay", "manager_id", "", "latitude", "", "longitude", "", "active", "-")...).goes(to)
		b.get(to).is(http.StatusOK, "Long Quay", "Inactive", "No position yet", "Changed name, manager, position and whether it is active", "Manager Not given")

		version := with(b.get(to).fields(to+"/delete"), "confirm", "-")
		b.post(to+"/delete", version...).is(http.StatusOK, "Delete the site Long Quay?", "Type QUAY to go on")
		b.post(to+"/delete", with(version, "confirm", "quay")...).is(http.StatusOK, "This is not QUAY")
		b.post(to+"/delete", with(version, "confirm", "QUAY")...).goes("/sites")
		b.get("/sites").is(http.StatusOK, "Long Quay is deleted").lacks("QUAY")
		b.get(to).is(http.StatusNotFound)
	})
}

func TestAllFaultsOfASiteStandAtTheirFields(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	a := b.post("/sites", with(newSiteFields, "code", "a b?", "name", "", "zone", "Mars/Olympus", "latitude", "91", "longitude", "east", "radius", "5", "manager_id", "Nemo")...).is(http.StatusUnprocessableEntity, "7 things to put right", "Error: New site")
	for field, want := range map[string]string{
		"code": "Use letters", "name": "Enter a value.", "latitude": "between -90 and 90", "zone": "There is no such time zone", "longitude": "Enter a number", "radius": "between 10 and 50000", "manager_id": "Nobody whom you see",
	} {
		if got := a.message(field); !strings.Contains(got, want) {
			t.Errorf("at %s: %q, want %q", field, got, want)
		}
	}
	for field, want := range map[string]string{"code": "a b?", "zone": "Mars/Olympus", "latitude": "91", "longitude": "east", "radius": "5", "manager_id": "Nemo"} {
		if got := a.value(field); got != want {
			t.Errorf("%s comes back as %q, typed was %q", field, got, want)
		}
	}
	if !a.linksTo("#f-zone") || !strings.Contains(a.text(), "Pier 4") {
		t.Error("the summary has no link to the zone, or the address is lost")
	}
	a = b.post("/sites", with(newSiteFields, "code", "mill", "latitude", "")...).is(http.StatusUnprocessableEntity)
	if a.message("latitude") != "Enter the latitude too, or neither." {
		t.Errorf("half a position: %q", a.message("latitude"))
	}
	if a = b.post("/sites", with(newSiteFields, "longitude", "")...); a.message("longitude") != "Enter the longitude too, or neither." {
		t.Errorf("the other half: %q", a.message("longitude"))
	}
	a = b.post("/sites", with(newSiteFields, "code", "mill")...).is(http.StatusConflict)
	if a.message("code") != "Another site has this code." || a.value("name") != "Quay" {
		t.Errorf("a taken code: %q, name %q", a.message("code"), a.value("name"))
	}
	b.post("/sites", with(newSiteFields, "owner", "me")...).is(http.StatusBadRequest)
}

func TestWhoWasSlowerSeesBothVersionsOfASite(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b, at := h.as(org.Administrator), "/sites/"+h.Harbour.ID.String()
		mine := with(b.get(at+"/edit").fields(at), "name", "Mine", "manager_id", "E1")
		b.post(at, with(mine, "name", "Theirs", "radius", "300", "manager_id", "E2")...).goes(at)
		a := b.post(at, mine...).is(http.StatusConflict, "Somebody changed this site while you were editing it", "Theirs now", "Use mine").differs("Name", "Theirs", "Mine", "Radius", "300", "150", "Manager", "E2 Samir Stone", "E1")
		if a.value("name") != "Mine" || a.value("version") != "2" || !a.linksTo(at+"/edit") {
			t.Errorf("name %q on version %q", a.value("name"), a.value("version"))
		}
		b.post(at, a.fields(at)...).goes(at)
		b.get(at).is(http.StatusOK, "Mine", "Asha Alder", "Within 150 m")

		del := b.get(at).fields(at + "/delete")
		b.post(at+"/delete", with(del, "version", "1", "confirm", "HARBOUR")...).is(http.StatusConflict, "That was not done", "Nothing is deleted. Look at it as it is now")
		b.post(at+"/delete", with(del, "confirm", "HARBOUR")...).is(http.StatusConflict, "This site is in use. Make it inactive instead.", "Mine")
	})
}

func TestASupervisorChangesTheirOwnSitesOnly(t *testing.T) {
	h := fresh(t)
	b, at := h.as(org.Supervisor), "/sites/"+h.Harbour.ID.String()
	a := b.get(at).is(http.StatusOK, "Change").lacks("Delete", "Changes")
	if a.posts(at + "/delete") {
		t.Error("a supervisor is offered to delete")
	}
	form := b.get(at + "/edit").is(http.StatusOK)
	if got := form.offers("unit_id"); !slices.Equal(got, []string{"North", "North / Hill"}) {
		t.Errorf("units offered: %q", got)
	}
	b.post(at, with(form.fields(at), "unit_id", h.Hill.ID.String())...).goes(at)
	b.post(at, with(form.fields(at), "version", "2", "unit_id", h.South.ID.String())...).is(http.StatusForbidden)
	for _, other := range []string{h.Mill.ID.String(), h.Depot.ID.String(), id.New[id.Site]().String(), "nonsense"} {
		b.get("/sites/" + other).is(http.StatusNotFound)
		b.get("/sites/" + other + "/edit").is(http.StatusNotFound)
		b.post("/sites/"+other, form.fields(at)...).is(http.StatusNotFound)
	}
	b.get("/sites/new").is(http.StatusForbidden)
	b.post("/sites", newSiteFields...).is(http.StatusForbidden)
	guard := h.as(org.Guard)
	guard.get(at).is(http.StatusOK, "Harbour").lacks("Change", "Who is at home here")
	guard.get(at + "/edit").is(http.StatusForbidden)
}

func TestWhatAFormDoesNotAskStays(t *testing.T) {
	h := fresh(t)
	manager := h.Staff[org.Viewer].ID
	in := org.SiteInput{Unit: h.Harbour.Unit, Type: &h.Office.ID, Manager: &manager, Code: "HARBOUR", Name: "Harbour", Zone: "Asia/Kolkata", Active: true}
	if _, err := h.Org.UpdateSite(t.Context(), h.System, h.Harbour.ID, h.Harbour.Version, in); err != nil {
		t.Fatal(err)
	}
	keeper := h.Someone(nil)
	h.Grant(keeper.ID, nil, &h.Harbour.ID, org.CanReadSite, org.CanUpdateSite)
	b, at := h.signedIn(keeper), "/sites/"+h.Harbour.ID.String()
	form := b.get(at + "/edit").is(http.StatusOK)
	if len(form.all("select", "name", "type_id"))+len(form.all("input", "name", "manager_id")) > 0 {
		t.Error("who sees neither lookups nor people is asked for them")
	}
	b.post(at, with(form.fields(at), "name", "Haven")...).goes(at)
	s, err := h.Org.GetSite(t.Context(), h.System, h.Harbour.ID)
	if err != nil || s.Type == nil || s.Manager == nil || s.Unit == nil || s.Name != "Haven" {
		t.Errorf("what was not asked is lost: %+v, %v", s, err)
	}
	b.get(at).is(http.StatusOK, "Manager "+unseen, "Unit One that you do not see")

	h.Grant(keeper.ID, nil, &h.Harbour.ID, people.CanReadPerson)
	form = b.get(at + "/edit")
	if form.value("manager_id") != unseen {
		t.Errorf("a manager who is not seen shows as %q", form.value("manager_id"))
	}
	b.post(at, form.fields(at)...).goes(at)
	if s, _ = h.Org.GetSite(t.Context(), h.System, h.Harbour.ID); s.Manager == nil || *s.Manager != manager {
		t.Errorf("a manager who is not seen is lost: %v", s.Manager)
	}
}
