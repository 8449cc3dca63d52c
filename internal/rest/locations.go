package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Location is a place inside a site.
type Location struct {
	ID         id.Location  `json:"id" format:"uuid"`
	SiteID     id.Site      `json:"site_id" format:"uuid"`
	SiteName   string       `json:"site_name" example:"Delhi plant"`
	ParentID   *id.Location `json:"parent_id" format:"uuid" doc:"The location that it stands in; null: directly in the site."`
	ParentName string       `json:"parent_name" example:"Main building"`
	TypeID     *id.Lookup   `json:"type_id" format:"uuid" doc:"A value of the list location_type."`
	Code       string       `json:"code" doc:"Unique in its site." example:"F-01"`
	Name       string       `json:"name" example:"First floor"`
	Status     asset.Status `json:"status" enum:"WORKING,STANDBY,MAINTENANCE,SCRAPPED"`
	Critical   bool         `json:"critical"`
	Latitude   *float64     `json:"latitude" doc:"Degrees north, WGS 84; null when nobody has measured it." example:"28.6139"`
	Longitude  *float64     `json:"longitude" doc:"Degrees east, WGS 84." example:"77.209"`
	Active     bool         `json:"active" doc:"An inactive location stays where it is used and is no longer offered."`
	UpdatedAt  time.Time    `json:"updated_at" doc:"When it was last changed."`
	Version    int64        `json:"version" example:"1"`
}

func locationOf(l asset.Location) Location {
	out := Location{
		ID: l.ID, SiteID: l.Site, SiteName: l.SiteName, ParentID: l.Parent, ParentName: l.ParentName, TypeID: l.Type, Code: l.Code, Name: l.Name,
		Status: l.Status, Critical: l.Critical, Active: l.Active, UpdatedAt: l.Updated, Version: l.Version,
	}
	out.Latitude, out.Longitude = degrees(l.Point)
	return out
}

// LocationNew is a location to be added.
type LocationNew struct {
	SiteID    id.Site      `json:"site_id" format:"uuid" doc:"For good: places do not move."`
	ParentID  *id.Location `json:"parent_id,omitzero" format:"uuid" doc:"The location of the same site that it stands in; null or absent: directly in the site."`
	TypeID    *id.Lookup   `json:"type_id,omitzero" format:"uuid" doc:"A value of the list location_type."`
	Code      string       `json:"code" minLength:"1" maxLength:"30" doc:"Unique in its site." example:"F-01"`
	Name      string       `json:"name" minLength:"1" maxLength:"200" example:"First floor"`
	Status    asset.Status `json:"status,omitzero" enum:"WORKING,STANDBY,MAINTENANCE,SCRAPPED" doc:"WORKING unless told."`
	Critical  bool         `json:"critical,omitzero"`
	Latitude  *float64     `json:"latitude,omitzero" dependentRequired:"longitude" minimum:"-90" maximum:"90" doc:"Degrees north, WGS 84; with the longitude or not at all." example:"28.6139"`
	Longitude *float64     `json:"longitude,omitzero" dependentRequired:"latitude" minimum:"-180" maximum:"180" doc:"Degrees east, WGS 84." example:"77.209"`
	Active    *bool        `json:"active,omitzero" nullable:"false" doc:"True unless told."`
}

func (b LocationNew) input() asset.LocationInput {
	return asset.LocationInput{
		Site: b.SiteID, Parent: b.ParentID, Type: b.TypeID, Code: b.Code, Name: b.Name, Status: b.Status, Critical: b.Critical,
		Point: pointOf(b.Latitude, b.Longitude), Active: b.Active == nil || *b.Active,
	}
}

// LocationChange replaces a location; another parent moves it with all below it.
type LocationChange struct {
	LocationNew
	Status  asset.Status `json:"status" enum:"WORKING,STANDBY,MAINTENANCE,SCRAPPED"`
	Active  bool         `json:"active" example:"true"`
	Version int64        `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b LocationChange) input() asset.LocationInput {
	b.LocationNew.Active, b.LocationNew.Status = &b.Active, b.Status
	return b.LocationNew.input()
}

func degrees(p *org.Point) (latitude, longitude *float64) {
	if p == nil {
		return nil, nil
	}
	return &p.Latitude, &p.Longitude
}

func pointOf(latitude, longitude *float64) *org.Point {
	if latitude == nil || longitude == nil {
		return nil
	}
	return &org.Point{Latitude: *latitude, Longitude: *longitude}
}

type locationQuery struct {
	Paging
	LocationFilter
}

// LocationFilter narrows a list of locations. It is exported for huma, which looks into exported fields only.
type LocationFilter struct {
	SiteID       id.Site      `query:"site_id" format:"uuid" doc:"Only locations of this site."`
	ParentID     id.Location  `query:"parent_id" format:"uuid" doc:"Only what stands directly in this location."`
	TypeID       id.Lookup    `query:"type_id" format:"uuid" doc:"Only locations of this type."`
	Status       asset.Status `query:"status" enum:"WORKING,STANDBY,MAINTENANCE,SCRAPPED"`
	Critical     bool         `query:"critical" doc:"Only critical ones."`
	Search       string       `query:"search" maxLength:"200" doc:"Part of the code or name."`
	Inactive     bool         `query:"inactive" doc:"Inactive locations too."`
	Offered      bool         `query:"offered" doc:"Only what may be chosen: neither inactive nor scrapped."`
	ChangedAfter time.Time    `query:"changed_after" doc:"Only what was changed at this time or after it."`
}

func (q LocationFilter) filter() asset.LocationFilter {
	return asset.LocationFilter{
		Site: given(q.SiteID), Parent: given(q.ParentID), Type: given(q.TypeID), Status: q.Status, Critical: q.Critical, Search: q.Search,
		Inactive: q.Inactive, Offered: q.Offered, ChangedAfter: q.ChangedAfter,
	}
}

func (a *api) locations() {
	s := a.c.Asset
	register(a, "location.list", func(ctx context.Context, in *locationQuery) (*many[Location], error) {
		p, err := s.ListLocations(ctx, actor.From(ctx), in.filter(), in.changes(in.ChangedAfter))
		return listed(p, err, locationOf)
	})
	register(a, "location.create", func(ctx context.Context, in *struct{ Body LocationNew }) (*made[Location], error) {
		x, err := s.CreateLocation(ctx, actor.From(ctx), in.Body.input())
		return created(x, err, locationOf, "locations", func(x asset.Location) string { return x.ID.String() })
	}, checks(func(b LocationNew) error { in := b.input(); return in.Check() }))
	register(a, "location.get", func(ctx context.Context, in *struct {
		ID id.Location `path:"id" format:"uuid"`
	}) (*one[Location], error) {
		x, err := s.GetLocation(ctx, actor.From(ctx), in.ID)
		return single(x, err, locationOf)
	})
	register(a, "location.update", func(ctx context.Context, in *struct {
		ID   id.Location `path:"id" format:"uuid"`
		Body LocationChange
	}) (*one[Location], error) {
		x, err := s.UpdateLocation(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(x, err, locationOf)
	}, checks(func(b LocationChange) error { in := b.input(); return in.Check() }))
	register(a, "location.delete", func(ctx context.Context, in *struct {
		ID id.Location `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.DeleteLocation(ctx, actor.From(ctx), in.ID, in.Version))
	})
}
