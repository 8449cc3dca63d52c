package web

import (
	"net/http"

	"intelliwiz/internal/plan"
	"intelliwiz/internal/reply"
)

// plansPath is where plans are; blackoutsPath is where the times are in which they do not come as usual.
const (
	plansPath     = "/plans"
	blackoutsPath = "/blackouts"
)

// planRoutes are the pages of plans and blackouts.
func (p *pages) planRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/plans", Permission: plan.CanRead, Handler: p.listPlans, Name: "plan.list"},
		{Method: post, Path: "/plans", Permission: plan.CanCreate, Handler: p.createPlan, Name: "plan.create", Changes: true},
		{Method: get, Path: "/plans/new", Permission: plan.CanCreate, Handler: p.newPlan, Name: "plan.new"},
		{Method: get, Path: "/plans/{id}", Permission: plan.CanRead, Handler: p.getPlan, Name: "plan.get"},
		{Method: post, Path: "/plans/{id}", Permission: plan.CanUpdate, Handler: p.updatePlan, Name: "plan.update", Changes: true},
		{Method: get, Path: "/plans/{id}/edit", Permission: plan.CanUpdate, Handler: p.editPlan, Name: "plan.edit"},
		{Method: post, Path: "/plans/{id}/delete", Permission: plan.CanDelete, Handler: p.deletePlan, Name: "plan.delete", Changes: true},

		{Method: get, Path: plannerPath, Permission: plan.CanRead, Handler: p.planner, Name: "agenda.list"},
		{Method: get, Path: plannerPath + "/calendar.ics", Permission: plan.CanRead, Handler: p.plannerCalendar, Name: "agenda.calendar"},

		{Method: get, Path: "/blackouts", Permission: plan.CanRead, Handler: p.listBlackouts, Name: "blackout.list"},
		{Method: post, Path: "/blackouts", Permission: plan.CanUpdate, Handler: p.createBlackout, Name: "blackout.create", Changes: true},
		{Method: post, Path: "/blackouts/{id}/delete", Permission: plan.CanUpdate, Handler: p.deleteBlackout, Name: "blackout.delete", Changes: true},
	}
}
