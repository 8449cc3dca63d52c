package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
)

// Task answers with a task.
func (q query) Task(ctx context.Context, t id.Any) (*task.Task, error) {
	return pointer(q.c.Tasks.Get(ctx, actor.From(ctx), as[id.Task](t)))
}

// TaskWhole answers with a task and everything that belongs to it.
func (q query) TaskWhole(ctx context.Context, t id.Any) (*task.Whole, error) {
	return pointer(q.c.Tasks.GetWhole(ctx, actor.From(ctx), as[id.Task](t)))
}

// Tasks answers with a piece of the tasks.
func (q query) Tasks(ctx context.Context, filter gen.TaskFilter, first int64, after string) (*gen.TaskConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	f := taskFilter(filter)
	list, err := q.c.Tasks.List(ctx, actor.From(ctx), f, p)
	if err != nil {
		return nil, err
	}
	all, info := edges(list, func(t *task.Task) (string, string) { return f.Cursor(*t) },
		func(c string, t *task.Task) gen.TaskEdge { return gen.TaskEdge{Cursor: c, Node: t} })
	return &gen.TaskConnection{Edges: all, PageInfo: info}, nil
}

// TaskCounts answers with how many tasks there are of each status.
func (q query) TaskCounts(ctx context.Context, filter gen.TaskFilter) ([]gen.TaskCount, error) {
	f := taskFilter(filter)
	f.Open = false // each status is counted, whichever the list has
	counts, err := q.c.Tasks.Counts(ctx, actor.From(ctx), f)
	if err != nil {
		return nil, err
	}
	out := make([]gen.TaskCount, len(task.Statuses()))
	for i, status := range task.Statuses() {
		out[i] = gen.TaskCount{Status: status, Count: counts[status]}
	}
	return out, nil
}

func taskFilter(f gen.TaskFilter) task.Filter {
	out := task.Filter{
		Site: maybe[id.Site](f.SiteID), Plan: maybe[id.Plan](f.PlanID), Parent: maybe[id.Task](f.ParentID), Visits: f.Visits,
		Kind: given(f.Kind), Asset: maybe[id.Asset](f.AssetID), Person: maybe[id.Person](f.PersonID), Group: maybe[id.Group](f.GroupID), Post: maybe[id.Post](f.PostID), Mine: f.Mine,
		From: given(f.From), Until: given(f.Until), DueBefore: given(f.DueBefore), DueFrom: given(f.DueFrom), Timing: given(f.Outcome), Alerts: f.Alerts, Search: f.Search, Newest: f.Newest,
		ChangedAfter: given(f.ChangedAfter),
	}
	return out.Only(f.Statuses...)
}

// ReportTasks applies what somebody says of tasks.
func (m mutation) ReportTasks(ctx context.Context, reports []task.Report) ([]gen.TaskResult, error) {
	all, err := m.c.Tasks.Submit(ctx, actor.From(ctx), reports)
	if err != nil {
		return nil, err
	}
	out := make([]gen.TaskResult, len(all))
	for i, r := range all {
		out[i] = gen.TaskResult{ID: id.Of[id.Any](r.ID.Bytes()), Outcome: r.Outcome, Faults: []fault.Field{}}
		if r.Fault == nil {
			out[i].Task = &r.Task
			continue
		}
		f := fault.As(r.Fault)
		out[i].Code, out[i].Detail, out[i].Faults = string(f.Kind), f.Message, named(f.Fields, nil)
	}
	return out, nil
}

// AssignTask gives a task to a person or a group.
func (m mutation) AssignTask(ctx context.Context, t id.Any, version int64, to ticket.Assignee) (*task.Task, error) {
	return pointer(m.c.Tasks.Assign(ctx, actor.From(ctx), as[id.Task](t), version, to.Person, to.Group))
}

// CallOffTask calls a task off.
func (m mutation) CallOffTask(ctx context.Context, t id.Any, version int64, remark string) (*task.Task, error) {
	return pointer(m.c.Tasks.CallOff(ctx, actor.From(ctx), as[id.Task](t), version, remark))
}

// Plan answers with the plan that a task comes of.
func (taskResolver) Plan(ctx context.Context, t *task.Task) (*plan.Plan, error) {
	return load(ctx, loadersOf(ctx).plans, t.Plan)
}

// Site answers with the site of a task.
func (taskResolver) Site(ctx context.Context, t *task.Task) (*org.Site, error) {
	return load(ctx, loadersOf(ctx).sites, &t.Site)
}

// Asset answers with what a task is about.
func (taskResolver) Asset(ctx context.Context, t *task.Task) (*asset.Asset, error) {
	return load(ctx, loadersOf(ctx).assets, t.Asset)
}

// Person answers with whose a task is.
func (taskResolver) Person(ctx context.Context, t *task.Task) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, t.Person)
}

// Performer answers with who did a task.
func (taskResolver) Performer(ctx context.Context, t *task.Task) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, t.Performer)
}
