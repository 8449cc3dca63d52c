package ticket

import (
	"cmp"
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

var ladderTaken = map[string]fault.Field{
	"escalation_ladders_site": {Path: "version", Code: "stale", Message: "Somebody made a ladder here meanwhile."},
	"escalation_ladders_all":  {Path: "version", Code: "stale", Message: "Somebody made a ladder here meanwhile."},
}

// ListLadders gives the ladders of a category: that of all sites first, then those of the sites that category.read reaches, by the site's
// name, at most 1000. Needs category.read; NotFound without such a category.
func (s *Service) ListLadders(ctx context.Context, who actor.Actor, category id.Category) ([]Ladder, error) {
	if err := who.Require(CanReadCategory); err != nil {
		return nil, err
	}
	sites, all := who.Sites(CanReadCategory)
	var ladders []Ladder
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var rungs []rungOf
		db.Soon(tx, &ladders, scanLadder, ladderList, category, all, sites)
		db.Soon(tx, &rungs, scanRungOf, rungList, category)
		if _, err := getCategory(ctx, tx, category); err != nil {
			return err
		}
		for i := range ladders {
			ladders[i].take(rungs)
		}
		return nil
	})
	return ladders, err
}

// GetLadder gives the ladder of a category at a site, or of all sites (nil), itself and not the one that stands in for it. Needs
// category.read, for a site there; NotFound otherwise.
func (s *Service) GetLadder(ctx context.Context, who actor.Actor, category id.Category, site *id.Site) (l Ladder, err error) {
	if err := who.Require(CanReadCategory); err != nil {
		return Ladder{}, err
	}
	if site != nil && !who.At(CanReadCategory, *site) {
		return Ladder{}, fault.Missing("ladder")
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		l, err = getLadder(ctx, tx, category, site)
		return err
	})
	return l, err
}

// PutLadder makes or replaces a ladder; the clocks of the tickets on it follow soon after. version is that of the ladder, 0 when there is
// none yet. Needs category.update at its site, or everywhere. Invalid; NotFound without such a
// category; Conflict with the current record when version is not the stored one.
func (s *Service) PutLadder(ctx context.Context, who actor.Actor, version int64, in LadderInput) (l Ladder, err error) {
	if err := mayClimb(who, in.Site); err != nil {
		return Ladder{}, err
	}
	if err := in.Check(); err != nil {
		return Ladder{}, err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := in.checkRefs(ctx, tx); err != nil {
			return err
		}
		old, err := getLadder(ctx, tx, in.Category, in.Site)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if old.Version != version {
			return fault.Stale("ladder", old)
		}
		ladder, now := old.ID, s.now()
		if version == 0 {
			ladder = id.New[id.Ladder]()
			tx.Later(ladderInsert, ladder, in.Category, in.Site, int64(1), now)
		} else {
			n, err := tx.Exec(ctx, ladderUpdate, ladder, version+1, now, version)
			if err != nil {
				return err
			}
			if n == 0 {
				return staleLadder(ctx, tx, in.Category, in.Site)
			}
			tx.Later(rungsDelete, ladder)
		}
		for i, r := range in.Rungs {
			tx.Later(rungInsert, id.New[id.Any](), ladder, int64(i+1), r.After, r.Person, r.Group, joined(r.Mails))
		}
		if l, err = getLadder(ctx, tx, in.Category, in.Site); err != nil {
			return err
		}
		change := journal.Change{Verb: "ladder.updated", Subject: ladder, Site: siteOf(in.Site), After: l}
		if version > 0 {
			change.Before = old
		}
		return s.journal.Record(ctx, tx, change)
	})
	if err != nil {
		return Ladder{}, fault.Place(fmt.Errorf("put ladder of %s: %w", in.Category, err), ladderTaken)
	}
	return l, nil
}

// DeleteLadder removes a ladder; at a site, that of all sites then holds. Needs category.update as PutLadder. NotFound when there
// is none; Conflict with the current record when version is not the stored one.
func (s *Service) DeleteLadder(ctx context.Context, who actor.Actor, category id.Category, site *id.Site, version int64) error {
	if err := mayClimb(who, site); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getLadder(ctx, tx, category, site)
		if err != nil {
			_, none := getCategory(ctx, tx, category)
			return cmp.Or(none, err)
		}
		if old.Version != version {
			return fault.Stale("ladder", old)
		}
		tx.Later(rungsDelete, old.ID)
		n, err := tx.Exec(ctx, ladderDelete, old.ID, version)
		if err != nil {
			return err
		}
		if n == 0 {
			return staleLadder(ctx, tx, category, site)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "ladder.deleted", Subject: old.ID, Site: siteOf(site), Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete ladder of %s: %w", category, err)
	}
	return nil
}

// mayClimb asks for the right to change ladders at a site, or everywhere.
func mayClimb(who actor.Actor, site *id.Site) error {
	switch {
	case site == nil:
		return who.RequireEverywhere(CanUpdateCategory)
	case !who.Can(CanUpdateCategory):
		return who.Require(CanUpdateCategory)
	case !who.At(CanUpdateCategory, *site) && !who.At(CanReadCategory, *site):
		return fault.Missing("site")
	}
	return who.RequireAt(CanUpdateCategory, *site)
}

func siteOf(site *id.Site) id.Site {
	if site == nil {
		return id.Site{}
	}
	return *site
}

// staleLadder answers a change that came too late with the ladder as it is now.
func staleLadder(ctx context.Context, tx *db.Tx, category id.Category, site *id.Site) error {
	now, err := getLadder(ctx, tx, category, site)
	if err != nil {
		return err
	}
	return fault.Stale("ladder", now)
}
