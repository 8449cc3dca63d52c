package org_test

import (
	"fmt"
	"strings"
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

func each(t *testing.T, test func(t *testing.T, w *testworld.World)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, testworld.New(t, d)) })
}

func unitInput(u org.Unit) org.UnitInput {
	return org.UnitInput{Parent: u.Parent, Kind: u.Kind, Code: u.Code, Name: u.Name, Active: u.Active}
}

func TestUnitLives(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := telemetry.WithRequestID(t.Context(), "req-1")
		who := w.Actor(org.Administrator)
		kind, err := w.Org.CreateLookup(ctx, who, org.LookupInput{List: org.UnitKind, Code: "zone", Name: "Zone", Active: true})
		if err != nil {
			t.Fatal(err)
		}
		var made, changed org.Unit
		trail := w.During(func() {
			made, err = w.Org.CreateUnit(ctx, who, org.UnitInput{Parent: &w.North.ID, Kind: &kind.ID, Code: " new bay ", Name: "  New   Bay ", Active: true})
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, org.Unit{ID: made.ID, Parent: &w.North.ID, Kind: &kind.ID, Code: "NEW_BAY", Name: "New Bay", Active: true, Version: 1}, made)
			changed, err = w.Org.UpdateUnit(ctx, who, made.ID, 1, org.UnitInput{Code: "BAY", Name: "Bay"})
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, org.Unit{ID: made.ID, Code: "BAY", Name: "Bay", Version: 2}, changed)
			got, err := w.Org.GetUnit(ctx, who, made.ID)
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, changed, got)
			if err := w.Org.DeleteUnit(ctx, who, made.ID, 2); err != nil {
				t.Fatal(err)
			}
			_, err = w.Org.GetUnit(ctx, who, made.ID)
			testworld.Gone(t, err, "unit")
		})
		row := testworld.Change{Kind: actor.Person, Who: "Asha Alder", WhoID: who.Person(), Subject: testworld.Any(made.ID), Request: "req-1"}
		created, updated, deleted := row, row, row
		created.Verb, created.After = "unit.created", testworld.JSON(t, made)
		updated.Verb, updated.Before, updated.After = "unit.updated", created.After, testworld.JSON(t, changed)
		deleted.Verb, deleted.Before = "unit.deleted", updated.After
		testworld.Same(t, []testworld.Change{created, updated, deleted}, trail)
	})
}

func TestUnitNamesEveryViolationAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		nobody, foreign := id.New[id.Unit](), w.SecondTenant().North.ID
		for _, c := range []struct {
			claim string
			in    org.UnitInput
			kind  fault.Kind
			want  []string
		}{
			{"nothing given", org.UnitInput{}, fault.Invalid, []string{"code required", "name required"}},
			{"code with a dot at the end", org.UnitInput{Code: "A.", Name: "A"}, fault.Invalid, []string{"code grammar"}},
			{"too long", org.UnitInput{Code: strings.Repeat("A", 31), Name: strings.Repeat("n", 201)}, fault.Invalid, []string{"code too_long", "name too_long"}},
			{"NUL", org.UnitInput{Code: "A\x00", Name: "\x00"}, fault.Invalid, []string{"code characters", "name characters"}},
			{"blanks only", org.UnitInput{Code: "  ", Name: " \t"}, fault.Invalid, []string{"code required", "name required"}},
			{"parent and kind that are not", org.UnitInput{Code: "A", Name: "A", Parent: &nobody, Kind: &w.Office.ID}, fault.Invalid, []string{"kind_id unknown", "parent_id unknown"}},
			{"parent of another tenant", org.UnitInput{Code: "A", Name: "A", Parent: &foreign}, fault.Invalid, []string{"parent_id unknown"}},
			{"code that is taken, in other case", org.UnitInput{Code: "north", Name: "A"}, fault.Conflict, []string{"code taken"}},
		} {
			_, err := w.Org.CreateUnit(ctx, who, c.in)
			t.Log(c.claim)
			testworld.Fault(t, err, c.kind, c.want...)
			_, err = w.Org.UpdateUnit(ctx, who, w.South.ID, w.South.Version, c.in)
			testworld.Fault(t, err, c.kind, c.want...)
		}
		now, err := w.Org.GetUnit(ctx, who, w.South.ID)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, w.South, now)
	})
}

func TestDefect085CycleInTree(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		for _, below := range []org.Unit{w.North, w.Hill} {
			in := unitInput(w.North)
			in.Parent = &below.ID
			_, err := w.Org.UpdateUnit(ctx, who, w.North.ID, w.North.Version, in)
			testworld.Fault(t, err, fault.Invalid, "parent_id cycle")
		}
	})
}

func TestDefect085TwoMovesTogetherMakeNoCycle(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		for round := range 10 {
			a, b := w.Unit(fmt.Sprintf("A%d", round), nil), w.Unit(fmt.Sprintf("B%d", round), nil)
			errs := make([]error, 2)
			var wg sync.WaitGroup
			for i, pair := range [][2]org.Unit{{a, b}, {b, a}} {
				wg.Go(func() {
					in := unitInput(pair[0])
					in.Parent = &pair[1].ID
					_, errs[i] = w.Org.UpdateUnit(ctx, who, pair[0].ID, 1, in)
				})
			}
			wg.Wait()
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("round %d: %v, %v; want one to move and one to be refused", round, errs[0], errs[1])
			}
			for _, err := range errs {
				if err != nil {
					testworld.Fault(t, err, fault.Invalid, "parent_id cycle")
				}
			}
		}
	})
}

func TestUnitsStandAtMostTwelveDeep(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		chain := func(prefix string, n int) (out []org.Unit) {
			var parent *id.Unit
			for i := range n {
				u := w.Unit(fmt.Sprintf("%s%d", prefix, i), parent)
				out, parent = append(out, u), &u.ID
			}
			return out
		}
		long, short := chain("LONG", 12), chain("SHORT", 3)
		_, err := w.Org.CreateUnit(ctx, who, org.UnitInput{Parent: &long[11].ID, Code: "X", Name: "X"})
		testworld.Fault(t, err, fault.Invalid, "parent_id too_deep")
		for i, want := range map[int][]string{8: nil, 9: {"parent_id too_deep"}} {
			in := unitInput(short[0])
			in.Parent = &long[i].ID
			top, err := w.Org.GetUnit(ctx, who, short[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.Org.UpdateUnit(ctx, who, short[0].ID, top.Version, in)
			if want == nil {
				testworld.Fault(t, err, "")
			} else {
				testworld.Fault(t, err, fault.Invalid, want...)
			}
		}
	})
}

func TestUnitInUseIsNotDeleted(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		used := w.Unit("USED", nil)
		w.GrantIn(w.Staff[org.Guard].ID, org.Guard, &used.ID, nil)
		for claim, u := range map[string]org.Unit{"with a unit and a site": w.North, "with a site": w.South, "with a grant": used} {
			t.Log(claim)
			testworld.Fault(t, w.Org.DeleteUnit(ctx, who, u.ID, u.Version), fault.Conflict, "id referenced")
		}
	})
}

func TestUnitListIsInOrderFilteredAndPaged(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Viewer)
		a, b := w.Unit("A_100", &w.South.ID), w.Unit("BX100", &w.South.ID)
		list := func(f org.UnitFilter, limit int) (all []org.Unit) {
			for p := (page.Request{Limit: limit}); ; {
				got, err := w.Org.ListUnits(ctx, who, f, p)
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
			testworld.Same(t, []org.Unit{a, b, w.Hill, w.North, w.South}, list(org.UnitFilter{}, limit))
		}
		testworld.Same(t, []org.Unit{a, b}, list(org.UnitFilter{Parent: &w.South.ID}, 50))
		testworld.Same(t, []org.Unit{a}, list(org.UnitFilter{Search: "_100"}, 50))
		testworld.Same(t, []org.Unit{w.North}, list(org.UnitFilter{Search: "ÑÓRTH"}, 50))
		_, err := w.Org.ListUnits(ctx, who, org.UnitFilter{}, page.Request{After: "nonsense"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
	})
}
