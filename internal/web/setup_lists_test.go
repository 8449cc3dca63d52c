package web

import (
	"fmt"
	"net/http"
	"testing"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

func TestLookupsAreAddedRenamedAndDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		b.get("/lookups").is(http.StatusOK, "No kinds of unit yet", "Add a value")
		list := b.get("/lookups/site_type").is(http.StatusOK, "Types of site", "Departments", "Office", "OFFICE", "1 value")
		b.post("/lookups/site_type", with(list.fields("/lookups/site_type"), "name", "Bank", "code", "bank")...).goes("/lookups/site_type")
		page := b.get("/lookups/site_type").is(http.StatusOK, "Bank is added", "BANK", "2 values")
		at := ""
		for _, n := range page.all("a") {
			if textIn(n) == "Bank" {
				at = attr(n, "href")
			}
		}
		mine := b.get(at).is(http.StatusOK, "Bank", "Delete").fields(at)
		b.post(at, with(mine, "name", "Bank branch", "active", "-")...).goes("/lookups/site_type")
		b.get("/lookups/site_type").is(http.StatusOK, "Bank branch", "Inactive")
		a := b.post(at, with(mine, "name", "Mine")...).is(http.StatusConflict, "Somebody changed this lookup").differs("Name", "Bank branch", "Mine", "Active", "No", "Yes")
		if a.value("version") != "2" || !a.linksTo(at) {
			t.Errorf("on version %q", a.value("version"))
		}
		b.post(at, a.fields(at)...).goes("/lookups/site_type")

		office := "/lookups/site_type/" + h.Office.ID.String()
		b.post(office+"/delete", "version", "1", "confirm", "yes").is(http.StatusConflict, "This lookup is in use. Make it inactive instead.", "Office")
		b.post(at+"/delete", "version", "3").is(http.StatusOK, "Delete Mine from the types of site?")
		b.post(at+"/delete", "version", "1", "confirm", "yes").is(http.StatusConflict, "Nothing is deleted")
		b.post(at+"/delete", "version", "3", "confirm", "yes").goes("/lookups/site_type")
		b.get(at).is(http.StatusNotFound)
	})
}

func TestFaultsOfALookup(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	a := b.post("/lookups/department", "name", "", "code", "a b?").is(http.StatusUnprocessableEntity, "2 things to put right", "Security")
	if a.message("name") == "" || a.message("code") == "" || a.value("code") != "a b?" {
		t.Errorf("at name %q, at code %q", a.message("name"), a.message("code"))
	}
	if a = b.post("/lookups/department", "name", "Again", "code", "security").is(http.StatusConflict); a.message("code") != "This list has the code already." || a.value("name") != "Again" {
		t.Errorf("a taken code: %q", a.message("code"))
	}
	at := "/lookups/department/" + h.Security.ID.String()
	if a = b.post(at, "version", "1", "name", "", "code", "SECURITY").is(http.StatusUnprocessableEntity); a.message("name") == "" {
		t.Error("nothing is said at the name")
	}
	for _, path := range []string{"/lookups/planets", "/lookups/planets/" + h.Security.ID.String(), "/lookups/site_type/" + h.Security.ID.String(), "/lookups/department/nonsense",
		"/lookups/department/" + id.New[id.Lookup]().String(), "/lookups/department/" + h.SecondTenant().Security.ID.String()} {
		b.get(path).is(http.StatusNotFound)
		b.post(path+"/delete", "confirm", "yes").is(http.StatusNotFound)
		b.post(path, "name", "x", "code", "X").is(http.StatusNotFound)
	}
	b.post(at, "name", "x", "list", "site_type").is(http.StatusBadRequest)
	b.post("/lookups/department", "name", "x", "list", "site_type").is(http.StatusBadRequest)
	b.post(at+"/delete", "list", "site_type").is(http.StatusBadRequest)
	b.get("/lookups/department?after=nonsense").is(http.StatusUnprocessableEntity)
}

func TestWhoMaySeeLookupsMayNotChangeThem(t *testing.T) {
	h := fresh(t)
	b, at := h.as(org.Guard), "/lookups/department/"+h.Security.ID.String()
	if b.get("/lookups/department").is(http.StatusOK, "Security").lacks("Add a value", "Roles", "Organisation").linksTo(at) {
		t.Error("a guard is led to a form that is not for them")
	}
	b.get(at).is(http.StatusForbidden)
	b.post(at, "version", "1", "name", "x", "code", "X").is(http.StatusForbidden)
	b.post("/lookups/department", "name", "x", "code", "X").is(http.StatusForbidden)
	deleter := h.Someone(nil, org.CanReadLookup, org.CanDeleteLookup)
	d := h.signedIn(deleter)
	d.get(at).is(http.StatusOK, "Security", "Delete").lacks("Save it")
	d.post(at+"/delete", "version", "1", "confirm", "yes").goes("/lookups/department")
	updater := h.Someone(nil, org.CanReadLookup, org.CanUpdateLookup)
	watchman := "/lookups/designation/" + h.Watchman.ID.String()
	h.signedIn(updater).get(watchman).is(http.StatusOK, "Save it").lacks("Delete")
	site := h.Someone(nil)
	h.Grant(site.ID, nil, &h.Harbour.ID, org.CanReadLookup, org.CanDeleteLookup)
	h.signedIn(site).post(watchman+"/delete", "version", "1", "confirm", "yes").is(http.StatusForbidden)
}

func TestLookupsAreListedInPieces(t *testing.T) {
	h := fresh(t)
	for i := range 60 {
		if _, err := h.Org.CreateLookup(t.Context(), h.System, org.LookupInput{List: org.UnitKind, Code: fmt.Sprintf("K%02d", i), Name: fmt.Sprintf("Kind %02d", i), Active: true}); err != nil {
			t.Fatal(err)
		}
	}
	b := h.as(org.Administrator)
	next := attr(b.get("/lookups/unit_kind").is(http.StatusOK, "50 values shown").all("a", "hx-target", "#lookups")[0], "href")
	b.get(next).is(http.StatusOK, "10 values", "Kind 59").lacks("Kind 49")
}

func TestTheOrganisationIsRenamed(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		form := b.get("/settings").is(http.StatusOK, "Organisation", "Its code is HOUSE.", "Changes", "Added")
		mine := form.fields("/settings")
		b.post("/settings", with(mine, "name", "Copper Lantern", "zone", "Europe/Berlin")...).goes("/settings")
		b.get("/settings").is(http.StatusOK, "Copper Lantern is changed", "Changed name and time zone", "10:00")
		a := b.post("/settings", with(mine, "name", "Mine")...).is(http.StatusConflict, "Somebody changed this organisation").differs("Name", "Copper Lantern", "Mine", "Time zone", "Europe/Berlin", "Asia/Kolkata")
		b.post("/settings", a.fields("/settings")...).goes("/settings")
		a = b.post("/settings", "version", "3", "name", "", "zone", "Local").is(http.StatusUnprocessableEntity, "2 things to put right")
		if a.message("zone") == "" || a.value("zone") != "Local" || !a.linksTo("#f-zone") {
			t.Errorf("at zone: %q", a.message("zone"))
		}
		b.post("/settings", "code", "MINE").is(http.StatusBadRequest)
		h.as(org.Supervisor).get("/settings").is(http.StatusForbidden)
		h.as(org.Supervisor).post("/settings", mine...).is(http.StatusForbidden)
	})
}

func TestOrganisationNeedsTheWholeTenant(t *testing.T) {
	h := fresh(t)
	local := h.Someone(nil)
	h.Grant(local.ID, &h.North.ID, nil, org.CanUpdateTenant)
	b := h.signedIn(local)
	b.get("/settings").is(http.StatusForbidden)
	b.post("/settings", "version", "1", "name", "x", "zone", "UTC").is(http.StatusForbidden)
}
