package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// assetView is what an asset's page shows.
type assetView struct {
	Asset asset.Asset
	Life  asset.Life
	Zone  string // in which the page's times are
	Label labelView
	Map   mapView
	Where string // the position in words
}

// getAsset shows an asset.
func (p *pages) getAsset(w http.ResponseWriter, r *http.Request) error {
	a, err := pathID[id.Asset](r, "asset")
	if err != nil {
		return err
	}
	return p.showAsset(w, r, http.StatusOK, a, turning{}, ui.Note{})
}

// showAsset writes an asset's page, with the form that changes its status as it was sent, and a note above when something could not be done.
func (p *pages) showAsset(w http.ResponseWriter, r *http.Request, status int, at id.Asset, turn turning, note ui.Note) error {
	v, err := p.visit(r, "Asset")
	if err != nil {
		return err
	}
	life, err := p.Asset.Life(r.Context(), v.who, at)
	if err != nil {
		return err
	}
	a := life.Asset
	v.frame.Title, v.frame.Maps, v.zone = a.Name, a.Point != nil, zoneOr(a.Zone, v.zone)
	if note.Text != "" || turn.faults.Any() {
		v.frame.Title = "Error: " + a.Name
	}
	view := assetView{Asset: a, Life: life, Zone: zoneLine(v.zone), Map: p.mapOf("Map of "+a.Name, false)}
	if a.Point != nil {
		view.Where = position(*a.Point)
	}
	if view.Label, err = p.assetLabel(v.tenant, a); err != nil {
		return err
	}
	facts, err := p.assetFacts(r.Context(), v, a)
	if err != nil {
		return err
	}
	tickets, err := p.ticketsCard(r.Context(), v, a.Site, "asset", a.ID.String(), ticket.Filter{Asset: &a.ID})
	if err != nil {
		return err
	}
	files, err := p.filesCard(r.Context(), v, "asset", id.Of[id.Any](a.ID.Bytes()))
	if err != nil {
		return err
	}
	parts, err := p.partsCard(r.Context(), v, a)
	if err != nil {
		return err
	}
	changes, err := p.history(r.Context(), v, at)
	if err != nil {
		return err
	}
	main := within(stacked(), together(turnCard(v, life, turn), spentCard(v, life.Spent), lifeCard(v, life, r.URL.Query().Get("log")),
		tickets, files, parts, changes))
	aside := within(stacked(), together(assetLabel(view), ui.Stated(facts), assetPlace(view)))
	return p.show(w, r, status, v, ui.Headed(assetHead(v, life)), noted(note), within(split(), together(main, aside)))
}

func assetHead(v visit, life asset.Life) ui.Head {
	a := life.Asset
	at := "/assets/" + a.ID.String()
	h := ui.Head{Title: a.Name, Code: a.Code, Pill: statusCell(a).Pill, Crumbs: []ui.Link{{Text: "Assets", Href: "/assets"}, {Text: a.SiteName, Href: "/assets?site=" + a.Site.String()}}}
	if a.Location != nil {
		h.Crumbs = append(h.Crumbs, ui.Link{Text: a.LocationName, Href: "/assets?location=" + a.Location.String()})
	}
	h.Sub = a.Kind.Label()
	if a.Critical {
		h.Sub += ", critical"
	}
	if len(life.Log) > 0 {
		h.Sub += ". " + life.Log[0].To.Label() + " since " + amid(life.Log[0].At, v.now, v.zone) + ". " + zoneLine(v.zone)
	}
	if v.who.At(asset.CanDelete, a.Site) {
		h.Acts = append(h.Acts, ui.Action{Text: "Delete", Icon: "trash", Post: at + "/delete", Version: number(a.Version), Danger: true, Confirm: deleteAsset(a)})
	}
	h.Acts = append(h.Acts, ui.Action{Text: "Print label", Icon: "qr", Href: "/assets/labels?asset=" + a.ID.String()})
	if v.who.At(asset.CanUpdate, a.Site) {
		h.Acts = append(h.Acts, ui.Action{Text: "Change", Icon: "edit", Href: at + "/edit", Primary: !v.who.At(asset.CanSetStatus, a.Site)})
	}
	return h
}

func deleteAsset(a asset.Asset) ui.Confirm {
	return ui.Confirm{
		Title: "Delete the asset " + a.Name + "?", Go: "Delete the asset", Type: a.Code,
		Text: "This works only while nothing points to it. Its status log goes with it; the audit trail keeps what was. What is at the end of its life is better set to scrapped.",
	}
}

// assetFacts gathers the facts about an asset. What the actor may not see is left out or not named.
func (p *pages) assetFacts(ctx context.Context, v visit, a asset.Asset) (ui.Facts, error) {
	values, err := p.assetValues(ctx, v, a)
	if err != nil {
		return ui.Facts{}, err
	}
	f := ui.Facts{Title: "Facts"}
	add := func(label, value, href string) {
		if value != "" {
			f.Items = append(f.Items, ui.Fact{Label: label, Value: value, Href: href})
		}
	}
	site, location := "", ""
	if v.who.At(org.CanReadSite, a.Site) {
		site = "/sites/" + a.Site.String()
	}
	if a.Location != nil && v.who.At(asset.CanReadLocation, a.Site) {
		location = "/locations/" + a.Location.String()
	}
	add("Site", a.SiteName, site)
	add("Location", a.LocationName, location)
	if a.Parent != nil {
		add("Belongs to", a.ParentName, "/assets/"+a.Parent.String())
	}
	add("Kind", a.Kind.Label(), "")
	add("Type", values(a.Type), "")
	add("Category", values(a.Category), "")
	add("Brand", values(a.Brand), "")
	add("Model", a.Model, "")
	add("Serial", a.Serial, "")
	if a.MadeYear != nil {
		add("Made in", number(*a.MadeYear), "")
	}
	if a.Capacity != nil {
		add("Capacity", decimal(*a.Capacity)+" "+values(a.Unit), "")
	}
	if a.Meter != nil {
		add("Meter", values(a.Meter)+", times "+decimal(a.MeterFactor), "")
	}
	add("Service", values(a.Provider), "")
	add("Purchased", dateWords(a.PurchasedOn), "")
	add("Installed", dateWords(a.InstalledOn), "")
	today := clock.DateIn(v.now, v.zone)
	f.Items = append(f.Items, endFact("Warranty", "", a.WarrantyUntil, today)...)
	f.Items = append(f.Items, endFact("Service contract", a.ServiceFrom, a.ServiceUntil, today)...)
	return f, nil
}

// assetValues reads the values of code lists that an asset points to, and gives what names them; "" for those who may not see lookups.
func (p *pages) assetValues(ctx context.Context, v visit, a asset.Asset) (func(*id.Lookup) string, error) {
	if !v.who.Can(org.CanReadLookup) {
		return func(*id.Lookup) string { return "" }, nil
	}
	var wanted []id.Lookup
	for _, l := range []*id.Lookup{a.Type, a.Category, a.Brand, a.Unit, a.Provider, a.Meter} {
		if l != nil {
			wanted = append(wanted, *l)
		}
	}
	found, err := p.Org.LookupsByID(ctx, v.who, wanted)
	return func(l *id.Lookup) string {
		if l == nil {
			return ""
		}
		return found[*l].Name
	}, err
}

// soon is how many days before its end something is marked.
const soon = 30

// endFact says until when something holds: in red when it is over, in amber when it ends soon.
func endFact(label string, from, until, today clock.Date) []ui.Fact {
	switch {
	case until == "" && from == "":
		return nil
	case until == "":
		return []ui.Fact{{Label: label, Value: "From " + dateWords(from)}}
	case until < today:
		return []ui.Fact{{Label: label, Pill: ui.Pill{Tone: ui.Late, Text: "Ended " + dateWords(until)}}}
	case until <= daysAfter(today, soon):
		return []ui.Fact{{Label: label, Pill: ui.Pill{Tone: ui.Wait, Text: "Ends " + dateWords(until)}}}
	case from > today:
		return []ui.Fact{{Label: label, Value: dateWords(from) + " to " + dateWords(until)}}
	}
	return []ui.Fact{{Label: label, Value: "Until " + dateWords(until)}}
}

// decimal writes a number as it was typed.
func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// partsCard lists what belongs to an asset; nothing when nothing does.
func (p *pages) partsCard(ctx context.Context, v visit, a asset.Asset) (templ.Component, error) {
	found, err := p.Asset.ListAssets(ctx, v.who, asset.AssetFilter{Parent: &a.ID, Inactive: true}, page.Request{})
	if err != nil || len(found.Items) == 0 {
		return together(), err
	}
	card := ui.Card{Title: "Belongs to it"}
	if found.Next != "" {
		card.Acts = []ui.Action{{Text: "All parts", Href: "/assets?parent=" + a.ID.String(), Bare: true}}
	}
	return section(card, placedList("parts", "Parts of "+a.Name, found.Items), ""), nil
}

// placedList lists assets by name and code, with their location and status.
func placedList(list, caption string, found []asset.Asset) ui.List {
	l := ui.List{ID: list, Caption: caption, More: ui.Pager{Shown: len(found), Noun: "assets"},
		Columns: []ui.Column{{Label: "Asset", Slot: ui.Subject}, {Label: "Code"}, {Label: "Location", Slot: ui.Third}, {Label: "Status", Slot: ui.Status}}}
	if len(found) == 1 {
		l.More.Noun = "asset"
	}
	for _, x := range found {
		l.Rows = append(l.Rows, ui.Row{Href: "/assets/" + x.ID.String(), Cells: []ui.Cell{{Text: x.Name}, {Code: x.Code}, {Text: x.LocationName}, statusCell(x)}})
	}
	return l
}
