package exchange

import (
	"context"
	"slices"
	"strings"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

var (
	siteColumn   = Column{Key: "site_id", Title: "Site", Required: true, Help: "Code of a site.", Example: "PUN-TP1"}
	statusColumn = Column{Key: "status", Title: "Status", Help: "WORKING when left blank.", Example: "WORKING", Choices: []string{"WORKING", "STANDBY", "MAINTENANCE", "SCRAPPED"}}
	critical     = Column{Key: "critical", Title: "Critical", Help: "No when left blank.", Example: "no", Choices: []string{"yes", "no"}}
	latitude     = Column{Key: "latitude", Title: "Latitude", Help: "Degrees.", Example: "18.559"}
	longitude    = Column{Key: "longitude", Title: "Longitude", Help: "Degrees.", Example: "73.7868"}
)

func assetsTable() kind[asset.Asset, asset.AssetInput] {
	return kind[asset.Asset, asset.AssetInput]{
		heading: heading{kind: Assets, title: "Assets", key: []string{"code"}, parent: "parent_id", columns: []Column{
			siteColumn, codeColumn("DG-01"), nameColumn("Diesel generator 1"),
			{Key: "kind", Title: "Kind", Help: "EQUIPMENT when left blank.", Example: "EQUIPMENT", Choices: []string{"EQUIPMENT", "CHECKPOINT", "OTHER"}},
			{Key: "location_id", Title: "Location", Help: "Code of a location of the site.", Example: "ROOF"},
			{Key: "parent_id", Title: "Belongs to", Help: "Code of an asset of the site.", Example: "DG-00"},
			{Key: "type_id", Title: "Type", Help: "Code from the list asset_type.", Example: "GENERATOR"},
			{Key: "category_id", Title: "Category", Help: "Code from the list asset_category.", Example: "ELECTRICAL"},
			{Key: "brand_id", Title: "Brand", Help: "Code from the list asset_brand.", Example: "KIRLOSKAR"},
			{Key: "provider_id", Title: "Provider", Help: "Code from the list provider: who services it.", Example: "VOLTCARE"},
			{Key: "capacity", Title: "Capacity", Example: "250"}, {Key: "unit_id", Title: "Unit", Help: "Of the capacity; code from the list asset_unit.", Example: "KVA"},
			{Key: "meter_id", Title: "Meter", Help: "Code from the list asset_meter; blank: it has none.", Example: "HOURS"},
			{Key: "meter_factor", Title: "Meter factor", Help: "A reading times this is what was used; 1 when left blank.", Example: "1"}, statusColumn, critical,
			{Key: "model", Title: "Model", Example: "KG1-250"}, {Key: "serial", Title: "Serial number", Example: "SN-4711"}, {Key: "made_year", Title: "Year made", Example: "2021"},
			dateColumn("purchased_on", "Purchased"), dateColumn("installed_on", "Installed"), dateColumn("warranty_until", "Warranty until"),
			dateColumn("service_from", "Service from"), dateColumn("service_until", "Service until"), latitude, longitude, activeColumn,
		}},
		fetch: fetchAssets, point: pointAssets, learn: (*run).learnAsset, build: buildAsset, check: (*asset.AssetInput).Check, save: saveAsset, show: showAsset,
	}
}

func dateColumn(key, title string) Column {
	return Column{Key: key, Title: title, Help: "A date like 2026-10-31.", Example: "2026-10-31"}
}

func (r *run) learnAsset(a asset.Asset) string {
	r.assets[a.Code], r.codes[anyID(a.ID)] = a.ID, a.Code
	return a.Code
}

func fetchAssets(ctx context.Context, r *run, keys []string) ([]asset.Asset, error) {
	if _, err := r.knowLookups(ctx); err != nil {
		return nil, err
	}
	if _, err := r.knowSites(ctx, r.column("site_id")); err != nil {
		return nil, err
	}
	if _, err := r.knowLocations(ctx, r.column("location_id")); err != nil {
		return nil, err
	}
	return r.knowAssets(ctx, slices.Concat(keys, r.column("parent_id")))
}

// knowAssets reads the assets that have some codes.
func (r *run) knowAssets(ctx context.Context, codes []string) ([]asset.Asset, error) {
	all, err := chunks(unknown(codes, r.assets), func(part []string) (map[string]asset.Asset, error) { return r.s.Assets.AssetsByCode(ctx, r.who, part) })
	for _, a := range all {
		r.learnAsset(a)
	}
	return all, err
}

func (r *run) nameAssets(ctx context.Context, ids []*id.Asset) error {
	all, err := chunks(unnamed(r, ids), func(part []id.Asset) (map[id.Asset]asset.Asset, error) {
		return r.s.Assets.AssetsByID(ctx, r.who, part)
	})
	for _, a := range all {
		r.learnAsset(a)
	}
	return err
}

func pointAssets(ctx context.Context, r *run, all []asset.Asset) error {
	if _, err := r.knowLookups(ctx); err != nil {
		return err
	}
	sites, locations, parents := make([]*id.Site, len(all)), make([]*id.Location, len(all)), make([]*id.Asset, len(all))
	for i, a := range all {
		sites[i], locations[i], parents[i] = &a.Site, a.Location, a.Parent
	}
	if err := r.nameSites(ctx, sites); err != nil {
		return err
	}
	if err := r.nameLocations(ctx, locations); err != nil {
		return err
	}
	return r.nameAssets(ctx, parents)
}

func buildAsset(r *run, c *cells, old *asset.Asset) asset.AssetInput {
	if old == nil {
		old = &asset.Asset{Active: true}
	}
	site := deref(ref(c, "site_id", &old.Site, r.sites, "site"))
	of := func(key string, old *id.Lookup, list org.List, thing string) *id.Lookup {
		return ref(c, key, old, r.lookups[list], thing)
	}
	factor, year := &old.MeterFactor, ""
	if old.MadeYear != nil {
		year = whole(*old.MadeYear)
	}
	in := asset.AssetInput{
		Site: site, Location: refIn(c, "location_id", old.Location, r.locations, site, "location"), Parent: ref(c, "parent_id", old.Parent, r.assets, "asset"),
		Kind: asset.Kind(strings.ToUpper(c.text("kind", string(old.Kind)))), Type: of("type_id", old.Type, org.AssetType, "type of asset"),
		Category: of("category_id", old.Category, org.AssetCategory, "category"), Brand: of("brand_id", old.Brand, org.AssetBrand, "brand"),
		Provider: of("provider_id", old.Provider, org.Provider, "provider"), Code: c.text("code", old.Code), Name: c.text("name", old.Name),
		Status: asset.Status(strings.ToUpper(c.text("status", string(old.Status)))), Critical: c.yes("critical", old.Critical), Capacity: c.decimal("capacity", old.Capacity),
		Unit: of("unit_id", old.Unit, org.AssetUnit, "unit of capacity"), Meter: of("meter_id", old.Meter, org.AssetMeter, "kind of meter"),
		MeterFactor: deref(c.decimal("meter_factor", factor)), Model: c.text("model", old.Model), Serial: c.text("serial", old.Serial),
		PurchasedOn: c.date("purchased_on", old.PurchasedOn), InstalledOn: c.date("installed_on", old.InstalledOn), WarrantyUntil: c.date("warranty_until", old.WarrantyUntil),
		ServiceFrom: c.date("service_from", old.ServiceFrom), ServiceUntil: c.date("service_until", old.ServiceUntil), Point: point(c, old.Point), Active: c.yes("active", old.Active),
	}
	if c.raw("made_year") != "" || year != "" {
		made := c.whole("made_year", deref(old.MadeYear))
		in.MadeYear = &made
	}
	return in
}

func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func saveAsset(ctx context.Context, r *run, in asset.AssetInput, old *asset.Asset) (asset.Asset, error) {
	if old == nil {
		return r.s.Assets.CreateAsset(ctx, r.who, in)
	}
	return r.s.Assets.UpdateAsset(ctx, r.who, old.ID, old.Version, in)
}

func showAsset(r *run, a asset.Asset) map[string]string {
	cells := map[string]string{
		"site_id": code(r, &a.Site), "code": a.Code, "name": a.Name, "kind": string(a.Kind), "location_id": code(r, a.Location), "parent_id": code(r, a.Parent),
		"type_id": code(r, a.Type), "category_id": code(r, a.Category), "brand_id": code(r, a.Brand), "provider_id": code(r, a.Provider),
		"capacity": number(a.Capacity), "unit_id": code(r, a.Unit), "meter_id": code(r, a.Meter), "meter_factor": number(&a.MeterFactor), "status": string(a.Status),
		"critical": yesNo(a.Critical), "model": a.Model, "serial": a.Serial, "purchased_on": string(a.PurchasedOn), "installed_on": string(a.InstalledOn),
		"warranty_until": string(a.WarrantyUntil), "service_from": string(a.ServiceFrom), "service_until": string(a.ServiceUntil), "active": yesNo(a.Active),
	}
	if a.MadeYear != nil {
		cells["made_year"] = whole(*a.MadeYear)
	}
	showPoint(cells, a.Point)
	return cells
}

func showPoint(cells map[string]string, p *org.Point) {
	if p != nil {
		cells["latitude"], cells["longitude"] = number(&p.Latitude), number(&p.Longitude)
	}
}

// date reads a day.
func (c *cells) date(key string, old clock.Date) clock.Date {
	s := c.raw(key)
	if s == "" {
		return old
	}
	d := clock.Date(s)
	c.check.That(d.Valid(), key, "grammar", "Write a date like 2026-10-31.")
	return d
}

// refIn reads the code of a record that is unique in its site.
func refIn[T any](c *cells, key string, old *T, all map[string]T, site id.Site, thing string) *T {
	s := c.raw(key)
	if s == "" {
		return old
	}
	if x, ok := all[site.String()+"/"+fold.Code(s)]; ok {
		return &x
	}
	c.check.Add(key, "unknown", "The site has no "+thing+" with the code "+fold.Code(s)+".")
	return old
}
