package post

import (
	"context"
	"errors"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

const columns = `p.id, p.site_id, p.location_id, p.code, p.name, p.hours, p.needed, p.grace, p.alarm, p.category_id, p.active, p.version, p.expected_at,
  p.updated_at, s.name, s.zone, s.active, coalesce(l.name, ''), coalesce(k.name, ''), ` + held

// held says that the actor ($2) holds the post.
const held = `exists (select 1 from post_duties d where d.tenant_id = p.tenant_id and d.post_id = p.id and d.person_id = $2 and d.ended_at is null)`

// own says that the actor ($2) holds the post, or is rostered there at $3 or after it.
const own = `(` + held + ` or exists (select 1 from post_assignments r
    where r.tenant_id = p.tenant_id and r.post_id = p.id and r.person_id = $2 and r.until_at > $3))`

const from = ` from posts p join sites s on s.tenant_id = p.tenant_id and s.id = p.site_id
left join locations l on l.tenant_id = p.tenant_id and l.id = p.location_id
left join ticket_categories k on k.tenant_id = p.tenant_id and k.id = p.category_id `

// targets are where the columns of a post go; its hours are still to be read.
func (p *Post) targets(hours *string) []any {
	return []any{
		&p.ID, &p.Site, db.Null(&p.Location), &p.Code, &p.Name, hours, &p.Needed, &p.Grace, &p.Alarm, db.Null(&p.Category), &p.Active, &p.Version,
		&p.Expected, &p.Updated, &p.SiteName, &p.Zone, &p.open, &p.LocationName, &p.CategoryName, &p.Mine,
	}
}

func scanPost(r db.Row) (p Post, err error) {
	var hours string
	err = r.Scan(p.targets(&hours)...)
	return p, errors.Join(err, (*Hours)(&p.Hours).read(hours))
}

// arguments gives what insertSQL and updateSQL bind from $2 on.
func (p Post) arguments() []any {
	return []any{
		p.ID, p.Site, p.Location, p.Code, p.Name, fold.Key(p.Name), fold.Key(p.Code + " " + p.Name), Hours(p.Hours).text(), p.Needed, p.Grace, p.Alarm, p.Category, p.Active, p.Version,
		p.Expected, p.Updated,
	}
}

const getSQL db.SQL = `-- post.get
select ` + columns + from + `where p.tenant_id = $1 and p.id = $4 and ($5 or p.site_id in_list($6) or ` + own + `)`

// get reads a post with who holds it.
func (s *Service) get(ctx context.Context, tx *db.Tx, see sight, post id.Post) (Post, error) {
	var holders []Duty
	db.Soon(tx, &holders, scanDuty, heldOf, []id.Post{post})
	p, err := db.One(ctx, tx, scanPost, getSQL, see.person, s.now(), post, see.all, see.sites)
	if err != nil {
		return Post{}, fault.Named(err, "post")
	}
	p.Held = holders
	return p, p.stand(s.now())
}

const where = `
where p.tenant_id = $1 and ($4 or p.site_id in_list($5) or ` + own + `) and (p.site_id = $6 or $6 is null) and ($7 = '' or p.search_key like $8 escape '\')
  and ($9 or p.active) and (not $10 or ` + own + `) and (p.updated_at >= $11 or $11 is null)`

const listSQL db.SQL = `-- post.list
select ` + columns + from + where + ` and (p.name_key, p.id) > ($12, $13) order by p.name_key, p.id limit $14`

const byID db.SQL = `-- post.byID
select ` + columns + from + `where p.tenant_id = $1 and p.id in_list($4) and ($5 or p.site_id in_list($6) or ` + own + `)`

const insertSQL db.SQL = `-- post.insert
insert into posts (tenant_id, id, site_id, location_id, code, name, name_key, search_key, hours, needed, grace, alarm, category_id, active, version,
  expected_at, updated_at, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17)`

const updateSQL db.SQL = `-- post.update
update posts set site_id = $3, location_id = $4, code = $5, name = $6, name_key = $7, search_key = $8, hours = $9, needed = $10, grace = $11, alarm = $12,
  category_id = $13, active = $14, version = $15, expected_at = $16, updated_at = $17
where tenant_id = $1 and id = $2 and version = $18`

// lock has whoever changes who holds a post wait for each other.
const lock db.SQL = `-- post.lock
update posts set version = version where tenant_id = $1 and id = $2`

// deleteSQL removes a post of which no plan and no task is.
const deleteSQL db.SQL = `-- post.delete
delete from posts where tenant_id = $1 and id = $2 and version = $3
  and not exists (select 1 from plans x where x.tenant_id = $1 and x.post_id = $2) and not exists (select 1 from tasks x where x.tenant_id = $1 and x.post_id = $2)`

// refs answers about what a post points to in one statement, one row a thing that exists: its kind, its name, the site's zone, and whether it may be chosen.
const refs db.SQL = `-- post.refs
select 'site', s.name, s.zone, s.active from sites s where s.tenant_id = $1 and s.id = $2
union all select 'location', l.name, '', l.active from locations l where l.tenant_id = $1 and l.id = $3 and l.site_id = $2
union all select 'category', k.name, '', k.active from ticket_categories k where k.tenant_id = $1 and k.id = $4`

type found struct {
	noun, name, zone string
	offered          bool
}

func scanFound(r db.Row) (x found, err error) {
	err = r.Scan(&x.noun, &x.name, &x.zone, &x.offered)
	return x, err
}

// settle finds out what only the database knows of a post, and fills in the names. What old points to already may stay although it is no
// longer offered.
func (p *Post) settle(ctx context.Context, tx *db.Tx, old Post) error {
	rows, err := db.All(ctx, tx, scanFound, refs, p.Site, p.Location, p.Category)
	if err != nil {
		return err
	}
	at := map[string]found{}
	for _, x := range rows {
		at[x.noun] = x
	}
	var c fault.Check
	site, fresh := at["site"], old.ID.IsZero()
	c.That(site.noun != "" && (site.offered || !fresh), "site_id", "unknown", "There is no such active site.")
	p.SiteName, p.Zone, p.open = site.name, site.zone, site.offered
	p.LocationName, p.CategoryName = at["location"].name, at["category"].name
	c.That(p.Location == nil || at["location"].offered || same(p.Location, old.Location), "location_id", "unknown", "There is no such location at this site.")
	c.That(p.Category == nil || at["category"].offered || same(p.Category, old.Category), "category_id", "unknown", "There is no such active category.")
	return c.Err()
}

func same[T comparable](a, b *T) bool { return a != nil && b != nil && *a == *b }

// zone is the clock of the post's site.
func (p Post) zone() (*time.Location, error) { return clock.Zone(p.Zone) }

func scanDuty(r db.Row) (d Duty, err error) {
	err = r.Scan(&d.ID, &d.Post, &d.Person, &d.Began, db.Null(&d.Ended), &d.Remark, &d.PersonName)
	return d, err
}

const dutyColumns = `d.id, d.post_id, d.person_id, d.began_at, d.ended_at, d.remark, n.name
from post_duties d join persons n on n.tenant_id = d.tenant_id and n.id = d.person_id `

const heldOf db.SQL = `-- post.heldOf
select ` + dutyColumns + `where d.tenant_id = $1 and d.post_id in_list($2) and d.ended_at is null order by d.began_at, d.id`

// dutiesSince gives who held a post at an instant or after it.
const dutiesSince db.SQL = `-- post.dutiesSince
select ` + dutyColumns + `where d.tenant_id = $1 and d.post_id = $2 and (d.ended_at is null or d.ended_at > $3) order by d.began_at, d.id`

const lastDuties db.SQL = `-- post.lastDuties
select ` + dutyColumns + `where d.tenant_id = $1 and d.post_id = $2 order by d.began_at desc, d.id desc limit $3`

const dutyInsert db.SQL = `-- post.dutyInsert
insert into post_duties (tenant_id, id, post_id, person_id, began_at, remark) values ($1, $2, $3, $4, $5, $6)`

const dutyEnd db.SQL = `-- post.dutyEnd
update post_duties set ended_at = $3, remark = $4 where tenant_id = $1 and id = $2 and ended_at is null`

const personGet db.SQL = `-- post.personGet
select n.name from persons n where n.tenant_id = $1 and n.id = $2 and n.active`
