package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
)

// Kept is how a site's maintenance that was due in a month kept its time.
type Kept struct {
	SiteID   id.Site   `json:"site_id" format:"uuid"`
	SiteName string    `json:"site_name"`
	Zone     string    `json:"zone" doc:"On whose clock the month is."`
	Month    time.Time `json:"month" doc:"Its first instant."`
	OnTime   int64     `json:"on_time" doc:"Done by its time."`
	Late     int64     `json:"late" doc:"Done after it."`
	Missed   int64     `json:"missed"`
	Open     int64     `json:"open" doc:"Still to be done."`
}

func keptOf(k task.Kept) Kept {
	return Kept{k.Site, k.Name, k.Zone, k.Month, k.OnTime, k.Late, k.Missed, k.Open}
}

func (a *api) compliance() {
	register(a, "task.compliance", func(ctx context.Context, in *struct {
		SiteID id.Site    `query:"site_id" format:"uuid" doc:"Only this site."`
		Until  clock.Date `query:"until" maxLength:"10" doc:"A day of the last month; today's unless told." example:"2026-11-25"`
		Months int        `query:"months" minimum:"1" maximum:"36" default:"12"`
		After  string     `query:"after" maxLength:"2000" doc:"The next of the piece before. A piece is of 500 sites."`
	}) (*many[Kept], error) {
		until := in.Until
		if until == "" {
			until = clock.DateIn(a.c.Now(), time.UTC)
		}
		rows, err := a.c.Tasks.Compliance(ctx, actor.From(ctx), given(in.SiteID), until, in.Months, page.Request{Limit: page.Long, Long: true, After: in.After})
		return listed(rows, err, keptOf)
	})
}

// AgendaEntry is one thing to be done, made or to come.
type AgendaEntry struct {
	TaskID   id.Task     `json:"task_id" format:"uuid" doc:"Of one to come, the id that its task will have."`
	Made     bool        `json:"made" doc:"Its task is made."`
	PlanID   *id.Plan    `json:"plan_id" format:"uuid"`
	Kind     plan.Kind   `json:"kind" enum:"TASK,TOUR,ROUTE,PPM"`
	Name     string      `json:"name"`
	SiteID   id.Site     `json:"site_id" format:"uuid"`
	SiteName string      `json:"site_name"`
	Zone     string      `json:"zone"`
	PersonID *id.Person  `json:"person_id" format:"uuid"`
	GroupID  *id.Group   `json:"group_id" format:"uuid"`
	PostID   *id.Post    `json:"post_id" format:"uuid"`
	Whose    string      `json:"whose" doc:"The person, group or post; empty for nobody."`
	BeginsAt time.Time   `json:"begins_at" doc:"From when it may be done."`
	DueAt    time.Time   `json:"due_at" doc:"By when it is done."`
	Status   task.Status `json:"status,omitzero" doc:"Of one that is made."`
	Skipped  bool        `json:"skipped" doc:"It does not come."`
	Why      string      `json:"why" doc:"Why it was moved or does not come."`
	Bare     bool        `json:"uncovered" doc:"Nobody is there to do it."`
}

// agendaBody is an agenda as an answer.
type agendaBody struct {
	Items []AgendaEntry `json:"items" nullable:"false"`
	More  bool          `json:"more" doc:"There is more than is given: ask for a shorter time or one site."`
}

func agendaOf(x task.Agenda) agendaBody {
	out := agendaBody{Items: make([]AgendaEntry, len(x.Entries)), More: x.More}
	for i, e := range x.Entries {
		out.Items[i] = AgendaEntry{e.ID, e.Made, e.Plan, e.Kind, e.Name, e.Site, e.Place, e.Zone, e.Person, e.Group, e.Post, e.Whose, e.Begins, e.Due, e.Status, e.Skipped, e.Why, e.Bare}
	}
	return out
}

func (a *api) agenda() {
	register(a, "agenda.list", func(ctx context.Context, in *struct {
		Window
		SiteID   id.Site   `query:"site_id" format:"uuid"`
		Kind     plan.Kind `query:"kind" enum:"TASK,TOUR,ROUTE,PPM"`
		PersonID id.Person `query:"person_id" format:"uuid"`
		GroupID  id.Group  `query:"group_id" format:"uuid"`
	}) (*one[agendaBody], error) {
		from, until := in.times(a.c.Now())
		x, err := a.c.Tasks.Agenda(ctx, actor.From(ctx), task.AgendaFilter{From: from, Until: until, Site: given(in.SiteID), Kind: in.Kind, Person: given(in.PersonID), Group: given(in.GroupID)})
		return single(x, err, agendaOf)
	})
}
