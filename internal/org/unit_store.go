package org

import (
	"context"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

const unitColumns = "u.id, u.parent_id, u.kind_id, u.code, u.name, u.active, u.version"

func scanUnit(r db.Row) (u Unit, err error) {
	err = r.Scan(&u.ID, db.Null(&u.Parent), db.Null(&u.Kind), &u.Code, &u.Name, &u.Active, &u.Version)
	return u, err
}

func scanUnitID(r db.Row) (u id.Unit, err error) { err = r.Scan(&u); return u, err }

const unitGet db.SQL = `-- org.unitGet
select ` + unitColumns + ` from units u where u.tenant_id = $1 and u.id = $2`

func getUnit(ctx context.Context, tx *db.Tx, unit id.Unit) (Unit, error) {
	u, err := db.One(ctx, tx, scanUnit, unitGet, unit)
	return u, fault.Named(err, "unit")
}

const unitList db.SQL = `-- org.unitList
select ` + unitColumns + ` from units u
where u.tenant_id = $1 and ($2 or u.id in_list($3)) and ($4 or u.parent_id = $5)
  and ($6 = '' or u.search_key like $7 escape '\') and u.code > $8
order by u.code limit $9`

const unitAncestors db.SQL = `-- org.unitAncestors
with recursive above (id, parent_id, depth) as (
  select u.id, u.parent_id, 1 from units u where u.tenant_id = $1 and u.id = $2
  union all
  select u.id, u.parent_id, a.depth + 1 from units u join above a on u.tenant_id = $1 and u.id = a.parent_id where a.depth < 50
) select id from above`

// unitHeight is how many stand above one another from a unit down, itself with them; 1 for one that is not there yet.
const unitHeight db.SQL = `-- org.unitHeight
with recursive below (id, depth) as (
  select u.id, 1 from units u where u.tenant_id = $1 and u.id = $2
  union all
  select u.id, b.depth + 1 from units u join below b on u.tenant_id = $1 and u.parent_id = b.id where b.depth < 50
) select coalesce(max(depth), 1) from below`

const unitInsert db.SQL = `-- org.unitInsert
insert into units (tenant_id, id, parent_id, kind_id, code, name, search_key, active, version, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)`

const unitUpdate db.SQL = `-- org.unitUpdate
update units set parent_id = $3, kind_id = $4, code = $5, name = $6, search_key = $7, active = $8, version = $9, updated_at = $10
where tenant_id = $1 and id = $2`

const unitDelete db.SQL = `-- org.unitDelete
delete from units where tenant_id = $1 and id = $2`
