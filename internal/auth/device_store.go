package auth

import (
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// liveDevice is a phone as a request with its access token needs it.
type liveDevice struct {
	device        id.Device
	person        id.Person
	name          string
	seen, expires time.Time
	epoch         int64
	mustChange    bool
	asked         bool      // a second factor is asked of somebody in the tenant
	due           time.Time // until when a second factor has to be set up; zero: none is asked, or there is one
}

func scanLiveDevice(r db.Row) (l liveDevice, err error) {
	err = r.Scan(&l.device, &l.person, &l.name, &l.seen, &l.expires, &l.epoch, &l.mustChange, &l.asked)
	return l, err
}

// rotating is a phone as its refresh token needs it.
type rotating struct {
	device          id.Device
	person          id.Person
	name            string
	deviceName      string
	refresh, before *[]byte // nil: there is none
	rotated         *time.Time
	expires         *time.Time
	mustChange      bool
}

func scanRotating(r db.Row) (x rotating, err error) {
	err = r.Scan(&x.device, &x.person, &x.name, &x.deviceName, db.Null(&x.refresh), db.Null(&x.before), db.Null(&x.rotated), db.Null(&x.expires), &x.mustChange)
	return x, err
}

func scanPersonID(r db.Row) (x id.Person, err error) { err = r.Scan(&x); return x, err }

// room is how many phones a person has and may have.
type room struct{ has, most int64 }

func scanRoom(r db.Row) (x room, err error) { err = r.Scan(&x.has, &x.most); return x, err }

func scanDevice(r db.Row) (d Device, err error) {
	err = r.Scan(&d.ID, &d.Person, &d.Name, &d.Source, &d.Created, &d.Seen, db.Null(&d.Expires), &d.Held)
	return d, err
}

const deviceByAccess db.SQL = `-- auth.deviceByAccess
select d.id, d.person_id, p.name, d.seen_at, d.access_until, e.epoch, coalesce(c.must_change, false), exists (select 1 from factor_rules r where r.tenant_id = $1)
from devices d
join persons p on p.tenant_id = d.tenant_id and p.id = d.person_id and p.active
join access_epochs e on e.tenant_id = d.tenant_id
left join credentials c on c.tenant_id = d.tenant_id and c.id = d.person_id
where d.tenant_id = $1 and d.access = $2`

const deviceRotating db.SQL = `-- auth.deviceRotating
select d.id, d.person_id, p.name, d.name, d.refresh, d.refresh_before, d.rotated_at, d.expires_at, coalesce(c.must_change, false)
from devices d
join persons p on p.tenant_id = d.tenant_id and p.id = d.person_id and p.active
left join credentials c on c.tenant_id = d.tenant_id and c.id = d.person_id
where d.tenant_id = $1 and d.hash = $2`

const deviceForced db.SQL = `-- auth.deviceForced
select d.person_id from devices d join sso_rules r on r.tenant_id = d.tenant_id where d.tenant_id = $1 and d.hash = $2`

const deviceRotate db.SQL = `-- auth.deviceRotate
update devices set refresh = $4, refresh_before = $5, rotated_at = $6, access = $7, access_until = $8, expires_at = $9, seen_at = $10
where tenant_id = $1 and id = $2 and refresh = $3`

const deviceColumns = "d.id, d.person_id, d.name, d.source, d.created_at, d.seen_at, d.expires_at, exists (select 1 from device_rules r where r.tenant_id = $1)"

const deviceKnown db.SQL = `-- auth.deviceKnown
select ` + deviceColumns + ` from devices d where d.tenant_id = $1 and d.hash = $2 and d.person_id = $3`

const deviceGet db.SQL = `-- auth.deviceGet
select ` + deviceColumns + ` from devices d where d.tenant_id = $1 and d.id = $2`

const devicesOf db.SQL = `-- auth.devicesOf
select ` + deviceColumns + ` from devices d where d.tenant_id = $1 and d.person_id = $2 order by d.seen_at desc, d.id desc limit 100`

const deviceInsert db.SQL = `-- auth.deviceInsert
insert into devices (tenant_id, id, person_id, name, hash, source, refresh, rotated_at, expires_at, created_at, seen_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $8)`

const deviceStart db.SQL = `-- auth.deviceStart
update devices set name = $3, source = $4, refresh = $5, refresh_before = null, access = null, access_until = null, rotated_at = $6, expires_at = $7, seen_at = $6
where tenant_id = $1 and id = $2`

const deviceStop db.SQL = `-- auth.deviceStop
update devices set refresh = null, refresh_before = null, access = null, access_until = null, rotated_at = null, expires_at = null where tenant_id = $1 and id = $2`

const devicesStop db.SQL = `-- auth.devicesStop
update devices set refresh = null, refresh_before = null, access = null, access_until = null, rotated_at = null, expires_at = null
where tenant_id = $1 and person_id = $2 and (id <> $3 or $3 is null)`

const deviceDelete db.SQL = `-- auth.deviceDelete
delete from devices where tenant_id = $1 and id = $2`

const deviceTouch db.SQL = `-- auth.deviceTouch
update devices set seen_at = $3 where tenant_id = $1 and id = $2`

// devicesTrim keeps the $3 phones that were used last.
const devicesTrim db.SQL = `-- auth.devicesTrim
delete from devices where tenant_id = $1 and person_id = $2 and id not in (
  select d.id from devices d where d.tenant_id = $1 and d.person_id = $2 order by d.seen_at desc, d.id desc limit $3)`

const deviceRuleLock db.SQL = `-- auth.deviceRuleLock
update device_rules set most = most where tenant_id = $1`

const deviceRoom db.SQL = `-- auth.deviceRoom
select (select count(*) from devices d where d.tenant_id = $1 and d.person_id = $2), r.most from device_rules r where r.tenant_id = $1`

const deviceRuleGet db.SQL = `-- auth.deviceRuleGet
select r.most from device_rules r where r.tenant_id = $1 limit 1`

const deviceRuleDelete db.SQL = `-- auth.deviceRuleDelete
delete from device_rules where tenant_id = $1`

const deviceRuleInsert db.SQL = `-- auth.deviceRuleInsert
insert into device_rules (tenant_id, id, most) values ($1, $2, $3)`
