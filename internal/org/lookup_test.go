package org_test

import (
	"sync"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

func TestLookupLives(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := telemetry.WithRequestID(t.Context(), "req-3")
		who := w.Actor(org.Administrator)
		var made, changed org.Lookup
		trail := w.During(func() {
			var err error
			made, err = w.Org.CreateLookup(ctx, who, org.LookupInput{List: org.Department, Code: "night shift", Name: "Night  shift", Active: true})
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, org.Lookup{ID: made.ID, List: org.Department, Code: "NIGHT_SHIFT", Name: "Night shift", Active: true, Version: 1}, made)
			changed, err = w.Org.UpdateLookup(ctx, who, made.ID, 1, org.LookupInput{List: org.SiteType, Code: "NIGHT", Name: "Night"})
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, org.Lookup{ID: made.ID, List: org.Department, Code: "NIGHT", Name: "Night", Version: 2}, changed) // the list stays
			got, err := w.Org.GetLookup(ctx, who, made.ID)
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, changed, got)
			if err := w.Org.DeleteLookup(ctx, who, made.ID, 2); err != nil {
				t.Fatal(err)
			}
			_, err = w.Org.GetLookup(ctx, who, made.ID)
			testworld.Gone(t, err, "lookup")
		})
		row := testworld.Change{Kind: actor.Person, Who: "Asha Alder", WhoID: who.Person(), Subject: testworld.Any(made.ID), Request: "req-3"}
		created, updated, deleted := row, row, row
		created.Verb, created.After = "lookup.created", testworld.JSON(t, made)
		updated.Verb, updated.Before, updated.After = "lookup.updated", created.After, testworld.JSON(t, changed)
		deleted.Verb, deleted.Before = "lookup.deleted", updated.After
		testworld.Same(t, []testworld.Change{created, updated, deleted}, trail)
	})
}

func TestLookupFaults(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		_, err := w.Org.CreateLookup(ctx, who, org.LookupInput{List: "colour", Code: "A__B", Name: ""})
		testworld.Fault(t, err, fault.Invalid, "list unknown", "code grammar", "name required")
		_, err = w.Org.CreateLookup(ctx, who, org.LookupInput{List: org.SiteType, Code: "office", Name: "Another"})
		testworld.Fault(t, err, fault.Conflict, "code taken")
		if _, err = w.Org.CreateLookup(ctx, who, org.LookupInput{List: org.UnitKind, Code: "OFFICE", Name: "The same code in another list"}); err != nil {
			t.Error(err)
		}
		_, err = w.Org.UpdateLookup(ctx, who, w.Office.ID, 1, org.LookupInput{})
		testworld.Fault(t, err, fault.Invalid, "code required", "name required")
		testworld.Fault(t, w.Org.DeleteLookup(ctx, who, w.Office.ID, 1), fault.Conflict, "id referenced") // sites have it
		testworld.Fault(t, w.Org.DeleteLookup(ctx, who, w.Watchman.ID, 7), fault.Conflict, "version stale")
	})
}

func TestLookupListIsInOrderAndPaged(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Guard)
		more, err := w.Org.CreateLookup(ctx, w.System, org.LookupInput{List: org.SiteType, Code: "BANK", Name: "Bank"})
		if err != nil {
			t.Fatal(err)
		}
		list := func(l org.List, limit int) (all []org.Lookup) {
			for p := (page.Request{Limit: limit}); ; {
				got, err := w.Org.ListLookups(ctx, who, l, p)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, got.Items...)
				if p.After = got.Next; p.After == "" {
					return all
				}
			}
		}
		for _, limit := range []int{1, 2, 50} {
			testworld.Same(t, []org.Lookup{w.Security, w.Watchman, more, w.Office}, list("", limit))
			testworld.Same(t, []org.Lookup{more, w.Office}, list(org.SiteType, limit))
		}
		testworld.Same(t, []org.Lookup(nil), list("colour", 50))
		_, err = w.Org.ListLookups(ctx, who, "", page.Request{After: "nonsense"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
		for _, l := range org.Lists() {
			if l.Label() == "" || !l.Valid() {
				t.Errorf("list %s: label %q, valid %v", l, l.Label(), l.Valid())
			}
		}
	})
}

// TestOfManyChangesOfOneVersionOneWins holds whatever is updated without a lock of its own.
func TestOfManyChangesOfOneVersionOneWins(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		for name, change := range map[string]func(n string) (any, error){
			"lookup": func(n string) (any, error) {
				return w.Org.UpdateLookup(ctx, who, w.Office.ID, 1, org.LookupInput{Code: "OFFICE", Name: n})
			},
			"organisation": func(n string) (any, error) {
				return w.Org.UpdateTenant(ctx, who, 1, org.TenantInput{Name: n, Zone: "UTC"})
			},
		} {
			errs, made := make([]error, 6), make([]any, 6)
			var wg sync.WaitGroup
			for i := range errs {
				wg.Go(func() { made[i], errs[i] = change(string(rune('A' + i))) })
			}
			wg.Wait()
			var won any
			for i, err := range errs {
				if err == nil && won != nil {
					t.Errorf("%s: two changes of one version were taken", name)
				}
				if err == nil {
					won = made[i]
				}
			}
			for _, err := range errs {
				if err != nil {
					testworld.Fault(t, err, fault.Conflict, "version stale")
					testworld.Same(t, won, fault.As(err).Current)
				}
			}
		}
	})
}

func TestTenantLives(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		first := org.Tenant{ID: w.ID, Code: "HOUSE", Name: "Tin Lantern Estates", Zone: "Asia/Kolkata", Version: 1}
		got, err := w.Org.GetTenant(ctx, w.Actor(org.Guard))
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, first, got)
		want := org.Tenant{ID: w.ID, Code: "HOUSE", Name: "Tin Lantern", Zone: "UTC", Version: 2}
		trail := w.During(func() {
			got, err = w.Org.UpdateTenant(ctx, who, 1, org.TenantInput{Code: "OTHER", Name: "Tin  Lantern", Zone: "UTC"}) // the code stays
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, want, got)
		})
		testworld.Same(t, []testworld.Change{{
			Kind: actor.Person, Who: "Asha Alder", WhoID: who.Person(), Verb: "tenant.updated", Subject: testworld.Any(w.ID),
			Before: testworld.JSON(t, first), After: testworld.JSON(t, want),
		}}, trail)
		_, err = w.Org.UpdateTenant(ctx, who, 1, org.TenantInput{})
		testworld.Fault(t, err, fault.Conflict, "version stale")
		testworld.Same(t, any(want), fault.As(err).Current)
		_, err = w.Org.UpdateTenant(ctx, who, 2, org.TenantInput{})
		testworld.Fault(t, err, fault.Invalid, "name required", "zone unknown")
		_, err = w.Org.GetTenant(ctx, actor.Actor{})
		testworld.Fault(t, err, fault.Unauthenticated)
	})
}

func TestTenantIsMadeOnceAndFoundByItsCode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := testworld.Empty(t, d), t.Context()
		system := func() actor.Actor { return actor.New(actor.Facts{Kind: actor.System, Tenant: id.New[id.Tenant]()}) }
		who, in := system(), org.TenantInput{Code: "acme co", Name: "Acme", Zone: "UTC"}
		for range 2 { // the second time completes what a crash left
			made, err := w.Org.CreateTenant(ctx, who, in)
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, org.Tenant{ID: who.Tenant(), Code: "ACME_CO", Name: "Acme", Zone: "UTC", Version: 1}, made)
		}
		roles, err := w.Org.ListRoles(ctx, who, page.Request{})
		if err != nil || len(roles.Items) != 6 {
			t.Errorf("%d roles, %v; want the six built-in ones", len(roles.Items), err)
		}
		_, err = w.Org.CreateTenant(ctx, system(), in)
		testworld.Fault(t, err, fault.Conflict, "code taken")
		_, err = w.Org.CreateTenant(ctx, system(), org.TenantInput{Code: "A B.", Zone: "Local"})
		testworld.Fault(t, err, fault.Invalid, "code grammar", "name required", "zone unknown")
		_, err = w.Org.CreateTenant(ctx, dbtest.Actor(who.Tenant(), "tenant.create"), in)
		testworld.Refused(t, err, "tenant.create")
		for _, code := range []string{"ACME_CO", "acme co", " Acme Co "} {
			if got, err := w.Org.FindTenant(ctx, code); got != who.Tenant() || err != nil {
				t.Errorf("%q: %s %v", code, got, err)
			}
		}
		for _, code := range []string{"", "ACME", "acme%"} {
			_, err := w.Org.FindTenant(ctx, code)
			testworld.Gone(t, err, "organisation")
		}
		all, err := w.Org.Tenants(ctx)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []id.Tenant{who.Tenant()}, all)
	})
}
