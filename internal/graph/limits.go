package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/page"
	"intelliwiz/internal/task"
)

// What one query may be.
const (
	maxBody    = 64 << 10 // bytes
	maxTokens  = 5000
	maxDepth   = 10 // fields inside one another
	maxCost    = 1000
	maxAliases = 30
	maxRoots   = 20 // fields at the top
	maxFeed    = 500
)

// limits holds queries to their bounds before they are validated: validation itself can be made expensive.
type limits struct {
	schema        *ast.Schema
	queries       queries
	introspection bool
}

// check refuses a query that is over a limit. One that cannot be parsed passes: the executor says what is wrong with it.
func (l limits) check(ctx context.Context, query, operation string, variables map[string]any) error {
	doc, known := l.queries.Get(ctx, query)
	if !known {
		if tokens(query) > maxTokens {
			return over("tokens", "tokens", maxTokens)
		}
		var err error
		if doc, err = parser.ParseQuery(&ast.Source{Input: query}); err != nil {
			return nil //nolint:nilerr // the executor parses it again and answers
		}
	}
	for _, op := range doc.Operations {
		if len(doc.Operations) > 1 && op.Name != operation {
			continue
		}
		m := meter{limits: l, doc: doc, op: op, variables: variables, known: map[string]size{}}
		if err := m.refuse(m.root()); err != nil {
			return err
		}
	}
	return nil
}

func over(what, words string, most int) error {
	f := fault.Of(fault.TooLarge, "This query is too large. Ask for less at once.")
	f.Fields = []fault.Field{{Path: "query", Code: what, Message: fmt.Sprintf("A query has at most %d %s.", most, words)}}
	return f
}

// tokens counts the tokens of a query, a little beyond the limit at most.
func tokens(query string) int {
	lex := lexer.New(&ast.Source{Input: query})
	for n := 0; ; n++ {
		t, err := lex.ReadToken()
		if err != nil || t.Kind == lexer.EOF || n > maxTokens {
			return n
		}
	}
}

// size is what a part of a query asks for.
type size struct {
	depth, cost, aliases, fields int
	introspects                  bool
}

func (s size) plus(o size) size {
	return size{max(s.depth, o.depth), bounded(s.cost + o.cost), bounded(s.aliases + o.aliases), bounded(s.fields + o.fields), s.introspects || o.introspects}
}

// bounded keeps sums far from overflowing: fragments multiply.
func bounded(n int) int { return min(n, 1<<20) }

// meter measures one operation. Nothing is validated yet: names may be unknown and fragments may contain themselves.
type meter struct {
	limits
	doc       *ast.QueryDocument
	op        *ast.OperationDefinition
	variables map[string]any
	known     map[string]size // of fragments, which are measured once
}

func (m meter) root() size {
	def := m.schema.Query
	if m.op.Operation == ast.Mutation {
		def = m.schema.Mutation
	}
	return m.selection(m.op.SelectionSet, def, 1)
}

func (m meter) refuse(s size) error {
	switch {
	case s.introspects && !m.introspection:
		return fault.Of(fault.Forbidden, "The schema is not told here. It is in the documentation.")
	case s.depth > maxDepth:
		return over("depth", "fields inside one another", maxDepth)
	case s.aliases > maxAliases:
		return over("aliases", "aliases", maxAliases)
	case s.fields > maxRoots:
		return over("root_fields", "fields at the top", maxRoots)
	case s.cost > maxCost:
		return over("cost", "records asked for, lists counted as long as they may be", maxCost)
	}
	return nil
}

// selection measures what is selected of a type; edges is how many edges the connection at hand may have.
func (m meter) selection(set ast.SelectionSet, on *ast.Definition, edges int) size {
	var all size
	for _, s := range set {
		switch x := s.(type) {
		case *ast.Field:
			all = all.plus(m.field(x, on, edges))
		case *ast.InlineFragment:
			all = all.plus(m.selection(x.SelectionSet, m.typed(x.TypeCondition, on), edges))
		case *ast.FragmentSpread:
			all = all.plus(m.fragment(x.Name, edges))
		}
	}
	return all
}

func (m meter) typed(name string, otherwise *ast.Definition) *ast.Definition {
	if def := m.schema.Types[name]; def != nil {
		return def
	}
	return otherwise
}

func (m meter) fragment(name string, edges int) size {
	key := name + " " + strconv.Itoa(edges)
	if s, ok := m.known[key]; ok {
		return s
	}
	m.known[key] = size{} // one that contains itself ends here; validation refuses it
	f := m.doc.Fragments.ForName(name)
	if f == nil {
		return size{}
	}
	m.known[key] = m.selection(f.SelectionSet, m.schema.Types[f.TypeCondition], edges)
	return m.known[key]
}

// field measures a field. Its place among its siblings counts as one of them, so fields is 1. A cost is counted in records: an object is
// one, a list as many as it may be long.
func (m meter) field(f *ast.Field, on *ast.Definition, edges int) size {
	out := size{depth: 1, fields: 1}
	if f.Alias != "" && f.Alias != f.Name {
		out.aliases = 1
	}
	if f.Name == "__schema" || f.Name == "__type" {
		out.introspects = true // where that is allowed, it may be as deep as it is
		return out
	}
	var kind *ast.Definition
	if on != nil {
		if def := on.Fields.ForName(f.Name); def != nil {
			kind = m.schema.Types[def.Type.Name()]
		}
	}
	paged := connection(kind)
	if paged {
		edges = m.number(f, "first", page.Default, page.Max)
	}
	inner := m.selection(f.SelectionSet, kind, edges)
	out.depth, out.aliases, out.introspects = 1+inner.depth, bounded(out.aliases+inner.aliases), inner.introspects
	switch {
	case kind == nil || kind.IsLeafType() || f.Name == "pageInfo":
	case paged:
		out.cost = 1 + inner.cost
	case f.Name == "edges":
		out.cost = bounded(edges * inner.cost)
	case on.Name+"."+f.Name == "Mutation.verifyAudit":
		out.cost = maxCost / 2 // it reads everything
	default:
		out.cost = bounded(m.times(f, on.Name) * (1 + inner.cost))
	}
	return out
}

func connection(def *ast.Definition) bool {
	return def != nil && def.Kind == ast.Object && def.Fields.ForName("edges") != nil && def.Fields.ForName("pageInfo") != nil
}

// times is how many objects a field gives that is no connection.
func (m meter) times(f *ast.Field, on string) int {
	switch on + "." + f.Name {
	case "Query.feed":
		return m.number(f, "limit", page.Default, maxFeed)
	case "Query.services", "SsoProvider.groups":
		return 100
	case "LiveBoard.runs":
		return task.LiveRuns
	case "Query.ssoProviders":
		return 10
	case "Query.tokens":
		return 50
	case "Query.sessions", "Query.devices":
		return 10
	}
	return 1
}

// number reads an argument that bounds a list, from the query or its variables; what cannot be read counts as the most.
func (m meter) number(f *ast.Field, name string, otherwise, most int) int {
	arg := f.Arguments.ForName(name)
	if arg == nil || arg.Value == nil {
		return otherwise
	}
	text := arg.Value.Raw
	if arg.Value.Kind == ast.Variable {
		v, given := m.variables[text]
		def := m.op.VariableDefinitions.ForName(text)
		switch n, isNumber := v.(json.Number); {
		case given && isNumber:
			text = n.String()
		case !given && def != nil && def.DefaultValue != nil:
			text = def.DefaultValue.Raw
		default:
			return otherwise
		}
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return most
	}
	return min(max(n, 0), most)
}
