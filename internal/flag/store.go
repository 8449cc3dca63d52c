package flag

import "intelliwiz/internal/db"

func scanRule(r db.Row) (x Rule, err error) {
	err = r.Scan(&x.ID, &x.Flag, &x.Scope, db.Null(&x.Tenant), db.Null(&x.Person), &x.Value, &x.Percent, &x.Sticks, &x.Reason, &x.Who, &x.At)
	return x, err
}

// epochGet says whether anything changed since it was read.
const epochGet db.SQL = `-- flag.epochGet
select f.value from sys_facts f where f.name = 'flag.epoch'`

const epochSet db.SQL = `-- flag.epochSet
insert into sys_facts (name, value) values ('flag.epoch', $1) on conflict (name) do update set value = excluded.value`

const rulesAll db.SQL = `-- flag.rulesAll
select f.id, f.flag, f.scope, f.tenant_id, f.person_id, f.value, f.percent, f.sticks_to, f.reason, f.who, f.changed_at from sys_flags f order by f.flag, f.scope, f.id limit 100000`

const ruleInsert db.SQL = `-- flag.ruleInsert
insert into sys_flags (id, flag, scope, tenant_id, person_id, value, percent, sticks_to, reason, who, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

const ruleDelete db.SQL = `-- flag.ruleDelete
delete from sys_flags where flag = $1 and scope = $2 and (tenant_id = $3 or $3 is null and tenant_id is null) and (person_id = $4 or $4 is null and person_id is null)`
