package graph_test

import (
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
	name := func(n string) o { return o{"name": n} }
	value := func(list org.List, code string) string { return x.Value(list, code).ID.String() }
	house, crane := x.Location(x.Harbour.ID, "HOUSE", nil).ID.String(), x.NewAsset(x.Harbour.ID, "CRANE").ID.String()
	harbour, mill := x.Harbour.ID.String(), x.Mill.ID.String()
	const now = "2026-11-25T09:00:00Z"
	return []crud{
		{"Location", "", "code name status critical active updatedAt version siteName parentName site { name } parent { name } type { name } point { latitude longitude }",
			o{"siteId": harbour, "parentId": house, "typeId": value(org.LocationType, "FLOOR"), "code": "f 1", "name": "First", "critical": true, "active": true,
				"point": o{"latitude": 1.5, "longitude": -2}},
			o{"code": "F_1", "name": "First", "status": "WORKING", "critical": true, "active": true, "updatedAt": now, "version": 1.0, "siteName": "Harbour",
				"parentName": "HOUSE", "site": name("Harbour"), "parent": name("HOUSE"), "type": name("FLOOR"), "point": o{"latitude": 1.5, "longitude": -2.0}},
			o{"siteId": harbour, "code": "F1", "name": "Ground", "status": "SCRAPPED", "active": false},
			o{"code": "F1", "name": "Ground", "status": "SCRAPPED", "critical": false, "active": false, "parentName": "", "parent": nil, "type": nil, "point": nil}},
		{"Asset", "", `kind code name status critical capacity meterFactor model serial madeYear purchasedOn installedOn warrantyUntil serviceFrom serviceUntil active
			updatedAt version siteName locationName parentName site { name } location { name } parent { name } type { name } category { name } brand { name }
			provider { list } unit { name } meter { name } point { latitude longitude }`,
			o{"siteId": harbour, "locationId": house, "parentId": crane, "kind": "OTHER", "typeId": value(org.AssetType, "PUMP"), "categoryId": value(org.AssetCategory, "HVAC"),
				"brandId": value(org.AssetBrand, "NORDIC"), "providerId": value(org.Provider, "COOLCO"), "code": "ch-1", "name": "Chiller", "status": "STANDBY",
				"statusNote": "new", "critical": true, "capacity": 12.5, "unitId": value(org.AssetUnit, "TR"), "meterId": value(org.AssetMeter, "KWH"), "meterFactor": 10,
				"model": "N", "serial": "7", "madeYear": 2021, "purchasedOn": "2026-01-02", "installedOn": "2026-01-03", "warrantyUntil": "2027-01-04",
				"serviceFrom": "2026-01-05", "serviceUntil": "2026-01-06", "point": o{"latitude": 1.5, "longitude": -2}, "active": true},
			o{"kind": "OTHER", "code": "CH-1", "name": "Chiller", "status": "STANDBY", "critical": true, "capacity": 12.5, "meterFactor": 10.0, "model": "N", "serial": "7",
				"madeYear": 2021.0, "purchasedOn": "2026-01-02", "installedOn": "2026-01-03", "warrantyUntil": "2027-01-04", "serviceFrom": "2026-01-05",
				"serviceUntil": "2026-01-06", "active": true, "updatedAt": now, "version": 1.0, "siteName": "Harbour", "locationName": "HOUSE", "parentName": "CRANE",
				"site": name("Harbour"), "location": name("HOUSE"), "parent": name("CRANE"), "type": name("PUMP"), "category": name("HVAC"), "brand": name("NORDIC"),
				"provider": o{"list": "PROVIDER"}, "unit": name("TR"), "meter": name("KWH"), "point": o{"latitude": 1.5, "longitude": -2.0}},
			o{"siteId": mill, "code": "CH-1", "name": "Point", "purchasedOn": nil, "active": false},
			o{"kind": "EQUIPMENT", "name": "Point", "status": "WORKING", "critical": false, "capacity": nil, "meterFactor": 1.0, "model": "", "serial": "", "madeYear": nil,
				"purchasedOn": nil, "installedOn": nil, "warrantyUntil": nil, "serviceFrom": nil, "serviceUntil": nil, "active": false, "siteName": "Mill",
				"locationName": "", "parentName": "", "site": name("Mill"), "location": nil, "parent": nil, "type": nil, "category": nil, "brand": nil, "provider": nil,
				"unit": nil, "meter": nil, "point": nil}},
	}
}

func TestAssetsAreFilteredAndCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		viewer := x.Actor(org.Viewer)
		house := x.Location(x.Harbour.ID, "HOUSE", nil)
		floor := x.Location(x.Harbour.ID, "FLOOR", &house.ID)
		a := x.NewAsset(x.Harbour.ID, "A", func(in *asset.AssetInput) { in.Location, in.Critical = &floor.ID, true })
		x.NewAsset(x.Harbour.ID, "B", func(in *asset.AssetInput) { in.Parent, in.Kind = &a.ID, asset.Checkpoint })
		x.NewAsset(x.Mill.ID, "C", func(in *asset.AssetInput) { in.Status, in.WarrantyUntil = asset.Scrapped, "2026-12-01" })
		x.Clock.Advance(time.Second)
		x.NewAsset(x.Mill.ID, "D", func(in *asset.AssetInput) { in.Active = false })
		for _, c := range []struct {
			field string
			want  []any
		}{
			{`assets`, []any{"A", "B", "C"}},
			{`assets(filter: {inactive: true, changedAfter: "2026-11-25T09:00:01Z"})`, []any{"D"}},
			{`assets(filter: {offered: true, siteId: null})`, []any{"A", "B"}},
			{`assets(filter: {locationId: "` + house.ID.String() + `"})`, []any{"A"}},
			{`assets(filter: {parentId: "` + a.ID.String() + `", kind: CHECKPOINT})`, []any{"B"}},
			{`assets(filter: {status: SCRAPPED, expiring: 30})`, []any{"C"}},
			{`assets(filter: {critical: true, search: "a"})`, []any{"A"}},
			{`locations(filter: {siteId: "` + x.Harbour.ID.String() + `"})`, []any{"FLOOR", "HOUSE"}},
			{`locations(filter: {parentId: "` + house.ID.String() + `", status: WORKING})`, []any{"FLOOR"}},
		} {
			got := x.ask(viewer, `{ x: `+c.field+` { edges { node { code } } } }`, nil).data()["x"]
			testworld.Same(t, c.want, nodes(got, "code"))
		}
		counts := x.ask(viewer, `{ x: assetCounts(filter: {status: WORKING}) { status count } }`, nil).data()["x"]
		testworld.Same(t, any([]any{o{"status": "WORKING", "count": 2.0}, o{"status": "SCRAPPED", "count": 1.0}}), counts)
		for query, want := range map[string]string{
			`{ x: assets(filter: {expiring: 99999999999}) { edges { cursor } } }`: "invalid x: expiring range",
			`{ x: assetCounts(filter: {expiring: -1}) { count } }`:                "invalid x: expiring range",
			`{ x: assets(first: 0) { edges { cursor } } }`:                        "invalid x: first range",
			`{ x: locations(first: 0) { edges { cursor } } }`:                     "invalid x: first range",
		} {
			testworld.Same(t, []string{want}, x.ask(viewer, query, nil).faults())
		}
	})
}

func TestAStatusIsChangedAndLogged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		who := x.Actor(org.Technician)
		a := x.NewAsset(x.Tower.ID, "LIFT")
		id := o{"id": a.ID.String()}
		x.Clock.Advance(time.Hour)
		set := `mutation($id: ID!) { x: setAssetStatus(id: $id, version: 1, status: MAINTENANCE, note: "worn") { status version } }`
		testworld.Same(t, any(o{"status": "MAINTENANCE", "version": 2.0}), x.ask(who, set, id).data()["x"])
		testworld.Same(t, []string{"conflict x: version stale"}, x.ask(who, set, id).faults())
		x.Clock.Advance(time.Minute)
		log := x.ask(who, `query($id: ID!) { x: assetStatuses(id: $id) { edges { cursor node { fromStatus toStatus note at personName person { name } } } } }`, id).data()["x"]
		testworld.Same(t, any(o{"fromStatus": "WORKING", "toStatus": "MAINTENANCE", "note": "worn", "at": "2026-11-25T10:00:00Z", "personName": "Tara Thorn",
			"person": o{"name": "Tara Thorn"}}), at(log, "edges", "0", "node"))
		rest := x.ask(who, `query($id: ID!, $after: String!) { x: assetStatuses(id: $id, first: 1, after: $after) { edges { node { fromStatus person { name } } } } }`,
			o{"id": a.ID.String(), "after": at(log, "edges", "0", "cursor")}).data()["x"]
		testworld.Same(t, any([]any{o{"node": o{"fromStatus": nil, "person": nil}}}), at(rest, "edges"))
		spent := x.ask(who, `query($id: ID!) { x: assetSpent(id: $id) { since until shares { status seconds times } } }`, id).data()["x"]
		testworld.Same(t, any(o{"since": "2026-11-25T09:00:00Z", "until": "2026-11-25T10:01:00Z", "shares": []any{
			o{"status": "WORKING", "seconds": 3600.0, "times": 1.0}, o{"status": "MAINTENANCE", "seconds": 60.0, "times": 1.0},
		}}), spent)
		testworld.Same(t, []string{"invalid x: first range"}, x.ask(who, `query($id: ID!) { x: assetStatuses(id: $id, first: 0) { edges { cursor } } }`, id).faults())
	})
}
