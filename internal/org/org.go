// Package org is the tenant's own shape: the tenant itself, the tree of units and sites, the code lists, and who may do what
// where: roles and grants. It refuses cycles, codes that are taken, and what reaches beyond the actor's own grants.
package org

import (
	"log/slog"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/journal"
)

// What may be done here. A permission on units and sites holds where the grant does; on lookups, roles and the tenant, everywhere.
const (
	CanUpdateTenant actor.Permission = "tenant.update"
	CanReadUnit     actor.Permission = "unit.read"
	CanCreateUnit   actor.Permission = "unit.create"
	CanUpdateUnit   actor.Permission = "unit.update"
	CanDeleteUnit   actor.Permission = "unit.delete"
	CanReadSite     actor.Permission = "site.read"
	CanCreateSite   actor.Permission = "site.create"
	CanUpdateSite   actor.Permission = "site.update"
	CanDeleteSite   actor.Permission = "site.delete"
	CanReadLookup   actor.Permission = "lookup.read"
	CanCreateLookup actor.Permission = "lookup.create"
	CanUpdateLookup actor.Permission = "lookup.update"
	CanDeleteLookup actor.Permission = "lookup.delete"
	CanReadRole     actor.Permission = "role.read"
	CanCreateRole   actor.Permission = "role.create"
	CanUpdateRole   actor.Permission = "role.update"
	CanDeleteRole   actor.Permission = "role.delete"
	CanReadGrant    actor.Permission = "grant.read"
	CanCreateGrant  actor.Permission = "grant.create"
	CanDeleteGrant  actor.Permission = "grant.delete"
)

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanUpdateTenant, Label: "Change the organisation's name and time zone", Area: "Organisation", Whole: true, Alone: true},
		{Name: CanReadUnit, Label: "See units", Area: "Sites"},
		{Name: CanCreateUnit, Label: "Add a unit", Area: "Sites"},
		{Name: CanUpdateUnit, Label: "Change or move a unit", Area: "Sites"},
		{Name: CanDeleteUnit, Label: "Delete a unit", Area: "Sites"},
		{Name: CanReadSite, Label: "See sites", Area: "Sites"},
		{Name: CanCreateSite, Label: "Add a site", Area: "Sites"},
		{Name: CanUpdateSite, Label: "Change or move a site", Area: "Sites"},
		{Name: CanDeleteSite, Label: "Delete a site", Area: "Sites"},
		{Name: CanReadLookup, Label: "See lookups", Area: "Set-up"},
		{Name: CanCreateLookup, Label: "Add a lookup", Area: "Set-up", Whole: true},
		{Name: CanUpdateLookup, Label: "Change a lookup", Area: "Set-up", Whole: true},
		{Name: CanDeleteLookup, Label: "Delete a lookup", Area: "Set-up", Whole: true},
		{Name: CanReadRole, Label: "See roles", Area: "Roles"},
		{Name: CanCreateRole, Label: "Add a role", Area: "Roles", Whole: true, Alone: true},
		{Name: CanUpdateRole, Label: "Change a role", Area: "Roles", Whole: true, Alone: true},
		{Name: CanDeleteRole, Label: "Delete a role", Area: "Roles", Whole: true, Alone: true},
		{Name: CanReadGrant, Label: "See who has which role", Area: "Roles"},
		{Name: CanCreateGrant, Label: "Give a role", Area: "Roles", Alone: true},
		{Name: CanDeleteGrant, Label: "Take a role away", Area: "Roles", Alone: true},
	}
}

// Config is what the service is built from.
type Config struct {
	DB      *db.DB
	Journal *journal.Journal
	Cache   *cache.Store
	Now     clock.Now
	Log     *slog.Logger
	// Permissions is every permission that a role may hold, of all domains.
	Permissions []actor.Declared
}

// Service holds the use cases.
type Service struct {
	db       *db.DB
	journal  *journal.Journal
	now      clock.Now
	log      *slog.Logger
	declared []actor.Declared
	reaches  reaches
	tenants  *cache.Of[Tenant]
}

// New makes the service.
func New(c Config) *Service {
	return &Service{
		db: c.DB, journal: c.Journal, now: c.Now, log: c.Log, declared: c.Permissions, reaches: newReaches(c.Cache),
		tenants: cache.Named[Tenant](c.Cache, "tenant", cache.Options{Followed: true}),
	}
}
