package org_test

import (
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

// TestDefect062WhatIsCachedBelongsToItsTenant: choices were cached under keys that all customers shared.
func TestDefect062WhatIsCachedBelongsToItsTenant(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		other := w.SecondTenant()
		for range 2 { // the second time from the cache
			for _, x := range []*testworld.Tenant{w.Tenant, other} {
				sites, all := x.Actor(org.Guard).Sites(org.CanReadSite)
				testworld.Same(t, []id.Site{x.Harbour.ID}, sites)
				sites, _ = x.Actor(org.Supervisor).Sites(org.CanReadSite)
				testworld.Same(t, []id.Site{x.Harbour.ID, x.Tower.ID}, sites)
				if all {
					t.Error("a guard reaches everything")
				}
			}
		}
	})
}

// TestDefect085MovingAUnitCarriesWhatStandsInIt: the path was rewritten by replacing texts, which spoilt codes that resemble each other.
func TestDefect085MovingAUnitCarriesWhatStandsInIt(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		alike := w.Unit("NORTH-EAST", &w.Hill.ID)
		in := unitInput(w.Hill)
		in.Parent, in.Code = &w.South.ID, "NORTH-HILL"
		if _, err := w.Org.UpdateUnit(ctx, who, w.Hill.ID, 1, in); err != nil {
			t.Fatal(err)
		}
		tree, err := w.Org.Tree(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		hill := w.Hill
		hill.Parent, hill.Code, hill.Version = &w.South.ID, "NORTH-HILL", 2
		testworld.Same(t, []org.Unit{w.North, alike, hill, w.South}, tree.Units)
		m := w.Someone(nil)
		w.Grant(m.ID, &w.South.ID, nil, org.CanReadSite)
		sites, _ := w.As(m).Sites(org.CanReadSite)
		testworld.Same(t, []id.Site{w.Tower.ID, w.Mill.ID}, sites)
	})
}

// TestDefect086UniqueHoldsWithoutAParent: constraints did not bind where a column was null.
func TestDefect086UniqueHoldsWithoutAParent(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		w.Unit("TOP", nil)
		_, err := w.Org.CreateUnit(ctx, w.System, org.UnitInput{Code: "TOP", Name: "Top"})
		testworld.Fault(t, err, fault.Conflict, "code taken")
		_, err = w.Org.CreateSite(ctx, w.System, org.SiteInput{Code: "DEPOT", Name: "Depot"})
		testworld.Fault(t, err, fault.Conflict, "code taken")
		_, err = w.Org.CreateGrant(ctx, w.System, org.GrantInput{Person: w.Staff[org.Viewer].ID, Role: w.Roles[org.Viewer].ID})
		testworld.Fault(t, err, fault.Conflict, "role_id taken")
	})
}

// TestDefect113ACodeIsReadInItsListAndTenant: a code that a tenant had used again broke the look-up by code alone.
func TestDefect113ACodeIsReadInItsListAndTenant(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, other := t.Context(), w.SecondTenant()
		again, err := w.Org.CreateLookup(ctx, w.System, org.LookupInput{List: org.UnitKind, Code: "OFFICE", Name: "Office"})
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []id.Lookup{again.ID, other.Office.ID} {
			_, err := w.Org.CreateSite(ctx, w.System, org.SiteInput{Code: "N", Name: "N", Type: &wrong})
			testworld.Fault(t, err, fault.Invalid, "type_id unknown")
		}
		if _, err := w.Org.CreateUnit(ctx, w.System, org.UnitInput{Code: "N", Name: "N", Kind: &again.ID}); err != nil {
			t.Error(err)
		}
	})
}

// TestDefect116NoRowIsShared: rows called NONE with the id 1 were visible to, and changed by, every customer.
func TestDefect116NoRowIsShared(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.Empty(t, d)
		who := actor.New(actor.Facts{Kind: actor.System, Tenant: id.New[id.Tenant]()})
		if _, err := w.Org.CreateTenant(t.Context(), who, org.TenantInput{Code: "NEW", Name: "New", Zone: "UTC"}); err != nil {
			t.Fatal(err)
		}
		tree, err := w.Org.Tree(t.Context(), who)
		if err != nil || len(tree.Units)+len(tree.Sites) != 0 {
			t.Errorf("%+v %v", tree, err)
		}
		lookups, err := w.Org.ListLookups(t.Context(), who, "", page.Request{})
		if err != nil || len(lookups.Items) != 0 {
			t.Errorf("%+v %v", lookups, err)
		}
		grants, err := w.Org.ListGrants(t.Context(), who, org.GrantFilter{}, page.Request{})
		if err != nil || len(grants.Items) != 0 {
			t.Errorf("%+v %v", grants, err)
		}
	})
}
