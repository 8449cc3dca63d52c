package asset

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// AssetsByID gives several assets at once, at most page.Max of them: those that GetAsset would give; the others are absent. Needs asset.read.
func (s *Service) AssetsByID(ctx context.Context, who actor.Actor, assets []id.Asset) (map[id.Asset]Asset, error) {
	return by(ctx, s, who, CanRead, scanAsset, assetsByID, assets, func(x Asset) id.Asset { return x.ID })
}

// AssetsByCode gives the assets that have some codes, at most page.Max of them: those that GetAsset would give. Needs asset.read.
func (s *Service) AssetsByCode(ctx context.Context, who actor.Actor, codes []string) (map[string]Asset, error) {
	return by(ctx, s, who, CanRead, scanAsset, assetsByCode, codes, func(x Asset) string { return x.Code })
}

// LocationsByID gives several locations at once, at most page.Max of them: those that GetLocation would give; the others are absent. Needs
// location.read.
func (s *Service) LocationsByID(ctx context.Context, who actor.Actor, locations []id.Location) (map[id.Location]Location, error) {
	return by(ctx, s, who, CanReadLocation, scanLocation, locationsByID, locations, func(x Location) id.Location { return x.ID })
}

// LocationsByCode gives the locations of all sites that have some codes, at most page.Max codes, under their site's id, "/" and their code: those
// that GetLocation would give. Needs location.read.
func (s *Service) LocationsByCode(ctx context.Context, who actor.Actor, codes []string) (map[string]Location, error) {
	return by(ctx, s, who, CanReadLocation, scanLocation, locationsByCode, codes, func(x Location) string { return x.Site.String() + "/" + x.Code })
}

// by runs a query for several records and puts them under their keys.
func by[K comparable, V any](
	ctx context.Context, s *Service, who actor.Actor, p actor.Permission, scan func(db.Row) (V, error), q db.SQL, keys []K, key func(V) K,
) (map[K]V, error) {
	if err := who.Require(p); err != nil {
		return nil, err
	}
	sites, all := who.Sites(p)
	var rows []V
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scan, q, keys[:min(len(keys), page.Max)], all, sites)
		return err
	})
	out := make(map[K]V, len(rows))
	for _, x := range rows {
		out[key(x)] = x
	}
	return out, err
}

// Access answers for the files of an asset, whose owner it is: the site, and why the actor may not see, or not change, what is added to it;
// nil where they may. It needs asset.read to see and asset.update to change, at the asset's site.
func (s *Service) Access(ctx context.Context, who actor.Actor, owner id.Any) (site *id.Site, see, change error) {
	a, err := s.GetAsset(ctx, who, id.Of[id.Asset](owner.Bytes()))
	if err != nil {
		return nil, err, err
	}
	return &a.Site, nil, who.RequireAt(CanUpdate, a.Site)
}

// LocationAccess is Access for the files of a location: location.read to see and location.update to change, at its site.
func (s *Service) LocationAccess(ctx context.Context, who actor.Actor, owner id.Any) (site *id.Site, see, change error) {
	l, err := s.GetLocation(ctx, who, id.Of[id.Location](owner.Bytes()))
	if err != nil {
		return nil, err, err
	}
	return &l.Site, nil, who.RequireAt(CanUpdateLocation, l.Site)
}

const assetsByCode db.SQL = `-- asset.assetsByCode
select ` + assetColumns + assetFrom + `where a.tenant_id = $1 and a.code in_list($2) and ($3 or a.site_id in_list($4))`

const locationsByCode db.SQL = `-- asset.locationsByCode
select ` + locationColumns + locationFrom + `where l.tenant_id = $1 and l.code in_list($2) and ($3 or l.site_id in_list($4))`
