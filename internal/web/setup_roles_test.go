package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

func TestTheMatrixSaysWhoMayDoWhat(t *testing.T) {
	h := fresh(t)
	a := h.as(org.Auditor).get("/roles").is(http.StatusOK, "Who may do what", "6 roles", "Permission Administrator Auditor Guard Supervisor Technician Viewer",
		"See sites Yes Yes Yes Yes Yes Yes", "Add a site Yes No No No No No", "See the audit trail Yes Yes No No No No").lacks("New role", "Organisation Lookups")
	if !a.linksTo("/roles/" + h.Roles[org.Guard].ID.String()) {
		t.Error("a role cannot be opened")
	}
	if box := a.all("div", "class", "scroll"); len(box) != 1 || attr(box[0], "tabindex") != "0" || attr(box[0], "aria-label") == "" {
		t.Error("keys cannot move the table")
	}
	h.as(org.Technician).get("/roles").is(http.StatusForbidden)
}

func TestARoleIsMadeChangedAndDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		form := b.get("/roles/new").is(http.StatusOK, "New role", "Organisation", "See sites")
		fields := append(with(form.fields("/roles"), "code", "lead", "name", "Shift lead", "description", "Leads a shift."), "permissions", "site.read", "permissions", "person.read")
		a := b.post("/roles", fields...)
		to := a.header.Get("Location")
		a.goes(to)
		a = b.get(to).is(http.StatusOK, "Shift lead is added", "LEAD", "Leads a shift.", "Sites See sites", "People See people", "It may not do", "Nobody whom you see has it.", "Give it to somebody", "Delete").lacks("came with IntelliWiz")
		if !a.linksTo("/grants/new?role=" + strings.TrimPrefix(to, "/roles/")) {
			t.Error("the role cannot be given from its page")
		}
		edit := b.get(to + "/edit")
		if got := edit.ticks("permissions"); !slices.Equal(got, []string{"site.read", "person.read"}) {
			t.Errorf("ticked: %v", got)
		}
		mine := edit.fields(to)
		b.post(to, append(with(mine, "name", "Lead"), "permissions", "unit.read")...).goes(to)
		b.get(to).is(http.StatusOK, "See units", "Changed name and permissions")
		a = b.post(to, with(mine, "name", "Mine")...).is(http.StatusConflict).differs("Name", "Lead", "Mine", "It may", "See units, See sites, See people", "See sites, See people")
		b.post(to, a.fields(to)...).goes(to)

		if _, err := h.Org.CreateGrant(t.Context(), h.System, org.GrantInput{Person: h.Staff[org.Guard].ID, Role: mustID[id.Role](t, to), Site: &h.Tower.ID}); err != nil {
			t.Fatal(err)
		}
		del := b.get(to).is(http.StatusOK, "Gopal Gale at Tower", "1 person").fields(to + "/delete")
		b.post(to+"/delete", with(del, "confirm", "LEAD")...).is(http.StatusConflict, "This role is in use. Take it away from everybody first.")
		g, err := h.Org.ListGrants(t.Context(), h.System, org.GrantFilter{Person: ptr(h.Staff[org.Guard].ID)}, pageOf(10))
		if err != nil {
			t.Fatal(err)
		}
		b.post("/grants/"+g.Items[len(g.Items)-1].ID.String()+"/delete", "back", to, "confirm", "yes").goes(to)
		b.post(to+"/delete", del...).is(http.StatusOK, "Delete the role Mine?", "Type LEAD to go on")
		b.post(to+"/delete", with(del, "confirm", "LEAD")...).goes("/roles")
		b.get(to).is(http.StatusNotFound)
	})
}

func TestBuiltInRolesAreExplained(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	admin, guard := "/roles/"+h.Roles[org.Administrator].ID.String(), "/roles/"+h.Roles[org.Guard].ID.String()
	b.get(admin).is(http.StatusOK, "It may do everything, also what later versions bring", "There is nothing that it may not do.", "Asha Alder everywhere").lacks("Delete the role")
	if a := b.get(admin); a.linksTo(admin+"/edit") || a.posts(admin+"/delete") {
		t.Error("the administrator's role is offered to be changed")
	}
	b.get(admin + "/edit").is(http.StatusForbidden)
	b.post(admin, "version", "1", "code", "ADMINISTRATOR", "name", "x", "permissions", "site.read").is(http.StatusForbidden)
	b.post(admin+"/delete", "version", "1", "confirm", "ADMINISTRATOR").is(http.StatusConflict, "Administrator is a built-in role.")

	if a := b.get(guard).is(http.StatusOK, "it keeps its code and cannot be deleted", "Gopal Gale at Harbour"); a.posts(guard + "/delete") {
		t.Error("a built-in role is offered to be deleted")
	}
	edit := b.get(guard+"/edit").is(http.StatusOK, "A built-in role keeps its code.")
	b.post(guard, append(edit.fields(guard), "permissions", "unit.read")...).goes(guard)
	h.as(org.Guard).get("/units/" + h.North.ID.String()).is(http.StatusNotFound) // may see units now, at none of them
	b.post(guard, with(edit.fields(guard), "version", "2", "code", "WATCH")...).is(http.StatusConflict, "Built-in roles keep their code")
}

func TestFaultsOfARole(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	a := b.post("/roles", "code", "", "name", "", "description", strings.Repeat("x", 501)).is(http.StatusUnprocessableEntity, "4 things to put right", "Choose at least one permission.")
	if a.message("code") == "" || a.message("permissions") == "" || !a.linksTo("#f-permissions") {
		t.Errorf("at code %q, at permissions %q", a.message("code"), a.message("permissions"))
	}
	a = b.post("/roles", "code", "guard", "name", "Again", "permissions", "site.read").is(http.StatusConflict)
	if a.message("code") != "Another role has this code." || !slices.Equal(a.ticks("permissions"), []string{"site.read"}) {
		t.Errorf("a taken code: %q, ticks %v", a.message("code"), a.ticks("permissions"))
	}
	b.post("/roles", "code", "X", "name", "X", "permissions", "moon.read").is(http.StatusUnprocessableEntity, "There is no permission moon.read.")
	b.post("/roles", "code", "X", "builtin", "true").is(http.StatusBadRequest)
	for _, x := range []string{h.SecondTenant().Roles[org.Guard].ID.String(), id.New[id.Role]().String(), "nonsense"} {
		b.get("/roles/" + x).is(http.StatusNotFound)
		b.get("/roles/" + x + "/edit").is(http.StatusNotFound)
		b.post("/roles/"+x, "name", "Mine").is(http.StatusNotFound)
		b.post("/roles/"+x+"/delete", "confirm", "GUARD").is(http.StatusNotFound)
	}
}

func TestNobodyMakesARoleBeyondTheirOwn(t *testing.T) {
	h := fresh(t)
	maker := h.Someone(nil, org.CanReadRole, org.CanCreateRole, org.CanUpdateRole, org.CanDeleteRole, org.CanReadSite)
	b := h.signedIn(maker)
	form := b.get("/roles/new").is(http.StatusOK, "permissions that you do not hold yourself cannot be ticked")
	if n := len(form.all("input", "value", "person.read")); n != 0 {
		t.Error("a permission that the maker does not hold is offered")
	}
	b.post("/roles", "code", "X", "name", "X", "permissions", "site.read").is(http.StatusSeeOther)
	b.post("/roles", "code", "Y", "name", "Y", "permissions", "person.read").is(http.StatusForbidden)
	guard := "/roles/" + h.Roles[org.Guard].ID.String()
	if b.get(guard).is(http.StatusOK, "Guard").lacks("Who has it").linksTo(guard + "/edit") {
		t.Error("a role with more than the maker's own is offered to be changed")
	}
	b.get(guard + "/edit").is(http.StatusForbidden)
	local := h.Someone(nil)
	h.Grant(local.ID, &h.North.ID, nil, org.CanReadRole, org.CanDeleteRole)
	h.signedIn(local).post(guard+"/delete", "version", "1", "confirm", "GUARD").is(http.StatusForbidden)
}

func TestManyHoldersLeadToTheList(t *testing.T) {
	h := fresh(t)
	for range 51 {
		m, err := h.People.CreatePerson(t.Context(), h.System, personNumber())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Org.CreateGrant(t.Context(), h.System, org.GrantInput{Person: m.ID, Role: h.Roles[org.Viewer].ID}); err != nil {
			t.Fatal(err)
		}
	}
	all := "/grants?role=" + h.Roles[org.Viewer].ID.String()
	if !h.as(org.Administrator).get("/roles/"+h.Roles[org.Viewer].ID.String()).is(http.StatusOK, "All who have it").linksTo(all) {
		t.Error("the others who have it cannot be reached")
	}
	next := attr(h.as(org.Administrator).get(all).is(http.StatusOK, "50 roles given shown").all("a", "hx-target", "#grants")[0], "href")
	h.as(org.Administrator).get(next).is(http.StatusOK, "2 roles given")
}

func TestPermissionsStandByArea(t *testing.T) {
	m := matrix([]org.Role{{Name: "One", Permissions: []actor.Permission{"b"}}}, []actor.Declared{{Name: "a", Area: "X", Label: "A"}, {Name: "b", Area: "Y", Label: "B"}, {Name: "c", Area: "X", Label: "C"}})
	if len(m.Areas) != 2 || len(m.Areas[0].Rows) != 2 || !m.Areas[1].Rows[0].Has[0] || m.Areas[0].Rows[1].Has[0] {
		t.Errorf("%+v", m)
	}
}
