package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
)

// TicketPlan is when what happens to a ticket, and why.
type TicketPlan struct {
	Clock       ticket.Clock    `json:"clock" enum:"ELAPSED,BUSINESS" doc:"Which minutes count: every one, or those in which the calendar is open."`
	Calendar    calendar.Source `json:"calendar" enum:"site,tenant,builtin" doc:"Whose business hours a BUSINESS clock follows; builtin: every minute."`
	Zone        string          `json:"zone" doc:"Of the site." example:"Asia/Kolkata"`
	OpenedAt    time.Time       `json:"opened_at"`
	HeldSeconds int64           `json:"held_seconds" doc:"How long the clocks have stood, by their own time."`
	Steps       []TicketStep    `json:"steps" nullable:"false" doc:"The levels of the ladder, from the first."`
	Deadline    *TicketStep     `json:"deadline" doc:"Until when it should be resolved; null without a deadline."`
}

// TicketStep is a level of a ladder, or the deadline, of one ticket.
type TicketStep struct {
	Level        int64      `json:"level" doc:"From 1; 0 is the deadline." example:"1"`
	AfterMinutes int64      `json:"after_minutes" doc:"From the opening, by the clock." example:"60"`
	PersonID     *id.Person `json:"person_id" format:"uuid"`
	PersonName   string     `json:"person_name"`
	GroupID      *id.Group  `json:"group_id" format:"uuid"`
	GroupName    string     `json:"group_name"`
	Done         bool       `json:"done" doc:"The ticket is there already."`
	At           *time.Time `json:"at" doc:"When it comes, or was to come; null while the clocks stand, and when it never comes."`
	Rows         []ClockRow `json:"rows" nullable:"false" doc:"The arithmetic of a BUSINESS clock; empty for plain addition."`
}

// ClockRow is a piece of open time, or a holiday that took one away.
type ClockRow struct {
	Day            clock.Date `json:"day" doc:"At the site." example:"2026-11-25"`
	From           time.Time  `json:"from"`
	Until          time.Time  `json:"until"`
	CountedSeconds int64      `json:"counted_seconds" doc:"0 on a holiday." example:"3600"`
	SumSeconds     int64      `json:"sum_seconds" doc:"Of all rows so far." example:"3600"`
	Holiday        string     `json:"holiday" doc:"Why nothing was counted; empty: it was."`
	Merged         int        `json:"merged" doc:"Further pieces that this row holds as well, because there were too many to list."`
}

// TicketExplanation is what happens next to a ticket, when, and why.
type TicketExplanation struct {
	TicketPlan
	Next   *TicketStep `json:"next" doc:"What happens next; null: nothing."`
	Reason string      `json:"reason" doc:"Why nothing does; empty: something does." example:"It is resolved."`
}

func ticketPlanOf(p ticket.Plan) TicketPlan {
	out := TicketPlan{
		Clock: p.Category.Clock, Calendar: p.Calendar.Source, Zone: p.Calendar.Zone, OpenedAt: p.Opened, HeldSeconds: int64(p.Held / time.Second), Steps: []TicketStep{},
		Deadline: stepOf(p.Deadline),
	}
	for i := range p.Steps {
		out.Steps = append(out.Steps, *stepOf(&p.Steps[i]))
	}
	return out
}

func stepOf(x *ticket.Step) *TicketStep {
	if x == nil {
		return nil
	}
	out := TicketStep{
		Level: x.Level, AfterMinutes: x.After, PersonID: x.Person, PersonName: x.PersonName, GroupID: x.Group, GroupName: x.GroupName, Done: x.Done, At: x.At,
		Rows: []ClockRow{},
	}
	if x.Why != nil {
		out.Rows = clockRowsOf(x.Why.Rows)
	}
	return &out
}

func clockRowsOf(rows []calendar.Row) []ClockRow {
	out := make([]ClockRow, len(rows))
	for i, r := range rows {
		out[i] = ClockRow{
			Day: r.Day, From: r.From, Until: r.Until, CountedSeconds: int64(r.Counted / time.Second), SumSeconds: int64(r.Sum / time.Second), Holiday: r.Holiday, Merged: r.Merged,
		}
	}
	return out
}

func explanationOf(e ticket.Explanation) TicketExplanation {
	return TicketExplanation{TicketPlan: ticketPlanOf(e.Plan), Next: stepOf(e.Next), Reason: e.Reason}
}

func (a *api) ticketPlan() {
	s := a.c.Ticket
	register(a, "ticket.explanation", func(ctx context.Context, in *struct {
		ID id.Ticket `path:"id" format:"uuid"`
	}) (*one[TicketExplanation], error) {
		e, err := s.Explain(ctx, actor.From(ctx), in.ID)
		return single(e, err, explanationOf)
	})
	register(a, "ladder.preview", func(ctx context.Context, in *struct {
		ID       id.Category `path:"id" format:"uuid"`
		SiteID   id.Site     `query:"site_id" format:"uuid" doc:"Where the ticket would be."`
		OpenedAt time.Time   `query:"opened_at" doc:"When it would be opened; now unless told."`
	}) (*one[TicketPlan], error) {
		p, err := s.Preview(ctx, actor.From(ctx), in.ID, in.SiteID, in.OpenedAt)
		return single(p, err, ticketPlanOf)
	})
}
