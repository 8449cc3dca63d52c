package ticket

import (
	"context"
	"fmt"
	"slices"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

const ladderColumns = `l.id, l.category_id, l.site_id, l.version, l.updated_at, coalesce(s.name, '')`

const ladderFrom = ` from escalation_ladders l left join sites s on s.tenant_id = l.tenant_id and s.id = l.site_id `

func scanLadder(r db.Row) (l Ladder, err error) {
	err = r.Scan(&l.ID, &l.Category, db.Null(&l.Site), &l.Version, &l.Updated, &l.SiteName)
	l.Rungs = []Rung{}
	return l, err
}

const rungColumns = `v.level, v.after_minutes, v.person_id, v.group_id, v.mails, coalesce(p.name, ''), coalesce(g.name, ''),
  not coalesce(p.active, g.active, true)`

const rungFrom = ` from escalation_levels v
left join persons p on p.tenant_id = v.tenant_id and p.id = v.person_id
left join member_groups g on g.tenant_id = v.tenant_id and g.id = v.group_id `

func (v *Rung) fields(mails *string) []any {
	return []any{&v.Level, &v.After, db.Null(&v.Person), db.Null(&v.Group), mails, &v.PersonName, &v.GroupName, &v.Gone}
}

func scanRung(r db.Row) (v Rung, err error) {
	var mails string
	err = r.Scan(v.fields(&mails)...)
	v.Mails = split(mails)
	return v, err
}

// rungOf is a rung among those of several ladders.
type rungOf struct {
	ladder id.Ladder
	Rung
}

func scanRungOf(r db.Row) (v rungOf, err error) {
	var mails string
	err = r.Scan(append([]any{&v.ladder}, v.fields(&mails)...)...)
	v.Mails = split(mails)
	return v, err
}

// take gives a ladder its own among the rungs of several.
func (l *Ladder) take(rungs []rungOf) {
	for _, v := range rungs {
		if v.ladder == l.ID {
			l.Rungs = append(l.Rungs, v.Rung)
		}
	}
}

const ladderList db.SQL = `-- ticket.ladderList
select ` + ladderColumns + ladderFrom + `
where l.tenant_id = $1 and l.category_id = $2 and ($3 or l.site_id is null or l.site_id in_list($4))
order by s.name nulls first, l.id limit 1000`

const rungList db.SQL = `-- ticket.rungList
select v.ladder_id, ` + rungColumns + rungFrom + `
join escalation_ladders l on l.tenant_id = v.tenant_id and l.id = v.ladder_id
where v.tenant_id = $1 and l.category_id = $2 order by v.ladder_id, v.level limit 9000`

const ladderGet db.SQL = `-- ticket.ladderGet
select ` + ladderColumns + ladderFrom + `
where l.tenant_id = $1 and l.category_id = $2 and (l.site_id = $3 or $3 is null and l.site_id is null)`

const rungsGet db.SQL = `-- ticket.rungsGet
select ` + rungColumns + rungFrom + `
where v.tenant_id = $1 and v.ladder_id = (select l.id from escalation_ladders l
  where l.tenant_id = $1 and l.category_id = $2 and (l.site_id = $3 or $3 is null and l.site_id is null))
order by v.level`

// getLadder reads the ladder of a category at a site, or that of all sites (nil).
func getLadder(ctx context.Context, tx *db.Tx, category id.Category, site *id.Site) (Ladder, error) {
	rungs := []Rung{}
	db.Soon(tx, &rungs, scanRung, rungsGet, category, site)
	l, err := db.One(ctx, tx, scanLadder, ladderGet, category, site)
	if err != nil {
		return Ladder{}, fault.Named(err, "ladder")
	}
	l.Rungs = rungs
	return l, nil
}

// rungsFor gives what a ticket of a category at a site climbs: the site's own ladder, else that of all sites (D-62).
const rungsFor db.SQL = `-- ticket.rungsFor
select ` + rungColumns + rungFrom + `
where v.tenant_id = $1 and v.ladder_id = (select l.id from escalation_ladders l
  where l.tenant_id = $1 and l.category_id = $2 and (l.site_id = $3 or l.site_id is null) order by l.site_id nulls last limit 1)
order by v.level`

const ladderInsert db.SQL = `-- ticket.ladderInsert
insert into escalation_ladders (tenant_id, id, category_id, site_id, version, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6)`

const ladderUpdate db.SQL = `-- ticket.ladderUpdate
update escalation_ladders set version = $3, updated_at = $4 where tenant_id = $1 and id = $2 and version = $5`

const ladderDelete db.SQL = `-- ticket.ladderDelete
delete from escalation_ladders where tenant_id = $1 and id = $2 and version = $3`

const rungInsert db.SQL = `-- ticket.rungInsert
insert into escalation_levels (tenant_id, id, ladder_id, level, after_minutes, person_id, group_id, mails) values ($1, $2, $3, $4, $5, $6, $7, $8)`

const rungsDelete db.SQL = `-- ticket.rungsDelete
delete from escalation_levels where tenant_id = $1 and ladder_id = $2`

const rungsOfCategoryDelete db.SQL = `-- ticket.rungsOfCategoryDelete
delete from escalation_levels where tenant_id = $1
  and ladder_id in (select l.id from escalation_ladders l where l.tenant_id = $1 and l.category_id = $2)`

const laddersDelete db.SQL = `-- ticket.laddersDelete
delete from escalation_ladders where tenant_id = $1 and category_id = $2`

// ladderRefs names what a ladder points to and what exists, one row each.
const ladderRefs db.SQL = `-- ticket.ladderRefs
select 'category', c.id from ticket_categories c where c.tenant_id = $1 and c.id = $2
union all select 'site', s.id from sites s where s.tenant_id = $1 and s.id = $3
union all select 'person', p.id from persons p where p.tenant_id = $1 and p.id in_list($4) and p.active
union all select 'group', g.id from member_groups g where g.tenant_id = $1 and g.id in_list($5) and g.active and g.kind = 'people'`

// found is a record that is there.
type found struct {
	noun string
	id   id.Any
}

func scanFound(r db.Row) (f found, err error) { err = r.Scan(&f.noun, &f.id); return f, err }

func anyOf(x interface{ Bytes() [16]byte }) id.Any { return id.Of[id.Any](x.Bytes()) }

// checkRefs finds out what only the database knows: that what the ladder names is there. NotFound without such a category.
func (in LadderInput) checkRefs(ctx context.Context, tx *db.Tx) error {
	people, groups := in.pointsTo()
	there, err := db.All(ctx, tx, scanFound, ladderRefs, in.Category, in.Site, people, groups)
	if err != nil {
		return err
	}
	if !slices.Contains(there, found{"category", anyOf(in.Category)}) {
		return fault.Missing("category")
	}
	var c fault.Check
	c.That(in.Site == nil || slices.Contains(there, found{"site", anyOf(siteOf(in.Site))}), "site_id", "unknown", "There is no such site.")
	for i, r := range in.Rungs {
		if r.Person != nil && !slices.Contains(there, found{"person", anyOf(*r.Person)}) {
			c.Add(fmt.Sprintf("levels[%d].person_id", i), "unknown", "There is no such active person.")
		}
		if r.Group != nil && !slices.Contains(there, found{"group", anyOf(*r.Group)}) {
			c.Add(fmt.Sprintf("levels[%d].group_id", i), "unknown", "There is no such active group of people.")
		}
	}
	return c.Err()
}
