// Package rest offers the use cases to programs as a REST API under /api/v1, described by an OpenAPI 3.1 document that comes from the
// types here, and by pages made from that document. It decodes, calls one use case and encodes. It refuses what the document does not
// describe: unknown fields and parameters, wrong types, doubled keys; every violation is named at once, at its path.
package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/file"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	posts "intelliwiz/internal/post" // post is a method
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
	Ticket   *ticket.Service
	Hooks    *hook.Service
	Calendar *calendar.Service
	Checks   *checklist.Service
	Plans    *plan.Service
	Tasks    *task.Service
	Posts    *posts.Service
	Flags    *flag.Service
	Now      clock.Now // for what is looked at from now on
	Exchange *exchange.Service
	Files    *file.Service
	Cache    *cache.Store // remembers the tags of answers; nil = nobody does
	// Anchors gives the signed heads of the journal that were kept outside the database, of all tenants; nil = none are kept.
	Anchors func(ctx context.Context) ([]journal.Anchor, error)

	// Source gives the client's address, as far as configured proxies can be believed.
	Source func(r *http.Request) string

	Public     string // the address that labels lead to: https://iw.example.com
	Links      string // the address of a file's content up to what Files.Link gives: https://iw.example.com/f/
	Version    string // of the product, as the document shows it
	Stylesheet string // the address of the pages' stylesheet
	Home       string // where the pages' way back leads; "" = "/"
}

// New gives the routes of the API, its document and its pages. It fails when an operation has no row in the table or a row no operation.
func New(c Config) ([]reply.Route, error) {
	a, err := build(c)
	if err != nil {
		return nil, err
	}
	var routes []reply.Route
	for _, o := range a.table {
		routes = append(routes, a.routes[o.Name])
	}
	return append(routes, a.document(), a.docs()), nil
}

// Operations lists what the API offers, in the order of its pages.
func Operations() ([]Operation, error) {
	a, err := build(Config{})
	if err != nil {
		return nil, err
	}
	return a.table, nil
}

// api is the API while it is put together.
type api struct {
	c        Config
	huma     huma.API
	handlers adapter
	table    []Operation
	routes   map[string]reply.Route
	bodies   map[string]*huma.Schema
	tags     *tags
	faults   []error // of putting it together, answered by build
}

func build(c Config) (*api, error) {
	a := &api{c: c, handlers: adapter{}, table: table(), routes: map[string]reply.Route{}, bodies: map[string]*huma.Schema{}, tags: newTags(c.Cache, c.Version)}
	a.huma = huma.NewAPI(describe(c.Version), a.handlers)
	a.tenant()
	a.units()
	a.sites()
	a.lookups()
	a.people()
	a.groups()
	a.locations()
	a.assets()
	a.tickets()
	a.categories()
	a.questions()
	a.checklists()
	a.plans()
	a.posts()
	a.tasks()
	a.calendars()
	a.files()
	a.roles()
	a.grants()
	a.account()
	a.sessions()
	a.audit()
	a.notices()
	a.views()
	a.imports()
	a.exports()
	a.webhooks()
	a.services()
	a.sso()
	a.flags()
	a.phone()
	a.tidy()
	return a, a.finish()
}

// finish holds the table against what was registered, and adds the examples.
func (a *api) finish() error {
	for i, o := range a.table {
		if _, ok := a.routes[o.Name]; !ok {
			a.faults = append(a.faults, fmt.Errorf("operation %s is in the table and nowhere else", o.Name))
		}
		if s := a.bodies[o.Name]; s != nil {
			a.table[i].Body = exampleBody(a.registry(), s)
		}
	}
	return errors.Join(a.faults...)
}

func (a *api) registry() huma.Registry { return a.huma.OpenAPI().Components.Schemas }

// checkBody holds a body, as far as it fits its type, against the rules of its domain.
type checkBody func(raw []byte) error

// checks makes a checkBody of a function on the body's type.
func checks[B any](check func(B) error) checkBody {
	return func(raw []byte) error {
		var b B
		if json.Unmarshal(raw, &b) != nil {
			return nil //nolint:nilerr // what does not fit was named already
		}
		return check(b)
	}
}

// register adds the operation of a table row. use is called with what was sent, after it was held against the document; check, when
// there is one, is asked only beside violations of the document, so that all are named at once: the use case asks it anyway.
func register[I, O any](a *api, name string, use func(ctx context.Context, in *I) (*O, error), check ...checkBody) {
	o, ok := find(a.table, name)
	if !ok {
		a.faults = append(a.faults, fmt.Errorf("operation %s has no row in the table, and so no permission", name))
		return
	}
	op := a.operation(o)
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := use(ctx, in)
		if err != nil {
			of(ctx).fail(err)
			return nil, nil //nolint:nilnil // the call holds the fault, and writes nothing
		}
		if v, ok := any(out).(encoded); ok {
			if err := of(ctx).write(v); err != nil {
				of(ctx).fail(err)
			}
			return nil, nil //nolint:nilnil // it is written
		}
		if v, ok := any(out).(*flowing); ok {
			if err := of(ctx).flow(ctx, v); err != nil {
				of(ctx).fail(err)
			}
			return nil, nil //nolint:nilnil // it is written
		}
		return out, nil
	})
	documented := operationOf(a.huma.OpenAPI().Paths[op.Path], o.Method)
	if o.form() {
		documented.RequestBody = a.uploadForm(o) // now that huma has made its handler, which would read the whole body into memory
	}
	g := gate{registry: a.registry(), noun: o.Noun, takes: o.Takes, params: documented.Parameters}
	if f, ok := reflect.TypeFor[I]().FieldByName("Body"); ok {
		g.body = a.registry().Schema(f.Type, true, f.Type.Name())
		a.bodies[name] = g.body
	}
	if len(check) > 0 {
		g.check = check[0]
	}
	a.faults = append(a.faults, g.understood(name))
	a.routes[name] = reply.Route{
		Method: o.Method, Path: o.Path, Permission: o.Permission, Name: o.Name, Timeout: o.timeout, MaxBody: a.maxBody(o),
		Changes: o.Method != http.MethodGet && !o.reads, Always: o.always, Handler: a.serve(o, g, a.handlers[name]),
	}
}

// wired turns the current record of a stale update into the form of this API.
func wired(err error) error {
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Current != nil {
		f.Current = wire(f.Current)
	}
	return err
}
