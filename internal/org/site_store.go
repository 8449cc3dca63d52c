package org

import (
	"context"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

const siteColumns = `s.id, s.unit_id, s.type_id, m.person_id, s.code, s.name, s.zone, s.latitude, s.longitude, s.radius, s.address, s.active, s.version`

const siteFrom = ` from sites s left join site_managers m on m.tenant_id = s.tenant_id and m.id = s.id `

func scanSite(r db.Row) (s Site, err error) {
	var lat, lng *float64
	err = r.Scan(&s.ID, db.Null(&s.Unit), db.Null(&s.Type), db.Null(&s.Manager), &s.Code, &s.Name, &s.Zone,
		db.Null(&lat), db.Null(&lng), &s.Radius, &s.Address, &s.Active, &s.Version)
	if lat != nil && lng != nil {
		s.Point = &Point{*lat, *lng}
	}
	return s, err
}

func scanCount(r db.Row) (n int64, err error) { err = r.Scan(&n); return n, err }

const siteGet db.SQL = `-- org.siteGet
select ` + siteColumns + siteFrom + `where s.tenant_id = $1 and s.id = $2`

func getSite(ctx context.Context, tx *db.Tx, site id.Site) (Site, error) {
	s, err := db.One(ctx, tx, scanSite, siteGet, site)
	return s, fault.Named(err, "site")
}

const siteList db.SQL = `-- org.siteList
select ` + siteColumns + siteFrom + `
where s.tenant_id = $1 and ($2 or s.id in_list($3)) and ($4 or s.unit_id = $5)
  and ($6 = '' or s.search_key like $7 escape '\') and ($8 or s.active) and s.code > $9
order by s.code limit $10`

const siteInsert db.SQL = `-- org.siteInsert
insert into sites (tenant_id, id, unit_id, type_id, code, name, search_key, zone, latitude, longitude, radius, address, active, version, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)`

const siteUpdate db.SQL = `-- org.siteUpdate
update sites set unit_id = $3, type_id = $4, code = $5, name = $6, search_key = $7, zone = $8, latitude = $9, longitude = $10,
  radius = $11, address = $12, active = $13, version = $14, updated_at = $15
where tenant_id = $1 and id = $2`

const siteDelete db.SQL = `-- org.siteDelete
delete from sites where tenant_id = $1 and id = $2`

const managerClear db.SQL = `-- org.managerClear
delete from site_managers where tenant_id = $1 and id = $2`

const managerSet db.SQL = `-- org.managerSet
insert into site_managers (tenant_id, id, person_id) values ($1, $2, $3)`

const personExists db.SQL = `-- org.personExists
select 1 from persons p where p.tenant_id = $1 and p.id = $2`
