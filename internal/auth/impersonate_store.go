package auth

import "intelliwiz/internal/db"

func scanImpersonation(r db.Row) (x Impersonation, err error) {
	err = r.Scan(&x.ID, &x.Session, &x.By, &x.ByName, &x.Person, &x.PersonName, &x.Reason, &x.Started, &x.Ends, db.Null(&x.Ended))
	return x, err
}

const impersonations = `
select i.id, i.session_id, i.by_id, b.name, i.person_id, p.name, i.reason, i.started_at, i.ends_at, i.ended_at
from impersonations i
join persons b on b.tenant_id = i.tenant_id and b.id = i.by_id
join persons p on p.tenant_id = i.tenant_id and p.id = i.person_id
where i.tenant_id = $1 and `

const impersonationRunning db.SQL = `-- auth.impersonationRunning` + impersonations + `i.session_id = $2 and i.ended_at is null and i.ends_at > $3 and i.person_id = $4`

const impersonationOwn db.SQL = `-- auth.impersonationOwn` + impersonations + `i.id = $2 and i.ended_at is null and i.ends_at > $3 and i.person_id = $4`

const impersonationList db.SQL = `-- auth.impersonationList` + impersonations + `i.person_id = $2 order by i.id desc limit 100`

const impersonationInsert db.SQL = `-- auth.impersonationInsert
insert into impersonations (tenant_id, id, session_id, by_id, person_id, reason, started_at, ends_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`

const impersonationEnd db.SQL = `-- auth.impersonationEnd
update impersonations set ended_at = $3 where tenant_id = $1 and id = $2`

const sessionRenew db.SQL = `-- auth.sessionRenew
update sessions set hash = $3, seen_at = $4 where tenant_id = $1 and id = $2`
