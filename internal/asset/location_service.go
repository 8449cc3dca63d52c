package asset

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

var locationTaken = map[string]fault.Field{
	"locations_code": {Path: "code", Code: "taken", Message: "Another location of this site has this code."},
	"locations_pkey": {Path: "id", Code: "taken", Message: "There is a location with this id."},
}

// GetLocation gives a location. Needs location.read at its site; NotFound otherwise.
func (s *Service) GetLocation(ctx context.Context, who actor.Actor, location id.Location) (l Location, err error) {
	if err := who.Require(CanReadLocation); err != nil {
		return Location{}, err
	}
	sites, all := who.Sites(CanReadLocation)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		l, err = db.One(ctx, tx, scanLocation, locationGet, location, all, sites)
		return fault.Named(err, "location")
	})
	return l, err
}

// ListLocations gives the locations that the actor sees, by name. Needs location.read.
func (s *Service) ListLocations(ctx context.Context, who actor.Actor, f LocationFilter, p page.Request) (page.Of[Location], error) {
	if err := who.Require(CanReadLocation); err != nil {
		return page.Of[Location]{}, err
	}
	if err := f.check(); err != nil {
		return page.Of[Location]{}, err
	}
	name, after, err := page.Last[id.Location](p)
	if err != nil {
		return page.Of[Location]{}, err
	}
	sites, all := who.Sites(CanReadLocation)
	var rows []Location
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanLocation, locationList, append(f.arguments(sites, all), name, after, p.Size()+1)...)
		return err
	})
	return page.Cut(rows, p, func(x Location) (string, string) { return fold.Key(x.Name), x.ID.String() }), err
}

// CountLocations gives how many locations ListLocations would list in all, by the same filter. Needs location.read.
func (s *Service) CountLocations(ctx context.Context, who actor.Actor, f LocationFilter) (n int64, err error) {
	if err := who.Require(CanReadLocation); err != nil {
		return 0, err
	}
	if err := f.check(); err != nil {
		return 0, err
	}
	sites, all := who.Sites(CanReadLocation)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		n, err = db.One(ctx, tx, scanInt, locationCount, f.arguments(sites, all)...)
		return err
	})
	return n, err
}

func (f LocationFilter) check() error {
	var c fault.Check
	c.That(f.Status == "" || f.Status.Valid(), "status", "unknown", "There is no such status.")
	return c.Err()
}

func (f LocationFilter) arguments(sites []id.Site, all bool) []any {
	return []any{
		all, sites, f.Site, f.Parent, f.Type, f.Status, f.Critical, f.Search, fold.Like(f.Search), f.Inactive, f.Offered, db.Moment(f.ChangedAfter),
	}
}

// CreateLocation adds a location. Needs location.create at the site. Invalid, or Conflict when the code is taken there.
func (s *Service) CreateLocation(ctx context.Context, who actor.Actor, in LocationInput) (Location, error) {
	if err := requireNew(who, CanCreateLocation, in.Site); err != nil {
		return Location{}, err
	}
	if err := in.Check(); err != nil {
		return Location{}, err
	}
	if in.ID.IsZero() {
		in.ID = id.New[id.Location]()
	}
	l := in.location(in.ID, 1, s.now())
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := checkLocation(ctx, tx, &l, true); err != nil {
			return err
		}
		lat, lng := columns(l.Point)
		tx.Later(locationInsert, l.ID, l.Site, l.Parent, l.Type, l.Code, l.Name, fold.Key(l.Name), in.searchKey(), l.Status, l.Critical,
			lat, lng, l.Active, l.Version, l.Updated)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "location.created", Subject: l.ID, Site: l.Site, After: l})
	})
	if err != nil {
		return Location{}, fault.Place(fmt.Errorf("create location %s: %w", l.Code, err), locationTaken)
	}
	return l, nil
}

// UpdateLocation changes a location, or moves it with all below it inside its site. Needs location.update there. Conflict with the current
// record when version is not the stored one; Invalid for a cycle, and for another site: places do not move.
func (s *Service) UpdateLocation(ctx context.Context, who actor.Actor, location id.Location, version int64, in LocationInput) (Location, error) {
	seen, err := s.mayChangeLocation(ctx, who, CanUpdateLocation, location)
	if err != nil {
		return Location{}, err
	}
	err = in.Check()
	if in.Site != seen.Site && !in.Site.IsZero() {
		err = also(err, fault.Field{Path: "site_id", Code: "fixed", Message: "A location stays at its site."})
	}
	if err != nil {
		return Location{}, err
	}
	l := in.location(location, version+1, s.now())
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Later(siteLock, l.Site)
		old, err := getLocation(ctx, tx, location)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("location", old)
		}
		if err := checkLocation(ctx, tx, &l, !same(old.Parent, l.Parent)); err != nil {
			return err
		}
		lat, lng := columns(l.Point)
		n, err := tx.Exec(ctx, locationUpdate, l.ID, l.Parent, l.Type, l.Code, l.Name, fold.Key(l.Name), in.searchKey(), l.Status, l.Critical,
			lat, lng, l.Active, l.Version, l.Updated, version)
		if err != nil {
			return err
		}
		if n == 0 { // somebody was faster
			return staleLocation(ctx, tx, location)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "location.updated", Subject: l.ID, Site: l.Site, Before: old, After: l})
	})
	if err != nil {
		return Location{}, fault.Place(fmt.Errorf("update location %s: %w", location, err), locationTaken)
	}
	return l, nil
}

// DeleteLocation removes a location that nothing points to. Needs location.delete at its site; Conflict while it is in use or version is
// not the stored one.
func (s *Service) DeleteLocation(ctx context.Context, who actor.Actor, location id.Location, version int64) error {
	if _, err := s.mayChangeLocation(ctx, who, CanDeleteLocation, location); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getLocation(ctx, tx, location)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("location", old)
		}
		n, err := tx.Exec(ctx, locationDelete, location, version)
		if err != nil {
			return fault.InUse(err, "location", "Move what stands in it first, or make it inactive.")
		}
		if n == 0 {
			return staleLocation(ctx, tx, location)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "location.deleted", Subject: location, Site: old.Site, Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete location %s: %w", location, err)
	}
	return nil
}

// mayChangeLocation gives a location that the actor sees and may do p to.
func (s *Service) mayChangeLocation(ctx context.Context, who actor.Actor, p actor.Permission, location id.Location) (Location, error) {
	if err := who.Require(p); err != nil {
		return Location{}, err
	}
	l, err := s.GetLocation(ctx, who, location)
	if err != nil {
		return Location{}, err
	}
	return l, who.RequireAt(p, l.Site)
}

func staleLocation(ctx context.Context, tx *db.Tx, location id.Location) error {
	now, err := getLocation(ctx, tx, location)
	if err != nil {
		return err
	}
	return fault.Stale("location", now)
}

// requireNew asks for a permission at the site of a new record; one without a site is refused by the input's Check, with its other faults.
func requireNew(who actor.Actor, p actor.Permission, site id.Site) error {
	if site.IsZero() {
		return who.Require(p)
	}
	return who.RequireAt(p, site)
}

// also adds a violation to those of a Check.
func also(err error, field fault.Field) error {
	f := fault.Of(fault.Invalid, "Check what is marked below.")
	if err != nil {
		f = fault.As(err)
	}
	f.Fields = append(f.Fields, field)
	return f
}
