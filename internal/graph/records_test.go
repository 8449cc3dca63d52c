package graph_test

import (
	"net/http"
	"slices"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// crud is what every noun does alike.
type crud struct {
	noun    string // Unit
	extra   string // further arguments of create: "kind: PEOPLE, "
	fields  string
	input   o
	got     o // fields after the creation, without id
	change  o
	changed o // what differs afterwards
}

func TestRecordsAreMadeReadChangedAndDeleted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		for _, c := range slices.Concat(cruds(x), assetCruds(x), workCruds(x), []crud{categoryCrud()}) {
			t.Run(c.noun, func(t *testing.T) {
				type1 := c.noun + "Input!"
				lower := string(c.noun[0]+'a'-'A') + c.noun[1:]
				made := x.ask(admin, `mutation($in: `+type1+`) { x: create`+c.noun+`(`+c.extra+`input: $in) { id `+c.fields+` } }`, o{"in": c.input}).data()["x"]
				id := at(made, "id")
				got := x.ask(admin, `query($id: ID!) { x: `+lower+`(id: $id) { id `+c.fields+` } }`, o{"id": id}).data()["x"]
				testworld.Same(t, made, got)
				want := o{"id": id}
				for k, v := range c.got {
					want[k] = v
				}
				testworld.Same(t, any(want), got)
				if c.change != nil {
					update := `mutation($id: ID!, $in: ` + type1 + `) { x: update` + c.noun + `(id: $id, version: 1, input: $in) { id ` + c.fields + ` } }`
					put := x.ask(admin, update, o{"id": id, "in": c.change}).data()["x"]
					for k, v := range c.changed {
						want[k] = v
					}
					want["version"] = 2.0
					testworld.Same(t, any(want), put)
					stale := x.ask(admin, update, o{"id": id, "in": c.change})
					testworld.Same(t, []string{"conflict x: version stale"}, stale.faults())
					if at(stale.json, "errors", "0", "extensions", "current", "version") != 2.0 {
						t.Errorf("no current record: %s", stale.raw)
					}
				}
				switch c.noun {
				case "Person":
					return // people are never deleted
				case "Grant":
					x.ask(admin, `mutation($id: ID!) { deleteGrant(id: $id) }`, o{"id": id}).data()
				default:
					x.ask(admin, `mutation($id: ID!) { delete`+c.noun+`(id: $id, version: 2) }`, o{"id": id}).data()
				}
				gone := x.ask(admin, `query($id: ID!) { x: `+lower+`(id: $id) { id } }`, o{"id": id})
				if testworld.Same(t, []string{"not_found x"}, gone.faults()); gone.status != http.StatusOK || at(gone.json, "data", "x") != nil {
					t.Errorf("after deletion: %s", gone.raw)
				}
			})
		}
	})
}

func cruds(x *api) []crud {
	north, office, guard, harbour := x.North.ID.String(), x.Office.ID.String(), x.Staff[org.Guard].ID.String(), x.Harbour.ID.String()
	name := func(n string) o { return o{"name": n} }
	return []crud{
		{"Unit", "", "code name active version parent { name } kind { name }",
			o{"code": "west", "name": "West", "parentId": north, "active": true},
			o{"code": "WEST", "name": "West", "active": true, "version": 1.0, "parent": name("North"), "kind": nil},
			o{"code": "WEST", "name": "Far west", "active": false}, o{"name": "Far west", "active": false, "parent": nil}},
		{"Site", "", "code name zone radius address active version unit { name } type { name } manager { name } point { latitude longitude }",
			o{"code": "pier", "name": "Pier", "unitId": north, "typeId": office, "managerId": guard, "active": true, "point": o{"latitude": 1.5, "longitude": -2}},
			o{"code": "PIER", "name": "Pier", "zone": "Asia/Kolkata", "radius": 150.0, "address": "", "active": true, "version": 1.0,
				"unit": name("North"), "type": name("Office"), "manager": name("Gopal Gale"), "point": o{"latitude": 1.5, "longitude": -2.0}},
			o{"code": "PIER", "name": "Pier 2", "active": false, "radius": 20, "zone": "Europe/Paris", "address": "Quay"},
			o{"name": "Pier 2", "zone": "Europe/Paris", "radius": 20.0, "address": "Quay", "active": false, "unit": nil, "type": nil, "manager": nil, "point": nil}},
		{"Lookup", "list: UNIT_KIND, ", "list code name active version", o{"code": "zone", "name": "Zone", "active": true},
			o{"list": "UNIT_KIND", "code": "ZONE", "name": "Zone", "active": true, "version": 1.0},
			o{"code": "ZONE", "name": "A zone", "active": false}, o{"name": "A zone", "active": false}},
		{"Person", "", "code name loginId email mobile active version homeSiteName homeSite { name } manager { name } department { name } designation { name }",
			o{"code": "p1", "name": "Pia Pine", "loginId": "Pia", "email": "PIA@example.com", "mobile": "+91 98765 11111", "homeSiteId": harbour, "managerId": guard,
				"departmentId": x.Security.ID.String(), "designationId": x.Watchman.ID.String(), "active": true},
			o{"code": "P1", "name": "Pia Pine", "loginId": "Pia", "email": "pia@example.com", "mobile": "+919876511111", "active": true, "version": 1.0,
				"homeSiteName": "Harbour", "homeSite": name("Harbour"), "manager": name("Gopal Gale"), "department": name("Security"), "designation": name("Watchman")},
			o{"code": "P1", "name": "Pia Oak", "loginId": "pia", "active": false},
			o{"name": "Pia Oak", "loginId": "pia", "email": "", "mobile": "", "active": false, "homeSiteName": "", "homeSite": nil, "manager": nil, "department": nil, "designation": nil}},
		{"Group", "kind: SITES, ", "kind name active memberCount version lead { name } members { edges { node { name person { name } site { code } } } }",
			o{"name": "Riverside", "leadId": guard, "active": true, "sites": []string{harbour}},
			o{"kind": "SITES", "name": "Riverside", "active": true, "memberCount": 1.0, "version": 1.0, "lead": name("Gopal Gale"),
				"members": o{"edges": []any{o{"node": o{"name": "Harbour", "person": nil, "site": o{"code": "HARBOUR"}}}}}},
			o{"name": "Riverbank", "active": false}, o{"name": "Riverbank", "active": false, "memberCount": 0.0, "lead": nil, "members": o{"edges": []any{}}}},
		{"Role", "", "code name description builtin permissions version", o{"code": "lead", "name": "Shift lead", "permissions": []string{"site.read"}},
			o{"code": "LEAD", "name": "Shift lead", "description": "", "builtin": false, "permissions": []any{"site.read"}, "version": 1.0},
			o{"code": "LEAD", "name": "Lead", "permissions": []string{"unit.read", "site.read"}}, o{"name": "Lead", "permissions": []any{"site.read", "unit.read"}}},
		{"Grant", "", "personName roleName placeName createdAt person { name } role { code } unit { name } site { name }",
			o{"personId": guard, "roleId": x.Roles[org.Viewer].ID.String(), "siteId": harbour},
			o{"personName": "Gopal Gale", "roleName": "Viewer", "placeName": "Harbour", "createdAt": "2026-11-25T09:00:00Z",
				"person": name("Gopal Gale"), "role": o{"code": "VIEWER"}, "unit": nil, "site": name("Harbour")}, nil, nil},
	}
}

func TestConnectionsAreFilteredAndWalked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		for _, c := range []struct {
			field, key string
			want       []any
		}{
			{`units`, "code", []any{"HILL", "NORTH", "SOUTH"}},
			{`units(parentId: "` + x.North.ID.String() + `")`, "code", []any{"HILL"}},
			{`units(search: "sou")`, "code", []any{"SOUTH"}},
			{`sites(unitId: "` + x.South.ID.String() + `", inactive: true)`, "code", []any{"MILL"}},
			{`lookups(list: DEPARTMENT)`, "code", []any{"SECURITY"}},
			{`people(search: "gale")`, "name", []any{"Gopal Gale"}},
			{`people(siteId: "` + x.Mill.ID.String() + `")`, "name", []any{"Vani Vale"}},
			{`groups(kind: PEOPLE)`, "name", []any{}},
			{`roles(first: 2)`, "code", []any{"ADMINISTRATOR", "AUDITOR"}},
			{`grants(personId: "` + x.Staff[org.Guard].ID.String() + `")`, "roleName", []any{"Guard"}},
			{`grants(roleId: "` + x.Roles[org.Viewer].ID.String() + `")`, "personName", []any{"Vani Vale"}},
			{`entries(filter: {noun: "tenant"})`, "verb", []any{"tenant.created"}},
			{`entries(filter: {verb: "unit.created", subjectId: "` + x.Hill.ID.String() + `"})`, "noun", []any{"unit"}},
			{`entries(filter: {from: "2026-11-25T09:00:00Z", to: "2026-11-25T09:00:00Z"})`, "noun", []any{}},
			{`entries(filter: {whoId: "` + x.ID.String() + `"})`, "noun", []any{}},
		} {
			got := x.ask(admin, `{ x: `+c.field+` { edges { node { `+c.key+` } } } }`, nil).data()["x"]
			testworld.Same(t, c.want, nodes(got, c.key))
		}
	})
}

// TestEveryEdgeIsAPlaceToGoOnFrom: the list after any edge's cursor is what stood behind it.
func TestEveryEdgeIsAPlaceToGoOnFrom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		for _, name := range []string{"Night", "Day"} {
			x.ask(admin, `mutation($in: GroupInput!) { createGroup(kind: PEOPLE, input: $in) { id } }`, o{"in": o{"name": name, "active": true,
				"people": []string{x.Staff[org.Guard].ID.String(), x.Staff[org.Viewer].ID.String()}}}).data()
		}
		for i := range 4 {
			code := string(rune('A' + i))
			x.Location(x.Harbour.ID, code, nil)
			x.NewAsset(x.Harbour.ID, code)
			x.NewTicket(x.Harbour.ID, x.Category(code).ID, code)
		}
		for _, list := range []string{"tickets", "categories", "locations", "assets", "units", "sites", "lookups", "people", "groups", "roles", "grants", "entries"} {
			walk(t, x, admin, list, "id")
		}
		group := at(x.ask(admin, `{ groups(first: 1) { edges { node { id } } } }`, nil).data(), "groups", "edges", "0", "node", "id").(string)
		all := x.ask(admin, `query($id: ID!) { group(id: $id) { members { edges { cursor node { name } } pageInfo { hasNextPage endCursor } } } }`, o{"id": group}).data()
		testworld.Same(t, []any{"Gopal Gale", "Vani Vale"}, nodes(at(all, "group", "members"), "name"))
		rest := x.ask(admin, `query($id: ID!, $after: String!) { group(id: $id) { members(after: $after) { edges { node { name } } } } }`,
			o{"id": group, "after": at(all, "group", "members", "edges", "0", "cursor")}).data()
		testworld.Same(t, []any{"Vani Vale"}, nodes(at(rest, "group", "members"), "name"))
	})
}

func walk(t *testing.T, x *api, admin actor.Actor, list, key string) {
	t.Helper()
	query := `query($first: Int!, $after: String!) { x: ` + list + `(first: $first, after: $after) { edges { cursor node { ` + key + ` } } pageInfo { hasNextPage endCursor } } }`
	whole := x.ask(admin, query, o{"first": 200, "after": ""}).data()["x"]
	all := nodes(whole, key)
	if len(all) < 2 || at(whole, "pageInfo", "hasNextPage") != false {
		t.Fatalf("%s has %d rows", list, len(all))
	}
	for i := range min(len(all)-1, 9) {
		edge := at(whole, "edges").([]any)[i]
		rest := x.ask(admin, query, o{"first": 2, "after": at(edge, "cursor")}).data()["x"]
		if got := nodes(rest, key); got[0] != all[i+1] {
			t.Errorf("%s: after row %d comes %v, want %v", list, i, got[0], all[i+1])
		}
		if end := at(rest, "pageInfo", "endCursor"); end != at(rest, "edges").([]any)[len(nodes(rest, key))-1].(map[string]any)["cursor"] {
			t.Errorf("%s: endCursor is %v", list, end)
		}
		if more := at(rest, "pageInfo", "hasNextPage"); more != (i+3 < len(all)) {
			t.Errorf("%s: after row %d hasNextPage is %v", list, i, more)
		}
	}
}
