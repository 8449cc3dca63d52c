package plan

import (
	"context"
	"time"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// Past is what has become of a plan that comes by its end or by a meter, as far as what comes next hangs on it.
type Past struct {
	Now      time.Time // when it was read
	Anew     bool      // the plan has moved: what is to come of it and untouched is reckoned anew
	Open     *Standing // the task that is to be done
	Last     *Standing // the last one that ended, or was called off by hand
	Factor   float64   // a reading times this is what was used
	Readings []Reading // of the asset's meter, in order
	Base     int       // the reading from which the next task counts; the ones before are there for the rate
}

// Standing is where a task of a plan stands.
type Standing struct {
	Task               id.Task
	Nominal            string
	Fires, Begins, Due time.Time
	Begun              bool
	End                time.Time // when it was done; of one that was missed or called off, by when it was to be done
	over               bool
	plan               id.Plan
	status             string
	ended              *time.Time
}

// Reading is what an asset's meter showed.
type Reading struct {
	ID     id.Answer // the answer that it was
	At     time.Time
	Number checklist.Number

	plan   id.Plan
	base   string // the nominal time of the last task that the meter brought
	factor float64
}

func scanStanding(r db.Row) (s Standing, err error) {
	err = r.Scan(&s.plan, &s.Task, &s.Nominal, &s.Fires, &s.Begins, &s.Due, &s.status, db.Null(&s.ended), &s.over)
	s.Begun, s.End = s.status == "INPROGRESS", s.Due
	if s.ended != nil && (s.status == "COMPLETED" || s.status == "PARTIALLYCOMPLETED") {
		s.End = *s.ended
	}
	return s, err
}

func scanReading(r db.Row) (x Reading, err error) {
	err = r.Scan(&x.plan, &x.base, &x.factor, &x.ID, &x.At, &x.Number)
	return x, err
}

// readPasts reads what has become of those plans that come by their end or by a meter, where there are any.
func readPasts(ctx context.Context, tx *db.Tx, plans []Plan, now time.Time) error {
	at := map[id.Plan]*Past{}
	var ends, meters []id.Plan
	for i := range plans {
		p := &plans[i]
		switch p.Trigger() {
		case ByEnd:
			ends = append(ends, p.ID)
		case ByMeter:
			meters = append(meters, p.ID)
		}
		p.Past = Past{Now: now}
		at[p.ID] = &p.Past
	}
	if len(ends) > 0 {
		rows, err := db.All(ctx, tx, scanStanding, standings, ends, now)
		if err != nil {
			return err
		}
		for _, s := range rows {
			if s.over {
				at[s.plan].Last = &s
			} else {
				at[s.plan].Open = &s
			}
		}
	}
	if len(meters) == 0 {
		return nil
	}
	rows, err := db.All(ctx, tx, scanReading, readingsSince, meters)
	for _, r := range rows {
		at[r.plan].read(r)
	}
	return err
}

// read adds a reading. Those of the same moment that come before the one of the last task are no longer counted.
func (p *Past) read(r Reading) {
	p.Readings, p.Factor = append(p.Readings, r), r.factor
	if r.base == MeterNominal(r.ID) {
		p.Base = len(p.Readings) - 1
	}
}

// readMeterOf reads the last readings of the asset of a plan that is not saved, or of another asset than it had: the next task counts from the last.
func (p *Plan) readMeterOf(ctx context.Context, tx *db.Tx, now time.Time) error {
	p.Past = Past{Now: now}
	if p.Asset == nil || p.Trigger() != ByMeter {
		return nil
	}
	rows, err := db.All(ctx, tx, scanReading, readingsOf, *p.Asset)
	for i := range rows {
		p.Past.read(rows[len(rows)-1-i])
	}
	p.Past.Base = max(0, len(rows)-1)
	return err
}

// OfMeter gives the active plans that an asset's meter brings. For background work: it asks for no permission.
func OfMeter(ctx context.Context, tx *db.Tx, asset id.Asset) ([]id.Plan, error) {
	return db.All(ctx, tx, func(r db.Row) (p id.Plan, err error) { err = r.Scan(&p); return p, err }, plansOfMeter, asset)
}

// standings gives of each plan the task that is to be done, if there is one, first one that is begun or has fired; and the last that ended.
const standings db.SQL = `-- plan.standings
select p.id, t.id, t.nominal, t.fires_at, t.begins_at, t.due_at, t.status, t.ended_at, false from plans p
join tasks t on t.tenant_id = p.tenant_id and t.id = (select x.id from tasks x
  where x.tenant_id = p.tenant_id and x.plan_id = p.id and x.parent_id is null and x.status in ('ASSIGNED', 'INPROGRESS')
  order by case when x.status = 'INPROGRESS' or x.fires_at <= $3 then 0 else 1 end, x.fires_at limit 1)
where p.tenant_id = $1 and p.id in_list($2)
union all
select p.id, t.id, t.nominal, t.fires_at, t.begins_at, t.due_at, t.status, t.ended_at, true from plans p
join tasks t on t.tenant_id = p.tenant_id and t.id = (select x.id from tasks x
  where x.tenant_id = p.tenant_id and x.plan_id = p.id and x.parent_id is null
    and (x.status in ('COMPLETED', 'PARTIALLYCOMPLETED', 'AUTOCLOSED') or x.status = 'CANCELLED' and x.by_hand)
  order by x.fires_at desc, x.id desc limit 1)
where p.tenant_id = $1 and p.id in_list($2)`

// readingsSince gives the readings of the plans' assets from the one on that brought the last task; before the first, from the last one on that
// was read when the plan was made.
const readingsSince db.SQL = `-- plan.readingsSince
select p.id, coalesce(m.nominal, ''), a.meter_factor, r.id, r.at, r.number from plans p
join assets a on a.tenant_id = p.tenant_id and a.id = p.asset_id
left join tasks m on m.tenant_id = p.tenant_id and m.id = (select x.id from tasks x
  where x.tenant_id = p.tenant_id and x.plan_id = p.id and x.asset_id = p.asset_id and x.nominal like 'meter %' order by x.fires_at desc, x.id desc limit 1)
join readings r on r.tenant_id = p.tenant_id and r.asset_id = p.asset_id and r.at >= coalesce(m.fires_at,
  (select max(b.at) from readings b where b.tenant_id = p.tenant_id and b.asset_id = p.asset_id and b.at <= p.created_at), p.created_at)
where p.tenant_id = $1 and p.id in_list($2) order by p.id, r.at, r.id limit 20000`

const readingsOf db.SQL = `-- plan.readingsOf
select a.id, '', a.meter_factor, r.id, r.at, r.number from assets a join readings r on r.tenant_id = a.tenant_id and r.asset_id = a.id
where a.tenant_id = $1 and a.id = $2 order by r.at desc, r.id desc limit 50`

const plansOfMeter db.SQL = `-- plan.plansOfMeter
select p.id from plans p where p.tenant_id = $1 and p.asset_id = $2 and p.active and p.rule like 'METER %' order by p.id limit 1000`
