package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/plan"
)

// Coming is one time at which a plan comes, or does not and why.
type Coming struct {
	PlanID   *id.Plan  `json:"plan_id" format:"uuid" doc:"Null for one that is not saved yet."`
	PlanName string    `json:"plan_name"`
	Kind     plan.Kind `json:"kind" enum:"TASK,TOUR,ROUTE,PPM"`
	SiteID   id.Site   `json:"site_id" format:"uuid"`
	Nominal  string    `json:"nominal" doc:"What the site's clock shows by the rule; else after which task or reading it comes." example:"2026-11-26T08:00"`
	At       time.Time `json:"at" doc:"When it comes."`
	BeginsAt time.Time `json:"begins_at" doc:"From when it may be done."`
	DueAt    time.Time `json:"due_at" doc:"By when it is done."`
	Skipped  bool      `json:"skipped" doc:"It does not come."`
	Why      string    `json:"why" doc:"Why it was moved or does not come; empty for what comes as usual."`
	Estimate bool      `json:"estimate" doc:"It is expected by what is known now: it hangs on the end of a task or on a meter."`
	Visits   []Visit   `json:"visits" nullable:"false" doc:"Of a tour or route, in the order of the run."`
}

// Visit is a stop of a run.
type Visit struct {
	StopID   *id.Stop  `json:"stop_id" format:"uuid" doc:"Null for one that is not saved yet."`
	Name     string    `json:"name"`
	Round    int       `json:"round" doc:"From 1."`
	BeginsAt time.Time `json:"begins_at"`
	DueAt    time.Time `json:"due_at"`
}

func comingOf(c plan.Coming) Coming {
	out := Coming{
		PlanID: given(c.Plan.ID), PlanName: c.Plan.Name, Kind: c.Plan.Kind, SiteID: c.Plan.Site, Nominal: c.Nominal, At: c.At, BeginsAt: c.Begins, DueAt: c.Due,
		Skipped: c.Skipped, Why: c.Why, Estimate: c.Estimate, Visits: make([]Visit, len(c.Visits)),
	}
	for i, v := range c.Visits {
		stop := c.Plan.Stops[v.Stop]
		out.Visits[i] = Visit{given(stop.ID), stop.Name, v.Round, v.Begins, v.Due}
	}
	return out
}

// comings is what comes, as an answer.
type comings struct {
	Items []Coming `json:"items" nullable:"false"`
	More  bool     `json:"more" doc:"There is more than is given: ask for a shorter time."`
}

func comingsOf(rows []plan.Coming, more bool, err error) (*one[comings], error) {
	if err != nil {
		return nil, err
	}
	out := &one[comings]{comings{Items: make([]Coming, len(rows)), More: more}}
	for i, c := range rows {
		out.Body.Items[i] = comingOf(c)
	}
	return out, nil
}

// Window is a time that is looked at. It is exported for huma, which looks into exported fields only.
type Window struct {
	From  time.Time `query:"from" doc:"From this time on; from now unless told."`
	Until time.Time `query:"until" doc:"Until this time, at most 400 days later; 31 days later unless told."`
}

// times gives the window with what was left out.
func (w Window) times(now time.Time) (from, until time.Time) {
	if w.From.IsZero() {
		w.From = now
	}
	if w.Until.IsZero() {
		w.Until = w.From.AddDate(0, 0, 31)
	}
	return w.From, w.Until
}

// PlanPreview is a plan to be looked at before it is saved.
type PlanPreview struct {
	PlanNew
	LookFrom  time.Time `json:"look_from,omitzero" doc:"From this time on; from now unless told."`
	LookUntil time.Time `json:"look_until,omitzero" doc:"Until this time, at most 400 days later; 31 days later unless told."`
}

// PlanDifference is what a change of a plan does to what comes.
type PlanDifference struct {
	Added   []Coming `json:"added" nullable:"false" doc:"That come only after the change."`
	Removed []Coming `json:"removed" nullable:"false" doc:"That come only without it."`
	Moved   []Coming `json:"moved" nullable:"false" doc:"That come at another time, by another hand or with other stops, as they come after the change."`
	Same    int      `json:"same" doc:"How many come as before."`
}

func differenceOf(d plan.Difference) PlanDifference {
	as := func(rows []plan.Coming) []Coming {
		out := make([]Coming, len(rows))
		for i, c := range rows {
			out[i] = comingOf(c)
		}
		return out
	}
	return PlanDifference{as(d.Added), as(d.Removed), as(d.Moved), d.Same}
}

func (a *api) coming() {
	s := a.c.Plans
	register(a, "plan.coming", func(ctx context.Context, in *struct {
		ID id.Plan `path:"id" format:"uuid"`
		Window
	}) (*one[comings], error) {
		from, until := in.times(a.c.Now())
		rows, more, err := s.LookAt(ctx, actor.From(ctx), in.ID, from, until)
		return comingsOf(rows, more, err)
	})
	register(a, "plan.preview", func(ctx context.Context, in *struct{ Body PlanPreview }) (*one[comings], error) {
		from, until := Window{in.Body.LookFrom, in.Body.LookUntil}.times(a.c.Now())
		rows, more, err := s.Preview(ctx, actor.From(ctx), in.Body.input(), from, until)
		return comingsOf(rows, more, err)
	}, checks(func(b PlanPreview) error { in := b.input(); return in.Check() }))
	register(a, "plan.difference", func(ctx context.Context, in *struct {
		ID   id.Plan `path:"id" format:"uuid"`
		Body PlanPreview
	}) (*one[PlanDifference], error) {
		w := Window{in.Body.LookFrom, in.Body.LookUntil}
		from, until := w.times(a.c.Now())
		d, err := s.Difference(ctx, actor.From(ctx), in.ID, in.Body.input(), from, until)
		return single(d, err, differenceOf)
	}, checks(func(b PlanPreview) error { in := b.input(); return in.Check() }))
	register(a, "coming.list", func(ctx context.Context, in *struct {
		Window
		PlanFilter
	}) (*one[comings], error) {
		from, until := in.times(a.c.Now())
		rows, more, err := s.Look(ctx, actor.From(ctx), in.filter(), from, until)
		return comingsOf(rows, more, err)
	})
}

// Blackout is a time in which plans do not come as usual.
type Blackout struct {
	ID       id.Blackout `json:"id" format:"uuid"`
	SiteID   *id.Site    `json:"site_id" format:"uuid" doc:"Null: at every site."`
	SiteName string      `json:"site_name"`
	From     time.Time   `json:"from"`
	Until    time.Time   `json:"until" doc:"The first instant after it."`
	Reason   string      `json:"reason"`
	Version  int64       `json:"version" example:"1"`
}

func blackoutOf(b plan.Blackout) Blackout {
	return Blackout{b.ID, b.Site, b.SiteName, b.From, b.Until, b.Reason, b.Version}
}

// BlackoutNew is a blackout to be added.
type BlackoutNew struct {
	SiteID *id.Site  `json:"site_id,omitzero" format:"uuid" doc:"At every site unless told."`
	From   time.Time `json:"from"`
	Until  time.Time `json:"until" example:"2026-11-24T08:00:00Z"`
	Reason string    `json:"reason" minLength:"1" maxLength:"200" example:"Shutdown"`
}

func (b BlackoutNew) blackout() plan.Blackout {
	return plan.Blackout{Site: b.SiteID, From: b.From, Until: b.Until, Reason: b.Reason}
}

func (a *api) blackouts() {
	s := a.c.Plans
	register(a, "blackout.list", func(ctx context.Context, _ *struct{}) (*many[Blackout], error) {
		rows, err := s.ListBlackouts(ctx, actor.From(ctx))
		return whole(rows, err, blackoutOf)
	})
	register(a, "blackout.create", func(ctx context.Context, in *struct{ Body BlackoutNew }) (*made[Blackout], error) {
		b, err := s.CreateBlackout(ctx, actor.From(ctx), in.Body.blackout())
		return created(b, err, blackoutOf, "blackouts", func(b plan.Blackout) string { return b.ID.String() })
	}, checks(func(b BlackoutNew) error { x := b.blackout(); return x.Check() }))
	register(a, "blackout.delete", func(ctx context.Context, in *struct {
		ID id.Blackout `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.DeleteBlackout(ctx, actor.From(ctx), in.ID, in.Version))
	})
}
