package task

import (
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// Assign gives a task that nobody has begun to a person or to a group, and the visits of a run with it; its plan leaves it so. Needs
// task.update at its site. Invalid unless it is one of them, and active; Conflict with the current record when version is not the stored one,
// and when the task is no longer to be done.
func (s *Service) Assign(ctx context.Context, who actor.Actor, task id.Task, version int64, person *id.Person, group *id.Group) (Task, error) {
	return s.change(ctx, who, task, version, "task.assigned", func(tx *db.Tx, t *Task) error {
		var c fault.Check
		c.That((person == nil) != (group == nil), "person_id", "assignee", "Choose who does it: a person or a group.")
		if err := c.Err(); err != nil {
			return err
		}
		name, err := db.One(ctx, tx, func(r db.Row) (n string, err error) { err = r.Scan(&n); return n, err }, handGet, person, group)
		if fault.KindOf(err) == fault.NotFound {
			path := "person_id"
			if group != nil {
				path = "group_id"
			}
			c.Add(path, "unknown", "There is no such active person or group.")
			return c.Err()
		}
		if t.Person, t.Group, t.Post, t.PersonName, t.GroupName, t.PostName = person, group, nil, name, "", ""; group != nil {
			t.PersonName, t.GroupName = "", name
		}
		tx.Later(visitsAssign, task, person, group, s.now())
		return err
	})
}

// CallOff calls a task off that nobody has begun, and the visits of a run with it; its plan does not bring it back. Needs task.update at its
// site. Invalid without a reason; Conflict with the current record when version is not the stored one, and when the task is no longer to be done.
func (s *Service) CallOff(ctx context.Context, who actor.Actor, task id.Task, version int64, why string) (Task, error) {
	return s.change(ctx, who, task, version, "task.called_off", func(tx *db.Tx, t *Task) error {
		var c fault.Check
		why = fold.Line(why)
		c.Text("remark", why, 1, 2000)
		t.Status, t.Remark = Cancelled, why
		tx.Later(visitsCallOff, task, s.now())
		return c.Err()
	})
}

// change changes a task that nobody has begun by hand, with its row in the journal.
func (s *Service) change(ctx context.Context, who actor.Actor, task id.Task, version int64, verb string, do func(tx *db.Tx, t *Task) error) (t Task, err error) {
	if err := who.Require(CanUpdate); err != nil {
		return Task{}, err
	}
	see, err := sightOf(who)
	if err != nil {
		return Task{}, err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := get(ctx, tx, see, task)
		if err != nil {
			return err
		}
		if err := who.RequireAt(CanUpdate, old.Site); err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("task", old)
		}
		if old.Status != Assigned {
			return fault.Of(fault.Conflict, "This task is "+old.Status.words()+" already.")
		}
		t = old
		if err := do(tx, &t); err != nil {
			return err
		}
		t.ByHand, t.Version, t.Updated = true, version+1, s.now()
		n, err := tx.Exec(ctx, taskHand, task, t.Person, t.Group, t.Status, t.Remark, t.Version, t.Updated, version, t.Post)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Stale("task", old)
		}
		if t.Parent != nil {
			tx.Later(runEnd, *t.Parent, t.Updated)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: verb, Subject: task, Site: t.Site, Before: old, After: t})
	})
	if err != nil {
		return Task{}, fmt.Errorf("change task %s: %w", task, err)
	}
	return t, nil
}

const taskHand db.SQL = `-- task.taskHand
update tasks set person_id = $3, group_id = $4, status = $5, remark = $6, version = $7, updated_at = $8, post_id = $10, by_hand = true
where tenant_id = $1 and id = $2 and version = $9`

const visitsAssign db.SQL = `-- task.visitsAssign
update tasks set person_id = $3, group_id = $4, post_id = null, version = version + 1, updated_at = $5, by_hand = true
where tenant_id = $1 and parent_id = $2 and status = 'ASSIGNED'`

const visitsCallOff db.SQL = `-- task.visitsCallOff
update tasks set status = 'CANCELLED', version = version + 1, updated_at = $3, by_hand = true
where tenant_id = $1 and parent_id = $2 and status = 'ASSIGNED'`

const handGet db.SQL = `-- task.handGet
select p.name from persons p where p.tenant_id = $1 and p.id = $2 and p.active
union all select g.name from member_groups g where g.tenant_id = $1 and g.id = $3 and g.active and g.kind = 'people'`
