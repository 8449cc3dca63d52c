package plan

import (
	"context"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Horizons: how far ahead of now tasks are made.
const (
	Near = 48 * time.Hour
	Far  = 400 * 24 * time.Hour // of maintenance
)

// Horizon is how far ahead the plan's tasks are made.
func (p Plan) Horizon() time.Duration {
	if p.Kind == Maintenance {
		return Far
	}
	return Near
}

// Batch is a plan whose tasks are made in this transaction, which nobody else does meanwhile.
type Batch struct {
	Plan   Plan
	Place  Place
	Coming []Coming // what does not come has been left out
	Anew   bool     // the plan has moved: what is to come of it is reckoned from now on, and what it made before is held against it
}

// Take claims a plan for the making of its tasks and says which are to be made, up to its horizon; the firings up to there count as made when
// the transaction commits. Nothing comes of an inactive plan, nor of one whose asset is scrapped (defect 19). For background work: it asks for no
// permission. NotFound without such a plan.
func Take(ctx context.Context, tx *db.Tx, plan id.Plan, now time.Time) (Batch, error) {
	if n, err := tx.Exec(ctx, planLock, plan); err != nil || n == 0 { // another node waits here until this one is done
		if err == nil {
			err = fault.Missing("plan")
		}
		return Batch{}, err
	}
	p, err := get(ctx, tx, plan, true, []id.Site{})
	if err != nil {
		return Batch{}, err
	}
	b := Batch{Plan: p, Anew: p.Generated == nil}
	after, until := now, now.Add(p.Horizon())
	if !b.Anew {
		after = *p.Generated
	}
	caused := p.Trigger() != ByRule
	if caused {
		if err := b.readPast(ctx, tx, now); err != nil {
			return Batch{}, err
		}
		until = b.looked(until)
	}
	tx.Later(generatedUpdate, plan, until)
	if b.Plan.Generated = &until; !caused && !after.Before(until) {
		return b, nil
	}
	places, err := placesOf(ctx, tx, []Plan{p}, after)
	if err != nil {
		return Batch{}, err
	}
	b.Place = places[p.Site]
	comes, err := db.One(ctx, tx, func(r db.Row) (ok bool, err error) { err = r.Scan(&ok); return ok, err }, planComes, plan)
	if err != nil || !comes {
		return b, err
	}
	if caused {
		times, err := b.Plan.caused(b.Place)
		b.Coming = b.Plan.withVisits(times)
		return b, err
	}
	all, err := p.Coming(b.Place, after, until)
	for _, c := range all {
		if !c.Skipped {
			b.Coming = append(b.Coming, c)
		}
	}
	return b, err
}

// readPast reads what has become of the plan.
func (b *Batch) readPast(ctx context.Context, tx *db.Tx, now time.Time) error {
	one := []Plan{b.Plan}
	err := readPasts(ctx, tx, one, now)
	b.Plan.Past = one[0].Past
	b.Plan.Past.Anew = b.Anew
	return err
}

// looked says until when nobody need look at a plan again that comes by its end: while a task is to be done that a rule made, whose end nobody tells,
// it is looked at all the time.
func (b *Batch) looked(until time.Time) time.Time {
	if open := b.Plan.Past.Open; open != nil && !Chained(open.Nominal) && open.stays(b.Plan.Past.Now) {
		return b.Plan.Past.Now
	}
	return until
}

// Waiting gives plans whose tasks are to be made: new or moved ones, and those whose tasks reach less far than a quarter of the horizon wants.
func Waiting(ctx context.Context, tx *db.Tx, now time.Time, limit int) ([]id.Plan, error) {
	return db.All(ctx, tx, func(r db.Row) (p id.Plan, err error) { err = r.Scan(&p); return p, err }, plansWaiting,
		now.Add(Near*3/4), now.Add(Far*3/4), limit)
}

const planLock db.SQL = `-- plan.planLock
update plans set version = version where tenant_id = $1 and id = $2`

const generatedUpdate db.SQL = `-- plan.generatedUpdate
update plans set generated_until = $3 where tenant_id = $1 and id = $2`

// planComes says that something may come of a plan: it is active, and so is its site, and its asset is not scrapped.
const planComes db.SQL = `-- plan.planComes
select p.active and s.active and coalesce(a.active and a.status <> 'SCRAPPED', true) from plans p
join sites s on s.tenant_id = p.tenant_id and s.id = p.site_id
left join assets a on a.tenant_id = p.tenant_id and a.id = p.asset_id
where p.tenant_id = $1 and p.id = $2`

const plansWaiting db.SQL = `-- plan.plansWaiting
select p.id from plans p where p.tenant_id = $1
  and (p.generated_until is null or p.generated_until < $2 or p.kind = 'PPM' and p.generated_until < $3)
order by p.generated_until nulls first, p.id limit $4`

// Checklists gives the checklists that the plan and its stops ask.
func (p Plan) Checklists() []id.Checklist {
	out := with([]id.Checklist{}, p.Checklist)
	for _, s := range p.Stops {
		out = with(out, s.Checklist)
	}
	return out
}
