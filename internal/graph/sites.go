package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

// Site answers with a site.
func (q query) Site(ctx context.Context, site id.Any) (*org.Site, error) {
	return pointer(q.c.Org.GetSite(ctx, actor.From(ctx), as[id.Site](site)))
}

// Sites answers with a piece of the sites.
func (q query) Sites(ctx context.Context, unitID *id.Any, search string, inactive bool, first int64, after string) (*gen.SiteConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Org.ListSites(ctx, actor.From(ctx), org.SiteFilter{Unit: maybe[id.Unit](unitID), Search: search, Inactive: inactive}, p)
	if err != nil {
		return nil, err
	}
	key := func(s *org.Site) (string, string) { return s.Code, s.ID.String() }
	all, info := edges(list, key, func(c string, s *org.Site) gen.SiteEdge { return gen.SiteEdge{Cursor: c, Node: s} })
	return &gen.SiteConnection{Edges: all, PageInfo: info}, nil
}

// CreateSite adds a site.
func (m mutation) CreateSite(ctx context.Context, input org.SiteInput) (*org.Site, error) {
	return pointer(m.c.Org.CreateSite(ctx, actor.From(ctx), input))
}

// UpdateSite replaces a site.
func (m mutation) UpdateSite(ctx context.Context, site id.Any, version int64, input org.SiteInput) (*org.Site, error) {
	return pointer(m.c.Org.UpdateSite(ctx, actor.From(ctx), as[id.Site](site), version, input))
}

// DeleteSite removes a site.
func (m mutation) DeleteSite(ctx context.Context, site id.Any, version int64) (*id.Any, error) {
	return pointer(site, m.c.Org.DeleteSite(ctx, actor.From(ctx), as[id.Site](site), version))
}

// Unit answers with the unit that a site stands in.
func (siteResolver) Unit(ctx context.Context, s *org.Site) (*org.Unit, error) {
	return load(ctx, loadersOf(ctx).units, s.Unit)
}

// Type answers with the type of a site.
func (siteResolver) Type(ctx context.Context, s *org.Site) (*org.Lookup, error) {
	return load(ctx, loadersOf(ctx).lookups, s.Type)
}

// Manager answers with the manager of a site.
func (siteResolver) Manager(ctx context.Context, s *org.Site) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, s.Manager)
}
