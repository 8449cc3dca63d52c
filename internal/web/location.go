package web

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// getLocation shows a location.
func (p *pages) getLocation(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Location](r, "location")
	if err != nil {
		return err
	}
	return p.showLocation(w, r, http.StatusOK, at, ui.Note{})
}

// showLocation writes a location's page, with a note above it when something could not be done.
func (p *pages) showLocation(w http.ResponseWriter, r *http.Request, status int, at id.Location, note ui.Note) error {
	v, err := p.visit(r, "Location")
	if err != nil {
		return err
	}
	l, err := p.Asset.GetLocation(r.Context(), v.who, at)
	if err != nil {
		return err
	}
	v.frame.Title, v.frame.Maps, v.zone = l.Name, l.Point != nil, zoneOr(l.Zone, v.zone)
	facts, err := p.locationFacts(r.Context(), v, l)
	if err != nil {
		return err
	}
	inside, err := p.insideCard(r.Context(), v, l)
	if err != nil {
		return err
	}
	assets, err := p.standingCard(r.Context(), v, l)
	if err != nil {
		return err
	}
	tickets, err := p.ticketsCard(r.Context(), v, l.Site, "location", at.String(), ticket.Filter{Location: &at})
	if err != nil {
		return err
	}
	files, err := p.filesCard(r.Context(), v, "location", id.Of[id.Any](at.Bytes()))
	if err != nil {
		return err
	}
	changes, err := p.history(r.Context(), v, at)
	if err != nil {
		return err
	}
	main := within(stacked(), together(tickets, inside, assets, files, changes))
	aside := within(stacked(), together(ui.Stated(facts), locationPlace(l, p.mapOf("Map of "+l.Name, false))))
	return p.show(w, r, status, v, ui.Headed(locationHead(v, l)), noted(note), within(split(), together(main, aside)))
}

func locationHead(v visit, l asset.Location) ui.Head {
	at := "/locations/" + l.ID.String()
	h := ui.Head{Title: l.Name, Code: l.Code, Pill: statusPill(l.Status), Crumbs: []ui.Link{{Text: "Locations", Href: "/locations"}, {Text: l.SiteName, Href: "/locations?site=" + l.Site.String()}}}
	if !l.Active {
		h.Pill = ui.Pill{Tone: ui.Shut, Text: "Inactive"}
	}
	if l.Parent != nil {
		h.Crumbs = append(h.Crumbs, ui.Link{Text: l.ParentName, Href: "/locations/" + l.Parent.String()})
	}
	if l.Critical {
		h.Sub = "Critical."
	}
	if v.who.At(asset.CanDeleteLocation, l.Site) {
		h.Acts = append(h.Acts, ui.Action{Text: "Delete", Icon: "trash", Post: at + "/delete", Version: number(l.Version), Danger: true, Confirm: deleteLocation(l)})
	}
	if v.who.Can(asset.CanRead) {
		h.Acts = append(h.Acts, ui.Action{Text: "Labels", Icon: "qr", Href: "/assets/labels?location=" + l.ID.String()})
	}
	if v.who.At(asset.CanUpdateLocation, l.Site) {
		h.Acts = append(h.Acts, ui.Action{Text: "Change", Icon: "edit", Href: at + "/edit", Primary: true})
	}
	return h
}

func deleteLocation(l asset.Location) ui.Confirm {
	return ui.Confirm{
		Title: "Delete the location " + l.Name + "?", Go: "Delete the location", Type: l.Code,
		Text: "This works only while nothing stands in it or points to it. The audit trail keeps what was.",
	}
}

func (p *pages) locationFacts(ctx context.Context, v visit, l asset.Location) (ui.Facts, error) {
	site := ui.Fact{Label: "Site", Value: l.SiteName}
	if v.who.At(org.CanReadSite, l.Site) {
		site.Href = "/sites/" + l.Site.String()
	}
	f := ui.Facts{Title: "Facts", Items: []ui.Fact{site}}
	if l.Parent != nil {
		f.Items = append(f.Items, ui.Fact{Label: "Inside", Value: l.ParentName, Href: "/locations/" + l.Parent.String()})
	}
	if err := p.lookupFact(ctx, v, &f, "Type", l.Type); err != nil {
		return f, err
	}
	if l.Point != nil {
		f.Items = append(f.Items, ui.Fact{Label: "Position", Value: position(*l.Point)})
	}
	return f, nil
}

// insideCard lists the locations directly inside another; nothing when there is none.
func (p *pages) insideCard(ctx context.Context, v visit, l asset.Location) (templ.Component, error) {
	found, err := p.Asset.ListLocations(ctx, v.who, asset.LocationFilter{Parent: &l.ID, Inactive: true}, page.Request{Limit: page.Max})
	if err != nil || len(found.Items) == 0 {
		return together(), err
	}
	list := ui.List{ID: "inside", Caption: "Locations inside " + l.Name, More: ui.Pager{Shown: len(found.Items), Noun: "locations"},
		Columns: []ui.Column{{Label: "Location", Slot: ui.Subject}, {Label: "Code"}, {Label: "Status", Slot: ui.Status}}}
	if len(found.Items) == 1 {
		list.More.Noun = "location"
	}
	for _, x := range found.Items {
		pill := statusPill(x.Status)
		if !x.Active {
			pill = ui.Pill{Tone: ui.Shut, Text: "Inactive"}
		}
		list.Rows = append(list.Rows, ui.Row{Href: "/locations/" + x.ID.String(), Cells: []ui.Cell{{Text: x.Name}, {Code: x.Code}, {Pill: pill}}})
	}
	return section(ui.Card{Title: "Inside it"}, list, ""), nil
}

// standingCard lists the assets in a location and below it, to those who see assets.
func (p *pages) standingCard(ctx context.Context, v visit, l asset.Location) (templ.Component, error) {
	if !v.who.At(asset.CanRead, l.Site) {
		return together(), nil
	}
	found, err := p.Asset.ListAssets(ctx, v.who, asset.AssetFilter{Location: &l.ID}, page.Request{Limit: 25})
	if err != nil {
		return nil, err
	}
	card := ui.Card{Title: "Assets here"}
	if v.who.At(asset.CanCreate, l.Site) {
		card.Acts = append(card.Acts, ui.Action{Text: "New asset here", Icon: "plus", Href: "/assets/new?site=" + l.Site.String() + "&location=" + l.ID.String()})
	}
	if found.Next != "" {
		card.Acts = append(card.Acts, ui.Action{Text: "All of them", Href: "/assets?location=" + l.ID.String(), Bare: true})
	}
	return section(card, placedList("standing", "Assets in "+l.Name+" and below it", found.Items), "Nothing stands here yet."), nil
}

// askLocation shows the form about a location: a new one when l has no id. f is what it shows, refusal what the use case said to it.
func (p *pages) askLocation(w http.ResponseWriter, r *http.Request, l asset.Location, f form, refusal error) (err error) {
	who := actor.From(r.Context())
	ask := locationAsk{self: l}
	if ask.sites, err = p.activeSites(r.Context(), who); err != nil {
		return err
	}
	if ask.locations, err = p.locations(r.Context(), who); err != nil {
		return err
	}
	if ask.types, err = p.lookupChoices(r.Context(), who, org.LocationType, refText(l.Type)); err != nil {
		return err
	}
	at, page := "/locations", asking{Title: "New location", Sub: "All fields are needed unless marked optional.", Maps: true, Crumbs: []ui.Link{{Text: "Locations", Href: "/locations"}}}
	page.Sheet = sheet{Action: at, Draft: "location:new", Go: "Add the location", Back: at}
	if !l.ID.IsZero() {
		at = "/locations/" + l.ID.String()
		page.Title, page.Sub = "Change "+l.Name, "At "+l.SiteName+", for good: places do not move."
		page.Crumbs = append(page.Crumbs, ui.Link{Text: l.Name, Href: at})
		page.Sheet = sheet{Action: at, Draft: "location:" + l.ID.String(), Version: f.text("version"), Go: "Save the location", Back: at}
	}
	faults := faultsOf(refusal)
	q := ask.questions(who, f, faults)
	page.Sheet.Faults, page.Sheet.Fields = faults, q.fields
	page.Sheet.Body = locationBody(q, p.mapOf("Pick the position", false), l.Point)
	err = refused(&page.Sheet, refusal, "location", at+"/edit", func(now asset.Location) ([]ui.Field, int64, error) {
		return ask.questions(who, locationForm(now), ui.Faults{}).fields, now.Version, nil
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, page, refusal)
}
