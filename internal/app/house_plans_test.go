package app

import (
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
	"intelliwiz/internal/task"
)

// collectPlans makes a plan with its tasks, a blackout, and a post with its roster, and puts their ids into ids.
func (h *house) collectPlans(who actor.Actor, doer id.Person, site id.Site, list id.Checklist, ids map[string]string) {
	in := plan.Input{
		Kind: plan.Task, Site: site, Name: "Isolation round", Checklist: &list, Person: &doer, Active: true,
		Schedule: plan.Schedule{Rule: "0 * * * *", From: clock.DateIn(h.now(), time.UTC), Duration: 30},
	}
	p, err := h.plans.Create(h.t.Context(), who, in)
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.tasks.Generate(h.t.Context(), who, p.ID); err != nil {
		h.t.Fatal(err)
	}
	made, err := h.tasks.List(h.t.Context(), who, task.Filter{Plan: &p.ID}, page.Request{Limit: 1})
	if err != nil {
		h.t.Fatal(err)
	}
	b, err := h.plans.CreateBlackout(h.t.Context(), who, plan.Blackout{Site: &site, From: h.now(), Until: h.now().Add(time.Hour), Reason: "Isolation"})
	if err != nil {
		h.t.Fatal(err)
	}
	at, err := h.posts.Create(h.t.Context(), who, post.Input{Site: site, Code: "POST-" + p.ID.String()[24:], Name: "Isolation post", Active: true})
	if err != nil {
		h.t.Fatal(err)
	}
	turn, err := h.posts.Assign(h.t.Context(), who, at.ID, post.Assignment{Person: doer, From: h.now(), Until: h.now().Add(time.Hour)})
	if err != nil {
		h.t.Fatal(err)
	}
	ids["post"], ids["assignment"] = at.ID.String(), turn.ID.String()
	ids["plan"], ids["task"], ids["blackout"] = p.ID.String(), made.Items[0].ID.String(), b.ID.String()
}
