package task

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/ticket"
)

// expired looks at a task whose time is over. One that is still to be done is closed: a run of which something was done is done in part, the rest
// is missed; its plan says whether a ticket is raised, once. Who is told follows from the row of the journal (domain/ops.md 2.9).
func (s *Service) expired(ctx context.Context, who actor.Actor, d deadline.Deadline) (deadline.Answer, error) {
	t, visits, over, err := s.pending(ctx, who, d)
	if err != nil || over.State != "" {
		return over, err
	}
	if until := t.Due.Add(s.grace); s.now().Before(until) {
		return deadline.Answer{State: deadline.Open, Again: until}, nil
	}
	old := t
	t.Status, t.Version, t.Updated = Autoclosed, old.Version+1, s.now()
	note := "Nobody did it."
	if visits.done > 0 {
		t.Status, t.Ended = Partial, visits.last
		note = fmt.Sprintf("%d of %d stops were done.", visits.done, visits.all)
	}
	if t.Expiry == plan.RaiseTicket {
		said, err := s.raise(ctx, who, &t, note)
		if err != nil {
			return deadline.Answer{}, err
		}
		note += " " + said
	}
	if t.Expiry != plan.CloseIt {
		note += " Those in charge of the site are told."
	}
	return deadline.Answer{State: deadline.Broken, Note: note}, s.close(ctx, who, old, t)
}

// visits is how far the stops of a run are.
type visits struct {
	all, done int64
	last      *time.Time // when the last one was done
	scanned   *time.Time // when the last one was begun
}

// standing reads a task, and how far its run is.
func (s *Service) standing(ctx context.Context, who actor.Actor, task id.Task) (t Task, v visits, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if t, err = get(ctx, tx, sight{all: true}, task); err != nil || !t.Kind.Stops() {
			return err
		}
		v, err = db.One(ctx, tx, func(r db.Row) (v visits, err error) {
			err = r.Scan(&v.all, &v.done, db.Null(&v.last), db.Null(&v.scanned))
			return v, err
		}, visitsDone, task)
		return err
	})
	return t, v, err
}

// close writes that a task's time is over, with its row in the journal. Conflict when somebody was faster: it is looked at again.
func (s *Service) close(ctx context.Context, who actor.Actor, old, t Task) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, taskClose, t.ID, t.Status, t.Ended, t.Ticket, t.Version, t.Updated, old.Version)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Stale("task", old)
		}
		if t.Kind.Stops() {
			tx.Later(visitsClose, t.ID, t.Updated)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "task.expired", Subject: t.ID, Site: t.Site, Before: old, After: t})
	})
}

// raise makes the ticket of a task that was missed, and says so. What keeps one from being made, such as a category that is no longer active,
// does not keep the task open: it is said instead.
func (s *Service) raise(ctx context.Context, who actor.Actor, t *Task, why string) (said string, err error) {
	if t.Category == nil {
		return "No ticket: the plan names no category.", nil
	}
	zone, err := clock.Zone(t.Zone)
	if err != nil {
		return "", err
	}
	in := ticket.Input{
		Site: t.Site, Category: *t.Category, Asset: t.Asset, Title: cut("Missed: " + t.Name), Priority: ticket.Priority(t.Priority),
		Description: why + " It was to be done by " + t.Due.In(zone).Format("Mon 2 Jan 2006 15:04 MST") + ".",
		Assignee:    ticket.Assignee{Person: t.Person, Group: t.Group},
	}
	made, err := s.tickets.Create(ctx, who, in)
	if fault.KindOf(err) == fault.Invalid { // whose task it was may have left
		in.Assignee = ticket.Assignee{}
		made, err = s.tickets.Create(ctx, who, in)
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.NotFound, fault.Forbidden:
		return "No ticket could be raised: " + reasonOf(err), nil
	}
	if err != nil {
		return "", err
	}
	t.Ticket = &made.ID
	return "Ticket " + made.Ref() + " was raised.", nil
}

// cut shortens a title to what a ticket's may have.
func cut(title string) string {
	r := []rune(title)
	return string(r[:min(len(r), 200)])
}

// reasonOf says what is wrong in a sentence: the first field's, or the fault's.
func reasonOf(err error) string {
	f := fault.As(err)
	if len(f.Fields) > 0 {
		return f.Fields[0].Message
	}
	return f.Message
}

const visitsDone db.SQL = `-- task.visitsDone
select count(*), count(case when t.status = 'COMPLETED' then 1 end), max(t.ended_at), max(t.started_at) from tasks t where t.tenant_id = $1 and t.parent_id = $2`

const taskClose db.SQL = `-- task.taskClose
update tasks set status = $3, ended_at = $4, ticket_id = $5, version = $6, updated_at = $7 where tenant_id = $1 and id = $2 and version = $8`

const visitsClose db.SQL = `-- task.visitsClose
update tasks set status = 'AUTOCLOSED', version = version + 1, updated_at = $3
where tenant_id = $1 and parent_id = $2 and status in ('ASSIGNED', 'INPROGRESS')`
