package task

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/plan"
)

// Work is work that nobody planned.
type Work struct {
	Site  id.Site
	Asset *id.Asset
	Form  id.Form // what was asked
	Name  string  // "": the checklist's
}

// adHoc finds the planned task that a report of unplanned work is of (domain/ops.md 2.7): the same checklist, asset and site, the actor's own or
// of a group of theirs, open, and begun within its window; the earliest. Where there is none, it makes a task of the actor's.
func (s *Service) adHoc(ctx context.Context, tx *db.Tx, who actor.Actor, see sight, r Report) (Task, Outcome, error) {
	w := r.Work
	f, err := checklist.FormOf(ctx, tx, w.Form)
	if fault.KindOf(err) == fault.NotFound {
		return Task{}, "", refused("form_id", "There is no such published checklist.")
	}
	if err != nil {
		return Task{}, "", err
	}
	found, err := db.All(ctx, tx, func(r db.Row) (t id.Task, err error) { err = r.Scan(&t); return t, err }, workFits,
		see.person, w.Site, f.Checklist, w.Asset, r.Started)
	if err != nil {
		return Task{}, "", err
	}
	if len(found) > 0 {
		t, err := get(ctx, tx, see, found[0])
		return t, Merged, err
	}
	if err := who.RequireAt(CanDo, w.Site); err != nil {
		return Task{}, "", err
	}
	there, err := db.One(ctx, tx, func(r db.Row) (n int64, err error) { err = r.Scan(&n); return n, err }, workPlace, w.Site, w.Asset)
	if err != nil {
		return Task{}, "", err
	}
	if there == 0 {
		return Task{}, "", refused("asset_id", "There is no such asset at this site.")
	}
	t := w.task(f, r, who.Person())
	if err := t.checkName(); err != nil {
		return Task{}, "", err
	}
	tx.Later(taskPut, t.arguments(s.now())...)
	if r.Ended.IsZero() {
		if err := s.expect(ctx, tx, []id.Task{t.ID}); err != nil {
			return Task{}, "", err
		}
	}
	t, err = get(ctx, tx, see, t.ID)
	return t, Applied, err
}

// unplannedTime is how long work that nobody planned and somebody only began may take.
const unplannedTime = 24 * time.Hour

// task is the task that unplanned work makes: its reporter's own, in the time that it took.
func (w Work) task(f checklist.Published, r Report, person id.Person) Task {
	t := Task{
		ID: id.New[id.Task](), Kind: plan.Task, Source: AdHoc, Site: w.Site, Name: fold.Line(w.Name), Asset: w.Asset, Form: &f.ID, Person: orNone(person),
		Priority: plan.Medium, Proof: plan.NoProof, Expiry: plan.CloseIt, Fires: r.Started, Begins: r.Started, Due: r.Started, Status: Assigned, Version: 1,
	}
	switch {
	case r.Ended.IsZero():
		t.Due = r.Started.Add(unplannedTime)
	case r.Ended.After(t.Due):
		t.Due = r.Ended
	}
	if t.Name == "" {
		t.Name = f.Name
	}
	return t
}

func (t Task) checkName() error {
	var c fault.Check
	c.Text("name", t.Name, 1, 200)
	return c.Err()
}

func refused(path, remark string) error {
	var c fault.Check
	c.Add(path, "unknown", remark)
	return c.Err()
}

const workFits db.SQL = `-- task.workFits
select t.id from tasks t join checklist_forms f on f.tenant_id = t.tenant_id and f.id = t.form_id
where t.tenant_id = $1 and ` + mine + ` and t.site_id = $3 and f.checklist_id = $4 and (t.asset_id = $5 or $5 is null and t.asset_id is null)
  and t.begins_at <= $6 and t.due_at >= $6 and t.plan_id is not null
  and (t.status in ('ASSIGNED', 'AUTOCLOSED') or t.status = 'INPROGRESS' and t.performer_id = $2)
order by t.begins_at, t.id limit 1`

// workPlace counts what work may be reported at: the site, with the asset when there is one.
const workPlace db.SQL = `-- task.workPlace
select count(*) from sites s where s.tenant_id = $1 and s.id = $2 and s.active
  and (exists (select 1 from assets a where a.tenant_id = s.tenant_id and a.id = $3 and a.site_id = s.id) or $3 is null)`
