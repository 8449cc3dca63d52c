package rest

import (
	"context"
	"net/http"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/plan"
)

// Plan is what comes again.
type Plan struct {
	ID            id.Plan       `json:"id" format:"uuid"`
	Kind          plan.Kind     `json:"kind" enum:"TASK,TOUR,ROUTE,PPM"`
	SiteID        id.Site       `json:"site_id" format:"uuid"`
	SiteName      string        `json:"site_name"`
	Name          string        `json:"name" example:"Night round"`
	Description   string        `json:"description"`
	ChecklistID   *id.Checklist `json:"checklist_id" format:"uuid" doc:"What is asked, of a round at each stop without its own."`
	ChecklistName string        `json:"checklist_name"`
	AssetID       *id.Asset     `json:"asset_id" format:"uuid"`
	AssetName     string        `json:"asset_name"`
	PersonID      *id.Person    `json:"person_id" format:"uuid" doc:"Who does it, or null for a group."`
	PersonName    string        `json:"person_name"`
	GroupID       *id.Group     `json:"group_id" format:"uuid"`
	GroupName     string        `json:"group_name"`
	PostID        *id.Post      `json:"post_id" format:"uuid" doc:"Whoever holds this post does it."`
	PostName      string        `json:"post_name"`
	Priority      plan.Priority `json:"priority" enum:"LOW,MEDIUM,HIGH"`
	Proof         plan.Proof    `json:"proof" enum:"NONE,QR,NFC,GPS" doc:"How presence is proven."`
	Rule          string        `json:"rule" doc:"A cron line of five fields or an RRULE, on the clock of the site; or AFTER 30 DAYS AT 08:00, or METER 250." example:"0 8 * * *"`
	Trigger       plan.Trigger  `json:"trigger" enum:"RULE,AFTER,METER" doc:"What makes it come: times, the end of its last task, the meter of its asset."`
	Meter         *PlanMeter    `json:"meter" doc:"Where the meter stands that it comes by; null in lists, and when nothing was read."`
	Words         string        `json:"words" doc:"When it comes, for people." example:"every day at 08:00"`
	Zone          string        `json:"zone" doc:"Of its site, on whose clock it comes." example:"Asia/Kolkata"`
	From          clock.Date    `json:"valid_from" example:"2026-11-25"`
	Until         *clock.Date   `json:"valid_until" doc:"The last day; null: none."`
	Holidays      plan.Holidays `json:"holidays" enum:"GENERATE,SKIP,SHIFT" doc:"What becomes of it on a holiday or in a blackout."`
	Duration      int64         `json:"duration_minutes" doc:"In which it is done, of a round at each stop."`
	Before        int64         `json:"grace_before_minutes" doc:"That one may begin early."`
	After         int64         `json:"grace_after_minutes" doc:"That one may be late."`
	Stops         []Stop        `json:"stops" nullable:"false" doc:"Of a tour or route, in order; none in lists."`
	Rounds        int64         `json:"rounds" doc:"How often the stops are visited in one run: there, back, there again."`
	Pause         int64         `json:"pause_minutes" doc:"Between two rounds."`
	Random        bool          `json:"random" doc:"The order of the stops is drawn anew for each run."`
	Ordered       bool          `json:"ordered" doc:"A visit out of the order is marked."`
	Expiry        plan.Expiry   `json:"on_expiry" enum:"CLOSE,MAIL,TICKET" doc:"What follows when it is not done in time."`
	CategoryID    *id.Category  `json:"category_id" format:"uuid" doc:"Of the ticket that is raised."`
	Silence       int64         `json:"silence_minutes" doc:"Of a round on which nothing was scanned for so long, those in charge of the site are told; 0: nobody is."`
	Reminders     []int64       `json:"reminder_minutes" nullable:"false" doc:"So long before it may be begun, whose it is are reminded."`
	MovesAsset    bool          `json:"moves_asset" doc:"Its asset is in maintenance while it is done."`
	CategoryName  string        `json:"category_name"`
	Active        bool          `json:"active" doc:"An inactive plan brings nothing."`
	UpdatedAt     time.Time     `json:"updated_at"`
	Version       int64         `json:"version" example:"1"`
}

// PlanMeter is where a meter stands.
type PlanMeter struct {
	Reading string    `json:"reading" doc:"What it showed last." example:"1253.5"`
	ReadAt  time.Time `json:"read_at"`
	Next    string    `json:"next" doc:"What it shows when the next task comes." example:"1500"`
}

func meterOf(m *plan.Metered) *PlanMeter {
	if m == nil {
		return nil
	}
	return &PlanMeter{m.Reading.String(), m.At, m.Next.String()}
}

// Stop is a point of a tour or route.
type Stop struct {
	ID          *id.Stop      `json:"id,omitzero" format:"uuid" doc:"Of a stop that the plan has. Left out, it is the one of the same asset or site."`
	AssetID     *id.Asset     `json:"asset_id,omitzero" format:"uuid" doc:"Of a tour."`
	SiteID      *id.Site      `json:"site_id,omitzero" format:"uuid" doc:"Of a route."`
	ChecklistID *id.Checklist `json:"checklist_id,omitzero" format:"uuid" doc:"What is asked here, unless it is what the plan asks."`
	Travel      int64         `json:"travel_minutes,omitzero" minimum:"0" maximum:"44640" doc:"From the stop before it. Of a route, 0 or left out: reckoned from where the sites are."`
	Pause       int64         `json:"pause_minutes,omitzero" minimum:"0" maximum:"44640" doc:"After it."`
	Metres      int64         `json:"metres,omitzero" minimum:"0" maximum:"10000000" doc:"From the stop before it, as travel_minutes."`
	Name        string        `json:"name,omitzero" maxLength:"250" doc:"The asset's or site's; what is sent is not read."`
}

func planOf(p plan.Plan) Plan {
	out := Plan{
		ID: p.ID, Kind: p.Kind, SiteID: p.Site, SiteName: p.SiteName, Name: p.Name, Description: p.Description, ChecklistID: p.Checklist,
		ChecklistName: p.ChecklistName, AssetID: p.Asset, AssetName: p.AssetName, PersonID: p.Person, PersonName: p.PersonName, GroupID: p.Group,
		GroupName: p.GroupName, PostID: p.Post, PostName: p.PostName, Priority: p.Priority, Proof: p.Proof, Rule: p.Rule, Trigger: p.Trigger(), Meter: meterOf(p.Meter()), Words: p.Words(), Zone: p.Zone, From: p.From, Until: p.Until,
		Holidays: p.Holidays, Duration: p.Duration, Before: p.Before, After: p.After, Stops: make([]Stop, len(p.Stops)), Rounds: p.Rounds, Pause: p.Pause,
		Random: p.Random, Ordered: p.Ordered, Expiry: p.Expiry, CategoryID: p.Category, CategoryName: p.CategoryName,
		Silence: p.Silence, Reminders: append([]int64{}, p.Reminders...), MovesAsset: p.MoveAsset, Active: p.Active, UpdatedAt: p.Updated,
		Version: p.Version,
	}
	for i, s := range p.Stops {
		out.Stops[i] = Stop{given(s.ID), s.Asset, s.Site, s.Checklist, s.Travel, s.Pause, s.Metres, s.Name}
	}
	return out
}

// PlanNew is a plan to be added.
type PlanNew struct {
	ID          id.Plan       `json:"id,omitzero" format:"uuid" doc:"Made here unless told: a UUID of version 7."`
	Kind        plan.Kind     `json:"kind" enum:"TASK,TOUR,ROUTE,PPM" doc:"For good."`
	SiteID      id.Site       `json:"site_id" format:"uuid" doc:"For good."`
	Name        string        `json:"name" minLength:"1" maxLength:"200" doc:"Unique among the site's plans of a kind." example:"Night round"`
	Description string        `json:"description,omitzero" maxLength:"2000"`
	ChecklistID *id.Checklist `json:"checklist_id,omitzero" format:"uuid" doc:"Of a round: asked at each stop without its own."`
	AssetID     *id.Asset     `json:"asset_id,omitzero" format:"uuid" doc:"What it is about; maintenance is always about one."`
	PersonID    *id.Person    `json:"person_id,omitzero" format:"uuid" doc:"Who does it; or a group, or who holds a post."`
	GroupID     *id.Group     `json:"group_id,omitzero" format:"uuid"`
	PostID      *id.Post      `json:"post_id,omitzero" format:"uuid" doc:"A post of the site."`
	Priority    plan.Priority `json:"priority,omitzero" enum:"LOW,MEDIUM,HIGH" doc:"MEDIUM unless told."`
	Proof       plan.Proof    `json:"proof,omitzero" enum:"NONE,QR,NFC,GPS" doc:"NONE unless told."`
	Rule        string        `json:"rule" minLength:"1" maxLength:"500" doc:"A cron line of five fields, or an RRULE of RFC 5545, on the clock of the site. Or AFTER 30 DAYS AT 08:00 or AFTER 12 HOURS: so long after the last task was done, or was to be done when it was missed; the first on the first day. Or METER 250: whenever the meter of the asset, times its factor, has run on so far." example:"0 8 * * *"`
	From        clock.Date    `json:"valid_from" maxLength:"10" doc:"The first day." example:"2026-11-25"`
	Until       *clock.Date   `json:"valid_until,omitzero" maxLength:"10" doc:"The last day."`
	Holidays    plan.Holidays `json:"holidays,omitzero" enum:"GENERATE,SKIP,SHIFT" doc:"GENERATE unless told."`
	Duration    int64         `json:"duration_minutes" minimum:"1" maximum:"44640" example:"60"`
	Before      int64         `json:"grace_before_minutes,omitzero" minimum:"0" maximum:"44640"`
	After       int64         `json:"grace_after_minutes,omitzero" minimum:"0" maximum:"44640"`
	Stops       []Stop        `json:"stops,omitzero" nullable:"false" maxItems:"100" doc:"Of a tour or route, in order."`
	Rounds      int64         `json:"rounds,omitzero" minimum:"1" maximum:"3" doc:"1 unless told."`
	Pause       int64         `json:"pause_minutes,omitzero" minimum:"0" maximum:"44640"`
	Random      bool          `json:"random,omitzero"`
	Ordered     bool          `json:"ordered,omitzero"`
	Expiry      plan.Expiry   `json:"on_expiry,omitzero" enum:"CLOSE,MAIL,TICKET" doc:"CLOSE unless told."`
	CategoryID  *id.Category  `json:"category_id,omitzero" format:"uuid" doc:"Of the ticket that is raised."`
	Silence     int64         `json:"silence_minutes,omitzero" minimum:"0" maximum:"1440" doc:"No alarm unless told."`
	Reminders   []int64       `json:"reminder_minutes,omitempty" maxItems:"20" doc:"None unless told."`
	MovesAsset  bool          `json:"moves_asset,omitzero"`
	Active      *bool         `json:"active,omitzero" nullable:"false" doc:"True unless told."`
}

func (b PlanNew) input() plan.Input {
	in := plan.Input{
		ID: b.ID, Kind: b.Kind, Site: b.SiteID, Name: b.Name, Description: b.Description, Checklist: b.ChecklistID, Asset: b.AssetID, Person: b.PersonID,
		Group: b.GroupID, Post: b.PostID, Priority: b.Priority, Proof: b.Proof, Ordered: b.Ordered, Expiry: b.Expiry, Category: b.CategoryID,
		Alarms: plan.Alarms{Silence: b.Silence, Reminders: b.Reminders, MoveAsset: b.MovesAsset}, Active: value(b.Active, true),
		Schedule: plan.Schedule{
			Rule: b.Rule, From: b.From, Until: b.Until, Holidays: b.Holidays, Duration: b.Duration, Before: b.Before, After: b.After, Rounds: b.Rounds,
			Pause: b.Pause, Random: b.Random,
		},
	}
	for _, s := range b.Stops {
		in.Stops = append(in.Stops, plan.Stop{
			ID: value(s.ID, id.Stop{}), Asset: s.AssetID, Site: s.SiteID, Checklist: s.ChecklistID, Travel: s.Travel, Pause: s.Pause, Metres: s.Metres,
		})
	}
	return in
}

// PlanChange replaces a plan; what is to come follows.
type PlanChange struct {
	PlanNew
	Active  bool  `json:"active" example:"true"`
	Version int64 `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b PlanChange) input() plan.Input {
	b.PlanNew.Active = &b.Active
	return b.PlanNew.input()
}

func planRows() []Operation {
	rows := restless(crud("plan", "/plans", "a plan", "the plans, by name", plan.CanRead, plan.CanCreate, plan.CanUpdate, plan.CanDelete))
	return append(rows,
		Operation{Name: "plan.coming", Method: get, Path: "/plans/{id}/coming", Permission: plan.CanRead, Noun: "plan", Summary: "Get when a plan comes"},
		Operation{Name: "plan.preview", Method: post, Path: "/plans/preview", Permission: plan.CanRead, Summary: "Get when a plan would come that is not saved yet",
			reads: true, status: http.StatusOK},
		Operation{Name: "plan.difference", Method: post, Path: "/plans/{id}/difference", Permission: plan.CanRead, Noun: "plan", Summary: "Get what saving a change of a plan would do to what comes",
			reads: true, status: http.StatusOK},
		Operation{Name: "coming.list", Method: get, Path: "/coming", Permission: plan.CanRead, Summary: "Get what comes of all plans"},
		Operation{Name: "blackout.list", Method: get, Path: "/blackouts", Permission: plan.CanRead, Summary: "List the blackouts that are not over, the next first"},
		Operation{Name: "blackout.create", Method: post, Path: "/blackouts", Permission: plan.CanUpdate, Summary: "Add a blackout", status: http.StatusCreated},
		Operation{Name: "blackout.delete", Method: del, Path: "/blackouts/{id}", Permission: plan.CanUpdate, Noun: "blackout", Summary: "Delete a blackout",
			status: http.StatusNoContent})
}

// PlanFilter narrows a list of plans. It is exported for huma, which looks into exported fields only.
type PlanFilter struct {
	SiteID       id.Site   `query:"site_id" format:"uuid"`
	Kind         plan.Kind `query:"kind" enum:"TASK,TOUR,ROUTE,PPM"`
	AssetID      id.Asset  `query:"asset_id" format:"uuid"`
	PersonID     id.Person `query:"person_id" format:"uuid" doc:"Only what this person does."`
	GroupID      id.Group  `query:"group_id" format:"uuid" doc:"Only what this group does."`
	PostID       id.Post   `query:"post_id" format:"uuid" doc:"Only what is done by who holds this post."`
	Search       string    `query:"search" maxLength:"200" doc:"Part of the name."`
	Inactive     bool      `query:"inactive" doc:"Inactive plans too."`
	ChangedAfter time.Time `query:"changed_after" doc:"Only what was changed at this time or after it."`
}

func (q PlanFilter) filter() plan.Filter {
	return plan.Filter{
		Site: given(q.SiteID), Kind: q.Kind, Asset: given(q.AssetID), Person: given(q.PersonID), Group: given(q.GroupID), Post: given(q.PostID), Search: q.Search, Inactive: q.Inactive,
		ChangedAfter: q.ChangedAfter,
	}
}

func (a *api) plans() {
	s := a.c.Plans
	register(a, "plan.list", func(ctx context.Context, in *struct {
		Paging
		PlanFilter
	}) (*many[Plan], error) {
		p, err := s.List(ctx, actor.From(ctx), in.filter(), in.changes(in.ChangedAfter))
		return listed(p, err, planOf)
	})
	register(a, "plan.create", func(ctx context.Context, in *struct{ Body PlanNew }) (*made[Plan], error) {
		p, err := s.Create(ctx, actor.From(ctx), in.Body.input())
		return created(p, err, planOf, "plans", func(p plan.Plan) string { return p.ID.String() })
	}, checks(func(b PlanNew) error { in := b.input(); return in.Check() }))
	register(a, "plan.get", func(ctx context.Context, in *struct {
		ID id.Plan `path:"id" format:"uuid"`
	}) (*one[Plan], error) {
		p, err := s.Get(ctx, actor.From(ctx), in.ID)
		return single(p, err, planOf)
	})
	register(a, "plan.update", func(ctx context.Context, in *struct {
		ID   id.Plan `path:"id" format:"uuid"`
		Body PlanChange
	}) (*one[Plan], error) {
		p, err := s.Update(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(p, err, planOf)
	}, checks(func(b PlanChange) error { in := b.input(); return in.Check() }))
	register(a, "plan.delete", func(ctx context.Context, in *struct {
		ID id.Plan `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.Delete(ctx, actor.From(ctx), in.ID, in.Version))
	})
	a.coming()
	a.blackouts()
}
