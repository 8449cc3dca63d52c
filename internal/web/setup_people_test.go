package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

var newPersonFields = []string{"code", "e77", "name", "Noor Nandi", "login_id", "noor.n", "email", "", "mobile", "", "home_site_id", "", "manager_id", "", "department_id", "", "designation_id", "", "active", "true"}

func TestPeopleAreListedByName(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	a := b.get("/people").is(http.StatusOK, "6 people", "Asha Alder E1 Depot Administrator +919876543200", "Samir Stone E2 Harbour Supervisor", "New person")
	if !a.linksTo("/people/" + h.Staff[org.Guard].ID.String()) {
		t.Error("a person cannot be opened")
	}
	b.get("/people?q=gale").is(http.StatusOK, "1 person", "Gopal Gale").lacks("Samir Stone")
	a = b.get("/people?site="+h.Harbour.ID.String()).is(http.StatusOK, "2 people", "Gopal Gale", "Samir Stone").lacks("Tara Thorn")
	if a.chosen("site") != h.Harbour.ID.String() {
		t.Error("the site that is chosen does not show")
	}
	b.get("/people?q=zzz").is(http.StatusOK, "Nobody with “zzz”", "Show everybody")
	b.get("/people?site="+h.Depot.ID.String()+"&q=gale").is(http.StatusOK, "Nobody with “gale”")
	b.get("/people?site=nonsense").is(http.StatusUnprocessableEntity)
	b.get("/people?after=nonsense").is(http.StatusUnprocessableEntity)

	in := people.PersonInput{Code: "E4", Name: "Gopal Gale", Login: h.Staff[org.Guard].Login, HomeSite: &h.Harbour.ID}
	if _, err := h.People.UpdatePerson(t.Context(), h.System, h.Staff[org.Guard].ID, 1, in); err != nil {
		t.Fatal(err)
	}
	b.get("/people").is(http.StatusOK, "5 people").lacks("Gopal Gale")
	b.get("/people?state=all").is(http.StatusOK, "6 people", "Gopal Gale", "Inactive")
}

func TestPeopleAreListedInPieces(t *testing.T) {
	h := fresh(t)
	for i := range 60 {
		_, err := h.People.CreatePerson(t.Context(), h.System, people.PersonInput{Code: fmt.Sprintf("P%d", i), Name: fmt.Sprintf("Person %02d", i), Login: fmt.Sprintf("person%d", i), HomeSite: &h.Tower.ID, Active: true})
		if err != nil {
			t.Fatal(err)
		}
	}
	b := h.as(org.Administrator)
	a := b.get("/people?q=person&state=all&site="+h.Tower.ID.String()).is(http.StatusOK, "50 people shown", "Person 49").lacks("Person 50")
	next := attr(a.all("a", "hx-target", "#people")[0], "href")
	if !strings.Contains(next, "q=person") || !strings.Contains(next, "state=all") || !strings.Contains(next, "site="+h.Tower.ID.String()) {
		t.Errorf("the next piece forgets the filters: %s", next)
	}
	b.get(next).is(http.StatusOK, "10 people", "Person 50", "Person 59").lacks("Show more", "Person 49")
}

func TestWhoSeesPeopleAtOneSiteSeesNoOthers(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Supervisor)
	a := b.get("/people").is(http.StatusOK, "3 people", "Gopal Gale", "Tara Thorn", "New person").lacks("Asha Alder", "Vani Vale")
	if got := a.offers("site"); !slices.Equal(got, []string{"Any", "HARBOUR Harbour", "TOWER Tower"}) {
		t.Errorf("sites offered: %q", got)
	}
	guard := h.Staff[org.Guard].ID.String()
	a = b.get("/people/"+guard).is(http.StatusOK, "Gopal Gale", "Guard", "at Harbour", "Signed in", "Nowhere at the moment.", "Change").lacks("Give a password", "Take away", "Give a role", "Changes")
	if a.posts("/people/" + guard + "/sessions/end") {
		t.Error("a supervisor is offered to end sessions")
	}
	form := b.get("/people/" + guard + "/edit").is(http.StatusOK)
	if got := form.offers("home_site_id"); !slices.Equal(got, []string{"HARBOUR Harbour", "TOWER Tower"}) {
		t.Errorf("home sites offered: %q", got)
	}
	for _, other := range []string{h.Staff[org.Viewer].ID.String(), h.SecondTenant().Staff[org.Guard].ID.String(), id.New[id.Person]().String(), "nonsense"} {
		b.get("/people/" + other).is(http.StatusNotFound)
		b.get("/people/" + other + "/edit").is(http.StatusNotFound)
		b.post("/people/"+other, form.fields("/people/"+guard)...).is(http.StatusNotFound)
	}
	b.post("/people", with(newPersonFields, "home_site_id", h.Mill.ID.String())...).is(http.StatusForbidden)
	b.post("/people", with(newPersonFields, "home_site_id", h.Tower.ID.String())...).is(http.StatusSeeOther)

	self := h.as(org.Guard)
	self.get("/people").is(http.StatusForbidden)
	self.get("/people/"+guard).is(http.StatusOK, "Gopal Gale", "Home site").lacks("Change", "Roles")
	self.get("/people/" + h.Staff[org.Supervisor].ID.String()).is(http.StatusNotFound)
	alone := h.Someone(nil, people.CanReadPerson)
	h.signedIn(alone).get("/people").is(http.StatusOK, "8 people").lacks("Roles", "Home site Any")
}

func TestAPersonIsAddedAndChanged(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		form := b.get("/people/new?site="+h.Tower.ID.String()).is(http.StatusOK, "New person", "None")
		if form.chosen("home_site_id") != h.Tower.ID.String() {
			t.Errorf("a new person is at home at %q", form.chosen("home_site_id"))
		}
		a := b.post("/people", with(newPersonFields, "home_site_id", h.Tower.ID.String(), "manager_id", "samir stone", "department_id", h.Security.ID.String(), "designation_id", h.Watchman.ID.String(), "mobile", "98201 00000", "email", "Noor@Lantern.example")...)
		if a.status != http.StatusSeeOther {
			t.Fatal(a.text())
		}
		to := a.header.Get("Location")
		b.get(to).is(http.StatusOK, "Noor Nandi is added", "E77", "noor.n", "noor@lantern.example", "+9820100000", "Tower", "Samir Stone", "Security", "Watchman", "has no role yet", "Give a role", "Give a password", "Added")

		fields := b.get(to + "/edit").fields(to)
		b.post(to, with(fields, "name", "Noor Nair", "active", "-", "home_site_id", "")...).goes(to)
		b.get(to).is(http.StatusOK, "Noor Nair", "Inactive", "Cannot sign in.", "Changed name, home site and whether it is active").lacks("Give a role")
		a = b.post(to, with(fields, "name", "Mine")...).is(http.StatusConflict).differs("Name", "Noor Nair", "Mine", "Home site", "None", "TOWER Tower", "Active", "No", "Yes")
		b.post(to, a.fields(to)...).goes(to)
		b.get(to).is(http.StatusOK, "Mine", "Tower")

		me := "/people/" + h.Staff[org.Administrator].ID.String()
		a = b.post(me, with(b.get(me+"/edit").fields(me), "active", "-")...).is(http.StatusUnprocessableEntity)
		if !strings.Contains(a.text(), "You cannot make yourself inactive.") {
			t.Error("one can make oneself inactive")
		}
	})
}

func TestAllFaultsOfAPersonStandAtTheirFields(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	a := b.post("/people", with(newPersonFields, "code", "", "name", strings.Repeat("x", 121), "login_id", "a b", "email", "at", "mobile", "12", "manager_id", "Stone Samir")...).is(http.StatusUnprocessableEntity, "6 things to put right")
	for field, want := range map[string]string{
		"code": "Enter a value.", "name": "at most 120 characters", "login_id": "Use 2 to 50 letters", "email": "looks like", "mobile": "country code", "manager_id": "Nobody whom you see",
	} {
		if got := a.message(field); !strings.Contains(got, want) {
			t.Errorf("at %s: %q, want %q", field, got, want)
		}
	}
	if a.value("email") != "at" || a.value("manager_id") != "Stone Samir" {
		t.Error("what was typed is lost")
	}
	a = b.post("/people", with(newPersonFields, "login_id", h.Staff[org.Guard].Login, "email", h.Staff[org.Viewer].Email)...).is(http.StatusConflict, "2 things to put right")
	if a.message("login_id") != "Somebody else signs in with this." || a.message("email") == "" {
		t.Errorf("taken: %q, %q", a.message("login_id"), a.message("email"))
	}
	if a = b.post("/people", with(newPersonFields, "code", "e4")...).is(http.StatusConflict); a.message("code") != "Somebody else has this code." {
		t.Errorf("a taken code: %q", a.message("code"))
	}
	for i := range 2 {
		if _, err := h.People.CreatePerson(t.Context(), h.System, people.PersonInput{Code: fmt.Sprintf("T%d", i), Name: "Twin Rao", Login: fmt.Sprintf("twin%d", i), Active: true}); err != nil {
			t.Fatal(err)
		}
	}
	a = b.post("/people", with(newPersonFields, "manager_id", "twin rao")...).is(http.StatusUnprocessableEntity)
	if got := a.message("manager_id"); got != "2 people fit. Write one like this: T0 Twin Rao, T1 Twin Rao." {
		t.Errorf("two of one name: %q", got)
	}
	b.post("/people", with(newPersonFields, "manager_id", "t1")...).is(http.StatusSeeOther)
	b.post("/people", with(newPersonFields, "admin", "true")...).is(http.StatusBadRequest)
}

func TestAPersonOutOfSightStays(t *testing.T) {
	h := fresh(t)
	manager := h.Staff[org.Viewer].ID
	guard := h.Staff[org.Guard]
	in := people.PersonInput{Code: "E4", Name: "Gopal Gale", Login: guard.Login, HomeSite: &h.Harbour.ID, Manager: &manager, Department: &h.Security.ID, Active: true}
	if _, err := h.People.UpdatePerson(t.Context(), h.System, guard.ID, 1, in); err != nil {
		t.Fatal(err)
	}
	b, at := h.as(org.Supervisor), "/people/"+guard.ID.String()
	b.get(at).is(http.StatusOK, "Manager "+unseen)
	b.post(at, with(b.get(at+"/edit").fields(at), "name", "Gopal G.")...).goes(at)
	x, err := h.People.GetPerson(t.Context(), h.System, guard.ID)
	if err != nil || x.Manager == nil || *x.Manager != manager || x.Department == nil || x.Name != "Gopal G." {
		t.Errorf("after a change by who does not see the manager: %+v, %v", x, err)
	}
	if err := h.Org.DeleteLookup(t.Context(), h.System, h.Watchman.ID, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Org.UpdateLookup(t.Context(), h.System, h.Security.ID, 1, org.LookupInput{Code: "SECURITY", Name: "Security"}); err != nil {
		t.Fatal(err)
	}
	if got := b.get(at + "/edit").offers("department_id"); !slices.Equal(got, []string{"None", "Security (no longer offered)"}) {
		t.Errorf("departments offered: %q", got)
	}
}
