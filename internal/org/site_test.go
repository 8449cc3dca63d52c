package org_test

import (
	"math"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

func siteInput(s org.Site) org.SiteInput {
	return org.SiteInput{
		Unit: s.Unit, Type: s.Type, Manager: s.Manager, Code: s.Code, Name: s.Name, Zone: s.Zone, Point: s.Point, Radius: s.Radius,
		Address: s.Address, Active: s.Active,
	}
}

func TestSiteLives(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := telemetry.WithRequestID(t.Context(), "req-2")
		who := w.Actor(org.Administrator)
		guard, boss := w.Staff[org.Guard].ID, w.Staff[org.Supervisor].ID
		var made, changed org.Site
		trail := w.During(func() {
			var err error
			made, err = w.Org.CreateSite(ctx, who, org.SiteInput{
				Unit: &w.Hill.ID, Type: &w.Office.ID, Manager: &guard, Code: "gate #2", Name: " East  gate ", Zone: "Asia/Dubai",
				Point: &org.Point{Latitude: 25.0118, Longitude: 55.1136}, Radius: 300, Address: "Quay 4\nDubai", Active: true,
			})
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, org.Site{
				ID: made.ID, Unit: &w.Hill.ID, Type: &w.Office.ID, Manager: &guard, Code: "GATE_#2", Name: "East gate", Zone: "Asia/Dubai",
				Point: &org.Point{Latitude: 25.0118, Longitude: 55.1136}, Radius: 300, Address: "Quay 4\nDubai", Active: true, Version: 1,
			}, made)
			changed, err = w.Org.UpdateSite(ctx, who, made.ID, 1, org.SiteInput{Manager: &boss, Code: "G2", Name: "Gate"})
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, org.Site{ID: made.ID, Manager: &boss, Code: "G2", Name: "Gate", Zone: "Asia/Kolkata", Radius: org.DefaultRadius, Version: 2}, changed)
			got, err := w.Org.GetSite(ctx, who, made.ID)
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, changed, got)
			if err := w.Org.DeleteSite(ctx, who, made.ID, 2); err != nil {
				t.Fatal(err)
			}
			_, err = w.Org.GetSite(ctx, who, made.ID)
			testworld.Gone(t, err, "site")
		})
		row := testworld.Change{
			Kind: actor.Person, Who: "Asha Alder", WhoID: who.Person(), Subject: testworld.Any(made.ID), Site: made.ID, Request: "req-2",
		}
		created, updated, deleted := row, row, row
		created.Verb, created.After = "site.created", testworld.JSON(t, made)
		updated.Verb, updated.Before, updated.After = "site.updated", created.After, testworld.JSON(t, changed)
		deleted.Verb, deleted.Before = "site.deleted", updated.After
		testworld.Same(t, []testworld.Change{created, updated, deleted}, trail)
	})
}

func TestSiteNamesEveryViolationAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		other := w.SecondTenant()
		foreign := other.Staff[org.Guard].ID
		for _, c := range []struct {
			claim string
			in    org.SiteInput
			kind  fault.Kind
			want  []string
		}{
			{"everything wrong", org.SiteInput{
				Code: "é", Name: "", Zone: "Mars/Olympus", Point: &org.Point{Latitude: 91, Longitude: -181}, Radius: 9, Address: strings.Repeat("a", 501),
			}, fault.Invalid, []string{"code grammar", "name required", "zone unknown", "latitude range", "longitude range", "radius range", "address too_long"}},
			{"not a number", org.SiteInput{Code: "A", Name: "A", Point: &org.Point{Latitude: math.NaN(), Longitude: math.Inf(1)}, Radius: 50001},
				fault.Invalid, []string{"latitude range", "longitude range", "radius range"}},
			{"local time of the server", org.SiteInput{Code: "A", Name: "A", Zone: "Local"}, fault.Invalid, []string{"zone unknown"}},
			{"another tenant's", org.SiteInput{Code: "A", Name: "A", Unit: &other.North.ID, Type: &other.Office.ID, Manager: &foreign},
				fault.Invalid, []string{"type_id unknown", "unit_id unknown", "manager_id unknown"}},
			{"a type of another list", org.SiteInput{Code: "A", Name: "A", Type: &w.Security.ID}, fault.Invalid, []string{"type_id unknown"}},
			{"code that is taken, in other case", org.SiteInput{Code: "harbour", Name: "A"}, fault.Conflict, []string{"code taken"}},
		} {
			t.Log(c.claim)
			_, err := w.Org.CreateSite(ctx, who, c.in)
			testworld.Fault(t, err, c.kind, c.want...)
			_, err = w.Org.UpdateSite(ctx, who, w.Mill.ID, w.Mill.Version, c.in)
			testworld.Fault(t, err, c.kind, c.want...)
		}
	})
}

func TestSiteInUseIsNotDeleted(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		granted := w.Site("GRANTED", nil)
		w.GrantIn(w.Staff[org.Guard].ID, org.Guard, nil, &granted.ID)
		for claim, s := range map[string]org.Site{"somebody's home": w.Harbour, "with a grant": granted} {
			t.Log(claim)
			testworld.Fault(t, w.Org.DeleteSite(ctx, who, s.ID, s.Version), fault.Conflict, "id referenced")
		}
	})
}

func TestSiteListIsInOrderFilteredAndPaged(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Viewer)
		shut, err := w.Org.CreateSite(ctx, w.System, org.SiteInput{Code: "ABBEY", Name: "Old abbey", Address: "Rue de l'Été 7"})
		if err != nil {
			t.Fatal(err)
		}
		list := func(f org.SiteFilter, limit int) (all []string) {
			for p := (page.Request{Limit: limit}); ; {
				got, err := w.Org.ListSites(ctx, who, f, p)
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range got.Items {
					all = append(all, s.Code)
				}
				if p.After = got.Next; p.After == "" {
					return all
				}
			}
		}
		for _, limit := range []int{1, 2, 50} {
			testworld.Same(t, []string{"DEPOT", "HARBOUR", "MILL", "TOWER"}, list(org.SiteFilter{}, limit))
			testworld.Same(t, []string{"ABBEY", "DEPOT", "HARBOUR", "MILL", "TOWER"}, list(org.SiteFilter{Inactive: true}, limit))
		}
		testworld.Same(t, []string{"HARBOUR"}, list(org.SiteFilter{Unit: &w.North.ID}, 50)) // directly in it
		testworld.Same(t, []string{"ABBEY"}, list(org.SiteFilter{Search: "l'ete", Inactive: true}, 50))
		testworld.Same(t, []string(nil), list(org.SiteFilter{Search: "%"}, 50))
		_, err = w.Org.ListSites(ctx, who, org.SiteFilter{}, page.Request{After: "nonsense"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")

		tree, err := w.Org.Tree(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, org.Tree{Units: []org.Unit{w.Hill, w.North, w.South}, Sites: []org.Site{shut, w.Depot, w.Harbour, w.Mill, w.Tower}}, tree)
	})
}

// northerner may do everything to units and sites in North, and nothing elsewhere.
func northerner(w *testworld.World) testworld.Member {
	m := w.Someone(nil)
	w.Grant(m.ID, &w.North.ID, nil,
		org.CanReadUnit, org.CanCreateUnit, org.CanUpdateUnit, org.CanDeleteUnit, org.CanReadSite, org.CanCreateSite, org.CanUpdateSite, org.CanDeleteSite)
	return m
}

func TestScopeOfUnitsAndSites(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.As(northerner(w))
		units, err := w.Org.ListUnits(ctx, who, org.UnitFilter{}, page.Request{})
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []org.Unit{w.Hill, w.North}, units.Items)
		tree, err := w.Org.Tree(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, org.Tree{Units: []org.Unit{w.Hill, w.North}, Sites: []org.Site{w.Harbour, w.Tower}}, tree)

		// what stands outside is not there
		_, err = w.Org.GetUnit(ctx, who, w.South.ID)
		testworld.Gone(t, err, "unit")
		_, err = w.Org.UpdateUnit(ctx, who, w.South.ID, 1, unitInput(w.South))
		testworld.Gone(t, err, "unit")
		testworld.Gone(t, w.Org.DeleteUnit(ctx, who, w.South.ID, 1), "unit")
		for _, s := range []org.Site{w.Mill, w.Depot} {
			_, err = w.Org.GetSite(ctx, who, s.ID)
			testworld.Gone(t, err, "site")
			_, err = w.Org.UpdateSite(ctx, who, s.ID, 1, siteInput(s))
			testworld.Gone(t, err, "site")
			testworld.Gone(t, w.Org.DeleteSite(ctx, who, s.ID, 1), "site")
		}
	})
}

func TestNothingIsMadeOrMovedOutOfScope(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		m := northerner(w)
		who := w.As(m)
		for _, parent := range []*id.Unit{nil, &w.South.ID} {
			_, err := w.Org.CreateUnit(ctx, who, org.UnitInput{Parent: parent, Code: "X", Name: "X"})
			testworld.Refused(t, err, org.CanCreateUnit)
			_, err = w.Org.CreateSite(ctx, who, org.SiteInput{Unit: parent, Code: "X", Name: "X"})
			testworld.Refused(t, err, org.CanCreateSite)
			in, place := siteInput(w.Harbour), unitInput(w.Hill)
			in.Unit, place.Parent = parent, parent
			_, err = w.Org.UpdateSite(ctx, who, w.Harbour.ID, 1, in)
			testworld.Refused(t, err, org.CanUpdateSite)
			_, err = w.Org.UpdateUnit(ctx, who, w.Hill.ID, 1, place)
			testworld.Refused(t, err, org.CanUpdateUnit)
		}
		// and inside everything works
		u, err := w.Org.CreateUnit(ctx, who, org.UnitInput{Parent: &w.Hill.ID, Code: "X", Name: "X"})
		if err != nil {
			t.Fatal(err)
		}
		in := siteInput(w.Harbour)
		in.Unit = &w.Hill.ID
		if _, err = w.Org.UpdateSite(ctx, who, w.Harbour.ID, 1, in); err != nil {
			t.Fatal(err)
		}
		_, err = w.Org.GetUnit(ctx, who, u.ID)
		testworld.Gone(t, err, "unit") // it came after this request's actor
		if _, err = w.Org.GetUnit(ctx, w.As(m), u.ID); err != nil {
			t.Error(err)
		}
	})
}
