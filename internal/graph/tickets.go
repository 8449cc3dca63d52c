package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
)

// Ticket answers with a ticket.
func (q query) Ticket(ctx context.Context, t id.Any) (*ticket.Ticket, error) {
	return pointer(q.c.Ticket.Get(ctx, actor.From(ctx), as[id.Ticket](t)))
}

// Tickets answers with a piece of the tickets.
func (q query) Tickets(ctx context.Context, filter gen.TicketFilter, first int64, after string) (*gen.TicketConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	f := ticketFilter(filter)
	list, err := q.c.Ticket.List(ctx, actor.From(ctx), f, p)
	if err != nil {
		return nil, err
	}
	key := func(t *ticket.Ticket) (string, string) { return f.Cursor(*t) }
	all, info := edges(list, key, func(c string, t *ticket.Ticket) gen.TicketEdge { return gen.TicketEdge{Cursor: c, Node: t} })
	return &gen.TicketConnection{Edges: all, PageInfo: info}, nil
}

// TicketCounts answers with how many tickets there are of each status.
func (q query) TicketCounts(ctx context.Context, filter gen.TicketFilter) ([]gen.TicketCount, error) {
	counts, err := q.c.Ticket.Counts(ctx, actor.From(ctx), ticketFilter(filter))
	if err != nil {
		return nil, err
	}
	out := make([]gen.TicketCount, len(ticket.Statuses()))
	for i, status := range ticket.Statuses() {
		out[i] = gen.TicketCount{Status: status, Count: counts[status]}
	}
	return out, nil
}

func ticketFilter(f gen.TicketFilter) ticket.Filter {
	return ticket.Filter{
		Statuses: f.Statuses, Site: maybe[id.Site](f.SiteID), Category: maybe[id.Category](f.CategoryID), Priority: given(f.Priority), Kind: given(f.Kind), Mine: f.Mine,
		Person: maybe[id.Person](f.PersonID), Group: maybe[id.Group](f.GroupID), Nobody: f.Unassigned, Creator: maybe[id.Person](f.CreatorID),
		Asset: maybe[id.Asset](f.AssetID), Location: maybe[id.Location](f.LocationID), Escalated: f.Escalated, DueBefore: given(f.DueBefore),
		ChangedAfter: given(f.ChangedAfter), Search: f.Search, Order: f.Order,
	}
}

// TicketComments answers with a piece of what was said of a ticket.
func (q query) TicketComments(ctx context.Context, t id.Any, first int64, after string) (*gen.CommentConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Ticket.ListComments(ctx, actor.From(ctx), as[id.Ticket](t), p)
	if err != nil {
		return nil, err
	}
	key := func(x *ticket.Comment) (string, string) { return "", x.ID.String() }
	all, info := edges(list, key, func(c string, x *ticket.Comment) gen.CommentEdge { return gen.CommentEdge{Cursor: c, Node: x} })
	return &gen.CommentConnection{Edges: all, PageInfo: info}, nil
}

// TicketHistory answers with a piece of what happened to a ticket.
func (q query) TicketHistory(ctx context.Context, t id.Any, first int64, after string) (*gen.TicketLineConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Ticket.History(ctx, actor.From(ctx), as[id.Ticket](t), p)
	if err != nil {
		return nil, err
	}
	key := func(x *ticket.Line) (string, string) { return "", x.ID.String() }
	all, info := edges(list, key, func(c string, x *ticket.Line) gen.TicketLineEdge { return gen.TicketLineEdge{Cursor: c, Node: x} })
	return &gen.TicketLineConnection{Edges: all, PageInfo: info}, nil
}

// CreateTicket reports a ticket.
func (m mutation) CreateTicket(ctx context.Context, input ticket.Input) (*ticket.Ticket, error) {
	return pointer(m.c.Ticket.Create(ctx, actor.From(ctx), input))
}

// UpdateTicket replaces what a ticket says.
func (m mutation) UpdateTicket(ctx context.Context, t id.Any, version int64, input ticket.Input) (*ticket.Ticket, error) {
	return pointer(m.c.Ticket.Update(ctx, actor.From(ctx), as[id.Ticket](t), version, input))
}

// MoveTicket takes a ticket to another status.
func (m mutation) MoveTicket(ctx context.Context, t id.Any, version int64, status ticket.Status, comment string) (*ticket.Ticket, error) {
	return pointer(m.c.Ticket.Move(ctx, actor.From(ctx), as[id.Ticket](t), version, status, comment))
}

// AssignTicket assigns a ticket.
func (m mutation) AssignTicket(ctx context.Context, t id.Any, version int64, assignee ticket.Assignee) (*ticket.Ticket, error) {
	return pointer(m.c.Ticket.Assign(ctx, actor.From(ctx), as[id.Ticket](t), version, assignee))
}

// CommentTicket adds to what was said of a ticket.
func (m mutation) CommentTicket(ctx context.Context, t id.Any, body string) (*ticket.Comment, error) {
	return pointer(m.c.Ticket.Comment(ctx, actor.From(ctx), as[id.Ticket](t), body))
}

// Site answers with the site of a ticket.
func (ticketResolver) Site(ctx context.Context, t *ticket.Ticket) (*org.Site, error) {
	return load(ctx, loadersOf(ctx).sites, &t.Site)
}

// Category answers with what a ticket is about.
func (ticketResolver) Category(ctx context.Context, t *ticket.Ticket) (*ticket.Category, error) {
	return load(ctx, loadersOf(ctx).categories, &t.Category)
}

// Location answers with where at its site a ticket is.
func (ticketResolver) Location(ctx context.Context, t *ticket.Ticket) (*asset.Location, error) {
	return load(ctx, loadersOf(ctx).locations, t.Location)
}

// Asset answers with the asset that a ticket is about.
func (ticketResolver) Asset(ctx context.Context, t *ticket.Ticket) (*asset.Asset, error) {
	return load(ctx, loadersOf(ctx).assets, t.Asset)
}

// Creator answers with who reported a ticket.
func (ticketResolver) Creator(ctx context.Context, t *ticket.Ticket) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, t.Creator)
}

// Person answers with who a ticket is assigned to.
func (ticketResolver) Person(ctx context.Context, t *ticket.Ticket) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, t.Person)
}

// Person answers with who said something.
func (commentResolver) Person(ctx context.Context, x *ticket.Comment) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, x.Person)
}

// Status answers with the status that a comment was the reason for.
func (commentResolver) Status(_ context.Context, x *ticket.Comment) (*ticket.Status, error) {
	if x.Status == "" {
		return nil, nil //nolint:nilnil // it was the reason for none
	}
	return &x.Status, nil
}

// Person answers with who did something to a ticket.
func (ticketLineResolver) Person(ctx context.Context, x *ticket.Line) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, x.Person)
}
