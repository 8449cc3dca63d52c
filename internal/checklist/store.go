package checklist

import (
	"context"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

const columns = `c.id, c.kind, c.name, c.draft, c.form_id, c.everywhere, c.active, c.version, c.updated_at, coalesce(f.number, 0)`

const from = ` from checklists c left join checklist_forms f on f.tenant_id = c.tenant_id and f.id = c.form_id `

func scanChecklist(r db.Row) (c Checklist, err error) {
	var draft string
	err = r.Scan(&c.ID, &c.Kind, &c.Name, &draft, db.Null(&c.Form), &c.Places.Everywhere, &c.Active, &c.Version, &c.Updated, &c.Number)
	if err != nil {
		return c, err
	}
	err = decode(draft, &c.Draft)
	c.Items = int64(len(c.Draft.Items()))
	return c, err
}

// arguments gives what insertSQL and updateSQL bind from $2 on.
func (c Checklist) arguments() []any {
	return []any{c.ID, c.Kind, c.Name, fold.Key(c.Name), encode(c.Draft), c.Form, c.Places.Everywhere, c.Active, c.Version, c.Updated}
}

const getSQL db.SQL = `-- checklist.get
select ` + columns + from + `where c.tenant_id = $1 and c.id = $2`

const byID db.SQL = `-- checklist.byID
select ` + columns + from + `where c.tenant_id = $1 and c.id in_list($2)`

// get reads a checklist with its places, and with the library's present questions in its draft.
func get(ctx context.Context, tx *db.Tx, checklist id.Checklist) (Checklist, error) {
	var places []place
	db.Soon(tx, &places, scanPlace, placesOf, checklist)
	c, err := db.One(ctx, tx, scanChecklist, getSQL, checklist)
	if err != nil {
		return Checklist{}, fault.Named(err, "checklist")
	}
	for _, p := range places {
		c.Places.add(p)
	}
	questions, err := questionsIn(ctx, tx, c.Draft.Questions())
	if err != nil {
		return Checklist{}, err
	}
	c.Draft.refresh(questions)
	return c, nil
}

// refresh puts the library's texts, and its rules where an item has none of its own, into a form.
func (f *Form) refresh(questions map[id.Question]Question) {
	for i := range f.Sections {
		for j := range f.Sections[i].Items {
			it := &f.Sections[i].Items[j]
			q, known := questions[it.Question]
			if !known {
				continue
			}
			it.Text = q.Text
			if !it.Own {
				it.Rule = q.Rule
			}
		}
	}
}

// place is a row of where a checklist applies: one of the four is there.
type place struct {
	site  *id.Site
	group *id.Group
	kind  *id.Lookup
	asset *id.Asset
}

func scanPlace(r db.Row) (p place, err error) {
	err = r.Scan(db.Null(&p.site), db.Null(&p.group), db.Null(&p.kind), db.Null(&p.asset))
	return p, err
}

func (p *Places) add(x place) {
	switch {
	case x.site != nil:
		p.Sites = append(p.Sites, *x.site)
	case x.group != nil:
		p.Groups = append(p.Groups, *x.group)
	case x.kind != nil:
		p.Types = append(p.Types, *x.kind)
	case x.asset != nil:
		p.Assets = append(p.Assets, *x.asset)
	}
}

func (p Places) rows() []place {
	var out []place
	for _, x := range p.Sites {
		out = append(out, place{site: &x})
	}
	for _, x := range p.Groups {
		out = append(out, place{group: &x})
	}
	for _, x := range p.Types {
		out = append(out, place{kind: &x})
	}
	for _, x := range p.Assets {
		out = append(out, place{asset: &x})
	}
	return out
}

const placesOf db.SQL = `-- checklist.placesOf
select p.site_id, p.group_id, p.type_id, p.asset_id from checklist_places p where p.tenant_id = $1 and p.checklist_id = $2 order by p.id`

// listSQL narrows by where a checklist applies: at a site by itself, by a group that it is in or by its type; to an asset by itself.
const listSQL db.SQL = `-- checklist.list
select ` + columns + from + `
where c.tenant_id = $1 and ($2 = '' or c.kind = $2) and ($3 = '' or c.name_key like $4 escape '\') and ($5 or c.active)
  and (not $6 or c.active and c.form_id is not null) and (c.updated_at >= $7 or $7 is null)
  and (c.everywhere or exists (
    select 1 from checklist_places p left join sites s on s.tenant_id = p.tenant_id and s.id = $8
    where p.tenant_id = c.tenant_id and p.checklist_id = c.id and (p.site_id = $8 or p.type_id = s.type_id or p.asset_id = $9
      or exists (select 1 from members m where m.tenant_id = p.tenant_id and m.group_id = p.group_id and m.site_id = $8)))
    or $8 is null and $9 is null)
  and (c.name_key, c.id) > ($10, $11)
order by c.name_key, c.id limit $12`

const insertSQL db.SQL = `-- checklist.insert
insert into checklists (tenant_id, id, kind, name, name_key, draft, form_id, everywhere, active, version, updated_at, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`

const updateSQL db.SQL = `-- checklist.update
update checklists set kind = $3, name = $4, name_key = $5, draft = $6, form_id = $7, everywhere = $8, active = $9, version = $10, updated_at = $11
where tenant_id = $1 and id = $2 and version = $12`

const deleteSQL db.SQL = `-- checklist.delete
delete from checklists where tenant_id = $1 and id = $2 and version = $3`

const placesDelete db.SQL = `-- checklist.placesDelete
delete from checklist_places where tenant_id = $1 and checklist_id = $2`

const placeInsert db.SQL = `-- checklist.placeInsert
insert into checklist_places (tenant_id, id, checklist_id, site_id, group_id, type_id, asset_id) values ($1, $2, $3, $4, $5, $6, $7)`

const asksDelete db.SQL = `-- checklist.asksDelete
delete from checklist_questions where tenant_id = $1 and checklist_id = $2`

const askInsert db.SQL = `-- checklist.askInsert
insert into checklist_questions (tenant_id, id, checklist_id, question_id) values ($1, $2, $3, $4)
on conflict (tenant_id, checklist_id, question_id) do nothing`

// refs answers which of the places and people that a checklist names exist, one row a thing.
const refs db.SQL = `-- checklist.refs
select s.id from sites s where s.tenant_id = $1 and s.id in_list($2)
union all select g.id from member_groups g where g.tenant_id = $1 and g.id in_list($3) and g.kind = 'sites'
union all select k.id from lookups k where k.tenant_id = $1 and k.id in_list($4) and k.list = 'site_type'
union all select a.id from assets a where a.tenant_id = $1 and a.id in_list($5)
union all select p.id from persons p where p.tenant_id = $1 and p.id in_list($6)`
