package auth

import (
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// app is an authenticator app with its seed.
type app struct {
	id          id.Factor
	name        string
	sealed      []byte
	seed        []byte // opened
	last        int64  // the step whose code was taken last
	missed      int64
	missedSince time.Time
	created     time.Time
}

func scanApp(r db.Row) (a app, err error) {
	err = r.Scan(&a.id, &a.name, &a.sealed, &a.last, &a.missed, &a.missedSince, &a.created)
	return a, err
}

func scanFactor(r db.Row) (f Factor, err error) {
	err = r.Scan(&f.ID, &f.Kind, &f.Name, &f.Created, db.Null(&f.Used))
	return f, err
}

// recovery is a recovery code as it is stored.
type recovery struct {
	id   id.RecoveryCode
	hash string
}

func scanRecovery(r db.Row) (c recovery, err error) { err = r.Scan(&c.id, &c.hash); return c, err }

// step is a sign-in that waits for its second step.
type step struct {
	person     id.Person
	name       string
	active     bool
	mustChange bool
	tries      int64
	provider   *id.Provider // that proved them; nil: the password
}

func scanStep(r db.Row) (s step, err error) {
	err = r.Scan(&s.person, &s.name, &s.active, &s.mustChange, &s.tries, db.Null(&s.provider))
	return s, err
}

const factorColumns = "f.id, f.kind, f.name, f.confirmed_at, f.used_at"

const factorList db.SQL = `-- auth.factorList
select ` + factorColumns + ` from factors f where f.tenant_id = $1 and f.person_id = $2 and f.confirmed_at is not null order by f.id limit 100`

const factorGet db.SQL = `-- auth.factorGet
select ` + factorColumns + ` from factors f where f.tenant_id = $1 and f.id = $2 and f.person_id = $3 and f.confirmed_at is not null`

const factorCount db.SQL = `-- auth.factorCount
select count(*) from factors f where f.tenant_id = $1 and f.person_id = $2 and f.confirmed_at is not null`

const factorInsert db.SQL = `-- auth.factorInsert
insert into factors (tenant_id, id, person_id, kind, name, seed, last_step, missed, missed_since, created_at) values ($1, $2, $3, $4, $5, $6, 0, 0, $7, $7)`

const factorConfirm db.SQL = `-- auth.factorConfirm
update factors set confirmed_at = $5, last_step = $4 where tenant_id = $1 and id = $2 and person_id = $3 and confirmed_at is null`

const factorUse db.SQL = `-- auth.factorUse
update factors set last_step = $4, used_at = $5, missed = 0 where tenant_id = $1 and id = $2 and person_id = $3 and last_step < $4`

// factorMissed counts from anew when the count is older than $3.
const factorMissed db.SQL = `-- auth.factorMissed
update factors set missed = case when missed_since <= $3 then 1 else missed + 1 end, missed_since = case when missed_since <= $3 then $4 else missed_since end
where tenant_id = $1 and id = $2`

const factorReseal db.SQL = `-- auth.factorReseal
update factors set seed = $3 where tenant_id = $1 and id = $2`

const factorDelete db.SQL = `-- auth.factorDelete
delete from factors where tenant_id = $1 and id = $2 and person_id = $3 and confirmed_at is not null`

const factorsDelete db.SQL = `-- auth.factorsDelete
delete from factors where tenant_id = $1 and person_id = $2`

const appColumns = "f.id, f.name, f.seed, f.last_step, f.missed, f.missed_since, f.created_at"

const appOf db.SQL = `-- auth.appOf
select ` + appColumns + ` from factors f where f.tenant_id = $1 and f.person_id = $2 and f.kind = 'app' and f.confirmed_at is not null`

const appPending db.SQL = `-- auth.appPending
select ` + appColumns + ` from factors f
where f.tenant_id = $1 and f.person_id = $2 and f.kind = 'app' and f.confirmed_at is null and f.created_at > $3 order by f.id desc limit 1`

const factorsSealed db.SQL = `-- auth.factorsSealed
select ` + appColumns + ` from factors f where f.tenant_id = $1 order by f.id limit 100000`

const appForget db.SQL = `-- auth.appForget
delete from factors where tenant_id = $1 and person_id = $2 and id <> $3 and kind = 'app' and confirmed_at is not null`

const appsAbandon db.SQL = `-- auth.appsAbandon
delete from factors where tenant_id = $1 and person_id = $2 and confirmed_at is null`

const appsSweep db.SQL = `-- auth.appsSweep
delete from factors where tenant_id = $1 and confirmed_at is null and created_at <= $2`

const codesLeft db.SQL = `-- auth.codesLeft
select count(*) from recovery_codes c where c.tenant_id = $1 and c.person_id = $2 and c.used_at is null`

const codesOpen db.SQL = `-- auth.codesOpen
select c.id, c.hash from recovery_codes c where c.tenant_id = $1 and c.person_id = $2 and c.used_at is null order by c.id limit 100`

const codesDelete db.SQL = `-- auth.codesDelete
delete from recovery_codes where tenant_id = $1 and person_id = $2`

// codesStrand forgets the codes of who has no factor left.
const codesStrand db.SQL = `-- auth.codesStrand
delete from recovery_codes where tenant_id = $1 and person_id = $2
and not exists (select 1 from factors f where f.tenant_id = $1 and f.person_id = $2 and f.confirmed_at is not null)`

const codeInsert db.SQL = `-- auth.codeInsert
insert into recovery_codes (tenant_id, id, person_id, hash) values ($1, $2, $3, $4)`

const codeUse db.SQL = `-- auth.codeUse
update recovery_codes set used_at = $4 where tenant_id = $1 and id = $2 and person_id = $3 and used_at is null`

const credentialLock db.SQL = `-- auth.credentialLock
update credentials set hash = hash where tenant_id = $1 and id = $2`

const stepInsert db.SQL = `-- auth.stepInsert
insert into second_steps (tenant_id, id, person_id, hash, must_change, tries, expires_at, sso) values ($1, $2, $3, $4, $5, 0, $6, $7)`

const stepGet db.SQL = `-- auth.stepGet
select x.person_id, p.name, p.active, x.must_change, x.tries, x.sso from second_steps x
join persons p on p.tenant_id = x.tenant_id and p.id = x.person_id
where x.tenant_id = $1 and x.hash = $2 and x.expires_at > $3`

const stepTry db.SQL = `-- auth.stepTry
update second_steps set tries = tries + 1 where tenant_id = $1 and hash = $2 and expires_at > $3 and tries < $4`

const stepDone db.SQL = `-- auth.stepDone
delete from second_steps where tenant_id = $1 and hash = $2 and expires_at > $3`

const stepsEnd db.SQL = `-- auth.stepsEnd
delete from second_steps where tenant_id = $1 and person_id = $2`

const stepsSweep db.SQL = `-- auth.stepsSweep
delete from second_steps where tenant_id = $1 and expires_at <= $2`
