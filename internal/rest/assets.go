package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
)

// Asset is equipment, a checkpoint of patrols, or another thing that is kept account of.
type Asset struct {
	ID            id.Asset     `json:"id" format:"uuid"`
	SiteID        id.Site      `json:"site_id" format:"uuid"`
	SiteName      string       `json:"site_name" example:"Delhi plant"`
	LocationID    *id.Location `json:"location_id" format:"uuid"`
	LocationName  string       `json:"location_name" example:"Plant room"`
	ParentID      *id.Asset    `json:"parent_id" format:"uuid" doc:"The asset that it belongs to."`
	ParentName    string       `json:"parent_name" example:"Cooling plant"`
	Kind          asset.Kind   `json:"kind" enum:"EQUIPMENT,CHECKPOINT,OTHER"`
	TypeID        *id.Lookup   `json:"type_id" format:"uuid" doc:"A value of the list asset_type."`
	CategoryID    *id.Lookup   `json:"category_id" format:"uuid" doc:"A value of the list asset_category."`
	BrandID       *id.Lookup   `json:"brand_id" format:"uuid" doc:"A value of the list asset_brand."`
	ProviderID    *id.Lookup   `json:"provider_id" format:"uuid" doc:"Who services it, a value of the list provider."`
	Code          string       `json:"code" doc:"Unique in the organisation; its label shows it and a phone scans it." example:"CH-01"`
	Name          string       `json:"name" example:"Chiller 1"`
	Status        asset.Status `json:"status" enum:"WORKING,STANDBY,MAINTENANCE,SCRAPPED"`
	Critical      bool         `json:"critical"`
	Capacity      *float64     `json:"capacity" doc:"In the unit of unit_id." example:"120"`
	UnitID        *id.Lookup   `json:"unit_id" format:"uuid" doc:"The unit of capacity, a value of the list asset_unit."`
	MeterID       *id.Lookup   `json:"meter_id" format:"uuid" doc:"What its meter counts, a value of the list asset_meter; null: it has none."`
	MeterFactor   float64      `json:"meter_factor" doc:"A reading times this is what was used." example:"1"`
	Model         string       `json:"model" example:"N-900"`
	Serial        string       `json:"serial" example:"77-1042"`
	MadeYear      *int64       `json:"made_year" example:"2021"`
	PurchasedOn   clock.Date   `json:"purchased_on" doc:"A date as YYYY-MM-DD; empty when nobody knows." example:"2021-04-01"`
	InstalledOn   clock.Date   `json:"installed_on" example:"2021-04-20"`
	WarrantyUntil clock.Date   `json:"warranty_until" doc:"Its last day." example:"2026-03-31"`
	ServiceFrom   clock.Date   `json:"service_from" doc:"The first day of the service contract." example:"2026-04-01"`
	ServiceUntil  clock.Date   `json:"service_until" doc:"The last day of the service contract." example:"2027-03-31"`
	Latitude      *float64     `json:"latitude" doc:"Degrees north, WGS 84; null when nobody has measured it." example:"28.6139"`
	Longitude     *float64     `json:"longitude" doc:"Degrees east, WGS 84." example:"77.209"`
	Active        bool         `json:"active" doc:"An inactive asset stays where it is used and is no longer offered."`
	UpdatedAt     time.Time    `json:"updated_at" doc:"When it was last changed."`
	Version       int64        `json:"version" example:"1"`
}

func assetOf(x asset.Asset) Asset {
	out := Asset{
		ID: x.ID, SiteID: x.Site, SiteName: x.SiteName, LocationID: x.Location, LocationName: x.LocationName, ParentID: x.Parent, ParentName: x.ParentName,
		Kind: x.Kind, TypeID: x.Type, CategoryID: x.Category, BrandID: x.Brand, ProviderID: x.Provider, Code: x.Code, Name: x.Name, Status: x.Status,
		Critical: x.Critical, Capacity: x.Capacity, UnitID: x.Unit, MeterID: x.Meter, MeterFactor: x.MeterFactor, Model: x.Model, Serial: x.Serial,
		MadeYear: x.MadeYear, PurchasedOn: x.PurchasedOn, InstalledOn: x.InstalledOn, WarrantyUntil: x.WarrantyUntil, ServiceFrom: x.ServiceFrom,
		ServiceUntil: x.ServiceUntil, Active: x.Active, UpdatedAt: x.Updated, Version: x.Version,
	}
	out.Latitude, out.Longitude = degrees(x.Point)
	return out
}

// AssetNew is an asset to be added.
type AssetNew struct {
	SiteID        id.Site      `json:"site_id" format:"uuid"`
	LocationID    *id.Location `json:"location_id,omitzero" format:"uuid" doc:"Of the same site."`
	ParentID      *id.Asset    `json:"parent_id,omitzero" format:"uuid" doc:"The asset of the same site that it belongs to."`
	Kind          asset.Kind   `json:"kind,omitzero" enum:"EQUIPMENT,CHECKPOINT,OTHER" doc:"EQUIPMENT unless told."`
	TypeID        *id.Lookup   `json:"type_id,omitzero" format:"uuid" doc:"A value of the list asset_type."`
	CategoryID    *id.Lookup   `json:"category_id,omitzero" format:"uuid" doc:"A value of the list asset_category."`
	BrandID       *id.Lookup   `json:"brand_id,omitzero" format:"uuid" doc:"A value of the list asset_brand."`
	ProviderID    *id.Lookup   `json:"provider_id,omitzero" format:"uuid" doc:"Who services it, a value of the list provider."`
	Code          string       `json:"code" minLength:"1" maxLength:"30" doc:"Unique in the organisation; its label shows it and a phone scans it." example:"CH-01"`
	Name          string       `json:"name" minLength:"1" maxLength:"200" example:"Chiller 1"`
	Status        asset.Status `json:"status,omitzero" enum:"WORKING,STANDBY,MAINTENANCE,SCRAPPED" doc:"WORKING unless told."`
	StatusNote    string       `json:"status_note,omitzero" maxLength:"500" doc:"Why the status is what it is now; kept when it changes."`
	Critical      bool         `json:"critical,omitzero"`
	Capacity      *float64     `json:"capacity,omitzero" minimum:"0" maximum:"1000000000000" doc:"In the unit of unit_id." example:"120"`
	UnitID        *id.Lookup   `json:"unit_id,omitzero" format:"uuid" doc:"The unit of capacity, a value of the list asset_unit."`
	MeterID       *id.Lookup   `json:"meter_id,omitzero" format:"uuid" doc:"What its meter counts, a value of the list asset_meter."`
	MeterFactor   *float64     `json:"meter_factor,omitzero" nullable:"false" minimum:"0" maximum:"1000000" doc:"A reading times this is what was used; 1 unless told, or when told 0." example:"1"`
	Model         string       `json:"model,omitzero" maxLength:"120" example:"N-900"`
	Serial        string       `json:"serial,omitzero" maxLength:"120" example:"77-1042"`
	MadeYear      *int64       `json:"made_year,omitzero" minimum:"1900" doc:"Not in the future." example:"2021"`
	PurchasedOn   clock.Date   `json:"purchased_on,omitzero" maxLength:"10" doc:"A date as YYYY-MM-DD, not in the future at the site; empty when nobody knows." example:"2021-04-01"`
	InstalledOn   clock.Date   `json:"installed_on,omitzero" maxLength:"10" example:"2021-04-20"`
	WarrantyUntil clock.Date   `json:"warranty_until,omitzero" maxLength:"10" doc:"Its last day." example:"2026-03-31"`
	ServiceFrom   clock.Date   `json:"service_from,omitzero" maxLength:"10" doc:"The first day of the service contract." example:"2026-04-01"`
	ServiceUntil  clock.Date   `json:"service_until,omitzero" maxLength:"10" doc:"The last day of the service contract." example:"2027-03-31"`
	Latitude      *float64     `json:"latitude,omitzero" dependentRequired:"longitude" minimum:"-90" maximum:"90" doc:"Degrees north, WGS 84; with the longitude or not at all." example:"28.6139"`
	Longitude     *float64     `json:"longitude,omitzero" dependentRequired:"latitude" minimum:"-180" maximum:"180" doc:"Degrees east, WGS 84." example:"77.209"`
	Active        *bool        `json:"active,omitzero" nullable:"false" doc:"True unless told."`
}

func (b AssetNew) input() asset.AssetInput {
	return asset.AssetInput{
		Site: b.SiteID, Location: b.LocationID, Parent: b.ParentID, Kind: b.Kind, Type: b.TypeID, Category: b.CategoryID, Brand: b.BrandID,
		Provider: b.ProviderID, Code: b.Code, Name: b.Name, Status: b.Status, StatusNote: b.StatusNote, Critical: b.Critical, Capacity: b.Capacity,
		Unit: b.UnitID, Meter: b.MeterID, MeterFactor: value(b.MeterFactor, 0), Model: b.Model, Serial: b.Serial, MadeYear: b.MadeYear,
		PurchasedOn: b.PurchasedOn, InstalledOn: b.InstalledOn, WarrantyUntil: b.WarrantyUntil, ServiceFrom: b.ServiceFrom, ServiceUntil: b.ServiceUntil,
		Point: pointOf(b.Latitude, b.Longitude), Active: b.Active == nil || *b.Active,
	}
}

// AssetChange replaces an asset; another site, location or parent moves it.
type AssetChange struct {
	AssetNew
	Kind    asset.Kind   `json:"kind" enum:"EQUIPMENT,CHECKPOINT,OTHER"`
	Status  asset.Status `json:"status" enum:"WORKING,STANDBY,MAINTENANCE,SCRAPPED"`
	Active  bool         `json:"active" example:"true"`
	Version int64        `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b AssetChange) input() asset.AssetInput {
	b.AssetNew.Active, b.AssetNew.Status, b.AssetNew.Kind = &b.Active, b.Status, b.Kind
	return b.AssetNew.input()
}

type assetQuery struct {
	Paging
	AssetFilter
}

// AssetFilter narrows a list of assets. It is exported for huma, which looks into exported fields only.
type AssetFilter struct {
	SiteID       id.Site      `query:"site_id" format:"uuid" doc:"Only assets of this site."`
	LocationID   id.Location  `query:"location_id" format:"uuid" doc:"Only assets in this location or below it."`
	ParentID     id.Asset     `query:"parent_id" format:"uuid" doc:"Only what belongs directly to this asset."`
	Kind         asset.Kind   `query:"kind" enum:"EQUIPMENT,CHECKPOINT,OTHER"`
	CategoryID   id.Lookup    `query:"category_id" format:"uuid" doc:"Only assets of this category."`
	TypeID       id.Lookup    `query:"type_id" format:"uuid" doc:"Only assets of this type."`
	Status       asset.Status `query:"status" enum:"WORKING,STANDBY,MAINTENANCE,SCRAPPED"`
	Critical     bool         `query:"critical" doc:"Only critical ones."`
	Expiring     int          `query:"expiring" minimum:"1" maximum:"3660" doc:"Only assets whose warranty or service contract ends within so many days."`
	Search       string       `query:"search" maxLength:"200" doc:"Part of the code, name, model or serial number."`
	Inactive     bool         `query:"inactive" doc:"Inactive assets too."`
	Offered      bool         `query:"offered" doc:"Only what may be chosen: neither inactive nor scrapped."`
	ChangedAfter time.Time    `query:"changed_after" doc:"Only what was changed at this time or after it."`
}

func (q AssetFilter) filter() asset.AssetFilter {
	return asset.AssetFilter{
		Site: given(q.SiteID), Location: given(q.LocationID), Parent: given(q.ParentID), Kind: q.Kind, Category: given(q.CategoryID), Type: given(q.TypeID),
		Status: q.Status, Critical: q.Critical, Expiring: q.Expiring, Search: q.Search, Inactive: q.Inactive, Offered: q.Offered, ChangedAfter: q.ChangedAfter,
	}
}

func (a *api) assets() {
	s := a.c.Asset
	register(a, "asset.list", func(ctx context.Context, in *assetQuery) (*many[Asset], error) {
		p, err := s.ListAssets(ctx, actor.From(ctx), in.filter(), in.changes(in.ChangedAfter))
		return listed(p, err, assetOf)
	})
	register(a, "asset.create", func(ctx context.Context, in *struct{ Body AssetNew }) (*made[Asset], error) {
		x, err := s.CreateAsset(ctx, actor.From(ctx), in.Body.input())
		return created(x, err, assetOf, "assets", func(x asset.Asset) string { return x.ID.String() })
	}, checks(func(b AssetNew) error { in := b.input(); return in.Check() }))
	register(a, "asset.get", func(ctx context.Context, in *struct {
		ID id.Asset `path:"id" format:"uuid"`
	}) (*one[Asset], error) {
		x, err := s.GetAsset(ctx, actor.From(ctx), in.ID)
		return single(x, err, assetOf)
	})
	register(a, "asset.update", func(ctx context.Context, in *struct {
		ID   id.Asset `path:"id" format:"uuid"`
		Body AssetChange
	}) (*one[Asset], error) {
		x, err := s.UpdateAsset(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(x, err, assetOf)
	}, checks(func(b AssetChange) error { in := b.input(); return in.Check() }))
	register(a, "asset.delete", func(ctx context.Context, in *struct {
		ID id.Asset `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.DeleteAsset(ctx, actor.From(ctx), in.ID, in.Version))
	})
	a.assetStatus()
	a.assetLabel()
}
