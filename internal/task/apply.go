package task

import (
	"context"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/plan"
)

// apply writes what a report makes of a task, its answers, and what follows for the run that it is a visit of: in one short transaction.
func (s *Service) apply(ctx context.Context, tx *db.Tx, who actor.Actor, t *Task, r Report) error {
	old, now, person := *t, s.now(), who.Person()
	if err := prove(ctx, tx, *t, r); err != nil {
		return err
	}
	t.Started, t.Status, t.Received, t.Version, t.Updated = &r.Started, InProgress, &now, old.Version+1, now
	if !person.IsZero() {
		t.Performer, t.PerformerName = &person, who.Name()
	}
	if r.Remark != "" {
		t.Remark = r.Remark
	}
	if r.NoPoint != "" && t.Proof == plan.ByGPS {
		t.Remark = strings.TrimSpace("No position: " + r.NoPoint + ". " + t.Remark)
	}
	var given answers
	if !r.Ended.IsZero() {
		if err := s.judge(ctx, tx, t, r, &given); err != nil {
			return err
		}
		t.Ended, t.Status, t.Late = &r.Ended, Completed, old.Status == Autoclosed
	}
	if t.Parent != nil && t.Ordered {
		skipped, err := db.One(ctx, tx, scanCount, visitsSkipped, *t.Parent, t.Seq)
		if err != nil {
			return err
		}
		t.Deviation = skipped > 0
	}
	var lat, lng *float64
	if r.Point != nil {
		lat, lng = &r.Point.Latitude, &r.Point.Longitude
	}
	n, err := tx.Exec(ctx, taskReport, t.ID, t.Status, t.Started, t.Ended, t.Performer, t.Received, t.Late, t.Deviation, t.Alerts, lat, lng, t.Remark,
		t.Version, now, old.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Stale("task", old)
	}
	given.write(tx, t.ID, r.Ended)
	if t.Parent != nil && t.Silence > 0 {
		s.deadlines.Expect(tx, deadline.Expected{Kind: ToBeScanned, Subject: id.Of[id.Any](t.Parent.Bytes()), Due: t.Started.Add(minutes(t.Silence))})
	}
	if t.Parent != nil {
		tx.Later(runBegin, *t.Parent, now)
		tx.Later(runEnd, *t.Parent, now)
	}
	verb := "task.started"
	if t.Status == Completed {
		verb = "task.completed"
		s.deadlines.Meet(tx, id.Of[id.Any](t.ID.Bytes()))
	}
	return s.journal.Record(ctx, tx, journal.Change{Verb: verb, Subject: t.ID, Site: t.Site, Before: old, After: *t})
}

// prove holds the code that was scanned to the task's asset, or, where it has none, to its site.
func prove(ctx context.Context, tx *db.Tx, t Task, r Report) error {
	if t.Proof != plan.ByQR && t.Proof != plan.ByNFC {
		return nil
	}
	code, err := db.One(ctx, tx, func(r db.Row) (c string, err error) { err = r.Scan(&c); return c, err }, codeOf, t.Asset, t.Site)
	if err != nil {
		return err
	}
	var c fault.Check
	c.That(fold.Code(r.Scanned) == code, "scanned", "proof", "Scan the code where the work is: this is another, or none.")
	return c.Err()
}

// judge lets the task's form judge the answers, puts what comes of them into the task, and gathers them.
func (s *Service) judge(ctx context.Context, tx *db.Tx, t *Task, r Report, given *answers) error {
	if t.Form == nil {
		return nil
	}
	f, err := s.lists.FormIn(ctx, tx, *t.Form)
	if err != nil {
		return err
	}
	last, err := readings(ctx, tx, *t, f.Form)
	if err != nil {
		return err
	}
	files, err := r.claim(ctx, tx, *t, f.Form, s.now())
	if err != nil {
		return err
	}
	v := f.Form.Evaluate(withFiles(r.Answers, files), last, true)
	if err := v.Err(); err != nil {
		return err
	}
	t.Alerts = int64(v.Alerts)
	for _, j := range v.Items {
		if j.Answer == nil {
			continue
		}
		answer, err := given.add(*t, j)
		if err != nil {
			return err
		}
		if j.Rule.Type == checklist.MeterReading && j.Answer.Number != nil && t.Asset != nil {
			t.Read = true
			tx.Later(readingInsert, answer, *t.Asset, t.ID, int64(*j.Answer.Number), r.Ended)
		}
	}
	return nil
}

// readings gives the last readings of the meters that a form asks for, of the task's asset.
func readings(ctx context.Context, tx *db.Tx, t Task, f checklist.Form) (map[id.Item]checklist.Number, error) {
	items, questions := map[id.Question]id.Item{}, []id.Question{}
	for _, i := range f.Items() {
		if i.Rule.Type == checklist.MeterReading {
			items[i.Question], questions = i.ID, append(questions, i.Question)
		}
	}
	if len(questions) == 0 || t.Asset == nil {
		return nil, nil
	}
	type reading struct {
		question id.Question
		number   int64
	}
	rows, err := db.All(ctx, tx, func(r db.Row) (x reading, err error) { err = r.Scan(&x.question, &x.number); return x, err }, lastReadings, questions, *t.Asset)
	out := make(map[id.Item]checklist.Number, len(rows))
	for _, x := range rows {
		out[items[x.question]] = checklist.Number(x.number)
	}
	return out, err
}

func scanCount(r db.Row) (n int64, err error) { err = r.Scan(&n); return n, err }

const taskReport db.SQL = `-- task.taskReport
update tasks set status = $3, started_at = $4, ended_at = $5, performer_id = $6, received_at = $7, late = $8, deviation = $9, alerts = $10, latitude = $11,
  longitude = $12, remark = $13, version = $14, updated_at = $15
where tenant_id = $1 and id = $2 and version = $16`

// codeOf is the code that is to be scanned: the asset's, or the site's for a task without one.
const codeOf db.SQL = `-- task.codeOf
select coalesce((select a.code from assets a where a.tenant_id = $1 and a.id = $2), s.code) from sites s where s.tenant_id = $1 and s.id = $3`

const visitsSkipped db.SQL = `-- task.visitsSkipped
select count(*) from tasks t where t.tenant_id = $1 and t.parent_id = $2 and t.seq < $3 and t.status = 'ASSIGNED'`

const lastReadings db.SQL = `-- task.lastReadings
select l.question_id, l.number from (
  select a.question_id, a.number, row_number() over (partition by a.question_id order by a.at desc, a.id desc) as place
  from answers a join tasks t on t.tenant_id = a.tenant_id and t.id = a.task_id
  where a.tenant_id = $1 and a.question_id in_list($2) and t.asset_id = $3 and a.number is not null) l
where l.place = 1`

const readingInsert db.SQL = `-- task.readingInsert
insert into readings (tenant_id, id, asset_id, task_id, number, at) values ($1, $2, $3, $4, $5, $6) on conflict (tenant_id, id) do nothing`

// runBegin: a run is begun when its first visit is.
const runBegin db.SQL = `-- task.runBegin
update tasks set status = 'INPROGRESS', version = version + 1, updated_at = $3,
  started_at = (select min(v.started_at) from tasks v where v.tenant_id = $1 and v.parent_id = $2),
  performer_id = (select v.performer_id from tasks v where v.tenant_id = $1 and v.parent_id = $2 and v.started_at is not null order by v.started_at limit 1)
where tenant_id = $1 and id = $2 and status = 'ASSIGNED'`

// runEnd: a run is done when every visit is; what its visits raised and where one left its order stands on it too. One that was closed and of which
// a late report tells that something was done is done in part, or done (domain/ops.md 1.8), and is marked late.
const runEnd db.SQL = `-- task.runEnd
update tasks set version = version + 1, updated_at = $3, received_at = $3,
  alerts = (select sum(v.alerts) from tasks v where v.tenant_id = $1 and v.parent_id = $2),
  deviation = exists (select 1 from tasks v where v.tenant_id = $1 and v.parent_id = $2 and v.deviation),
  status = case when not exists (select 1 from tasks v where v.tenant_id = $1 and v.parent_id = $2 and v.status in ('ASSIGNED', 'INPROGRESS', 'AUTOCLOSED'))
    then 'COMPLETED'
    when status = 'AUTOCLOSED' and exists (select 1 from tasks v where v.tenant_id = $1 and v.parent_id = $2 and v.status = 'COMPLETED') then 'PARTIALLYCOMPLETED'
    else status end,
  ended_at = case when status <> 'INPROGRESS'
    or not exists (select 1 from tasks v where v.tenant_id = $1 and v.parent_id = $2 and v.status in ('ASSIGNED', 'INPROGRESS', 'AUTOCLOSED'))
    then (select max(v.ended_at) from tasks v where v.tenant_id = $1 and v.parent_id = $2) else ended_at end,
  late = late or status <> 'INPROGRESS',
  started_at = coalesce(started_at, (select min(v.started_at) from tasks v where v.tenant_id = $1 and v.parent_id = $2)),
  performer_id = coalesce(performer_id,
    (select v.performer_id from tasks v where v.tenant_id = $1 and v.parent_id = $2 and v.started_at is not null order by v.started_at limit 1))
where tenant_id = $1 and id = $2 and status in ('INPROGRESS', 'AUTOCLOSED', 'PARTIALLYCOMPLETED')`
