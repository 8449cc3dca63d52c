package hold

import "intelliwiz/internal/db"

func scanHold(r db.Row) (h Hold, err error) {
	err = r.Scan(&h.ID, &h.Kind, &h.Source, db.Null(&h.Tenant), db.Null(&h.Person), &h.Reason, &h.Who, &h.Since)
	return h, err
}

// epochGet says whether anything changed since it was read.
const epochGet db.SQL = `-- hold.epochGet
select f.value from sys_facts f where f.name = 'hold.epoch'`

const epochSet db.SQL = `-- hold.epochSet
insert into sys_facts (name, value) values ('hold.epoch', $1) on conflict (name) do update set value = excluded.value`

const holdsAll db.SQL = `-- hold.holdsAll
select h.id, h.kind, h.source, h.tenant_id, h.person_id, h.reason, h.who, h.since from sys_holds h order by h.since, h.id limit 100000`

const holdInsert db.SQL = `-- hold.holdInsert
insert into sys_holds (id, kind, source, tenant_id, person_id, reason, who, since) values ($1, $2, $3, $4, $5, $6, $7, $8)`

const holdDelete db.SQL = `-- hold.holdDelete
delete from sys_holds where kind = $1 and source = $2 and (tenant_id = $3 or $3 is null and tenant_id is null) and (person_id = $4 or $4 is null and person_id is null)`
