package rest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
)

// gate holds what comes in against what the document says of an operation.
type gate struct {
	registry huma.Registry
	noun     string // of the path's {id}
	params   []*huma.Param
	body     *huma.Schema // nil: none is read here
	takes    []string     // the types of a body that is read as it comes
	check    checkBody    // nil: its domain has nothing to add
}

// pass gives the raw body of a request that is as the document says, nil where it is not JSON. Otherwise NotFound for an address that
// cannot name anything, Malformed for a body that cannot be read, or Invalid with every violation: the document's, and then the domain's at other fields.
func (g gate) pass(r *http.Request) ([]byte, error) {
	if text := r.PathValue("id"); g.noun != "" {
		if _, err := id.Parse[id.Any](text); err != nil {
			return nil, fault.Missing(g.noun)
		}
	}
	c := checker{registry: g.registry}
	if err := g.query(&c, r.URL.RawQuery); err != nil {
		return nil, err
	}
	if err := c.err(); err == nil && g.takes != nil {
		return nil, takes(g.takes, r)
	}
	if g.body == nil {
		return nil, c.err()
	}
	var raw json.RawMessage
	if err := reply.ReadJSON(r, &raw); err != nil {
		return nil, err
	}
	tree := decode(raw)
	c.value(g.body, tree)
	err := c.err()
	if _, object := tree.(map[string]any); err != nil && object && g.check != nil {
		err = g.both(err, tree)
	}
	return raw, err
}

// both adds to the violations of the document those that the domain finds in what is left of the body, at other fields.
func (g gate) both(err error, tree any) error {
	rest, _ := json.Marshal(tree) // it was decoded from JSON
	other := g.check(rest)
	if fault.KindOf(other) != fault.Invalid {
		return err
	}
	f := fault.As(err)
	named := len(f.Fields)
	for _, x := range fault.As(other).Fields {
		if !slices.ContainsFunc(f.Fields[:named], func(y fault.Field) bool { return top(x.Path) == top(y.Path) }) {
			f.Fields = append(f.Fields, x)
		}
	}
	return f
}

// top is the first part of a path: "members" of "members[2].name".
func top(path string) string {
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return path
}

// query holds the parameters of the query against the document.
func (g gate) query(c *checker, raw string) error {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return fault.Of(fault.Malformed, "The query of this address cannot be read.").Because(err)
	}
	for _, name := range sortedKeys(values) {
		i := slices.IndexFunc(g.params, func(p *huma.Param) bool { return p.In == "query" && p.Name == name })
		c.path = []string{name}
		switch {
		case i < 0:
			c.add("unknown", "This parameter is not known here.")
		case len(values[name]) > 1:
			c.add("duplicate", "This parameter stands here twice.")
		case values[name][0] == "":
			// as if it were not there: a form sends its empty fields too
		default:
			c.value(g.params[i].Schema, typed(g.params[i].Schema, values[name][0]))
		}
	}
	for _, p := range g.params {
		if p.In == "query" && p.Required && values.Get(p.Name) == "" {
			c.path = []string{p.Name}
			c.add("required", "Give this parameter.")
		}
	}
	c.path = nil
	return nil
}

// typed gives a parameter's text the type that JSON would give it.
func typed(s *huma.Schema, text string) any {
	switch {
	case s.Type == huma.TypeInteger || s.Type == huma.TypeNumber:
		if digit := text[0]; (digit == '-' || '0' <= digit && digit <= '9') && json.Valid([]byte(text)) {
			return json.Number(text)
		}
	case s.Type == huma.TypeBoolean && (text == "true" || text == "false"):
		return text == "true"
	}
	return text
}
