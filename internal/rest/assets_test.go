package rest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// assetCruds are the nouns of package asset, for TestRecordsAreMadeReadChangedAndDeleted.
func assetCruds(x *api) []crud {
	harbour, mill := x.Harbour.ID.String(), x.Mill.ID.String()
	house := x.Location(x.Harbour.ID, "HOUSE", nil).ID.String()
	crane := x.NewAsset(x.Harbour.ID, "CRANE").ID.String()
	floor, hvac := x.Value(org.LocationType, "FLOOR").ID.String(), x.Value(org.AssetCategory, "HVAC").ID.String()
	pump, brand, provider := x.Value(org.AssetType, "PUMP").ID.String(), x.Value(org.AssetBrand, "NORDIC").ID.String(), x.Value(org.Provider, "COOLCO").ID.String()
	unit, meter := x.Value(org.AssetUnit, "TR").ID.String(), x.Value(org.AssetMeter, "KWH").ID.String()
	const now = "2026-11-25T09:00:00Z"
	return []crud{
		{"locations", o{"site_id": harbour, "parent_id": house, "type_id": floor, "code": "f 1", "name": "First", "critical": true, "latitude": 1.5, "longitude": -2},
			o{"site_id": harbour, "site_name": "Harbour", "parent_id": house, "parent_name": "HOUSE", "type_id": floor, "code": "F_1", "name": "First", "status": "WORKING",
				"critical": true, "latitude": 1.5, "longitude": -2, "active": true, "updated_at": now, "version": 1},
			o{"site_id": harbour, "code": "f 1", "name": "Ground", "status": "STANDBY", "active": false},
			o{"parent_id": nil, "parent_name": "", "type_id": nil, "name": "Ground", "status": "STANDBY", "critical": false, "latitude": nil, "longitude": nil, "active": false}},
		{"assets", o{"site_id": harbour, "location_id": house, "parent_id": crane, "kind": "OTHER", "type_id": pump, "category_id": hvac, "brand_id": brand, "provider_id": provider,
			"code": "ch-1", "name": "Chiller", "status": "STANDBY", "status_note": "new", "critical": true, "capacity": 12.5, "unit_id": unit, "meter_id": meter, "meter_factor": 10,
			"model": "N", "serial": "7", "made_year": 2021, "purchased_on": "2026-01-02", "installed_on": "2026-01-03", "warranty_until": "2027-01-04",
			"service_from": "2026-01-05", "service_until": "2026-01-06", "latitude": 1.5, "longitude": -2},
			o{"site_id": harbour, "site_name": "Harbour", "location_id": house, "location_name": "HOUSE", "parent_id": crane, "parent_name": "CRANE", "kind": "OTHER",
				"type_id": pump, "category_id": hvac, "brand_id": brand, "provider_id": provider, "code": "CH-1", "name": "Chiller", "status": "STANDBY", "critical": true,
				"capacity": 12.5, "unit_id": unit, "meter_id": meter, "meter_factor": 10, "model": "N", "serial": "7", "made_year": 2021, "purchased_on": "2026-01-02",
				"installed_on": "2026-01-03", "warranty_until": "2027-01-04", "service_from": "2026-01-05", "service_until": "2026-01-06", "latitude": 1.5,
				"longitude": -2, "active": true, "updated_at": now, "version": 1},
			o{"site_id": mill, "kind": "CHECKPOINT", "code": "CH-1", "name": "Point", "status": "WORKING", "active": false},
			o{"site_id": mill, "site_name": "Mill", "location_id": nil, "location_name": "", "parent_id": nil, "parent_name": "", "kind": "CHECKPOINT", "type_id": nil,
				"category_id": nil, "brand_id": nil, "provider_id": nil, "name": "Point", "status": "WORKING", "critical": false, "capacity": nil, "unit_id": nil,
				"meter_id": nil, "meter_factor": 1, "model": "", "serial": "", "made_year": nil, "purchased_on": "", "installed_on": "", "warranty_until": "",
				"service_from": "", "service_until": "", "latitude": nil, "longitude": nil, "active": false}},
	}
}

func TestAssetsAndLocationsAreFiltered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		viewer := x.Actor(org.Viewer)
		house := x.Location(x.Harbour.ID, "HOUSE", nil)
		floor := x.Location(x.Harbour.ID, "FLOOR", &house.ID)
		hvac := x.Value(org.AssetCategory, "HVAC")
		a := x.NewAsset(x.Harbour.ID, "A", func(in *asset.AssetInput) { in.Location, in.Critical = &floor.ID, true })
		x.NewAsset(x.Harbour.ID, "B", func(in *asset.AssetInput) { in.Parent, in.Kind, in.Category = &a.ID, asset.Checkpoint, &hvac.ID })
		x.NewAsset(x.Mill.ID, "C", func(in *asset.AssetInput) { in.Status, in.WarrantyUntil = asset.Scrapped, "2026-12-01" })
		x.Clock.Advance(time.Second)
		x.NewAsset(x.Mill.ID, "D", func(in *asset.AssetInput) { in.Active = false })
		for _, c := range []struct {
			path string
			want []any
		}{
			{"assets", []any{"A", "B", "C"}},
			{"assets?inactive=true", []any{"A", "B", "C", "D"}},
			{"assets?offered=true", []any{"A", "B"}},
			{"assets?site_id=" + x.Mill.ID.String(), []any{"C"}},
			{"assets?location_id=" + house.ID.String(), []any{"A"}},
			{"assets?parent_id=" + a.ID.String() + "&kind=CHECKPOINT&category_id=" + hvac.ID.String(), []any{"B"}},
			{"assets?status=SCRAPPED", []any{"C"}},
			{"assets?critical=true", []any{"A"}},
			{"assets?expiring=30", []any{"C"}},
			{"assets?search=b", []any{"B"}},
			{"assets?inactive=true&changed_after=2026-11-25T09:00:01Z", []any{"D"}},
			{"locations", []any{"FLOOR", "HOUSE"}},
			{"locations?parent_id=" + house.ID.String(), []any{"FLOOR"}},
			{"locations?search=ho&status=WORKING", []any{"HOUSE"}},
			{"locations?critical=true", []any{}},
			{"locations?site_id=" + x.Mill.ID.String(), []any{}},
		} {
			t.Log(c.path)
			testworld.Same(t, c.want, x.call(viewer, "GET", "/api/v1/"+c.path, nil).want(http.StatusOK).items("code"))
		}
		for path, want := range map[string]string{"assets?kind=THING": "kind unknown", "assets?expiring=0": "expiring range", "locations?status=GONE": "status unknown"} {
			testworld.Same(t, []string{want}, x.call(viewer, "GET", "/api/v1/"+path, nil).want(http.StatusUnprocessableEntity).faults())
		}
	})
}

func TestAStatusIsChangedAndLogged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		who := x.Actor(org.Technician)
		a := x.NewAsset(x.Tower.ID, "LIFT")
		at := "/api/v1/assets/" + a.ID.String()
		x.Clock.Advance(time.Hour)
		got := x.call(who, "POST", at+"/status", o{"status": "MAINTENANCE", "note": "worn", "version": 1}).want(http.StatusOK)
		if got.json["status"] != "MAINTENANCE" || got.json["version"] != 2.0 {
			t.Errorf("got %s", got.raw)
		}
		stale := x.call(who, "POST", at+"/status", o{"status": "WORKING", "version": 1}).want(http.StatusConflict)
		testworld.Same(t, got.json, stale.json["current"].(map[string]any))
		bad := x.call(who, "POST", at+"/status", o{"status": "GONE", "note": strings.Repeat("n", 501)}).want(http.StatusUnprocessableEntity)
		testworld.Same(t, []string{"note too_long", "status unknown", "version required"}, bad.faults())
		x.Clock.Advance(time.Minute)
		log := x.call(who, "GET", at+"/statuses?limit=1", nil).want(http.StatusOK)
		testworld.Same(t, []any{"worn"}, log.items("note"))
		testworld.Same(t, []any{"Tara Thorn"}, log.items("person_name"))
		log = x.call(who, "GET", at+"/statuses?limit=1&after="+log.text("next"), nil).want(http.StatusOK)
		testworld.Same(t, []any{""}, log.items("from_status"))
		testworld.Same(t, []any{nil}, log.items("person_id"))
		spent := x.call(who, "GET", at+"/spent", nil).want(http.StatusOK)
		testworld.Same(t, normal(t, o{"since": "2026-11-25T09:00:00Z", "until": "2026-11-25T10:01:00Z", "shares": []o{
			{"status": "WORKING", "seconds": 3600, "times": 1}, {"status": "MAINTENANCE", "seconds": 60, "times": 1},
		}}), spent.json)
	})
}

func TestTheCodeOfALabelIsADrawing(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	a := x.NewAsset(x.Tower.ID, "LIFT#1")
	got := x.call(x.Actor(org.Technician), "GET", "/api/v1/assets/"+a.ID.String()+"/qr.svg", nil).want(http.StatusOK)
	if kind := got.header.Get("Content-Type"); kind != "image/svg+xml" {
		t.Errorf("Content-Type %s", kind)
	}
	q, err := asset.QROf("https://iw.example.com/r/HOUSE/a/LIFT%231")
	if err != nil {
		t.Fatal(err)
	}
	if want := string(q.SVG("LIFT#1 LIFT#1")); got.raw != want {
		t.Errorf("got %.200s", got.raw)
	}
	x.call(x.Actor(org.Guard), "GET", "/api/v1/assets/"+a.ID.String()+"/qr.svg", nil).want(http.StatusNotFound)
}
