package push

import (
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

const columns = "s.id, s.agent, s.hash, s.created_at, s.used_at, s.failures"

func (x *Subscription) fields() []any {
	return []any{&x.ID, &x.Agent, &x.Hash, &x.Created, db.Null(&x.Used), &x.Failures}
}

func scan(r db.Row) (x Subscription, err error) {
	err = r.Scan(x.fields()...)
	return x, err
}

// owned is a subscription with whose it is and what is sealed of it.
type owned struct {
	Subscription
	person id.Person
	sealed []byte
}

func scanOwned(r db.Row) (o owned, err error) {
	err = r.Scan(append(o.fields(), &o.person, &o.sealed)...)
	return o, err
}

// reached is a browser and whose it is.
type reached struct {
	id     id.Subscription
	person id.Person
}

func scanReached(r db.Row) (x reached, err error)    { err = r.Scan(&x.id, &x.person); return x, err }
func scanCount(r db.Row) (n int64, err error)        { err = r.Scan(&n); return n, err }
func scanID(r db.Row) (x id.Subscription, err error) { err = r.Scan(&x); return x, err }

const pairGet db.SQL = `-- push.pairGet
select k.public, k.private from sys_push_keys k where k.name = 'vapid'`

const pairPut db.SQL = `-- push.pairPut
insert into sys_push_keys (name, public, private, made_at) values ('vapid', $1, $2, $3)
on conflict (name) do update set public = excluded.public, private = excluded.private, made_at = excluded.made_at where sys_push_keys.public = $4`

const pairReseal db.SQL = `-- push.pairReseal
update sys_push_keys set private = $2 where name = 'vapid' and public = $1`

const subscriptionsOf db.SQL = `-- push.subscriptionsOf
select ` + columns + ` from push_subscriptions s where s.tenant_id = $1 and s.person_id = $2 order by s.id desc limit 100`

const subscriptionGet db.SQL = `-- push.subscriptionGet
select ` + columns + `, s.person_id, s.sealed from push_subscriptions s
join persons p on p.tenant_id = s.tenant_id and p.id = s.person_id and p.active
where s.tenant_id = $1 and s.id = $2`

const subscriptionsReach db.SQL = `-- push.subscriptionsReach
select s.id, s.person_id from push_subscriptions s where s.tenant_id = $1 and s.person_id in_list($2) order by s.id limit 10000`

// subscriptionsOthers counts the browsers of a person but the one with a hash.
const subscriptionsOthers db.SQL = `-- push.subscriptionsOthers
select count(*) from push_subscriptions s where s.tenant_id = $1 and s.person_id = $2 and s.hash <> $3`

const subscriptionInsert db.SQL = `-- push.subscriptionInsert
insert into push_subscriptions (tenant_id, id, person_id, session_id, hash, sealed, agent, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`

// subscriptionReplace makes room for a browser that is turned on again, perhaps by somebody else.
const subscriptionReplace db.SQL = `-- push.subscriptionReplace
delete from push_subscriptions where tenant_id = $1 and hash = $2`

const subscriptionDelete db.SQL = `-- push.subscriptionDelete
delete from push_subscriptions where tenant_id = $1 and id = $2`

const subscriptionTaken db.SQL = `-- push.subscriptionTaken
update push_subscriptions set used_at = $3, failures = 0 where tenant_id = $1 and id = $2`

const subscriptionFailed db.SQL = `-- push.subscriptionFailed
update push_subscriptions set failures = failures + 1 where tenant_id = $1 and id = $2`

const subscriptionsAny db.SQL = `-- push.subscriptionsAny
select s.id from push_subscriptions s where s.tenant_id = $1 order by s.id limit 1`

const subscriptionsPiece db.SQL = `-- push.subscriptionsPiece
select ` + columns + `, s.person_id, s.sealed from push_subscriptions s where s.tenant_id = $1 and (s.id > $2 or $2 is null) order by s.id limit $3`

const subscriptionReseal db.SQL = `-- push.subscriptionReseal
update push_subscriptions set sealed = $3 where tenant_id = $1 and id = $2`

// subscriptionsStale ends those to which nothing came for long although it was tried.
const subscriptionsStale db.SQL = `-- push.subscriptionsStale
delete from push_subscriptions where tenant_id = $1 and failures >= 10 and coalesce(used_at, created_at) < $2`

const endOfSession db.SQL = `-- push.endOfSession
delete from push_subscriptions where tenant_id = $1 and session_id = $2`

// endOfPerson ends a person's browsers but the one whose sign-in goes on, and all when the person may not sign in.
const endOfPerson db.SQL = `-- push.endOfPerson
delete from push_subscriptions where tenant_id = $1 and person_id = $2 and (
  session_id not in (select x.id from sessions x where x.tenant_id = $1 and x.person_id = $2)
  or person_id in (select p.id from persons p where p.tenant_id = $1 and p.id = $2 and not p.active))`

const endOfInactive db.SQL = `-- push.endOfInactive
delete from push_subscriptions where tenant_id = $1 and person_id = $2
and person_id in (select p.id from persons p where p.tenant_id = $1 and p.id = $2 and not p.active)`

const endOfAll db.SQL = `-- push.endOfAll
delete from push_subscriptions where tenant_id = $1`

const endForgotten db.SQL = `-- push.endForgotten
delete from push_subscriptions where tenant_id = $1 and person_id = $2`
