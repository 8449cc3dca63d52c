package hook

import (
	"strings"
	"time"

	"intelliwiz/internal/db"
)

const columns = "w.id, w.name, w.url, w.verbs, w.active, w.failing_since, w.person_id, coalesce(p.name, ''), w.version, w.created_at"

const fromWebhooks = " from webhooks w left join persons p on p.tenant_id = w.tenant_id and p.id = w.person_id"

// fields gives where the columns of a webhook go; events must be split afterwards.
func (w *Webhook) fields(events *string) []any {
	return []any{&w.ID, &w.Name, &w.URL, events, &w.Active, db.Null(&w.FailingSince), db.Null(&w.Person), &w.PersonName, &w.Version, &w.Created}
}

func scan(r db.Row) (w Webhook, err error) {
	var events string
	err = r.Scan(w.fields(&events)...)
	w.Events = strings.Fields(events)
	return w, err
}

// kept is a webhook with its sealed secrets.
type kept struct {
	Webhook
	secret, old []byte
	oldUntil    *time.Time
}

func scanKept(r db.Row) (k kept, err error) {
	var events string
	var old *[]byte
	err = r.Scan(append(k.fields(&events), &k.secret, db.Null(&old), db.Null(&k.oldUntil))...)
	if k.Events = strings.Fields(events); old != nil {
		k.old = *old
	}
	return k, err
}

func joined(events []string) string { return " " + strings.Join(events, " ") + " " }

const deliveryColumns = `d.id, d.webhook_id, d.message, d.verb, d.body, d.state, d.attempts, d.status, d.took_ms, d.problem, d.answer, d.created_at,
	d.tried_at, d.next_at`

func scanDelivery(r db.Row) (d Delivery, err error) {
	err = r.Scan(&d.ID, &d.Webhook, &d.Message, &d.Event, &d.Body, &d.State, &d.Attempts, db.Null(&d.Status), db.Null(&d.Took), &d.Problem, &d.Answer,
		&d.Created, db.Null(&d.Tried), db.Null(&d.Next))
	return d, err
}

func scanInt(r db.Row) (n int64, err error)      { err = r.Scan(&n); return n, err }
func scanText(r db.Row) (text string, err error) { err = r.Scan(&text); return text, err }

// outcome is what a chart counts.
type outcome struct {
	at    time.Time
	state State
}

func scanOutcome(r db.Row) (o outcome, err error) { err = r.Scan(&o.at, &o.state); return o, err }

const webhookGet db.SQL = `-- hook.webhookGet
select ` + columns + fromWebhooks + ` where w.tenant_id = $1 and w.id = $2`

const webhookKept db.SQL = `-- hook.webhookKept
select ` + columns + `, w.secret, w.old_secret, w.old_until` + fromWebhooks + ` where w.tenant_id = $1 and w.id = $2`

const webhooksKept db.SQL = `-- hook.webhooksKept
select ` + columns + `, w.secret, w.old_secret, w.old_until` + fromWebhooks + ` where w.tenant_id = $1 order by w.id limit 50`

const webhookList db.SQL = `-- hook.webhookList
select ` + columns + fromWebhooks + `
where w.tenant_id = $1 and (w.name_key, w.id) > ($2, $3) order by w.name_key, w.id limit $4`

const webhooksActive db.SQL = `-- hook.webhooksActive
select ` + columns + fromWebhooks + ` where w.tenant_id = $1 and w.active order by w.id limit 50`

const webhooksWanted db.SQL = `-- hook.webhooksWanted
select w.verbs from webhooks w where w.tenant_id = $1 and w.active limit 50`

const webhookCount db.SQL = `-- hook.webhookCount
select count(*) from webhooks w where w.tenant_id = $1`

const webhookInsert db.SQL = `-- hook.webhookInsert
insert into webhooks (tenant_id, id, name, name_key, url, verbs, active, person_id, secret, version, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10)`

const webhookUpdate db.SQL = `-- hook.webhookUpdate
update webhooks set name = $3, name_key = $4, url = $5, verbs = $6, active = $7, person_id = $8, failing_since = $9, version = version + 1, updated_at = $10
where tenant_id = $1 and id = $2 and version = $11`

const webhookRotate db.SQL = `-- hook.webhookRotate
update webhooks set old_secret = secret, old_until = $4, secret = $3, version = version + 1, updated_at = $5
where tenant_id = $1 and id = $2 and version = $6`

const webhookReseal db.SQL = `-- hook.webhookReseal
update webhooks set secret = $3, old_secret = $4, old_until = $5 where tenant_id = $1 and id = $2 and version = $6`

const webhookFailing db.SQL = `-- hook.webhookFailing
update webhooks set failing_since = $3 where tenant_id = $1 and id = $2 and failing_since is null`

const webhookWell db.SQL = `-- hook.webhookWell
update webhooks set failing_since = null where tenant_id = $1 and id = $2 and failing_since is not null`

const webhookStop db.SQL = `-- hook.webhookStop
update webhooks set active = false, version = version + 1, updated_at = $3 where tenant_id = $1 and id = $2 and version = $4 and active`

const webhookDelete db.SQL = `-- hook.webhookDelete
delete from webhooks where tenant_id = $1 and id = $2 and version = $3`

const deliveryInsert db.SQL = `-- hook.deliveryInsert
insert into webhook_deliveries (tenant_id, id, webhook_id, key, message, verb, body, state, attempts, created_at, next_at)
values ($1, $2, $3, $4, $5, $6, $7, 'queued', 0, $8, $8) on conflict (tenant_id, webhook_id, key) do nothing`

const deliveryGet db.SQL = `-- hook.deliveryGet
select ` + deliveryColumns + ` from webhook_deliveries d where d.tenant_id = $1 and d.id = $2`

const deliveryList db.SQL = `-- hook.deliveryList
select ` + deliveryColumns + ` from webhook_deliveries d
where d.tenant_id = $1 and d.webhook_id = $2 and (d.state = $3 or $3 = '') and (d.id < $4 or $4 is null) order by d.id desc limit $5`

const deliveryOutcomes db.SQL = `-- hook.deliveryOutcomes
select d.created_at, d.state from webhook_deliveries d
where d.tenant_id = $1 and d.webhook_id = $2 and d.created_at >= $3 order by d.id desc limit 5000`

const deliveryTried db.SQL = `-- hook.deliveryTried
update webhook_deliveries set state = $3, attempts = attempts + 1, status = $4, took_ms = $5, problem = $6, answer = $7, tried_at = $8, next_at = $9
where tenant_id = $1 and id = $2 and attempts = $10 and state = 'queued'`

const deliveryGiveUp db.SQL = `-- hook.deliveryGiveUp
update webhook_deliveries set state = 'failed', problem = $3, next_at = null where tenant_id = $1 and id = $2 and state = 'queued'`

const deliveriesLost db.SQL = `-- hook.deliveriesLost
update webhook_deliveries set state = 'failed', problem = $3, next_at = null where tenant_id = $1 and state = 'queued' and next_at < $2`

const deliveriesSweep db.SQL = `-- hook.deliveriesSweep
delete from webhook_deliveries where tenant_id = $1 and created_at < $2`

const deliveriesDelete db.SQL = `-- hook.deliveriesDelete
delete from webhook_deliveries where tenant_id = $1 and webhook_id = $2`
