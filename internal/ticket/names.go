package ticket

import (
	"context"
	"sync"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// called is what people call a record.
type called struct{ code, name string }

// entitled is a record with what people call it.
type entitled struct {
	id id.UUID
	called
}

func scanEntitled(r db.Row) (l entitled, err error) {
	err = r.Scan(&l.id, &l.code, &l.name)
	return l, err
}

// namesGet gives the names of many records at once.
const namesGet db.SQL = `-- ticket.namesGet
select s.id, s.code, s.name from sites s where s.tenant_id = $1 and s.id in_list($2)
union all
select c.id, '', c.name from ticket_categories c where c.tenant_id = $1 and c.id in_list($3)
union all
select l.id, '', l.name from locations l where l.tenant_id = $1 and l.id in_list($4)
union all
select a.id, a.code, a.name from assets a where a.tenant_id = $1 and a.id in_list($5)
union all
select p.id, '', p.name from persons p where p.tenant_id = $1 and p.id in_list($6)
union all
select g.id, '', g.name from member_groups g where g.tenant_id = $1 and g.id in_list($7)`

// directory is what records of a tenant are called, as far as somebody has asked. A change of any of them ends it.
type directory struct {
	mu sync.RWMutex
	of map[id.UUID]called
}

// maxDirectory bounds a directory, in records.
const maxDirectory = 100_000

// directories are kept for as long as nothing in them is renamed.
func directories(store *cache.Store) *cache.Of[*directory] {
	return cache.Named[*directory](store, "ticket.names", cache.Options{Followed: true})
}

// name gives tickets the names of what they refer to, which are kept in memory until something is renamed: joined to every row they would
// be most of what a list costs.
func (s *Service) name(ctx context.Context, who actor.Actor, lists ...[]Ticket) error {
	names := []string{"site", "category", "location", "asset", "person", "group"}
	d, err := s.names.Get(ctx, who.Tenant(), "", names, func(context.Context) (*directory, error) {
		return &directory{of: map[id.UUID]called{}}, nil
	})
	if err != nil {
		return err
	}
	missing := d.give(lists)
	if missing == nil {
		return nil
	}
	var rows []entitled
	err = s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanEntitled, namesGet, missing.sites, missing.categories, missing.locations, missing.assets, missing.persons, missing.groups)
		return err
	})
	if err != nil {
		return err
	}
	d.add(rows)
	d.give(lists)
	return nil
}

func (d *directory) add(rows []entitled) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.of)+len(rows) > maxDirectory {
		clear(d.of)
	}
	for _, r := range rows {
		d.of[r.id] = r.called
	}
}

// unnamed are records whose names are not in a directory yet.
type unnamed struct {
	sites      []id.Site
	categories []id.Category
	locations  []id.Location
	assets     []id.Asset
	persons    []id.Person
	groups     []id.Group
}

// give writes the names that the directory has into tickets, and gives what it has not; nil = it has all.
func (d *directory) give(lists [][]Ticket) (missing *unnamed) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	for _, tickets := range lists {
		for i := range tickets {
			t := &tickets[i]
			site, ok := d.of[t.Site.UUID]
			t.SiteCode, t.SiteName = site.code, site.name
			lack(&missing, ok, t.Site, func(u *unnamed) *[]id.Site { return &u.sites })
			category, ok := d.of[t.Category.UUID]
			t.CategoryName = category.name
			lack(&missing, ok, t.Category, func(u *unnamed) *[]id.Category { return &u.categories })
			d.giveRest(t, &missing)
		}
	}
	return missing
}

// giveRest is give for what a ticket need not have.
func (d *directory) giveRest(t *Ticket, missing **unnamed) {
	if t.Location != nil {
		c, ok := d.of[t.Location.UUID]
		t.LocationName = c.name
		lack(missing, ok, *t.Location, func(u *unnamed) *[]id.Location { return &u.locations })
	}
	if t.Asset != nil {
		c, ok := d.of[t.Asset.UUID]
		t.AssetCode, t.AssetName = c.code, c.name
		lack(missing, ok, *t.Asset, func(u *unnamed) *[]id.Asset { return &u.assets })
	}
	if t.Creator != nil {
		t.CreatorName = d.person(*t.Creator, missing)
	}
	if t.Person != nil {
		t.PersonName = d.person(*t.Person, missing)
	}
	if t.Group != nil {
		c, ok := d.of[t.Group.UUID]
		t.GroupName = c.name
		lack(missing, ok, *t.Group, func(u *unnamed) *[]id.Group { return &u.groups })
	}
}

func (d *directory) person(p id.Person, missing **unnamed) string {
	c, ok := d.of[p.UUID]
	lack(missing, ok, p, func(u *unnamed) *[]id.Person { return &u.persons })
	return c.name
}

// lack notes a record that is not in the directory.
func lack[T any](missing **unnamed, has bool, record T, of func(*unnamed) *[]T) {
	if has {
		return
	}
	if *missing == nil {
		*missing = &unnamed{}
	}
	list := of(*missing)
	*list = append(*list, record)
}
