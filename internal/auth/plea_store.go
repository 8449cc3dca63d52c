package auth

import "intelliwiz/internal/db"

func scanPlea(r db.Row) (p Plea, err error) {
	err = r.Scan(&p.ID, &p.Person, &p.Asked, &p.Ends, &p.Waits, db.Null(&p.Agreed), &p.Helper)
	return p, err
}

// waiting is a plea that warns, and how often it has.
type waiting struct {
	Plea
	mails int64
}

func scanWaiting(r db.Row) (w waiting, err error) {
	err = r.Scan(&w.ID, &w.Person, &w.Asked, &w.Ends, &w.Waits, db.Null(&w.Agreed), &w.Helper, &w.mails)
	return w, err
}

const pleaColumns = "x.id, x.person_id, x.asked_at, x.ends_at, x.waits, x.agreed_by, coalesce(h.name, '')"

const pleaFrom = ` from factor_pleas x left join persons h on h.tenant_id = x.tenant_id and h.id = x.agreed_by where x.tenant_id = $1`

const pleaOf db.SQL = `-- auth.pleaOf
select ` + pleaColumns + pleaFrom + ` and x.person_id = $2`

const pleaGet db.SQL = `-- auth.pleaGet
select ` + pleaColumns + pleaFrom + ` and x.id = $2`

// pleasWaiting has no end of its own: a person has one plea, and a warning is due of few.
const pleasWaiting db.SQL = `-- auth.pleasWaiting
select ` + pleaColumns + `, x.mails` + pleaFrom + ` and x.waits order by x.id limit 10000`

// pleaAsk begins a plea, or makes that of an administrator, at the end of which nothing happens, one that waits.
const pleaAsk db.SQL = `-- auth.pleaAsk
insert into factor_pleas (tenant_id, id, person_id, asked_at, ends_at, waits, mails) values ($1, $2, $3, $4, $5, $6, 1)
on conflict (tenant_id, person_id) do update set asked_at = excluded.asked_at, ends_at = excluded.ends_at, waits = excluded.waits, mails = 1
where not factor_pleas.waits and excluded.waits`

// pleaAgree notes the first administrator who agrees.
const pleaAgree db.SQL = `-- auth.pleaAgree
insert into factor_pleas (tenant_id, id, person_id, asked_at, ends_at, waits, agreed_by, mails) values ($1, $2, $3, $4, $5, false, $6, 0)
on conflict (tenant_id, person_id) do update set agreed_by = excluded.agreed_by where factor_pleas.agreed_by is null`

// pleaGrant takes up a plea that another agreed to who still may come in.
const pleaGrant db.SQL = `-- auth.pleaGrant
delete from factor_pleas where tenant_id = $1 and person_id = $2 and agreed_by <> $3
and exists (select 1 from persons p where p.tenant_id = $1 and p.id = factor_pleas.agreed_by and p.active)`

const pleaWarned db.SQL = `-- auth.pleaWarned
update factor_pleas set mails = $3 where tenant_id = $1 and id = $2 and mails < $3`

const pleaOver db.SQL = `-- auth.pleaOver
delete from factor_pleas where tenant_id = $1 and id = $2 and waits and ends_at <= $3`

const pleaDrop db.SQL = `-- auth.pleaDrop
delete from factor_pleas where tenant_id = $1 and person_id = $2`

// pleaLapse forgets a person's plea that came to nothing; pleasLapse everybody's.
const pleaLapse db.SQL = `-- auth.pleaLapse
delete from factor_pleas where tenant_id = $1 and person_id = $2 and not waits and ends_at <= $3`

const pleasLapse db.SQL = `-- auth.pleasLapse
delete from factor_pleas where tenant_id = $1 and not waits and ends_at <= $2`
