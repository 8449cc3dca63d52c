package org

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

var siteTaken = map[string]fault.Field{"sites_code": {Path: "code", Code: "taken", Message: "Another site has this code."}}

// GetSite gives a site. Needs site.read there; NotFound otherwise.
func (s *Service) GetSite(ctx context.Context, who actor.Actor, site id.Site) (Site, error) {
	if err := who.Require(CanReadSite); err != nil {
		return Site{}, err
	}
	if !who.At(CanReadSite, site) {
		return Site{}, fault.Missing("site")
	}
	var out Site
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		out, err = getSite(ctx, tx, site)
		return err
	})
	return out, err
}

// ListSites gives the sites that the actor sees, by code. Needs site.read.
func (s *Service) ListSites(ctx context.Context, who actor.Actor, f SiteFilter, p page.Request) (page.Of[Site], error) {
	if err := who.Require(CanReadSite); err != nil {
		return page.Of[Site]{}, err
	}
	code, _, err := p.Key()
	if err != nil {
		return page.Of[Site]{}, err
	}
	sites, all := who.Sites(CanReadSite)
	var rows []Site
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanSite, siteList, all, sites, f.Unit == nil, f.Unit, f.Search, fold.Like(f.Search), f.Inactive, code, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(x Site) (string, string) { return x.Code, x.ID.String() }), err
}

// CreateSite adds a site. Needs site.create in its unit, or everywhere for one directly under the tenant. Invalid, or Conflict when
// the code is taken.
func (s *Service) CreateSite(ctx context.Context, who actor.Actor, in SiteInput) (Site, error) {
	if err := requireUnder(who, CanCreateSite, in.Unit); err != nil {
		return Site{}, err
	}
	if err := in.Check(); err != nil {
		return Site{}, err
	}
	x := in.site(id.New[id.Site](), 1)
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		s.lockTree(tx)
		if err := checkSite(ctx, tx, &x); err != nil {
			return err
		}
		lat, lng := x.Point.columns()
		tx.Later(siteInsert, x.ID, x.Unit, x.Type, x.Code, x.Name, in.searchKey(), x.Zone, lat, lng, x.Radius, x.Address, x.Active, x.Version, s.now())
		if x.Manager != nil {
			tx.Later(managerSet, x.ID, x.Manager)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "site.created", Subject: x.ID, Site: x.ID, After: x})
	})
	if err != nil {
		return Site{}, fault.Place(fmt.Errorf("create site %s: %w", x.Code, err), siteTaken)
	}
	return x, nil
}

// UpdateSite changes or moves a site. Needs site.update there and, to move it, in the new unit. Conflict with the current record
// when version is not the stored one.
func (s *Service) UpdateSite(ctx context.Context, who actor.Actor, site id.Site, version int64, in SiteInput) (Site, error) {
	if err := who.Require(CanUpdateSite); err != nil {
		return Site{}, err
	}
	if _, err := s.GetSite(ctx, who, site); err != nil {
		return Site{}, err
	}
	if err := who.RequireAt(CanUpdateSite, site); err != nil {
		return Site{}, err
	}
	if err := in.Check(); err != nil {
		return Site{}, err
	}
	x := in.site(site, version+1)
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		s.lockTree(tx)
		old, err := getSite(ctx, tx, site)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("site", old)
		}
		if moved := !same(old.Unit, in.Unit); moved {
			if err := requireUnder(who, CanUpdateSite, in.Unit); err != nil {
				return err
			}
		}
		if err := checkSite(ctx, tx, &x); err != nil {
			return err
		}
		lat, lng := x.Point.columns()
		tx.Later(siteUpdate, x.ID, x.Unit, x.Type, x.Code, x.Name, in.searchKey(), x.Zone, lat, lng, x.Radius, x.Address, x.Active, x.Version, s.now())
		tx.Later(managerClear, x.ID)
		if x.Manager != nil {
			tx.Later(managerSet, x.ID, x.Manager)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "site.updated", Subject: x.ID, Site: x.ID, Before: old, After: x})
	})
	if err != nil {
		return Site{}, fault.Place(fmt.Errorf("update site %s: %w", site, err), siteTaken)
	}
	return x, nil
}

// DeleteSite removes a site that nothing points to. Needs site.delete there; Conflict while it is in use or version is not the stored one.
func (s *Service) DeleteSite(ctx context.Context, who actor.Actor, site id.Site, version int64) error {
	if err := who.Require(CanDeleteSite); err != nil {
		return err
	}
	if _, err := s.GetSite(ctx, who, site); err != nil {
		return err
	}
	if err := who.RequireAt(CanDeleteSite, site); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		s.lockTree(tx)
		old, err := getSite(ctx, tx, site)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("site", old)
		}
		tx.Later(managerClear, site)
		if _, err := tx.Exec(ctx, siteDelete, site); err != nil {
			return fault.InUse(err, "site", "Make it inactive instead.")
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "site.deleted", Subject: site, Site: site, Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete site %s: %w", site, err)
	}
	return nil
}

func (in SiteInput) site(site id.Site, version int64) Site {
	return Site{
		ID: site, Unit: in.Unit, Type: in.Type, Manager: in.Manager, Code: in.Code, Name: in.Name, Zone: in.Zone,
		Point: in.Point, Radius: in.Radius, Address: in.Address, Active: in.Active, Version: version,
	}
}

// columns gives the two columns of a point, both NULL for none.
func (p *Point) columns() (latitude, longitude *float64) {
	if p == nil {
		return nil, nil
	}
	return &p.Latitude, &p.Longitude
}

// checkSite finds out what only the database knows, and gives a site without a zone the tenant's.
func checkSite(ctx context.Context, tx *db.Tx, x *Site) error {
	var c fault.Check
	if err := checkLookup(ctx, tx, &c, "type_id", SiteType, x.Type); err != nil {
		return err
	}
	if x.Unit != nil {
		if _, err := getUnit(ctx, tx, *x.Unit); fault.KindOf(err) == fault.NotFound {
			c.Add("unit_id", "unknown", "There is no such unit.")
		} else if err != nil {
			return err
		}
	}
	if x.Manager != nil {
		if err := checkExists(ctx, tx, &c, personExists, *x.Manager, "manager_id", "person"); err != nil {
			return err
		}
	}
	if x.Zone == "" {
		t, err := getTenant(ctx, tx)
		if err != nil {
			return err
		}
		x.Zone = t.Zone
	}
	return c.Err()
}

// checkExists adds a violation when a query about one record finds none.
func checkExists(ctx context.Context, tx *db.Tx, c *fault.Check, q db.SQL, record journal.Subject, path, thing string) error {
	found, err := db.All(ctx, tx, scanCount, q, record)
	c.That(len(found) > 0, path, "unknown", "There is no such "+thing+".")
	return err
}
