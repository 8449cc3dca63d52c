package people_test

import (
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

func each(t *testing.T, test func(t *testing.T, w *testworld.World)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, testworld.New(t, d)) })
}

func input(p people.Person) people.PersonInput {
	return people.PersonInput{
		Code: p.Code, Name: p.Name, Login: p.Login, Email: p.Email, Mobile: p.Mobile, HomeSite: p.HomeSite, Manager: p.Manager,
		Department: p.Department, Designation: p.Designation, Active: p.Active,
	}
}

func TestPersonLives(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := telemetry.WithRequestID(t.Context(), "req-4")
		who := w.Actor(org.Administrator)
		boss := w.Staff[org.Supervisor].ID
		var made, changed people.Person
		trail := w.During(func() {
			var err error
			made, err = w.People.CreatePerson(ctx, who, people.PersonInput{
				Code: "e 77", Name: "  Léa   Moreau ", Login: "Léa.M", Email: " Lea.Moreau@Lantern.Example ", Mobile: "0091 (98765) 000-01",
				HomeSite: &w.Harbour.ID, Manager: &boss, Department: &w.Security.ID, Designation: &w.Watchman.ID, Active: true,
			})
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, people.Person{
				ID: made.ID, Code: "E_77", Name: "Léa Moreau", Login: "Léa.M", Email: "lea.moreau@lantern.example", Mobile: "+919876500001",
				HomeSite: &w.Harbour.ID, Manager: &boss, Department: &w.Security.ID, Designation: &w.Watchman.ID, Active: true, Version: 1, SiteName: "Harbour",
			}, made)
			changed, err = w.People.UpdatePerson(ctx, who, made.ID, 1, people.PersonInput{Code: "E78", Name: "Léa Roux", Login: "lea", HomeSite: &w.Mill.ID})
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, people.Person{ID: made.ID, Code: "E78", Name: "Léa Roux", Login: "lea", HomeSite: &w.Mill.ID, Version: 2, SiteName: "Mill"}, changed)
			got, err := w.People.GetPerson(ctx, who, made.ID)
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, changed, got)
		})
		row := testworld.Change{Kind: actor.Person, Who: "Asha Alder", WhoID: who.Person(), Subject: testworld.Any(made.ID), Request: "req-4"}
		created, updated := row, row
		created.Verb, created.Site, created.After = "person.created", w.Harbour.ID, testworld.JSON(t, made)
		updated.Verb, updated.Site, updated.Before, updated.After = "person.updated", w.Mill.ID, created.After, testworld.JSON(t, changed)
		testworld.Same(t, []testworld.Change{created, updated}, trail)
	})
}

func TestPersonNamesEveryViolationAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		other, viewer := w.SecondTenant(), w.Staff[org.Viewer]
		foreign := other.Staff[org.Guard].ID
		for _, c := range []struct {
			claim string
			in    people.PersonInput
			kind  fault.Kind
			want  []string
		}{
			{"nothing given", people.PersonInput{}, fault.Invalid, []string{"code required", "name required", "login_id required"}},
			{"blanks only", people.PersonInput{Code: " ", Name: "\t", Login: " ", Email: " ", Mobile: " "}, fault.Invalid, []string{"code required", "name required", "login_id required"}},
			{"wrong everywhere", people.PersonInput{Code: "A__B", Name: strings.Repeat("n", 121), Login: "a b", Email: "asha@", Mobile: "12"},
				fault.Invalid, []string{"code grammar", "name too_long", "login_id grammar", "email grammar", "mobile grammar"}},
			{"NUL and broken UTF-8", people.PersonInput{Code: "A\x00", Name: "A\xff", Login: "a\x00b", Email: "a\x00@b.example", Mobile: "\xff"},
				fault.Invalid, []string{"code characters", "name characters", "login_id characters", "email characters", "mobile characters"}},
			{"a line break in an address", people.PersonInput{Code: "A", Name: "A", Login: "aa", Email: "a@b.example\r\nBcc: c@d.example"}, fault.Invalid, []string{"email grammar"}},
			{"of another tenant", people.PersonInput{Code: "A", Name: "A", Login: "aa", HomeSite: &other.Harbour.ID, Manager: &foreign, Department: &other.Security.ID, Designation: &other.Watchman.ID},
				fault.Invalid, []string{"home_site_id unknown", "manager_id unknown", "department_id unknown", "designation_id unknown"}},
			{"of another list", people.PersonInput{Code: "A", Name: "A", Login: "aa", Department: &w.Watchman.ID, Designation: &w.Office.ID},
				fault.Invalid, []string{"department_id unknown", "designation_id unknown"}},
		} {
			t.Log(c.claim)
			_, err := w.People.CreatePerson(ctx, who, c.in)
			testworld.Fault(t, err, c.kind, c.want...)
			_, err = w.People.UpdatePerson(ctx, who, viewer.ID, 1, c.in)
			testworld.Fault(t, err, c.kind, c.want...)
		}
		in := input(viewer.Person)
		in.Manager = &viewer.ID
		_, err := w.People.UpdatePerson(ctx, who, viewer.ID, 1, in)
		testworld.Fault(t, err, fault.Invalid, "manager_id unknown") // nobody is their own
		in = input(w.Staff[org.Administrator].Person)
		in.Active, in.Name = false, ""
		_, err = w.People.UpdatePerson(ctx, who, who.Person(), 1, in)
		testworld.Fault(t, err, fault.Invalid, "name required", "active self")
		in.Name = "Asha"
		_, err = w.People.UpdatePerson(ctx, who, who.Person(), 1, in)
		testworld.Fault(t, err, fault.Invalid, "active self")
	})
}

// TestDefect008IdentifiersAreSomebodysAlone: one person's number or address could be another's login.
func TestDefect008IdentifiersAreSomebodysAlone(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		guard, viewer := w.Staff[org.Guard], w.Staff[org.Viewer]
		for _, c := range []struct {
			claim string
			in    people.PersonInput
			want  []string
		}{
			{"all at once", people.PersonInput{Code: guard.Code, Name: "A", Login: guard.Login, Email: guard.Email, Mobile: guard.Mobile},
				[]string{"code taken", "login_id taken", "email taken", "mobile taken"}},
			{"of different people", people.PersonInput{Code: "N", Name: "A", Login: guard.Login, Email: w.Staff[org.Auditor].Email}, []string{"login_id taken", "email taken"}},
			{"in other forms", people.PersonInput{Code: "N", Name: "A", Login: strings.ToUpper(guard.Login), Email: strings.ToUpper(guard.Email), Mobile: "91 98765 432-03"},
				[]string{"login_id taken", "email taken", "mobile taken"}},
			{"in full width", people.PersonInput{Code: "N", Name: "A", Login: "ＧＵＡＲＤ"}, []string{"login_id taken"}},
			{"somebody's address as a login", people.PersonInput{Code: "N", Name: "A", Login: guard.Email}, []string{"login_id taken"}},
			{"the code alone", people.PersonInput{Code: strings.ToLower(guard.Code), Name: "A", Login: "nn"}, []string{"code taken"}},
		} {
			t.Log(c.claim)
			_, err := w.People.CreatePerson(ctx, who, c.in)
			testworld.Fault(t, err, fault.Conflict, c.want...)
			_, err = w.People.UpdatePerson(ctx, who, viewer.ID, 1, c.in)
			testworld.Fault(t, err, fault.Conflict, c.want...)
		}
		// one's own are free, and one may serve twice
		in := input(guard.Person)
		in.Login, in.Email = guard.Email, guard.Email
		changed, err := w.People.UpdatePerson(ctx, who, guard.ID, 1, in)
		if err != nil {
			t.Fatal(err)
		}
		// what a person gives up is free for others
		if _, err = w.People.CreatePerson(ctx, who, people.PersonInput{Code: "N", Name: "A", Login: guard.Login}); err != nil {
			t.Error(err)
		}
		// "code" is a login like any other
		in.Login = "code"
		if _, err = w.People.UpdatePerson(ctx, who, guard.ID, changed.Version, in); err != nil {
			t.Error(err)
		}
		if _, err = w.People.CreatePerson(ctx, who, people.PersonInput{Code: "N2", Name: "A", Login: "nn2"}); err != nil {
			t.Error(err)
		}
	})
}

func TestPersonListIsInOrderFilteredAndPaged(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Viewer)
		add := func(code, name string, active bool) people.Person {
			p, err := w.People.CreatePerson(ctx, w.System, people.PersonInput{Code: code, Name: name, Login: "l" + code, HomeSite: &w.Mill.ID, Active: active})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		twin1, twin2, gone := add("T1", "Gopal Gale", true), add("T2", "Gopal  GALE", true), add("T3", "Änne Zorn", false)
		list := func(f people.PersonFilter, limit int) (all []id.Person) {
			for p := (page.Request{Limit: limit}); ; {
				got, err := w.People.ListPeople(ctx, who, f, p)
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range got.Items {
					all = append(all, x.ID)
				}
				if p.After = got.Next; p.After == "" {
					return all
				}
			}
		}
		s := func(role string) id.Person { return w.Staff[role].ID }
		all := []id.Person{s(org.Auditor), s(org.Administrator), s(org.Guard), twin1.ID, twin2.ID, s(org.Supervisor), s(org.Technician), s(org.Viewer)}
		for _, limit := range []int{1, 3, 50} {
			testworld.Same(t, all, list(people.PersonFilter{}, limit))
		}
		testworld.Same(t, []id.Person{gone.ID, all[0]}, list(people.PersonFilter{Inactive: true, Search: "a"}, 50)[:2])
		testworld.Same(t, []id.Person{twin1.ID, twin2.ID, s(org.Viewer)}, list(people.PersonFilter{Site: &w.Mill.ID}, 50))
		for search, want := range map[string][]id.Person{
			"anne":        nil, // inactive
			"gale":        {s(org.Guard), twin1.ID, twin2.ID},
			"t1":          {twin1.ID},
			"GUARD":       {s(org.Guard)},
			"543203":      {s(org.Guard)},
			"guard@":      {s(org.Guard)},
			"%":           nil,
			"_":           nil,
			`\`:           nil,
			"'; drop --":  nil,
			"gopal  gale": {s(org.Guard), twin1.ID, twin2.ID},
		} {
			if diff := testworld.Diff(want, list(people.PersonFilter{Search: search}, 50)); diff != "" {
				t.Errorf("search %q: %s", search, diff)
			}
		}
		_, err := w.People.ListPeople(ctx, who, people.PersonFilter{}, page.Request{After: "nonsense"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
	})
}
