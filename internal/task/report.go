package task

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
)

// Report is what somebody says of a task: that they began it, or what they did.
type Report struct {
	ID      id.Report // what the phone or program calls it, so that it counts once; zero: nothing
	Task    id.Task   // zero: nobody planned it; see Work
	Work    Work      // of what nobody planned
	Started time.Time // zero: now
	Ended   time.Time // zero: it is only begun, unless Done says that it ended now
	Done    bool
	Answers []checklist.Given // their files were added to the task before: Open gives that of unplanned work
	Scanned string            // the code of the asset or site that was scanned or touched, as proof of presence
	Point   *org.Point
	NoPoint string // why the phone's position is missing where it is the proof of presence; it is kept with the remark
	Remark  string

	opens bool // it only finds the task, and begins one that is to be begun
}

// Outcome is what became of a report.
type Outcome string

// The outcomes.
const (
	Applied   Outcome = "APPLIED"
	Duplicate Outcome = "DUPLICATE" // it was applied before: sent twice, it counts once
	Merged    Outcome = "MERGED"    // it named no task, and was applied to one that was planned
	Conflicts Outcome = "CONFLICT"  // it came too late: the task is done, called off or in other hands
	Rejected  Outcome = "REJECTED"  // it breaks a rule; sent again as it is, it will again
)

// ahead is how far a phone's clock may run before ours.
const ahead = 5 * time.Minute

// Report applies what somebody says of a task, whole or not at all; when it answers, it is kept. Sent again, it is a Duplicate. The task's
// form judges the answers here, whatever a phone claims (defect 53). Without a task it is of work that nobody planned: it is Merged into a
// planned task that it fits, or makes one. Needs task.do for one's own task or work, or task.update at its site. Invalid for
// answers that break a rule, times outside the task's window and a missing proof of presence; Conflict when somebody else was faster, or the
// task was called off.
func (s *Service) Report(ctx context.Context, who actor.Actor, r Report) (t Task, out Outcome, err error) {
	see, err := sightOf(who)
	if err != nil {
		return Task{}, "", err
	}
	r.settle(s.now())
	looks := r.Task.IsZero() // of what nobody planned it must be known before a task is made
	apply := func(tx *db.Tx) error {
		t, out, err = s.report(ctx, tx, who, see, r, looks)
		return err
	}
	err = s.db.Write(ctx, who, apply)
	// Few reports come twice, so for one of a task it is not looked whether it came: then its id is taken, or the task is not to be done any more. It may also
	// have been faster on another connection.
	if k := fault.KindOf(err); !r.ID.IsZero() && (k == fault.Conflict || rejects(k) && !looks) {
		looks = true
		err = s.db.Write(ctx, who, apply)
	}
	if err != nil {
		return Task{}, "", fmt.Errorf("report task %s: %w", r.Task, err)
	}
	return t, out, nil
}

// rejects says that a report with this fault breaks a rule: sent again as it is, it will again.
func rejects(k fault.Kind) bool {
	return k == fault.Invalid || k == fault.NotFound || k == fault.Forbidden
}

// report is Report in a transaction; it looks whether the report came before, or leaves that to the report's id.
func (s *Service) report(ctx context.Context, tx *db.Tx, who actor.Actor, see sight, r Report, looks bool) (t Task, out Outcome, err error) {
	if looks && !r.ID.IsZero() {
		came, err := db.All(ctx, tx, scanBefore, reportGet, r.ID)
		if err != nil {
			return Task{}, "", err
		}
		if len(came) > 0 {
			return came[0].again(ctx, tx, who.Person(), see)
		}
	}
	if out = Applied; r.Task.IsZero() {
		t, out, err = s.adHoc(ctx, tx, who, see, r)
	} else {
		t, err = get(ctx, tx, see, r.Task)
	}
	if err != nil {
		return Task{}, "", err
	}
	own := t.Mine
	if !own && t.Post != nil {
		if own, err = db.One(ctx, tx, func(r db.Row) (was bool, err error) { err = r.Scan(&was); return was, err }, heldThen, *t.Post, who.Person(), r.Started); err != nil {
			return Task{}, "", err
		}
	}
	if !own || !who.At(CanDo, t.Site) {
		if err := who.RequireAt(CanUpdate, t.Site); err != nil {
			return Task{}, "", err
		}
	}
	if r.repeats(t, who.Person()) {
		tx.Unjournaled("it was kept when it came first")
		return t, Duplicate, nil
	}
	if r.opens && !t.Status.May(InProgress) {
		tx.Unjournaled("it is begun, or was missed: it stays as it is until the report is told")
		return t, out, nil
	}
	if err := r.check(t, s.now()); err != nil {
		return Task{}, "", err
	}
	if !r.ID.IsZero() {
		tx.Later(reportInsert, r.ID, orNone(who.Person()), t.ID, out == Merged, s.now())
	}
	return t, out, s.apply(ctx, tx, who, &t, r)
}

// before is a report that came under an id.
type before struct {
	task   id.Task
	person *id.Person
}

func scanBefore(r db.Row) (b before, err error) {
	err = r.Scan(&b.task, db.Null(&b.person))
	return b, err
}

// again answers a report that came before as it was answered then. Conflict when it was somebody else's.
func (b before) again(ctx context.Context, tx *db.Tx, person id.Person, see sight) (Task, Outcome, error) {
	if b.person == nil && !person.IsZero() || b.person != nil && *b.person != person {
		return Task{}, "", fault.Of(fault.Conflict, "Another report has this id. Give each its own.")
	}
	tx.Unjournaled("it was kept when it came first")
	t, err := get(ctx, tx, see, b.task)
	return t, Duplicate, err
}

// orNone is a person, or nil for who is nobody.
func orNone(p id.Person) *id.Person {
	if p.IsZero() {
		return nil
	}
	return &p
}

const reportGet db.SQL = `-- task.reportGet
select r.task_id, r.person_id from task_reports r where r.tenant_id = $1 and r.id = $2`

// heldThen says that a person held the post of a task when they did it, whoever holds it now.
const heldThen db.SQL = `-- task.heldThen
select exists (select 1 from post_duties h where h.tenant_id = $1 and h.post_id = $2 and h.person_id = $3 and h.began_at <= $4 and (h.ended_at is null or h.ended_at >= $4))`

const reportInsert db.SQL = `-- task.reportInsert
insert into task_reports (tenant_id, id, person_id, task_id, merged, received_at) values ($1, $2, $3, $4, $5, $6)`

// settle fills in what a report leaves to the moment in which it comes; times are kept to the microsecond.
func (r *Report) settle(now time.Time) {
	if r.Started.IsZero() {
		r.Started = now
	}
	if r.Done && r.Ended.IsZero() {
		r.Ended = now
	}
	r.Started, r.Ended, r.Remark = r.Started.UTC().Truncate(time.Microsecond), r.Ended.UTC().Truncate(time.Microsecond), fold.Line(r.Remark)
	if r.NoPoint = fold.Line(r.NoPoint); r.Point != nil {
		r.NoPoint = ""
	}
}

// repeats says that the task is as the report would make it already.
func (r Report) repeats(t Task, person id.Person) bool {
	same := t.Performer != nil && *t.Performer == person && t.Started != nil && t.Started.Equal(r.Started)
	if r.Ended.IsZero() {
		return same && t.Status == InProgress
	}
	return same && t.Ended != nil && t.Ended.Equal(r.Ended)
}

// check holds a report to the task: its status, its window, its proof.
func (r Report) check(t Task, now time.Time) error {
	to := InProgress
	if !r.Ended.IsZero() {
		to = Completed
	}
	if t.Kind.Stops() && t.Parent == nil {
		return fault.Of(fault.Conflict, "A run is done stop by stop: report its stops.")
	}
	if !t.Status.May(to) {
		return fault.Of(fault.Conflict, "This task is "+t.Status.words()+" already.")
	}
	var c fault.Check
	c.Text("remark", r.Remark, 0, 2000)
	c.That(!r.Started.Before(t.Begins), "started_at", "early", "It may be begun at "+t.Begins.Format(time.RFC3339)+".")
	c.That(!r.Started.After(t.Due), "started_at", "late", "It was to be done by "+t.Due.Format(time.RFC3339)+".")
	c.That(!r.Started.After(now.Add(ahead)) && !r.Ended.After(now.Add(ahead)), "started_at", "future", "This time has not come yet: look at the clock of the phone.")
	c.That(r.Ended.IsZero() || !r.Ended.Before(r.Started), "ended_at", "order", "It ends after it begins.")
	c.That(t.Proof != plan.ByGPS || r.Point != nil || r.NoPoint != "", "point", "proof", "Say where you are: the position of the phone is the proof of presence. Without one, say why.")
	c.Text("no_point", r.NoPoint, 0, 200)
	return c.Err()
}
