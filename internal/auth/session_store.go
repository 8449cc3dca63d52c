package auth

import (
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// live is a session as a request needs it.
type live struct {
	session       id.Session
	person        id.Person
	name          string
	seen, expires time.Time
	proven        time.Time
	epoch         int64
	mustChange    bool
	asked         bool       // a second factor is asked of somebody in the tenant
	as            *id.Person // as whom the person acts; nil: as themselves
	asName        string
	until         *time.Time // the end of that
	strong        bool       // the provider that proved the person asked for a second step
	due           time.Time  // until when a second factor has to be set up; zero: none is asked, or there is one
}

func scanLive(r db.Row) (l live, err error) {
	err = r.Scan(&l.session, &l.person, &l.name, &l.seen, &l.expires, &l.proven, &l.epoch, &l.mustChange, &l.asked, db.Null(&l.as), &l.asName, db.Null(&l.until), &l.strong)
	return l, err
}

func scanSession(r db.Row) (s Session, err error) {
	err = r.Scan(&s.ID, &s.Person, &s.Source, &s.Agent, &s.Created, &s.Seen, &s.Expires, db.Null(&s.Provider), &s.ProviderName)
	return s, err
}

func scanSessionID(r db.Row) (x id.Session, err error) { err = r.Scan(&x); return x, err }

const sessionsLive db.SQL = `-- auth.sessionsLive
select s.id from sessions s join persons p on p.tenant_id = s.tenant_id and p.id = s.person_id and p.active
where s.tenant_id = $1 and s.id in_list($2) and s.expires_at > $3 and s.seen_at > $4 limit 10000`

const sessionByHash db.SQL = `-- auth.sessionByHash
select s.id, s.person_id, p.name, s.seen_at, s.expires_at, coalesce(s.proven_at, s.created_at), e.epoch, coalesce(c.must_change, false) and s.sso is null,
  exists (select 1 from factor_rules r where r.tenant_id = $1), q.id, coalesce(q.name, ''), i.ends_at, s.strong
from sessions s
join persons p on p.tenant_id = s.tenant_id and p.id = s.person_id and p.active
join access_epochs e on e.tenant_id = s.tenant_id
left join credentials c on c.tenant_id = s.tenant_id and c.id = s.person_id
left join impersonations i on i.tenant_id = s.tenant_id and i.session_id = s.id and i.ended_at is null and i.ends_at > $3
left join persons q on q.tenant_id = i.tenant_id and q.id = i.person_id and q.active
where s.tenant_id = $1 and s.hash = $2`

const sessionTouch db.SQL = `-- auth.sessionTouch
update sessions set seen_at = $3 where tenant_id = $1 and id = $2`

const sessionColumns = `s.id, s.person_id, s.source, s.agent, s.created_at, s.seen_at, s.expires_at, s.sso,
  coalesce((select p.name from sso_providers p where p.tenant_id = s.tenant_id and p.id = s.sso), '')`

const sessionsOf db.SQL = `-- auth.sessionsOf
select ` + sessionColumns + ` from sessions s
where s.tenant_id = $1 and s.person_id = $2 and s.expires_at > $3 and s.seen_at > $4 order by s.seen_at desc, s.id desc limit 100`

const sessionGet db.SQL = `-- auth.sessionGet
select ` + sessionColumns + ` from sessions s where s.tenant_id = $1 and s.id = $2`

const sessionInsert db.SQL = `-- auth.sessionInsert
insert into sessions (tenant_id, id, person_id, hash, source, agent, created_at, seen_at, expires_at, sso, strong, proven_at) values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11)`

const sessionEnd db.SQL = `-- auth.sessionEnd
delete from sessions where tenant_id = $1 and id = $2`

const sessionsEnd db.SQL = `-- auth.sessionsEnd
delete from sessions where tenant_id = $1 and person_id = $2 and (id <> $3 or $3 is null)`

const sessionsEndAll db.SQL = `-- auth.sessionsEndAll
delete from sessions where tenant_id = $1`

const stepsEndAll db.SQL = `-- auth.stepsEndAll
delete from second_steps where tenant_id = $1`

const devicesStopAll db.SQL = `-- auth.devicesStopAll
update devices set refresh = null, refresh_before = null, access = null, access_until = null, rotated_at = null, expires_at = null where tenant_id = $1`

// sessionsTrim keeps the $3 sessions that were used last, and none that is over.
const sessionsTrim db.SQL = `-- auth.sessionsTrim
delete from sessions where tenant_id = $1 and person_id = $2 and (expires_at <= $4 or id not in (
  select s.id from sessions s where s.tenant_id = $1 and s.person_id = $2 order by s.seen_at desc, s.id desc limit $3))`

const sessionsSweep db.SQL = `-- auth.sessionsSweep
delete from sessions where tenant_id = $1 and (expires_at <= $2 or seen_at <= $3)`

const tokensSweep db.SQL = `-- auth.tokensSweep
delete from api_tokens where tenant_id = $1 and expires_at <= $2`
