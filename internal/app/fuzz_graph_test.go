package app

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"
)

// graphSchema is the schema of GraphQL, as it tells itself.
type graphSchema struct {
	types map[string]*graphType
	roots map[string]*graphType // "query", "mutation"
}

type graphType struct {
	Kind, Name  string
	Fields      []graphField
	InputFields []graphArg
	EnumValues  []struct{ Name string }
}

type graphField struct {
	Name string
	Args []graphArg
	Type graphRef
}

type graphArg struct {
	Name string
	Type graphRef
}

// graphRef is a type with its wrappings: a list, or never null.
type graphRef struct {
	Kind, Name string
	OfType     *graphRef
}

func (x graphRef) String() string {
	switch x.Kind {
	case "NON_NULL":
		return x.OfType.String() + "!"
	case "LIST":
		return "[" + x.OfType.String() + "]"
	}
	return x.Name
}

// bare is what is wrapped.
func (x graphRef) bare() string {
	for x.OfType != nil {
		x = *x.OfType
	}
	return x.Name
}

const introspection = `query { __schema { queryType { name } mutationType { name } types { kind name enumValues { name }
	fields { name type { ...ref } args { name type { ...ref } } } inputFields { name type { ...ref } } } } }
	fragment ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`

func readSchema(t *testing.T, h *house) graphSchema {
	t.Helper()
	asked, err := json.Marshal(map[string]string{"query": introspection})
	if err != nil {
		t.Fatal(err)
	}
	_, body := h.ask("ADMINISTRATOR", http.MethodPost, "/graphql", "application/json", string(asked))
	var got struct {
		Data struct {
			Schema struct {
				QueryType, MutationType struct{ Name string }
				Types                   []*graphType
			} `json:"__schema"`
		}
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatalf("the schema: %v: %.1000s", err, body)
	}
	s := graphSchema{types: map[string]*graphType{}}
	for _, x := range got.Data.Schema.Types {
		s.types[x.Name] = x
	}
	s.roots = map[string]*graphType{"query": s.types[got.Data.Schema.QueryType.Name], "mutation": s.types[got.Data.Schema.MutationType.Name]}
	if s.roots["query"] == nil || s.roots["mutation"] == nil || len(s.roots["query"].Fields) < 50 {
		t.Fatalf("no schema: %.1000s", body)
	}
	return s
}

// graphDocument is a query while it is written.
type graphDocument struct {
	f         *fuzzer
	r         *rand.Rand
	heads     []string
	variables map[string]any
	noun      string // what the ids of the field at hand name
}

// graph makes a query or a mutation: right in most places and wrong in some.
func (f *fuzzer) graph(r *rand.Rand) attempt {
	d := &graphDocument{f: f, r: r, variables: map[string]any{}}
	kind := "query"
	if r.IntN(5) < 2 {
		kind = "mutation"
	}
	var fields strings.Builder
	for n := range 1 + r.IntN(2) {
		x := f.schema.roots[kind].Fields[r.IntN(len(f.schema.roots[kind].Fields))]
		d.noun = f.nouns[strings.ToUpper(kind[:1])+kind[1:]+"."+x.Name]
		fmt.Fprintf(&fields, " f%d: %s", n, d.field(x, 0))
	}
	text := kind
	if len(d.heads) > 0 {
		text += "(" + strings.Join(d.heads, ", ") + ")"
	}
	text += " {" + fields.String() + " }"
	switch r.IntN(25) {
	case 0:
		text = spoilBody(r, text)
	case 1:
		text = hostileText(r)
	}
	tree := map[string]any{"query": text, "variables": f.spoilTree(r, d.variables)}
	if r.IntN(25) == 0 {
		tree = map[string]any{"query": text, "variables": d.variables, "operationName": f.hostile(r), "extensions": f.hostile(r)}
	}
	if r.IntN(40) == 0 {
		tree["query"] = f.hostile(r)
	}
	return attempt{method: http.MethodPost, path: "/graphql", header: http.Header{"Content-Type": {"application/json"}}, body: spoilBody(r, encodeTree(tree))}
}

// field writes a field with its arguments and what is selected of it.
func (d *graphDocument) field(x graphField, depth int) string {
	out := x.Name
	var args []string
	for _, a := range x.Args {
		if a.Type.Kind != "NON_NULL" && d.r.IntN(3) > 0 {
			continue
		}
		name := fmt.Sprintf("v%d", len(d.heads))
		d.heads = append(d.heads, "$"+name+": "+a.Type.String())
		d.variables[name] = d.value(a.Type, a.Name, 0)
		args = append(args, a.Name+": $"+name)
	}
	if len(args) > 0 {
		out += "(" + strings.Join(args, ", ") + ")"
	}
	on := d.f.schema.types[x.Type.bare()]
	if on == nil || len(on.Fields) == 0 {
		return out
	}
	return out + " { __typename " + d.selection(on, depth+1) + "}"
}

func (d *graphDocument) selection(on *graphType, depth int) string {
	var out strings.Builder
	for _, x := range on.Fields {
		inner := d.f.schema.types[x.Type.bare()]
		leaf := inner == nil || len(inner.Fields) == 0
		if leaf && d.r.IntN(3) > 0 || !leaf && (depth > 4 || d.r.IntN(1+depth) > 0) {
			continue
		}
		out.WriteString(d.field(x, depth) + " ")
	}
	return out.String()
}

// value gives one that fits a type.
func (d *graphDocument) value(x graphRef, name string, depth int) any {
	switch x.Kind {
	case "NON_NULL":
		return d.value(*x.OfType, name, depth)
	case "LIST":
		out := []any{}
		for range d.r.IntN(4) {
			out = append(out, d.value(*x.OfType, name, depth))
		}
		return out
	case "ENUM":
		all := d.f.schema.types[x.Name].EnumValues
		return all[d.r.IntN(len(all))].Name
	case "INPUT_OBJECT":
		out, bare := map[string]any{}, d.r.IntN(2) == 0
		for _, i := range d.f.schema.types[x.Name].InputFields {
			if i.Type.Kind == "NON_NULL" || depth < 5 && !bare && d.r.IntN(2) == 0 {
				out[i.Name] = d.value(i.Type, i.Name, depth+1)
			}
		}
		return out
	}
	return d.scalar(x.Name, name)
}

func (d *graphDocument) scalar(kind, name string) any {
	switch kind {
	case "ID":
		return d.f.idOf(d.r, name, d.noun)
	case "Int":
		return 1 + d.r.IntN(5)
	case "Float":
		return d.r.Float64() * 90
	case "Boolean":
		return d.r.IntN(2) == 0
	case "Time":
		return time.Date(2026, 1, 1, 0, 0, d.r.IntN(40_000_000), 0, time.UTC).Format(time.RFC3339)
	case "Date":
		return time.Date(2026, 1, 1+d.r.IntN(400), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	case "Decimal":
		return "12.5"
	}
	if name == "after" {
		return d.f.cursor(d.r)
	}
	if name == "zone" {
		return "Asia/Kolkata"
	}
	return fmt.Sprintf("F%X", d.r.Uint32())
}
