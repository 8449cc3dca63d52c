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
	Task    id.Task
	Started time.Time // zero: now
	Ended   time.Time // zero: it is only begun, unless Done says that it ended now
	Done    bool
	Answers []checklist.Given
	Scanned string // the code of the asset or site that was scanned or touched, as proof of presence
	Point   *org.Point
	Remark  string
}

// Outcome is what became of a report.
type Outcome string

// The outcomes.
const (
	Applied   Outcome = "APPLIED"
	Duplicate Outcome = "DUPLICATE" // it was applied before: sent twice, it counts once
)

// ahead is how far a phone's clock may run before ours.
const ahead = 5 * time.Minute

// Report applies what somebody says of a task, whole or not at all; when it answers, it is kept. Sent again, it is a Duplicate. The task's
// form judges the answers here, whatever a phone claims (defect 53). Needs task.do for one's own task, or task.update at its site. Invalid for
// answers that break a rule, times outside the task's window and a missing proof of presence; Conflict when somebody else was faster, or the
// task was called off.
func (s *Service) Report(ctx context.Context, who actor.Actor, r Report) (t Task, out Outcome, err error) {
	see, err := sightOf(who)
	if err != nil {
		return Task{}, "", err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := get(ctx, tx, see, r.Task)
		if err != nil {
			return err
		}
		if !old.Mine || !who.At(CanDo, old.Site) {
			if err := who.RequireAt(CanUpdate, old.Site); err != nil {
				return err
			}
		}
		if r.settle(s.now()); r.repeats(old, who.Person()) {
			t, out = old, Duplicate
			tx.Unjournaled("it was kept when it came first")
			return nil
		}
		if err := r.check(old, s.now()); err != nil {
			return err
		}
		t, out = old, Applied
		return s.apply(ctx, tx, who, &t, r)
	})
	if err != nil {
		return Task{}, "", fmt.Errorf("report task %s: %w", r.Task, err)
	}
	return t, out, nil
}

// settle fills in what a report leaves to the moment in which it comes; times are kept to the microsecond.
func (r *Report) settle(now time.Time) {
	if r.Started.IsZero() {
		r.Started = now
	}
	if r.Done && r.Ended.IsZero() {
		r.Ended = now
	}
	r.Started, r.Ended, r.Remark = r.Started.UTC().Truncate(time.Microsecond), r.Ended.UTC().Truncate(time.Microsecond), fold.Line(r.Remark)
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
	c.That(t.Proof != plan.ByGPS || r.Point != nil, "point", "proof", "Say where you are: the position of the phone is the proof of presence.")
	return c.Err()
}
