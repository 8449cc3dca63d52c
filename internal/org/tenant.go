package org

import (
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// Tenant is a customer organisation.
type Tenant struct {
	ID      id.Tenant `json:"id"`
	Code    string    `json:"code"` // unique in the installation; people give it at sign-in
	Name    string    `json:"name"`
	Zone    string    `json:"zone"` // IANA name, for what belongs to no site
	Version int64     `json:"version"`
}

// TenantInput is what one says about a tenant. The code of an existing one does not change.
type TenantInput struct {
	Code string
	Name string
	Zone string
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *TenantInput) Check() error {
	var c fault.Check
	in.Code, in.Name = checkCodeName(&c, in.Code, in.Name)
	_, err := clock.Zone(in.Zone)
	c.That(err == nil, "zone", "unknown", "There is no such time zone. One has a name like Asia/Kolkata.")
	return c.Err()
}

// FindTenant gives the active tenant with a code, whatever its case; NotFound otherwise. It is for sign-in: nobody is known yet.
func (s *Service) FindTenant(ctx context.Context, code string) (id.Tenant, error) {
	var found []id.Tenant
	err := s.db.System(ctx, func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scanTenantID, tenantByCode, fold.Code(code))
		return err
	})
	if err == nil && len(found) == 0 {
		err = fault.Missing("organisation")
	}
	if err != nil {
		return id.Tenant{}, err
	}
	return found[0], nil
}

// Tenants gives the ids of all active tenants of the installation, oldest first, at most 10,000: for the command line and for work
// that goes through every tenant.
func (s *Service) Tenants(ctx context.Context) (all []id.Tenant, err error) {
	err = s.db.System(ctx, func(tx *db.Tx) error {
		all, err = db.All(ctx, tx, scanTenantID, tenantIDs)
		return err
	})
	return all, err
}

// CreateTenant adds a tenant with its built-in roles. who must be a System actor of the tenant that in.Code is to have: made by the
// command line or the set-up page with a new id. Running it again after a crash completes it. Conflict when the code is taken.
func (s *Service) CreateTenant(ctx context.Context, who actor.Actor, in TenantInput) (Tenant, error) {
	if who.Kind() != actor.System {
		return Tenant{}, fault.Denied("tenant.create")
	}
	if err := in.Check(); err != nil {
		return Tenant{}, err
	}
	t := Tenant{ID: who.Tenant(), Code: in.Code, Name: in.Name, Zone: in.Zone, Version: 1}
	err := s.db.System(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, tenantRegister, t.ID, t.Code, s.now())
		return err
	})
	if err != nil {
		taken := map[string]fault.Field{"sys_tenants_code": {Path: "code", Code: "taken", Message: "Another organisation has this code."}}
		return Tenant{}, fault.Place(fmt.Errorf("create tenant %s: %w", t.Code, err), taken)
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		if _, err := getTenant(ctx, tx); fault.KindOf(err) != fault.NotFound {
			return err
		}
		tx.Later(tenantInsert, t.Code, t.Name, t.Zone, t.Version, s.now())
		tx.Later(epochInsert)
		if err := s.journal.Record(ctx, tx, journal.Change{Verb: "tenant.created", Subject: t.ID, After: t}); err != nil {
			return err
		}
		for _, in := range Builtin(s.declared) {
			r := Role{ID: id.New[id.Role](), Code: in.Code, Name: in.Name, Description: in.Description, Builtin: true, Permissions: in.Permissions, Version: 1}
			if err := s.insertRole(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Tenant{}, fmt.Errorf("create tenant %s: %w", t.Code, err)
	}
	return t, nil
}

// GetTenant gives the actor's own tenant. Needs nothing but belonging to it.
func (s *Service) GetTenant(ctx context.Context, who actor.Actor) (Tenant, error) {
	if who.Tenant().IsZero() {
		return Tenant{}, fault.Anonymous()
	}
	return s.tenants.Get(ctx, who.Tenant(), "", []string{"tenant"}, func(ctx context.Context) (t Tenant, err error) {
		err = s.db.Read(ctx, who, func(tx *db.Tx) error {
			t, err = getTenant(ctx, tx)
			return err
		})
		return t, err
	})
}

// UpdateTenant changes the tenant's name and zone. Needs tenant.update. Conflict with the current record when version is not the stored one.
func (s *Service) UpdateTenant(ctx context.Context, who actor.Actor, version int64, in TenantInput) (t Tenant, err error) {
	if err := who.RequireEverywhere(CanUpdateTenant); err != nil {
		return Tenant{}, err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getTenant(ctx, tx)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("organisation", old)
		}
		in.Code = old.Code
		if err := in.Check(); err != nil {
			return err
		}
		t = Tenant{ID: old.ID, Code: old.Code, Name: in.Name, Zone: in.Zone, Version: version + 1}
		n, err := tx.Exec(ctx, tenantUpdate, t.Name, t.Zone, t.Version, s.now(), version)
		if err != nil {
			return err
		}
		if n == 0 { // somebody was faster
			if old, err = getTenant(ctx, tx); err != nil {
				return err
			}
			return fault.Stale("organisation", old)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "tenant.updated", Subject: t.ID, Before: old, After: t})
	})
	if err != nil {
		return Tenant{}, fmt.Errorf("update tenant: %w", err)
	}
	return t, nil
}
