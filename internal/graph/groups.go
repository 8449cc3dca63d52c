package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
)

// Group answers with a group.
func (q query) Group(ctx context.Context, group id.Any) (*people.Group, error) {
	return pointer(q.c.People.GetGroup(ctx, actor.From(ctx), as[id.Group](group)))
}

// Groups answers with a piece of the groups.
func (q query) Groups(ctx context.Context, kind *people.GroupKind, search string, first int64, after string) (*gen.GroupConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	f := people.GroupFilter{Search: search}
	if kind != nil {
		f.Kind = *kind
	}
	list, err := q.c.People.ListGroups(ctx, actor.From(ctx), f, p)
	if err != nil {
		return nil, err
	}
	key := func(g *people.Group) (string, string) { return fold.Key(g.Name), string(g.Kind) }
	all, info := edges(list, key, func(c string, g *people.Group) gen.GroupEdge { return gen.GroupEdge{Cursor: c, Node: g} })
	return &gen.GroupConnection{Edges: all, PageInfo: info}, nil
}

// CreateGroup adds a group.
func (m mutation) CreateGroup(ctx context.Context, kind people.GroupKind, input people.GroupInput) (*people.Group, error) {
	input.Kind = kind
	return pointer(m.c.People.CreateGroup(ctx, actor.From(ctx), input))
}

// UpdateGroup replaces a group with its members.
func (m mutation) UpdateGroup(ctx context.Context, group id.Any, version int64, input people.GroupInput) (*people.Group, error) {
	return pointer(m.c.People.UpdateGroup(ctx, actor.From(ctx), as[id.Group](group), version, input))
}

// DeleteGroup removes a group.
func (m mutation) DeleteGroup(ctx context.Context, group id.Any, version int64) (*id.Any, error) {
	return pointer(group, m.c.People.DeleteGroup(ctx, actor.From(ctx), as[id.Group](group), version))
}

// Lead answers with who leads a group.
func (groupResolver) Lead(ctx context.Context, g *people.Group) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, g.Lead)
}

// Members answers with a piece of a group's members.
func (groupResolver) Members(ctx context.Context, g *people.Group, first int64, after string) (*gen.MemberConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	found, err := loadersOf(ctx).members.Load(ctx, membersKey{g.ID, p})
	if err != nil {
		return nil, err
	}
	if found == nil {
		found = &page.Of[people.Membership]{}
	}
	key := func(m *people.Membership) (string, string) { return "", m.ID.String() }
	all, info := edges(*found, key, func(c string, m *people.Membership) gen.MemberEdge { return gen.MemberEdge{Cursor: c, Node: &m.Member} })
	return &gen.MemberConnection{Edges: all, PageInfo: info}, nil
}

// Person answers with the person that a member is.
func (memberResolver) Person(ctx context.Context, m *people.Member) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, m.Person)
}

// Site answers with the site that a member is.
func (memberResolver) Site(ctx context.Context, m *people.Member) (*org.Site, error) {
	return load(ctx, loadersOf(ctx).sites, m.Site)
}
