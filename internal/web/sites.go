package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// siteView is what a site's page shows beside its heading and its changes.
type siteView struct {
	Site  org.Site
	Facts ui.Facts
	Map   mapView
	Where string // the position and radius in words
	Place ui.Link
}

// getSite shows a site.
func (p *pages) getSite(w http.ResponseWriter, r *http.Request) error {
	site, err := pathID[id.Site](r, "site")
	if err != nil {
		return err
	}
	return p.showSite(w, r, http.StatusOK, site, ui.Note{})
}

// showSite writes a site's page, with a note above it when something could not be done.
func (p *pages) showSite(w http.ResponseWriter, r *http.Request, status int, site id.Site, note ui.Note) error {
	v, err := p.visit(r, "Site")
	if err != nil {
		return err
	}
	s, err := p.Org.GetSite(r.Context(), v.who, site)
	if err != nil {
		return err
	}
	v.frame.Title, v.frame.Maps = s.Name, s.Point != nil
	view := siteView{Site: s, Map: p.mapOf("Map of "+s.Name, false), Place: ui.Link{Href: "/sites/" + site.String() + "/edit"}}
	head := siteHead(v, s)
	if s.Point != nil {
		view.Where = position(*s.Point) + ". Within " + number(s.Radius) + " m counts as being there."
	}
	if !v.who.At(org.CanUpdateSite, site) {
		view.Place = ui.Link{}
	}
	if view.Facts, err = p.siteFacts(r.Context(), v, s, &head); err != nil {
		return err
	}
	files, err := p.filesCard(r.Context(), v, "site", id.Of[id.Any](site.Bytes()))
	if err != nil {
		return err
	}
	changes, err := p.history(r.Context(), v, site)
	if err != nil {
		return err
	}
	return p.show(w, r, status, v, ui.Headed(head), noted(note), within(split(), together(within(stacked(), together(sitePlace(view), files, changes)), ui.Stated(view.Facts))))
}

// noted draws a note that has a text.
func noted(n ui.Note) templ.Component {
	if n.Text == "" {
		return together()
	}
	return ui.Noted(n)
}

func siteHead(v visit, s org.Site) ui.Head {
	at := "/sites/" + s.ID.String()
	h := ui.Head{Title: s.Name, Code: s.Code, Crumbs: []ui.Link{{Text: "Sites", Href: "/sites"}}}
	if !s.Active {
		h.Pill = ui.Pill{Tone: ui.Shut, Text: "Inactive"}
	}
	if v.who.At(org.CanDeleteSite, s.ID) {
		h.Acts = append(h.Acts, ui.Action{Text: "Delete", Icon: "trash", Post: at + "/delete", Version: number(s.Version), Danger: true, Confirm: deleteSite(s)})
	}
	if v.who.At(org.CanUpdateSite, s.ID) {
		h.Acts = append(h.Acts, ui.Action{Text: "Change", Icon: "edit", Href: at + "/edit", Primary: true})
	}
	return h
}

func deleteSite(s org.Site) ui.Confirm {
	return ui.Confirm{
		Title: "Delete the site " + s.Name + "?", Go: "Delete the site", Type: s.Code,
		Text: "This works only while nobody is at home there and nothing points to it. The audit trail keeps what was.",
	}
}

// siteFacts gathers the facts about a site. What the actor may not see is left out or not named.
func (p *pages) siteFacts(ctx context.Context, v visit, s org.Site, head *ui.Head) (ui.Facts, error) {
	f := ui.Facts{Title: "About it"}
	zone, err := clock.Zone(s.Zone)
	if err != nil {
		return f, err
	}
	f.Items = append(f.Items, ui.Fact{Label: "Local time", Value: v.now.In(zone).Format("15:04, Monday 2 January")}, ui.Fact{Label: "Time zone", Value: s.Zone})
	if s.Unit != nil {
		fact, err := p.unitFact(ctx, v, *s.Unit)
		if err != nil {
			return f, err
		}
		f.Items = append(f.Items, fact)
		if fact.Href != "" {
			head.Crumbs = append(head.Crumbs, ui.Link{Text: fact.Value, Href: fact.Href})
		}
	}
	if err := p.lookupFact(ctx, v, &f, "Type", s.Type); err != nil {
		return f, err
	}
	if err := p.personFact(ctx, v, &f, "Manager", s.Manager); err != nil {
		return f, err
	}
	f.Items = append(f.Items, ui.Fact{Label: "Address", Value: s.Address})
	if v.who.At(people.CanReadPerson, s.ID) {
		f.Items = append(f.Items, ui.Fact{Label: "People", Value: "Who is at home here", Href: "/people?" + url.Values{"site": {s.ID.String()}}.Encode()})
	}
	if v.who.At(asset.CanRead, s.ID) {
		f.Items = append(f.Items, ui.Fact{Label: "Assets", Value: "What stands here", Href: "/assets?site=" + s.ID.String()})
	}
	if v.who.At(asset.CanReadLocation, s.ID) {
		f.Items = append(f.Items, ui.Fact{Label: "Locations", Value: "Places inside it", Href: "/locations?site=" + s.ID.String()})
	}
	if v.who.At(calendar.CanRead, s.ID) {
		f.Items = append(f.Items, ui.Fact{Label: "Hours", Value: "When it is open", Href: "/sites/" + s.ID.String() + calendarPath})
	}
	return f, nil
}

// unitFact names a unit, with a link where the actor may follow it.
func (p *pages) unitFact(ctx context.Context, v visit, unit id.Unit) (ui.Fact, error) {
	u, err := p.Org.GetUnit(ctx, v.who, unit)
	if hidden(err) {
		return ui.Fact{Label: "Unit", Value: "One that you do not see"}, nil
	}
	return ui.Fact{Label: "Unit", Value: u.Name, Href: "/units/" + unit.String()}, err
}

// lookupFact names a value of a code list to those who may see lookups.
func (p *pages) lookupFact(ctx context.Context, v visit, f *ui.Facts, label string, lookup *id.Lookup) error {
	if !v.who.Can(org.CanReadLookup) {
		return nil
	}
	if lookup == nil {
		f.Items = append(f.Items, ui.Fact{Label: label})
		return nil
	}
	l, err := p.Org.GetLookup(ctx, v.who, *lookup)
	f.Items = append(f.Items, ui.Fact{Label: label, Value: l.Name})
	return err
}

// personFact names a person, with a link where the actor may follow it.
func (p *pages) personFact(ctx context.Context, v visit, f *ui.Facts, label string, person *id.Person) error {
	if person == nil {
		f.Items = append(f.Items, ui.Fact{Label: label})
		return nil
	}
	x, err := p.People.GetPerson(ctx, v.who, *person)
	if hidden(err) {
		f.Items = append(f.Items, ui.Fact{Label: label, Value: unseen})
		return nil
	}
	f.Items = append(f.Items, ui.Fact{Label: label, Value: x.Name, Href: "/people/" + person.String()})
	return err
}

// hidden says that an error only means that the actor does not see a record.
func hidden(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.NotFound || kind == fault.Forbidden
}

// deleteSite removes a site, after asking.
func (p *pages) deleteSite(w http.ResponseWriter, r *http.Request) error {
	site, err := pathID[id.Site](r, "site")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v, err := p.visit(r, "Delete")
	if err != nil {
		return err
	}
	s, err := p.Org.GetSite(r.Context(), v.who, site)
	if err != nil {
		return err
	}
	if err := v.who.RequireAt(org.CanDeleteSite, site); err != nil {
		return err
	}
	at := "/sites/" + site.String()
	ok, err := p.confirmed(w, r, f, confirmDelete(deleteSite(s), at, f))
	if !ok {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		err = p.Org.DeleteSite(r.Context(), v.who, site, version)
	}
	if err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showSite(w, r, status, site, n) })
	}
	return p.seeOther(w, r, "/sites", s.Name+" is deleted")
}

// confirmDelete is the page that asks before the record at an address is deleted.
func confirmDelete(c ui.Confirm, at string, f form) ui.Confirmation {
	return ui.Confirmation{Confirm: c, Action: at + "/delete", Keep: at, Hidden: []ui.Hidden{{Name: "version", Value: f.text("version")}}}
}

// notDone shows a record's page again, with a note that says why something could not be done, when the person can do something about it.
func notDone(err error, page func(status int, n ui.Note) error) error {
	_, status, ok := formFault(err)
	if !ok {
		return err
	}
	f := fault.As(err)
	n := ui.Note{Tone: ui.Late, Title: "That was not done", Text: f.Message, Urgent: true}
	if f.Current != nil {
		n.Text += " Nothing is deleted. Look at it as it is now, and decide again."
	}
	return page(status, n)
}
