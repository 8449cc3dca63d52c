package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
)

// Role answers with a role.
func (q query) Role(ctx context.Context, role id.Any) (*org.Role, error) {
	return pointer(q.c.Org.GetRole(ctx, actor.From(ctx), as[id.Role](role)))
}

// Roles answers with a piece of the roles.
func (q query) Roles(ctx context.Context, first int64, after string) (*gen.RoleConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Org.ListRoles(ctx, actor.From(ctx), p)
	if err != nil {
		return nil, err
	}
	key := func(r *org.Role) (string, string) { return r.Code, r.ID.String() }
	all, info := edges(list, key, func(c string, r *org.Role) gen.RoleEdge { return gen.RoleEdge{Cursor: c, Node: r} })
	return &gen.RoleConnection{Edges: all, PageInfo: info}, nil
}

// Permissions answers with what a role may hold.
func (q query) Permissions(ctx context.Context) ([]actor.Declared, error) {
	return q.c.Org.Declared(), actor.From(ctx).RequirePerson()
}

// CreateRole adds a role.
func (m mutation) CreateRole(ctx context.Context, input org.RoleInput) (*org.Role, error) {
	return pointer(m.c.Org.CreateRole(ctx, actor.From(ctx), input))
}

// UpdateRole replaces a role.
func (m mutation) UpdateRole(ctx context.Context, role id.Any, version int64, input org.RoleInput) (*org.Role, error) {
	return pointer(m.c.Org.UpdateRole(ctx, actor.From(ctx), as[id.Role](role), version, input))
}

// DeleteRole removes a role.
func (m mutation) DeleteRole(ctx context.Context, role id.Any, version int64) (*id.Any, error) {
	return pointer(role, m.c.Org.DeleteRole(ctx, actor.From(ctx), as[id.Role](role), version))
}

// Grant answers with a grant.
func (q query) Grant(ctx context.Context, grant id.Any) (*org.Grant, error) {
	return pointer(q.c.Org.GetGrant(ctx, actor.From(ctx), as[id.Grant](grant)))
}

// Grants answers with a piece of who has which role where.
func (q query) Grants(ctx context.Context, personID, roleID *id.Any, first int64, after string) (*gen.GrantConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Org.ListGrants(ctx, actor.From(ctx), org.GrantFilter{Person: maybe[id.Person](personID), Role: maybe[id.Role](roleID)}, p)
	if err != nil {
		return nil, err
	}
	return grantPiece(list), nil
}

func grantPiece(list page.Of[org.Grant]) *gen.GrantConnection {
	key := func(g *org.Grant) (string, string) { return "", g.ID.String() }
	all, info := edges(list, key, func(c string, g *org.Grant) gen.GrantEdge { return gen.GrantEdge{Cursor: c, Node: g} })
	return &gen.GrantConnection{Edges: all, PageInfo: info}
}

// Holders answers with a piece of who may do something.
func (q query) Holders(ctx context.Context, permission string, site *id.Any, first int64, after string) (*gen.GrantConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Org.ListHolders(ctx, actor.From(ctx), org.Question{May: actor.Permission(permission), Site: maybe[id.Site](site)}, p)
	if err != nil {
		return nil, err
	}
	return grantPiece(list), nil
}

// Why answers with whether a person may do something.
func (q query) Why(ctx context.Context, person id.Any, permission string, site *id.Any) (*org.Why, error) {
	return pointer(q.c.Org.Why(ctx, actor.From(ctx), as[id.Person](person), org.Question{May: actor.Permission(permission), Site: maybe[id.Site](site)}))
}

// CreateGrant gives a person a role.
func (m mutation) CreateGrant(ctx context.Context, input org.GrantInput) (*org.Grant, error) {
	return pointer(m.c.Org.CreateGrant(ctx, actor.From(ctx), input))
}

// DeleteGrant takes a role away.
func (m mutation) DeleteGrant(ctx context.Context, grant id.Any) (*id.Any, error) {
	return pointer(grant, m.c.Org.DeleteGrant(ctx, actor.From(ctx), as[id.Grant](grant)))
}

// Person answers with who has a role.
func (grantResolver) Person(ctx context.Context, g *org.Grant) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, &g.Person)
}

// Role answers with the role that was given.
func (grantResolver) Role(ctx context.Context, g *org.Grant) (*org.Role, error) {
	return load(ctx, loadersOf(ctx).roles, &g.Role)
}

// Unit answers with the unit that a role holds in.
func (grantResolver) Unit(ctx context.Context, g *org.Grant) (*org.Unit, error) {
	return load(ctx, loadersOf(ctx).units, g.Unit)
}

// Site answers with the site that a role holds at.
func (grantResolver) Site(ctx context.Context, g *org.Grant) (*org.Site, error) {
	return load(ctx, loadersOf(ctx).sites, g.Site)
}
