package org

import (
	"context"
	"fmt"
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

// maxDepth is how many units may stand above one another.
const maxDepth = 12

var unitTaken = map[string]fault.Field{"units_code": {Path: "code", Code: "taken", Message: "Another unit has this code."}}

// GetUnit gives a unit. Needs unit.read there; NotFound otherwise.
func (s *Service) GetUnit(ctx context.Context, who actor.Actor, unit id.Unit) (Unit, error) {
	if err := who.Require(CanReadUnit); err != nil {
		return Unit{}, err
	}
	if !who.In(CanReadUnit, unit) {
		return Unit{}, fault.Missing("unit")
	}
	var u Unit
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		u, err = getUnit(ctx, tx, unit)
		return err
	})
	return u, err
}

// ListUnits gives the units that the actor sees, by code. Needs unit.read.
func (s *Service) ListUnits(ctx context.Context, who actor.Actor, f UnitFilter, p page.Request) (page.Of[Unit], error) {
	if err := who.Require(CanReadUnit); err != nil {
		return page.Of[Unit]{}, err
	}
	code, _, err := p.Key()
	if err != nil {
		return page.Of[Unit]{}, err
	}
	units, all := who.Units(CanReadUnit)
	var rows []Unit
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanUnit, unitList, all, units, f.Parent == nil, f.Parent, f.Search, fold.Like(f.Search), code, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(u Unit) (string, string) { return u.Code, u.ID.String() }), err
}

// CreateUnit adds a unit. Needs unit.create in the parent, or everywhere for one at the top. Invalid, or Conflict when the code is taken.
func (s *Service) CreateUnit(ctx context.Context, who actor.Actor, in UnitInput) (Unit, error) {
	if err := requireUnder(who, CanCreateUnit, in.Parent); err != nil {
		return Unit{}, err
	}
	if err := in.Check(); err != nil {
		return Unit{}, err
	}
	u := Unit{ID: id.New[id.Unit](), Parent: in.Parent, Kind: in.Kind, Code: in.Code, Name: in.Name, Active: in.Active, Version: 1}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		s.lockTree(tx)
		if err := checkUnit(ctx, tx, u); err != nil {
			return err
		}
		tx.Later(unitInsert, u.ID, u.Parent, u.Kind, u.Code, u.Name, fold.Key(u.Code+" "+u.Name), u.Active, u.Version, s.now())
		return s.journal.Record(ctx, tx, journal.Change{Verb: "unit.created", Subject: u.ID, After: u})
	})
	if err != nil {
		return Unit{}, fault.Place(fmt.Errorf("create unit %s: %w", u.Code, err), unitTaken)
	}
	return u, nil
}

// UpdateUnit changes or moves a unit with all below it. Needs unit.update there and, to move it, in the new parent. Conflict with
// the current record when version is not the stored one; Invalid for a cycle.
func (s *Service) UpdateUnit(ctx context.Context, who actor.Actor, unit id.Unit, version int64, in UnitInput) (Unit, error) {
	if err := who.Require(CanUpdateUnit); err != nil {
		return Unit{}, err
	}
	if _, err := s.GetUnit(ctx, who, unit); err != nil {
		return Unit{}, err
	}
	if err := who.RequireIn(CanUpdateUnit, unit); err != nil {
		return Unit{}, err
	}
	if err := in.Check(); err != nil {
		return Unit{}, err
	}
	u := Unit{ID: unit, Parent: in.Parent, Kind: in.Kind, Code: in.Code, Name: in.Name, Active: in.Active, Version: version + 1}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		s.lockTree(tx)
		old, err := getUnit(ctx, tx, unit)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("unit", old)
		}
		if moved := !same(old.Parent, in.Parent); moved {
			if err := requireUnder(who, CanUpdateUnit, in.Parent); err != nil {
				return err
			}
		}
		if err := checkUnit(ctx, tx, u); err != nil {
			return err
		}
		tx.Later(unitUpdate, u.ID, u.Parent, u.Kind, u.Code, u.Name, fold.Key(u.Code+" "+u.Name), u.Active, u.Version, s.now())
		return s.journal.Record(ctx, tx, journal.Change{Verb: "unit.updated", Subject: u.ID, Before: old, After: u})
	})
	if err != nil {
		return Unit{}, fault.Place(fmt.Errorf("update unit %s: %w", unit, err), unitTaken)
	}
	return u, nil
}

// DeleteUnit removes a unit that nothing stands in. Needs unit.delete there; Conflict while it is in use or version is not the stored one.
func (s *Service) DeleteUnit(ctx context.Context, who actor.Actor, unit id.Unit, version int64) error {
	if err := who.Require(CanDeleteUnit); err != nil {
		return err
	}
	if _, err := s.GetUnit(ctx, who, unit); err != nil {
		return err
	}
	if err := who.RequireIn(CanDeleteUnit, unit); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		s.lockTree(tx)
		old, err := getUnit(ctx, tx, unit)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("unit", old)
		}
		if _, err := tx.Exec(ctx, unitDelete, unit); err != nil {
			return fault.InUse(err, "unit", "Move what stands in it first, or make it inactive.")
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "unit.deleted", Subject: unit, Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete unit %s: %w", unit, err)
	}
	return nil
}

// checkUnit finds out what only the database knows: that the parent and the kind exist, and that the parent is not below the unit.
func checkUnit(ctx context.Context, tx *db.Tx, u Unit) error {
	var c fault.Check
	if err := checkLookup(ctx, tx, &c, "kind_id", UnitKind, u.Kind); err != nil {
		return err
	}
	if u.Parent != nil {
		above, err := db.All(ctx, tx, scanUnitID, unitAncestors, *u.Parent)
		if err != nil {
			return err
		}
		height, err := db.One(ctx, tx, scanCount, unitHeight, u.ID)
		if err != nil {
			return err
		}
		switch {
		case len(above) == 0:
			c.Add("parent_id", "unknown", "There is no such unit.")
		case slices.Contains(above, u.ID):
			c.Add("parent_id", "cycle", "A unit cannot stand below itself.")
		case len(above)+int(height) > maxDepth:
			c.Add("parent_id", "too_deep", fmt.Sprintf("Units stand at most %d deep.", maxDepth))
		}
	}
	return c.Err()
}

// requireUnder asks for a permission in a unit, or everywhere when there is none.
func requireUnder(who actor.Actor, p actor.Permission, unit *id.Unit) error {
	if unit == nil {
		return who.RequireEverywhere(p)
	}
	return who.RequireIn(p, *unit)
}

func same[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}
