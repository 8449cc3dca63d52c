package graph

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
)

// Category answers with a ticket category.
func (q query) Category(ctx context.Context, c id.Any) (*ticket.Category, error) {
	return pointer(q.c.Ticket.GetCategory(ctx, actor.From(ctx), as[id.Category](c)))
}

// Categories answers with a piece of the ticket categories.
func (q query) Categories(ctx context.Context, search string, inactive bool, changedAfter *time.Time, first int64, after string) (*gen.CategoryConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	f := ticket.CategoryFilter{Search: search, Inactive: inactive, ChangedAfter: given(changedAfter)}
	list, err := q.c.Ticket.ListCategories(ctx, actor.From(ctx), f, p)
	if err != nil {
		return nil, err
	}
	key := func(x *ticket.Category) (string, string) { return fold.Key(x.Name), x.ID.String() }
	all, info := edges(list, key, func(c string, x *ticket.Category) gen.CategoryEdge { return gen.CategoryEdge{Cursor: c, Node: x} })
	return &gen.CategoryConnection{Edges: all, PageInfo: info}, nil
}

// CreateCategory adds a ticket category.
func (m mutation) CreateCategory(ctx context.Context, input ticket.CategoryInput) (*ticket.Category, error) {
	return pointer(m.c.Ticket.CreateCategory(ctx, actor.From(ctx), input))
}

// UpdateCategory replaces a ticket category.
func (m mutation) UpdateCategory(ctx context.Context, c id.Any, version int64, input ticket.CategoryInput) (*ticket.Category, error) {
	return pointer(m.c.Ticket.UpdateCategory(ctx, actor.From(ctx), as[id.Category](c), version, input))
}

// DeleteCategory removes a ticket category.
func (m mutation) DeleteCategory(ctx context.Context, c id.Any, version int64) (*id.Any, error) {
	return pointer(c, m.c.Ticket.DeleteCategory(ctx, actor.From(ctx), as[id.Category](c), version))
}
