package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/reply"
)

// present turns an error into what the client sees of it: the words of package reply, names as the schema has them. The cause goes to the
// log, once a request however many fields it hit.
func (s *server) present(ctx context.Context, err error) *gqlerror.Error {
	g, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		g = gqlerror.WrapPath(graphql.GetPath(ctx), err)
	}
	cause := g.Unwrap()
	if cause == nil { // of the parser or the validator: about the query, in their words
		cause = fault.Of(kindOf(g), g.Message)
	}
	if firstTime(ctx, cause) {
		s.c.Writer.Log(ctx, cause)
	}
	e := reply.GraphQL(ctx, cause)
	if fields, ok := e.Extensions["fields"].([]fault.Field); ok {
		e.Extensions["fields"] = named(fields, g.Path)
	}
	if current, ok := e.Extensions["current"]; ok {
		e.Extensions["current"] = camelKeys(current)
	}
	out := &gqlerror.Error{Message: e.Message, Path: g.Path, Locations: g.Locations, Extensions: e.Extensions}
	if f := graphql.GetFieldContext(ctx); f != nil {
		out.Path = f.Path() // without the argument that could not be read
	}
	return out
}

// kindOf is the kind of an error that GraphQL's own machinery or limits found.
func kindOf(g *gqlerror.Error) fault.Kind {
	switch {
	case g.Unwrap() != nil:
		return fault.KindOf(g.Unwrap())
	case g.Extensions["code"] == errcode.ParseFailed:
		return fault.Malformed
	}
	return fault.Invalid
}

// recovered makes a fault of a panic in a resolver; the process lives on.
func (s *server) recovered(_ context.Context, v any) error {
	s.c.Panicked("graphql")
	return fmt.Errorf("panic: %v\n%s", v, debug.Stack())
}

// named gives faults the names of the schema: home_site_id is homeSiteId, and half of a point stands in it. A value that could not be
// read has no path of its own; where it stands in the query says it.
func named(fields []fault.Field, at ast.Path) []fault.Field {
	out := make([]fault.Field, len(fields))
	for i, f := range fields {
		switch f.Path {
		case "":
			f.Path = argument(at)
		case "latitude", "longitude":
			f.Path = "point." + f.Path
		default:
			f.Path = camel(f.Path)
		}
		out[i] = f
	}
	return out
}

// argument is the part of a path that lies in the arguments: without the root field and the wrapping input.
func argument(at ast.Path) string {
	var b strings.Builder
	for i, p := range at {
		switch part := p.(type) {
		case ast.PathIndex:
			fmt.Fprintf(&b, "[%d]", part)
		case ast.PathName:
			if i == 0 || part == "input" || part == "filter" {
				continue
			}
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(string(part))
		}
	}
	return b.String()
}

// camel turns home_site_id into homeSiteId.
func camel(name string) string {
	head, rest, _ := strings.Cut(name, "_")
	for part := range strings.SplitSeq(rest, "_") {
		if part != "" {
			head += strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return head
}

// camelKeys gives a record's JSON with the names of the schema.
func camelKeys(record any) any {
	raw, err := json.Marshal(record)
	if err != nil {
		return nil
	}
	var tree map[string]any
	if json.Unmarshal(raw, &tree) != nil {
		return nil
	}
	out := make(map[string]any, len(tree))
	for k, v := range tree {
		out[camel(k)] = v
	}
	return out
}

type loggedKey struct{}

// logged remembers what one request has logged.
type logged struct {
	mu   sync.Mutex
	seen map[any]bool
}

func withLogged(ctx context.Context) context.Context {
	return context.WithValue(ctx, loggedKey{}, &logged{seen: map[any]bool{}})
}

// firstTime says that a cause was not logged in this request yet: one read that fails fails for every field that waited for it.
func firstTime(ctx context.Context, cause error) bool {
	l, ok := ctx.Value(loggedKey{}).(*logged)
	if !ok || !reflect.TypeOf(cause).Comparable() {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh := !l.seen[cause]
	l.seen[cause] = true
	return fresh
}
