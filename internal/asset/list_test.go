package asset_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

// stock makes assets that differ in everything one can filter by, and a second tenant's that must never be seen.
func stock(w *testworld.World) (house, floor asset.Location, kinds [2]org.Lookup) {
	house = w.Location(w.Harbour.ID, "HOUSE", nil)
	floor = w.Location(w.Harbour.ID, "FLOOR", &house.ID)
	kinds = [2]org.Lookup{w.Value(org.AssetType, "PUMP"), w.Value(org.AssetCategory, "HVAC")}
	w.NewAsset(w.Harbour.ID, "A", func(in *asset.AssetInput) { in.Location, in.Type, in.Critical = &house.ID, &kinds[0].ID, true })
	b := w.NewAsset(w.Harbour.ID, "B", func(in *asset.AssetInput) {
		in.Location, in.Category, in.Status, in.WarrantyUntil = &floor.ID, &kinds[1].ID, asset.Maintenance, "2026-12-01"
	})
	w.NewAsset(w.Harbour.ID, "C", below(b.ID), func(in *asset.AssetInput) {
		in.Kind, in.ServiceUntil, in.Serial = asset.Checkpoint, "2026-11-25", "Zä-100%"
	})
	w.NewAsset(w.Mill.ID, "D", func(in *asset.AssetInput) { in.Status, in.WarrantyUntil = asset.Scrapped, "2026-11-24" })
	w.Clock.Advance(time.Minute)
	w.NewAsset(w.Mill.ID, "E", func(in *asset.AssetInput) { in.Active, in.Model = false, "M_9" })
	other := w.SecondTenant()
	other.NewAsset(other.Harbour.ID, "F")
	return house, floor, kinds
}

func TestAListIsNarrowedAndCounted(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		house, floor, kinds := stock(w)
		who := w.Actor(org.Viewer)
		b, err := w.Asset.AssetByCode(t.Context(), who, "b")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			claim string
			f     asset.AssetFilter
			want  []string
		}{
			{"everything active", asset.AssetFilter{}, []string{"A", "B", "C", "D"}},
			{"inactive too", asset.AssetFilter{Inactive: true}, []string{"A", "B", "C", "D", "E"}},
			{"what may be chosen", asset.AssetFilter{Inactive: true, Offered: true}, []string{"A", "B", "C"}},
			{"of a site", asset.AssetFilter{Site: &w.Mill.ID}, []string{"D"}},
			{"of an unknown site", asset.AssetFilter{Site: ptr(id.New[id.Site]()), Expiring: 10}, nil},
			{"in a location and below", asset.AssetFilter{Location: &house.ID}, []string{"A", "B"}},
			{"in a location", asset.AssetFilter{Location: &floor.ID}, []string{"B"}},
			{"in an unknown location", asset.AssetFilter{Location: ptr(id.New[id.Location]())}, nil},
			{"parts", asset.AssetFilter{Parent: &b.ID}, []string{"C"}},
			{"of a kind", asset.AssetFilter{Kind: asset.Checkpoint}, []string{"C"}},
			{"of a type", asset.AssetFilter{Type: &kinds[0].ID}, []string{"A"}},
			{"of a category", asset.AssetFilter{Category: &kinds[1].ID}, []string{"B"}},
			{"with a status", asset.AssetFilter{Status: asset.Working}, []string{"A", "C"}},
			{"critical", asset.AssetFilter{Critical: true}, []string{"A"}},
			{"ending within a day", asset.AssetFilter{Expiring: 1}, []string{"C"}},
			{"ending within six days", asset.AssetFilter{Expiring: 6}, []string{"B", "C"}},
			{"ending within five at a site", asset.AssetFilter{Expiring: 5, Site: &w.Harbour.ID}, []string{"C"}},
			{"found by serial number", asset.AssetFilter{Search: "ZA-100%"}, []string{"C"}},
			{"found by model", asset.AssetFilter{Search: "m_9", Inactive: true}, []string{"E"}},
			{"a sign finds itself only", asset.AssetFilter{Search: "_", Inactive: true}, []string{"E"}},
			{"changed since", asset.AssetFilter{ChangedAfter: w.Clock.Now(), Inactive: true}, []string{"E"}},
			{"changed since, that moment with it", asset.AssetFilter{ChangedAfter: testworld.Morning}, []string{"A", "B", "C", "D"}},
		} {
			t.Log(c.claim)
			var got []asset.Asset
			for p := (page.Request{Limit: 2}); ; {
				rows, err := w.Asset.ListAssets(t.Context(), who, c.f, p)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, rows.Items...)
				if p.After = rows.Next; p.After == "" {
					break
				}
			}
			testworld.Same(t, c.want, codes(got))
			counted := map[asset.Status]int64{}
			for _, a := range got {
				counted[a.Status]++
			}
			counts, err := w.Asset.CountAssets(t.Context(), who, c.f)
			if err != nil {
				t.Fatal(err)
			}
			if c.f.Status != "" { // the counts are of every status
				counts = map[asset.Status]int64{c.f.Status: counts[c.f.Status]}
			}
			testworld.Same(t, counted, counts)
		}
	})
}

func TestAListIsOfTheSitesOfTheActor(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		house, _, _ := stock(w)
		guard := w.Actor(org.Guard) // of Harbour
		rows, err := w.Asset.ListAssets(t.Context(), guard, asset.AssetFilter{Inactive: true}, page.Request{})
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []string{"A", "B", "C"}, codes(rows.Items))
		counts, err := w.Asset.CountAssets(t.Context(), guard, asset.AssetFilter{Inactive: true})
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, map[asset.Status]int64{asset.Working: 2, asset.Maintenance: 1}, counts)
		technician := w.Actor(org.Technician) // of Tower
		for _, f := range []asset.AssetFilter{{}, {Location: &house.ID}, {Site: &w.Harbour.ID}} {
			rows, err := w.Asset.ListAssets(t.Context(), technician, f, page.Request{})
			if err != nil || len(rows.Items) != 0 {
				t.Errorf("%+v: %v %v", f, codes(rows.Items), err)
			}
		}
	})
}

func TestWhatCannotBeAskedIsSaid(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Viewer)
		bad := asset.AssetFilter{Kind: "THING", Status: "BROKEN", Expiring: -1}
		_, err := w.Asset.ListAssets(ctx, who, bad, page.Request{})
		testworld.Fault(t, err, fault.Invalid, "kind unknown", "status unknown", "expiring range")
		_, err = w.Asset.CountAssets(ctx, who, bad)
		testworld.Fault(t, err, fault.Invalid, "kind unknown", "status unknown", "expiring range")
		_, err = w.Asset.ListAssets(ctx, who, asset.AssetFilter{}, page.Request{After: "x"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
		_, err = w.Asset.ListLocations(ctx, who, asset.LocationFilter{}, page.Request{After: "x"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
		_, err = w.Asset.ListLocations(ctx, who, asset.LocationFilter{Status: "BROKEN"}, page.Request{})
		testworld.Fault(t, err, fault.Invalid, "status unknown")
		a := w.NewAsset(w.Harbour.ID, "A")
		for _, after := range []string{"x", page.Cursor("noon", a.ID.String()), page.Cursor("", "x")} {
			_, err = w.Asset.StatusLog(ctx, who, a.ID, page.Request{After: after})
			testworld.Fault(t, err, fault.Invalid, "after cursor")
		}
	})
}

func TestLocationsAreNarrowedAndCounted(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Viewer)
		house := w.Location(w.Harbour.ID, "HOUSE", nil)
		w.Location(w.Harbour.ID, "FLOOR", &house.ID)
		room := w.Value(org.LocationType, "ROOM")
		in := asset.LocationInput{Site: w.Mill.ID, Code: "ROOM", Name: "Room", Type: &room.ID, Status: asset.Scrapped, Critical: true, Active: true}
		if _, err := w.Asset.CreateLocation(ctx, w.System, in); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(time.Minute)
		if _, err := w.Asset.CreateLocation(ctx, w.System, asset.LocationInput{Site: w.Mill.ID, Code: "SHED", Name: "Shéd"}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			claim string
			f     asset.LocationFilter
			want  []string
		}{
			{"everything active", asset.LocationFilter{}, []string{"FLOOR", "HOUSE", "ROOM"}},
			{"inactive too", asset.LocationFilter{Inactive: true}, []string{"FLOOR", "HOUSE", "ROOM", "SHED"}},
			{"what may be chosen", asset.LocationFilter{Offered: true}, []string{"FLOOR", "HOUSE"}},
			{"of a site", asset.LocationFilter{Site: &w.Mill.ID}, []string{"ROOM"}},
			{"below another", asset.LocationFilter{Parent: &house.ID}, []string{"FLOOR"}},
			{"of a type", asset.LocationFilter{Type: &room.ID}, []string{"ROOM"}},
			{"with a status", asset.LocationFilter{Status: asset.Scrapped}, []string{"ROOM"}},
			{"critical", asset.LocationFilter{Critical: true}, []string{"ROOM"}},
			{"found", asset.LocationFilter{Search: "shed", Inactive: true}, []string{"SHED"}},
			{"changed since", asset.LocationFilter{ChangedAfter: w.Clock.Now(), Inactive: true}, []string{"SHED"}},
		} {
			t.Log(c.claim)
			var got []string
			for p := (page.Request{Limit: 2}); ; {
				rows, err := w.Asset.ListLocations(ctx, who, c.f, p)
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range rows.Items {
					got = append(got, l.Code)
				}
				if p.After = rows.Next; p.After == "" {
					break
				}
			}
			testworld.Same(t, c.want, got)
			n, err := w.Asset.CountLocations(ctx, who, c.f)
			if err != nil || n != int64(len(c.want)) {
				t.Errorf("counted %d, %v", n, err)
			}
		}
	})
}

func TestSeveralAtOnceAreThoseThatOneWouldGet(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard, other := t.Context(), w.Actor(org.Guard), w.SecondTenant()
		mine, far, foreign := w.NewAsset(w.Harbour.ID, "MINE"), w.NewAsset(w.Mill.ID, "FAR"), other.NewAsset(other.Harbour.ID, "MINE")
		assets, err := w.Asset.AssetsByID(ctx, guard, []id.Asset{mine.ID, far.ID, foreign.ID, id.New[id.Asset]()})
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, map[id.Asset]asset.Asset{mine.ID: mine}, assets)
		here, there, theirs := w.Location(w.Harbour.ID, "L", nil), w.Location(w.Mill.ID, "L", nil), other.Location(other.Harbour.ID, "L", nil)
		locations, err := w.Asset.LocationsByID(ctx, guard, []id.Location{here.ID, there.ID, theirs.ID, id.New[id.Location]()})
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, map[id.Location]asset.Location{here.ID: here}, locations)
		if got := slices.Collect(maps.Keys(locations)); len(got) != 1 {
			t.Errorf("got %v", got)
		}
	})
}
