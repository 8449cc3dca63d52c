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

var roleTaken = map[string]fault.Field{"roles_code": {Path: "code", Code: "taken", Message: "Another role has this code."}}

// Declared gives every permission that a role may hold, in the order of the roles page.
func (s *Service) Declared() []actor.Declared { return s.declared }

// GetRole gives a role. Needs role.read.
func (s *Service) GetRole(ctx context.Context, who actor.Actor, role id.Role) (r Role, err error) {
	if err := who.Require(CanReadRole); err != nil {
		return Role{}, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		r, err = s.getRole(ctx, tx, role)
		return err
	})
	return r, err
}

// ListRoles gives the roles by code. Needs role.read.
func (s *Service) ListRoles(ctx context.Context, who actor.Actor, p page.Request) (page.Of[Role], error) {
	if err := who.Require(CanReadRole); err != nil {
		return page.Of[Role]{}, err
	}
	code, _, err := p.Key()
	if err != nil {
		return page.Of[Role]{}, err
	}
	var rows []Role
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, s.scanRole, roleList, code, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(r Role) (string, string) { return r.Code, r.ID.String() }), err
}

// CreateRole adds a role. Needs role.create, and every permission that the role is to hold: nobody makes a role that may do more than
// themselves. Invalid, or Conflict when the code is taken.
func (s *Service) CreateRole(ctx context.Context, who actor.Actor, in RoleInput) (Role, error) {
	if err := who.RequireEverywhere(CanCreateRole); err != nil {
		return Role{}, err
	}
	if err := in.check(s.declared); err != nil {
		return Role{}, err
	}
	if err := requireAll(who, in.Permissions, nil, nil); err != nil {
		return Role{}, err
	}
	r := Role{ID: id.New[id.Role](), Code: in.Code, Name: in.Name, Description: in.Description, Permissions: in.Permissions, Version: 1}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error { return s.insertRole(ctx, tx, r) })
	if err != nil {
		return Role{}, fault.Place(fmt.Errorf("create role %s: %w", r.Code, err), roleTaken)
	}
	return r, nil
}

// UpdateRole changes a role; who has it may do the new things at their next request. Needs role.update, and every permission that the
// role is to hold.
// The built-in administrator stays as it is. Conflict with the current record when version is not the stored one.
func (s *Service) UpdateRole(ctx context.Context, who actor.Actor, role id.Role, version int64, in RoleInput) (Role, error) {
	if err := who.RequireEverywhere(CanUpdateRole); err != nil {
		return Role{}, err
	}
	if err := in.check(s.declared); err != nil {
		return Role{}, err
	}
	if err := requireAll(who, in.Permissions, nil, nil); err != nil {
		return Role{}, err
	}
	r := Role{ID: role, Code: in.Code, Name: in.Name, Description: in.Description, Permissions: in.Permissions, Version: version + 1}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		s.lockTree(tx)
		old, err := s.getRole(ctx, tx, role)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("role", old)
		}
		if old.Builtin && (old.Code == Administrator || in.Code != old.Code) {
			return fixedRole(old)
		}
		r.Builtin = old.Builtin
		tx.Later(roleUpdate, r.ID, r.Code, r.Name, r.Description, words(r.Permissions), r.Version, s.now())
		return s.journal.Record(ctx, tx, journal.Change{Verb: "role.updated", Subject: r.ID, Before: old, After: r})
	})
	if err != nil {
		return Role{}, fault.Place(fmt.Errorf("update role %s: %w", role, err), roleTaken)
	}
	return r, nil
}

// DeleteRole removes a role that nobody has. Needs role.delete. Conflict while somebody has it, for a built-in one, or when version is
// not the stored one.
func (s *Service) DeleteRole(ctx context.Context, who actor.Actor, role id.Role, version int64) error {
	if err := who.RequireEverywhere(CanDeleteRole); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		s.lockTree(tx)
		old, err := s.getRole(ctx, tx, role)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("role", old)
		}
		if old.Builtin {
			return fixedRole(old)
		}
		if _, err := tx.Exec(ctx, roleDelete, role); err != nil {
			return fault.InUse(err, "role", "Take it away from everybody first.")
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "role.deleted", Subject: role, Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete role %s: %w", role, err)
	}
	return nil
}

func fixedRole(r Role) error {
	f := fault.Of(fault.Conflict, r.Name+" is a built-in role. Make a role of your own instead.")
	f.Fields = []fault.Field{{Path: "code", Code: "builtin", Message: "Built-in roles keep their code, and the administrator's permissions."}}
	return f
}

func (s *Service) insertRole(ctx context.Context, tx *db.Tx, r Role) error {
	tx.Later(roleInsert, r.ID, r.Code, r.Name, r.Description, r.Builtin, words(r.Permissions), r.Version, s.now())
	return s.journal.Record(ctx, tx, journal.Change{Verb: "role.created", Subject: r.ID, After: r})
}

// requireAll asks for every permission in a scope, so that nobody hands out more than they hold.
func requireAll(who actor.Actor, permissions []actor.Permission, unit *id.Unit, site *id.Site) error {
	for _, p := range permissions {
		var err error
		switch {
		case unit != nil:
			err = who.RequireIn(p, *unit)
		case site != nil:
			err = who.RequireAt(p, *site)
		default:
			err = who.RequireEverywhere(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
