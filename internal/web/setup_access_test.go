package web

import (
	"net/http"
	"strings"
	"testing"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

func TestAPasswordIsGiven(t *testing.T) {
	h := fresh(t)
	b, guard := h.as(org.Administrator), h.Staff[org.Guard]
	at := "/people/" + guard.ID.String()
	b.get(at+"/password").is(http.StatusOK, "Give a password", "Password for Gopal Gale", "All their sessions end now.")
	a := b.post(at+"/password", "password", "gale").is(http.StatusUnprocessableEntity, "1 thing to put right")
	if !strings.Contains(a.message("password"), "at least 12 characters") || strings.Contains(a.body, `value="gale"`) {
		t.Errorf("a short password: %q", a.message("password"))
	}
	theirs := h.signedIn(guard)
	b.post(at+"/password", "password", "anvil breeze cotton dune").goes(at)
	b.get(at).is(http.StatusOK, "Gopal Gale has a new password. Tell it to them in person", "Got a new password")
	theirs.get("/").is(http.StatusSeeOther)

	me := "/people/" + h.Staff[org.Administrator].ID.String()
	b.get(me).is(http.StatusOK).lacks("Give a password", "Signed in")
	b.post(me+"/password", "password", "anvil breeze cotton dune").is(http.StatusConflict, "Change your own password on your account page.")

	setter := h.Someone(nil)
	h.Grant(setter.ID, &h.North.ID, nil, people.CanReadPerson, auth.CanSetPassword)
	s := h.signedIn(setter)
	s.get(at+"/password").is(http.StatusOK, "Give a password")
	s.post(at+"/password", "password", "anvil breeze cotton dune").is(http.StatusForbidden) // a guard sees sites, the setter does not
	for _, other := range []string{h.Staff[org.Viewer].ID.String(), id.New[id.Person]().String(), "nonsense"} {
		s.get("/people/" + other + "/password").is(http.StatusNotFound)
		s.post("/people/"+other+"/password", "password", "anvil breeze cotton dune").is(http.StatusNotFound)
	}
	h.as(org.Supervisor).get(at + "/password").is(http.StatusForbidden)
	b.post(at+"/password", "password", "x", "admin", "1").is(http.StatusBadRequest)
}

func TestSessionsOfOthersAreSeenAndEnded(t *testing.T) {
	h := fresh(t)
	guard := h.Staff[org.Guard]
	first, second := h.signedIn(guard), h.signedIn(guard)
	b, at := h.as(org.Administrator), "/people/"+guard.ID.String()
	a := b.get(at).is(http.StatusOK, "Signed in", "2 sessions", "End all", "192.0.2.1")
	var one string
	for _, f := range a.all("form") {
		if to := attr(f, "action"); strings.HasPrefix(to, at+"/sessions/") && to != at+"/sessions/end" {
			one = to
		}
	}
	b.post(one).goes(at)
	if n := first.get("/").status + second.get("/").status; n != http.StatusOK+http.StatusSeeOther {
		t.Errorf("ending one of two sessions leaves statuses that add up to %d", n)
	}
	b.post(at + "/sessions/nonsense/end").is(http.StatusNotFound)
	b.post(at + "/sessions/" + id.New[id.Session]().String() + "/end").is(http.StatusNotFound)
	h.signedIn(guard)
	b.post(at+"/sessions/end").is(http.StatusOK, "End all sessions of Gopal Gale?")
	b.post(at+"/sessions/end", "confirm", "yes").goes(at)
	b.get(at).is(http.StatusOK, "Gopal Gale is signed out everywhere", "Nowhere at the moment.", "Signed out everywhere")

	other := "/people/" + h.SecondTenant().Staff[org.Guard].ID.String()
	b.post(other+"/sessions/end", "confirm", "yes").is(http.StatusNotFound)
	b.post(other + "/sessions/" + id.New[id.Session]().String() + "/end").is(http.StatusNotFound)
	h.as(org.Supervisor).post(at+"/sessions/end", "confirm", "yes").is(http.StatusForbidden)
	b.post(at+"/sessions/end", "confirm", "yes", "x", "y").is(http.StatusBadRequest)
}

func TestRolesAreGivenAndTaken(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b, guard := h.as(org.Administrator), h.Staff[org.Guard]
		at := "/people/" + guard.ID.String()
		form := b.get("/grants/new?person="+guard.ID.String()).is(http.StatusOK, "Give a role", "Everywhere", "North / Hill", "HARBOUR Harbour")
		if form.value("person_id") != "E4 Gopal Gale" {
			t.Errorf("the person shows as %q", form.value("person_id"))
		}
		fields := with(form.fields("/grants"), "role_id", h.Roles[org.Technician].ID.String(), "place", "unit:"+h.Hill.ID.String())
		b.post("/grants", fields...).goes(at)
		b.get(at).is(http.StatusOK, "Gopal Gale is now Technician", "Guard", "at Harbour", "Technician", "in Hill and all below it", "2 roles")
		a := b.post("/grants", fields...).is(http.StatusConflict)
		if a.message("role_id") != "This person has the role there already." || a.chosen("place") != "unit:"+h.Hill.ID.String() {
			t.Errorf("given twice: %q at %q", a.message("role_id"), a.chosen("place"))
		}
		b.post("/grants", with(fields, "place", everywhere)...).goes(at)
		b.post("/grants", with(fields, "place", "site:"+h.Mill.ID.String())...).goes(at)
		b.get("/grants?role="+h.Roles[org.Technician].ID.String()).is(http.StatusOK, "4 roles given", "everywhere", "at Mill").lacks("Samir")

		g := h.Grants[org.Guard]
		take := "/grants/" + g.ID.String() + "/delete"
		b.post(take, "back", at).is(http.StatusOK, "Take the role Guard away from Gopal Gale?", "at Harbour")
		b.post(take, "back", at, "confirm", "yes").goes(at)
		b.get(at).is(http.StatusOK, "Guard is taken away from Gopal Gale").lacks("at Harbour")
		b.post(take, "back", at, "confirm", "yes").is(http.StatusNotFound)

		last := "/grants/" + h.Grants[org.Administrator].ID.String() + "/delete"
		b.post(last, "back", "https://evil.example/", "confirm", "yes").is(http.StatusConflict, "This is the last administrator.", "Go back")
		if got := b.post(last, "back", "//evil.example", "confirm", "yes"); !got.linksTo("/grants") {
			t.Error("the way back is not to the list")
		}
	})
}

func TestFaultsOfGivingARole(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	a := b.post("/grants", "person_id", "", "role_id", "", "place", "").is(http.StatusUnprocessableEntity, "3 things to put right")
	for _, field := range []string{"person_id", "role_id", "place"} {
		if a.message(field) == "" {
			t.Errorf("nothing is said at %s", field)
		}
	}
	a = b.post("/grants", "person_id", "E4", "role_id", h.Roles[org.Guard].ID.String(), "place", "site:"+id.New[id.Site]().String()).is(http.StatusUnprocessableEntity)
	if a.message("place") != "There is no such site." || a.value("person_id") != "E4" {
		t.Errorf("an unknown place: %q, person %q", a.message("place"), a.value("person_id"))
	}
	a = b.post("/grants", "person_id", "E4", "role_id", id.New[id.Role]().String(), "place", "everywhere").is(http.StatusUnprocessableEntity)
	if a.message("role_id") != "There is no such role." {
		t.Errorf("an unknown role: %q", a.message("role_id"))
	}
	b.post("/grants", "person_id", "E4", "role_id", "x", "place", "planet:1").is(http.StatusUnprocessableEntity)
	b.get("/grants/new?person=" + id.New[id.Person]().String()).is(http.StatusNotFound)
	b.get("/grants/new?person=nonsense").is(http.StatusNotFound)
	b.get("/grants/new?role="+h.Roles[org.Guard].ID.String()).is(http.StatusOK, "Give a role")
}

func TestWhoGivesRolesInOneUnitGivesNoMore(t *testing.T) {
	h := fresh(t)
	giver := h.Someone(nil)
	h.Grant(giver.ID, &h.North.ID, nil, append(h.Roles[org.Guard].Permissions, org.CanReadGrant, org.CanCreateGrant, org.CanDeleteGrant, org.CanReadRole, people.CanReadPerson)...)
	h.Grant(giver.ID, nil, &h.Mill.ID, org.CanReadUnit)
	b := h.signedIn(giver)
	form := b.get("/grants/new").is(http.StatusOK)
	for _, o := range append(form.offers("role_id"), form.offers("place")...) {
		if o == "Administrator" || o == "Everywhere" || strings.Contains(o, "Mill") || strings.Contains(o, "South") {
			t.Errorf("%q is offered", o)
		}
	}
	in := []string{"person_id", "E4", "role_id", h.Roles[org.Guard].ID.String(), "place", "unit:" + h.Hill.ID.String()}
	b.post("/grants", in...).is(http.StatusSeeOther)
	a := b.post("/grants", with(in, "role_id", h.Roles[org.Technician].ID.String())...).is(http.StatusUnprocessableEntity)
	if !strings.Contains(a.message("role_id"), "may do more than you") {
		t.Errorf("a role beyond the giver's: %q", a.message("role_id"))
	}
	b.post("/grants", with(in, "place", everywhere)...).is(http.StatusUnprocessableEntity)
	b.post("/grants", with(in, "person_id", "E5")...).is(http.StatusUnprocessableEntity) // at home at Mill: not seen
	b.get("/grants").is(http.StatusOK, "Gopal Gale", "Take away").lacks("Vani Vale", "Asha Alder")
	admin := "/grants/" + h.Grants[org.Administrator].ID.String() + "/delete"
	b.post(admin, "confirm", "yes").is(http.StatusNotFound)
	b.post("/grants/nonsense/delete", "confirm", "yes").is(http.StatusNotFound)
	b.post("/grants/"+h.SecondTenant().Grants[org.Guard].ID.String()+"/delete", "confirm", "yes").is(http.StatusNotFound)

	far := h.Grant(h.Staff[org.Guard].ID, nil, nil, org.CanReadSite)
	b.post("/grants/"+far.ID.String()+"/delete", "confirm", "yes").is(http.StatusForbidden)
	viewer := h.as(org.Auditor)
	viewer.get("/grants").is(http.StatusOK, "Vani Vale").lacks("Take away", "Give a role")
	viewer.post("/grants", in...).is(http.StatusForbidden)

	blind := h.Someone(nil, org.CanCreateGrant, org.CanReadRole)
	h.signedIn(blind).get("/grants/new").is(http.StatusForbidden)
	h.as(org.Administrator).get("/grants?role=" + h.Roles[org.Viewer].ID.String() + "&after=x").is(http.StatusUnprocessableEntity)
}
