package asset_test

import (
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

func TestALocationLives(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := telemetry.WithRequestID(t.Context(), "req-4")
		who := w.Actor(org.Supervisor) // of North
		floor := w.Value(org.LocationType, "FLOOR")
		house := w.Location(w.Harbour.ID, "HOUSE", nil)
		in := asset.LocationInput{
			ID: id.New[id.Location](), Site: w.Harbour.ID, Parent: &house.ID, Type: &floor.ID, Code: " f  1", Name: " First  floor ", Critical: true,
			Point: &org.Point{Latitude: 1, Longitude: 2}, Active: true,
		}
		var made, changed asset.Location
		trail := w.During(func() {
			var err error
			if made, err = w.Asset.CreateLocation(ctx, who, in); err != nil {
				t.Fatal(err)
			}
			want := asset.Location{
				ID: in.ID, Site: in.Site, Parent: in.Parent, Type: in.Type, Code: "F_1", Name: "First floor", Status: asset.Working, Critical: true,
				Point: in.Point, Active: true, Version: 1, Updated: w.Clock.Now(), SiteName: "Harbour", Zone: "Asia/Kolkata", ParentName: "HOUSE",
			}
			testworld.Same(t, want, made)
			got, err := w.Asset.GetLocation(ctx, who, made.ID)
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, want, got)
			w.Clock.Advance(time.Minute)
			if changed, err = w.Asset.UpdateLocation(ctx, who, made.ID, 1, asset.LocationInput{Site: w.Harbour.ID, Code: "F-2", Name: "Second", Status: asset.Scrapped}); err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, asset.Location{
				ID: in.ID, Site: in.Site, Code: "F-2", Name: "Second", Status: asset.Scrapped, Version: 2, Updated: w.Clock.Now(), SiteName: "Harbour", Zone: "Asia/Kolkata",
			}, changed)
			if err := w.Asset.DeleteLocation(ctx, who, made.ID, 2); err != nil {
				t.Fatal(err)
			}
			_, err = w.Asset.GetLocation(ctx, who, made.ID)
			testworld.Gone(t, err, "location")
		})
		row := testworld.Change{Kind: actor.Person, Who: "Samir Stone", WhoID: who.Person(), Subject: testworld.Any(made.ID), Site: w.Harbour.ID, Request: "req-4"}
		created, updated, deleted := row, row, row
		created.Verb, created.After = "location.created", testworld.JSON(t, made)
		updated.Verb, updated.Before, updated.After = "location.updated", created.After, testworld.JSON(t, changed)
		deleted.Verb, deleted.Before = "location.deleted", updated.After
		testworld.Same(t, []testworld.Change{created, updated, deleted}, trail)
	})
}

func TestALocationNamesEveryViolationAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		other := w.SecondTenant()
		mine, foreign, deck := w.Location(w.Harbour.ID, "MINE", nil), other.Location(other.Harbour.ID, "A", nil), w.Location(w.Tower.ID, "DECK", nil)
		for _, c := range []struct {
			claim string
			in    asset.LocationInput
			want  []string
		}{
			{"nothing given", asset.LocationInput{}, []string{"site_id required", "code required", "name required"}},
			{"wrong everywhere", asset.LocationInput{Site: w.Harbour.ID, Code: "-", Name: strings.Repeat("n", 201), Status: "GONE", Point: &org.Point{Latitude: -91, Longitude: 181}},
				[]string{"code grammar", "name too_long", "status unknown", "latitude range", "longitude range"}},
			{"of another tenant", asset.LocationInput{Site: w.Harbour.ID, Code: "A", Name: "A", Parent: &foreign.ID, Type: &other.Office.ID}, []string{"type_id unknown", "parent_id unknown"}},
			{"of another site and list", asset.LocationInput{Site: w.Harbour.ID, Code: "A", Name: "A", Parent: &deck.ID, Type: &w.Office.ID}, []string{"type_id unknown", "parent_id unknown"}},
		} {
			t.Log(c.claim)
			_, err := w.Asset.CreateLocation(ctx, who, c.in)
			testworld.Fault(t, err, fault.Invalid, c.want...)
			_, err = w.Asset.UpdateLocation(ctx, who, mine.ID, 1, c.in)
			testworld.Fault(t, err, fault.Invalid, c.want...)
		}
		_, err := w.Asset.CreateLocation(ctx, who, asset.LocationInput{Site: other.Harbour.ID, Code: "A", Name: "A"})
		testworld.Fault(t, err, fault.Invalid, "site_id unknown")
		_, err = w.Asset.UpdateLocation(ctx, who, mine.ID, 1, asset.LocationInput{Site: w.Tower.ID, Code: "", Name: "A"})
		testworld.Fault(t, err, fault.Invalid, "code required", "site_id fixed")
		in := saidOf(mine)
		in.Site = w.Tower.ID
		_, err = w.Asset.UpdateLocation(ctx, who, mine.ID, 1, in)
		testworld.Fault(t, err, fault.Invalid, "site_id fixed")
		_, err = w.Asset.UpdateLocation(ctx, who, mine.ID, 2, saidOf(mine))
		testworld.Fault(t, err, fault.Conflict, "version stale")
		testworld.Same(t, any(mine), fault.As(err).Current)
		err = w.Asset.DeleteLocation(ctx, who, mine.ID, 2)
		testworld.Fault(t, err, fault.Conflict, "version stale")
	})
}

func TestTheTreeOfASiteSaysWhatStandsWhere(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		house := w.Location(w.Harbour.ID, "HOUSE", nil)
		floor := w.Location(w.Harbour.ID, "FLOOR", &house.ID)
		deck := w.Location(w.Mill.ID, "DECK", nil)
		at := func(l asset.Location) func(*asset.AssetInput) {
			return func(in *asset.AssetInput) { in.Location = &l.ID }
		}
		w.NewAsset(w.Harbour.ID, "A", at(floor))
		w.NewAsset(w.Harbour.ID, "B", at(floor))
		w.NewAsset(w.Harbour.ID, "C", at(floor), func(in *asset.AssetInput) { in.Active = false })
		w.NewAsset(w.Mill.ID, "D", at(deck))
		all, err := w.Asset.LocationTree(t.Context(), w.Actor(org.Viewer), nil)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, asset.LocationTree{Locations: []asset.Location{deck, floor, house}, Assets: map[id.Location]int64{floor.ID: 2, deck.ID: 1}}, all)
		here, err := w.Asset.LocationTree(t.Context(), w.Actor(org.Guard), nil) // of Harbour
		if err != nil {
			t.Fatal(err)
		}
		want := asset.LocationTree{Locations: []asset.Location{floor, house}, Assets: map[id.Location]int64{floor.ID: 2}}
		testworld.Same(t, want, here)
		here, err = w.Asset.LocationTree(t.Context(), w.Actor(org.Viewer), &w.Harbour.ID)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, want, here)
		blind := w.Someone(nil, asset.CanReadLocation)
		here, err = w.Asset.LocationTree(t.Context(), w.As(blind), &w.Harbour.ID)
		if err != nil || len(here.Assets) != 0 || len(here.Locations) != 2 {
			t.Errorf("%+v %v", here, err)
		}
	})
}
