package web

import (
	"net/http"

	"intelliwiz/internal/plan"
	"intelliwiz/internal/reply"
)

// plansPath is where plans are.
const plansPath = "/plans"

// planRoutes are the pages of plans.
func (p *pages) planRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/plans", Permission: plan.CanRead, Handler: p.listPlans, Name: "plan.list"},
		{Method: get, Path: "/plans/{id}", Permission: plan.CanRead, Handler: p.getPlan, Name: "plan.get"},
		{Method: post, Path: "/plans/{id}/delete", Permission: plan.CanDelete, Handler: p.deletePlan, Name: "plan.delete", Changes: true},
	}
}
