package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/graph"
	"intelliwiz/internal/org"
)

func TestQueriesAreHeldToTheirLimits(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	admin := x.Actor(org.Administrator)
	up := func(n int, inner string) string {
		return strings.Repeat("parent { ", n) + inner + strings.Repeat(" }", n)
	}
	aliases := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " a%d: code", i)
		}
		return "{ tenant {" + b.String() + " } }"
	}
	unit := x.North.ID.String()
	bomb := func(n int, inner string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "fragment f%d on Unit { ...f%d ...f%d } ", i, i+1, i+1)
		}
		return `{ unit(id: "` + unit + `") { ...f0 } } ` + b.String() + fmt.Sprintf("fragment f%d on Unit { %s }", n, inner)
	}
	for _, c := range []struct {
		name, query string
		variables   o
		status      int
		want        string // of the first fault
	}{
		{"ten deep", `{ unit(id: "` + unit + `") { ` + up(8, "id") + ` } }`, nil, 200, ""},
		{"eleven deep", `{ unit(id: "` + unit + `") { ` + up(9, "id") + ` } }`, nil, 413, "too_large: query depth"},
		{"eleven deep in fragments", `{ unit(id: "` + unit + `") { ...a } } fragment a on Unit { ` + up(5, "...b") + ` } fragment b on Unit { ` + up(4, "id") + ` }`, nil, 413, "too_large: query depth"},
		{"eleven deep among unknown fields", `{ x { ` + strings.Repeat("y { ", 9) + "z" + strings.Repeat(" }", 9) + ` } }`, nil, 413, "too_large: query depth"},
		{"thirty aliases", aliases(30), nil, 200, ""},
		{"thirty-one aliases", aliases(31), nil, 413, "too_large: query aliases"},
		{"aliases multiplied by fragments", bomb(6, "a: id"), nil, 413, "too_large: query aliases"},
		{"twenty at the top", "{" + strings.Repeat(" tenant { id }", 20) + " }", nil, 200, ""},
		{"twenty-one at the top", "{" + strings.Repeat(" tenant { id }", 21) + " }", nil, 413, "too_large: query root_fields"},
		{"twenty-one at the top in fragments", "{ ...a ...a } fragment a on Query {" + strings.Repeat(" tenant { id }", 11) + " }", nil, 413, "too_large: query root_fields"},
		{"a list of 200 with four records each", `{ sites(first: 200) { edges { node { unit { id } type { id } manager { id } } } } }`, nil, 200, ""},
		{"a list of 200 with five records each", `{ sites(first: 200) { edges { node { unit { parent { id } } type { id } manager { id } } } } }`, nil, 413, "too_large: query cost"},
		{"a list asked for by a variable", `query($n: Int!) { sites(first: $n) { edges { node { unit { parent { id } } type { id } manager { id } } } } }`, o{"n": 200}, 413, "too_large: query cost"},
		{"the same, smaller", `query($n: Int!) { sites(first: $n) { edges { node { unit { parent { id } } type { id } manager { id } } } } }`, o{"n": 100}, 200, ""},
		{"the same, by default", `query($n: Int! = 200) { sites(first: $n) { edges { node { unit { parent { id } } type { id } manager { id } } } } }`, o{}, 413, "too_large: query cost"},
		{"lists in lists", `{ groups(first: 20) { edges { node { members(first: 50) { edges { node { name } } } } } } }`, nil, 413, "too_large: query cost"},
		{"lists in lists, smaller", `{ groups(first: 10) { edges { node { members(first: 50) { edges { node { name } } } } } } }`, nil, 200, ""},
		{"cost multiplied by fragments", bomb(12, "kind { id }"), nil, 413, "too_large: query cost"},
		{"three verifications", `mutation { a: verifyAudit { whole } b: verifyAudit { whole } c: verifyAudit { whole } }`, nil, 413, "too_large: query cost"},
		{"a feed with names", `{ feed(limit: 500) { who { name } site { name } } }`, nil, 413, "too_large: query cost"},
		{"more than can be counted", `{ sites(first: 99999999999999999999) { edges { node { unit { parent { id } } type { id } manager { id } } } } }`, nil, 413, "too_large: query cost"},
		{"tokens", "{ tenant {" + strings.Repeat(" id", 5000) + " } }", nil, 413, "too_large: query tokens"},
		{"a fragment in itself", `{ unit(id: "` + unit + `") { ...a } } fragment a on Unit { parent { ...a } }`, nil, 422, "invalid"},
		{"a fragment that is none", `{ unit(id: "` + unit + `") { ...a } }`, nil, 422, "invalid"},
		{"introspection", `{ __schema { types { name } } }`, nil, 403, "forbidden"},
		{"introspection in a fragment", `{ ...a } fragment a on Query { ... on Query { x: __type(name: "Site") { name } } }`, nil, 403, "forbidden"},
		{"the name of a type", `{ __typename tenant { __typename } }`, nil, 200, ""},
		{"no hints in production", `{ sitez { id } }`, nil, 422, "invalid"},
	} {
		for range 2 { // from the parser, then from memory
			a := x.ask(admin, c.query, c.variables)
			got := ""
			if f := a.faults(); len(f) > 0 {
				got = f[0]
			}
			if a.status != c.status || got != c.want {
				t.Errorf("%s: %d %q, want %d %q: %.300s", c.name, a.status, got, c.status, c.want, a.raw)
			}
			if strings.Contains(a.raw, "Did you mean") {
				t.Errorf("%s: %s", c.name, a.raw)
			}
		}
	}
}

func TestTheSchemaIsToldInDevelopment(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"), func(c *graph.Config) { c.Introspection = true })
	admin := x.Actor(org.Administrator)
	deep := `{ __schema { types { fields { type { ofType { ofType { ofType { ofType { ofType { ofType { name } } } } } } } } } } }`
	for _, query := range []string{deep, `{ __type(name: "Site") { description fields { name } } }`} {
		if a := x.ask(admin, query, nil); a.status != 200 || len(a.faults()) > 0 {
			t.Errorf("%s: %s", query, a.raw)
		}
	}
	if a := x.ask(admin, `{ sitez { id } }`, nil); !strings.Contains(a.raw, "Did you mean") {
		t.Errorf("no hint: %s", a.raw)
	}
}
