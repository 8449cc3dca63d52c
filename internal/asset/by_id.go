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
	if err := who.Require(CanRead); err != nil {
		return nil, err
	}
	sites, all := who.Sites(CanRead)
	var rows []Asset
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanAsset, assetsByID, assets[:min(len(assets), page.Max)], all, sites)
		return err
	})
	out := make(map[id.Asset]Asset, len(rows))
	for _, x := range rows {
		out[x.ID] = x
	}
	return out, err
}

// LocationsByID gives several locations at once, at most page.Max of them: those that GetLocation would give; the others are absent. Needs
// location.read.
func (s *Service) LocationsByID(ctx context.Context, who actor.Actor, locations []id.Location) (map[id.Location]Location, error) {
	if err := who.Require(CanReadLocation); err != nil {
		return nil, err
	}
	sites, all := who.Sites(CanReadLocation)
	var rows []Location
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanLocation, locationsByID, locations[:min(len(locations), page.Max)], all, sites)
		return err
	})
	out := make(map[id.Location]Location, len(rows))
	for _, x := range rows {
		out[x.ID] = x
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
