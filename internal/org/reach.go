package org

import (
	"context"
	"strconv"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// reaches caches what people may do, in the process: a map of sets does not travel.
type reaches = *cache.Of[map[actor.Permission]actor.Reach]

func newReaches(store *cache.Store) reaches {
	return cache.Named[map[actor.Permission]actor.Reach](store, "reach", cache.Options{Local: true})
}

// Reach gives what a person may do and where, as their grants say at an access epoch, which auth reads with the session. It is kept for
// that epoch only: whoever reads a newer epoch computes anew, so that a revocation holds at the next request on every node. Only auth
// and the demo world call it.
func (s *Service) Reach(ctx context.Context, who actor.Actor, person id.Person, epoch int64) (map[actor.Permission]actor.Reach, error) {
	key := person.String() + " " + strconv.FormatInt(epoch, 10)
	return s.reaches.Get(ctx, who.Tenant(), key, nil, func(ctx context.Context) (map[actor.Permission]actor.Reach, error) {
		return s.loadReach(ctx, who, person)
	})
}

// RoleReach gives what a role may do, in the whole tenant or at a site. NotFound for an unknown role. Only auth calls it.
func (s *Service) RoleReach(ctx context.Context, who actor.Actor, role id.Role, site *id.Site) (map[actor.Permission]actor.Reach, error) {
	r, err := s.GetRole(ctx, who, role)
	if err != nil {
		return nil, err
	}
	g := held{site: site}
	out := map[actor.Permission]actor.Reach{}
	for _, p := range r.Permissions {
		out[p] = g.widen(out[p], []place{{site: site}})
	}
	return out, nil
}

// held is a grant as reach needs it.
type held struct {
	grant       id.Grant
	permissions []actor.Permission
	unit        *id.Unit
	site        *id.Site
}

// place is a unit or site that a grant reaches.
type place struct {
	grant id.Grant
	unit  *id.Unit
	site  *id.Site
}

func (s *Service) loadReach(ctx context.Context, who actor.Actor, person id.Person) (map[actor.Permission]actor.Reach, error) {
	var grants []held
	var places []place
	err := s.db.ReadAll(ctx, who, func(tx *db.Tx) (err error) {
		if grants, err = db.All(ctx, tx, s.scanHeld, reachGrants, person); err != nil {
			return err
		}
		places, err = db.All(ctx, tx, scanPlace, reachPlaces, person)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := map[actor.Permission]actor.Reach{}
	for _, g := range grants {
		for _, p := range g.permissions {
			out[p] = g.widen(out[p], places)
		}
	}
	return out, nil
}

// widen adds what one grant reaches to what others do already.
func (g held) widen(r actor.Reach, places []place) actor.Reach {
	if g.unit == nil && g.site == nil {
		r.All = true
		return r
	}
	if r.Sites == nil {
		r.Sites, r.Units = map[id.Site]struct{}{}, map[id.Unit]struct{}{}
	}
	for _, x := range places {
		switch {
		case x.grant != g.grant:
		case x.site != nil:
			r.Sites[*x.site] = struct{}{}
		case x.unit != nil:
			r.Units[*x.unit] = struct{}{}
		}
	}
	return r
}

func (s *Service) scanHeld(r db.Row) (h held, err error) {
	var code, words string
	var builtin bool
	err = r.Scan(&h.grant, db.Null(&h.unit), db.Null(&h.site), &code, &builtin, &words)
	h.permissions = s.permissions(code, builtin, words)
	return h, err
}

func scanPlace(r db.Row) (p place, err error) {
	err = r.Scan(&p.grant, db.Null(&p.unit), db.Null(&p.site))
	return p, err
}

const reachGrants db.SQL = `-- org.reachGrants
select g.id, g.unit_id, g.site_id, r.code, r.builtin, r.permissions
from grants g join roles r on r.tenant_id = g.tenant_id and r.id = g.role_id
where g.tenant_id = $1 and g.person_id = $2`

const reachPlaces db.SQL = `-- org.reachPlaces
with recursive below (grant_id, unit_id) as (
  select g.id, g.unit_id from grants g where g.tenant_id = $1 and g.person_id = $2 and g.unit_id is not null
  union
  select b.grant_id, u.id from below b join units u on u.tenant_id = $1 and u.parent_id = b.unit_id
)
select b.grant_id, b.unit_id, null from below b
union all
select b.grant_id, null, s.id from below b join sites s on s.tenant_id = $1 and s.unit_id = b.unit_id
union all
select g.id, null, g.site_id from grants g where g.tenant_id = $1 and g.person_id = $2 and g.site_id is not null`
