package task

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/plan"
)

// What is expected of tasks.
const (
	ToBeDone    deadline.Kind = "task.done"  // of every task and run: that it is done by its time, and a grace for phones that were without a signal
	ToBeScanned deadline.Kind = "task.scan"  // of a run whose plan says so: that a stop is scanned within so many minutes of the last one, or of its begin
	ToBeBegun   deadline.Kind = "task.begin" // of a task whose plan says so: that it is begun by a reminder's time; else whose it is are reminded
)

// expect writes what is expected of tasks, as they stand in the database.
func (s *Service) expect(ctx context.Context, tx *db.Tx, tasks []id.Task) error {
	if len(tasks) == 0 {
		return nil
	}
	rows, err := db.All(ctx, tx, scanWindow, windows, tasks)
	if err != nil {
		return err
	}
	now := s.now()
	var all []deadline.Expected
	for _, w := range rows {
		all = append(all, deadline.Expected{Kind: ToBeDone, Subject: w.task, Due: w.due.Add(s.grace)})
		if w.Silence > 0 {
			all = append(all, deadline.Expected{Kind: ToBeScanned, Subject: w.task, Due: w.begins.Add(minutes(w.Silence))})
		}
		for _, m := range w.Reminders {
			if at := w.begins.Add(-minutes(m)); at.After(now) {
				all = append(all, deadline.Expected{Kind: ToBeBegun, Mark: strconv.FormatInt(m, 10), Subject: w.task, Due: at})
			}
		}
	}
	s.deadlines.Expect(tx, all...)
	return nil
}

func minutes(n int64) time.Duration { return time.Duration(n) * time.Minute }

// window is when a task is to be done, and what is to be known of it before.
type window struct {
	task        id.Any
	begins, due time.Time
	plan.Alarms
}

func scanWindow(r db.Row) (w window, err error) {
	var reminders string
	err = r.Scan(&w.task, &w.begins, &w.due, &w.Silence, &reminders)
	return w, errors.Join(err, w.Remind(reminders))
}

const windows db.SQL = `-- task.windows
select t.id, t.begins_at, t.due_at, t.silence, t.reminders from tasks t
where t.tenant_id = $1 and t.id in_list($2) and t.parent_id is null and t.status in ('ASSIGNED', 'INPROGRESS')`

// reminded reminds whose a task is that is still to be begun. Who is told follows from the row of the journal.
func (s *Service) reminded(ctx context.Context, who actor.Actor, d deadline.Deadline) (deadline.Answer, error) {
	t, _, over, err := s.pending(ctx, who, d)
	if err != nil || over.State != "" {
		return over, err
	}
	switch before := int64(t.Begins.Sub(d.Due) / time.Minute); {
	case t.Status != Assigned:
		return deadline.Answer{State: deadline.Met, Note: t.Status.Label() + "."}, nil
	case !slices.Contains(t.Reminders, before):
		return deadline.Answer{State: deadline.Met, Note: "The plan asks for no reminder then."}, nil
	}
	return deadline.Answer{State: deadline.Broken, Note: "Whose it is are reminded."}, s.say(ctx, who, t, "task.reminded")
}

// silent looks for the last scan of a run. Without one for as long as its plan allows, those in charge are told, once until the next scan.
func (s *Service) silent(ctx context.Context, who actor.Actor, d deadline.Deadline) (deadline.Answer, error) {
	t, v, over, err := s.pending(ctx, who, d)
	if err != nil || over.State != "" {
		return over, err
	}
	now, since, words := s.now(), t.Begins, "since it could be begun"
	if t.Silence == 0 || now.After(t.Due) {
		return deadline.Answer{State: deadline.Met, Note: "No scan is expected any more."}, nil
	}
	if v.scanned != nil {
		zone, err := clock.Zone(t.Zone)
		if err != nil {
			return deadline.Answer{}, err
		}
		since, words = *v.scanned, "since "+v.scanned.In(zone).Format("15:04")
	}
	if next := since.Add(minutes(t.Silence)); next.After(now) {
		return deadline.Answer{State: deadline.Open, Again: next}, nil
	}
	return deadline.Answer{State: deadline.Broken, Note: "No scan " + words + ". Those in charge of the site are told."}, s.say(ctx, who, t, "task.silent")
}

// pending reads a task of which something is expected, and how far its run is. over says that nothing is any more: it is gone, done, closed or
// called off.
func (s *Service) pending(ctx context.Context, who actor.Actor, d deadline.Deadline) (t Task, v visits, over deadline.Answer, err error) {
	t, v, err = s.standing(ctx, who, id.Of[id.Task](d.Subject.Bytes()))
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return t, v, deadline.Answer{State: deadline.Met, Note: "It is no longer there."}, nil
	case err == nil && !t.Status.Open():
		over = deadline.Answer{State: deadline.Met, Note: t.Status.Label() + "."}
	}
	return t, v, over, err
}

// say writes into the journal what was found about a task, from which follows who is told.
func (s *Service) say(ctx context.Context, who actor.Actor, t Task, verb string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		return s.journal.Record(ctx, tx, journal.Change{Verb: verb, Subject: t.ID, Site: t.Site, After: t})
	})
}
