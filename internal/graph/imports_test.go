package graph_test

import (
	"strings"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestImports(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		try := func(name, rows string) string {
			tried, err := x.Exchange.Try(t.Context(), admin, exchange.Sites, name, strings.NewReader("Code,Name,Radius (m)\n"+rows))
			if err != nil {
				t.Fatal(err)
			}
			return tried.ID.String()
		}
		id := try("new.csv", "QUAY,Quay,200\nMILL,,big\nHARBOUR,Harbour West,\n")
		const fields = ` { id table fileName state total wrong counts { create update same wrong } createdAt appliedAt version }`
		const read = `query($id: ID!) { x: import(id: $id)` + fields + ` }`
		want := o{"id": id, "table": "SITES", "fileName": "new.csv", "state": "CHECKED", "total": 3.0, "wrong": 1.0, "createdAt": "2026-11-25T09:00:00Z", "appliedAt": nil, "version": 1.0,
			"counts": o{"create": 1.0, "update": 1.0, "same": 0.0, "wrong": 1.0}}
		testworld.Same(t, any(want), x.ask(admin, read, o{"id": id}).data()["x"])

		const rows = `query($id: ID!, $action: ImportAction, $after: String! = "") { x: importRows(id: $id, action: $action, first: 2, after: $after) {
			edges { cursor node { sheet row action name changes { column before after } faults { column message } } } pageInfo { hasNextPage endCursor } } }`
		first := x.ask(admin, rows, o{"id": id}).data()["x"]
		testworld.Same(t, []any{"Quay", "MILL"}, nodes(first, "name"))
		second := x.ask(admin, rows, o{"id": id, "after": at(first, "pageInfo", "endCursor")}).data()["x"]
		testworld.Same(t, []any{any(o{"sheet": "Sites", "row": 4.0, "action": "UPDATE", "name": "Harbour West", "changes": []any{o{"column": "Name", "before": "Harbour", "after": "Harbour West"}}, "faults": []any{}})},
			[]any{at(second, "edges", "0", "node")})
		wrong := x.ask(admin, rows, o{"id": id, "action": "WRONG"}).data()["x"]
		testworld.Same(t, any([]any{o{"column": "Radius (m)", "message": "Write a whole number."}}), at(wrong, "edges", "0", "node", "faults"))
		testworld.Same(t, []string{"invalid x: after cursor"}, x.ask(admin, rows, o{"id": id, "after": "zz"}).faults())

		const apply = `mutation($id: ID!, $v: Int!) { x: applyImport(id: $id, version: $v)` + fields + ` }`
		testworld.Same(t, []string{"conflict x: version stale"}, x.ask(admin, apply, o{"id": id, "v": 2}).faults())
		want["state"], want["version"], want["appliedAt"] = "APPLIED", 2.0, "2026-11-25T09:00:00Z"
		testworld.Same(t, any(want), x.ask(admin, apply, o{"id": id, "v": 1}).data()["x"])
		if sites, err := x.Org.SitesByCode(t.Context(), x.System, []string{"QUAY"}); err != nil || sites["QUAY"].Radius != 200 {
			t.Errorf("imported: %+v, %v", sites, err)
		}

		const drop = `mutation($id: ID!) { x: dropImport(id: $id, version: 1) }`
		other := try("other.csv", "DOCK,Dock,\n")
		// An import is its person's alone.
		colleague := x.As(x.Someone(nil, exchange.CanImport))
		for _, q := range []string{read, rows, drop} {
			testworld.Same(t, []string{"not_found x"}, x.ask(colleague, q, o{"id": other}).faults())
		}
		testworld.Same(t, []string{"not_found x"}, x.ask(colleague, apply, o{"id": other, "v": 1}).faults())
		testworld.Same(t, any(other), x.ask(admin, drop, o{"id": other}).data()["x"])
		list := x.ask(admin, `{ x: imports { edges { node { fileName state counts { wrong } } } } }`, nil).data()["x"]
		testworld.Same(t, []any{"other.csv", "new.csv"}, nodes(list, "fileName"))
		testworld.Same(t, []any{"DROPPED", "APPLIED"}, nodes(list, "state"))
		testworld.Same(t, []any{nil, nil}, nodes(list, "counts"))
	})
}
