package graph

import (
	"intelliwiz/internal/fault"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// piece is what a connection's arguments ask for.
func piece(first int64, after string) (page.Request, error) {
	if first < 1 {
		f := fault.Of(fault.Invalid, "Check what is marked below.")
		f.Fields = []fault.Field{{Path: "first", Code: "range", Message: "This must be at least 1."}}
		return page.Request{}, f
	}
	return page.Request{Limit: int(min(first, page.Max)), After: after}, nil
}

// edges makes the edges of a connection. key is the key by which the list is sorted, so that every edge's cursor is one to go on from.
func edges[N, E any](p page.Of[N], key func(*N) (sort, id string), edge func(cursor string, node *N) E) ([]E, *gen.PageInfo) {
	list := make([]E, len(p.Items))
	info := &gen.PageInfo{HasNextPage: p.Next != ""}
	for i := range p.Items {
		cursor := page.Cursor(key(&p.Items[i]))
		list[i] = edge(cursor, &p.Items[i])
		info.EndCursor = &cursor
	}
	return list, info
}

// as gives an argument's id its noun.
func as[T any, P interface {
	*T
	SetBytes([16]byte)
}](x id.Any) T {
	return id.Of[T, P](x.Bytes())
}

// maybe is as for an argument that may be absent.
func maybe[T any, P interface {
	*T
	SetBytes([16]byte)
}](x *id.Any) *T {
	if x == nil {
		return nil
	}
	v := as[T, P](*x)
	return &v
}

// pointer gives a record as resolvers do, nil beside a fault.
func pointer[T any](x T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return &x, nil
}
