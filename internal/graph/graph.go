// Package graph offers the use cases to programs as a GraphQL API at /graphql: the nouns of the REST API, as connections. Fields that lead
// to another record are gathered and read together. It refuses a query that is too deep or asks for too much before anything is validated,
// and in production to describe itself; passwords and new tokens do not pass here, because queries are kept in memory.
package graph

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/file"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
)

// Config is what the API is built from.
type Config struct {
	Org      *org.Service
	People   *people.Service
	Asset    *asset.Service
	Auth     *auth.Service
	Journal  *journal.Journal
	Notices  *notice.Service
	Flags    *flag.Service
	Hooks    *hook.Service
	Ticket   *ticket.Service
	Calendar *calendar.Service
	Checks   *checklist.Service
	Plans    *plan.Service
	Tasks    *task.Service
	Posts    *post.Service
	Exchange *exchange.Service
	Files    *file.Service
	Links    string // the address of a file's content up to what Files.Link gives: https://iw.example.com/f/
	// Anchors gives the signed heads of the journal that were kept outside the database, of all tenants; nil = none are kept.
	Anchors func(ctx context.Context) ([]journal.Anchor, error)

	Writer        *reply.Writer         // logs faults
	Now           clock.Now             // from when one looks ahead
	Panicked      func(where string)    // counts panics; nil = nobody does
	ReadOnly      func() (string, bool) // why nothing may be changed; nil = everything always may
	Traced        bool                  // whether resolvers leave spans
	Introspection bool                  // whether the schema may be asked for; off in production
	Wait          time.Duration         // how long records are gathered to be read together; 0 = 1 ms
}

// New gives the route of the API. It fails when a field of the schema that a resolver answers has no permission in the table.
func New(c Config) ([]reply.Route, error) {
	if c.Wait == 0 {
		c.Wait = time.Millisecond
	}
	if c.ReadOnly == nil {
		c.ReadOnly = func() (string, bool) { return "", false }
	}
	if c.Panicked == nil {
		c.Panicked = func(string) {}
	}
	s := newServer(c)
	declared := Permissions()
	for _, field := range resolved() {
		if declared[field] == "" {
			return nil, fmt.Errorf("the field %s has no permission", field)
		}
	}
	return []reply.Route{{
		Method: http.MethodPost, Path: "/graphql", Permission: reply.SignedIn, Name: "graphql", Changes: true, Always: true, MaxBody: maxBody, Handler: s.serve,
	}}, nil
}
