package exchange

import (
	"context"
	"slices"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
)

// What a run knows of records that others point to: codes for ids, and ids for codes. Everything is read in lists, never a row at a time.

func (r *run) learnUnit(u org.Unit) string {
	r.units[u.Code], r.codes[anyID(u.ID)] = u.ID, u.Code
	return u.Code
}

func (r *run) learnSite(x org.Site) string {
	r.sites[x.Code], r.codes[anyID(x.ID)] = x.ID, x.Code
	return x.Code
}

func (r *run) learnPerson(p people.Person) string {
	r.people[p.Code], r.codes[anyID(p.ID)] = p.ID, p.Code
	return p.Code
}

func (r *run) learnLookup(l org.Lookup) string {
	if r.lookups[l.List] == nil {
		r.lookups[l.List] = map[string]id.Lookup{}
	}
	r.lookups[l.List][l.Code], r.codes[anyID(l.ID)] = l.ID, l.Code
	return string(l.List) + "/" + l.Code
}

// knowLookups reads all values of all lists, once.
func (r *run) knowLookups(ctx context.Context) ([]org.Lookup, error) {
	if len(r.lookups) > 0 {
		return nil, nil
	}
	all, err := pages(func(p page.Request) (page.Of[org.Lookup], error) { return r.s.Org.ListLookups(ctx, r.who, "", p) })
	for _, l := range all {
		r.learnLookup(l)
	}
	return all, err
}

// knowUnits reads all units, once.
func (r *run) knowUnits(ctx context.Context) ([]org.Unit, error) {
	if len(r.units) > 0 {
		return nil, nil
	}
	all, err := pages(func(p page.Request) (page.Of[org.Unit], error) {
		return r.s.Org.ListUnits(ctx, r.who, org.UnitFilter{}, p)
	})
	for _, u := range all {
		r.learnUnit(u)
	}
	return all, err
}

// knowSites reads the sites that have some codes.
func (r *run) knowSites(ctx context.Context, codes []string) ([]org.Site, error) {
	all, err := chunks(unknown(codes, r.sites), func(part []string) (map[string]org.Site, error) { return r.s.Org.SitesByCode(ctx, r.who, part) })
	for _, x := range all {
		r.learnSite(x)
	}
	return all, err
}

// knowPeople reads the people who have some codes.
func (r *run) knowPeople(ctx context.Context, codes []string) ([]people.Person, error) {
	all, err := chunks(unknown(codes, r.people), func(part []string) (map[string]people.Person, error) {
		return r.s.People.PeopleByCode(ctx, r.who, part)
	})
	for _, p := range all {
		r.learnPerson(p)
	}
	return all, err
}

// nameSites and namePeople read the codes of records by their ids.
func (r *run) nameSites(ctx context.Context, ids []*id.Site) error {
	all, err := chunks(unnamed(r, ids), func(part []id.Site) (map[id.Site]org.Site, error) { return r.s.Org.SitesByID(ctx, r.who, part) })
	for _, x := range all {
		r.learnSite(x)
	}
	return err
}

func (r *run) namePeople(ctx context.Context, ids []*id.Person) error {
	all, err := chunks(unnamed(r, ids), func(part []id.Person) (map[id.Person]people.Person, error) {
		return r.s.People.PeopleByID(ctx, r.who, part)
	})
	for _, p := range all {
		r.learnPerson(p)
	}
	return err
}

func unknown[T any](codes []string, known map[string]T) []string {
	var out []string
	for _, c := range codes {
		if _, ok := known[c]; !ok && c != "" {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func unnamed[T interface {
	comparable
	Bytes() [16]byte
}](r *run, ids []*T) []T {
	var out []T
	seen := map[T]bool{}
	for _, x := range ids {
		if x == nil || seen[*x] || r.codes[anyID(*x)] != "" {
			continue
		}
		seen[*x] = true
		out = append(out, *x)
	}
	return out
}
