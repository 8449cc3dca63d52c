package graph

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
)

// CategoryLadders answers with the ladders of a category.
func (q query) CategoryLadders(ctx context.Context, c id.Any) ([]ticket.Ladder, error) {
	return listOf(q.c.Ticket.ListLadders(ctx, actor.From(ctx), as[id.Category](c)))
}

// listOf is a list as it is answered: without rows it is empty, and null only beside a fault.
func listOf[T any](rows []T, err error) ([]T, error) {
	if rows == nil && err == nil {
		rows = []T{}
	}
	return rows, err
}

// LadderPreview answers with what would happen to a ticket.
func (q query) LadderPreview(ctx context.Context, c, site id.Any, openedAt *time.Time) (*gen.TicketPlan, error) {
	p, err := q.c.Ticket.Preview(ctx, actor.From(ctx), as[id.Category](c), as[id.Site](site), given(openedAt))
	if err != nil {
		return nil, err
	}
	return ticketPlan(p), nil
}

// TicketExplanation answers with what happens next to a ticket.
func (q query) TicketExplanation(ctx context.Context, t id.Any) (*gen.TicketExplanation, error) {
	e, err := q.c.Ticket.Explain(ctx, actor.From(ctx), as[id.Ticket](t))
	if err != nil {
		return nil, err
	}
	return &gen.TicketExplanation{Plan: ticketPlan(e.Plan), Next: ticketStep(e.Next), Reason: e.Reason}, nil
}

func ticketPlan(p ticket.Plan) *gen.TicketPlan {
	out := &gen.TicketPlan{
		Clock: p.Category.Clock, Zone: p.Calendar.Zone, OpenedAt: p.Opened, HeldSeconds: int64(p.Held / time.Second), Deadline: ticketStep(p.Deadline),
		Steps: make([]gen.TicketStep, len(p.Steps)),
	}
	for i := range p.Steps {
		out.Steps[i] = *ticketStep(&p.Steps[i])
	}
	return out
}

func ticketStep(x *ticket.Step) *gen.TicketStep {
	if x == nil {
		return nil
	}
	out := &gen.TicketStep{
		Level: x.Level, AfterMinutes: x.After, PersonName: x.PersonName, GroupName: x.GroupName, Done: x.Done, At: x.At, Rows: []gen.ClockRow{},
	}
	if x.Why != nil {
		out.Rows = clockRows(x.Why.Rows)
	}
	return out
}

func clockRows(rows []calendar.Row) []gen.ClockRow {
	out := make([]gen.ClockRow, len(rows))
	for i, r := range rows {
		out[i] = gen.ClockRow{
			Day: r.Day, From: r.From, Until: r.Until, CountedSeconds: int64(r.Counted / time.Second), SumSeconds: int64(r.Sum / time.Second), Holiday: r.Holiday,
		}
	}
	return out
}

// PutLadder makes or replaces a ladder of a category.
func (m mutation) PutLadder(ctx context.Context, c id.Any, version int64, input ticket.LadderInput) (*ticket.Ladder, error) {
	input.Category = as[id.Category](c)
	return pointer(m.c.Ticket.PutLadder(ctx, actor.From(ctx), version, input))
}

// DeleteLadder removes a ladder of a category.
func (m mutation) DeleteLadder(ctx context.Context, c id.Any, site *id.Any, version int64) (*id.Any, error) {
	return pointer(c, m.c.Ticket.DeleteLadder(ctx, actor.From(ctx), as[id.Category](c), maybe[id.Site](site), version))
}

// AssignTickets assigns several tickets at once.
func (m mutation) AssignTickets(ctx context.Context, tickets []ticket.Seen, assignee ticket.Assignee) ([]gen.TicketOutcome, error) {
	all, err := m.c.Ticket.AssignAll(ctx, actor.From(ctx), tickets, assignee)
	if err != nil {
		return nil, err
	}
	out := make([]gen.TicketOutcome, len(all))
	for i, x := range all {
		out[i].ID = id.Of[id.Any](x.ID.Bytes())
		if !x.Ticket.ID.IsZero() {
			out[i].Ticket = &x.Ticket
		}
		if x.Fault != nil {
			out[i].Problem = &fault.As(x.Fault).Message
		}
	}
	return out, nil
}

// SavedViews answers with one's own views of a list.
func (q query) SavedViews(ctx context.Context, area string) ([]ticket.View, error) {
	return listOf(q.c.Ticket.ListViews(ctx, actor.From(ctx), area))
}

// SaveView keeps a list under a name.
func (m mutation) SaveView(ctx context.Context, input ticket.ViewInput) (*ticket.View, error) {
	return pointer(m.c.Ticket.SaveView(ctx, actor.From(ctx), input))
}

// DeleteView removes a view.
func (m mutation) DeleteView(ctx context.Context, v id.Any) (*id.Any, error) {
	return pointer(v, m.c.Ticket.DeleteView(ctx, actor.From(ctx), as[id.View](v)))
}
