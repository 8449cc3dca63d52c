package web

import (
	"context"
	"net/url"

	"github.com/a-h/templ"

	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// fewTickets is how many tickets the page of another record shows.
const fewTickets = 5

// ticketsCard lists the tickets of an asset, or of a location, in which something is to do, with the way to all of them and to a new one.
// There is none for those who see no tickets.
func (p *pages) ticketsCard(ctx context.Context, v visit, site id.Site, what, record string, f ticket.Filter) (templ.Component, error) {
	if !v.who.At(ticket.CanRead, site) {
		return together(), nil
	}
	counts, err := p.Ticket.Counts(ctx, v.who, f)
	if err != nil {
		return nil, err
	}
	var all, active int64
	for _, n := range counts {
		all += n
	}
	f.Statuses = ticket.ActiveStatuses()
	for _, s := range f.Statuses {
		active += counts[s]
	}
	found, err := p.Ticket.List(ctx, v.who, f, page.Request{Limit: fewTickets})
	if err != nil {
		return nil, err
	}
	of := url.Values{what: {record}}
	card := ui.Card{Title: "Tickets", Count: ui.Count{N: int(active)}}
	if all > 0 {
		every := url.Values{what: {record}, "status": {anyStatus}}
		card.Acts = append(card.Acts, ui.Action{Text: "All " + grouped(all), Href: ticketsPath + "?" + every.Encode(), Bare: true})
	}
	if v.who.At(ticket.CanCreate, site) {
		fresh := url.Values{what: {record}, "site": {site.String()}}
		card.Acts = append(card.Acts, ui.Action{Text: "New ticket", Icon: "plus", Href: ticketsPath + "/new?" + fresh.Encode()})
	}
	l := ticketList(v, found.Items, false)
	if found.Next != "" {
		l.More = ui.Pager{Shown: len(found.Items), Noun: "of " + grouped(active) + " tickets"}
		card.Acts = append([]ui.Action{{Text: "All open " + grouped(active), Href: ticketsPath + "?" + of.Encode(), Bare: true}}, card.Acts...)
	}
	return section(card, l, "Nothing is to do here."), nil
}
