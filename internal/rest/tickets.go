package rest

import (
	"context"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/ticket"
)

// Ticket is a request or an incident.
type Ticket struct {
	ID               id.Ticket       `json:"id" format:"uuid"`
	Ref              string          `json:"ref" doc:"How people call it: the site's code and the number." example:"HARBOUR#12"`
	SiteID           id.Site         `json:"site_id" format:"uuid"`
	SiteName         string          `json:"site_name" example:"Delhi plant"`
	Number           int64           `json:"number" doc:"From 1 in its site, without gaps." example:"12"`
	Kind             ticket.Kind     `json:"kind" enum:"INCIDENT,REQUEST"`
	Source           ticket.Source   `json:"source" enum:"PERSON,PUBLIC,SYSTEM" doc:"Who reported it: a person, a visitor without signing in, or background work."`
	Title            string          `json:"title" example:"Chiller 2 tripped"`
	Description      string          `json:"description"`
	Status           ticket.Status   `json:"status" enum:"NEW,OPEN,ONHOLD,RESOLVED,CLOSED,CANCELLED"`
	Priority         ticket.Priority `json:"priority" enum:"LOW,MEDIUM,HIGH"`
	CategoryID       id.Category     `json:"category_id" format:"uuid"`
	CategoryName     string          `json:"category_name" example:"HVAC"`
	LocationID       *id.Location    `json:"location_id" format:"uuid"`
	LocationName     string          `json:"location_name"`
	AssetID          *id.Asset       `json:"asset_id" format:"uuid"`
	AssetCode        string          `json:"asset_code"`
	AssetName        string          `json:"asset_name"`
	CreatorID        *id.Person      `json:"creator_id" format:"uuid" doc:"Null for what a visitor or background work reported."`
	CreatorName      string          `json:"creator_name"`
	PersonID         *id.Person      `json:"person_id" format:"uuid" doc:"Who it is assigned to; null when it is a group or nobody."`
	PersonName       string          `json:"person_name"`
	GroupID          *id.Group       `json:"group_id" format:"uuid" doc:"The group that it is assigned to."`
	GroupName        string          `json:"group_name"`
	Reporter         string          `json:"reporter" doc:"The contact that a visitor left."`
	Level            int64           `json:"level" doc:"How often it has escalated since it was opened." example:"0"`
	OpenedAt         time.Time       `json:"opened_at" doc:"When its clocks began: at creation, and again when it is reopened."`
	HeldAt           *time.Time      `json:"held_at" doc:"Since when its clocks stand still."`
	DueAt            *time.Time      `json:"due_at" doc:"Until when it should be resolved; null without a deadline and while its clocks stand still."`
	NextEscalationAt *time.Time      `json:"next_escalation_at" doc:"When it goes to the next level if nobody acts."`
	ResolvedAt       *time.Time      `json:"resolved_at"`
	Comments         int64           `json:"comments" example:"0"`
	CreatedAt        time.Time       `json:"created_at"`
	UpdatedAt        time.Time       `json:"updated_at" doc:"When it was last changed, commented on or escalated."`
	Version          int64           `json:"version" doc:"A comment does not change it." example:"1"`
}

func ticketOf(t ticket.Ticket) Ticket {
	return Ticket{
		ID: t.ID, Ref: t.Ref(), SiteID: t.Site, SiteName: t.SiteName, Number: t.Number, Kind: t.Kind, Source: t.Source, Title: t.Title, Description: t.Description,
		Status: t.Status, Priority: t.Priority, CategoryID: t.Category, CategoryName: t.CategoryName, LocationID: t.Location, LocationName: t.LocationName,
		AssetID: t.Asset, AssetCode: t.AssetCode, AssetName: t.AssetName, CreatorID: t.Creator, CreatorName: t.CreatorName, PersonID: t.Person, PersonName: t.PersonName,
		GroupID: t.Group, GroupName: t.GroupName, Reporter: t.Reporter, Level: t.Level, OpenedAt: t.Opened, HeldAt: t.Held, DueAt: t.Due, NextEscalationAt: t.Next,
		ResolvedAt: t.Resolved, Comments: t.Comments, CreatedAt: t.Created, UpdatedAt: t.Updated, Version: t.Version,
	}
}

// TicketWhole is a ticket with what happened to it, when that was asked for.
type TicketWhole struct {
	Ticket
	History *list[TicketLine] `json:"history,omitzero" doc:"What happened to it, the newest first, when history was asked for. Its next goes on in the list of the history."`
}

// TicketNew is a ticket to be reported.
type TicketNew struct {
	ID          id.Ticket       `json:"id,omitzero" format:"uuid" doc:"Made by the caller, a UUID of version 7, so that a report that is sent twice is one; a conflict when it is there."`
	SiteID      id.Site         `json:"site_id" format:"uuid"`
	Kind        ticket.Kind     `json:"kind,omitzero" enum:"INCIDENT,REQUEST" doc:"INCIDENT unless told."`
	Title       string          `json:"title" minLength:"1" maxLength:"200" example:"Chiller 2 tripped"`
	Description string          `json:"description,omitzero" maxLength:"10000"`
	Priority    ticket.Priority `json:"priority,omitzero" enum:"LOW,MEDIUM,HIGH" doc:"The category's unless told."`
	CategoryID  id.Category     `json:"category_id" format:"uuid"`
	LocationID  *id.Location    `json:"location_id,omitzero" format:"uuid" doc:"Of the same site; the asset's unless told."`
	AssetID     *id.Asset       `json:"asset_id,omitzero" format:"uuid" doc:"Of the same site."`
	PersonID    *id.Person      `json:"person_id,omitzero" format:"uuid" doc:"Assigned to this person, or"`
	GroupID     *id.Group       `json:"group_id,omitzero" format:"uuid" doc:"to this group, or to nobody yet."`
}

func (b TicketNew) input() ticket.Input {
	return ticket.Input{
		ID: b.ID, Site: b.SiteID, Kind: b.Kind, Title: b.Title, Description: b.Description, Priority: b.Priority, Category: b.CategoryID,
		Location: b.LocationID, Asset: b.AssetID, Assignee: ticket.Assignee{Person: b.PersonID, Group: b.GroupID},
	}
}

// TicketChange replaces what a ticket says; its site stays, and its status and assignee have ways of their own.
type TicketChange struct {
	Kind        ticket.Kind     `json:"kind" enum:"INCIDENT,REQUEST"`
	Title       string          `json:"title" minLength:"1" maxLength:"200" example:"Chiller 2 tripped"`
	Description string          `json:"description,omitzero" maxLength:"10000"`
	Priority    ticket.Priority `json:"priority" enum:"LOW,MEDIUM,HIGH"`
	CategoryID  id.Category     `json:"category_id" format:"uuid" doc:"Another one sets its clocks anew, from the same opening."`
	LocationID  *id.Location    `json:"location_id,omitzero" format:"uuid" doc:"Of the ticket's site."`
	AssetID     *id.Asset       `json:"asset_id,omitzero" format:"uuid" doc:"Of the ticket's site."`
	Version     int64           `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b TicketChange) input() ticket.Input {
	return ticket.Input{
		Kind: b.Kind, Title: b.Title, Description: b.Description, Priority: b.Priority, Category: b.CategoryID, Location: b.LocationID, Asset: b.AssetID,
	}
}

// TicketFilter narrows a list of tickets. It is exported for huma, which looks into exported fields only.
type TicketFilter struct {
	Status       string          `query:"status" maxLength:"100" doc:"Only tickets of this status, or of several with commas between: NEW,OPEN." example:"NEW,OPEN"`
	SiteID       id.Site         `query:"site_id" format:"uuid" doc:"Only tickets of this site."`
	CategoryID   id.Category     `query:"category_id" format:"uuid" doc:"Only tickets about this."`
	Priority     ticket.Priority `query:"priority" enum:"LOW,MEDIUM,HIGH"`
	Kind         ticket.Kind     `query:"kind" enum:"INCIDENT,REQUEST"`
	Mine         bool            `query:"mine" doc:"Only what is assigned to oneself, as a person or through a group."`
	PersonID     id.Person       `query:"person_id" format:"uuid" doc:"Only what is assigned to this person."`
	GroupID      id.Group        `query:"group_id" format:"uuid" doc:"Only what is assigned to this group."`
	Unassigned   bool            `query:"unassigned" doc:"Only what is assigned to nobody."`
	CreatorID    id.Person       `query:"creator_id" format:"uuid" doc:"Only what this person reported."`
	AssetID      id.Asset        `query:"asset_id" format:"uuid" doc:"Only tickets about this asset."`
	LocationID   id.Location     `query:"location_id" format:"uuid" doc:"Only tickets at this location."`
	Escalated    bool            `query:"escalated" doc:"Only what has escalated at least once."`
	DueBefore    time.Time       `query:"due_before" doc:"Only what should be resolved before this time."`
	ChangedAfter time.Time       `query:"changed_after" doc:"Only what was changed at this time or after it, in the order of the changes: what changes while one reads comes again at the end."`
	Search       string          `query:"search" maxLength:"200" doc:"Part of the number, title, description or contact."`
	Order        ticket.Order    `query:"order" enum:"escalation" doc:"What escalates next first, without what does not escalate; the newest first unless told."`
}

func (q TicketFilter) filter() ticket.Filter {
	f := ticket.Filter{
		Site: given(q.SiteID), Category: given(q.CategoryID), Priority: q.Priority, Kind: q.Kind, Mine: q.Mine, Person: given(q.PersonID), Group: given(q.GroupID),
		Nobody: q.Unassigned, Creator: given(q.CreatorID), Asset: given(q.AssetID), Location: given(q.LocationID), Escalated: q.Escalated, DueBefore: q.DueBefore,
		ChangedAfter: q.ChangedAfter, Search: q.Search, Order: q.Order,
	}
	if q.Status != "" {
		for _, s := range strings.Split(q.Status, ",") {
			f.Statuses = append(f.Statuses, ticket.Status(s))
		}
	}
	return f
}

// StatusCount is how many tickets have a status.
type StatusCount struct {
	Status ticket.Status `json:"status" enum:"NEW,OPEN,ONHOLD,RESOLVED,CLOSED,CANCELLED"`
	Count  int64         `json:"count" example:"3"`
}

func ticketRows() []Operation {
	return append(crud("ticket", "/tickets", "a ticket", "the tickets that one sees", ticket.CanRead, ticket.CanCreate, ticket.CanUpdate, ""),
		Operation{Name: "ticket.counts", Method: get, Path: "/tickets/counts", Permission: ticket.CanRead, Summary: "Count the tickets of each status"},
		Operation{Name: "ticket.status", Method: post, Path: "/tickets/{id}/status", Permission: ticket.CanRead, Noun: "ticket",
			Summary: "Take a ticket to another status, as the table of transitions allows"},
		Operation{Name: "ticket.assign", Method: post, Path: "/tickets/{id}/assignee", Permission: ticket.CanRead, Noun: "ticket",
			Summary: "Assign a ticket to a person, a group or nobody"},
		Operation{Name: "ticket.assign_many", Method: post, Path: "/tickets/assignees", Permission: ticket.CanAssign, Summary: "Assign several tickets at once"},
		Operation{Name: "ticket.comments", Method: get, Path: "/tickets/{id}/comments", Permission: ticket.CanRead, Noun: "ticket",
			Summary: "List what was said of a ticket, the oldest first"},
		Operation{Name: "ticket.comment", Method: post, Path: "/tickets/{id}/comments", Permission: ticket.CanComment, Noun: "ticket",
			Summary: "Comment on a ticket", status: 201},
		Operation{Name: "ticket.history", Method: get, Path: "/tickets/{id}/history", Permission: ticket.CanRead, Noun: "ticket",
			Summary: "List what happened to a ticket, the newest first"},
		Operation{Name: "ticket.explanation", Method: get, Path: "/tickets/{id}/explanation", Permission: ticket.CanRead, Noun: "ticket",
			Summary: "Explain what happens next to a ticket, when, and why"})
}

func (a *api) tickets() {
	s := a.c.Ticket
	register(a, "ticket.list", func(ctx context.Context, in *struct {
		Paging
		TicketFilter
	}) (*many[Ticket], error) {
		p, err := s.List(ctx, actor.From(ctx), in.filter(), in.changes(in.ChangedAfter))
		return listed(p, err, ticketOf)
	})
	register(a, "ticket.counts", func(ctx context.Context, in *TicketFilter) (*many[StatusCount], error) {
		counts, err := s.Counts(ctx, actor.From(ctx), in.filter())
		return listed(page.Of[ticket.Status]{Items: ticket.Statuses()}, err, func(x ticket.Status) StatusCount { return StatusCount{x, counts[x]} })
	})
	register(a, "ticket.create", func(ctx context.Context, in *struct{ Body TicketNew }) (*made[Ticket], error) {
		t, err := s.Create(ctx, actor.From(ctx), in.Body.input())
		return created(t, err, ticketOf, "tickets", func(t ticket.Ticket) string { return t.ID.String() })
	}, checks(func(b TicketNew) error { in := b.input(); return in.Check() }))
	register(a, "ticket.get", func(ctx context.Context, in *struct {
		ID      id.Ticket `path:"id" format:"uuid"`
		History int       `query:"history" minimum:"0" maximum:"200" doc:"So many of the newest lines of its history come with it; none unless told."`
	}) (*one[TicketWhole], error) {
		if in.History == 0 {
			t, err := s.Get(ctx, actor.From(ctx), in.ID)
			return single(t, err, func(t ticket.Ticket) TicketWhole { return TicketWhole{Ticket: ticketOf(t)} })
		}
		t, lines, err := s.GetWithHistory(ctx, actor.From(ctx), in.ID, page.Request{Limit: in.History})
		return single(t, err, func(t ticket.Ticket) TicketWhole { return TicketWhole{ticketOf(t), historyOf(lines)} })
	})
	register(a, "ticket.update", func(ctx context.Context, in *struct {
		ID   id.Ticket `path:"id" format:"uuid"`
		Body TicketChange
	}) (*one[Ticket], error) {
		t, err := s.Update(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(t, err, ticketOf)
	}, checks(func(b TicketChange) error { in := b.input(); return in.CheckChange() }))
	a.ticketWork()
	a.ticketPlan()
}
