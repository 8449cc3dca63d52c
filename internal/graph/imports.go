package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
)

// Import answers with one of one's own imports.
func (q query) Import(ctx context.Context, x id.Any) (*exchange.Import, error) {
	return pointer(q.c.Exchange.Get(ctx, actor.From(ctx), as[id.Import](x)))
}

// Imports answers with a piece of one's own imports.
func (q query) Imports(ctx context.Context, first int64, after string) (*gen.ImportConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Exchange.List(ctx, actor.From(ctx), p)
	if err != nil {
		return nil, err
	}
	key := func(x *exchange.Import) (string, string) { return "", x.ID.String() }
	all, info := edges(list, key, func(c string, x *exchange.Import) gen.ImportEdge { return gen.ImportEdge{Cursor: c, Node: x} })
	return &gen.ImportConnection{Edges: all, PageInfo: info}, nil
}

// ImportRows answers with a piece of the rows of an import.
func (q query) ImportRows(ctx context.Context, x id.Any, action *exchange.Action, first int64, after string) (*gen.ImportRowConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Exchange.ListRows(ctx, actor.From(ctx), as[id.Import](x), given(action), p)
	if err != nil {
		return nil, err
	}
	all, info := edges(list, (*exchange.Outcome).Cursor, func(c string, o *exchange.Outcome) gen.ImportRowEdge { return gen.ImportRowEdge{Cursor: c, Node: o} })
	return &gen.ImportRowConnection{Edges: all, PageInfo: info}, nil
}

// ApplyImport does what a trial showed.
func (m mutation) ApplyImport(ctx context.Context, x id.Any, version int64) (*exchange.Import, error) {
	return pointer(m.c.Exchange.Apply(ctx, actor.From(ctx), as[id.Import](x), version))
}

// DropImport gives an import up.
func (m mutation) DropImport(ctx context.Context, x id.Any, version int64) (*id.Any, error) {
	return pointer(x, m.c.Exchange.Drop(ctx, actor.From(ctx), as[id.Import](x), version))
}

// Counts answers with how many rows become what; lists do not read rows.
func (importResolver) Counts(_ context.Context, x *exchange.Import) (*gen.ImportCounts, error) {
	if x.Rows == nil {
		return nil, nil //nolint:nilnil // it is null in lists
	}
	n := exchange.Counts(x.Rows)
	count := func(a exchange.Action) int64 { return int64(n[a]) }
	return &gen.ImportCounts{Create: count(exchange.Create), Update: count(exchange.Update), Same: count(exchange.Same), Wrong: count(exchange.Wrong)}, nil
}
