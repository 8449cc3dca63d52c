package web

import (
	"context"
	"net/http"
	"net/url"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// unitContent is what stands directly in a unit, as far as the actor sees it.
type unitContent struct {
	units     []org.Unit
	sites     []org.Site
	moreUnits bool // there are more than are shown
	moreSites bool
}

func (c unitContent) empty() bool { return len(c.units)+len(c.sites) == 0 }

// getUnit shows a unit.
func (p *pages) getUnit(w http.ResponseWriter, r *http.Request) error {
	unit, err := pathID[id.Unit](r, "unit")
	if err != nil {
		return err
	}
	return p.showUnit(w, r, http.StatusOK, unit, ui.Note{})
}

// showUnit writes a unit's page, with a note above it when something could not be done.
func (p *pages) showUnit(w http.ResponseWriter, r *http.Request, status int, unit id.Unit, note ui.Note) error {
	v, err := p.visit(r, "Unit")
	if err != nil {
		return err
	}
	u, err := p.Org.GetUnit(r.Context(), v.who, unit)
	if err != nil {
		return err
	}
	v.frame.Title = u.Name
	markArea(&v, r)
	in, err := p.unitContent(r.Context(), v.who, unit)
	if err != nil {
		return err
	}
	head := unitHead(v, u, in)
	facts := ui.Facts{Title: "About it"}
	if u.Parent != nil {
		fact, err := p.unitFact(r.Context(), v, *u.Parent)
		if err != nil {
			return err
		}
		fact.Label = "Stands in"
		facts.Items = append(facts.Items, fact)
		if fact.Href != "" {
			head.Crumbs = append(head.Crumbs, ui.Link{Text: fact.Value, Href: fact.Href})
		}
	}
	if err := p.lookupFact(r.Context(), v, &facts, "Kind", u.Kind); err != nil {
		return err
	}
	changes, err := p.history(r.Context(), v, unit)
	if err != nil {
		return err
	}
	card, list := unitCard(v.who, u, in)
	body := within(stacked(), together(section(card, list, "Nothing stands in it yet. A role that somebody has here will hold for all that is added."), changes))
	if len(facts.Items) > 0 {
		body = within(split(), together(body, ui.Stated(facts)))
	}
	return p.show(w, r, status, v, ui.Headed(head), noted(note), body)
}

func (p *pages) unitContent(ctx context.Context, who actor.Actor, unit id.Unit) (c unitContent, err error) {
	units, err := p.Org.ListUnits(ctx, who, org.UnitFilter{Parent: &unit}, page.Request{Limit: page.Max})
	if err != nil {
		return c, err
	}
	c.units, c.moreUnits = units.Items, units.Next != ""
	if !who.Can(org.CanReadSite) {
		return c, nil
	}
	sites, err := p.Org.ListSites(ctx, who, org.SiteFilter{Unit: &unit, Inactive: true}, page.Request{Limit: page.Max})
	c.sites, c.moreSites = sites.Items, sites.Next != ""
	return c, err
}

func unitHead(v visit, u org.Unit, in unitContent) ui.Head {
	at := "/units/" + u.ID.String()
	h := ui.Head{Title: u.Name, Code: u.Code, Crumbs: []ui.Link{{Text: "Sites", Href: "/sites"}}}
	if !u.Active {
		h.Pill = ui.Pill{Tone: ui.Shut, Text: "Inactive"}
	}
	if in.empty() && v.who.In(org.CanDeleteUnit, u.ID) {
		h.Acts = append(h.Acts, ui.Action{Text: "Delete", Icon: "trash", Post: at + "/delete", Version: number(u.Version), Danger: true, Confirm: deleteUnit(u)})
	}
	if v.who.In(org.CanUpdateUnit, u.ID) {
		h.Acts = append(h.Acts, ui.Action{Text: "Change or move", Icon: "edit", Href: at + "/edit", Primary: true})
	}
	return h
}

func deleteUnit(u org.Unit) ui.Confirm {
	return ui.Confirm{
		Title: "Delete the unit " + u.Name + "?", Go: "Delete the unit", Type: u.Code,
		Text: "This works only while nothing stands in it and no role is held there. The audit trail keeps what was.",
	}
}

// unitCard is the list of what stands in a unit.
func unitCard(who actor.Actor, u org.Unit, in unitContent) (ui.Card, ui.List) {
	card := ui.Card{Title: "In it"}
	inside := "?" + url.Values{"unit": {u.ID.String()}}.Encode()
	if who.In(org.CanCreateUnit, u.ID) {
		card.Acts = append(card.Acts, ui.Action{Text: "New unit", Icon: "plus", Href: "/units/new" + inside, About: "in " + u.Name})
	}
	if who.In(org.CanCreateSite, u.ID) {
		card.Acts = append(card.Acts, ui.Action{Text: "New site", Icon: "plus", Href: "/sites/new" + inside, About: "in " + u.Name})
	}
	l := ui.List{ID: "inside", Caption: "Units and sites in " + u.Name + ", by code", Columns: []ui.Column{{Label: "Name", Slot: ui.Subject}, {Label: "What it is"}, {Label: "State", Slot: ui.Status}}}
	for _, x := range in.units {
		l.Rows = append(l.Rows, ui.Row{Href: "/units/" + x.ID.String(), Cells: []ui.Cell{{Text: x.Name, Code: x.Code}, {Text: "Unit"}, stateCell(x.Active)}})
	}
	for _, x := range in.sites {
		l.Rows = append(l.Rows, ui.Row{Href: "/sites/" + x.ID.String(), Cells: []ui.Cell{{Text: x.Name, Code: x.Code}, {Text: "Site"}, stateCell(x.Active)}})
	}
	if len(in.units) == 0 || len(in.sites) == 0 {
		dropColumn(&l, 1) // all are of one kind
	}
	l.More = ui.Pager{Shown: len(l.Rows), Noun: things(in)}
	if in.moreUnits || in.moreSites {
		l.More.Noun = "of them here, the rest in the tree"
	}
	return card, l
}

// things names what stands in a unit.
func things(in unitContent) string {
	switch {
	case len(in.units) == 0 && len(in.sites) == 1:
		return "site"
	case len(in.units) == 0:
		return "sites"
	case len(in.sites) == 0 && len(in.units) == 1:
		return "unit"
	case len(in.sites) == 0:
		return "units"
	}
	return "units and sites"
}

// stateCell says that a record is inactive; an active one needs no word.
func stateCell(active bool) ui.Cell {
	if active {
		return ui.Cell{}
	}
	return ui.Cell{Pill: ui.Pill{Tone: ui.Shut, Text: "Inactive"}}
}

// deleteUnit removes a unit that nothing stands in, after asking.
func (p *pages) deleteUnit(w http.ResponseWriter, r *http.Request) error {
	unit, err := pathID[id.Unit](r, "unit")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	u, err := p.Org.GetUnit(r.Context(), who, unit)
	if err != nil {
		return err
	}
	if err := who.RequireIn(org.CanDeleteUnit, unit); err != nil {
		return err
	}
	ok, err := p.confirmed(w, r, f, confirmDelete(deleteUnit(u), "/units/"+unit.String(), f))
	if !ok {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		err = p.Org.DeleteUnit(r.Context(), who, unit, version)
	}
	if err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showUnit(w, r, status, unit, n) })
	}
	return p.seeOther(w, r, "/sites", u.Name+" is deleted")
}
