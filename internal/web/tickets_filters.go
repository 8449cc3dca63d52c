package web

import (
	"context"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// ticketFilters offers what the list can be narrowed by, and gives the chips of what holds.
func (p *pages) ticketFilters(ctx context.Context, who actor.Actor, q ticketQuery) (ui.Filters, []ui.Chip, error) {
	f := ui.Filters{Action: ticketsPath, List: "tickets-part", Search: ui.Search{Name: "q", Label: "Number, title, text or contact", Value: q.filter.Search}}
	for _, name := range []string{"status", "kind", "creator", "asset", "location", "escalated", "order"} {
		if v := q.values.Get(name); v != "" {
			f.Hidden = append(f.Hidden, ui.Hidden{Name: name, Value: v})
		}
	}
	sites, err := p.activeSites(ctx, who)
	if err != nil {
		return f, nil, err
	}
	if len(sites) > 1 {
		f.Fields = append(f.Fields, ui.Field{Name: "site", Label: "Site", Kind: ui.Select, Optional: true, Options: siteChoices(sites, who, ticket.CanRead, "Any", q.values.Get("site"))})
	}
	categories, err := p.categoryChoices(ctx, who, "Any", q.values.Get("category"))
	if err != nil {
		return f, nil, err
	}
	if len(categories) > 1 {
		f.Fields = append(f.Fields, ui.Field{Name: "category", Label: "Category", Kind: ui.Select, Optional: true, Options: categories})
	}
	f.Fields = append(f.Fields, ui.Field{Name: "priority", Label: "Priority", Kind: ui.Select, Optional: true, Options: priorityChoices("Any", string(q.filter.Priority))})
	with, err := p.withChoices(ctx, who, q)
	if err != nil {
		return f, nil, err
	}
	f.Fields = append(f.Fields, ui.Field{Name: "with", Label: "With", Kind: ui.Select, Optional: true, Options: with})
	chips, err := p.ticketChips(ctx, who, q, f.Fields)
	return f, chips, err
}

// categoryChoices are the categories that a form offers: the active ones, and the chosen one whatever it is; without any when the actor may
// not see categories.
func (p *pages) categoryChoices(ctx context.Context, who actor.Actor, none, chosen string) ([]ui.Option, error) {
	out := []ui.Option{{Value: "", Label: none, Selected: chosen == ""}}
	if who.Can(ticket.CanReadCategory) {
		all, err := remembered(ctx, p, who, "categories", func(ctx context.Context) ([]ticket.Category, error) {
			return allPages(func(r page.Request) (page.Of[ticket.Category], error) {
				return p.Ticket.ListCategories(ctx, who, ticket.CategoryFilter{}, r)
			})
		}, "category")
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			out = append(out, ui.Option{Value: c.ID.String(), Label: c.Name, Selected: c.ID.String() == chosen})
		}
	}
	return keepChosen(out, chosen, "One that is no longer offered"), nil
}

func priorityChoices(none, chosen string) []ui.Option {
	out := []ui.Option{{Value: "", Label: none, Selected: chosen == ""}}
	for _, x := range []ticket.Priority{ticket.High, ticket.Medium, ticket.Low} {
		out = append(out, ui.Option{Value: string(x), Label: x.Label(), Selected: string(x) == chosen})
	}
	return out
}

// withChoices are those whom tickets are with, in a few words; a person or a group comes from a link and stays chosen under its name.
func (p *pages) withChoices(ctx context.Context, who actor.Actor, q ticketQuery) ([]ui.Option, error) {
	at := q.values.Get("with")
	out := []ui.Option{{Value: "", Label: "Anybody"}, {Value: "me", Label: "Me and my groups", Selected: at == "me"}, {Value: "nobody", Label: "Nobody", Selected: at == "nobody"}}
	switch f := q.filter; {
	case f.Person != nil:
		name, err := p.personText(ctx, who, f.Person)
		return append(out, ui.Option{Value: at, Label: name, Selected: true}), err
	case f.Group != nil && who.Can(people.CanReadGroup):
		g, err := p.People.GetGroup(ctx, who, *f.Group)
		if err != nil && !hidden(err) {
			return nil, err
		}
		return append(out, ui.Option{Value: at, Label: nameOr(g.Name, "A group that you do not see"), Selected: true}), nil
	}
	return keepChosen(out, at, "Somebody whom you do not see"), nil
}

// ticketChips are the filters that hold, each with the way to take it away. The status is a tab, the search stands in its field.
func (p *pages) ticketChips(ctx context.Context, who actor.Actor, q ticketQuery, fields []ui.Field) ([]ui.Chip, error) {
	var chips []ui.Chip
	add := func(name, label, value string) {
		chips = append(chips, ui.Chip{Label: label, Value: value, Href: q.address(name, "")})
	}
	for _, f := range fields {
		for _, o := range f.Options {
			if o.Selected && o.Value != "" {
				add(f.Name, f.Label, o.Label)
			}
		}
	}
	if of := q.filter.Asset; of != nil {
		a, err := p.Asset.GetAsset(ctx, who, *of)
		if err != nil && !hidden(err) {
			return nil, err
		}
		add("asset", "Asset", nameOr(a.Name, "one that you do not see"))
	}
	if of := q.filter.Location; of != nil {
		l, err := p.Asset.GetLocation(ctx, who, *of)
		if err != nil && !hidden(err) {
			return nil, err
		}
		add("location", "At", nameOr(l.Name, "a location that you do not see"))
	}
	if of := q.filter.Creator; of != nil {
		name, err := p.personText(ctx, who, of)
		if err != nil {
			return nil, err
		}
		add("creator", "Reported by", name)
	}
	if q.filter.Kind != "" {
		add("kind", "Kind", strings.ToLower(string(q.filter.Kind)))
	}
	if q.filter.Escalated {
		add("escalated", "Escalated", "at least once")
	}
	if q.filter.Order == ticket.NextEscalation {
		add("order", "Order", "next escalation first")
	}
	return chips, nil
}

// viewsView is the views of a list: those that everybody has, the person's own, and what could be kept.
type viewsView struct {
	Area  string
	Tabs  ui.Tabs
	Query string // the list as it is shown; "" = there is nothing to keep
	Shown struct{ ID, Name string }
}

// ticketViews gives the views of tickets. One is shown when the list is exactly it.
func (p *pages) ticketViews(ctx context.Context, who actor.Actor, q ticketQuery) (viewsView, error) {
	own, err := p.Ticket.ListViews(ctx, who, "tickets")
	if err != nil {
		return viewsView{}, err
	}
	here := q.values.Encode()
	v := viewsView{Area: "tickets", Query: here, Tabs: ui.Tabs{Label: "Views"}}
	for _, x := range []struct{ name, query string }{
		{"All", ""}, {"Mine", "with=me"}, {"With nobody", "with=nobody"}, {"Escalating next", "order=" + string(ticket.NextEscalation)}, {"Escalated", "escalated=true"},
	} {
		v.add(x.name, "", x.query, here)
	}
	for _, x := range own {
		if x.Query == here {
			v.Shown.ID, v.Shown.Name = x.ID.String(), x.Name
		}
		v.add(x.Name, "star", x.Query, here)
	}
	return v, nil
}

func (v *viewsView) add(name, icon, query, here string) {
	to := ticketsPath
	if query != "" {
		to += "?" + query
	}
	if query == here {
		v.Query = ""
	}
	v.Tabs.Items = append(v.Tabs.Items, ui.Tab{Text: name, Icon: icon, Href: to, Here: query == here})
}
