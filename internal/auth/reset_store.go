package auth

import "intelliwiz/internal/db"

func scanLink(r db.Row) (f found, err error) {
	var kind string
	err = r.Scan(&f.person, &kind, &f.address, &f.expires, &f.forced)
	f.invite = kind == first
	return f, err
}

func scanInvitation(r db.Row) (x invitation, err error) {
	err = r.Scan(&x.has, &x.kind, db.Null(&x.asked), db.Null(&x.expires), db.Null(&x.used))
	return x, err
}

const mailedGet db.SQL = `-- auth.mailedGet
select l.id, l.kind, l.address, l.expires_at, exists (select 1 from sso_rules r where r.tenant_id = $1) from password_links l where l.tenant_id = $1 and l.hash = $2 and l.expires_at > $3`

// linkAsk leaves the link from before open until the new one is made: whoever asks in somebody's name takes nothing away from them.
const linkAsk db.SQL = `-- auth.linkAsk
insert into password_links (tenant_id, id, kind, asked_at) values ($1, $2, $3, $4)
on conflict (tenant_id, id) do update set kind = $3, asked_at = $4, used_at = null`

const linkMake db.SQL = `-- auth.linkMake
update password_links set hash = $3, address = $4, expires_at = $5 where tenant_id = $1 and id = $2`

// mailedUse opens a link once, whoever comes at the same moment.
const mailedUse db.SQL = `-- auth.mailedUse
update password_links set hash = null, used_at = $3 where tenant_id = $1 and hash = $2 and expires_at > $3`

const linkVoid db.SQL = `-- auth.linkVoid
update password_links set hash = null where tenant_id = $1 and id = $2 and hash is not null`

const invitationGet db.SQL = `-- auth.invitationGet
select case when c.id is null then false else true end, coalesce(l.kind, ''), l.asked_at, l.expires_at, l.used_at
from persons p
left join password_links l on l.tenant_id = p.tenant_id and l.id = p.id
left join credentials c on c.tenant_id = p.tenant_id and c.id = p.id
where p.tenant_id = $1 and p.id = $2`
