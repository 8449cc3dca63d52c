package graph_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/graph"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestOurDefectsAreMaskedAndLoggedOnce: the client learns the request's id, the log the cause, and the process lives on.
func TestOurDefectsAreMaskedAndLoggedOnce(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"), func(c *graph.Config) {
		c.Anchors = func(context.Context) ([]journal.Anchor, error) { panic("boom at 10.0.0.7") }
	})
	admin := x.Actor(org.Administrator)
	a := x.ask(admin, `mutation { a: verifyAudit { whole } updateTenant(version: 1, input: {name: "Still here", zone: "Europe/Paris"}) { name } }`, nil)
	testworld.Same(t, []string{"internal a"}, a.faults())
	if a.status != http.StatusOK || strings.Contains(a.raw, "boom") || strings.Contains(a.raw, "graph/") {
		t.Errorf("%d %s", a.status, a.raw)
	}
	testworld.Same(t, []string{"graphql"}, x.panicked)
	log := x.Log.String()
	if n := strings.Count(log, "boom at 10.0.0.7"); n != 1 || !strings.Contains(log, "audit.go") {
		t.Errorf("logged %d times: %s", n, log)
	}
	testworld.Same(t, "Still here", at(x.ask(admin, `{ tenant { name } }`, nil).data(), "tenant", "name").(string))
}

// TestARefusalOfGraphQLIsLogged: its status is 200, so that the access log does not tell.
func TestARefusalOfGraphQLIsLogged(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	guard := x.Actor(org.Guard)
	testworld.Same(t, []string{"forbidden updateTenant: permission tenant.update"}, x.ask(guard, `mutation { updateTenant(version: 1, input: {name: "Mine", zone: "Europe/Paris"}) { name } }`, nil).faults())
	if log := x.Log.String(); strings.Count(log, "msg=refused code=forbidden") != 1 || strings.Contains(log, "Mine") {
		t.Errorf("the log has %s", log)
	}
}

// TestAReadThatFailsIsLoggedOnce however many records waited for it; a panic in it is counted, and the process lives on.
func TestAReadThatFailsIsLoggedOnce(t *testing.T) {
	for _, panics := range []bool{false, true} {
		url := dbtest.URL(t, "sqlite")
		x := newAPI(t, dbtest.Open(t, "sqlite", func(o *db.Options) {
			o.URL = url
			o.Observe = func(s db.Stat) {
				if panics && s.Name == "org.unitsByID" {
					panic("boom")
				}
			}
		}), func(c *graph.Config) { c.Wait = 50 * time.Millisecond })
		admin := x.Actor(org.Administrator)
		if !panics {
			dbtest.Exec(t, url, "alter table units rename to gone")
		}
		a := x.ask(admin, `{ sites { edges { node { code unit { name } } } } }`, nil)
		got := a.faults()
		slices.Sort(got)
		testworld.Same(t, []string{"internal sites.edges.1.node.unit", "internal sites.edges.2.node.unit", "internal sites.edges.3.node.unit"}, got) // Depot stands in none
		testworld.Same(t, []any{"DEPOT", "HARBOUR", "MILL", "TOWER"}, nodes(at(a.json, "data", "sites"), "code"))
		if n := strings.Count(x.Log.String(), "level=ERROR"); n != 1 {
			t.Errorf("panic %v: logged %d times: %s", panics, n, x.Log.String())
		}
		if (len(x.panicked) == 1) != panics {
			t.Errorf("panic %v: counted %v", panics, x.panicked)
		}
	}
}

func TestTimeThatRunsOut(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	admin := x.Actor(org.Administrator)
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	a := x.post(ctx, admin, `{"query":"{ tenant { id } }"}`)
	if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %v %s", a.status, a.header, a.raw)
	}
}

func TestAccountSessionsAndTokens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		member := x.Staff[org.Guard]
		_, secret, err := x.Auth.IssueToken(t.Context(), x.System, member.ID, auth.TokenInput{Name: "Phone", Expires: x.Clock.Now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		guard, err := x.Auth.ByToken(t.Context(), secret, "")
		if err != nil {
			t.Fatal(err)
		}
		first, second := x.As(member), x.As(member)
		account := x.ask(guard, `{ account { person { name } passwordChangedAt mustChangePassword } tokens { id name hint scopes networks createdAt expiresAt usedAt } }`, nil).data()
		if at(account, "account", "person", "name") != member.Name || at(account, "account", "mustChangePassword") != false || at(account, "tokens", "0", "name") != "Phone" {
			t.Errorf("%v", account)
		}
		x.ask(guard, `mutation($id: ID!) { deleteSession(id: $id) }`, o{"id": first.Session().String()}).data()
		left := x.ask(guard, `{ sessions { id source agent createdAt seenAt expiresAt current person { name } } }`, nil).data()
		if at(left, "sessions", "0", "id") != second.Session().String() || len(left["sessions"].([]any)) != 1 || at(left, "sessions", "0", "person", "name") != member.Name {
			t.Errorf("%v", left)
		}
		admin := x.Actor(org.Administrator)
		testworld.Same(t, any(true), x.ask(admin, `mutation($id: ID!) { deleteSessions(personId: $id) }`, o{"id": member.ID.String()}).data()["deleteSessions"])
		testworld.Same(t, any([]any{}), x.ask(guard, `{ sessions { id } }`, nil).data()["sessions"])
		testworld.Same(t, any(true), x.ask(guard, `mutation { deleteSessions }`, nil).data()["deleteSessions"])
		x.ask(guard, `mutation($id: ID!) { deleteToken(id: $id) }`, o{"id": guard.Token().String()}).data()
		testworld.Same(t, any([]any{}), x.ask(guard, `{ tokens { id } }`, nil).data()["tokens"])

		program, _, err := x.Auth.CreateProgram(t.Context(), admin, auth.ProgramInput{Name: "Payroll", Role: x.Roles[org.Viewer].ID, Expires: x.Clock.Now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		phone, err := x.Auth.SignInPhone(t.Context(), auth.SignIn{Tenant: x.Code, Login: member.Login, Password: member.Password, From: auth.Origin{Source: "192.0.2.9", Phone: &auth.Phone{Name: "Nokia"}}})
		if err != nil {
			t.Fatal(err)
		}
		devices := x.ask(admin, `query($id: ID!) { x: devices(personId: $id) { id personId name source createdAt seenAt expiresAt held current } }`, o{"id": phone.Person.String()}).data()["x"]
		if at(devices, "0", "name") != "Nokia" || at(devices, "0", "source") != "192.0.2.9" || at(devices, "0", "personId") != member.ID.String() || at(devices, "0", "held") != false {
			t.Errorf("devices: %v", devices)
		}
		x.ask(admin, `mutation($id: ID!) { deleteDevice(id: $id) }`, o{"id": at(devices, "0", "id")}).data()
		services := x.ask(admin, `{ x: services { id name roleId roleName siteId siteName hint networks createdAt expiresAt usedAt } }`, nil).data()["x"]
		if at(services, "0", "name") != "Payroll" || at(services, "0", "roleName") != "Viewer" || at(services, "0", "siteId") != nil {
			t.Errorf("services: %v", services)
		}
		x.ask(admin, `mutation($id: ID!) { deleteService(id: $id) }`, o{"id": program.ID.String()}).data()
		testworld.Same(t, any([]any{}), x.ask(admin, `{ x: services { id } }`, nil).data()["x"])
	})
}

func TestOrganisationPermissionsAndTrail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		data := x.ask(admin, `{ tenant { id code name zone version } permissions { name label area } }`, nil).data()
		testworld.Same(t, any(o{"id": x.ID.String(), "code": "HOUSE", "name": "Tin Lantern Estates", "zone": "Asia/Kolkata", "version": 1.0}), data["tenant"])
		if n := len(data["permissions"].([]any)); n != len(testworld.Permissions()) {
			t.Errorf("%d permissions", n)
		}
		x.ask(admin, `mutation { createUnit(input: {code: "W", name: "West", active: true}) { id } }`, nil).data()
		newest := x.ask(admin, `{ entries(first: 1) { edges { node { id seq at whoKind whoName who { name } verb noun subjectId site { id } requestId before after } } } }`, nil).data()
		e := at(newest, "entries", "edges", "0", "node")
		if at(e, "seq") != nil || at(e, "whoKind") != "PERSON" || at(e, "who", "name") != "Asha Alder" || at(e, "verb") != "unit.created" || at(e, "requestId") != "req-1" ||
			!strings.Contains(at(e, "after").(string), `"code":"W"`) || at(e, "before") != "" || at(e, "site") != nil {
			t.Errorf("%v", e)
		}
		testworld.Same(t, e, x.ask(admin, `query($id: ID!) { entry(id: $id) { id seq at whoKind whoName who { name } verb noun subjectId site { id } requestId before after } }`, o{"id": at(e, "id")}).data()["entry"])
		x.Seal()
		feed := x.ask(admin, `{ feed(afterSeq: 2, limit: 2) { seq } }`, nil).data()
		testworld.Same(t, any([]any{o{"seq": 3.0}, o{"seq": 4.0}}), feed["feed"])
		report := x.ask(admin, `mutation { verifyAudit { whole rows waiting anchors setAside more findings { kind seq words } } }`, nil).data()["verifyAudit"]
		if at(report, "whole") != true || at(report, "rows").(float64) < 10 {
			t.Errorf("%v", report)
		}
	})
}

// TestAMutationSeesWhatTheOneBeforeItChanged: records that one field has read are not given to the next from memory.
func TestAMutationSeesWhatTheOneBeforeItChanged(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	admin := x.Actor(org.Administrator)
	a := x.ask(admin, `mutation($hill: ID!, $north: ID!) {
		a: updateUnit(id: $hill, version: 1, input: {code: "HILL", name: "Hill 2", active: true, parentId: $north}) { parent { name } }
		b: updateUnit(id: $north, version: 1, input: {code: "NORTH", name: "North 2", active: true}) { name }
		c: updateUnit(id: $hill, version: 2, input: {code: "HILL", name: "Hill 3", active: true, parentId: $north}) { parent { name } }
	}`, o{"hill": x.Hill.ID.String(), "north": x.North.ID.String()}).data()
	testworld.Same(t, []any{"North", "North 2", "North 2"}, []any{at(a, "a", "parent", "name"), at(a, "b", "name"), at(a, "c", "parent", "name")})
}

// TestWhatOneMayNotSeeIsNull: a record out of the actor's sites is null; a kind of record that they may not see at all is refused.
func TestWhatOneMayNotSeeIsNull(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		someone := x.Someone(&x.Harbour.ID)
		x.Grant(someone.ID, nil, &x.Harbour.ID, org.CanReadSite)
		x.Grant(someone.ID, nil, nil, "person.read")
		who := x.As(someone)
		a := x.ask(who, `{ sites { edges { node { code } } } people(search: "vale") { edges { node { name homeSite { code } department { code } } } } mine: people(search: "gale") { edges { node { homeSite { code } } } } }`, nil)
		testworld.Same(t, any([]any{o{"node": o{"code": "HARBOUR"}}}), at(a.json, "data", "sites", "edges"))
		if home := at(a.json, "data", "people", "edges", "0", "node", "homeSite"); home != nil {
			t.Errorf("a site out of reach: %v", home)
		}
		testworld.Same(t, "HARBOUR", at(a.json, "data", "mine", "edges", "0", "node", "homeSite", "code").(string))
		if len(a.faults()) > 0 {
			t.Errorf("%q", a.faults())
		}
		b := x.ask(who, `{ sites { edges { node { unit { code } } } } }`, nil)
		testworld.Same(t, []string{"forbidden sites.edges.0.node.unit: permission unit.read"}, b.faults())
	})
}
