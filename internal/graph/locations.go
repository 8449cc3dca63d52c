package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Location answers with a location.
func (q query) Location(ctx context.Context, location id.Any) (*asset.Location, error) {
	return pointer(q.c.Asset.GetLocation(ctx, actor.From(ctx), as[id.Location](location)))
}

// Locations answers with a piece of the locations.
func (q query) Locations(ctx context.Context, f gen.LocationFilter, first int64, after string) (*gen.LocationConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Asset.ListLocations(ctx, actor.From(ctx), asset.LocationFilter{
		Site: maybe[id.Site](f.SiteID), Parent: maybe[id.Location](f.ParentID), Type: maybe[id.Lookup](f.TypeID), Status: given(f.Status), Critical: f.Critical,
		Search: f.Search, Inactive: f.Inactive, Offered: f.Offered, ChangedAfter: given(f.ChangedAfter),
	}, p)
	if err != nil {
		return nil, err
	}
	key := func(x *asset.Location) (string, string) { return fold.Key(x.Name), x.ID.String() }
	all, info := edges(list, key, func(c string, x *asset.Location) gen.LocationEdge { return gen.LocationEdge{Cursor: c, Node: x} })
	return &gen.LocationConnection{Edges: all, PageInfo: info}, nil
}

// CreateLocation adds a location.
func (m mutation) CreateLocation(ctx context.Context, input asset.LocationInput) (*asset.Location, error) {
	return pointer(m.c.Asset.CreateLocation(ctx, actor.From(ctx), input))
}

// UpdateLocation replaces a location.
func (m mutation) UpdateLocation(ctx context.Context, location id.Any, version int64, input asset.LocationInput) (*asset.Location, error) {
	return pointer(m.c.Asset.UpdateLocation(ctx, actor.From(ctx), as[id.Location](location), version, input))
}

// DeleteLocation removes a location.
func (m mutation) DeleteLocation(ctx context.Context, location id.Any, version int64) (*id.Any, error) {
	return pointer(location, m.c.Asset.DeleteLocation(ctx, actor.From(ctx), as[id.Location](location), version))
}

// Site answers with the site of a location.
func (locationResolver) Site(ctx context.Context, l *asset.Location) (*org.Site, error) {
	return load(ctx, loadersOf(ctx).sites, &l.Site)
}

// Parent answers with the location that a location stands in.
func (locationResolver) Parent(ctx context.Context, l *asset.Location) (*asset.Location, error) {
	return load(ctx, loadersOf(ctx).locations, l.Parent)
}

// Type answers with the type of a location.
func (locationResolver) Type(ctx context.Context, l *asset.Location) (*org.Lookup, error) {
	return load(ctx, loadersOf(ctx).lookups, l.Type)
}
