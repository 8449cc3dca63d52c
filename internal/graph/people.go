package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

// Person answers with a person.
func (q query) Person(ctx context.Context, person id.Any) (*people.Person, error) {
	return pointer(q.c.People.GetPerson(ctx, actor.From(ctx), as[id.Person](person)))
}

// People answers with a piece of the people.
func (q query) People(ctx context.Context, siteID *id.Any, search string, inactive bool, first int64, after string) (*gen.PersonConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.People.ListPeople(ctx, actor.From(ctx), people.PersonFilter{Site: maybe[id.Site](siteID), Search: search, Inactive: inactive}, p)
	if err != nil {
		return nil, err
	}
	key := func(x *people.Person) (string, string) { return fold.Key(x.Name), x.ID.String() }
	all, info := edges(list, key, func(c string, x *people.Person) gen.PersonEdge { return gen.PersonEdge{Cursor: c, Node: x} })
	return &gen.PersonConnection{Edges: all, PageInfo: info}, nil
}

// CreatePerson adds a person.
func (m mutation) CreatePerson(ctx context.Context, input people.PersonInput) (*people.Person, error) {
	return pointer(m.c.People.CreatePerson(ctx, actor.From(ctx), input))
}

// UpdatePerson replaces a person.
func (m mutation) UpdatePerson(ctx context.Context, person id.Any, version int64, input people.PersonInput) (*people.Person, error) {
	return pointer(m.c.People.UpdatePerson(ctx, actor.From(ctx), as[id.Person](person), version, input))
}

// HomeSite answers with where a person is at home.
func (personResolver) HomeSite(ctx context.Context, p *people.Person) (*org.Site, error) {
	return load(ctx, loadersOf(ctx).sites, p.HomeSite)
}

// Manager answers with a person's manager.
func (personResolver) Manager(ctx context.Context, p *people.Person) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, p.Manager)
}

// Department answers with a person's department.
func (personResolver) Department(ctx context.Context, p *people.Person) (*org.Lookup, error) {
	return load(ctx, loadersOf(ctx).lookups, p.Department)
}

// Designation answers with a person's designation.
func (personResolver) Designation(ctx context.Context, p *people.Person) (*org.Lookup, error) {
	return load(ctx, loadersOf(ctx).lookups, p.Designation)
}
