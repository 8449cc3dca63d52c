package testworld

import (
	"time"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
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

// Post makes a post at a site where one person is to be at all times, ten minutes of grace, unless change says otherwise.
func (x *Tenant) Post(site id.Site, code string, change ...func(*post.Input)) post.Post {
	x.w.t.Helper()
	in := post.Input{Site: site, Code: code, Name: code, Grace: 10, Active: true}
	for day := range 7 {
		in.Hours = append(in.Hours, post.Span{Weekday: day, Until: 24 * 60})
	}
	for _, f := range change {
		f(&in)
	}
	p, err := x.w.Posts.Create(x.w.t.Context(), x.System, in)
	x.w.must(err)
	return p
}

// Rostered rosters the guard at a post from now on for eight hours.
func (x *Tenant) Rostered(at post.Post) post.Assignment {
	x.w.t.Helper()
	now := x.w.Clock.Now()
	a, err := x.w.Posts.Assign(x.w.t.Context(), x.System, at.ID, post.Assignment{Person: x.Staff[org.Guard].ID, From: now, Until: now.Add(8 * time.Hour)})
	x.w.must(err)
	return a
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
