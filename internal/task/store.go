package task

import (
	"context"
	"errors"
	"slices"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

const columns = `t.id, t.plan_id, t.parent_id, t.stop_id, t.kind, t.source, t.site_id, t.name, t.asset_id, t.form_id, t.person_id, t.group_id, t.priority,
  t.proof, t.ordered, t.on_expiry, t.category_id, t.nominal, t.round, t.seq, t.schedule_version, t.fires_at, t.begins_at, t.due_at, t.silence, t.reminders, t.moves_asset, t.status, t.started_at,
  t.ended_at, t.performer_id, t.received_at, t.late, t.deviation, t.alerts, t.remark, t.ticket_id, t.by_hand, t.version, t.updated_at, s.name, s.zone,
  coalesce(a.name, ''), coalesce(n.name, ''), coalesce(g.name, ''), coalesce(r.name, ''),
  t.post_id, coalesce(o.name, ''), ` + mine

// mine says that the task is the actor's ($2), of a group of theirs, or of a post that they hold.
const mine = `(t.person_id = $2 or exists (select 1 from members m where m.tenant_id = t.tenant_id and m.group_id = t.group_id and m.person_id = $2)
  or exists (select 1 from post_duties h where h.tenant_id = t.tenant_id and h.post_id = t.post_id and h.person_id = $2 and h.ended_at is null))`

const from = ` from tasks t join sites s on s.tenant_id = t.tenant_id and s.id = t.site_id
left join assets a on a.tenant_id = t.tenant_id and a.id = t.asset_id
left join persons n on n.tenant_id = t.tenant_id and n.id = t.person_id
left join member_groups g on g.tenant_id = t.tenant_id and g.id = t.group_id
left join posts o on o.tenant_id = t.tenant_id and o.id = t.post_id
left join persons r on r.tenant_id = t.tenant_id and r.id = t.performer_id `

func scanTask(r db.Row) (t Task, err error) {
	var own *bool
	var reminders string
	err = r.Scan(&t.ID, db.Null(&t.Plan), db.Null(&t.Parent), db.Null(&t.Stop), &t.Kind, &t.Source, &t.Site, &t.Name, db.Null(&t.Asset), db.Null(&t.Form),
		db.Null(&t.Person), db.Null(&t.Group), &t.Priority, &t.Proof, &t.Ordered, &t.Expiry, db.Null(&t.Category), &t.Nominal, &t.Round, &t.Seq, &t.Schedule,
		&t.Fires, &t.Begins, &t.Due, &t.Silence, &reminders, &t.MoveAsset, &t.Status, db.Null(&t.Started), db.Null(&t.Ended), db.Null(&t.Performer), db.Null(&t.Received), &t.Late, &t.Deviation,
		&t.Alerts, &t.Remark, db.Null(&t.Ticket), &t.ByHand, &t.Version, &t.Updated, &t.SiteName, &t.Zone, &t.AssetName, &t.PersonName, &t.GroupName, &t.PerformerName,
		db.Null(&t.Post), &t.PostName, db.Null(&own))
	t.Mine = own != nil && *own
	return t, errors.Join(err, t.Remind(reminders))
}

// arguments gives what taskPut binds from $2 on: what the generator knows of a task.
func (t Task) arguments(now time.Time) []any {
	return []any{
		t.ID, t.Plan, t.Parent, t.Stop, t.Kind, t.Source, t.Site, t.Name, t.searchKey(), t.Asset, t.Form, t.Person, t.Group, t.Priority, t.Proof, t.Ordered,
		t.Expiry, t.Category, t.Nominal, t.Round, t.Seq, t.Schedule, t.Fires, t.Begins, t.Due, t.Silence, t.ReminderWords(), t.MoveAsset, t.Status, t.Version, now, t.Post,
	}
}

// untouched is a task of a plan that nobody has begun, nor the run that it is a visit of, and whose firing is still to come.
const untouched = `tasks.started_at is null and not exists (
    select 1 from tasks h where h.tenant_id = tasks.tenant_id and h.id = tasks.parent_id and h.status not in ('ASSIGNED', 'CANCELLED'))`

// taskPut makes a task, or gives one that is there and untouched what its plan says now, or the time to which the end of the one before moves it.
const taskPut db.SQL = `-- task.taskPut
insert into tasks (tenant_id, id, plan_id, parent_id, stop_id, kind, source, site_id, name, search_key, asset_id, form_id, person_id, group_id, priority,
  proof, ordered, on_expiry, category_id, nominal, round, seq, schedule_version, fires_at, begins_at, due_at, silence, reminders, moves_asset, status,
  late, deviation, alerts, version, updated_at, created_at, post_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29,
  $30, false, false, 0, $31, $32, $32, $33)
on conflict (tenant_id, id) do update set name = excluded.name, search_key = excluded.search_key, asset_id = excluded.asset_id,
  form_id = excluded.form_id, priority = excluded.priority, proof = excluded.proof,
  person_id = case when tasks.by_hand then tasks.person_id else excluded.person_id end,
  group_id = case when tasks.by_hand then tasks.group_id else excluded.group_id end,
  post_id = case when tasks.by_hand then tasks.post_id else excluded.post_id end,
  ordered = excluded.ordered, on_expiry = excluded.on_expiry, category_id = excluded.category_id, seq = excluded.seq,
  schedule_version = excluded.schedule_version, fires_at = excluded.fires_at, begins_at = excluded.begins_at, due_at = excluded.due_at,
  silence = excluded.silence, reminders = excluded.reminders, moves_asset = excluded.moves_asset,
  status = case when tasks.by_hand then tasks.status else excluded.status end,
  version = tasks.version + 1, updated_at = excluded.updated_at
where tasks.status in ('ASSIGNED', 'CANCELLED') and (tasks.schedule_version < excluded.schedule_version or tasks.fires_at <> excluded.fires_at) and ` + untouched

// tasksCallOff calls off what a plan ($2) made before it was what it is now ($3) and brings no more.
const tasksCallOff db.SQL = `-- task.tasksCallOff
update tasks set status = 'CANCELLED', by_hand = false, version = version + 1, updated_at = $4
where tenant_id = $1 and plan_id = $2 and schedule_version < $3 and status = 'ASSIGNED' and fires_at > $4 and ` + untouched

const getSQL db.SQL = `-- task.get
select ` + columns + from + `where t.tenant_id = $1 and t.id = $3 and ($4 or t.site_id in_list($5) or ` + mine + `)`

// sight is which tasks an actor may see: those of sites, and their own.
type sight struct {
	person id.Person
	all    bool
	sites  []id.Site
}

func get(ctx context.Context, tx *db.Tx, see sight, task id.Task) (Task, error) {
	t, err := db.One(ctx, tx, scanTask, getSQL, see.person, task, see.all, see.sites)
	return t, fault.Named(err, "task")
}

const where = `
where t.tenant_id = $1 and ($3 or t.site_id in_list($4) or ` + mine + `) and (t.site_id = $5 or $5 is null) and (t.plan_id = $6 or $6 is null)
  and (t.parent_id = $7 or $7 is null and (t.parent_id is null or $8)) and ($9 or t.status in_list($10)) and ($11 = '' or t.kind = $11)
  and (t.asset_id = $12 or $12 is null) and (not $13 or ` + mine + `) and t.begins_at >= $14 and t.begins_at < $15
  and ($16 = '' or t.search_key like $17 escape '\') and (t.alerts > 0 or not $18) and (t.person_id = $19 or $19 is null)
  and (t.group_id = $20 or $20 is null) and (t.due_at < $21 or $21 is null) and (t.due_at >= $22 or $22 is null) and ($23 = '' or $23 = ` + timing + `)
  and (t.post_id = $24 or $24 is null)`

// open is what is to be done: few rows have it, and an index of their own.
const open = ` and t.status in ('ASSIGNED', 'INPROGRESS')`

// manySQL reads tasks that a list has found: finding them is planned for the values of each call, and reading them beside what they name once.
const manySQL db.SQL = `-- task.many
select ` + columns + from + `where t.tenant_id = $1 and t.id in_list($3)`

// many reads tasks, in the order of their ids as given. One that is gone is left out.
func many(ctx context.Context, tx *db.Tx, see sight, found []id.Task) ([]Task, error) {
	if len(found) == 0 {
		return nil, nil
	}
	rows, err := db.All(ctx, tx, scanTask, manySQL, see.person, found)
	place := make(map[id.Task]int, len(found))
	for i, x := range found {
		place[x] = i
	}
	slices.SortFunc(rows, func(a, b Task) int { return place[a.ID] - place[b.ID] })
	return rows, err
}

const (
	byBegin = ` and (t.begins_at, t.id) > ($25, $26) order by t.begins_at, t.id limit $27`
	byEnd   = ` and (t.begins_at, t.id) < ($25, $26) order by t.begins_at desc, t.id desc limit $27`
)

const listSQL db.SQL = `-- task.list by value
select t.id from tasks t ` + where + byBegin

const openSQL db.SQL = `-- task.open by value
select t.id from tasks t ` + where + open + byBegin

const newestSQL db.SQL = `-- task.newest by value
select t.id from tasks t ` + where + byEnd

const newestOpenSQL db.SQL = `-- task.newestOpen by value
select t.id from tasks t ` + where + open + byEnd

const changedSQL db.SQL = `-- task.changed by value
select t.id from tasks t ` + where + ` and (t.updated_at, t.id) > ($25, $26) order by t.updated_at, t.id limit $27`

const countsSQL db.SQL = `-- task.counts by value
select t.status, count(*) from tasks t ` + where + ` group by t.status`

const openCountsSQL db.SQL = `-- task.openCounts by value
select t.status, count(*) from tasks t ` + where + open + ` group by t.status`
