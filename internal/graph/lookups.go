package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Lookup answers with a value of a code list.
func (q query) Lookup(ctx context.Context, lookup id.Any) (*org.Lookup, error) {
	return pointer(q.c.Org.GetLookup(ctx, actor.From(ctx), as[id.Lookup](lookup)))
}

// Lookups answers with a piece of the values of one list, or of all.
func (q query) Lookups(ctx context.Context, list *org.List, first int64, after string) (*gen.LookupConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	only := org.List("")
	if list != nil {
		only = *list
	}
	found, err := q.c.Org.ListLookups(ctx, actor.From(ctx), only, p)
	if err != nil {
		return nil, err
	}
	key := func(l *org.Lookup) (string, string) { return string(l.List), l.Code }
	all, info := edges(found, key, func(c string, l *org.Lookup) gen.LookupEdge { return gen.LookupEdge{Cursor: c, Node: l} })
	return &gen.LookupConnection{Edges: all, PageInfo: info}, nil
}

// CreateLookup adds a value to a list.
func (m mutation) CreateLookup(ctx context.Context, list org.List, input org.LookupInput) (*org.Lookup, error) {
	input.List = list
	return pointer(m.c.Org.CreateLookup(ctx, actor.From(ctx), input))
}

// UpdateLookup replaces a value.
func (m mutation) UpdateLookup(ctx context.Context, lookup id.Any, version int64, input org.LookupInput) (*org.Lookup, error) {
	return pointer(m.c.Org.UpdateLookup(ctx, actor.From(ctx), as[id.Lookup](lookup), version, input))
}

// DeleteLookup removes a value.
func (m mutation) DeleteLookup(ctx context.Context, lookup id.Any, version int64) (*id.Any, error) {
	return pointer(lookup, m.c.Org.DeleteLookup(ctx, actor.From(ctx), as[id.Lookup](lookup), version))
}
