package org

import (
	"cmp"
	"context"
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// Question asks about a permission at a site; no site: in the whole tenant.
type Question struct {
	May  actor.Permission
	Site *id.Site
}

// Why explains whether somebody may do something.
type Why struct {
	Person     id.Person
	PersonName string
	Active     bool // who is not may do nothing, whatever their roles
	Asked      actor.Declared
	Site       *id.Site // nil: in the whole tenant
	SiteName   string
	May        bool
	Reasons    []Reason // what each of their roles says to it, those that give it first
	Roles      []Role   // those that would give it there, by code
}

// Reason is what a role that somebody has says to a question.
type Reason struct {
	Grant
	Holds   bool // the role allows it
	Reaches bool // it is given where it is asked about
}

// Gives says that the role allows it there.
func (r Reason) Gives() bool { return r.Holds && r.Reaches }

// asked gives the declaration of what is asked about; Invalid at the field permission.
func (s *Service) asked(q Question) (actor.Declared, error) {
	var c fault.Check
	i := slices.IndexFunc(s.declared, func(d actor.Declared) bool { return d.Name == q.May })
	c.That(i >= 0, "permission", "unknown", "There is no permission "+fold.Line(string(q.May))+".")
	if err := c.Err(); err != nil {
		return actor.Declared{}, err
	}
	return s.declared[i], nil
}

// spot is where a question is asked about.
type spot struct {
	site  *id.Site
	name  string
	above []id.Unit // the units that the site stands below
	whole bool      // only what is given in the whole tenant counts
}

// spot reads where a question is asked about. NotFound for a site that the actor's grant.read does not reach.
func (s *Service) spot(ctx context.Context, tx *db.Tx, d actor.Declared, site *id.Site) (x spot, err error) {
	x = spot{site: site, whole: d.Whole || site == nil}
	if site == nil {
		return x, nil
	}
	if who := tx.Who(); !who.At(CanReadGrant, *site) {
		return x, fault.Missing("site")
	}
	if x.name, err = db.One(ctx, tx, scanName, whySite, *site); err != nil {
		return x, fault.Named(err, "site")
	}
	x.above, err = db.All(ctx, tx, scanUnitID, whyAbove, *site)
	return x, err
}

// reached says that a grant holds there.
func (x spot) reached(g Grant) bool {
	switch {
	case g.Unit == nil && g.Site == nil:
		return true
	case x.whole:
		return false
	case g.Site != nil:
		return *g.Site == *x.site
	}
	return slices.Contains(x.above, *g.Unit)
}

// Why explains whether a person may do something, by the roles that they have. Needs grant.read at the person's home site and at the site
// that is asked about; NotFound otherwise. Invalid for a permission that there is not.
func (s *Service) Why(ctx context.Context, who actor.Actor, person id.Person, q Question) (w Why, err error) {
	if err := who.Require(CanReadGrant); err != nil {
		return Why{}, err
	}
	d, err := s.asked(q)
	if err != nil {
		return Why{}, err
	}
	w = Why{Person: person, Asked: d, Site: q.Site}
	sites, all := who.Sites(CanReadGrant)
	err = s.db.ReadAll(ctx, who, func(tx *db.Tx) error {
		p, err := db.One(ctx, tx, scanWhoIs, whyPerson, person, all, sites)
		if err != nil {
			return fault.Named(err, "person")
		}
		w.PersonName, w.Active = p.name, p.active
		x, err := s.spot(ctx, tx, d, q.Site)
		if err != nil {
			return err
		}
		w.SiteName = x.name
		roles, err := s.rolesIn(ctx, tx)
		if err != nil {
			return err
		}
		grants, err := db.All(ctx, tx, scanGrant, grantList, true, []id.Site{}, false, person, true, nil, nil, page.Max)
		w.explain(x, roles, grants)
		return err
	})
	return w, err
}

// explain puts together what was read.
func (w *Why) explain(x spot, roles map[id.Role]Role, grants []Grant) {
	allows := func(r Role) bool { return slices.Contains(r.Permissions, w.Asked.Name) }
	for _, g := range grants {
		r := Reason{Grant: g, Holds: allows(roles[g.Role]), Reaches: x.reached(g)}
		w.May = w.May || r.Gives() && w.Active
		w.Reasons = append(w.Reasons, r)
	}
	slices.SortStableFunc(w.Reasons, func(a, b Reason) int { return cmp.Compare(a.rank(), b.rank()) })
	for _, r := range roles {
		if allows(r) {
			w.Roles = append(w.Roles, r)
		}
	}
	slices.SortFunc(w.Roles, func(a, b Role) int { return cmp.Compare(a.Code, b.Code) })
}

// rank puts first what gives it, then what would elsewhere.
func (r Reason) rank() int {
	switch {
	case r.Gives():
		return 0
	case r.Holds:
		return 1
	}
	return 2
}

// rolesIn reads all roles of the tenant.
func (s *Service) rolesIn(ctx context.Context, tx *db.Tx) (map[id.Role]Role, error) {
	all, err := db.All(ctx, tx, s.scanRole, roleList, "", maxRoles)
	out := make(map[id.Role]Role, len(all))
	for _, r := range all {
		out[r.ID] = r
	}
	return out, err
}

// maxRoles is how many roles are looked through for who may do something.
const maxRoles = 1000

// ListHolders gives who may do something by a role, with the grant that gives it, in the order in which they were given: active people whose home
// site the actor's grant.read reaches. Needs grant.read, at the site too; NotFound otherwise. Invalid for a permission that there is not.
func (s *Service) ListHolders(ctx context.Context, who actor.Actor, q Question, p page.Request) (page.Of[Grant], error) {
	if err := who.Require(CanReadGrant); err != nil {
		return page.Of[Grant]{}, err
	}
	d, err := s.asked(q)
	if err != nil {
		return page.Of[Grant]{}, err
	}
	_, last, err := page.Last[id.Grant](p)
	if err != nil {
		return page.Of[Grant]{}, err
	}
	sites, all := who.Sites(CanReadGrant)
	var rows []Grant
	err = s.db.ReadAll(ctx, who, func(tx *db.Tx) error {
		x, err := s.spot(ctx, tx, d, q.Site)
		if err != nil {
			return err
		}
		roles, err := s.rolesIn(ctx, tx)
		if err != nil {
			return err
		}
		var those []id.Role
		for _, r := range roles {
			if slices.Contains(r.Permissions, q.May) {
				those = append(those, r.ID)
			}
		}
		rows, err = db.All(ctx, tx, scanGrant, holderList, all, sites, those, !x.whole, x.site, x.above, last, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(g Grant) (string, string) { return "", g.ID.String() }), err
}

type whoIs struct {
	name   string
	active bool
}

func scanWhoIs(r db.Row) (x whoIs, err error)    { err = r.Scan(&x.name, &x.active); return x, err }
func scanName(r db.Row) (name string, err error) { err = r.Scan(&name); return name, err }

const whyPerson db.SQL = `-- org.whyPerson
select p.name, p.active from persons p where p.tenant_id = $1 and p.id = $2 and ($3 or p.home_site_id in_list($4))`

const whySite db.SQL = `-- org.whySite
select s.name from sites s where s.tenant_id = $1 and s.id = $2`

const whyAbove db.SQL = `-- org.whyAbove
with recursive above (unit_id) as (
  select s.unit_id from sites s where s.tenant_id = $1 and s.id = $2 and s.unit_id is not null
  union
  select u.parent_id from above a join units u on u.tenant_id = $1 and u.id = a.unit_id where u.parent_id is not null
)
select a.unit_id from above a`

const holderList db.SQL = `-- org.holderList
select ` + grantColumns + grantFrom + `
where g.tenant_id = $1 and ($2 or p.home_site_id in_list($3)) and p.active and g.role_id in_list($4)
  and (g.unit_id is null and g.site_id is null or $5 and (g.site_id = $6 or g.unit_id in_list($7))) and (g.id > $8 or $8 is null)
order by g.id limit $9`
