package auth

import (
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// liveToken is a token as a request needs it.
type liveToken struct {
	token      id.Token
	person     id.Person
	name       string
	scopes     string
	nets       string
	expires    time.Time
	used       *time.Time
	epoch      int64
	mustChange bool
}

func scanLiveToken(r db.Row) (t liveToken, err error) {
	err = r.Scan(&t.token, &t.person, &t.name, &t.scopes, &t.nets, &t.expires, db.Null(&t.used), &t.epoch, &t.mustChange)
	return t, err
}

func scanToken(r db.Row) (t Token, err error) {
	var scopes, nets string
	err = r.Scan(&t.ID, &t.Name, &t.Hint, &scopes, &nets, &t.Created, &t.Expires, db.Null(&t.Used))
	t.Scopes, t.Nets = []actor.Permission{}, strings.Fields(nets)
	for _, x := range strings.Fields(scopes) {
		t.Scopes = append(t.Scopes, actor.Permission(x))
	}
	return t, err
}

const tokenByHash db.SQL = `-- auth.tokenByHash
select t.id, t.person_id, p.name, t.scopes, t.networks, t.expires_at, t.used_at, e.epoch, coalesce(c.must_change, false)
from api_tokens t
join persons p on p.tenant_id = t.tenant_id and p.id = t.person_id and p.active
join access_epochs e on e.tenant_id = t.tenant_id
left join credentials c on c.tenant_id = t.tenant_id and c.id = t.person_id
where t.tenant_id = $1 and t.hash = $2`

const tokenTouch db.SQL = `-- auth.tokenTouch
update api_tokens set used_at = $3 where tenant_id = $1 and id = $2`

const tokenColumns = "t.id, t.name, t.hint, t.scopes, t.networks, t.created_at, t.expires_at, t.used_at"

const tokenGet db.SQL = `-- auth.tokenGet
select ` + tokenColumns + ` from api_tokens t where t.tenant_id = $1 and t.id = $2 and t.person_id = $3`

const tokensOf db.SQL = `-- auth.tokensOf
select ` + tokenColumns + ` from api_tokens t
where t.tenant_id = $1 and t.person_id = $2 order by t.id desc limit 100`

// held is what counts against a new token of a person.
type held struct {
	tokens     int64
	mustChange bool
}

func scanHeld(r db.Row) (h held, err error) { err = r.Scan(&h.tokens, &h.mustChange); return h, err }

const holding db.SQL = `-- auth.holding
select count(*), exists (select 1 from credentials c where c.tenant_id = $1 and c.id = $2 and c.must_change)
from api_tokens t where t.tenant_id = $1 and t.person_id = $2`

const tokenInsert db.SQL = `-- auth.tokenInsert
insert into api_tokens (tenant_id, id, person_id, name, hint, hash, scopes, networks, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

const tokenDelete db.SQL = `-- auth.tokenDelete
delete from api_tokens where tenant_id = $1 and id = $2 and person_id = $3`
