package org

import (
	"context"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

const lookupColumns = "l.id, l.list, l.code, l.name, l.active, l.version"

func scanLookup(r db.Row) (l Lookup, err error) {
	err = r.Scan(&l.ID, &l.List, &l.Code, &l.Name, &l.Active, &l.Version)
	return l, err
}

const lookupGet db.SQL = `-- org.lookupGet
select ` + lookupColumns + ` from lookups l where l.tenant_id = $1 and l.id = $2`

func getLookup(ctx context.Context, tx *db.Tx, lookup id.Lookup) (Lookup, error) {
	l, err := db.One(ctx, tx, scanLookup, lookupGet, lookup)
	return l, fault.Named(err, "lookup")
}

const lookupList db.SQL = `-- org.lookupList
select ` + lookupColumns + ` from lookups l
where l.tenant_id = $1 and ($2 = '' or l.list = $2) and (l.list, l.code) > ($3, $4)
order by l.list, l.code limit $5`

const lookupInsert db.SQL = `-- org.lookupInsert
insert into lookups (tenant_id, id, list, code, name, active, version, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`

const lookupUpdate db.SQL = `-- org.lookupUpdate
update lookups set code = $3, name = $4, active = $5, version = $6, updated_at = $7
where tenant_id = $1 and id = $2 and version = $8`

const lookupDelete db.SQL = `-- org.lookupDelete
delete from lookups where tenant_id = $1 and id = $2 and version = $3`
