package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Unit answers with a unit.
func (q query) Unit(ctx context.Context, unit id.Any) (*org.Unit, error) {
	return pointer(q.c.Org.GetUnit(ctx, actor.From(ctx), as[id.Unit](unit)))
}

// Units answers with a piece of the units.
func (q query) Units(ctx context.Context, parentID *id.Any, search string, first int64, after string) (*gen.UnitConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Org.ListUnits(ctx, actor.From(ctx), org.UnitFilter{Parent: maybe[id.Unit](parentID), Search: search}, p)
	if err != nil {
		return nil, err
	}
	key := func(u *org.Unit) (string, string) { return u.Code, u.ID.String() }
	all, info := edges(list, key, func(c string, u *org.Unit) gen.UnitEdge { return gen.UnitEdge{Cursor: c, Node: u} })
	return &gen.UnitConnection{Edges: all, PageInfo: info}, nil
}

// CreateUnit adds a unit.
func (m mutation) CreateUnit(ctx context.Context, input org.UnitInput) (*org.Unit, error) {
	return pointer(m.c.Org.CreateUnit(ctx, actor.From(ctx), input))
}

// UpdateUnit replaces a unit.
func (m mutation) UpdateUnit(ctx context.Context, unit id.Any, version int64, input org.UnitInput) (*org.Unit, error) {
	return pointer(m.c.Org.UpdateUnit(ctx, actor.From(ctx), as[id.Unit](unit), version, input))
}

// DeleteUnit removes a unit.
func (m mutation) DeleteUnit(ctx context.Context, unit id.Any, version int64) (*id.Any, error) {
	return pointer(unit, m.c.Org.DeleteUnit(ctx, actor.From(ctx), as[id.Unit](unit), version))
}

// Parent answers with the unit that a unit stands in.
func (unitResolver) Parent(ctx context.Context, u *org.Unit) (*org.Unit, error) {
	return load(ctx, loadersOf(ctx).units, u.Parent)
}

// Kind answers with the kind of a unit.
func (unitResolver) Kind(ctx context.Context, u *org.Unit) (*org.Lookup, error) {
	return load(ctx, loadersOf(ctx).lookups, u.Kind)
}
