package graph_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/graph"
	"intelliwiz/internal/hold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/testworld"
)

// variables gives what a field's query needs, with an id.
func variables(f graph.Field, record fmt.Stringer) o {
	out := o{}
	for k, v := range f.Variables {
		out[k] = v
	}
	if f.Noun != "" {
		out["id"] = record.String()
	}
	return out
}

func TestNobodyAsksWithoutSigningIn(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	if x.route.Permission != reply.SignedIn || !x.route.Changes || x.route.MaxBody != 64<<10 || x.route.Method != "POST" || x.route.Path != "/graphql" {
		t.Errorf("route: %+v", x.route)
	}
	before := len(x.Trail())
	for _, f := range graph.Fields() {
		a := x.ask(actor.Actor{}, f.Document, variables(f, x.Harbour.ID))
		if a.status != http.StatusUnauthorized || a.json["code"] != "unauthenticated" || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", f.Name, a.status, a.raw)
		}
	}
	if after := len(x.Trail()); after != before {
		t.Errorf("%d changes were made", after-before)
	}
}

// TestWhoHasNoRoleIsRefused asks for every field at the top; those inside records come after a record.
func TestWhoHasNoRoleIsRefused(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	nobody := x.As(x.Someone(&x.Harbour.ID))
	for _, f := range graph.Fields() {
		top := strings.HasPrefix(f.Name, "Query.") || strings.HasPrefix(f.Name, "Mutation.")
		if !top || f.Permission == reply.SignedIn || f.Name == "Query.person" || f.Name == "Mutation.updatePerson" { // everybody may see themselves
			continue
		}
		a := x.ask(nobody, f.Document, variables(f, x.Staff[org.Guard].ID))
		if got := a.faults(); len(got) != 1 || !strings.HasPrefix(got[0], "forbidden ") {
			t.Errorf("%s: %q %s", f.Name, got, a.raw)
		}
	}
}

// TestAnotherTenantsRecordIsLikeNone: with an id of another tenant every field answers as with an id that never was.
func TestAnotherTenantsRecordIsLikeNone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		there := x.SecondTenant()
		stranger := there.Actor(org.Administrator)
		group := x.ask(stranger, `mutation { createGroup(kind: PEOPLE, input: {name: "Theirs", active: true}) { id } }`, nil).data()
		entry := x.ask(stranger, `{ entries(first: 1) { edges { node { id } } } }`, nil).data()
		theirCategory := there.Category("THEIRS")
		tried, err := x.Exchange.Try(t.Context(), stranger, exchange.Units, "units.csv", strings.NewReader("Code,Name\nOK,Theirs\nBAD,\n"))
		if err != nil {
			t.Fatal(err)
		}
		w, sent := there.Webhook("Theirs", "https://hooks.example/")
		list := there.Checklist("Theirs", there.Question("Theirs?"))
		gate := there.Post(there.Harbour.ID, "THEIRS")
		round := there.Plan(there.Harbour.ID, "Theirs", list)
		theirs := map[string]fmt.Stringer{
			"question": list.Draft.Sections[0].Items[0].Question, "checklist": list.ID, "form": *list.Form, "plan": round.ID, "task": there.FirstTask(round).ID,
			"blackout": there.Blackout("Theirs").ID, "post": gate.ID, "assignment": there.Rostered(gate).ID,
			"unit": there.North.ID, "site": there.Harbour.ID, "lookup": there.Office.ID, "person": there.Staff[org.Guard].ID,
			"group": word(at(group, "createGroup", "id").(string)), "role": there.Roles[org.Viewer].ID, "grant": there.Grants[org.Guard].ID,
			"session": stranger.Session(), "token": id.New[id.Any](), "service": id.New[id.Any](), "provider": there.Provider(&testworld.Provider{URL: "https://login.example"}).ID, "device": id.New[id.Any](), "entry": word(at(entry, "entries", "edges", "0", "node", "id").(string)),
			"location": there.Location(there.Harbour.ID, "THEIRS", nil).ID, "asset": there.NewAsset(there.Harbour.ID, "THEIRS").ID,
			"notice": id.New[id.Any](), "record": there.Harbour.ID, "webhook": w.ID, "delivery": sent.ID, "import": tried.ID, "file": there.File("site", there.Harbour.ID, "theirs.txt", "Theirs.").ID,
			"view": id.New[id.Any](), "category": theirCategory.ID, "ticket": there.NewTicket(there.Harbour.ID, theirCategory.ID, "Theirs").ID,
		}
		admin := x.Actor(org.Administrator)
		asked := 0
		for _, f := range graph.Fields() {
			if f.Noun == "" {
				continue
			}
			asked++
			a := x.ask(admin, f.Document, variables(f, theirs[f.Noun]))
			never := x.ask(admin, f.Document, variables(f, id.New[id.Any]()))
			if a.raw != never.raw || len(a.faults()) != 1 || !strings.HasPrefix(a.faults()[0], "not_found") {
				t.Errorf("%s:\n%s\n%s", f.Name, a.raw, never.raw)
			}
		}
		if asked < 30 {
			t.Errorf("only %d fields take an id", asked)
		}
	})
}

type word string

func (w word) String() string { return string(w) }

func TestEveryFieldHasAPermission(t *testing.T) {
	var names []string
	for _, f := range graph.Fields() {
		names = append(names, f.Name)
		if f.Permission == "" || f.Document == "" {
			t.Errorf("%+v", f)
		}
		known := slices.ContainsFunc(testworld.Permissions(), func(d actor.Declared) bool { return d.Name == f.Permission })
		if !known && f.Permission != reply.SignedIn {
			t.Errorf("%s needs %q, which nobody declares", f.Name, f.Permission)
		}
	}
	for name := range graph.Permissions() {
		if !slices.Contains(names, name) {
			t.Errorf("%s has a permission and no resolver", name)
		}
	}
	if len(names) < 60 {
		t.Errorf("only %d fields", len(names))
	}
}

func TestFaultsAreNamedAsTheSchemaNamesThem(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"), func(c *graph.Config) { c.Introspection = true })
	admin := x.Actor(org.Administrator)
	some := id.New[id.Any]().String()
	for _, c := range []struct {
		name, query string
		variables   o
		status      int
		want        []string
	}{
		{"all violations at once", `mutation($in: PersonInput!) { createPerson(input: $in) { id } }`,
			o{"in": o{"code": "?", "name": "", "loginId": "!", "email": "x", "mobile": "1", "active": true}}, 200,
			[]string{"invalid createPerson: code grammar, name required, loginId grammar, email grammar, mobile grammar"}},
		{"half a world away", `mutation { createSite(input: {code: "A", name: "A", active: true, point: {latitude: 91, longitude: 181}, radius: 1}) { id } }`, nil, 200,
			[]string{"invalid createSite: point.latitude range, point.longitude range, radius range"}},
		{"references", `mutation($in: PersonInput!) { createPerson(input: $in) { id } }`,
			o{"in": o{"code": "Q", "name": "Q", "loginId": "qq", "homeSiteId": some, "departmentId": x.Office.ID.String(), "active": true}}, 200,
			[]string{"invalid createPerson: homeSiteId unknown, departmentId unknown"}},
		{"an id that is none", `query($id: ID!) { site(id: $id) { id } }`, o{"id": "x"}, 200, []string{"invalid site: id format"}},
		{"an id that is none, inside", `mutation { createGroup(kind: SITES, input: {name: "N", active: true, sites: ["` + some + `", "x"]}) { id } }`, nil, 200,
			[]string{"invalid createGroup: sites[1] format"}},
		{"a number beyond all", `mutation($v: Int!) { deleteUnit(id: "` + some + `", version: $v) }`, o{"v": 1e30}, 422, []string{"invalid variable.v"}},
		{"a number beyond all, written out", `mutation { deleteUnit(id: "` + some + `", version: 99999999999999999999) }`, nil, 422, []string{"invalid"}},
		{"a time that is none", `{ entries(filter: {from: "today"}) { edges { cursor } } }`, nil, 200, []string{"invalid entries: from format"}},
		{"no rows", `{ sites(first: 0) { edges { cursor } } }`, nil, 200, []string{"invalid sites: first range"}},
		{"no cursor", `{ a: sites(after: "zz") { edges { cursor } } b: units { edges { cursor } } }`, nil, 200, []string{"invalid a: after cursor"}},
		{"syntax", `{ sites( }`, nil, 400, []string{"malformed"}},
		{"nothing", ``, nil, 422, []string{"invalid"}},
		{"unknown fields, all at once", `{ sites { edges { node { colour shape } } } }`, nil, 422, []string{"invalid", "invalid"}},
		{"a missing variable", `query($id: ID!) { site(id: $id) { id } }`, o{}, 422, []string{"invalid variable.id"}},
		{"a variable of a wrong type", `query($id: ID!) { site(id: $id) { id } }`, o{"id": o{}}, 422, []string{"invalid variable.id"}},
		{"an enum that is none", `{ lookups(list: COLOURS) { edges { cursor } } }`, nil, 422, []string{"invalid"}},
	} {
		a := x.ask(admin, c.query, c.variables)
		if got := a.faults(); a.status != c.status || strings.Join(got, "; ") != strings.Join(c.want, "; ") {
			t.Errorf("%s: %d\n got %q\nwant %q\n%s", c.name, a.status, got, c.want, a.raw)
		}
	}
}

func TestBodiesThatAreNoRequestAreRefused(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	admin := x.Actor(org.Administrator)
	for _, c := range []struct {
		name, body string
		header     []string
		status     int
	}{
		{"a form", `query={tenant{id}}`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		{"a query as it is", `{ tenant { id } }`, []string{"Content-Type", "application/graphql"}, 415},
		{"several at once", `[{"query":"{ tenant { id } }"}]`, nil, 422},
		{"an unknown key", `{"query":"{ tenant { id } }","id":1}`, nil, 422},
		{"a key twice", `{"query":"{ tenant { id } }","query":"{ tenant { id } }"}`, nil, 400},
		{"variables that are a list", `{"query":"{ tenant { id } }","variables":[1]}`, nil, 422},
		{"too large", `{"query":"` + strings.Repeat(" ", 65<<10) + `"}`, nil, 413},
		{"nulls", `{"query":"{ tenant { id } }","variables":null,"operationName":null,"extensions":{"a":1}}`, nil, 200},
		{"its own type", `{"query":"query A { tenant { id } } query B { tenant { code } }","operationName":"B"}`, []string{"Accept", "application/graphql-response+json"}, 200},
		{"which one?", `{"query":"query A { tenant { id } } query B { tenant { code } }","operationName":"C"}`, nil, 422},
	} {
		a := x.post(t.Context(), admin, c.body, c.header...)
		if a.status != c.status {
			t.Errorf("%s: got %d, want %d: %s", c.name, a.status, c.status, a.raw)
		}
		if own := slices.Contains(c.header, "application/graphql-response+json"); own != (a.header.Get("Content-Type") == "application/graphql-response+json") {
			t.Errorf("%s: %v", c.name, a.header)
		}
	}
}

// TestMutationsAreRefusedWhileNothingMayBeChanged: with a code of its own and the time to try again; queries are answered.
func TestMutationsAreRefusedWhileNothingMayBeChanged(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	if err := x.Holds.Begin(t.Context(), []actor.Actor{x.System}, hold.Hold{Kind: hold.ReadOnly, Reason: "A backup comes back."}); err != nil {
		t.Fatal(err)
	}
	admin := x.Actor(org.Administrator)
	before := len(x.Trail())
	for _, f := range graph.Fields() {
		a := x.ask(admin, f.Document, variables(f, x.Harbour.ID))
		goesOn := []string{"Mutation.verifyAudit", "Mutation.deleteSession", "Mutation.deleteSessions"}
		if mutation := strings.HasPrefix(f.Name, "Mutation.") && !slices.Contains(goesOn, f.Name); mutation != strings.Contains(a.raw, `"read_only"`) || mutation && a.status != http.StatusServiceUnavailable {
			t.Errorf("%s: %d %s", f.Name, a.status, a.raw)
		}
	}
	if after := len(x.Trail()); after != before {
		t.Errorf("%d changes were made", after-before)
	}
}
