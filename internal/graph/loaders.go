package graph

import (
	"context"

	"github.com/vikstrous/dataloadgen"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/ticket"
)

// loaders gather the records that the fields of one request lead to, and read them together. A record that the actor does not see is nil.
type loaders struct {
	units      *dataloadgen.Loader[id.Unit, *org.Unit]
	sites      *dataloadgen.Loader[id.Site, *org.Site]
	lookups    *dataloadgen.Loader[id.Lookup, *org.Lookup]
	roles      *dataloadgen.Loader[id.Role, *org.Role]
	people     *dataloadgen.Loader[id.Person, *people.Person]
	locations  *dataloadgen.Loader[id.Location, *asset.Location]
	assets     *dataloadgen.Loader[id.Asset, *asset.Asset]
	categories *dataloadgen.Loader[id.Category, *ticket.Category]
	checklists *dataloadgen.Loader[id.Checklist, *checklist.Checklist]
	plans      *dataloadgen.Loader[id.Plan, *plan.Plan]
	members    *dataloadgen.Loader[membersKey, *page.Of[people.Membership]]
}

// membersKey asks for a piece of a group's members.
type membersKey struct {
	group id.Group
	piece page.Request
}

type loadersKey struct{}

func withLoaders(ctx context.Context, s *server) context.Context {
	c, who := s.c, actor.From(ctx)
	return context.WithValue(ctx, loadersKey{}, &loaders{
		units: loader(s, func(ctx context.Context, ids []id.Unit) (map[id.Unit]org.Unit, error) {
			return c.Org.UnitsByID(ctx, who, ids)
		}),
		sites: loader(s, func(ctx context.Context, ids []id.Site) (map[id.Site]org.Site, error) {
			return c.Org.SitesByID(ctx, who, ids)
		}),
		lookups: loader(s, func(ctx context.Context, ids []id.Lookup) (map[id.Lookup]org.Lookup, error) {
			return c.Org.LookupsByID(ctx, who, ids)
		}),
		roles: loader(s, func(ctx context.Context, ids []id.Role) (map[id.Role]org.Role, error) {
			return c.Org.RolesByID(ctx, who, ids)
		}),
		people: loader(s, func(ctx context.Context, ids []id.Person) (map[id.Person]people.Person, error) {
			return c.People.PeopleByID(ctx, who, ids)
		}),
		locations: loader(s, func(ctx context.Context, ids []id.Location) (map[id.Location]asset.Location, error) {
			return c.Asset.LocationsByID(ctx, who, ids)
		}),
		assets: loader(s, func(ctx context.Context, ids []id.Asset) (map[id.Asset]asset.Asset, error) {
			return c.Asset.AssetsByID(ctx, who, ids)
		}),
		categories: loader(s, func(ctx context.Context, ids []id.Category) (map[id.Category]ticket.Category, error) {
			return c.Ticket.CategoriesByID(ctx, who, ids)
		}),
		checklists: loader(s, func(ctx context.Context, ids []id.Checklist) (map[id.Checklist]checklist.Checklist, error) {
			return c.Checks.ByID(ctx, who, ids)
		}),
		plans: loader(s, func(ctx context.Context, ids []id.Plan) (map[id.Plan]plan.Plan, error) {
			return c.Plans.ByID(ctx, who, ids)
		}),
		members: loader(s, func(ctx context.Context, keys []membersKey) (map[membersKey]page.Of[people.Membership], error) {
			return membersOf(ctx, c.People, who, keys)
		}),
	})
}

func loadersOf(ctx context.Context) *loaders {
	l, _ := ctx.Value(loadersKey{}).(*loaders)
	return l
}

// loader makes a loader of a use case that gives several records at once. It runs in a goroutine of its own, so a panic ends here.
func loader[K comparable, V any](s *server, fetch func(context.Context, []K) (map[K]V, error)) *dataloadgen.Loader[K, *V] {
	guarded := func(ctx context.Context, keys []K) (out map[K]*V, err error) {
		defer func() {
			if v := recover(); v != nil {
				err = s.recovered(ctx, v)
			}
		}()
		found, err := fetch(ctx, keys)
		out = make(map[K]*V, len(keys))
		for _, k := range keys {
			out[k] = nil
			if v, ok := found[k]; ok {
				out[k] = &v
			}
		}
		return out, err
	}
	return dataloadgen.NewMappedLoader(guarded, dataloadgen.WithWait(s.c.Wait), dataloadgen.WithBatchCapacity(page.Max))
}

// load gives the record of an id, nil for none.
func load[K comparable, V any](ctx context.Context, l *dataloadgen.Loader[K, *V], key *K) (*V, error) {
	if key == nil {
		return nil, nil //nolint:nilnil // no record is null in the answer
	}
	return l.Load(ctx, *key)
}

// membersOf reads the members of groups, together for those who ask for the same piece.
func membersOf(ctx context.Context, s *people.Service, who actor.Actor, keys []membersKey) (map[membersKey]page.Of[people.Membership], error) {
	pieces := map[page.Request][]id.Group{}
	for _, k := range keys {
		pieces[k.piece] = append(pieces[k.piece], k.group)
	}
	out := make(map[membersKey]page.Of[people.Membership], len(keys))
	for piece, groups := range pieces {
		found, err := s.MembersOf(ctx, who, groups, piece)
		if err != nil {
			return nil, err
		}
		for group, members := range found {
			out[membersKey{group, piece}] = members
		}
	}
	return out, nil
}
