package org_test

import (
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

// target is what the use cases are called about.
type target struct {
	unit   id.Unit
	site   id.Site
	lookup id.Lookup
	role   id.Role // to change
	given  id.Role // to give
	grant  id.Grant
	person id.Person
}

// operation is a use case with the permission that it needs.
type operation struct {
	name  string
	needs actor.Permission
	thing string // what it says is missing for a foreign or unknown id; "" = it takes none
	call  func(who actor.Actor, x target) error
}

func operations(t *testing.T, o *org.Service) []operation {
	ctx := t.Context()
	errOf := func(_ any, err error) error { return err }
	read := []actor.Permission{org.CanReadSite}
	return []operation{
		{"UpdateTenant", org.CanUpdateTenant, "", func(who actor.Actor, _ target) error {
			return errOf(o.UpdateTenant(ctx, who, 1, org.TenantInput{Name: "N", Zone: "UTC"}))
		}},
		{"Tree", org.CanReadSite, "", func(who actor.Actor, _ target) error { return errOf(o.Tree(ctx, who)) }},
		{"GetUnit", org.CanReadUnit, "unit", func(who actor.Actor, x target) error { return errOf(o.GetUnit(ctx, who, x.unit)) }},
		{"ListUnits", org.CanReadUnit, "", func(who actor.Actor, _ target) error {
			return errOf(o.ListUnits(ctx, who, org.UnitFilter{}, page.Request{}))
		}},
		{"CreateUnit", org.CanCreateUnit, "", func(who actor.Actor, _ target) error {
			return errOf(o.CreateUnit(ctx, who, org.UnitInput{Code: "N", Name: "N"}))
		}},
		{"UpdateUnit", org.CanUpdateUnit, "unit", func(who actor.Actor, x target) error {
			return errOf(o.UpdateUnit(ctx, who, x.unit, 1, org.UnitInput{Code: "N2", Name: "N"}))
		}},
		{"DeleteUnit", org.CanDeleteUnit, "unit", func(who actor.Actor, x target) error { return o.DeleteUnit(ctx, who, x.unit, 2) }},
		{"GetSite", org.CanReadSite, "site", func(who actor.Actor, x target) error { return errOf(o.GetSite(ctx, who, x.site)) }},
		{"ListSites", org.CanReadSite, "", func(who actor.Actor, _ target) error {
			return errOf(o.ListSites(ctx, who, org.SiteFilter{}, page.Request{}))
		}},
		{"CreateSite", org.CanCreateSite, "", func(who actor.Actor, _ target) error {
			return errOf(o.CreateSite(ctx, who, org.SiteInput{Code: "N", Name: "N"}))
		}},
		{"UpdateSite", org.CanUpdateSite, "site", func(who actor.Actor, x target) error {
			return errOf(o.UpdateSite(ctx, who, x.site, 1, org.SiteInput{Code: "N2", Name: "N"}))
		}},
		{"DeleteSite", org.CanDeleteSite, "site", func(who actor.Actor, x target) error { return o.DeleteSite(ctx, who, x.site, 2) }},
		{"GetLookup", org.CanReadLookup, "lookup", func(who actor.Actor, x target) error { return errOf(o.GetLookup(ctx, who, x.lookup)) }},
		{"ListLookups", org.CanReadLookup, "", func(who actor.Actor, _ target) error {
			return errOf(o.ListLookups(ctx, who, "", page.Request{}))
		}},
		{"CreateLookup", org.CanCreateLookup, "", func(who actor.Actor, _ target) error {
			return errOf(o.CreateLookup(ctx, who, org.LookupInput{List: org.Department, Code: "N", Name: "N"}))
		}},
		{"UpdateLookup", org.CanUpdateLookup, "lookup", func(who actor.Actor, x target) error {
			return errOf(o.UpdateLookup(ctx, who, x.lookup, 1, org.LookupInput{Code: "N2", Name: "N"}))
		}},
		{"DeleteLookup", org.CanDeleteLookup, "lookup", func(who actor.Actor, x target) error { return o.DeleteLookup(ctx, who, x.lookup, 2) }},
		{"GetRole", org.CanReadRole, "role", func(who actor.Actor, x target) error { return errOf(o.GetRole(ctx, who, x.role)) }},
		{"ListRoles", org.CanReadRole, "", func(who actor.Actor, _ target) error { return errOf(o.ListRoles(ctx, who, page.Request{})) }},
		{"CreateRole", org.CanCreateRole, "", func(who actor.Actor, _ target) error {
			return errOf(o.CreateRole(ctx, who, org.RoleInput{Code: "N", Name: "N", Permissions: read}))
		}},
		{"UpdateRole", org.CanUpdateRole, "role", func(who actor.Actor, x target) error {
			return errOf(o.UpdateRole(ctx, who, x.role, 1, org.RoleInput{Code: "N2", Name: "N", Permissions: read}))
		}},
		{"ListGrants", org.CanReadGrant, "", func(who actor.Actor, _ target) error {
			return errOf(o.ListGrants(ctx, who, org.GrantFilter{}, page.Request{}))
		}},
		{"Why", org.CanReadGrant, "person", func(who actor.Actor, x target) error {
			return errOf(o.Why(ctx, who, x.person, org.Question{May: org.CanReadSite}))
		}},
		{"ListHolders", org.CanReadGrant, "", func(who actor.Actor, _ target) error {
			return errOf(o.ListHolders(ctx, who, org.Question{May: org.CanReadSite}, page.Request{}))
		}},
		{"GetGrant", org.CanReadGrant, "grant", func(who actor.Actor, x target) error { return errOf(o.GetGrant(ctx, who, x.grant)) }},
		{"CreateGrant", org.CanCreateGrant, "", func(who actor.Actor, x target) error {
			return errOf(o.CreateGrant(ctx, who, org.GrantInput{Person: x.person, Role: x.given}))
		}},
		{"DeleteGrant", org.CanDeleteGrant, "grant", func(who actor.Actor, x target) error { return o.DeleteGrant(ctx, who, x.grant) }},
		{"DeleteRole", org.CanDeleteRole, "role", func(who actor.Actor, x target) error { return o.DeleteRole(ctx, who, x.role, 2) }},
	}
}

// targets makes a record of each noun that nothing else points to.
func targets(t *testing.T, w *testworld.World, x *testworld.Tenant) target {
	t.Helper()
	ctx := t.Context()
	l, err := w.Org.CreateLookup(ctx, x.System, org.LookupInput{List: org.UnitKind, Code: "OWN", Name: "Own"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Org.CreateRole(ctx, x.System, org.RoleInput{Code: "OWN", Name: "Own", Permissions: []actor.Permission{org.CanReadSite}})
	if err != nil {
		t.Fatal(err)
	}
	p := x.Someone(nil).ID
	return target{x.Unit("OWN", nil).ID, x.Site("OWN", nil).ID, l.ID, r.ID, x.Roles[org.Viewer].ID, x.GrantIn(p, org.Guard, nil, nil).ID, p}
}

// TestDefect042EveryOperationNeedsItsPermission calls each use case as somebody who holds everything else, as nobody, and as one who may.
// It answers defects 42 to 46 of the old system, too: any signed-in user changed any of these, of any customer.
func TestDefect042EveryOperationNeedsItsPermission(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		x := targets(t, w, w.Tenant)
		for _, op := range operations(t, w.Org) {
			var others []actor.Permission
			for _, d := range testworld.Permissions() {
				if d.Name != op.needs {
					others = append(others, d.Name)
				}
			}
			before := len(w.Trail())
			t.Log(op.name)
			testworld.Refused(t, op.call(dbtest.Actor(w.ID, others...), x), op.needs)
			testworld.Fault(t, op.call(actor.Actor{}, x), fault.Unauthenticated)
			testworld.Fault(t, op.call(actor.New(actor.Facts{Kind: actor.Visitor, Tenant: w.ID}), x), fault.Unauthenticated)
			if n := len(w.Trail()); n != before {
				t.Errorf("%s: a refusal left %d rows in the journal", op.name, n-before)
			}
			testworld.Fault(t, op.call(w.Actor(org.Administrator), x), "")
		}
	})
}

// TestDefect037ForeignAndUnknownIdsAreTheSame: records were loaded, changed and deleted by raw id (39, 44 and 45, too).
func TestDefect037ForeignAndUnknownIdsAreTheSame(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		foreign := targets(t, w, w.SecondTenant())
		unknown := target{id.New[id.Unit](), id.New[id.Site](), id.New[id.Lookup](), id.New[id.Role](), id.New[id.Role](), id.New[id.Grant](), id.New[id.Person]()}
		admin := w.Actor(org.Administrator)
		before := len(w.Trail())
		for _, op := range operations(t, w.Org) {
			if op.thing == "" {
				continue
			}
			t.Log(op.name)
			for _, x := range []target{foreign, unknown, {}} {
				testworld.Gone(t, op.call(admin, x), op.thing)
			}
		}
		if n := len(w.Trail()); n != before {
			t.Errorf("%d rows in the journal for what was not found", n-before)
		}
	})
}

func TestAStaleVersionIsAConflictWithTheCurrentRecord(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		errOf := func(_ any, err error) error { return err }
		for name, c := range map[string]struct {
			now  any
			call []error
		}{
			"unit": {w.South, []error{errOf(w.Org.UpdateUnit(ctx, who, w.South.ID, 9, unitInput(w.South))), w.Org.DeleteUnit(ctx, who, w.South.ID, 9)}},
			"site": {w.Mill, []error{errOf(w.Org.UpdateSite(ctx, who, w.Mill.ID, 0, siteInput(w.Mill))), w.Org.DeleteSite(ctx, who, w.Mill.ID, 0)}},
			"lookup": {w.Watchman, []error{
				errOf(w.Org.UpdateLookup(ctx, who, w.Watchman.ID, 2, org.LookupInput{Code: "X", Name: "X"})), w.Org.DeleteLookup(ctx, who, w.Watchman.ID, 2),
			}},
			"role": {w.Roles[org.Guard], []error{
				errOf(w.Org.UpdateRole(ctx, who, w.Roles[org.Guard].ID, 2, roleInput(w.Roles[org.Guard]))), w.Org.DeleteRole(ctx, who, w.Roles[org.Guard].ID, 2),
			}},
		} {
			for _, err := range c.call {
				t.Log(name)
				testworld.Fault(t, err, fault.Conflict, "version stale")
				testworld.Same(t, c.now, fault.As(err).Current)
			}
		}
	})
}

// TestDefect049NothingOfASecondTenantShows: a search was rebuilt without its filters. It reads every list in a world where all codes and
// names collide.
func TestDefect049NothingOfASecondTenantShows(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, other := t.Context(), w.SecondTenant()
		for _, x := range []*testworld.Tenant{w.Tenant, other} {
			who := x.Actor(org.Administrator)
			units, err1 := w.Org.ListUnits(ctx, who, org.UnitFilter{}, page.Request{})
			sites, err2 := w.Org.ListSites(ctx, who, org.SiteFilter{Search: "harbour"}, page.Request{})
			lookups, err3 := w.Org.ListLookups(ctx, who, "", page.Request{})
			roles, err4 := w.Org.ListRoles(ctx, who, page.Request{})
			grants, err5 := w.Org.ListGrants(ctx, who, org.GrantFilter{}, page.Request{})
			for _, err := range []error{err1, err2, err3, err4, err5} {
				if err != nil {
					t.Fatal(err)
				}
			}
			testworld.Same(t, []org.Unit{x.Hill, x.North, x.South}, units.Items)
			testworld.Same(t, []org.Site{x.Harbour}, sites.Items)
			testworld.Same(t, []org.Lookup{x.Security, x.Watchman, x.Office}, lookups.Items)
			if len(roles.Items) != 6 || len(grants.Items) != 6 {
				t.Errorf("%s: %d roles, %d grants; want 6 and 6", x.Code, len(roles.Items), len(grants.Items))
			}
			for _, r := range roles.Items {
				testworld.Same(t, x.Roles[r.Code], r)
			}
		}
	})
}
