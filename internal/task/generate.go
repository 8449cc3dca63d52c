package task

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/plan"
)

// sweep looks for plans of all tenants that need tasks: a net under the jobs, and what carries the horizon on.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "task.sweep" }

// moved makes the tasks of a plan anew whose time, stops or hands have changed.
type moved struct{ journal.Event }

// Kind names the job.
func (moved) Kind() string { return "task.moved" }

// recast makes what is to come anew after a blackout or a calendar has changed.
type recast struct{ journal.Event }

// Kind names the job.
func (recast) Kind() string { return "task.recast" }

func (s *Service) registerJobs(r *job.Runner, every time.Duration) {
	job.Watch(r, s.journal, []string{"plan.created", "plan.updated"}, func(ctx context.Context, who actor.Actor, m moved) error {
		_, err := s.Generate(ctx, who, id.Of[id.Plan](m.Subject.Bytes()))
		return err
	})
	job.Watch(r, s.journal, []string{"blackout.created", "blackout.deleted", "calendar.updated"}, s.recast)
	job.Register(r, s.followed)
	job.FollowUnless[followed](s.journal, 0, []string{"task.completed", "task.expired", "task.called_off"}, leadsNowhere)
	job.Every(r, every, sweep{}, s.sweep)
}

// recast has the plans that keep holidays looked at anew. A blackout has asked for that itself, at its site.
func (s *Service) recast(ctx context.Context, who actor.Actor, r recast) error {
	if r.Verb == "calendar.updated" {
		err := s.db.Write(ctx, who, func(tx *db.Tx) error {
			tx.Unjournaled("what comes of a plan follows from the calendar, whose change has a row")
			plan.Recast(tx)
			return nil
		})
		if err != nil {
			return fmt.Errorf("reckon plans anew: %w", err)
		}
	}
	return s.GenerateAll(ctx, who)
}

// sweep goes through all tenants; a fault in one does not keep it from the next.
func (s *Service) sweep(ctx context.Context, _ actor.Actor, _ sweep) error {
	tenants, err := s.tenants(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for _, t := range tenants {
		faults = append(faults, s.GenerateAll(ctx, job.Actor(t)))
	}
	return errors.Join(faults...)
}

// batch is how many plans of a tenant are looked for at once.
const batch = 500

// GenerateAll makes the tasks of every plan of the tenant that needs some, each plan in a transaction of its own (defect 21): one that fails
// does not keep the others from theirs. It is for background work: who is the system.
func (s *Service) GenerateAll(ctx context.Context, who actor.Actor) error {
	if who.Kind() != actor.System {
		return fault.Denied("task.generate")
	}
	var faults []error
	failed := map[id.Plan]bool{}
	for {
		var waiting []id.Plan
		err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
			waiting, err = plan.Waiting(ctx, tx, s.now(), batch)
			return err
		})
		if err != nil {
			return fmt.Errorf("look for plans that need tasks: %w", err)
		}
		done := 0
		for _, p := range waiting {
			if failed[p] {
				continue
			}
			if _, err := s.Generate(ctx, who, p); err != nil {
				faults, failed[p] = append(faults, err), true
				continue
			}
			done++
		}
		if len(waiting) < batch || done == 0 || ctx.Err() != nil {
			return errors.Join(faults...)
		}
	}
}

// Generate makes the tasks of a plan up to its horizon and says how many occurrences they are of. Run twice, on two nodes or after a crash, it makes
// each once: a task's id is made of what it is of. A plan that has moved is held against what it made before: what is to come and untouched gets its new
// time, stops and hands under its old id, or is called off; what was begun stays (defects 4, 5 and 6). It is for background work: who is the system.
func (s *Service) Generate(ctx context.Context, who actor.Actor, p id.Plan) (made int, err error) {
	if who.Kind() != actor.System {
		return 0, fault.Denied("task.generate")
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("what comes of a plan follows from the plan, whose change has a row")
		now := s.now()
		b, err := plan.Take(ctx, tx, p, now)
		if err != nil {
			return err
		}
		forms, err := checklist.PublishedOf(ctx, tx, b.Plan.Checklists())
		if err != nil {
			return err
		}
		var headers []id.Task
		for _, c := range b.Coming {
			for _, t := range tasksOf(who.Tenant(), c, forms) {
				t.Updated = now
				tx.Later(taskPut, t.arguments(now)...)
				if t.Parent == nil {
					headers = append(headers, t.ID)
				}
			}
		}
		if b.Anew {
			tx.Later(tasksCallOff, p, b.Plan.ScheduleVersion, now)
		}
		made = len(b.Coming)
		if made > 0 || b.Anew {
			tx.AfterCommit(func() { s.kept.store.Invalidate(ctx, who.Tenant(), "task") })
		}
		return s.expect(ctx, tx, headers)
	})
	if err != nil {
		return 0, fmt.Errorf("generate tasks of plan %s: %w", p, err)
	}
	return made, nil
}

// tasksOf gives the tasks of one occurrence: the header, and the visits of a run. It is pure.
func tasksOf(tenant id.Tenant, c plan.Coming, forms map[id.Checklist]id.Form) []Task {
	p := c.Plan
	header := Task{
		ID: headerID(tenant, c), Plan: &p.ID, Kind: p.Kind, Source: FromPlan, Site: p.Site, Name: p.Name,
		Asset: p.Asset, Person: p.Person, Group: p.Group, Post: p.Post, Priority: p.Priority, Proof: p.Proof, Ordered: p.Ordered, Expiry: p.Expiry, Category: p.Category, Alarms: p.Alarms,
		Nominal: c.Nominal, Schedule: p.ScheduleVersion, Fires: c.Fires, Begins: c.Begins, Due: c.Due, Status: Assigned, Version: 1,
	}
	if len(c.Visits) == 0 {
		header.Form = formOf(forms, p.Checklist)
		return []Task{header}
	}
	out := []Task{header}
	for i, v := range c.Visits {
		stop := p.Stops[v.Stop]
		t := header
		t.ID = id.Derive[id.Task](c.Origin, tenant.String(), p.ID.String(), c.Nominal, stop.ID.String(), strconv.Itoa(v.Round))
		t.Parent, t.Stop, t.Asset, t.Name = &header.ID, &stop.ID, stop.Asset, stop.Name
		if stop.Site != nil {
			t.Site = *stop.Site
		}
		if t.Form = formOf(forms, stop.Checklist); t.Form == nil {
			t.Form = formOf(forms, p.Checklist)
		}
		t.Round, t.Seq, t.Begins, t.Due = int64(v.Round), int64(i), v.Begins, v.Due
		out = append(out, t)
	}
	return out
}

// headerID is the id of the task of an occurrence: the same whenever and wherever it is made.
func headerID(tenant id.Tenant, c plan.Coming) id.Task {
	return id.Derive[id.Task](c.Origin, tenant.String(), c.Plan.ID.String(), c.Nominal)
}

func formOf(forms map[id.Checklist]id.Form, list *id.Checklist) *id.Form {
	if list == nil {
		return nil
	}
	f, known := forms[*list]
	if !known {
		return nil
	}
	return &f
}

func (t Task) searchKey() string { return fold.Key(t.Name) }
