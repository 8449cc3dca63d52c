package checklist

import (
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

var taken = map[string]fault.Field{"checklists_name": {Path: "name", Code: "taken", Message: "Another checklist of this kind has this name."}}

// Get gives a checklist with its draft. Needs checklist.read; NotFound otherwise.
func (s *Service) Get(ctx context.Context, who actor.Actor, checklist id.Checklist) (c Checklist, err error) {
	if err := who.Require(CanRead); err != nil {
		return Checklist{}, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		c, err = get(ctx, tx, checklist)
		return err
	})
	return c, err
}

// List gives the checklists by name, without their places. Needs checklist.read.
func (s *Service) List(ctx context.Context, who actor.Actor, f Filter, p page.Request) (page.Of[Checklist], error) {
	if err := who.Require(CanRead); err != nil {
		return page.Of[Checklist]{}, err
	}
	name, after, err := page.Last[id.Checklist](p)
	if err != nil {
		return page.Of[Checklist]{}, err
	}
	var rows []Checklist
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanChecklist, listSQL, f.Kind, f.Search, fold.Like(f.Search), f.Inactive, f.Offered, db.Moment(f.ChangedAfter),
			f.Site, f.Asset, name, after, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(c Checklist) (string, string) { return fold.Key(c.Name), c.ID.String() }), err
}

// ByID gives several checklists at once, at most page.Max of them, as List gives them; those that are not there are absent. Needs checklist.read.
func (s *Service) ByID(ctx context.Context, who actor.Actor, checklists []id.Checklist) (map[id.Checklist]Checklist, error) {
	if err := who.Require(CanRead); err != nil {
		return nil, err
	}
	var rows []Checklist
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanChecklist, byID, checklists[:min(len(checklists), page.Max)])
		return err
	})
	out := make(map[id.Checklist]Checklist, len(rows))
	for _, c := range rows {
		out[c.ID] = c
	}
	return out, err
}

// Create adds a checklist; nothing of it is published yet. Needs checklist.create. Invalid, or Conflict when the name is taken.
func (s *Service) Create(ctx context.Context, who actor.Actor, in Input) (Checklist, error) {
	if err := who.RequireEverywhere(CanCreate); err != nil {
		return Checklist{}, err
	}
	if err := in.Check(); err != nil {
		return Checklist{}, err
	}
	if in.ID.IsZero() {
		in.ID = id.New[id.Checklist]()
	}
	c := Checklist{ID: in.ID, Kind: in.Kind, Name: in.Name, Draft: in.Draft, Places: in.Places, Active: in.Active, Version: 1, Updated: s.now()}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := c.settle(ctx, tx); err != nil {
			return err
		}
		tx.Later(insertSQL, c.arguments()...)
		c.putParts(tx)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "checklist.created", Subject: c.ID, After: c})
	})
	if err != nil {
		return Checklist{}, fault.Place(fmt.Errorf("create checklist %s: %w", c.Name, err), taken)
	}
	return c, nil
}

// Update changes a checklist and its draft; what is published stays until Publish. Needs checklist.update. Invalid for another kind; Conflict
// with the current record when version is not the stored one.
func (s *Service) Update(ctx context.Context, who actor.Actor, checklist id.Checklist, version int64, in Input) (Checklist, error) {
	if err := who.RequireEverywhere(CanUpdate); err != nil {
		return Checklist{}, err
	}
	var c Checklist
	err := s.change(ctx, who, checklist, version, "checklist.updated", func(tx *db.Tx, old Checklist) (Checklist, error) {
		if in.Kind == "" {
			in.Kind = old.Kind
		}
		if err := in.Check(); err != nil {
			return old, err
		}
		var f fault.Check
		f.That(in.Kind == old.Kind, "kind", "fixed", "A checklist is for one thing for good. Make another checklist.")
		if err := f.Err(); err != nil {
			return old, err
		}
		c = old
		c.Name, c.Draft, c.Places, c.Active = in.Name, in.Draft, in.Places, in.Active
		return c, c.settle(ctx, tx)
	}, &c)
	if err != nil {
		return Checklist{}, fault.Place(fmt.Errorf("update checklist %s: %w", checklist, err), taken)
	}
	return c, nil
}

// change reads a checklist, lets make say what becomes of it, and writes that with its parts.
func (s *Service) change(
	ctx context.Context, who actor.Actor, checklist id.Checklist, version int64, verb string,
	make func(*db.Tx, Checklist) (Checklist, error), into *Checklist,
) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := get(ctx, tx, checklist)
		if err != nil {
			return err
		}
		c, err := make(tx, old)
		if err != nil {
			return err
		}
		c.Version, c.Updated = version+1, s.now()
		n, err := tx.Exec(ctx, updateSQL, append(c.arguments(), version)...)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Stale("checklist", old)
		}
		tx.Later(placesDelete, checklist)
		c.putParts(tx)
		*into = c
		return s.journal.Record(ctx, tx, journal.Change{Verb: verb, Subject: checklist, Before: old, After: c})
	})
}

// Delete removes a checklist of which nothing was ever published. Needs checklist.delete; Conflict when something was, or when version is not
// the stored one.
func (s *Service) Delete(ctx context.Context, who actor.Actor, checklist id.Checklist, version int64) error {
	if err := who.RequireEverywhere(CanDelete); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := get(ctx, tx, checklist)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("checklist", old)
		}
		tx.Later(placesDelete, checklist)
		tx.Later(asksDelete, checklist)
		n, err := tx.Exec(ctx, deleteSQL, checklist, version)
		if err != nil {
			return fault.InUse(err, "checklist", "Make it inactive instead: what was answered stays readable.")
		}
		if n == 0 {
			return fault.Stale("checklist", old)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "checklist.deleted", Subject: checklist, Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete checklist %s: %w", checklist, err)
	}
	return nil
}
