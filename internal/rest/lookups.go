package rest

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Lookup is a value of a code list.
type Lookup struct {
	ID      id.Lookup `json:"id" format:"uuid"`
	List    org.List  `json:"list" enum:"unit_kind,site_type,department,designation,location_type,asset_type,asset_category,asset_brand,asset_unit,asset_meter,provider"`
	Code    string    `json:"code" doc:"Unique in its list." example:"REGION"`
	Name    string    `json:"name" example:"Region"`
	Active  bool      `json:"active" doc:"An inactive value stays where it is used and is no longer offered."`
	Version int64     `json:"version" example:"1"`
}

func lookupOf(l org.Lookup) Lookup { return Lookup(l) }

// LookupNew is a value to be added to a list.
type LookupNew struct {
	List   org.List `json:"list" enum:"unit_kind,site_type,department,designation,location_type,asset_type,asset_category,asset_brand,asset_unit,asset_meter,provider" example:"unit_kind"`
	Code   string   `json:"code" minLength:"1" maxLength:"30" doc:"Unique in its list." example:"REGION"`
	Name   string   `json:"name" minLength:"1" maxLength:"200" example:"Region"`
	Active *bool    `json:"active,omitzero" nullable:"false" doc:"True unless told."`
}

func (b LookupNew) input() org.LookupInput {
	return org.LookupInput{List: b.List, Code: b.Code, Name: b.Name, Active: b.Active == nil || *b.Active}
}

// LookupChange replaces a value; its list stays.
type LookupChange struct {
	Code    string `json:"code" minLength:"1" maxLength:"30" doc:"Unique in its list." example:"REGION"`
	Name    string `json:"name" minLength:"1" maxLength:"200" example:"Region"`
	Active  bool   `json:"active" example:"true"`
	Version int64  `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b LookupChange) input() org.LookupInput {
	return org.LookupInput{Code: b.Code, Name: b.Name, Active: b.Active}
}

type lookupQuery struct {
	Paging
	LookupFilter
}

// LookupFilter narrows a list of values of lists. It is exported for huma, which looks into exported fields only.
type LookupFilter struct {
	List org.List `query:"list" enum:"unit_kind,site_type,department,designation,location_type,asset_type,asset_category,asset_brand,asset_unit,asset_meter,provider" doc:"Only the values of this list."`
}

func (a *api) lookups() {
	s := a.c.Org
	register(a, "lookup.list", func(ctx context.Context, in *lookupQuery) (*many[Lookup], error) {
		p, err := s.ListLookups(ctx, actor.From(ctx), in.List, in.request())
		return listed(p, err, lookupOf)
	})
	register(a, "lookup.create", func(ctx context.Context, in *struct{ Body LookupNew }) (*made[Lookup], error) {
		l, err := s.CreateLookup(ctx, actor.From(ctx), in.Body.input())
		return created(l, err, lookupOf, "lookups", func(l org.Lookup) string { return l.ID.String() })
	}, checks(func(b LookupNew) error { in := b.input(); return in.Check() }))
	register(a, "lookup.get", func(ctx context.Context, in *struct {
		ID id.Lookup `path:"id" format:"uuid"`
	}) (*one[Lookup], error) {
		l, err := s.GetLookup(ctx, actor.From(ctx), in.ID)
		return single(l, err, lookupOf)
	})
	register(a, "lookup.update", func(ctx context.Context, in *struct {
		ID   id.Lookup `path:"id" format:"uuid"`
		Body LookupChange
	}) (*one[Lookup], error) {
		l, err := s.UpdateLookup(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(l, err, lookupOf)
	}, checks(func(b LookupChange) error {
		in := b.input()
		in.List = org.UnitKind // it is not asked for
		return in.Check()
	}))
	register(a, "lookup.delete", func(ctx context.Context, in *struct {
		ID id.Lookup `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.DeleteLookup(ctx, actor.From(ctx), in.ID, in.Version))
	})
}
