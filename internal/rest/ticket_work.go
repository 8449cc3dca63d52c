package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/ticket"
)

// TicketMove is a ticket's next status.
type TicketMove struct {
	Status  ticket.Status `json:"status" enum:"OPEN,ONHOLD,RESOLVED,CLOSED,CANCELLED"`
	Comment string        `json:"comment,omitzero" maxLength:"5000" doc:"Why. Needed to hold, resolve, cancel and reopen." example:"Fuse replaced."`
	Version int64         `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

// TicketAssignment is who a ticket goes to: a person, a group, or (neither) nobody.
type TicketAssignment struct {
	PersonID *id.Person `json:"person_id,omitzero" format:"uuid"`
	GroupID  *id.Group  `json:"group_id,omitzero" format:"uuid"`
	Version  int64      `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

// TicketAssignments is who several tickets go to.
type TicketAssignments struct {
	PersonID *id.Person   `json:"person_id,omitzero" format:"uuid"`
	GroupID  *id.Group    `json:"group_id,omitzero" format:"uuid"`
	Tickets  []TicketSeen `json:"tickets" nullable:"false" minItems:"1" maxItems:"200"`
}

// TicketSeen names a ticket in the version that was read.
type TicketSeen struct {
	ID      id.Ticket `json:"id" format:"uuid"`
	Version int64     `json:"version" minimum:"1" example:"1"`
}

// TicketOutcome is what became of one of several tickets.
type TicketOutcome struct {
	ID     id.Ticket `json:"id" format:"uuid"`
	Ticket *Ticket   `json:"ticket" doc:"As it is now; null when one does not see it."`
	Code   string    `json:"code" doc:"Why it was not changed, as a problem's code; empty: it was, or it was there already." example:"conflict"`
	Detail string    `json:"detail" doc:"The same in a sentence."`
}

func outcomeOf(x ticket.Outcome) TicketOutcome {
	out := TicketOutcome{ID: x.ID}
	if !x.Ticket.ID.IsZero() {
		t := ticketOf(x.Ticket)
		out.Ticket = &t
	}
	if x.Fault != nil {
		f := fault.As(x.Fault)
		out.Code, out.Detail = string(f.Kind), f.Message
	}
	return out
}

// Comment is what somebody said of a ticket.
type Comment struct {
	ID         id.Comment    `json:"id" format:"uuid"`
	PersonID   *id.Person    `json:"person_id" format:"uuid" doc:"Null for a visitor and background work."`
	PersonName string        `json:"person_name" example:"Asha Rao"`
	Body       string        `json:"body" example:"It smells."`
	Status     ticket.Status `json:"status" doc:"The status that it was the reason for; empty: none." example:"ONHOLD"`
	At         time.Time     `json:"at"`
}

func commentOf(c ticket.Comment) Comment {
	return Comment{ID: c.ID, PersonID: c.Person, PersonName: c.Name, Body: c.Body, Status: c.Status, At: c.At}
}

// CommentNew is what is to be said.
type CommentNew struct {
	Body string `json:"body" minLength:"1" maxLength:"5000" example:"It smells."`
}

// TicketLine is one thing that happened to a ticket.
type TicketLine struct {
	ID       id.Entry      `json:"id" format:"uuid"`
	At       time.Time     `json:"at"`
	PersonID *id.Person    `json:"person_id" format:"uuid" doc:"Who did it; null for a visitor and background work."`
	Who      string        `json:"who" example:"Asha Rao"`
	Verb     string        `json:"verb" example:"ticket.assigned"`
	What     []string      `json:"what" nullable:"false" doc:"What changed, a sentence each."`
	Comment  string        `json:"comment" doc:"What was said."`
	From     ticket.Status `json:"from_status" doc:"Of a change of status, else empty." example:"NEW"`
	To       ticket.Status `json:"to_status" example:"OPEN"`
}

// historyOf gives a piece of a history as part of another answer.
func historyOf(p page.Of[ticket.Line]) *list[TicketLine] {
	out := &list[TicketLine]{Items: make([]TicketLine, len(p.Items)), Next: p.Next}
	for i, l := range p.Items {
		out.Items[i] = lineOf(l)
	}
	return out
}

func lineOf(l ticket.Line) TicketLine {
	out := TicketLine{ID: l.ID, At: l.At, PersonID: l.Person, Who: l.Who, Verb: l.Verb, What: l.What, Comment: l.Comment, From: l.From, To: l.To}
	if out.What == nil {
		out.What = []string{}
	}
	return out
}

func (a *api) ticketWork() {
	s := a.c.Ticket
	register(a, "ticket.status", func(ctx context.Context, in *struct {
		ID   id.Ticket `path:"id" format:"uuid"`
		Body TicketMove
	}) (*one[Ticket], error) {
		t, err := s.Move(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.Status, in.Body.Comment)
		return single(t, err, ticketOf)
	})
	register(a, "ticket.assign", func(ctx context.Context, in *struct {
		ID   id.Ticket `path:"id" format:"uuid"`
		Body TicketAssignment
	}) (*one[Ticket], error) {
		t, err := s.Assign(ctx, actor.From(ctx), in.ID, in.Body.Version, ticket.Assignee{Person: in.Body.PersonID, Group: in.Body.GroupID})
		return single(t, err, ticketOf)
	})
	register(a, "ticket.assign_many", func(ctx context.Context, in *struct{ Body TicketAssignments }) (*many[TicketOutcome], error) {
		seen := make([]ticket.Seen, len(in.Body.Tickets))
		for i, x := range in.Body.Tickets {
			seen[i] = ticket.Seen(x)
		}
		all, err := s.AssignAll(ctx, actor.From(ctx), seen, ticket.Assignee{Person: in.Body.PersonID, Group: in.Body.GroupID})
		return whole(all, err, outcomeOf)
	})
	register(a, "ticket.comments", func(ctx context.Context, in *struct {
		ID id.Ticket `path:"id" format:"uuid"`
		Paging
	}) (*many[Comment], error) {
		p, err := s.ListComments(ctx, actor.From(ctx), in.ID, in.request())
		return listed(p, err, commentOf)
	})
	register(a, "ticket.comment", func(ctx context.Context, in *struct {
		ID   id.Ticket `path:"id" format:"uuid"`
		Body CommentNew
	}) (*one[Comment], error) {
		c, err := s.Comment(ctx, actor.From(ctx), in.ID, in.Body.Body)
		return single(c, err, commentOf)
	})
	register(a, "ticket.history", func(ctx context.Context, in *struct {
		ID id.Ticket `path:"id" format:"uuid"`
		Paging
	}) (*many[TicketLine], error) {
		p, err := s.History(ctx, actor.From(ctx), in.ID, in.request())
		return listed(p, err, lineOf)
	})
}
