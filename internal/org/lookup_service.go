package org

import (
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

var lookupTaken = map[string]fault.Field{"lookups_code": {Path: "code", Code: "taken", Message: "This list has the code already."}}

// GetLookup gives a value of a code list. Needs lookup.read.
func (s *Service) GetLookup(ctx context.Context, who actor.Actor, lookup id.Lookup) (l Lookup, err error) {
	if err := who.Require(CanReadLookup); err != nil {
		return Lookup{}, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		l, err = getLookup(ctx, tx, lookup)
		return err
	})
	return l, err
}

// ListLookups gives the values of one list, by code; of all lists when list is "". Needs lookup.read.
func (s *Service) ListLookups(ctx context.Context, who actor.Actor, list List, p page.Request) (page.Of[Lookup], error) {
	if err := who.Require(CanReadLookup); err != nil {
		return page.Of[Lookup]{}, err
	}
	afterList, afterCode, err := p.Key()
	if err != nil {
		return page.Of[Lookup]{}, err
	}
	var rows []Lookup
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanLookup, lookupList, list, afterList, afterCode, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(l Lookup) (string, string) { return string(l.List), l.Code }), err
}

// CreateLookup adds a value to a list. Needs lookup.create. Invalid, or Conflict when the code is taken.
func (s *Service) CreateLookup(ctx context.Context, who actor.Actor, in LookupInput) (Lookup, error) {
	if err := who.RequireEverywhere(CanCreateLookup); err != nil {
		return Lookup{}, err
	}
	if err := in.Check(); err != nil {
		return Lookup{}, err
	}
	l := Lookup{ID: id.New[id.Lookup](), List: in.List, Code: in.Code, Name: in.Name, Active: in.Active, Version: 1}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Later(lookupInsert, l.ID, l.List, l.Code, l.Name, l.Active, l.Version, s.now())
		return s.journal.Record(ctx, tx, journal.Change{Verb: "lookup.created", Subject: l.ID, After: l})
	})
	if err != nil {
		return Lookup{}, fault.Place(fmt.Errorf("create lookup %s: %w", l.Code, err), lookupTaken)
	}
	return l, nil
}

// UpdateLookup changes a value; its list stays. Needs lookup.update. Conflict with the current record when version is not the stored one.
func (s *Service) UpdateLookup(ctx context.Context, who actor.Actor, lookup id.Lookup, version int64, in LookupInput) (Lookup, error) {
	if err := who.RequireEverywhere(CanUpdateLookup); err != nil {
		return Lookup{}, err
	}
	l := Lookup{ID: lookup, Version: version + 1}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getLookup(ctx, tx, lookup)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("lookup", old)
		}
		in.List = old.List
		if err := in.Check(); err != nil {
			return err
		}
		l.List, l.Code, l.Name, l.Active = in.List, in.Code, in.Name, in.Active
		n, err := tx.Exec(ctx, lookupUpdate, l.ID, l.Code, l.Name, l.Active, l.Version, s.now(), version)
		if err != nil {
			return err
		}
		if n == 0 {
			return staleLookup(ctx, tx, lookup)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "lookup.updated", Subject: l.ID, Before: old, After: l})
	})
	if err != nil {
		return Lookup{}, fault.Place(fmt.Errorf("update lookup %s: %w", lookup, err), lookupTaken)
	}
	return l, nil
}

// DeleteLookup removes a value that nothing points to. Needs lookup.delete; Conflict while it is in use or version is not the stored one.
func (s *Service) DeleteLookup(ctx context.Context, who actor.Actor, lookup id.Lookup, version int64) error {
	if err := who.RequireEverywhere(CanDeleteLookup); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getLookup(ctx, tx, lookup)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, lookupDelete, lookup, version)
		if err != nil {
			return fault.InUse(err, "lookup", "Make it inactive instead.")
		}
		if n == 0 {
			return staleLookup(ctx, tx, lookup)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "lookup.deleted", Subject: lookup, Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete lookup %s: %w", lookup, err)
	}
	return nil
}

// staleLookup answers a change that came too late with the record as it is now.
func staleLookup(ctx context.Context, tx *db.Tx, lookup id.Lookup) error {
	now, err := getLookup(ctx, tx, lookup)
	if err != nil {
		return err
	}
	return fault.Stale("lookup", now)
}

// checkLookup adds a violation when a value does not exist or belongs to another list.
func checkLookup(ctx context.Context, tx *db.Tx, c *fault.Check, path string, list List, lookup *id.Lookup) error {
	if lookup == nil {
		return nil
	}
	l, err := getLookup(ctx, tx, *lookup)
	if fault.KindOf(err) == fault.NotFound || err == nil && l.List != list {
		c.Add(path, "unknown", "There is no such value in the list.")
		return nil
	}
	return err
}
