package org

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// UnitsByID gives several units at once, at most page.Max of them: those that GetUnit would give; the others are absent. Needs unit.read.
func (s *Service) UnitsByID(ctx context.Context, who actor.Actor, units []id.Unit) (map[id.Unit]Unit, error) {
	if err := who.Require(CanReadUnit); err != nil {
		return nil, err
	}
	seen, all := who.Units(CanReadUnit)
	return byID(ctx, s.db, who, scanUnit, unitsByID, func(u Unit) id.Unit { return u.ID }, first(units), all, seen)
}

// SitesByID gives several sites at once, at most page.Max of them: those that GetSite would give; the others are absent. Needs site.read.
func (s *Service) SitesByID(ctx context.Context, who actor.Actor, sites []id.Site) (map[id.Site]Site, error) {
	if err := who.Require(CanReadSite); err != nil {
		return nil, err
	}
	seen, all := who.Sites(CanReadSite)
	return byID(ctx, s.db, who, scanSite, sitesByID, func(x Site) id.Site { return x.ID }, first(sites), all, seen)
}

// LookupsByID gives several values of code lists at once, at most page.Max of them; what is not there is absent. Needs lookup.read.
func (s *Service) LookupsByID(ctx context.Context, who actor.Actor, lookups []id.Lookup) (map[id.Lookup]Lookup, error) {
	if err := who.Require(CanReadLookup); err != nil {
		return nil, err
	}
	return byID(ctx, s.db, who, scanLookup, lookupsByID, func(l Lookup) id.Lookup { return l.ID }, first(lookups))
}

// GrantsOf gives the grants of several people at once, at most page.Max people and 2000 grants: those that ListGrants would give. Needs
// grant.read.
func (s *Service) GrantsOf(ctx context.Context, who actor.Actor, people []id.Person) (map[id.Person][]Grant, error) {
	if err := who.Require(CanReadGrant); err != nil {
		return nil, err
	}
	seen, all := who.Sites(CanReadGrant)
	var rows []Grant
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanGrant, grantsOf, first(people), all, seen)
		return err
	})
	out := map[id.Person][]Grant{}
	for _, g := range rows {
		out[g.Person] = append(out[g.Person], g)
	}
	return out, err
}

// byID runs a query for several records and puts them under their ids.
func byID[K comparable, V any](ctx context.Context, d *db.DB, who actor.Actor, scan func(db.Row) (V, error), q db.SQL, key func(V) K, args ...any) (map[K]V, error) {
	var rows []V
	err := d.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scan, q, args...)
		return err
	})
	out := make(map[K]V, len(rows))
	for _, x := range rows {
		out[key(x)] = x
	}
	return out, err
}

func first[T any](all []T) []T { return all[:min(len(all), page.Max)] }

const unitsByID db.SQL = `-- org.unitsByID
select ` + unitColumns + ` from units u where u.tenant_id = $1 and u.id in_list($2) and ($3 or u.id in_list($4))`

const sitesByID db.SQL = `-- org.sitesByID
select ` + siteColumns + siteFrom + `where s.tenant_id = $1 and s.id in_list($2) and ($3 or s.id in_list($4))`

const lookupsByID db.SQL = `-- org.lookupsByID
select ` + lookupColumns + ` from lookups l where l.tenant_id = $1 and l.id in_list($2)`

const grantsOf db.SQL = `-- org.grantsOf
select ` + grantColumns + grantFrom + `
where g.tenant_id = $1 and g.person_id in_list($2) and ($3 or p.home_site_id in_list($4)) order by g.id limit 2000`

// SitesByCode gives the sites that have some codes, at most page.Max of them: those that GetSite would give. Needs site.read.
func (s *Service) SitesByCode(ctx context.Context, who actor.Actor, codes []string) (map[string]Site, error) {
	if err := who.Require(CanReadSite); err != nil {
		return nil, err
	}
	seen, all := who.Sites(CanReadSite)
	return byID(ctx, s.db, who, scanSite, sitesByCode, func(x Site) string { return x.Code }, first(codes), all, seen)
}

const sitesByCode db.SQL = `-- org.sitesByCode
select ` + siteColumns + siteFrom + `where s.tenant_id = $1 and s.code in_list($2) and ($3 or s.id in_list($4))`
