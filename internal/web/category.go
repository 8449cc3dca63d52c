package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// getCategory shows a ticket category with its ladders.
func (p *pages) getCategory(w http.ResponseWriter, r *http.Request) error {
	category, err := pathID[id.Category](r, "category")
	if err != nil {
		return err
	}
	return p.showCategory(w, r, http.StatusOK, category, ui.Note{})
}

// showCategory writes a category's page, with a note above it when something could not be done.
func (p *pages) showCategory(w http.ResponseWriter, r *http.Request, status int, category id.Category, note ui.Note) error {
	v, err := p.visit(r, "Ticket category")
	if err != nil {
		return err
	}
	c, err := p.Ticket.GetCategory(r.Context(), v.who, category)
	if err != nil {
		return err
	}
	v.frame.Title = c.Name
	ladders, err := p.ladderCards(r.Context(), v, c)
	if err != nil {
		return err
	}
	changes, err := p.history(r.Context(), v, category)
	if err != nil {
		return err
	}
	main := within(stacked(), together(ladders, changes))
	return p.show(w, r, status, v, ui.Headed(categoryHead(v.who, c)), noted(note), within(split(), together(main, ui.Stated(categoryFacts(v.who, c)))))
}

func categoryHead(who actor.Actor, c ticket.Category) ui.Head {
	at := categoryPath(c)
	h := ui.Head{Title: c.Name, Code: c.Code, Crumbs: []ui.Link{{Text: "Ticket categories", Href: categoriesAt}}}
	if !c.Active {
		h.Pill = ui.Pill{Tone: ui.Shut, Text: "Inactive"}
	}
	if c.Code == ticket.VisitorCategory {
		h.Sub = "What visitors report by the code on a label is about this category. While it is inactive, they cannot report."
	}
	if who.Everywhere(ticket.CanDeleteCategory) {
		h.Acts = append(h.Acts, ui.Action{Text: "Delete", Icon: "trash", Post: at + "/delete", Version: number(c.Version), Danger: true, Confirm: deleteCategory(c)})
	}
	if who.Everywhere(ticket.CanUpdateCategory) {
		h.Acts = append(h.Acts, ui.Action{Text: "Change", Icon: "edit", Href: at + "/edit", Primary: true})
	}
	return h
}

func deleteCategory(c ticket.Category) ui.Confirm {
	return ui.Confirm{
		Title: "Delete the category " + c.Name + "?", Go: "Delete the category", Type: c.Code,
		Text: "Its ladders go with it. This works only while no ticket is about it; one that has tickets can be made inactive.",
	}
}

func categoryFacts(who actor.Actor, c ticket.Category) ui.Facts {
	hold := "The clock runs on"
	if c.Pause {
		hold = "The clock stands still"
	}
	due := resolveWords(c)
	if c.Resolve != nil && c.Clock == ticket.Business {
		due += " of business hours"
	}
	facts := ui.Facts{Title: "Rules", Items: []ui.Fact{
		{Label: "Priority", Value: c.Priority.Label()}, {Label: "Clock", Value: c.Clock.Label()}, {Label: "On hold", Value: hold}, {Label: "Resolve in", Value: due},
	}}
	if who.Can(ticket.CanRead) {
		facts.Items = append(facts.Items, ui.Fact{Label: "Tickets", Value: "Show them", Href: "/tickets?category=" + c.ID.String()})
	}
	return facts
}

// ladderCards show the ladder of all sites, and those of the sites that have their own.
func (p *pages) ladderCards(ctx context.Context, v visit, c ticket.Category) (templ.Component, error) {
	ladders, err := p.Ticket.ListLadders(ctx, v.who, c.ID)
	if err != nil {
		return nil, err
	}
	all := ui.Card{Title: "Ladder of all sites"}
	if v.who.Everywhere(ticket.CanUpdateCategory) {
		all.Acts = []ui.Action{{Text: "Change the ladder", Icon: "edit", Href: ladderPath(c.ID, nil), About: "of all sites"}}
	} else {
		all.Acts = []ui.Action{{Text: "Try it", Icon: "clock", Href: ladderPath(c.ID, nil), About: "the ladder of all sites"}}
	}
	rungs := ui.List{ID: "rungs"}
	if len(ladders) > 0 && ladders[0].Site == nil {
		rungs, ladders = rungList(ladders[0]), ladders[1:]
	}
	sites, err := p.activeSites(ctx, v.who)
	if err != nil {
		return nil, err
	}
	own := section(ui.Card{Title: "Sites with their own ladder"}, siteLadders(c, ladders), "None. Every site follows the ladder of all sites.")
	parts := []templ.Component{section(all, rungs, "There is none: a ticket stays with whom it has."), own}
	if pick := siteChoices(sites, v.who, ticket.CanUpdateCategory, "", ""); len(pick) > 0 {
		parts = append(parts, siteLadderPick(ladderPath(c.ID, nil), ui.Field{Name: "site", Label: "Another ladder for one site", Help: "It holds there instead of that of all sites.", Kind: ui.Select, Width: "mid", Options: pick}))
	}
	return together(parts...), nil
}

func rungList(l ticket.Ladder) ui.List {
	out := ui.List{ID: "rungs", Caption: "Levels in their order", More: ui.Pager{Shown: len(l.Rungs), Noun: "levels"}, Columns: []ui.Column{
		{Label: "Level", Slot: ui.Subject}, {Label: "After"}, {Label: "Goes to"}, {Label: "Also told"}}}
	if len(l.Rungs) == 1 {
		out.More.Noun = "level"
	}
	for _, r := range l.Rungs {
		out.Rows = append(out.Rows, ui.Row{Cells: []ui.Cell{{Text: "Level " + number(r.Level)}, {Text: minutesWords(r.After)}, {Text: whomWords(r)}, {Text: strings.Join(r.Mails, ", ")}}})
	}
	return out
}

func siteLadders(c ticket.Category, ladders []ticket.Ladder) ui.List {
	out := ui.List{ID: "ladders", Caption: "Ladders of single sites by the site's name", More: ui.Pager{Shown: len(ladders), Noun: "ladders"}, Columns: []ui.Column{
		{Label: "Site", Slot: ui.Subject}, {Label: "Levels"}}}
	if len(ladders) == 1 {
		out.More.Noun = "ladder"
	}
	for _, l := range ladders {
		var levels []string
		for _, r := range l.Rungs {
			levels = append(levels, minutesWords(r.After)+" "+whomWords(r))
		}
		out.Rows = append(out.Rows, ui.Row{Href: ladderPath(c.ID, l.Site), Cells: []ui.Cell{{Text: l.SiteName}, {Text: strings.Join(levels, "; ")}}})
	}
	return out
}

// deleteCategory removes a category that no ticket is about, after asking.
func (p *pages) deleteCategory(w http.ResponseWriter, r *http.Request) error {
	c, f, err := p.categoryToDelete(r)
	if err != nil {
		return err
	}
	ok, err := p.confirmed(w, r, f, confirmDelete(deleteCategory(c), categoryPath(c), f))
	if !ok {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		err = p.Ticket.DeleteCategory(r.Context(), actor.From(r.Context()), c.ID, version)
	}
	if err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showCategory(w, r, status, c.ID, n) })
	}
	return p.seeOther(w, r, categoriesAt, c.Name+" is deleted")
}

func (p *pages) categoryToDelete(r *http.Request) (c ticket.Category, f form, err error) {
	category, err := pathID[id.Category](r, "category")
	if err != nil {
		return c, f, err
	}
	if f, err = readForm(r); err != nil {
		return c, f, err
	}
	who := actor.From(r.Context())
	if c, err = p.Ticket.GetCategory(r.Context(), who, category); err != nil {
		return c, f, err
	}
	return c, f, who.RequireEverywhere(ticket.CanDeleteCategory)
}
