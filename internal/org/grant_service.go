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

var grantTaken = func() map[string]fault.Field {
	f := fault.Field{Path: "role_id", Code: "taken", Message: "This person has the role there already."}
	return map[string]fault.Field{"grants_tenant": f, "grants_unit": f, "grants_site": f}
}()

// ListGrants gives who has which role where, in the order in which they were given: of people whose home site the actor's grant.read
// reaches. Needs grant.read.
func (s *Service) ListGrants(ctx context.Context, who actor.Actor, f GrantFilter, p page.Request) (page.Of[Grant], error) {
	if err := who.Require(CanReadGrant); err != nil {
		return page.Of[Grant]{}, err
	}
	_, last, err := page.Last[id.Grant](p)
	if err != nil {
		return page.Of[Grant]{}, err
	}
	sites, all := who.Sites(CanReadGrant)
	var rows []Grant
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanGrant, grantList, all, sites, f.Person == nil, f.Person, f.Role == nil, f.Role, last, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(g Grant) (string, string) { return "", g.ID.String() }), err
}

// GetGrant gives one grant. Needs grant.read at the person's home site; NotFound otherwise.
func (s *Service) GetGrant(ctx context.Context, who actor.Actor, grant id.Grant) (g Grant, err error) {
	if err := who.Require(CanReadGrant); err != nil {
		return Grant{}, err
	}
	sites, all := who.Sites(CanReadGrant)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		g, err = db.One(ctx, tx, scanGrant, grantGet, grant, all, sites)
		return fault.Named(err, "grant")
	})
	return g, err
}

// CreateGrant gives a person a role, at their next request. Needs grant.create in the scope, and every permission of the role there:
// nobody hands out more than they hold. Invalid, or Conflict when the person has the role there already.
func (s *Service) CreateGrant(ctx context.Context, who actor.Actor, in GrantInput) (Grant, error) {
	if err := requireScope(who, CanCreateGrant, in.Unit, in.Site); err != nil {
		return Grant{}, err
	}
	if err := in.Check(); err != nil {
		return Grant{}, err
	}
	g := Grant{ID: id.New[id.Grant](), Person: in.Person, Role: in.Role, Unit: in.Unit, Site: in.Site, Created: s.now()}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		s.lockTree(tx)
		if err := s.checkGrant(ctx, tx, g); err != nil {
			return err
		}
		tx.Later(grantInsert, g.ID, g.Person, g.Role, g.Unit, g.Site, g.Created)
		var err error
		if g, err = db.One(ctx, tx, scanGrant, grantGet, g.ID, true, []id.Site{}); err != nil {
			return err
		}
		return s.recordGrant(ctx, tx, "grant.created", g)
	})
	if err != nil {
		return Grant{}, fault.Place(fmt.Errorf("grant role: %w", err), grantTaken)
	}
	return g, nil
}

// DeleteGrant takes a role away, at the person's next request. Needs grant.delete in the grant's scope. Conflict for the last
// administrator of the whole tenant.
func (s *Service) DeleteGrant(ctx context.Context, who actor.Actor, grant id.Grant) error {
	if err := who.Require(CanDeleteGrant); err != nil {
		return err
	}
	if _, err := s.GetGrant(ctx, who, grant); err != nil {
		return err
	}
	return s.DeleteGrants(ctx, who, []id.Grant{grant})
}

// DeleteGrants takes roles away as DeleteGrant does, all or none. NotFound when one is not there.
func (s *Service) DeleteGrants(ctx context.Context, who actor.Actor, grants []id.Grant) error {
	if err := who.Require(CanDeleteGrant); err != nil || len(grants) == 0 {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		s.lockTree(tx)
		before, err := db.One(ctx, tx, scanCount, administrators)
		if err != nil {
			return err
		}
		all, err := db.All(ctx, tx, scanGrant, grantsGet, grants)
		if err != nil {
			return err
		}
		if len(all) != len(grants) {
			return fault.Missing("grant")
		}
		for _, g := range all {
			if err := requireScope(who, CanDeleteGrant, g.Unit, g.Site); err != nil {
				return err
			}
			if err := s.recordGrant(ctx, tx, "grant.deleted", g); err != nil {
				return err
			}
		}
		tx.Later(grantsDelete, grants)
		left, err := db.One(ctx, tx, scanCount, administrators)
		if err == nil && left == 0 && before > 0 {
			err = fault.Of(fault.Conflict, "This is the last administrator. Make somebody else administrator first.")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("take %d roles away: %w", len(grants), err)
	}
	return nil
}

func (s *Service) recordGrant(ctx context.Context, tx *db.Tx, verb string, g Grant) error {
	c := journal.Change{Verb: verb, Subject: g.ID, After: g}
	if verb == "grant.deleted" {
		c.Before, c.After = g, nil
	}
	if g.Site != nil {
		c.Site = *g.Site
	}
	return s.journal.Record(ctx, tx, c)
}

// checkGrant finds out what only the database knows: that person, role and place exist, that the actor reaches the person, and that
// the role holds nothing which the actor does not.
func (s *Service) checkGrant(ctx context.Context, tx *db.Tx, g Grant) error {
	var c fault.Check
	who := tx.Who()
	sites, all := who.Sites(CanCreateGrant)
	found, err := db.All(ctx, tx, scanCount, personInReach, g.Person, all, sites)
	if err != nil {
		return err
	}
	c.That(len(found) > 0, "person_id", "unknown", "There is no such person.")
	if g.Unit != nil {
		if err := checkExists(ctx, tx, &c, unitGetID, *g.Unit, "unit_id", "unit"); err != nil {
			return err
		}
	}
	if g.Site != nil {
		if err := checkExists(ctx, tx, &c, siteGetID, *g.Site, "site_id", "site"); err != nil {
			return err
		}
	}
	r, err := s.getRole(ctx, tx, g.Role)
	if fault.KindOf(err) == fault.NotFound {
		c.Add("role_id", "unknown", "There is no such role.")
		return c.Err()
	}
	if err != nil {
		return err
	}
	if err := c.Err(); err != nil {
		return err
	}
	return requireAll(who, r.Permissions, g.Unit, g.Site)
}

// requireScope asks for a permission where a grant holds.
func requireScope(who actor.Actor, p actor.Permission, unit *id.Unit, site *id.Site) error {
	return requireAll(who, []actor.Permission{p}, unit, site)
}
