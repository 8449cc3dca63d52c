package graph

import (
	"context"
	"strconv"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

// Asset answers with an asset.
func (q query) Asset(ctx context.Context, a id.Any) (*asset.Asset, error) {
	return pointer(q.c.Asset.GetAsset(ctx, actor.From(ctx), as[id.Asset](a)))
}

// Assets answers with a piece of the assets.
func (q query) Assets(ctx context.Context, filter gen.AssetFilter, first int64, after string) (*gen.AssetConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Asset.ListAssets(ctx, actor.From(ctx), assetFilter(filter), p)
	if err != nil {
		return nil, err
	}
	key := func(x *asset.Asset) (string, string) { return fold.Key(x.Name), x.ID.String() }
	all, info := edges(list, key, func(c string, x *asset.Asset) gen.AssetEdge { return gen.AssetEdge{Cursor: c, Node: x} })
	return &gen.AssetConnection{Edges: all, PageInfo: info}, nil
}

// AssetCounts answers with how many assets there are of each status.
func (q query) AssetCounts(ctx context.Context, filter gen.AssetFilter) ([]gen.StatusCount, error) {
	counts, err := q.c.Asset.CountAssets(ctx, actor.From(ctx), assetFilter(filter))
	out := []gen.StatusCount{}
	for _, status := range asset.Statuses() {
		if n := counts[status]; n > 0 {
			out = append(out, gen.StatusCount{Status: status, Count: n})
		}
	}
	return out, err
}

func assetFilter(f gen.AssetFilter) asset.AssetFilter {
	out := asset.AssetFilter{
		Site: maybe[id.Site](f.SiteID), Location: maybe[id.Location](f.LocationID), Parent: maybe[id.Asset](f.ParentID), Category: maybe[id.Lookup](f.CategoryID),
		Type: maybe[id.Lookup](f.TypeID), Critical: f.Critical, Expiring: int(min(max(f.Expiring, -1), asset.MaxExpiring+1)), Search: f.Search,
		Inactive: f.Inactive, Offered: f.Offered, Kind: given(f.Kind), Status: given(f.Status), ChangedAfter: given(f.ChangedAfter),
	}
	return out
}

// given is the value of an argument that may be absent, zero without one.
func given[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// CreateAsset adds an asset.
func (m mutation) CreateAsset(ctx context.Context, input asset.AssetInput) (*asset.Asset, error) {
	return pointer(m.c.Asset.CreateAsset(ctx, actor.From(ctx), input))
}

// UpdateAsset replaces an asset.
func (m mutation) UpdateAsset(ctx context.Context, a id.Any, version int64, input asset.AssetInput) (*asset.Asset, error) {
	return pointer(m.c.Asset.UpdateAsset(ctx, actor.From(ctx), as[id.Asset](a), version, input))
}

// SetAssetStatus changes an asset's status.
func (m mutation) SetAssetStatus(ctx context.Context, a id.Any, version int64, status asset.Status, note string) (*asset.Asset, error) {
	return pointer(m.c.Asset.SetStatus(ctx, actor.From(ctx), as[id.Asset](a), version, status, note))
}

// DeleteAsset removes an asset.
func (m mutation) DeleteAsset(ctx context.Context, a id.Any, version int64) (*id.Any, error) {
	return pointer(a, m.c.Asset.DeleteAsset(ctx, actor.From(ctx), as[id.Asset](a), version))
}

// AssetStatuses answers with a piece of an asset's status log.
func (q query) AssetStatuses(ctx context.Context, a id.Any, first int64, after string) (*gen.StatusChangeConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Asset.StatusLog(ctx, actor.From(ctx), as[id.Asset](a), p)
	if err != nil {
		return nil, err
	}
	key := func(x *asset.StatusChange) (string, string) {
		return strconv.FormatInt(x.At.UnixMicro(), 10), x.ID.String()
	}
	all, info := edges(list, key, func(c string, x *asset.StatusChange) gen.StatusChangeEdge {
		return gen.StatusChangeEdge{Cursor: c, Node: x}
	})
	return &gen.StatusChangeConnection{Edges: all, PageInfo: info}, nil
}

// AssetSpent answers with how long an asset was in each status.
func (q query) AssetSpent(ctx context.Context, a id.Any) (*gen.Spent, error) {
	x, err := q.c.Asset.TimeSpent(ctx, actor.From(ctx), as[id.Asset](a))
	if err != nil {
		return nil, err
	}
	out := &gen.Spent{Since: x.Since, Until: x.Until, Shares: make([]gen.Share, len(x.Shares))}
	for i, s := range x.Shares {
		out.Shares[i] = gen.Share{Status: s.Status, Seconds: int64(s.Time / time.Second), Times: int64(s.Spells)}
	}
	return out, nil
}

// Site answers with the site where an asset stands.
func (assetResolver) Site(ctx context.Context, a *asset.Asset) (*org.Site, error) {
	return load(ctx, loadersOf(ctx).sites, &a.Site)
}

// Location answers with where at its site an asset stands.
func (assetResolver) Location(ctx context.Context, a *asset.Asset) (*asset.Location, error) {
	return load(ctx, loadersOf(ctx).locations, a.Location)
}

// Parent answers with what an asset belongs to.
func (assetResolver) Parent(ctx context.Context, a *asset.Asset) (*asset.Asset, error) {
	return load(ctx, loadersOf(ctx).assets, a.Parent)
}

// Type answers with the type of an asset.
func (assetResolver) Type(ctx context.Context, a *asset.Asset) (*org.Lookup, error) {
	return load(ctx, loadersOf(ctx).lookups, a.Type)
}

// Category answers with the category of an asset.
func (assetResolver) Category(ctx context.Context, a *asset.Asset) (*org.Lookup, error) {
	return load(ctx, loadersOf(ctx).lookups, a.Category)
}

// Brand answers with the brand of an asset.
func (assetResolver) Brand(ctx context.Context, a *asset.Asset) (*org.Lookup, error) {
	return load(ctx, loadersOf(ctx).lookups, a.Brand)
}

// Provider answers with who services an asset.
func (assetResolver) Provider(ctx context.Context, a *asset.Asset) (*org.Lookup, error) {
	return load(ctx, loadersOf(ctx).lookups, a.Provider)
}

// Unit answers with the unit of an asset's capacity.
func (assetResolver) Unit(ctx context.Context, a *asset.Asset) (*org.Lookup, error) {
	return load(ctx, loadersOf(ctx).lookups, a.Unit)
}

// Meter answers with what an asset's meter counts.
func (assetResolver) Meter(ctx context.Context, a *asset.Asset) (*org.Lookup, error) {
	return load(ctx, loadersOf(ctx).lookups, a.Meter)
}

// Person answers with who changed a status.
func (statusChangeResolver) Person(ctx context.Context, x *asset.StatusChange) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, x.Person)
}
