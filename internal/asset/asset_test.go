package asset_test

import (
	"math"
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

// full is an asset of which everything is said.
func full(w *testworld.World, l asset.Location) asset.AssetInput {
	return asset.AssetInput{
		Site: w.Harbour.ID, Location: &l.ID, Kind: asset.Equipment, Type: ptr(w.Value(org.AssetType, "CHILLER").ID), Category: ptr(w.Value(org.AssetCategory, "HVAC").ID),
		Brand: ptr(w.Value(org.AssetBrand, "NORDIC").ID), Provider: ptr(w.Value(org.Provider, "COOLCO").ID), Code: " ch-01 ", Name: "  Chiller   one ",
		Status: asset.Standby, StatusNote: " not  yet wired ", Critical: true, Capacity: ptr(120.5), Unit: ptr(w.Value(org.AssetUnit, "TR").ID),
		Meter: ptr(w.Value(org.AssetMeter, "KWH").ID), MeterFactor: 10, Model: "N-9", Serial: "77-X", MadeYear: ptr(int64(2021)), PurchasedOn: "2026-11-25",
		InstalledOn: "2026-12-01", WarrantyUntil: "2028-11-24", ServiceFrom: "2026-12-01", ServiceUntil: "2026-12-01",
		Point: &org.Point{Latitude: 18.5, Longitude: 73.8}, Active: true,
	}
}

func TestAnAssetLives(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := telemetry.WithRequestID(t.Context(), "req-4")
		who := w.Actor(org.Administrator)
		plant := w.Location(w.Harbour.ID, "PLANT", nil)
		in := full(w, plant)
		in.ID = id.New[id.Asset]()
		var made, changed asset.Asset
		trail := w.During(func() {
			var err error
			if made, err = w.Asset.CreateAsset(ctx, who, in); err != nil {
				t.Fatal(err)
			}
			want := asset.Asset{
				ID: in.ID, Site: in.Site, Location: in.Location, Kind: in.Kind, Type: in.Type, Category: in.Category, Brand: in.Brand, Provider: in.Provider,
				Code: "CH-01", Name: "Chiller one", Status: asset.Standby, Critical: true, Capacity: in.Capacity, Unit: in.Unit, Meter: in.Meter, MeterFactor: 10,
				Model: "N-9", Serial: "77-X", MadeYear: in.MadeYear, PurchasedOn: in.PurchasedOn, InstalledOn: in.InstalledOn, WarrantyUntil: in.WarrantyUntil,
				ServiceFrom: in.ServiceFrom, ServiceUntil: in.ServiceUntil, Point: in.Point, Active: true, Version: 1, Updated: w.Clock.Now(),
				SiteName: "Harbour", Zone: "Asia/Kolkata", LocationName: "PLANT",
			}
			testworld.Same(t, want, made)
			got, err := w.Asset.GetAsset(ctx, who, made.ID)
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, want, got)
			w.Clock.Advance(time.Hour)
			if changed, err = w.Asset.UpdateAsset(ctx, who, made.ID, 1, asset.AssetInput{Site: w.Mill.ID, Code: "CH-2", Name: "Chiller two", Status: asset.Standby}); err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, asset.Asset{
				ID: in.ID, Site: w.Mill.ID, Kind: asset.Equipment, Code: "CH-2", Name: "Chiller two", Status: asset.Standby, MeterFactor: 1, Version: 2,
				Updated: w.Clock.Now(), SiteName: "Mill", Zone: "Asia/Kolkata",
			}, changed)
			if got, err = w.Asset.AssetByCode(ctx, who, "ch-2"); err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, changed, got)
			if err := w.Asset.DeleteAsset(ctx, who, made.ID, 2); err != nil {
				t.Fatal(err)
			}
			_, err = w.Asset.GetAsset(ctx, who, made.ID)
			testworld.Gone(t, err, "asset")
		})
		row := testworld.Change{Kind: actor.Person, Who: "Asha Alder", WhoID: who.Person(), Subject: testworld.Any(made.ID), Request: "req-4"}
		created, updated, deleted := row, row, row
		created.Verb, created.Site, created.After = "asset.created", w.Harbour.ID, testworld.JSON(t, made)
		updated.Verb, updated.Site, updated.Before, updated.After = "asset.updated", w.Mill.ID, created.After, testworld.JSON(t, changed)
		deleted.Verb, deleted.Site, deleted.Before = "asset.deleted", w.Mill.ID, updated.After
		testworld.Same(t, []testworld.Change{created, updated, deleted}, trail)
	})
}

func TestAnAssetNamesEveryViolationAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		other := w.SecondTenant()
		mine := w.NewAsset(w.Harbour.ID, "MINE")
		theirs := other.NewAsset(other.Harbour.ID, "THEIRS")
		deck, foreign := w.Location(w.Tower.ID, "DECK", nil), other.Location(other.Harbour.ID, "DECK", nil)
		towers := w.NewAsset(w.Tower.ID, "TOWERS")
		kind := w.Value(org.AssetType, "PUMP")
		base := func(change func(in *asset.AssetInput)) asset.AssetInput {
			in := asset.AssetInput{Site: w.Harbour.ID, Code: "NEW", Name: "New"}
			change(&in)
			return in
		}
		for _, c := range []struct {
			claim string
			in    asset.AssetInput
			want  []string
		}{
			{"nothing given", asset.AssetInput{}, []string{"site_id required", "code required", "name required"}},
			{"wrong everywhere", asset.AssetInput{
				Site: w.Harbour.ID, Code: "A__B", Name: strings.Repeat("n", 201), Kind: "THING", Status: "BROKEN", StatusNote: strings.Repeat("n", 501), Capacity: ptr(-1.0),
				MeterFactor: -1, MadeYear: ptr(int64(26)), Model: strings.Repeat("m", 121), Serial: "\x00", PurchasedOn: "2026-02-30", InstalledOn: "soon",
				WarrantyUntil: "1", ServiceFrom: "2026-1-1", ServiceUntil: "x", Point: &org.Point{Latitude: 91, Longitude: -181},
			}, []string{
				"code grammar", "name too_long", "kind unknown", "status unknown", "status_note too_long", "capacity range", "meter_factor range", "made_year range",
				"model too_long", "serial characters", "purchased_on date", "installed_on date", "warranty_until date", "service_from date", "service_until date",
				"latitude range", "longitude range",
			}},
			{"no numbers", base(func(in *asset.AssetInput) { in.Capacity, in.MeterFactor = ptr(math.NaN()), math.NaN() }), []string{"capacity range", "meter_factor range"}},
			{"a dot at the end of the code", base(func(in *asset.AssetInput) { in.Code = "A." }), []string{"code grammar"}},
			{"a contract that ends before it begins", base(func(in *asset.AssetInput) { in.ServiceFrom, in.ServiceUntil = "2026-02-02", "2026-02-01" }), []string{"service_until order"}},
			{"bought and made in the future", base(func(in *asset.AssetInput) { in.PurchasedOn, in.MadeYear = "2026-11-26", ptr(int64(2027)) }), []string{"purchased_on future", "made_year future"}},
			{"at another site's place", base(func(in *asset.AssetInput) { in.Location, in.Parent = &deck.ID, &towers.ID }), []string{"location_id unknown", "parent_id unknown"}},
			{"of another tenant", asset.AssetInput{
				Site: other.Harbour.ID, Location: &foreign.ID, Parent: &theirs.ID, Type: &other.Office.ID, Category: &other.Office.ID, Brand: &other.Office.ID,
				Provider: &other.Office.ID, Unit: &other.Office.ID, Meter: &other.Office.ID, Code: "NEW", Name: "New",
			}, []string{
				"site_id unknown", "location_id unknown", "parent_id unknown", "type_id unknown", "category_id unknown", "brand_id unknown", "provider_id unknown",
				"unit_id unknown", "meter_id unknown",
			}},
			{"of another list", base(func(in *asset.AssetInput) { in.Category, in.Brand, in.Type = &kind.ID, &w.Office.ID, &kind.ID }), []string{"category_id unknown", "brand_id unknown"}},
		} {
			t.Log(c.claim)
			_, err := w.Asset.CreateAsset(ctx, who, c.in)
			testworld.Fault(t, err, fault.Invalid, c.want...)
			_, err = w.Asset.UpdateAsset(ctx, who, mine.ID, 1, c.in)
			testworld.Fault(t, err, fault.Invalid, c.want...)
		}
		if n := len(logOf(t, w, w.Tenant, mine.ID)); n != 1 {
			t.Errorf("%d rows in the status log after refusals", n)
		}
	})
}

// TestTodayIsTheSites: what may be bought today depends on where the sun stands at the site.
func TestTodayIsTheSites(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		who := w.Actor(org.Administrator)
		site, err := w.Org.CreateSite(t.Context(), who, org.SiteInput{Code: "KIRI", Name: "Kiritimati", Zone: "Pacific/Kiritimati", Active: true})
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(2 * time.Hour) // 11:00 UTC: tomorrow there, 16:30 today in India
		for at, want := range map[id.Site][]string{site.ID: nil, w.Harbour.ID: {"purchased_on future"}} {
			_, err := w.Asset.CreateAsset(t.Context(), who, asset.AssetInput{Site: at, Code: "P", Name: "P", PurchasedOn: "2026-11-26"})
			kind := fault.Kind("")
			if want != nil {
				kind = fault.Invalid
			}
			testworld.Fault(t, err, kind, want...)
		}
	})
}

// TestDefect088CodesAreFoldedBeforeTheyAreCompared: lower-case doubles passed the check and failed at the save.
func TestDefect088CodesAreFoldedBeforeTheyAreCompared(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		pump, fan := w.NewAsset(w.Harbour.ID, "PUMP-1"), w.NewAsset(w.Mill.ID, "FAN-1")
		in := asset.AssetInput{Site: w.Mill.ID, Code: "pump-1", Name: "Pump"}
		_, err := w.Asset.CreateAsset(ctx, who, in)
		testworld.Fault(t, err, fault.Conflict, "code taken")
		_, err = w.Asset.UpdateAsset(ctx, who, fan.ID, 1, in)
		testworld.Fault(t, err, fault.Conflict, "code taken")
		in = asset.AssetInput{Site: w.Harbour.ID, Code: "Pump-1", Name: "Part", Parent: &pump.ID}
		_, err = w.Asset.CreateAsset(ctx, who, in)
		testworld.Fault(t, err, fault.Invalid, "code parent")
		_, err = w.Asset.CreateAsset(ctx, who, asset.AssetInput{ID: pump.ID, Site: w.Harbour.ID, Code: "NEW", Name: "New"})
		testworld.Fault(t, err, fault.Conflict, "id taken")
		// a code is free in another tenant, and its own again for the asset that has it
		other := w.SecondTenant()
		other.NewAsset(other.Harbour.ID, "PUMP-1")
		changed := said(pump)
		changed.Code = "pump-1"
		if got, err := w.Asset.UpdateAsset(ctx, who, pump.ID, 1, changed); err != nil || got.Code != "PUMP-1" {
			t.Errorf("%v %v", got.Code, err)
		}
		// a location's code is its site's
		deck := w.Location(w.Harbour.ID, "DECK", nil)
		w.Location(w.Tower.ID, "DECK", nil)
		_, err = w.Asset.CreateLocation(ctx, who, asset.LocationInput{Site: w.Harbour.ID, Code: "deck", Name: "Deck"})
		testworld.Fault(t, err, fault.Conflict, "code taken")
		_, err = w.Asset.CreateLocation(ctx, who, asset.LocationInput{Site: w.Harbour.ID, Code: "deck", Name: "Deck", Parent: &deck.ID})
		testworld.Fault(t, err, fault.Invalid, "code parent")
		_, err = w.Asset.CreateLocation(ctx, who, asset.LocationInput{ID: deck.ID, Site: w.Harbour.ID, Code: "NEW", Name: "New"})
		testworld.Fault(t, err, fault.Conflict, "id taken")
	})
}

func TestWhatIsUsedIsNotDeleted(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		deck := w.Location(w.Harbour.ID, "DECK", nil)
		w.Location(w.Harbour.ID, "CABIN", &deck.ID)
		crane := w.NewAsset(w.Harbour.ID, "CRANE")
		hook := w.NewAsset(w.Harbour.ID, "HOOK", below(crane.ID))
		testworld.Fault(t, w.Asset.DeleteLocation(ctx, who, deck.ID, 1), fault.Conflict, "id referenced")
		testworld.Fault(t, w.Asset.DeleteAsset(ctx, who, crane.ID, 1), fault.Conflict, "id referenced")
		if n := len(logOf(t, w, w.Tenant, crane.ID)); n != 1 {
			t.Errorf("the log of an asset that could not be deleted has %d rows", n)
		}
		// nor does it leave the site without its parts
		in := said(crane)
		in.Site = w.Mill.ID
		_, err := w.Asset.UpdateAsset(ctx, who, crane.ID, 1, in)
		testworld.Fault(t, err, fault.Invalid, "site_id has_parts")
		if err := w.Asset.DeleteAsset(ctx, who, hook.ID, 1); err != nil {
			t.Fatal(err)
		}
		if _, err = w.Asset.UpdateAsset(ctx, who, crane.ID, 1, in); err != nil {
			t.Error(err)
		}
	})
}
