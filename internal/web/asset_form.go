package web

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/web/ui"
)

// assetNames are the fields of the form about an asset.
var assetNames = []string{
	"site_id", "location_id", "parent_id", "kind", "type_id", "category_id", "brand_id", "provider_id", "code", "name", "status", "status_note", "critical",
	"capacity", "unit_id", "meter_id", "meter_factor", "model", "serial", "made_year", "purchased_on", "installed_on", "warranty_until", "service_from",
	"service_until", "latitude", "longitude", "active",
}

// assetForm is the form that shows an asset; parent is how it writes what it belongs to.
func assetForm(a asset.Asset, parent string) form {
	f := newForm("site_id", a.Site.String(), "location_id", refText(a.Location), "parent_id", parent, "kind", string(a.Kind), "type_id", refText(a.Type),
		"category_id", refText(a.Category), "brand_id", refText(a.Brand), "provider_id", refText(a.Provider), "code", a.Code, "name", a.Name, "status", string(a.Status),
		"critical", yesNo(a.Critical), "unit_id", refText(a.Unit), "meter_id", refText(a.Meter), "meter_factor", decimal(a.MeterFactor), "model", a.Model, "serial", a.Serial,
		"purchased_on", string(a.PurchasedOn), "installed_on", string(a.InstalledOn), "warranty_until", string(a.WarrantyUntil), "service_from", string(a.ServiceFrom),
		"service_until", string(a.ServiceUntil), "active", yesNo(a.Active))
	if a.Capacity != nil {
		f.set("capacity", decimal(*a.Capacity))
	}
	if a.MadeYear != nil {
		f.set("made_year", number(*a.MadeYear))
	}
	putPoint(&f, a.Point)
	return f
}

func putPoint(f *form, at *org.Point) {
	if at != nil {
		f.set("latitude", decimal(at.Latitude))
		f.set("longitude", decimal(at.Longitude))
	}
}

// readAsset reads what was typed about an asset. What the form did not ask stays as it was.
func (p *pages) readAsset(ctx context.Context, who actor.Actor, f *form, was asset.Asset) (asset.AssetInput, error) {
	in := asset.AssetInput{
		Location: was.Location, Parent: was.Parent, Kind: asset.Kind(f.text("kind")), Type: was.Type, Category: was.Category, Brand: was.Brand, Provider: was.Provider,
		Code: f.text("code"), Name: f.text("name"), Status: asset.Status(f.text("status")), StatusNote: f.text("status_note"), Critical: f.yes("critical"),
		Capacity: f.decimal("capacity"), Unit: was.Unit, Meter: was.Meter, Model: f.text("model"), Serial: f.text("serial"), PurchasedOn: f.date("purchased_on"),
		InstalledOn: f.date("installed_on"), WarrantyUntil: f.date("warranty_until"), ServiceFrom: f.date("service_from"), ServiceUntil: f.date("service_until"),
		Point: readPoint(f), Active: f.yes("active"),
	}
	if site := ref[id.Site](f, "site_id"); site != nil {
		in.Site = *site
	}
	if factor := f.decimal("meter_factor"); factor != nil {
		in.MeterFactor = *factor
		f.check.That(*factor != 0, "meter_factor", "range", "The factor is above 0 and at most 1000000.")
	}
	if strings.TrimSpace(f.text("made_year")) != "" {
		year := f.whole("made_year")
		in.MadeYear = &year
	}
	if f.asked("location_id") {
		in.Location = ref[id.Location](f, "location_id")
	}
	for name, value := range map[string]**id.Lookup{
		"type_id": &in.Type, "category_id": &in.Category, "brand_id": &in.Brand, "provider_id": &in.Provider, "unit_id": &in.Unit, "meter_id": &in.Meter,
	} {
		if f.asked(name) {
			*value = ref[id.Lookup](f, name)
		}
	}
	if !f.asked("parent_id") {
		return in, nil
	}
	var err error
	in.Parent, err = p.readAssetRef(ctx, who, f, "parent_id")
	return in, err
}

// date reads a day as the browser's field for dates sends it.
func (f *form) date(name string) clock.Date { return clock.Date(strings.TrimSpace(f.text(name))) }

// assetFields are the questions of the form, by their names, and the choices for them.
type assetFields struct {
	fields []ui.Field
	parts  map[string]suggestion // fields that offer what they do not hold one to
}

func (a *assetFields) add(f ui.Field) { a.fields = append(a.fields, f) }

// asked draws one question, or nothing when the form leaves it out.
func (a *assetFields) asked(name string) templ.Component {
	for _, f := range a.fields {
		if s, ok := a.parts[name]; ok && f.Name == name {
			s.Field = f
			return suggested(s)
		}
		if f.Name == name {
			return ui.Asked(f)
		}
	}
	return together()
}

// beside draws questions side by side, those that the form asks.
func (a *assetFields) beside(names ...string) templ.Component {
	return ui.Fields(a.named(names...))
}

func (a *assetFields) named(names ...string) []ui.Field {
	var out []ui.Field
	for _, name := range names {
		for _, f := range a.fields {
			if f.Name == name {
				out = append(out, f)
			}
		}
	}
	return out
}

// body lays the questions out: what it is, where, and then what one may also say.
func (a *assetFields) body(m mapView, was *org.Point) templ.Component {
	return together(
		a.asked("code"), a.asked("name"), a.asked("site_id"), a.asked("location_id"), a.asked("parent_id"),
		a.beside("kind", "type_id", "category_id"), a.asked("status"), a.asked("status_note"), a.asked("critical"),
		headed("Make"), a.beside("brand_id", "model", "serial", "made_year"), a.beside("capacity", "unit_id"),
		headed("Service"), a.asked("provider_id"), a.beside("purchased_on", "installed_on", "warranty_until"), a.beside("service_from", "service_until"),
		headed("Meter"), a.beside("meter_id", "meter_factor"),
		pointing(m, a.named("latitude", "longitude"), was), a.asked("active"),
	)
}

// assetAsk is what the questions about an asset are made from.
type assetAsk struct {
	sites     []org.Site
	locations []asset.Location
	values    map[org.List][]org.Lookup // nil: the actor may not see lookups, and is not asked for any
	offers    []string
	need      actor.Permission
	fresh     bool // the asset is new
}

func (p *pages) assetAsk(ctx context.Context, who actor.Actor, a asset.Asset, site *id.Site) (ask assetAsk, err error) {
	ask.need, ask.fresh = asset.CanUpdate, a.ID.IsZero()
	if ask.fresh {
		ask.need = asset.CanCreate
	}
	if ask.sites, err = p.activeSites(ctx, who); err != nil {
		return ask, err
	}
	if ask.locations, err = p.locations(ctx, who); err != nil {
		return ask, err
	}
	if ask.values, err = p.valuesIn(ctx, who, org.AssetType, org.AssetCategory, org.AssetBrand, org.AssetUnit, org.AssetMeter, org.Provider); err != nil {
		return ask, err
	}
	ask.offers, err = p.assetOffers(ctx, who, site, a.ID)
	return ask, err
}

// questions makes the questions about an asset, with what f has in them.
func (ask assetAsk) questions(who actor.Actor, f form, faults ui.Faults) *assetFields {
	q := &assetFields{parts: map[string]suggestion{"parent_id": {Offers: ask.offers}}}
	q.add(ui.Field{Name: "code", Label: "Code", Help: "Short, as it stands on the label. For example PUN-TP1-CH2.", Width: "mid", Literal: true, Max: 30})
	q.add(ui.Field{Name: "name", Label: "Name", Max: 200})
	q.add(ui.Field{Name: "site_id", Label: "Site", Kind: ui.Select, Options: siteChoices(ask.sites, who, ask.need, "Choose a site", f.text("site_id"))})
	if ask.locations != nil {
		q.add(ui.Field{Name: "location_id", Label: "Location", Kind: ui.Select, Optional: true, Help: "Of the same site.",
			Options: locationChoices(ask.locations, "None", f.text("site_id"), f.text("location_id"), nil)})
	}
	q.add(ui.Field{Name: "parent_id", Label: "Belongs to", Optional: true, Width: "mid", Help: "The asset of the same site that this is a part of. Code or name."})
	q.add(ui.Field{Name: "kind", Label: "Kind", Kind: ui.Select, Options: kindChoices(f.text("kind"))})
	ask.value(q, f, "type_id", "Type", org.AssetType)
	ask.value(q, f, "category_id", "Category", org.AssetCategory)
	q.add(ui.Field{Name: "status", Label: "Status", Kind: ui.Select, Width: "mid", Options: statusChoices(f.text("status"))})
	if !ask.fresh {
		q.add(ui.Field{Name: "status_note", Label: "Why the status changes", Optional: true, Max: 500, Help: "Stands in the status log; without a new status it is not kept."})
	}
	q.add(ui.Field{Name: "critical", Label: "Critical", Help: "Its failure stops something that matters.", Kind: ui.Checkbox, Checked: f.yes("critical")})
	ask.value(q, f, "brand_id", "Brand", org.AssetBrand)
	q.add(ui.Field{Name: "model", Label: "Model", Max: 120, Optional: true})
	q.add(ui.Field{Name: "serial", Label: "Serial number", Max: 120, Optional: true, Literal: true})
	q.add(ui.Field{Name: "made_year", Label: "Made in", Kind: ui.Number, Min: "1900", Optional: true})
	q.add(ui.Field{Name: "capacity", Label: "Capacity", Kind: ui.Number, Step: "any", Min: "0", Optional: true})
	ask.value(q, f, "unit_id", "Unit", org.AssetUnit)
	ask.value(q, f, "provider_id", "Who services it", org.Provider)
	for _, d := range [][2]string{{"purchased_on", "Purchased"}, {"installed_on", "Installed"}, {"warranty_until", "Warranty until"}, {"service_from", "Contract from"}, {"service_until", "Contract until"}} {
		q.add(ui.Field{Name: d[0], Label: d[1], Kind: ui.Date, Optional: true})
	}
	ask.value(q, f, "meter_id", "Meter", org.AssetMeter)
	q.add(ui.Field{Name: "meter_factor", Label: "Factor", Help: "A reading times this is what was used.", Kind: ui.Number, Step: "any", Min: "0", Optional: true})
	q.add(ui.Field{Name: "latitude", Label: "Latitude", Help: "Degrees north.", Kind: ui.Number, Step: "any", Min: "-90", Top: "90", Optional: true})
	q.add(ui.Field{Name: "longitude", Label: "Longitude", Help: "Degrees east.", Kind: ui.Number, Step: "any", Min: "-180", Top: "180", Optional: true})
	q.add(ui.Field{Name: "active", Label: "Active", Help: "An inactive asset stays where it is used and is no longer offered.", Kind: ui.Checkbox, Checked: f.yes("active")})
	for i, x := range q.fields {
		q.fields[i].Value, q.fields[i].Error = f.text(x.Name), faults.At(x.Name)
	}
	return q
}

// value asks for a value of a code list, of those who may see lookups.
func (ask assetAsk) value(q *assetFields, f form, name, label string, list org.List) {
	if ask.values != nil {
		q.add(ui.Field{Name: name, Label: label, Kind: ui.Select, Optional: true, Options: valueChoices(ask.values[list], f.text(name))})
	}
}

func kindChoices(chosen string) (out []ui.Option) {
	for _, k := range asset.Kinds() {
		out = append(out, ui.Option{Value: string(k), Label: k.Label(), Selected: string(k) == chosen})
	}
	return out
}

func statusChoices(chosen string) (out []ui.Option) {
	for _, s := range asset.Statuses() {
		out = append(out, ui.Option{Value: string(s), Label: s.Label(), Selected: string(s) == chosen})
	}
	return out
}
