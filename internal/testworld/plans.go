package testworld

import (
	"time"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
)

// PlanInput is a task of the guard at a site, every day at eight for an hour, from the day the world begins, unless change says otherwise.
func (x *Tenant) PlanInput(site id.Site, name string, list checklist.Checklist, change ...func(*plan.Input)) plan.Input {
	guard := x.Staff[org.Guard].ID
	in := plan.Input{
		Kind: plan.Task, Site: site, Name: name, Checklist: &list.ID, Person: &guard, Active: true,
		Schedule: plan.Schedule{Rule: "0 8 * * *", From: "2026-11-25", Duration: 60},
	}
	for _, f := range change {
		f(&in)
	}
	return in
}

// Plan makes the plan of PlanInput.
func (x *Tenant) Plan(site id.Site, name string, list checklist.Checklist, change ...func(*plan.Input)) plan.Plan {
	x.w.t.Helper()
	p, err := x.w.Plans.Create(x.w.t.Context(), x.System, x.PlanInput(site, name, list, change...))
	x.w.must(err)
	return p
}

// FirstTask has the tasks of the tenant's plans made and gives the first of one of them.
func (x *Tenant) FirstTask(of plan.Plan) task.Task {
	x.w.t.Helper()
	x.w.must(x.w.Tasks.GenerateAll(x.w.t.Context(), x.System))
	all, err := x.w.Tasks.List(x.w.t.Context(), x.System, task.Filter{Plan: &of.ID}, page.Request{Limit: 1})
	x.w.must(err)
	return all.Items[0]
}

// Blackout shuts every site for an hour from now.
func (x *Tenant) Blackout(reason string) plan.Blackout {
	x.w.t.Helper()
	now := x.w.Clock.Now()
	b, err := x.w.Plans.CreateBlackout(x.w.t.Context(), x.System, plan.Blackout{From: now, Until: now.Add(time.Hour), Reason: reason})
	x.w.must(err)
	return b
}
