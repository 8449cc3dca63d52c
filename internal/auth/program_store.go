package auth

import (
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// liveProgram is a service as a request needs it.
type liveProgram struct {
	program id.Program
	name    string
	role    id.Role
	site    *id.Site
	nets    string
	expires time.Time
	used    *time.Time
	reach   map[actor.Permission]actor.Reach
}

func scanLiveProgram(r db.Row) (p liveProgram, err error) {
	err = r.Scan(&p.program, &p.name, &p.role, db.Null(&p.site), &p.nets, &p.expires, db.Null(&p.used))
	return p, err
}

func scanProgram(r db.Row) (p Program, err error) {
	var nets string
	err = r.Scan(&p.ID, &p.Name, &p.Role, db.Null(&p.Site), &p.Hint, &nets, &p.Created, &p.Expires, db.Null(&p.Used), &p.RoleName, &p.SiteName)
	p.Nets = strings.Fields(nets)
	return p, err
}

// programTaken places what the database says about a service that was to be added.
//
//nolint:gochecknoglobals // a table that nothing writes to: the language has no constant of this kind
var programTaken = map[string]fault.Field{
	"services_name": {Path: "name", Code: "taken", Message: "There is a service of this name already."},
}

const programByHash db.SQL = `-- auth.programByHash
select s.id, s.name, s.role_id, s.site_id, s.networks, s.expires_at, s.used_at from services s where s.tenant_id = $1 and s.hash = $2`

const programColumns = `
select s.id, s.name, s.role_id, s.site_id, s.hint, s.networks, s.created_at, s.expires_at, s.used_at, r.name, coalesce(x.name, '')
from services s join roles r on r.tenant_id = s.tenant_id and r.id = s.role_id left join sites x on x.tenant_id = s.tenant_id and x.id = s.site_id`

const programList db.SQL = `-- auth.programList` + programColumns + `
where s.tenant_id = $1 order by s.name_key, s.id limit 200`

const programGet db.SQL = `-- auth.programGet` + programColumns + `
where s.tenant_id = $1 and s.id = $2`

const programCount db.SQL = `-- auth.programCount
select count(*) from services s where s.tenant_id = $1`

const programInsert db.SQL = `-- auth.programInsert
insert into services (tenant_id, id, name, name_key, role_id, site_id, hint, hash, networks, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

const programDelete db.SQL = `-- auth.programDelete
delete from services where tenant_id = $1 and id = $2`

const programTouch db.SQL = `-- auth.programTouch
update services set used_at = $3 where tenant_id = $1 and id = $2`
