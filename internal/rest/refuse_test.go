package rest_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/rest"
	"intelliwiz/internal/testworld"
)

func operations(t *testing.T) []rest.Operation {
	t.Helper()
	all, err := rest.Operations()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 40 {
		t.Fatalf("only %d operations", len(all))
	}
	return all
}

// pathFor is an operation's address with an id in it, and what it cannot do without.
func pathFor(o rest.Operation, record fmt.Stringer) string {
	path := strings.ReplaceAll(o.Path, "{id}", record.String())
	if strings.HasSuffix(o.Name, ".delete") {
		path += "?version=1"
		if slices.Contains([]string{"grant", "session", "token", "service", "device", "record", "view", "file", "assignment"}, o.Noun) {
			path = strings.TrimSuffix(path, "?version=1")
		}
	}
	if o.Name == "import.try" || o.Name == "import.template" {
		path += "?table=units"
	}
	return path
}

// example sends the example of an operation, as a program of its kind would.
func (x *api) example(who actor.Actor, o rest.Operation, record fmt.Stringer) answer {
	x.t.Helper()
	if o.Takes != nil {
		return x.raw(who, o.Method, pathFor(o, record), o.Body, "Content-Type", o.Takes[0]+"; boundary=edge")
	}
	return x.raw(who, o.Method, pathFor(o, record), o.Body)
}

func TestNobodyDoesAnythingWithoutSigningIn(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	before := len(x.Trail())
	for _, o := range operations(t) {
		a := x.example(actor.Actor{}, o, x.Harbour.ID).want(http.StatusUnauthorized) // signing in on a phone too: the examples open nothing
		if a.header.Get("WWW-Authenticate") == "" || a.text("code") != "unauthenticated" {
			t.Errorf("%s: %v %s", o.Name, a.header, a.raw)
		}
	}
	if after := len(x.Trail()); after != before {
		t.Errorf("%d changes were made", after-before)
	}
}

func TestWhoHasNoRoleIsRefused(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	nobody := x.As(x.Someone(&x.Harbour.ID))
	for _, o := range operations(t) {
		if o.Permission == "signed-in" || o.Permission == "public" || o.Name == "person.get" || o.Name == "person.update" {
			continue // everybody may see themselves, so that others are not found rather than forbidden; httpd has asked before
		}
		a := x.example(nobody, o, x.Harbour.ID).want(http.StatusForbidden)
		if f := a.faults(); len(f) != 1 || !strings.HasPrefix(f[0], "permission ") {
			t.Errorf("%s: %s", o.Name, a.raw)
		}
	}
}

// TestAnotherTenantsRecordIsLikeNone: with an id of another tenant every operation answers as with an id that never was.
func TestAnotherTenantsRecordIsLikeNone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		theirs := foreign(t, x)
		admin := x.Actor(org.Administrator)
		for _, o := range operations(t) {
			if o.Noun == "" {
				continue
			}
			a := x.example(admin, o, theirs[o.Noun]).want(http.StatusNotFound)
			never := x.example(admin, o, id.New[id.Any]()).want(http.StatusNotFound)
			if a.raw != never.raw {
				t.Errorf("%s tells them apart:\n%s\n%s", o.Name, a.raw, never.raw)
			}
			noID := x.example(admin, o, word("none")).want(http.StatusNotFound)
			if noID.raw != never.raw {
				t.Errorf("%s: %s", o.Name, noID.raw)
			}
		}
	})
}

type word string

func (w word) String() string { return string(w) }

// foreign gives a record of each noun of another tenant, and what x's administrator tries is done there too, so that they exist.
func foreign(t *testing.T, x *api) map[string]fmt.Stringer {
	t.Helper()
	there := x.SecondTenant()
	admin := there.Actor(org.Administrator)
	group := x.call(admin, "POST", "/api/v1/groups", o{"kind": "people", "name": "Theirs"}).want(http.StatusCreated)
	entry := x.call(admin, "GET", "/api/v1/audit?limit=1", nil).want(http.StatusOK)
	view := x.call(admin, "PUT", "/api/v1/account/views", o{"area": "tickets", "name": "Theirs"}).want(http.StatusOK)
	category := there.Category("THEIRS").ID
	w, d := there.Webhook("Theirs", "https://hooks.example/")
	asked := there.Question("Theirs?")
	list := there.Checklist("Theirs", asked)
	gate := there.Post(there.Harbour.ID, "THEIRS")
	planned := there.Plan(there.Harbour.ID, "Theirs", list)
	shut := x.call(admin, "POST", "/api/v1/blackouts", o{"from": "2026-12-24T00:00:00Z", "until": "2026-12-27T00:00:00Z", "reason": "Theirs"}).want(http.StatusCreated)
	tried := x.raw(admin, "POST", "/api/v1/imports?table=units", "Code,Name\nOK,Theirs\nBAD,\n", "Content-Type", "text/csv").want(http.StatusCreated)
	return map[string]fmt.Stringer{
		"file": there.File("site", there.Harbour.ID, "theirs.txt", "Theirs.").ID, "unit": there.North.ID, "site": there.Harbour.ID, "lookup": there.Office.ID, "person": there.Staff[org.Guard].ID,
		"group": word(group.text("id")), "role": there.Roles[org.Viewer].ID, "grant": there.Grants[org.Guard].ID,
		"session": admin.Session(), "token": id.New[id.Any](), "service": id.New[id.Any](), "provider": there.Provider(&testworld.Provider{URL: "https://login.example"}).ID, "device": id.New[id.Any](), "entry": word(entry.items("id")[0].(string)),
		"location": there.Location(there.Harbour.ID, "THEIRS", nil).ID, "asset": there.NewAsset(there.Harbour.ID, "THEIRS").ID,
		"category": category, "ticket": there.NewTicket(there.Harbour.ID, category, "Theirs").ID, "view": word(view.text("id")),
		"notice": id.New[id.Any](), "record": there.Harbour.ID, "webhook": w.ID, "delivery": d.ID, "import": word(tried.text("id")),
		"question": asked.ID, "checklist": list.ID, "form": *list.Form,
		"plan": planned.ID, "blackout": word(shut.text("id")), "task": there.FirstTask(planned).ID, "post": gate.ID, "assignment": there.Rostered(gate).ID,
	}
}

func TestEveryViolationIsNamedAtOnce(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	admin := x.Actor(org.Administrator)
	role, site := "/api/v1/roles/"+x.Roles[org.Viewer].ID.String(), "/api/v1/sites/"+x.Harbour.ID.String()
	for _, c := range []struct {
		name, method, path, body string
		want                     []string
	}{
		{"only the domain's", "POST", "/api/v1/people", `{"code":"?","name":"N","login_id":"!!","email":"x","mobile":"1"}`,
			[]string{"code grammar", "login_id grammar", "email grammar", "mobile grammar"}},
		{"the document's, then the domain's", "POST", "/api/v1/people", `{"code":5,"login_id":"!!","email":"x","shoe":1,"active":"yes"}`,
			[]string{"active type", "code type", "shoe unknown", "name required", "login_id grammar", "email grammar"}},
		{"nothing given", "POST", "/api/v1/people", `{}`, []string{"code required", "name required", "login_id required"}},
		{"nulls", "POST", "/api/v1/people", `{"code":null,"name":"N","login_id":"ok","home_site_id":null}`, []string{"code type"}},
		{"ids and lists", "POST", "/api/v1/groups", `{"kind":"birds","name":"","people":["x",7],"lead_id":"y"}`,
			[]string{"kind unknown", "lead_id format", "name required", "people[0] format", "people[1] type"}},
		{"a list that is none", "POST", "/api/v1/groups", `{"kind":"people","name":"A","people":"x"}`, []string{"people type"}},
		{"too many", "POST", "/api/v1/groups", `{"kind":"people","name":"A","people":[` + strings.Repeat(`"x",`, 1000) + `"x"]}`, []string{"people too_many"}},
		{"numbers", "PUT", site, `{"code":"A","name":"N","active":true,"version":0,"latitude":91,"longitude":"x","radius":1.5}`,
			[]string{"latitude range", "longitude type", "radius type", "version range"}},
		{"half a point", "PUT", site, `{"code":"A","name":"N","active":true,"version":1,"latitude":9,"zone":"Mars"}`,
			[]string{"longitude required", "zone unknown"}},
		{"a number out of all bounds", "PUT", site, `{"code":"A","name":"N","active":true,"version":1e999}`, []string{"version type"}},
		{"a version is needed", "PUT", site, `{"code":"-","name":"N","active":true}`, []string{"version required", "code grammar"}},
		{"no permission", "POST", "/api/v1/roles", `{"code":"-","name":"N","permissions":[]}`, []string{"permissions required", "code grammar"}},
		{"unknown permission", "PUT", role, `{"code":"-","name":"N","permissions":["fly"]}`, []string{"version required", "code grammar", "permissions[0] unknown"}},
		{"lengths", "POST", "/api/v1/lookups", `{"list":"unit_kind","code":"` + strings.Repeat("A", 31) + `","name":"a\u0007b"}`, []string{"code too_long", "name characters"}},
		{"a list's change", "PUT", "/api/v1/lookups/" + x.Office.ID.String(), `{"code":"-","name":"N","active":1,"version":1}`, []string{"active type", "code grammar"}},
		{"the organisation", "PUT", "/api/v1/tenant", `{"name":"N","zone":"Mars","version":"1"}`, []string{"version type", "zone unknown"}},
		{"a unit", "POST", "/api/v1/units", `{"code":"-","name":7}`, []string{"name type", "code grammar"}},
		{"a unit's change", "PUT", "/api/v1/units/" + x.North.ID.String(), `{"code":"-","name":"N","version":1}`, []string{"active required", "code grammar"}},
		{"a grant", "POST", "/api/v1/grants", `{"person_id":"` + x.ID.String() + `","unit_id":"` + x.ID.String() + `","site_id":"` + x.ID.String() + `"}`,
			[]string{"role_id required", "site_id both"}},
		{"a person's change", "PUT", "/api/v1/people/" + x.Staff[org.Guard].ID.String(), `{"code":"-","name":"N","login_id":"ok","active":true}`, []string{"version required", "code grammar"}},
		{"a group's change", "PUT", "/api/v1/groups/" + x.ID.String(), `{"name":"\u0007","active":true,"version":1,"x":1}`, []string{"name characters", "x unknown"}},
		{"a password", "POST", "/api/v1/people/" + x.Staff[org.Guard].ID.String() + "/password", `{"password":""}`, []string{"password required"}},
		{"no object", "POST", "/api/v1/units", `[1]`, []string{" type"}},
		{"parameters", "GET", "/api/v1/audit?limit=0&who_id=x&from=today&colour=red&verb=a&verb=b", "",
			[]string{"colour unknown", "from format", "limit range", "verb duplicate", "who_id format"}},
		{"parameters' types", "GET", "/api/v1/sites?inactive=perhaps&limit=many", "", []string{"inactive type", "limit type"}},
		{"a parameter that is needed", "DELETE", site, "", []string{"version required"}},
		{"an empty key further in", "POST", "/api/v1/checklists", `{"name":"N","sections":[{"name":"S","items":[],"":1}]}`, []string{"sections[0]. unknown", "kind required", "places required"}},
		{"a list's name", "GET", "/api/v1/lookups?list=colours", "", []string{"list unknown"}},
	} {
		a := x.raw(admin, c.method, c.path, c.body)
		if a.want(http.StatusUnprocessableEntity); strings.Join(a.faults(), ", ") != strings.Join(c.want, ", ") {
			t.Errorf("%s:\n got %q\nwant %q", c.name, a.faults(), c.want)
		}
		for _, secret := range []string{"perhaps", "birds", "Mars"} {
			if strings.Contains(a.raw, secret) {
				t.Errorf("%s: what was sent comes back: %s", c.name, a.raw)
			}
		}
	}
}

func TestBodiesThatCannotBeReadAreRefused(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	admin := x.Actor(org.Administrator)
	good := `{"code":"A","name":"A"}`
	for _, c := range []struct {
		name, body string
		header     []string
		status     int
		faults     []string
	}{
		{"empty", " ", nil, http.StatusBadRequest, []string{" syntax"}},
		{"broken", `{"code"`, nil, http.StatusBadRequest, []string{" syntax"}},
		{"a key twice", `{"code":"A","code":"B","name":"N"}`, nil, http.StatusBadRequest, []string{"code duplicate"}},
		{"NUL", `{"code":"A","name":"a\u0000b"}`, nil, http.StatusBadRequest, []string{"name nul"}},
		{"no UTF-8", "{\"code\":\"\xff\",\"name\":\"N\"}", nil, http.StatusBadRequest, []string{" encoding"}},
		{"deep", `{"code":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, nil, http.StatusBadRequest, nil},
		{"a form", good, []string{"Content-Type", "application/x-www-form-urlencoded"}, http.StatusUnsupportedMediaType, nil},
		{"no type", good, []string{"Content-Type", ""}, http.StatusUnsupportedMediaType, nil},
		{"a type of JSON", good, []string{"Content-Type", "application/vnd.x+json; charset=utf-8"}, http.StatusCreated, nil},
	} {
		a := x.raw(admin, "POST", "/api/v1/units", c.body, c.header...).want(c.status)
		if c.faults != nil {
			testworld.Same(t, c.faults, a.faults())
		}
	}
	testworld.Same(t, "malformed", x.raw(admin, "GET", "/api/v1/units?limit=%zz", "").want(http.StatusBadRequest).text("code"))
}
