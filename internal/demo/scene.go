package demo

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
)

// scene is a tenant of the demo world as it is found in the database, ready for things to happen in it.
type scene struct {
	Services
	t     tenant
	who   actor.Actor // the system in it
	made  time.Time   // when the world was made: its past ends there
	seed  uint64
	rnd   *rand.Rand
	scale int
	sites []org.Site

	lookups    map[string]id.Lookup         // list/code
	kinds      map[id.Lookup]string         // codes of values
	places     map[id.Site][]asset.Location // by site
	things     map[id.Site][]asset.Asset    // by site
	categories map[string]ticket.Category   // by code
	groups     map[string]id.Group          // by name
	crews      map[id.Site]*crew            // by site
	actors     map[id.Person]actor.Actor    // that were made so far
}

// crew is who works at a site.
type crew struct {
	guards, technicians, heads []people.Person
}

// sceneOf reads the tenant, its sites and who works there.
func sceneOf(ctx context.Context, s Services, n int, o Options) (*scene, error) {
	t := tenants()[n]
	tenant, err := s.Org.FindTenant(ctx, t.code)
	if err != nil {
		return nil, err
	}
	x := &scene{
		Services: s, t: t, who: job.Actor(tenant), made: tenant.Time(), seed: o.Seed, rnd: rand.New(rand.NewPCG(o.Seed, uint64(n)+100)),
		lookups: map[string]id.Lookup{}, kinds: map[id.Lookup]string{}, places: map[id.Site][]asset.Location{}, things: map[id.Site][]asset.Asset{},
		categories: map[string]ticket.Category{}, groups: map[string]id.Group{}, crews: map[id.Site]*crew{}, actors: map[id.Person]actor.Actor{},
	}
	if !o.Made.IsZero() {
		x.made = o.Made
	}
	x.sites, err = all(func(p page.Request) (page.Of[org.Site], error) {
		return s.Org.ListSites(ctx, x.who, org.SiteFilter{}, p)
	})
	if err != nil {
		return nil, err
	}
	first := 0
	for _, r := range t.regions {
		first += len(r.sites)
	}
	x.scale = max(len(x.sites)/first, 1)
	if err := x.readLookups(ctx); err != nil {
		return nil, err
	}
	return x, x.readCrews(ctx)
}

// all walks a list to its end.
func all[T any](list func(page.Request) (page.Of[T], error)) ([]T, error) {
	var out []T
	for p := (page.Request{Limit: page.Max}); ; {
		some, err := list(p)
		if err != nil {
			return nil, err
		}
		out = append(out, some.Items...)
		if p.After = some.Next; p.After == "" {
			return out, nil
		}
	}
}

func (x *scene) readLookups(ctx context.Context) error {
	for _, list := range org.Lists() {
		found, err := all(func(p page.Request) (page.Of[org.Lookup], error) { return x.Org.ListLookups(ctx, x.who, list, p) })
		if err != nil {
			return err
		}
		for _, l := range found {
			x.lookups[string(list)+"/"+l.Code] = l.ID
			x.kinds[l.ID] = l.Code
		}
	}
	return nil
}

// value is a value of a code list, nil for "".
func (x *scene) value(list, code string) *id.Lookup {
	l, ok := x.lookups[list+"/"+code]
	if !ok {
		return nil
	}
	return &l
}

// kindOf is the code of a site's type.
func (x *scene) kindOf(s org.Site) string {
	if s.Type == nil {
		return ""
	}
	return x.kinds[*s.Type]
}

// readCrews finds who works where by their roles.
func (x *scene) readCrews(ctx context.Context) error {
	staff, err := all(func(p page.Request) (page.Of[people.Person], error) {
		return x.People.ListPeople(ctx, x.who, people.PersonFilter{}, p)
	})
	if err != nil {
		return err
	}
	grants, err := all(func(p page.Request) (page.Of[org.Grant], error) {
		return x.Org.ListGrants(ctx, x.who, org.GrantFilter{}, p)
	})
	if err != nil {
		return err
	}
	byCode, err := all(func(p page.Request) (page.Of[org.Role], error) { return x.Org.ListRoles(ctx, x.who, p) })
	if err != nil {
		return err
	}
	roles, given := map[id.Role]string{}, map[id.Person][]org.Grant{}
	for _, r := range byCode {
		roles[r.ID] = r.Code
	}
	for _, g := range grants {
		given[g.Person] = append(given[g.Person], g)
	}
	slices.SortFunc(staff, func(a, b people.Person) int { return cmp.Or(len(a.Code)-len(b.Code), cmp.Compare(a.Code, b.Code)) })
	for _, s := range x.sites {
		x.crews[s.ID] = &crew{}
	}
	for _, p := range staff {
		for _, g := range given[p.ID] {
			x.employ(p, g, roles[g.Role])
		}
	}
	x.sites = slices.DeleteFunc(x.sites, func(s org.Site) bool { // where nobody works nothing happens
		c := x.crews[s.ID]
		return len(c.heads) == 0 || len(c.guards) == 0 || len(c.technicians) == 0
	})
	return nil
}

// employ notes a person at the sites of a role. Heads of a region stand behind those of the site.
func (x *scene) employ(p people.Person, g org.Grant, role string) {
	for _, s := range x.sites {
		c := x.crews[s.ID]
		here := g.Site != nil && *g.Site == s.ID
		region := g.Unit != nil && s.Unit != nil && *g.Unit == *s.Unit
		switch {
		case role == org.Guard && here:
			c.guards = append(c.guards, p)
		case role == org.Technician && (here || region):
			c.technicians = append(c.technicians, p)
		case role == org.Supervisor && (here || region):
			c.heads = append(c.heads, p)
			if here { // before the heads of the region
				c.heads = slices.Insert(c.heads[:len(c.heads)-1], 0, p)
			}
		}
	}
}

// as gives a person as somebody who does something.
func (x *scene) as(ctx context.Context, p people.Person) (actor.Actor, error) {
	if a, known := x.actors[p.ID]; known {
		return a, nil
	}
	reach, err := x.Org.Reach(ctx, x.who, p.ID, -1) // an epoch of our own: the cached one is that of sessions
	if err != nil {
		return actor.Actor{}, err
	}
	a := actor.New(actor.Facts{Kind: actor.Person, Tenant: x.who.Tenant(), Person: p.ID, Name: p.Name, Reach: reach})
	x.actors[p.ID] = a
	return a, nil
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
