package rest_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/rest"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

// api is the API of a world, called as httpd calls it.
type api struct {
	*testworld.World
	t      *testing.T
	mux    *http.ServeMux
	routes []reply.Route
}

func newAPI(t *testing.T, d *db.DB) *api {
	t.Helper()
	w := testworld.New(t, d)
	routes, err := rest.New(rest.Config{Org: w.Org, People: w.People, Asset: w.Asset, Public: "https://iw.example.com", Source: func(*http.Request) string { return "192.0.2.9" }, Auth: w.Auth, Journal: w.Journal, Notices: w.Notices, Hooks: w.Hooks, Ticket: w.Ticket, Calendar: w.Calendar, Checks: w.Checks, Plans: w.Plans, Tasks: w.Tasks, Posts: w.Posts, Flags: w.Flags, Now: w.Clock.Now, Exchange: w.Exchange, Files: w.Files, Links: "https://iw.example.com/f/", Cache: w.Cache, Version: "test", Stylesheet: "/static/app.css",
		Anchors: func(context.Context) ([]journal.Anchor, error) { return w.Anchors.All(), nil }})
	if err != nil {
		t.Fatal(err)
	}
	writer := reply.New(reply.Config{Log: slog.New(slog.NewTextHandler(w.Log, nil)), Now: clock.System()})
	x := &api{World: w, t: t, mux: http.NewServeMux(), routes: routes}
	for _, r := range routes {
		x.mux.HandleFunc(r.Method+" "+r.Path, func(w http.ResponseWriter, req *http.Request) {
			if err := r.Handler(w, req); err != nil {
				writer.Error(w, req, err)
			}
		})
	}
	return x
}

// answer is what came back.
type answer struct {
	t      *testing.T
	call   string
	status int
	header http.Header
	raw    string
	json   map[string]any
}

// raw sends a request whose body is sent as it is.
func (x *api) raw(who actor.Actor, method, path, body string, header ...string) answer {
	x.t.Helper()
	r := httptest.NewRequestWithContext(telemetry.WithRequestID(actor.Into(x.t.Context(), who), "req-1"), method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	x.mux.ServeHTTP(w, r)
	out := answer{t: x.t, call: method + " " + path, status: w.Code, header: w.Header(), raw: w.Body.String()}
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal(w.Body.Bytes(), &out.json); err != nil {
			x.t.Fatalf("%s: %v in %s", out.call, err, out.raw)
		}
	}
	return out
}

// call sends a JSON body, or none for nil.
func (x *api) call(who actor.Actor, method, path string, body any) answer {
	x.t.Helper()
	if body == nil {
		return x.raw(who, method, path, "")
	}
	raw, err := json.Marshal(body)
	if err != nil {
		x.t.Fatal(err)
	}
	return x.raw(who, method, path, string(raw))
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: got %d, want %d: %s", a.call, a.status, status, a.raw)
	}
	if status >= 400 && (a.header.Get("Content-Type") != "application/problem+json" || a.json["request_id"] != "req-1") {
		a.t.Errorf("%s: not a problem with its request: %v %s", a.call, a.header, a.raw)
	}
	return a
}

// faults gives the fields at fault, as "path code".
func (a answer) faults() []string {
	var out []string
	list, _ := a.json["errors"].([]any)
	for _, x := range list {
		f := x.(map[string]any)
		out = append(out, f["path"].(string)+" "+f["code"].(string))
	}
	return out
}

func (a answer) text(key string) string {
	a.t.Helper()
	s, ok := a.json[key].(string)
	if !ok {
		a.t.Fatalf("%s: %s is no text in %s", a.call, key, a.raw)
	}
	return s
}

// items gives the values of one key of a list's items.
func (a answer) items(key string) []any {
	out := []any{}
	list, _ := a.json["items"].([]any)
	for _, x := range list {
		out = append(out, x.(map[string]any)[key])
	}
	return out
}

type o = map[string]any

// crud is what every noun does alike.
type crud struct {
	path    string
	new     o
	got     o // what a GET gives after the POST, without id
	change  o // for PUT, without version
	changed o // what differs after the PUT
}

func TestRecordsAreMadeReadChangedAndDeleted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		for _, c := range slices.Concat(cruds(x), assetCruds(x), ticketCruds(x), checklistCruds(x), planCruds(x)) {
			t.Run(c.path, func(t *testing.T) {
				made := x.call(admin, "POST", "/api/v1/"+c.path, c.new).want(http.StatusCreated)
				at := "/api/v1/" + c.path + "/" + made.text("id")
				if made.header.Get("Location") != at {
					t.Errorf("Location %q, want %q", made.header.Get("Location"), at)
				}
				got := x.call(admin, "GET", at, nil).want(http.StatusOK)
				testworld.Same(t, made.json, got.json)
				want := o{"id": made.json["id"]}
				for k, v := range c.got {
					want[k] = v
				}
				testworld.Same(t, normal(t, want), got.json)
				if c.change == nil {
					return
				}
				c.change["version"] = 1
				put := x.call(admin, "PUT", at, c.change).want(http.StatusOK)
				for k, v := range c.changed {
					want[k] = v
				}
				want["version"] = 2
				testworld.Same(t, normal(t, want), put.json)
				stale := x.call(admin, "PUT", at, c.change).want(http.StatusConflict)
				testworld.Same(t, []string{"version stale"}, stale.faults())
				testworld.Same(t, put.json, stale.json["current"].(map[string]any))
				if c.path == "people" {
					return // people are never deleted
				}
				x.call(admin, "DELETE", at+"?version=1", nil).want(http.StatusConflict)
				if gone := x.call(admin, "DELETE", at+"?version=2", nil).want(http.StatusNoContent); gone.raw != "" {
					t.Errorf("a body after DELETE: %s", gone.raw)
				}
				x.call(admin, "GET", at, nil).want(http.StatusNotFound)
			})
		}
	})
}

func cruds(x *api) []crud {
	north, office, guard := x.North.ID.String(), x.Office.ID.String(), x.Staff[org.Guard].ID.String()
	harbour := x.Harbour.ID.String()
	return []crud{
		{"units", o{"code": "west", "name": "West", "parent_id": north},
			o{"code": "WEST", "name": "West", "parent_id": north, "kind_id": nil, "active": true, "version": 1},
			o{"code": "WEST", "name": "Far west", "active": false}, o{"name": "Far west", "parent_id": nil, "active": false}},
		{"sites", o{"code": "pier", "name": "Pier", "unit_id": north, "type_id": office, "manager_id": guard, "latitude": 1.5, "longitude": -2},
			o{"code": "PIER", "name": "Pier", "unit_id": north, "type_id": office, "manager_id": guard, "latitude": 1.5, "longitude": -2,
				"zone": "Asia/Kolkata", "radius": 150, "address": "", "active": true, "version": 1},
			o{"code": "PIER", "name": "Pier 2", "active": false, "radius": 20, "zone": "Europe/Paris", "address": "Quay"},
			o{"name": "Pier 2", "unit_id": nil, "type_id": nil, "manager_id": nil, "latitude": nil, "longitude": nil, "active": false, "radius": 20,
				"zone": "Europe/Paris", "address": "Quay"}},
		{"lookups", o{"list": "unit_kind", "code": "zone", "name": "Zone"},
			o{"list": "unit_kind", "code": "ZONE", "name": "Zone", "active": true, "version": 1},
			o{"code": "ZONE", "name": "A zone", "active": false}, o{"name": "A zone", "active": false}},
		{"people", o{"code": "p1", "name": "Pia Pine", "login_id": "Pia", "email": "PIA@example.com", "mobile": "+91 98765 11111", "home_site_id": harbour,
			"manager_id": guard, "department_id": x.Security.ID.String(), "designation_id": x.Watchman.ID.String()},
			o{"code": "P1", "name": "Pia Pine", "login_id": "Pia", "email": "pia@example.com", "mobile": "+919876511111", "home_site_id": harbour, "home_site_name": "Harbour",
				"manager_id": guard, "department_id": x.Security.ID.String(), "designation_id": x.Watchman.ID.String(), "active": true, "version": 1},
			o{"code": "P1", "name": "Pia Oak", "login_id": "pia", "active": false},
			o{"name": "Pia Oak", "login_id": "pia", "email": "", "mobile": "", "home_site_id": nil, "home_site_name": "", "manager_id": nil, "department_id": nil,
				"designation_id": nil, "active": false}},
		{"groups", o{"kind": "sites", "name": "Riverside", "lead_id": guard, "sites": []string{harbour}},
			o{"kind": "sites", "name": "Riverside", "lead_id": guard, "active": true, "count": 1, "version": 1,
				"members": []o{{"person_id": nil, "site_id": harbour, "name": "Harbour"}}},
			o{"name": "Riverbank", "active": false}, o{"name": "Riverbank", "lead_id": nil, "active": false, "count": 0, "members": []o{}}},
		{"roles", o{"code": "lead", "name": "Shift lead", "description": "Leads", "permissions": []string{"site.read"}},
			o{"code": "LEAD", "name": "Shift lead", "description": "Leads", "builtin": false, "permissions": []string{"site.read"}, "version": 1},
			o{"code": "LEAD", "name": "Lead", "permissions": []string{"unit.read", "site.read"}},
			o{"name": "Lead", "description": "", "permissions": []string{"site.read", "unit.read"}}},
		{"grants", o{"person_id": guard, "role_id": x.Roles[org.Viewer].ID.String(), "site_id": harbour},
			o{"person_id": guard, "person_name": x.Staff[org.Guard].Name, "role_id": x.Roles[org.Viewer].ID.String(), "role_name": "Viewer", "unit_id": nil,
				"site_id": harbour, "place_name": "Harbour", "created_at": "2026-11-25T09:00:00Z"}, nil, nil},
	}
}

// normal gives a value as JSON would.
func normal(t *testing.T, v any) (out map[string]any) {
	t.Helper()
	raw, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestListsAreFilteredAndCutIntoPieces(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		for _, c := range []struct {
			path, key string
			want      []any
		}{
			{"units", "code", []any{"HILL", "NORTH", "SOUTH"}},
			{"units?parent_id=" + x.North.ID.String(), "code", []any{"HILL"}},
			{"units?search=sou", "code", []any{"SOUTH"}},
			{"sites", "code", []any{"DEPOT", "HARBOUR", "MILL", "TOWER"}},
			{"sites?unit_id=" + x.South.ID.String() + "&inactive=true", "code", []any{"MILL"}},
			{"sites?search=&limit=1000", "code", []any{"DEPOT", "HARBOUR", "MILL", "TOWER"}},
			{"lookups?list=department", "code", []any{"SECURITY"}},
			{"people?search=gale", "name", []any{"Gopal Gale"}},
			{"people?site_id=" + x.Mill.ID.String(), "name", []any{"Vani Vale"}},
			{"groups?kind=people", "name", []any{}},
			{"roles?limit=2", "code", []any{"ADMINISTRATOR", "AUDITOR"}},
			{"grants?person_id=" + x.Staff[org.Guard].ID.String(), "role_name", []any{"Guard"}},
			{"grants?role_id=" + x.Roles[org.Viewer].ID.String(), "person_name", []any{"Vani Vale"}},
			{"audit?noun=tenant", "verb", []any{"tenant.created"}},
			{"audit?verb=unit.created&limit=1&subject_id=" + x.Hill.ID.String(), "noun", []any{"unit"}},
			{"audit?from=2026-11-25T09:00:00Z&to=2026-11-25T09:00:00Z", "noun", []any{}},
			{"audit?who_id=" + id.New[id.Person]().String(), "noun", []any{}},
		} {
			testworld.Same(t, c.want, x.call(admin, "GET", "/api/v1/"+c.path, nil).want(http.StatusOK).items(c.key))
		}
		var codes []any
		for after, n := "", 0; n < 5; n++ {
			piece := x.call(admin, "GET", "/api/v1/sites?limit=3&after="+after, nil).want(http.StatusOK)
			codes = append(codes, piece.items("code")...)
			if piece.json["next"] == nil {
				break
			}
			after = piece.text("next")
		}
		testworld.Same(t, []any{"DEPOT", "HARBOUR", "MILL", "TOWER"}, codes)
		testworld.Same(t, []string{"after cursor"}, x.call(admin, "GET", "/api/v1/sites?after=zzz", nil).want(http.StatusUnprocessableEntity).faults())
	})
}
