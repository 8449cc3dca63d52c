package web

import (
	"slices"
	"time"

	"intelliwiz/internal/page"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// How many tickets Today shows of each sort.
const (
	homeNext = 6
	homeMine = 6
)

// tickets shows what escalates next, what is with the person, and how many there are to do.
func (h *homeMaker) tickets() error {
	if !h.who.Can(ticket.CanRead) {
		return nil
	}
	ctx := h.r.Context()
	next, err := h.p.Ticket.List(ctx, h.who, ticket.Filter{Order: ticket.NextEscalation}, page.Request{Limit: homeNext})
	if err != nil {
		return err
	}
	mine, err := h.p.Ticket.List(ctx, h.who, ticket.Filter{Mine: true, Statuses: ticket.ActiveStatuses()}, page.Request{Limit: homeMine})
	if err != nil {
		return err
	}
	counts, err := h.p.Ticket.Counts(ctx, h.who, ticket.Filter{})
	if err != nil {
		return err
	}
	late, err := h.p.Ticket.Late(ctx, h.who, ticket.Filter{}, h.now.Truncate(time.Minute))
	if err != nil {
		return err
	}
	h.view.Next = ui.Log{ID: "next", Label: "What escalates next"}
	for _, t := range next.Items {
		h.view.Next.Entries = append(h.view.Next.Entries, h.nextLine(t))
	}
	h.view.NextWords = nextWords(h.view.Next.Entries, next.Items, h.now)
	h.view.MyTickets = ui.Log{ID: "mine", Label: "With you, the newest first"}
	for _, t := range mine.Items {
		h.view.MyTickets.Entries = append(h.view.MyTickets.Entries, h.mineLine(t))
	}
	h.view.Numbers = slices.Insert(h.view.Numbers, 0, ticketNumbers(counts, late))
	return nil
}

// nextLine is a ticket that climbs next, with the way to take it.
func (h *homeMaker) nextLine(t ticket.Ticket) ui.Entry {
	in := t.Next.Sub(h.now)
	to := ticketsPath + "/" + t.ID.String()
	e := ui.Entry{Time: *t.Next, At: t.Next.In(h.zone).Format(clockForm), Ago: inWords(in), Late: in < soonClimb, Icon: "s-" + string(ticketTone(t.Status)), Tone: ticketTone(t.Status),
		What: t.Title, Href: to, Code: t.Ref(), Meta: []string{t.SiteName, "With " + nameOr(t.AssigneeName(), "nobody")}}
	if in > 24*time.Hour {
		e.Ago = day(*t.Next, h.now, h.zone)
	}
	if t.Overdue(h.now) {
		e.Icon, e.Tone = "s-late", ui.Late
	}
	if h.who.At(ticket.CanUpdate, t.Site) && (t.Person == nil || *t.Person != h.who.Person()) {
		e.Acts = []ui.Action{{Text: "Take it", Icon: "user", Post: to + "/assign", Name: "me", Value: "true", Version: number(t.Version), About: t.Ref()}}
	}
	return e
}

func (h *homeMaker) mineLine(t ticket.Ticket) ui.Entry {
	e := ui.Entry{Time: t.Updated, At: t.Updated.In(h.zone).Format(clockForm), Ago: day(t.Updated, h.now, h.zone), Icon: "s-" + string(ticketTone(t.Status)), Tone: ticketTone(t.Status),
		What: t.Title, Href: ticketsPath + "/" + t.ID.String(), Code: t.Ref(), Meta: []string{t.SiteName, t.Status.Label()}}
	if t.Overdue(h.now) {
		e.Icon, e.Tone, e.Meta = "s-late", ui.Late, append(e.Meta, "Late")
	}
	return e
}

// nextWords says how near the first is.
func nextWords(lines []ui.Entry, all []ticket.Ticket, now time.Time) string {
	if len(lines) == 0 {
		return ""
	}
	in := all[0].Next.Sub(now)
	if in <= 0 {
		return "The first escalates now."
	}
	return "The first escalates in " + spell(in) + "."
}

// ticketNumbers is how many tickets there are to do, by status.
func ticketNumbers(counts map[ticket.Status]int64, late int64) ui.Bars {
	b := ui.Bars{Title: "Tickets to do", Href: ticketsPath, Head: "Status", Unit: "Tickets", Label: "Tickets by status"}
	var n int64
	for _, s := range ticket.ActiveStatuses() {
		n += counts[s]
		b.Items = append(b.Items, ui.Bar{Label: s.Label(), Value: float64(counts[s])})
	}
	b.Total, b.Sub = grouped(n), grouped(late)+" late"
	if late == 0 {
		b.Sub = "None late"
	}
	if n == 0 {
		b.Items, b.Sub = nil, "" // a chart of nothing says nothing
	}
	return b
}
