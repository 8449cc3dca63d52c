package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/telemetry"
)

// server answers requests.
type server struct {
	c      Config
	exec   *executor.Executor
	limits limits
}

// request is the body of a POST (GraphQL over HTTP).
type request struct {
	Query      string          `json:"query"`
	Operation  *string         `json:"operationName"`
	Variables  json.RawMessage `json:"variables"`
	Extensions json.RawMessage `json:"extensions"`
}

func newServer(c Config) *server {
	schema := gen.NewExecutableSchema(gen.Config{Resolvers: root{c}})
	s := &server{c: c, exec: executor.New(schema)}
	docs := newQueries()
	s.limits = limits{schema: schema.Schema(), queries: docs, introspection: c.Introspection}
	s.exec.SetQueryCache(docs)
	s.exec.SetParserTokenLimit(maxTokens)
	s.exec.SetErrorPresenter(s.present)
	s.exec.SetRecoverFunc(s.recovered)
	s.exec.SetDisableSuggestion(!c.Introspection)
	s.exec.AroundRootFields(s.fresh)
	if c.Traced {
		s.exec.AroundFields(traced)
	}
	if c.Introspection {
		s.exec.Use(introspection{})
	}
	return s
}

// serve answers one request. What is no GraphQL request at all is returned as a fault; the rest is answered in GraphQL's own form, with
// status 200 once something was executed.
func (s *server) serve(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := actor.From(ctx).RequirePerson(); err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	var in request
	if err := reply.ReadJSON(r, &in); err != nil {
		return err
	}
	variables, err := in.variables()
	if err != nil {
		return err
	}
	ctx = withLoaders(withLogged(graphql.StartOperationTrace(ctx)), s)
	resp, status := s.run(ctx, in, variables)
	if resp == nil {
		return ctx.Err() // out of time, or the client left
	}
	raw, err := json.Marshal(resp)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", mediaType(r))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(raw) // a client that left is nobody's fault
	return nil
}

func (s *server) run(ctx context.Context, in request, variables map[string]any) (*graphql.Response, int) {
	name := ""
	if in.Operation != nil {
		name = *in.Operation
	}
	if err := s.limits.check(ctx, in.Query, name, variables); err != nil {
		list := gqlerror.List{gqlerror.Wrap(err)}
		return s.refuse(ctx, &graphql.OperationContext{RawQuery: in.Query}, list)
	}
	op, list := s.exec.CreateOperationContext(ctx, &graphql.RawParams{Query: in.Query, OperationName: name, Variables: variables})
	if len(list) > 0 {
		return s.refuse(ctx, op, list)
	}
	if reason, on := s.c.ReadOnly(); on && changes(op.Operation) {
		why := reply.ReadOnly(reason)
		resp, _ := s.refuse(ctx, op, gqlerror.List{gqlerror.Wrap(why)})
		return resp, why.Status
	}
	handle, ctx := s.exec.DispatchOperation(ctx, op)
	return handle(ctx), http.StatusOK
}

// changes says that an operation changes something: a mutation, unless all that it does only looks, or ends sessions, which goes on always.
func changes(op *ast.OperationDefinition) bool {
	goesOn := []string{"verifyAudit", "deleteSession", "deleteSessions"}
	return op.Operation == ast.Mutation && slices.ContainsFunc(op.SelectionSet, func(x ast.Selection) bool {
		f, ok := x.(*ast.Field)
		return !ok || !slices.Contains(goesOn, f.Name)
	})
}

// refuse answers a query that is not executed.
func (s *server) refuse(ctx context.Context, op *graphql.OperationContext, list gqlerror.List) (*graphql.Response, int) {
	status := reply.Status(kindOf(list[0]))
	return s.exec.DispatchError(graphql.WithOperationContext(ctx, op), list), status
}

// variables decodes the variables with their numbers as they are written.
func (in request) variables() (map[string]any, error) {
	if len(in.Variables) == 0 {
		return nil, nil //nolint:nilnil // there are none
	}
	d := json.NewDecoder(bytes.NewReader(in.Variables))
	d.UseNumber()
	var out map[string]any
	if err := d.Decode(&out); err != nil {
		f := fault.Of(fault.Invalid, "Check what is marked below.").Because(err)
		f.Fields = []fault.Field{{Path: "variables", Code: "type", Message: "This must be an object."}}
		return nil, f
	}
	return out, nil
}

// mediaType is the type of the answer: GraphQL's own for who asks for it.
func mediaType(r *http.Request) string {
	const own = "application/graphql-response+json"
	if strings.Contains(r.Header.Get("Accept"), own) {
		return own
	}
	return "application/json"
}

// fresh gives every field of a mutation loaders of its own: what the field before has changed must not come from memory.
func (s *server) fresh(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation {
		ctx = withLoaders(ctx, s)
	}
	return next(ctx)
}

// traced gives a span to every field that a resolver answers, by its type and name in the schema.
func traced(ctx context.Context, next graphql.Resolver) (any, error) {
	f := graphql.GetFieldContext(ctx)
	if !f.IsResolver {
		return next(ctx)
	}
	ctx, span := telemetry.Child(ctx, "graphql "+f.Object+"."+f.Field.Name)
	v, err := next(ctx)
	span.End(string(fault.KindOf(err)))
	return v, err
}

// introspection lets the schema be asked for.
type introspection struct{}

// ExtensionName names it for gqlgen.
func (introspection) ExtensionName() string { return "introspection" }

// Validate has nothing to say.
func (introspection) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext opens it for one operation.
func (introspection) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	op.DisableIntrospection = false
	return nil
}

// queries keeps parsed and validated queries, up to a size of their texts together.
type queries struct {
	cache *otter.Cache[string, *ast.QueryDocument]
}

func newQueries() queries {
	const all, one = 1 << 20, 16 << 10
	return queries{otter.Must(&otter.Options[string, *ast.QueryDocument]{
		MaximumWeight: all,
		Weigher: func(text string, _ *ast.QueryDocument) uint32 {
			if len(text) > one {
				return all + 1 // too large to be kept
			}
			return uint32(len(text))
		},
	})}
}

// Get finds a query by its text.
func (q queries) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	return q.cache.GetIfPresent(text)
}

// Add keeps a query.
func (q queries) Add(_ context.Context, text string, doc *ast.QueryDocument) { q.cache.Set(text, doc) }
