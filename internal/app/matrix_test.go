package app

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/graph"
	"intelliwiz/internal/org"
	"intelliwiz/internal/reply"
)

// operation is something that one may ask of the product: a page, a REST operation, a field of GraphQL.
type operation struct {
	name       string
	permission actor.Permission
	noun       string // what its {id} names
	reads      bool
	page       bool
	ask        func(key, id string) outcome
}

// outcome is how an operation ended for its caller.
type outcome string

const (
	wentIn    outcome = "goes in"
	unknownTo outcome = "is told that there is no such thing"
	refused   outcome = "is refused"
	asked     outcome = "is asked to sign in"
	notUnder  outcome = "is told what is wrong with the request"
	broken    outcome = "meets a fault of ours"
)

// placed are the nouns whose records belong to a site or unit, so that a role elsewhere does not reach them.
var placed = []string{"unit", "site", "location", "asset", "file", "ticket", "person", "grant", "plan", "task", "blackout", "post", "assignment"}

// personal are the nouns of which everybody sees their own alone, whatever their role.
var personal = []string{"token", "session", "notice", "view", "import", "factor", "device", "record", "entry", "impersonation", "subscription"}

// TestMatrix asks for everything that the product does, as every built-in role in every situation, and holds the answers to the declarations:
// the permission of the route or field, what the roles hold, and whether a permission holds in the whole tenant only.
func TestMatrix(t *testing.T) {
	m := openMatrix(t)
	cells := 0
	for _, o := range m.operations() {
		if !m.declared(o.permission) {
			t.Errorf("%s needs %q, which nothing declares", o.name, o.permission)
			continue
		}
		for _, role := range m.codes {
			for _, s := range situations {
				cells++
				if got, want := o.ask(m.key(o, role, s), m.record(o, s)), m.want(o, role, s); !slices.Contains(want, got) {
					t.Errorf("%s: a %s, %s, %s; want one who %s", o.name, role, s, got, strings.Join(texts(want), ", or "))
				}
			}
		}
	}
	if t.Logf("%d cells", cells); cells < 5000 {
		t.Errorf("only %d cells", cells)
	}
}

func (m *matrix) declared(p actor.Permission) bool {
	_, ok := m.permissions[p]
	return ok || p == reply.Public || p == reply.SignedIn
}

// operations gives all of them: what reads first, what deletes last, and the end of one's own session after all.
func (m *matrix) operations() (out []operation) {
	for _, r := range m.table {
		if r.Path != "/graphql" { // its fields are
			out = append(out, m.route(r))
		}
	}
	for _, f := range graph.Fields() {
		if on, _, _ := strings.Cut(f.Name, "."); on == "Query" || on == "Mutation" {
			out = append(out, operation{
				name: "GraphQL " + f.Name, permission: f.Permission, noun: f.Noun, reads: on == "Query",
				ask: func(key, id string) outcome { return m.askField(key, f, id) },
			})
		}
	}
	late := func(o operation) int {
		switch {
		case o.reads:
			return 0
		case strings.HasSuffix(o.name, "/logout"):
			return 3
		case strings.Contains(strings.ToLower(o.name), "delete"):
			return 2
		}
		return 1
	}
	slices.SortStableFunc(out, func(x, y operation) int { return cmp.Compare(late(x), late(y)) })
	return out
}

func (m *matrix) route(r reply.Route) operation {
	o := operation{name: r.Method + " " + r.Path, permission: r.Permission, noun: nounOf(r.Path), reads: reply.Safe(r.Method), page: !reply.IsAPI(r.Path)}
	contentType := "application/json"
	if o.page {
		contentType = "application/x-www-form-urlencoded"
	}
	o.ask = func(key, id string) outcome {
		answer, _ := m.ask(key, r.Method, fill(r.Path, id), contentType, "")
		return outcomeOf(answer)
	}
	return o
}

func outcomeOf(answer *http.Response) outcome {
	switch got := answer.StatusCode; {
	case got == http.StatusSeeOther && strings.HasPrefix(answer.Header.Get("Location"), "/login"), got == http.StatusUnauthorized:
		return asked
	case got == http.StatusForbidden:
		return refused
	case got == http.StatusNotFound:
		return unknownTo
	case got >= 500:
		return broken
	case got >= 400:
		return notUnder
	}
	return wentIn
}

func (m *matrix) askField(key string, f graph.Field, id string) outcome {
	codes, body := m.query(key, f, id)
	switch {
	case strings.Contains(body, `"status":401`):
		return asked
	case slices.Contains(codes, "internal"):
		return broken
	case slices.Contains(codes, "forbidden"):
		return refused
	case slices.Contains(codes, "not_found"):
		return unknownTo
	case len(codes) > 0:
		return notUnder
	}
	return wentIn
}

// key is what a caller shows.
func (m *matrix) key(o operation, role string, s situation) string {
	k := m.callers[role][s]
	switch {
	case s == wrongScope && o.permission == org.CanReadSite:
		return m.scopes[role][1]
	case s == wrongScope:
		return m.scopes[role][0]
	case o.page:
		return k.session
	}
	return k.token
}

// record is what a caller asks about.
func (m *matrix) record(o operation, s situation) string {
	if far, ok := m.far[o.noun]; ok && s == otherSite {
		return far
	}
	return cmp.Or(m.ids[o.noun], unknown())
}

// want gives the outcomes that the declarations allow.
func (m *matrix) want(o operation, role string, s situation) []outcome {
	inside := []outcome{wentIn, unknownTo, notUnder}
	if o.permission == reply.Public {
		return append(inside, asked) // what leads on when one is signed in, and to the sign-in when not
	}
	switch {
	case s == anonymous, s == disabled, s == expired, s == wrongScope && o.page:
		return []outcome{asked}
	case o.permission == reply.SignedIn:
		return append(inside, refused) // the record says by its own
	case s == wrongScope, !m.roles[role][o.permission]:
		return append(elsewise[o.name].lacking, refused)
	case (s == ownSite || s == otherSite) && m.permissions[o.permission].Whole:
		return []outcome{refused, notUnder}
	}
	return m.wantInside(o, s)
}

// wantInside gives the outcomes for somebody who has the permission.
func (m *matrix) wantInside(o operation, s situation) []outcome {
	foreign := s == otherTenant || s == otherSite && slices.Contains(placed, o.noun)
	partly := s == ownSite || s == otherSite
	switch {
	case partly && !o.reads: // what is sent may name another place
		if foreign {
			return []outcome{unknownTo, notUnder, refused}
		}
		return []outcome{wentIn, unknownTo, notUnder, refused}
	case partly && elsewise[o.name].partly != nil:
		return elsewise[o.name].partly
	case s == everywhere && elsewise[o.name].whole != nil:
		return elsewise[o.name].whole
	case o.noun == "", slices.Contains(personal, o.noun):
		return []outcome{wentIn, unknownTo, notUnder}
	case foreign && o.reads:
		return []outcome{unknownTo}
	case foreign:
		return []outcome{unknownTo, notUnder}
	case o.reads:
		return []outcome{wentIn}
	}
	return []outcome{wentIn, unknownTo, notUnder}
}

// exception says what else an operation may answer than its declaration says.
type exception struct {
	lacking []outcome // to those who lack the permission
	partly  []outcome // to those who have it in a part of the tenant
	whole   []outcome // to those who have it everywhere
}

// elsewise are the exceptions, each with its reason.
var elsewise = map[string]exception{
	"GraphQL Query.person":                       {lacking: []outcome{unknownTo}},                                                 // one's own entry needs no permission
	"GraphQL Query.sessions":                     {lacking: []outcome{unknownTo}},                                                 // nor do one's own sessions
	"GraphQL Mutation.assignTicket":              {whole: []outcome{wentIn, unknownTo, notUnder, refused}},                        // a ticket that one may see may still not be one's to assign
	"POST /tasks/{id}/begin":                     {whole: []outcome{wentIn, unknownTo, notUnder, refused}},                        // a task that one may see may still be another's to do
	"POST /tasks/{id}/report":                    {whole: []outcome{wentIn, unknownTo, notUnder, refused}},                        // so is this
	"GET /calendar/edit":                         {partly: []outcome{refused}},                                                    // the hours of the tenant; those of a site have their own page
	"GET /categories/{id}/edit":                  {partly: []outcome{refused}},                                                    // a category is the tenant's; category.update at a site changes its ladder there
	"GET /lookups/{list}/{id}":                   {partly: []outcome{refused}, whole: []outcome{wentIn, refused}},                 // a form for those who may change lookups
	"GraphQL Query.ladderPreview":                {partly: []outcome{unknownTo}, whole: []outcome{unknownTo}},                     // the example names no site
	"GET /api/v1/ticket-categories/{id}/preview": {partly: []outcome{notUnder, unknownTo}, whole: []outcome{notUnder, unknownTo}}, // nor does this
}

func texts(all []outcome) (out []string) {
	for _, x := range all {
		out = append(out, fmt.Sprint(x))
	}
	return out
}
