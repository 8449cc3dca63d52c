package asset

import (
	"cmp"
	"context"
	"fmt"
	"reflect"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

var assetTaken = map[string]fault.Field{
	"assets_code": {Path: "code", Code: "taken", Message: "Another asset has this code."},
	"assets_pkey": {Path: "id", Code: "taken", Message: "There is an asset with this id."},
}

// GetAsset gives an asset. Needs asset.read at its site; NotFound otherwise.
func (s *Service) GetAsset(ctx context.Context, who actor.Actor, asset id.Asset) (a Asset, err error) {
	if err := who.Require(CanRead); err != nil {
		return Asset{}, err
	}
	sites, all := who.Sites(CanRead)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		a, err = db.One(ctx, tx, scanAsset, assetGet, asset, all, sites)
		return fault.Named(err, "asset")
	})
	return a, err
}

// AssetByCode gives the asset that a label names, however the code is written. Needs asset.read at its site; NotFound otherwise.
func (s *Service) AssetByCode(ctx context.Context, who actor.Actor, code string) (a Asset, err error) {
	if err := who.Require(CanRead); err != nil {
		return Asset{}, err
	}
	sites, all := who.Sites(CanRead)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		a, err = db.One(ctx, tx, scanAsset, assetByCode, fold.Code(code), all, sites)
		return fault.Named(err, "asset")
	})
	return a, err
}

// ListAssets gives the assets that the actor sees, by name. Needs asset.read.
func (s *Service) ListAssets(ctx context.Context, who actor.Actor, f AssetFilter, p page.Request) (page.Of[Asset], error) {
	if err := who.Require(CanRead); err != nil {
		return page.Of[Asset]{}, err
	}
	if err := f.check(); err != nil {
		return page.Of[Asset]{}, err
	}
	name, after, err := page.Last[id.Asset](p)
	if err != nil {
		return page.Of[Asset]{}, err
	}
	sites, all := who.Sites(CanRead)
	var rows []Asset
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		args, err := f.arguments(ctx, tx, s.now(), sites, all)
		if err != nil {
			return err
		}
		rows, err = db.All(ctx, tx, scanAsset, assetList, append(args, f.Status, name, after, p.Size()+1)...)
		return err
	})
	return page.Cut(rows, p, func(x Asset) (string, string) { return fold.Key(x.Name), x.ID.String() }), err
}

// CountAssets gives how many assets ListAssets would list in all for each status, by the same filter whatever its Status; a status without
// any is absent. Needs asset.read.
func (s *Service) CountAssets(ctx context.Context, who actor.Actor, f AssetFilter) (map[Status]int64, error) {
	if err := who.Require(CanRead); err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	sites, all := who.Sites(CanRead)
	counts := map[Status]int64{}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		args, err := f.arguments(ctx, tx, s.now(), sites, all)
		if err != nil {
			return err
		}
		_, err = db.All(ctx, tx, func(r db.Row) (struct{}, error) {
			var status Status
			var n int64
			err := r.Scan(&status, &n)
			counts[status] = n
			return struct{}{}, err
		}, assetCount, args...)
		return err
	})
	return counts, err
}

// CreateAsset adds an asset and begins its status log. Needs asset.create at the site. Invalid, or Conflict when the code is taken.
func (s *Service) CreateAsset(ctx context.Context, who actor.Actor, in AssetInput) (Asset, error) {
	if err := requireNew(who, CanCreate, in.Site); err != nil {
		return Asset{}, err
	}
	if err := in.Check(); err != nil {
		return Asset{}, err
	}
	if in.ID.IsZero() {
		in.ID = id.New[id.Asset]()
	}
	a := in.asset(in.ID, 1, s.now())
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if a.Parent != nil { // which could be on its way to another site
			tx.Later(siteLock, a.Site)
		}
		if err := in.checkAsset(ctx, tx, s, &a, true); err != nil {
			return err
		}
		tx.Later(assetInsert, a.arguments(in.searchKey())...)
		logStatus(tx, a, "", in.StatusNote)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "asset.created", Subject: a.ID, Site: a.Site, After: a})
	})
	if err != nil {
		return Asset{}, fault.Place(fmt.Errorf("create asset %s: %w", a.Code, err), assetTaken)
	}
	return a, nil
}

// UpdateAsset changes an asset, or moves it, also to another site. Needs asset.update at its site and at the new one. An asset to which
// others belong stays at its site. A new status is logged as SetStatus does. Conflict with the current record when version is not the
// stored one, or when the code is taken; Invalid for a cycle.
func (s *Service) UpdateAsset(ctx context.Context, who actor.Actor, asset id.Asset, version int64, in AssetInput) (Asset, error) {
	seen, err := s.mayChange(ctx, who, CanUpdate, asset)
	if err != nil {
		return Asset{}, err
	}
	if err := requireNew(who, CanUpdate, in.Site); err != nil {
		return Asset{}, err
	}
	if err := in.Check(); err != nil {
		return Asset{}, err
	}
	a := in.asset(asset, version+1, s.now())
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		lockSites(tx, seen, a)
		old, err := getAsset(ctx, tx, asset)
		if err != nil {
			return err
		}
		if old.Version != version || old.Version != seen.Version {
			return fault.Stale("asset", old)
		}
		if err := checkMove(ctx, tx, old, a); err != nil {
			return err
		}
		if err := in.checkAsset(ctx, tx, s, &a, !same(old.Parent, a.Parent)); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, assetUpdate, append(a.arguments(in.searchKey()), version)...)
		if err != nil {
			return err
		}
		if n == 0 { // somebody was faster
			return staleAsset(ctx, tx, asset)
		}
		return s.recordUpdate(ctx, tx, old, a, in.StatusNote)
	})
	if err != nil {
		return Asset{}, fault.Place(fmt.Errorf("update asset %s: %w", asset, err), assetTaken)
	}
	return a, nil
}

// recordUpdate journals an update in up to two steps, of which each says one thing: the status, and all else.
func (s *Service) recordUpdate(ctx context.Context, tx *db.Tx, old, a Asset, note string) error {
	if old.Status != a.Status {
		changed := old
		changed.Status, changed.Version, changed.Updated = a.Status, a.Version, a.Updated
		if err := s.recordStatus(ctx, tx, old, changed, note); err != nil {
			return err
		}
		old.Status = a.Status
		if reflect.DeepEqual(changed, a) {
			return nil
		}
	}
	return s.journal.Record(ctx, tx, journal.Change{Verb: "asset.updated", Subject: a.ID, Site: a.Site, Before: old, After: a})
}

// DeleteAsset removes an asset that nothing points to, with its status log; the journal keeps both. Needs asset.delete at its site;
// Conflict while it is in use or version is not the stored one.
func (s *Service) DeleteAsset(ctx context.Context, who actor.Actor, asset id.Asset, version int64) error {
	seen, err := s.mayChange(ctx, who, CanDelete, asset)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getAsset(ctx, tx, asset)
		if err != nil {
			return err
		}
		if old.Version != version || old.Version != seen.Version {
			return fault.Stale("asset", old)
		}
		tx.Later(statusesDelete, asset)
		n, err := tx.Exec(ctx, assetDelete, asset, version)
		if err != nil {
			return fault.InUse(err, "asset", "Set its status to scrapped instead.")
		}
		if n == 0 {
			return staleAsset(ctx, tx, asset)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "asset.deleted", Subject: asset, Site: old.Site, Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete asset %s: %w", asset, err)
	}
	return nil
}

// mayChange gives an asset that the actor sees and may do p to.
func (s *Service) mayChange(ctx context.Context, who actor.Actor, p actor.Permission, asset id.Asset) (Asset, error) {
	if err := who.Require(p); err != nil {
		return Asset{}, err
	}
	a, err := s.GetAsset(ctx, who, asset)
	if err != nil {
		return Asset{}, err
	}
	return a, who.RequireAt(p, a.Site)
}

// lockSites puts changes of the tree that an asset stands in, or comes to stand in, in a row; always in the same order.
func lockSites(tx *db.Tx, old, a Asset) {
	switch order := cmp.Compare(old.Site.String(), a.Site.String()); {
	case order == 0 && same(old.Parent, a.Parent):
	case order == 0:
		tx.Later(siteLock, a.Site)
	case order < 0:
		tx.Later(siteLock, old.Site)
		tx.Later(siteLock, a.Site)
	default:
		tx.Later(siteLock, a.Site)
		tx.Later(siteLock, old.Site)
	}
}

func staleAsset(ctx context.Context, tx *db.Tx, asset id.Asset) error {
	now, err := getAsset(ctx, tx, asset)
	if err != nil {
		return err
	}
	return fault.Stale("asset", now)
}
