package ticket

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// called is what people call a record.
type called struct{ code, name string }

// entitled is a record with what people call it.
type entitled struct {
	ref cache.Ref
	called
}

func scanEntitled(r db.Row) (l entitled, err error) {
	err = r.Scan(&l.ref.Noun, &l.ref.ID, &l.code, &l.name)
	return l, err
}

// namesGet gives the names of many records at once.
const namesGet db.SQL = `-- ticket.namesGet
select 'site', s.id, s.code, s.name from sites s where s.tenant_id = $1 and s.id in_list($2)
union all
select 'category', c.id, '', c.name from ticket_categories c where c.tenant_id = $1 and c.id in_list($3)
union all
select 'location', l.id, '', l.name from locations l where l.tenant_id = $1 and l.id in_list($4)
union all
select 'asset', a.id, a.code, a.name from assets a where a.tenant_id = $1 and a.id in_list($5)
union all
select 'person', p.id, '', p.name from persons p where p.tenant_id = $1 and p.id in_list($6)
union all
select 'group', g.id, '', g.name from member_groups g where g.tenant_id = $1 and g.id in_list($7)`

// name gives tickets the names of what they refer to, which are kept in memory until it is renamed: joined to every row they would be
// most of what a list costs.
func (s *Service) name(ctx context.Context, who actor.Actor, lists ...[]Ticket) error {
	var refs []cache.Ref
	for _, tickets := range lists {
		for i := range tickets {
			tickets[i].refs(func(r cache.Ref, _, _ *string) { refs = append(refs, r) })
		}
	}
	found, err := s.names.Many(ctx, who.Tenant(), refs, func(ctx context.Context, missing []cache.Ref) (map[cache.Ref]called, error) {
		return s.readNames(ctx, who, missing)
	})
	if err != nil {
		return err
	}
	var ignored string
	for _, tickets := range lists {
		for i := range tickets {
			tickets[i].refs(func(r cache.Ref, code, name *string) {
				if code == nil {
					code = &ignored
				}
				*code, *name = found[r].code, found[r].name
			})
		}
	}
	return nil
}

// refs walks through what the ticket refers to, with where its code (nil = it has none) and its name belong.
func (t *Ticket) refs(visit func(r cache.Ref, code, name *string)) {
	visit(cache.Ref{Noun: "site", ID: id.Any(t.Site)}, &t.SiteCode, &t.SiteName)
	visit(cache.Ref{Noun: "category", ID: id.Any(t.Category)}, nil, &t.CategoryName)
	if t.Location != nil {
		visit(cache.Ref{Noun: "location", ID: id.Any(*t.Location)}, nil, &t.LocationName)
	}
	if t.Asset != nil {
		visit(cache.Ref{Noun: "asset", ID: id.Any(*t.Asset)}, &t.AssetCode, &t.AssetName)
	}
	if t.Creator != nil {
		visit(cache.Ref{Noun: "person", ID: id.Any(*t.Creator)}, nil, &t.CreatorName)
	}
	if t.Person != nil {
		visit(cache.Ref{Noun: "person", ID: id.Any(*t.Person)}, nil, &t.PersonName)
	}
	if t.Group != nil {
		visit(cache.Ref{Noun: "group", ID: id.Any(*t.Group)}, nil, &t.GroupName)
	}
}

func (s *Service) readNames(ctx context.Context, who actor.Actor, missing []cache.Ref) (map[cache.Ref]called, error) {
	of := map[string][]id.Any{}
	for _, r := range missing {
		of[r.Noun] = append(of[r.Noun], r.ID)
	}
	var rows []entitled
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanEntitled, namesGet, of["site"], of["category"], of["location"], of["asset"], of["person"], of["group"])
		return err
	})
	out := make(map[cache.Ref]called, len(rows))
	for _, l := range rows {
		out[l.ref] = l.called
	}
	return out, err
}
