package rest

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Site is a place where work happens.
type Site struct {
	ID        id.Site    `json:"id" format:"uuid"`
	UnitID    *id.Unit   `json:"unit_id" format:"uuid" doc:"The unit that it stands in; null: directly under the organisation."`
	TypeID    *id.Lookup `json:"type_id" format:"uuid" doc:"A value of the list site_type."`
	ManagerID *id.Person `json:"manager_id" format:"uuid"`
	Code      string     `json:"code" doc:"Unique in the organisation; people read and scan it." example:"DEL-01"`
	Name      string     `json:"name" example:"Delhi plant"`
	Zone      string     `json:"zone" doc:"IANA time zone; dates and times of the site are in it." example:"Asia/Kolkata"`
	Latitude  *float64   `json:"latitude" doc:"Degrees north, WGS 84; null when nobody has measured it." example:"28.6139"`
	Longitude *float64   `json:"longitude" doc:"Degrees east, WGS 84." example:"77.209"`
	Radius    int64      `json:"radius" doc:"Metres around the point that count as being there." example:"150"`
	Address   string     `json:"address" example:"12 Ring Road, Delhi"`
	Active    bool       `json:"active"`
	Version   int64      `json:"version" example:"1"`
}

func siteOf(s org.Site) Site {
	out := Site{
		ID: s.ID, UnitID: s.Unit, TypeID: s.Type, ManagerID: s.Manager, Code: s.Code, Name: s.Name, Zone: s.Zone,
		Radius: s.Radius, Address: s.Address, Active: s.Active, Version: s.Version,
	}
	if s.Point != nil {
		out.Latitude, out.Longitude = &s.Point.Latitude, &s.Point.Longitude
	}
	return out
}

// SiteNew is a site to be added.
type SiteNew struct {
	UnitID    *id.Unit   `json:"unit_id,omitzero" format:"uuid" doc:"The unit that it stands in; null or absent: directly under the organisation."`
	TypeID    *id.Lookup `json:"type_id,omitzero" format:"uuid" doc:"A value of the list site_type."`
	ManagerID *id.Person `json:"manager_id,omitzero" format:"uuid"`
	Code      string     `json:"code" minLength:"1" maxLength:"30" doc:"Unique in the organisation." example:"DEL-01"`
	Name      string     `json:"name" minLength:"1" maxLength:"200" example:"Delhi plant"`
	Zone      string     `json:"zone,omitzero" maxLength:"100" doc:"IANA time zone; the organisation's unless told." example:"Asia/Kolkata"`
	Latitude  *float64   `json:"latitude,omitzero" dependentRequired:"longitude" minimum:"-90" maximum:"90" doc:"Degrees north, WGS 84; with the longitude or not at all." example:"28.6139"`
	Longitude *float64   `json:"longitude,omitzero" dependentRequired:"latitude" minimum:"-180" maximum:"180" doc:"Degrees east, WGS 84." example:"77.209"`
	Radius    *int64     `json:"radius,omitzero" nullable:"false" minimum:"10" maximum:"50000" doc:"Metres around the point that count as being there; 150 unless told." example:"150"`
	Address   string     `json:"address,omitzero" maxLength:"500" example:"12 Ring Road, Delhi"`
	Active    *bool      `json:"active,omitzero" nullable:"false" doc:"True unless told."`
}

func (b SiteNew) input() org.SiteInput {
	in := org.SiteInput{
		Unit: b.UnitID, Type: b.TypeID, Manager: b.ManagerID, Code: b.Code, Name: b.Name, Zone: b.Zone,
		Radius: value(b.Radius, 0), Address: b.Address, Active: b.Active == nil || *b.Active,
	}
	if b.Latitude != nil && b.Longitude != nil {
		in.Point = &org.Point{Latitude: *b.Latitude, Longitude: *b.Longitude}
	}
	return in
}

// SiteChange replaces a site; another unit moves it.
type SiteChange struct {
	SiteNew
	Active  bool  `json:"active" example:"true"`
	Version int64 `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b SiteChange) input() org.SiteInput {
	b.SiteNew.Active = &b.Active
	return b.SiteNew.input()
}

type siteQuery struct {
	Paging
	SiteFilter
}

// SiteFilter narrows a list of sites. It is exported for huma, which looks into exported fields only.
type SiteFilter struct {
	UnitID   id.Unit `query:"unit_id" format:"uuid" doc:"Only sites directly in this unit."`
	Search   string  `query:"search" maxLength:"200" doc:"Part of the code, name or address."`
	Inactive bool    `query:"inactive" doc:"Inactive sites too."`
}

func (q SiteFilter) filter() org.SiteFilter {
	return org.SiteFilter{Unit: given(q.UnitID), Search: q.Search, Inactive: q.Inactive}
}

func (a *api) sites() {
	s := a.c.Org
	register(a, "site.list", func(ctx context.Context, in *siteQuery) (*many[Site], error) {
		p, err := s.ListSites(ctx, actor.From(ctx), in.filter(), in.request())
		return listed(p, err, siteOf)
	})
	register(a, "site.create", func(ctx context.Context, in *struct{ Body SiteNew }) (*made[Site], error) {
		x, err := s.CreateSite(ctx, actor.From(ctx), in.Body.input())
		return created(x, err, siteOf, "sites", func(x org.Site) string { return x.ID.String() })
	}, checks(func(b SiteNew) error { in := b.input(); return in.Check() }))
	register(a, "site.get", func(ctx context.Context, in *struct {
		ID id.Site `path:"id" format:"uuid"`
	}) (*one[Site], error) {
		x, err := s.GetSite(ctx, actor.From(ctx), in.ID)
		return single(x, err, siteOf)
	})
	register(a, "site.update", func(ctx context.Context, in *struct {
		ID   id.Site `path:"id" format:"uuid"`
		Body SiteChange
	}) (*one[Site], error) {
		x, err := s.UpdateSite(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(x, err, siteOf)
	}, checks(func(b SiteChange) error { in := b.input(); return in.Check() }))
	register(a, "site.delete", func(ctx context.Context, in *struct {
		ID id.Site `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.DeleteSite(ctx, actor.From(ctx), in.ID, in.Version))
	})
}
