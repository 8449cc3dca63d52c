package people

import (
	"context"
	"fmt"
	"slices"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

const groupColumns = `g.id, g.kind, g.name, g.lead_id, g.active, g.version,
  (select count(*) from members c where c.tenant_id = g.tenant_id and c.group_id = g.id)`

func scanGroup(r db.Row) (g Group, err error) {
	err = r.Scan(&g.ID, &g.Kind, &g.Name, db.Null(&g.Lead), &g.Active, &g.Version, &g.Count)
	g.Members = []Member{}
	return g, err
}

func scanMember(r db.Row) (m Member, err error) {
	err = r.Scan(db.Null(&m.Person), db.Null(&m.Site), &m.Name)
	return m, err
}

const groupGet db.SQL = `-- people.groupGet
select ` + groupColumns + ` from member_groups g where g.tenant_id = $1 and g.id = $2`

const memberList db.SQL = `-- people.memberList
select m.person_id, m.site_id, coalesce(p.name, s.name) from members m
left join persons p on p.tenant_id = m.tenant_id and p.id = m.person_id
left join sites s on s.tenant_id = m.tenant_id and s.id = m.site_id
where m.tenant_id = $1 and m.group_id = $2 and ($3 or p.home_site_id in_list($4) or s.id in_list($4))
order by 3, m.id limit 1000`

// getGroup reads a group with its members: all, or those at home at some sites and those sites.
func getGroup(ctx context.Context, tx *db.Tx, group id.Group, all bool, sites []id.Site) (Group, error) {
	g, err := db.One(ctx, tx, scanGroup, groupGet, group)
	if err != nil {
		return g, fault.Named(err, "group")
	}
	g.Members, err = db.All(ctx, tx, scanMember, memberList, group, all, sites)
	if g.Members == nil {
		g.Members = []Member{}
	}
	return g, err
}

const groupList db.SQL = `-- people.groupList
select ` + groupColumns + ` from member_groups g
where g.tenant_id = $1 and ($2 = '' or g.kind = $2) and g.name_key like $3 escape '\' and (g.name_key, g.kind) > ($4, $5)
order by g.name_key, g.kind limit $6`

const groupInsert db.SQL = `-- people.groupInsert
insert into member_groups (tenant_id, id, kind, name, name_key, lead_id, active, version, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`

const groupUpdate db.SQL = `-- people.groupUpdate
update member_groups set name = $3, name_key = $4, lead_id = $5, active = $6, version = $7, updated_at = $8
where tenant_id = $1 and id = $2 and version = $9`

const groupDelete db.SQL = `-- people.groupDelete
delete from member_groups where tenant_id = $1 and id = $2 and version = $3`

const memberInsert db.SQL = `-- people.memberInsert
insert into members (tenant_id, id, group_id, person_id, site_id) values ($1, $2, $3, $4, $5)`

const membersDelete db.SQL = `-- people.membersDelete
delete from members where tenant_id = $1 and group_id = $2 and (person_id in_list($3) or site_id in_list($4))`

const membersClear db.SQL = `-- people.membersClear
delete from members where tenant_id = $1 and group_id = $2`

const personIDs db.SQL = `-- people.personIDs
select p.id from persons p where p.tenant_id = $1 and p.id in_list($2)`

const siteIDs db.SQL = `-- people.siteIDs
select s.id from sites s where s.tenant_id = $1 and s.id in_list($2)`

func scanPersonID(r db.Row) (p id.Person, err error) { err = r.Scan(&p); return p, err }
func scanSiteID(r db.Row) (s id.Site, err error)     { err = r.Scan(&s); return s, err }

// checkMembers names every member, and the lead, that does not exist.
func checkMembers(ctx context.Context, tx *db.Tx, in GroupInput) error {
	asked := in.People
	if in.Lead != nil {
		asked = append(slices.Clone(in.People), *in.Lead)
	}
	people, err := db.All(ctx, tx, scanPersonID, personIDs, asked)
	if err != nil {
		return err
	}
	sites, err := db.All(ctx, tx, scanSiteID, siteIDs, in.Sites)
	if err != nil {
		return err
	}
	var c fault.Check
	c.That(in.Lead == nil || slices.Contains(people, *in.Lead), "lead_id", "unknown", "There is no such person.")
	for i, p := range in.People {
		c.That(slices.Contains(people, p), fmt.Sprintf("people[%d]", i), "unknown", "There is no such person.")
	}
	for i, x := range in.Sites {
		c.That(slices.Contains(sites, x), fmt.Sprintf("sites[%d]", i), "unknown", "There is no such site.")
	}
	return c.Err()
}
