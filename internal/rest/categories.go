package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
)

// Category is what a ticket is about, and by which rules it escalates.
type Category struct {
	ID             id.Category     `json:"id" format:"uuid"`
	Code           string          `json:"code" doc:"Unique in the organisation." example:"HVAC"`
	Name           string          `json:"name" example:"Heating and cooling"`
	Priority       ticket.Priority `json:"priority" enum:"LOW,MEDIUM,HIGH" doc:"Of a new ticket that says none."`
	Clock          ticket.Clock    `json:"clock" enum:"ELAPSED,BUSINESS" doc:"Which minutes count: every one, or those in which the site's calendar is open."`
	PauseOnHold    bool            `json:"pause_on_hold" doc:"The clocks of a ticket on hold stand still."`
	ResolveMinutes *int64          `json:"resolve_minutes" doc:"From opening to the deadline, by the clock; null: there is none." example:"240"`
	Active         bool            `json:"active" doc:"An inactive category stays where it is used and is no longer offered."`
	UpdatedAt      time.Time       `json:"updated_at" doc:"When it was last changed."`
	Version        int64           `json:"version" example:"1"`
}

func categoryOf(c ticket.Category) Category {
	return Category{
		ID: c.ID, Code: c.Code, Name: c.Name, Priority: c.Priority, Clock: c.Clock, PauseOnHold: c.Pause, ResolveMinutes: c.Resolve, Active: c.Active,
		UpdatedAt: c.Updated, Version: c.Version,
	}
}

// CategoryNew is a category to be added.
type CategoryNew struct {
	Code           string          `json:"code" minLength:"1" maxLength:"30" doc:"Unique in the organisation." example:"HVAC"`
	Name           string          `json:"name" minLength:"1" maxLength:"120" example:"Heating and cooling"`
	Priority       ticket.Priority `json:"priority,omitzero" enum:"LOW,MEDIUM,HIGH" doc:"MEDIUM unless told."`
	Clock          ticket.Clock    `json:"clock,omitzero" enum:"ELAPSED,BUSINESS" doc:"ELAPSED unless told."`
	PauseOnHold    bool            `json:"pause_on_hold,omitzero"`
	ResolveMinutes *int64          `json:"resolve_minutes,omitzero" minimum:"1" maximum:"527040" example:"240"`
	Active         *bool           `json:"active,omitzero" nullable:"false" doc:"True unless told."`
}

func (b CategoryNew) input() ticket.CategoryInput {
	return ticket.CategoryInput{
		Code: b.Code, Name: b.Name, Priority: b.Priority, Clock: b.Clock, Pause: b.PauseOnHold, Resolve: b.ResolveMinutes, Active: b.Active == nil || *b.Active,
	}
}

// CategoryChange replaces a category; the clocks of its tickets follow soon after.
type CategoryChange struct {
	CategoryNew
	Priority ticket.Priority `json:"priority" enum:"LOW,MEDIUM,HIGH"`
	Clock    ticket.Clock    `json:"clock" enum:"ELAPSED,BUSINESS"`
	Active   bool            `json:"active" example:"true"`
	Version  int64           `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b CategoryChange) input() ticket.CategoryInput {
	b.CategoryNew.Active, b.CategoryNew.Priority, b.CategoryNew.Clock = &b.Active, b.Priority, b.Clock
	return b.CategoryNew.input()
}

// Ladder is the levels that the tickets of a category climb when nobody acts.
type Ladder struct {
	ID         id.Ladder   `json:"id" format:"uuid"`
	CategoryID id.Category `json:"category_id" format:"uuid"`
	SiteID     *id.Site    `json:"site_id" format:"uuid" doc:"Null: it holds at every site without its own."`
	SiteName   string      `json:"site_name"`
	Levels     []Level     `json:"levels" nullable:"false"`
	UpdatedAt  time.Time   `json:"updated_at" doc:"When it was last changed."`
	Version    int64       `json:"version" example:"1"`
}

// Level is one level of a ladder.
type Level struct {
	Level        int64      `json:"level" doc:"From 1." example:"1"`
	AfterMinutes int64      `json:"after_minutes" example:"60"`
	PersonID     *id.Person `json:"person_id" format:"uuid"`
	PersonName   string     `json:"person_name"`
	GroupID      *id.Group  `json:"group_id" format:"uuid"`
	GroupName    string     `json:"group_name"`
	Mails        []string   `json:"mails" nullable:"false" doc:"Further addresses that are told."`
}

func ladderOf(l ticket.Ladder) Ladder {
	out := Ladder{ID: l.ID, CategoryID: l.Category, SiteID: l.Site, SiteName: l.SiteName, Levels: make([]Level, len(l.Rungs)), UpdatedAt: l.Updated, Version: l.Version}
	for i, r := range l.Rungs {
		out.Levels[i] = Level{r.Level, r.After, r.Person, r.PersonName, r.Group, r.GroupName, r.Mails}
	}
	return out
}

// LadderChange makes or replaces the ladder of a category.
type LadderChange struct {
	SiteID  *id.Site   `json:"site_id,omitzero" format:"uuid" doc:"Where it holds; at every site without its own unless told."`
	Levels  []LevelNew `json:"levels" nullable:"false" minItems:"1" maxItems:"9" doc:"From the first; each comes later than the one before it."`
	Version int64      `json:"version" minimum:"0" doc:"The version that was read; 0: there was none." example:"0"`
}

// LevelNew is a level to be; its place in the list is its number.
type LevelNew struct {
	AfterMinutes int64      `json:"after_minutes" minimum:"1" maximum:"527040" doc:"From the opening of a ticket, by the category's clock." example:"60"`
	PersonID     *id.Person `json:"person_id,omitzero" format:"uuid" doc:"Who then has the ticket, or"`
	GroupID      *id.Group  `json:"group_id,omitzero" format:"uuid" doc:"which group; neither: it stays where it is."`
	Mails        []string   `json:"mails,omitzero" nullable:"false" maxItems:"10" maxLength:"254" doc:"Further addresses that are told." example:"[\"boss@example.com\"]"`
}

func (b LadderChange) input(category id.Category) ticket.LadderInput {
	in := ticket.LadderInput{Category: category, Site: b.SiteID, Rungs: make([]ticket.RungInput, len(b.Levels))}
	for i, l := range b.Levels {
		in.Rungs[i] = ticket.RungInput{After: l.AfterMinutes, Person: l.PersonID, Group: l.GroupID, Mails: l.Mails}
	}
	return in
}

func categoryRows() []Operation {
	const path = "/ticket-categories"
	return append(crud("category", path, "a category of tickets", "the categories of tickets, by name",
		ticket.CanReadCategory, ticket.CanCreateCategory, ticket.CanUpdateCategory, ticket.CanDeleteCategory),
		Operation{Name: "ladder.list", Method: get, Path: path + "/{id}/ladders", Permission: ticket.CanReadCategory, Noun: "category",
			Summary: "List the ladders of a category: that of all sites first, then those of sites"},
		Operation{Name: "ladder.update", Method: put, Path: path + "/{id}/ladder", Permission: ticket.CanUpdateCategory, Noun: "category",
			Summary: "Make or replace the ladder of a category, at a site or at all"},
		Operation{Name: "ladder.delete", Method: del, Path: path + "/{id}/ladder", Permission: ticket.CanUpdateCategory, Noun: "category",
			Summary: "Delete the ladder of a category, at a site or at all", status: 204},
		Operation{Name: "ladder.preview", Method: get, Path: path + "/{id}/preview", Permission: ticket.CanReadCategory, Noun: "category",
			Summary: "Try when a ticket would climb each level, and why"})
}

type categoryQuery struct {
	Paging
	CategoryFilter
}

// CategoryFilter narrows a list of categories. It is exported for huma, which looks into exported fields only.
type CategoryFilter struct {
	Search       string    `query:"search" maxLength:"200" doc:"Part of the code or name."`
	Inactive     bool      `query:"inactive" doc:"Inactive categories too."`
	ChangedAfter time.Time `query:"changed_after" doc:"Only what was changed at this time or after it."`
}

func (q CategoryFilter) filter() ticket.CategoryFilter {
	return ticket.CategoryFilter{Search: q.Search, Inactive: q.Inactive, ChangedAfter: q.ChangedAfter}
}

func (a *api) categories() {
	s := a.c.Ticket
	register(a, "category.list", func(ctx context.Context, in *categoryQuery) (*many[Category], error) {
		p, err := s.ListCategories(ctx, actor.From(ctx), in.filter(), in.changes(in.ChangedAfter))
		return listed(p, err, categoryOf)
	})
	register(a, "category.create", func(ctx context.Context, in *struct{ Body CategoryNew }) (*made[Category], error) {
		c, err := s.CreateCategory(ctx, actor.From(ctx), in.Body.input())
		return created(c, err, categoryOf, "ticket-categories", func(c ticket.Category) string { return c.ID.String() })
	}, checks(func(b CategoryNew) error { in := b.input(); return in.Check() }))
	register(a, "category.get", func(ctx context.Context, in *struct {
		ID id.Category `path:"id" format:"uuid"`
	}) (*one[Category], error) {
		c, err := s.GetCategory(ctx, actor.From(ctx), in.ID)
		return single(c, err, categoryOf)
	})
	register(a, "category.update", func(ctx context.Context, in *struct {
		ID   id.Category `path:"id" format:"uuid"`
		Body CategoryChange
	}) (*one[Category], error) {
		c, err := s.UpdateCategory(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(c, err, categoryOf)
	}, checks(func(b CategoryChange) error { in := b.input(); return in.Check() }))
	register(a, "category.delete", func(ctx context.Context, in *struct {
		ID id.Category `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.DeleteCategory(ctx, actor.From(ctx), in.ID, in.Version))
	})
	a.ladders()
}

func (a *api) ladders() {
	s := a.c.Ticket
	register(a, "ladder.list", func(ctx context.Context, in *struct {
		ID id.Category `path:"id" format:"uuid"`
	}) (*many[Ladder], error) {
		all, err := s.ListLadders(ctx, actor.From(ctx), in.ID)
		return whole(all, err, ladderOf)
	})
	register(a, "ladder.update", func(ctx context.Context, in *struct {
		ID   id.Category `path:"id" format:"uuid"`
		Body LadderChange
	}) (*one[Ladder], error) {
		l, err := s.PutLadder(ctx, actor.From(ctx), in.Body.Version, in.Body.input(in.ID))
		return single(l, err, ladderOf)
	})
	register(a, "ladder.delete", func(ctx context.Context, in *struct {
		ID     id.Category `path:"id" format:"uuid"`
		SiteID id.Site     `query:"site_id" format:"uuid" doc:"Where it holds; that of all sites unless told."`
		Deletion
	}) (*nothing, error) {
		return done(s.DeleteLadder(ctx, actor.From(ctx), in.ID, given(in.SiteID), in.Version))
	})
}
