package org

import (
	"intelliwiz/internal/db"
)

const grantColumns = `g.id, g.person_id, g.role_id, g.unit_id, g.site_id, g.created_at, p.name, r.name, coalesce(u.name, s.name, '')`

const grantFrom = ` from grants g
join persons p on p.tenant_id = g.tenant_id and p.id = g.person_id
join roles r on r.tenant_id = g.tenant_id and r.id = g.role_id
left join units u on u.tenant_id = g.tenant_id and u.id = g.unit_id
left join sites s on s.tenant_id = g.tenant_id and s.id = g.site_id `

func scanGrant(r db.Row) (g Grant, err error) {
	err = r.Scan(&g.ID, &g.Person, &g.Role, db.Null(&g.Unit), db.Null(&g.Site), &g.Created, &g.PersonName, &g.RoleName, &g.PlaceName)
	return g, err
}

const grantGet db.SQL = `-- org.grantGet
select ` + grantColumns + grantFrom + `where g.tenant_id = $1 and g.id = $2 and ($3 or p.home_site_id in_list($4))`

const grantList db.SQL = `-- org.grantList
select ` + grantColumns + grantFrom + `
where g.tenant_id = $1 and ($2 or p.home_site_id in_list($3)) and ($4 or g.person_id = $5) and ($6 or g.role_id = $7) and (g.id > $8 or $8 is null)
order by g.id limit $9`

const grantInsert db.SQL = `-- org.grantInsert
insert into grants (tenant_id, id, person_id, role_id, unit_id, site_id, created_at) values ($1, $2, $3, $4, $5, $6, $7)`

const grantsGet db.SQL = `-- org.grantsGet
select ` + grantColumns + grantFrom + `where g.tenant_id = $1 and g.id in_list($2) order by g.id`

const grantsDelete db.SQL = `-- org.grantsDelete
delete from grants where tenant_id = $1 and id in_list($2)`

const administrators db.SQL = `-- org.administrators
select count(*) from grants g
join roles r on r.tenant_id = g.tenant_id and r.id = g.role_id
join persons p on p.tenant_id = g.tenant_id and p.id = g.person_id
where g.tenant_id = $1 and g.unit_id is null and g.site_id is null and r.builtin and r.code = 'ADMINISTRATOR' and p.active`

const personInReach db.SQL = `-- org.personInReach
select 1 from persons p where p.tenant_id = $1 and p.id = $2 and ($3 or p.home_site_id in_list($4))`

const unitGetID db.SQL = `-- org.unitGetID
select 1 from units u where u.tenant_id = $1 and u.id = $2`

const siteGetID db.SQL = `-- org.siteGetID
select 1 from sites s where s.tenant_id = $1 and s.id = $2`
