package asset_test

import (
	"testing"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

func each(t *testing.T, test func(t *testing.T, w *testworld.World)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, testworld.New(t, d)) })
}

// said is what one would say to make an asset what it is.
func said(a asset.Asset) asset.AssetInput {
	return asset.AssetInput{
		Site: a.Site, Location: a.Location, Parent: a.Parent, Kind: a.Kind, Type: a.Type, Category: a.Category, Brand: a.Brand, Provider: a.Provider,
		Code: a.Code, Name: a.Name, Status: a.Status, Critical: a.Critical, Capacity: a.Capacity, Unit: a.Unit, Meter: a.Meter,
		MeterFactor: a.MeterFactor, Model: a.Model, Serial: a.Serial, MadeYear: a.MadeYear, PurchasedOn: a.PurchasedOn, InstalledOn: a.InstalledOn,
		WarrantyUntil: a.WarrantyUntil, ServiceFrom: a.ServiceFrom, ServiceUntil: a.ServiceUntil, Point: a.Point, Active: a.Active,
	}
}

func saidOf(l asset.Location) asset.LocationInput {
	return asset.LocationInput{
		Site: l.Site, Parent: l.Parent, Type: l.Type, Code: l.Code, Name: l.Name, Status: l.Status, Critical: l.Critical, Point: l.Point, Active: l.Active,
	}
}

func below(parent id.Asset) func(*asset.AssetInput) {
	return func(in *asset.AssetInput) { in.Parent = &parent }
}

// log gives an asset's status log, oldest first, without ids and names.
func logOf(t *testing.T, w *testworld.World, x *testworld.Tenant, a id.Asset) (rows []asset.StatusChange) {
	t.Helper()
	for p := (page.Request{Limit: 3}); ; {
		got, err := w.Asset.StatusLog(t.Context(), x.System, a, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got.Items {
			r.ID, r.PersonName = id.StatusChange{}, ""
			rows = append([]asset.StatusChange{r}, rows...)
		}
		if p.After = got.Next; p.After == "" {
			return rows
		}
	}
}

func ptr[T any](x T) *T { return &x }

func codes(all []asset.Asset) (out []string) {
	for _, a := range all {
		out = append(out, a.Code)
	}
	return out
}
