package testworld

import (
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
)

// Category makes a category whose clock runs all the time and which has no ladder, unless change says otherwise.
func (x *Tenant) Category(code string, change ...func(*ticket.CategoryInput)) ticket.Category {
	x.w.t.Helper()
	in := ticket.CategoryInput{Code: code, Name: code, Active: true}
	for _, f := range change {
		f(&in)
	}
	c, err := x.w.Ticket.CreateCategory(x.w.t.Context(), x.System, in)
	x.w.must(err)
	return c
}

// Ladder gives a category a ladder at all sites (nil) or at one.
func (x *Tenant) Ladder(category id.Category, site *id.Site, rungs ...ticket.RungInput) ticket.Ladder {
	x.w.t.Helper()
	l, err := x.w.Ticket.PutLadder(x.w.t.Context(), x.System, 0, ticket.LadderInput{Category: category, Site: site, Rungs: rungs})
	x.w.must(err)
	return l
}

// NewTicket makes a ticket at a site that the system reported, unless change says otherwise.
func (x *Tenant) NewTicket(site id.Site, category id.Category, title string, change ...func(*ticket.Input)) ticket.Ticket {
	x.w.t.Helper()
	in := ticket.Input{Site: site, Category: category, Title: title}
	for _, f := range change {
		f(&in)
	}
	t, err := x.w.Ticket.Create(x.w.t.Context(), x.System, in)
	x.w.must(err)
	return t
}
