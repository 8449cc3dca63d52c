package web

import (
	"context"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// names finds the names of records by their ids for one page, each once. A record that is gone, or that the actor may not see, has none:
// it is called by its noun. A fault of the database is kept, and the page asks for it at the end.
type names struct {
	visit
	ctx   context.Context
	p     *pages
	known map[string]string
	roles bool   // all of them are known
	noun  string // of the entry that is told, which decides what its parent_id and unit_id name
	err   error
}

// How a record is called whose name cannot be told.
const (
	somebody  = "somebody"
	someRole  = "that is gone"
	someSite  = "a site"
	someUnit  = "a unit"
	someValue = "a value"
)

func (p *pages) names(ctx context.Context, v visit) *names {
	return &names{visit: v, ctx: ctx, p: p, known: map[string]string{}}
}

// find gives the name kept for an id, or asks for it.
func (n *names) find(key, otherwise string, get func() (string, error)) string {
	if name, ok := n.known[key]; ok {
		return name
	}
	name, err := get()
	switch fault.KindOf(err) {
	case "":
	case fault.NotFound, fault.Forbidden, fault.Unauthenticated:
		name = otherwise
	default:
		n.err, name = err, otherwise
	}
	n.known[key] = name
	return name
}

// lookUp reads the id and asks for the record.
func lookUp[T any, P interface {
	*T
	SetBytes([16]byte)
}](n *names, key, otherwise string, get func(T) (string, error)) string {
	return n.find(key, otherwise, func() (string, error) {
		v, err := id.Parse[T, P](key)
		if err != nil {
			return "", fault.Missing("record").Because(err)
		}
		return get(v)
	})
}

func (n *names) person(key string) string {
	return lookUp(n, key, somebody, func(x id.Person) (string, error) {
		v, err := n.p.People.GetPerson(n.ctx, n.who, x)
		return v.Name, err
	})
}

func (n *names) site(key string) string {
	return lookUp(n, key, someSite, func(x id.Site) (string, error) {
		v, err := n.p.Org.GetSite(n.ctx, n.who, x)
		return v.Name, err
	})
}

func (n *names) unit(key string) string {
	return lookUp(n, key, someUnit, func(x id.Unit) (string, error) {
		v, err := n.p.Org.GetUnit(n.ctx, n.who, x)
		return v.Name, err
	})
}

// above names what a record stands below: a unit, a location or an asset, as its noun has it. An asset's unit is one of capacity.
func (n *names) above(field, key string) string {
	switch {
	case n.noun == "asset" && field == "unit_id":
		return n.lookup(key)
	case n.noun == "asset":
		return n.asset(key)
	case n.noun == "location":
		return n.location(key)
	}
	return n.unit(key)
}

func (n *names) location(key string) string {
	return lookUp(n, key, "a location", func(x id.Location) (string, error) {
		v, err := n.p.Asset.GetLocation(n.ctx, n.who, x)
		return v.Name, err
	})
}

func (n *names) asset(key string) string {
	return lookUp(n, key, "an asset", func(x id.Asset) (string, error) {
		v, err := n.p.Asset.GetAsset(n.ctx, n.who, x)
		return v.Name, err
	})
}

func (n *names) lookup(key string) string {
	return lookUp(n, key, someValue, func(x id.Lookup) (string, error) {
		v, err := n.p.Org.GetLookup(n.ctx, n.who, x)
		return v.Name, err
	})
}

func (n *names) category(key string) string {
	return lookUp(n, key, "a category", func(x id.Category) (string, error) {
		v, err := n.p.Ticket.GetCategory(n.ctx, n.who, x)
		return v.Name, err
	})
}

// role reads all roles at once: there are few, and a page that names one names several.
func (n *names) role(key string) string {
	if !n.roles {
		n.roles = true
		all, err := n.p.Org.ListRoles(n.ctx, n.who, page.Request{Limit: page.Max})
		if err != nil && fault.KindOf(err) != fault.Forbidden {
			n.err = err
		}
		for _, r := range all.Items {
			n.known[r.ID.String()] = r.Name
		}
	}
	if name, ok := n.known[key]; ok {
		return name
	}
	return someRole
}
