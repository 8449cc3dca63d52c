package rest

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Unit is a node of the organisation's tree.
type Unit struct {
	ID       id.Unit    `json:"id" format:"uuid"`
	ParentID *id.Unit   `json:"parent_id" format:"uuid" doc:"The unit that it stands in; null at the top."`
	KindID   *id.Lookup `json:"kind_id" format:"uuid" doc:"A value of the list unit_kind."`
	Code     string     `json:"code" doc:"Unique in the organisation." example:"NORTH"`
	Name     string     `json:"name" example:"Northern region"`
	Active   bool       `json:"active"`
	Version  int64      `json:"version" example:"1"`
}

func unitOf(u org.Unit) Unit {
	return Unit{ID: u.ID, ParentID: u.Parent, KindID: u.Kind, Code: u.Code, Name: u.Name, Active: u.Active, Version: u.Version}
}

// UnitNew is a unit to be added.
type UnitNew struct {
	ParentID *id.Unit   `json:"parent_id,omitzero" format:"uuid" doc:"The unit that it stands in; null or absent: at the top."`
	KindID   *id.Lookup `json:"kind_id,omitzero" format:"uuid" doc:"A value of the list unit_kind."`
	Code     string     `json:"code" minLength:"1" maxLength:"30" doc:"Unique in the organisation." example:"NORTH"`
	Name     string     `json:"name" minLength:"1" maxLength:"200" example:"Northern region"`
	Active   *bool      `json:"active,omitzero" nullable:"false" doc:"True unless told."`
}

func (b UnitNew) input() org.UnitInput {
	return org.UnitInput{Parent: b.ParentID, Kind: b.KindID, Code: b.Code, Name: b.Name, Active: b.Active == nil || *b.Active}
}

// UnitChange replaces a unit; another parent moves it with all below it.
type UnitChange struct {
	UnitNew
	Active  bool  `json:"active" example:"true"`
	Version int64 `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b UnitChange) input() org.UnitInput {
	b.UnitNew.Active = &b.Active
	return b.UnitNew.input()
}

type unitQuery struct {
	Paging
	UnitFilter
}

// UnitFilter narrows a list of units. It is exported for huma, which looks into exported fields only.
type UnitFilter struct {
	ParentID id.Unit `query:"parent_id" format:"uuid" doc:"Only units directly in this one."`
	Search   string  `query:"search" maxLength:"200" doc:"Part of the code or name."`
}

func (q UnitFilter) filter() org.UnitFilter {
	return org.UnitFilter{Parent: given(q.ParentID), Search: q.Search}
}

func (a *api) units() {
	s := a.c.Org
	register(a, "unit.list", func(ctx context.Context, in *unitQuery) (*many[Unit], error) {
		p, err := s.ListUnits(ctx, actor.From(ctx), in.filter(), in.request())
		return listed(p, err, unitOf)
	})
	register(a, "unit.create", func(ctx context.Context, in *struct{ Body UnitNew }) (*made[Unit], error) {
		u, err := s.CreateUnit(ctx, actor.From(ctx), in.Body.input())
		return created(u, err, unitOf, "units", func(u org.Unit) string { return u.ID.String() })
	}, checks(func(b UnitNew) error { in := b.input(); return in.Check() }))
	register(a, "unit.get", func(ctx context.Context, in *struct {
		ID id.Unit `path:"id" format:"uuid"`
	}) (*one[Unit], error) {
		u, err := s.GetUnit(ctx, actor.From(ctx), in.ID)
		return single(u, err, unitOf)
	})
	register(a, "unit.update", func(ctx context.Context, in *struct {
		ID   id.Unit `path:"id" format:"uuid"`
		Body UnitChange
	}) (*one[Unit], error) {
		u, err := s.UpdateUnit(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(u, err, unitOf)
	}, checks(func(b UnitChange) error { in := b.input(); return in.Check() }))
	register(a, "unit.delete", func(ctx context.Context, in *struct {
		ID id.Unit `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.DeleteUnit(ctx, actor.From(ctx), in.ID, in.Version))
	})
}
