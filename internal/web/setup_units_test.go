package web

import (
	"net/http"
	"slices"
	"testing"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

func TestAUnitIsAddedMovedAndDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		kind, err := h.Org.CreateLookup(t.Context(), h.System, org.LookupInput{List: org.UnitKind, Code: "REGION", Name: "Region", Active: true})
		if err != nil {
			t.Fatal(err)
		}
		b := h.as(org.Administrator)
		form := b.get("/units/new?unit="+h.North.ID.String()).is(http.StatusOK, "New unit")
		if form.chosen("parent_id") != h.North.ID.String() {
			t.Errorf("a new unit starts in %q", form.chosen("parent_id"))
		}
		a := b.post("/units", with(form.fields("/units"), "code", "bay", "name", "Bay", "kind_id", kind.ID.String())...)
		to := a.header.Get("Location")
		a.goes(to)
		b.get(to).is(http.StatusOK, "Bay is added", "BAY", "Kind Region", "Stands in North", "Nothing stands in it yet", "Delete")

		fields := b.get(to+"/edit").is(http.StatusOK, "All that stands in it moves along").fields(to)
		b.post(to, with(fields, "parent_id", "", "active", "-")...).goes(to)
		b.get(to).is(http.StatusOK, "Inactive", "Changed place in the tree and whether it is active").lacks("Stands in")

		north := "/units/" + h.North.ID.String()
		a = b.get(north).is(http.StatusOK, "Hill", "HILL", "Harbour", "HARBOUR", "Unit", "Site", "2 units and sites").lacks("Delete")
		if !a.linksTo("/sites/new?unit="+h.North.ID.String()) || !a.linksTo("/units/new?unit="+h.North.ID.String()) {
			t.Error("nothing can be added in the unit")
		}
		if got := b.get(north + "/edit").offers("parent_id"); !slices.Equal(got, []string{"Nothing: it stands at the top", "Bay", "South"}) {
			t.Errorf("places offered to North: %q", got)
		}
		a = b.post(north, with(b.get(north+"/edit").fields(north), "parent_id", h.Hill.ID.String())...).is(http.StatusUnprocessableEntity)
		if a.message("parent_id") != "A unit cannot stand below itself." {
			t.Errorf("a cycle: %q", a.message("parent_id"))
		}
		b.post(north+"/delete", "version", "1", "confirm", "NORTH").is(http.StatusConflict, "This unit is in use. Move what stands in it first")

		del := b.get(to).fields(to + "/delete")
		b.post(to+"/delete", del...).is(http.StatusOK, "Delete the unit Bay?", "Type BAY to go on")
		b.post(to+"/delete", with(del, "confirm", "BAY")...).goes("/sites")
		b.get(to).is(http.StatusNotFound)
	})
}

func TestFaultsAndClashesOfAUnit(t *testing.T) {
	h := fresh(t)
	b, at := h.as(org.Administrator), "/units/"+h.South.ID.String()
	a := b.post("/units", "code", "", "name", "", "parent_id", "elsewhere", "kind_id", "").is(http.StatusUnprocessableEntity, "3 things to put right")
	if a.message("parent_id") != "Choose one of the list." || a.message("code") == "" {
		t.Errorf("at parent_id %q, at code %q", a.message("parent_id"), a.message("code"))
	}
	a = b.post("/units", "code", "north", "name", "Again", "parent_id", "", "kind_id", "", "active", "true").is(http.StatusConflict)
	if a.message("code") != "Another unit has this code." || a.value("name") != "Again" {
		t.Errorf("a taken code: %q, name %q", a.message("code"), a.value("name"))
	}
	mine := with(b.get(at+"/edit").fields(at), "name", "Mine")
	b.post(at, with(mine, "name", "Theirs", "parent_id", h.North.ID.String())...).goes(at)
	a = b.post(at, mine...).is(http.StatusConflict).differs("Name", "Theirs", "Mine", "Stands in", "North", "Nothing: it stands at the top")
	b.post(at, a.fields(at)...).goes(at)
	b.get(at).is(http.StatusOK, "Mine")
	b.post(at+"/delete", "version", "nine", "confirm", "SOUTH").is(http.StatusUnprocessableEntity, "That was not done")
	b.post("/units", "code", "X", "secret", "1").is(http.StatusBadRequest)
}

func TestASupervisorSeesTheirUnitsOnly(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Supervisor)
	b.get("/units/"+h.North.ID.String()).is(http.StatusOK, "Hill", "Harbour").lacks("New unit", "New site", "Change or move", "Delete")
	b.get("/units/"+h.Hill.ID.String()).is(http.StatusOK, "Tower", "1 site", "Stands in North")
	b.get("/units/" + h.North.ID.String() + "/edit").is(http.StatusForbidden)
	for _, other := range []string{h.South.ID.String(), id.New[id.Unit]().String(), "nonsense"} {
		b.get("/units/" + other).is(http.StatusNotFound)
		b.get("/units/" + other + "/edit").is(http.StatusForbidden) // the route's own permission comes first
	}
	h.as(org.Guard).get("/units/" + h.North.ID.String()).is(http.StatusForbidden)

	mover := h.Someone(nil, org.CanReadLookup)
	h.Grant(mover.ID, &h.North.ID, nil, org.CanReadUnit, org.CanUpdateUnit, org.CanCreateUnit, org.CanDeleteUnit)
	b = h.signedIn(mover)
	at := "/units/" + h.Hill.ID.String()
	if got := b.get(at + "/edit").offers("parent_id"); !slices.Equal(got, []string{"North"}) {
		t.Errorf("places offered to Hill: %q", got)
	}
	if got := b.get("/units/new").offers("parent_id"); !slices.Equal(got, []string{"North", "North / Hill"}) {
		t.Errorf("places offered to a new unit: %q", got)
	}
	b.get("/units/"+h.Hill.ID.String()).is(http.StatusOK, "Nothing stands in it yet").lacks("Tower") // its sites are not seen
	for _, other := range []string{h.South.ID.String(), id.New[id.Unit]().String()} {
		b.get("/units/" + other + "/edit").is(http.StatusNotFound)
		b.post("/units/"+other, "version", "1").is(http.StatusNotFound)
		b.post("/units/"+other+"/delete", "version", "1").is(http.StatusNotFound)
	}
	b.post("/units/"+h.Hill.ID.String()+"/delete", "version", "1", "confirm", "HILL").is(http.StatusConflict, "in use")
}
