package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/page"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// ticketsFound is the rows of a list of tickets as HTML, for all who may see and assign the same.
type ticketsFound struct {
	html   string // "" = there are none
	assign bool   // one of them at least may be assigned
}

// Size is for the cache: bytes.
func (f ticketsFound) Size() int { return len(f.html) }

// Render writes the rows, which ui.Listed drew, as a part of a page.
func (f ticketsFound) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, f.html)
	return err
}

// listPart gives the rows of the list: from memory, until a ticket changes or a name that stands in one, and no longer than the minute
// in which they were made. With boxes that stay ticked they are made anew.
func (p *pages) listPart(ctx context.Context, v visit, q ticketQuery, after string, picked []string) (ticketsFound, error) {
	key, steady := foundKey(v, q, after)
	bulk := p.Flags.Bool(ctx, v.who, flag.BulkAssign)
	if !steady || len(picked) > 0 {
		return p.makeTickets(ctx, v, q, after, picked, bulk)
	}
	nouns := []string{"ticket", "site", "category", "location", "asset", "person", "group"}
	return p.parts.Get(ctx, v.who.Tenant(), fmt.Sprint(key, " ", bulk), nouns, func(ctx context.Context) (ticketsFound, error) {
		return p.makeTickets(ctx, v, q, after, nil, bulk)
	})
}

// foundKey names what the rows depend on: the query, where the actor may see and assign tickets, and the minute and zone in which they look. What
// is searched for is seldom asked for twice.
func foundKey(v visit, q ticketQuery, after string) (key string, steady bool) {
	if q.filter.Search != "" {
		return "", false
	}
	person := ""
	if q.filter.Mine {
		person = v.who.Person().String()
	}
	return fmt.Sprint(q.values.Encode(), " ", after, " ", v.now.Truncate(time.Minute).Unix(), " ", v.zone, " ", person, " ", siteKey(v.who, ticket.CanRead), " ", siteKey(v.who, ticket.CanAssign)), true
}

// siteKey names the sites at which the actor may do something.
func siteKey(who actor.Actor, p actor.Permission) string {
	sites, all := who.Sites(p)
	if all {
		return "all"
	}
	return fmt.Sprint(sites)
}

func (p *pages) makeTickets(ctx context.Context, v visit, q ticketQuery, after string, picked []string, bulk bool) (f ticketsFound, err error) {
	found, err := p.Ticket.List(ctx, v.who, q.filter, page.Request{Limit: ticketPage, After: after})
	if err != nil || len(found.Items) == 0 {
		return f, err
	}
	f.assign = bulk && slices.ContainsFunc(found.Items, func(t ticket.Ticket) bool { return v.who.At(ticket.CanAssign, t.Site) })
	list := ticketList(v, found.Items, f.assign)
	list.Picked = picked
	if found.Next != "" {
		list.More.Next = q.address("after", found.Next)
	}
	var b bytes.Buffer
	if err := ui.Listed(list).Render(ctx, &b); err != nil {
		return f, fmt.Errorf("render tickets: %w", err)
	}
	f.html = b.String()
	return f, nil
}
