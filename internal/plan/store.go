package plan

import (
	"context"
	"errors"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

const columns = `p.id, p.kind, p.site_id, p.name, p.description, p.checklist_id, p.asset_id, p.person_id, p.group_id, p.priority, p.proof, p.rule,
  p.valid_from, p.valid_until, p.holidays, p.duration, p.grace_before, p.grace_after, p.rounds, p.pause, p.random, p.seed, p.ordered, p.on_expiry,
  p.category_id, p.silence, p.reminders, p.moves_asset, p.active, p.version, p.schedule_version, p.generated_until, p.updated_at, s.name, s.zone, coalesce(c.name, ''), coalesce(a.name, ''),
  coalesce(n.name, ''), coalesce(g.name, ''), coalesce(k.name, ''), p.post_id, coalesce(o.name, '')`

const from = ` from plans p join sites s on s.tenant_id = p.tenant_id and s.id = p.site_id
left join checklists c on c.tenant_id = p.tenant_id and c.id = p.checklist_id
left join assets a on a.tenant_id = p.tenant_id and a.id = p.asset_id
left join persons n on n.tenant_id = p.tenant_id and n.id = p.person_id
left join member_groups g on g.tenant_id = p.tenant_id and g.id = p.group_id
left join posts o on o.tenant_id = p.tenant_id and o.id = p.post_id
left join ticket_categories k on k.tenant_id = p.tenant_id and k.id = p.category_id `

func scanPlan(r db.Row) (p Plan, err error) {
	var reminders string
	err = r.Scan(&p.ID, &p.Kind, &p.Site, &p.Name, &p.Description, db.Null(&p.Checklist), db.Null(&p.Asset), db.Null(&p.Person), db.Null(&p.Group),
		&p.Priority, &p.Proof, &p.Rule, &p.From, db.Null(&p.Until), &p.Holidays, &p.Duration, &p.Before, &p.After, &p.Rounds, &p.Pause, &p.Random, &p.Seed,
		&p.Ordered, &p.Expiry, db.Null(&p.Category), &p.Silence, &reminders, &p.MoveAsset, &p.Active, &p.Version, &p.ScheduleVersion, db.Null(&p.Generated), &p.Updated, &p.SiteName, &p.Zone,
		&p.ChecklistName, &p.AssetName, &p.PersonName, &p.GroupName, &p.CategoryName, db.Null(&p.Post), &p.PostName)
	return p, errors.Join(err, p.Remind(reminders))
}

// arguments gives what insertSQL and updateSQL bind from $2 on.
func (p Plan) arguments() []any {
	return []any{
		p.ID, p.Kind, p.Site, p.Name, fold.Key(p.Name), p.Description, p.Checklist, p.Asset, p.Person, p.Group, p.Priority, p.Proof, p.Rule, p.From, p.Until,
		p.Holidays, p.Duration, p.Before, p.After, p.Rounds, p.Pause, p.Random, p.Seed, p.Ordered, p.Expiry, p.Category, p.Silence, p.ReminderWords(), p.MoveAsset, p.Active, p.Version,
		p.ScheduleVersion, p.Generated, p.Updated, p.Post,
	}
}

const getSQL db.SQL = `-- plan.get
select ` + columns + from + `where p.tenant_id = $1 and p.id = $2 and ($3 or p.site_id in_list($4))`

// get reads a plan with its stops.
func get(ctx context.Context, tx *db.Tx, plan id.Plan, all bool, sites []id.Site) (Plan, error) {
	var stops []stopOf
	db.Soon(tx, &stops, scanStop, stopsOf, []id.Plan{plan})
	p, err := db.One(ctx, tx, scanPlan, getSQL, plan, all, sites)
	if err != nil {
		return Plan{}, fault.Named(err, "plan")
	}
	for _, s := range stops {
		p.Stops = append(p.Stops, s.Stop)
	}
	return p, nil
}

// stopOf is a stop with the plan that it belongs to.
type stopOf struct {
	Stop
	plan id.Plan
}

func scanStop(r db.Row) (s stopOf, err error) {
	err = r.Scan(&s.plan, &s.ID, db.Null(&s.Asset), db.Null(&s.Site), db.Null(&s.Checklist), &s.Travel, &s.Pause, &s.Metres, &s.Name)
	return s, err
}

const stopsOf db.SQL = `-- plan.stopsOf
select t.plan_id, t.id, t.asset_id, t.site_id, t.checklist_id, t.travel, t.pause, t.metres, coalesce(a.name, s.name, '')
from plan_stops t left join assets a on a.tenant_id = t.tenant_id and a.id = t.asset_id
left join sites s on s.tenant_id = t.tenant_id and s.id = t.site_id
where t.tenant_id = $1 and t.plan_id in_list($2) order by t.plan_id, t.seq`

const where = `
where p.tenant_id = $1 and ($2 or p.site_id in_list($3)) and (p.site_id = $4 or $4 is null) and ($5 = '' or p.kind = $5)
  and (p.asset_id = $6 or $6 is null) and (p.person_id = $7 or $7 is null) and (p.group_id = $8 or $8 is null)
  and ($9 = '' or p.name_key like $10 escape '\') and ($11 or p.active) and (p.updated_at >= $12 or $12 is null)
  and (p.post_id = $13 or $13 is null)`

const listSQL db.SQL = `-- plan.list
select ` + columns + from + where + ` and (p.name_key, p.id) > ($14, $15) order by p.name_key, p.id limit $16`

const byID db.SQL = `-- plan.byID
select ` + columns + from + `where p.tenant_id = $1 and p.id in_list($2) and ($3 or p.site_id in_list($4))`

const insertSQL db.SQL = `-- plan.insert
insert into plans (tenant_id, id, kind, site_id, name, name_key, description, checklist_id, asset_id, person_id, group_id, priority, proof, rule,
  valid_from, valid_until, holidays, duration, grace_before, grace_after, rounds, pause, random, seed, ordered, on_expiry, category_id, silence, reminders, moves_asset,
  active, version, schedule_version, generated_until, updated_at, post_id, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31,
  $32, $33, $34, $35, $36, $35)`

const updateSQL db.SQL = `-- plan.update
update plans set kind = $3, site_id = $4, name = $5, name_key = $6, description = $7, checklist_id = $8, asset_id = $9, person_id = $10, group_id = $11,
  priority = $12, proof = $13, rule = $14, valid_from = $15, valid_until = $16, holidays = $17, duration = $18, grace_before = $19, grace_after = $20,
  rounds = $21, pause = $22, random = $23, seed = $24, ordered = $25, on_expiry = $26, category_id = $27, silence = $28, reminders = $29,
  moves_asset = $30, active = $31, version = $32, schedule_version = $33, generated_until = $34, updated_at = $35, post_id = $36
where tenant_id = $1 and id = $2 and version = $37`

const deleteSQL db.SQL = `-- plan.delete
delete from plans where tenant_id = $1 and id = $2 and version = $3`

const stopsDelete db.SQL = `-- plan.stopsDelete
delete from plan_stops where tenant_id = $1 and plan_id = $2`

const stopInsert db.SQL = `-- plan.stopInsert
insert into plan_stops (tenant_id, id, plan_id, seq, asset_id, site_id, checklist_id, travel, pause, metres)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

// putStops writes the stops of a plan in the place of those that it had: all or none of them (defect 28).
func (p Plan) putStops(tx *db.Tx) {
	tx.Later(stopsDelete, p.ID)
	for i, s := range p.Stops {
		tx.Later(stopInsert, s.ID, p.ID, int64(i), s.Asset, s.Site, s.Checklist, s.Travel, s.Pause, s.Metres)
	}
}

// refs answers about everything that a plan points to in one statement, one row a thing that exists: its kind, its id, where it stands, its name.
const refs db.SQL = `-- plan.refs
select 'site', s.id, s.id, s.name, s.zone, s.active from sites s where s.tenant_id = $1 and s.id in_list($2)
union all select 'asset', a.id, a.site_id, a.name, '', a.active and a.status <> 'SCRAPPED' from assets a where a.tenant_id = $1 and a.id in_list($3)
union all select 'checklist', c.id, null, c.name, '', c.active and c.form_id is not null from checklists c where c.tenant_id = $1 and c.id in_list($4)
union all select 'person', n.id, null, n.name, '', n.active from persons n where n.tenant_id = $1 and n.id = $5
union all select 'group', g.id, null, g.name, '', g.active and g.kind = 'people' from member_groups g where g.tenant_id = $1 and g.id = $6
union all select 'category', k.id, null, k.name, '', k.active from ticket_categories k where k.tenant_id = $1 and k.id = $7
union all select 'post', o.id, o.site_id, o.name, '', o.active from posts o where o.tenant_id = $1 and o.id = $8`
