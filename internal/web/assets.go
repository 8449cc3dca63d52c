package web

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// assetQuery is what a list of assets is narrowed to, as the address has it.
type assetQuery struct {
	filter asset.AssetFilter
	values url.Values // of assetParameters, those that are given
}

// assetParameters are what an address of the list may say.
var assetParameters = []string{"q", "site", "location", "parent", "kind", "category", "type", "status", "critical", "expiring", "state"}

func readAssetQuery(given url.Values) (assetQuery, error) {
	q := assetQuery{values: url.Values{}}
	for _, name := range assetParameters {
		if v := strings.TrimSpace(given.Get(name)); v != "" {
			q.values.Set(name, v)
		}
	}
	f := form{values: q.values}
	q.filter = asset.AssetFilter{
		Site: ref[id.Site](&f, "site"), Location: ref[id.Location](&f, "location"), Parent: ref[id.Asset](&f, "parent"), Kind: asset.Kind(f.text("kind")),
		Category: ref[id.Lookup](&f, "category"), Type: ref[id.Lookup](&f, "type"), Status: asset.Status(f.text("status")), Critical: f.yes("critical"),
		Expiring: int(f.whole("expiring")), Search: f.text("q"), Inactive: f.text("state") == "all",
	}
	return q, f.check.Err()
}

// with gives an address of a page that takes the query, with one parameter set, or left out when it is "".
func (q assetQuery) with(path, name, value string) string {
	v := maps.Clone(q.values)
	if v.Del(name); value != "" {
		v.Set(name, value)
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func (q assetQuery) address(name, value string) string { return q.with("/assets", name, value) }

// narrow says that the list is less than all active assets.
func (q assetQuery) narrow() bool {
	return len(q.values) > 1 || len(q.values) == 1 && !q.filter.Inactive
}

// assetsView is what the page of the list shows below its filters.
type assetsView struct {
	As    ui.Tabs
	Tabs  ui.Tabs
	Chips []ui.Chip
	Clear string
	Body  templ.Component
}

// listAssets shows the assets that the actor sees, by name.
func (p *pages) listAssets(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Assets")
	if err != nil {
		return err
	}
	q, err := readAssetQuery(r.URL.Query())
	if err != nil {
		return err
	}
	found, err := p.Asset.ListAssets(r.Context(), v.who, q.filter, page.Request{After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	counts, err := p.Asset.CountAssets(r.Context(), v.who, q.filter)
	if err != nil {
		return err
	}
	filters, chips, err := p.assetFilters(r.Context(), v.who, q)
	if err != nil {
		return err
	}
	view := assetsView{As: assetViews(q, "/assets"), Tabs: statusTabs(q, counts), Chips: chips, Clear: "/assets"}
	if len(found.Items) == 0 {
		view.Body = ui.Nothing(noAssets(v.who, q))
	} else {
		list, err := p.assetList(r.Context(), v, q.filter, found.Items)
		if err != nil {
			return err
		}
		if found.Next != "" {
			list.More.Next = q.address("after", found.Next)
		}
		view.Body = ui.Listed(list)
	}
	head := assetsHead(v.who, q)
	head.Acts = exportActs(v, r, "assets", head.Acts...)
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Narrowed(filters), assetsPart(view))
}

func assetsHead(who actor.Actor, q assetQuery) ui.Head {
	h := ui.Head{Title: "Assets", Sub: "Equipment, checkpoints and other things that are kept account of.", Acts: []ui.Action{{Text: "Labels", Icon: "qr", Href: q.with("/assets/labels", "after", "")}}}
	if who.Can(asset.CanCreate) {
		to := "/assets/new"
		if q.filter.Site != nil {
			to += "?site=" + q.filter.Site.String()
		}
		h.Acts = append(h.Acts, ui.Action{Text: "New asset", Icon: "plus", Href: to, Primary: true})
	}
	return h
}

// assetViews are the ways to see the same assets: rows, or points on a map.
func assetViews(q assetQuery, here string) ui.Tabs {
	t := ui.Tabs{Label: "Shown as", Items: []ui.Tab{{Text: "List", Href: q.with("/assets", "after", "")}, {Text: "Map", Href: q.with("/assets/map", "after", "")}}}
	for i, to := range []string{"/assets", "/assets/map"} {
		t.Items[i].Here = to == here
	}
	return t
}

// statusTabs are the counts of each status, which open exactly those rows.
func statusTabs(q assetQuery, counts map[asset.Status]int64) ui.Tabs {
	all := int64(0)
	for _, n := range counts {
		all += n
	}
	t := ui.Tabs{Label: "By status", Items: []ui.Tab{{Text: "All", Href: q.address("status", ""), Here: q.filter.Status == "", Count: ui.Count{N: int(all)}}}}
	for _, s := range asset.Statuses() {
		t.Items = append(t.Items, ui.Tab{Text: s.Label(), Href: q.address("status", string(s)), Here: q.filter.Status == s, Count: ui.Count{N: int(counts[s])}})
	}
	return t
}

func noAssets(who actor.Actor, q assetQuery) ui.Empty {
	e := ui.Empty{Icon: "asset", Title: "No assets yet", Text: "An asset is equipment, a checkpoint of patrols, or another thing that is kept account of, with a code to scan."}
	switch {
	case q.filter.Search != "":
		e.Title, e.Text = "No asset has “"+cut(q.filter.Search, 60)+"” in its code, name, model or serial number", "A shorter part finds more; filters above narrow it, too."
		e.Act = ui.Action{Text: "Show all assets", Href: "/assets"}
	case q.filter.Status != "":
		e.Title, e.Text = "No asset here is "+lower(q.filter.Status.Label()), "The counts above say where there are some."
		e.Act = ui.Action{Text: "Whatever the status", Href: q.address("status", "")}
	case q.narrow():
		e.Title, e.Text = "No asset fits these filters", "Inactive ones are shown with the state “Inactive too”."
		e.Act = ui.Action{Text: "Show all assets", Href: "/assets"}
	case who.Can(asset.CanCreate):
		e.Act = ui.Action{Text: "Add the first asset", Icon: "plus", Href: "/assets/new"}
	}
	return e
}

// assetList makes the rows: name, code, where it stands, type, status; and what ends when that is what was asked for.
func (p *pages) assetList(ctx context.Context, v visit, f asset.AssetFilter, found []asset.Asset) (ui.List, error) {
	l := ui.List{ID: "assets", Caption: "Assets by name", More: ui.Pager{Shown: len(found), Noun: "assets"}, Columns: []ui.Column{
		{Label: "Asset", Slot: ui.Subject}, {Label: "Code"}, {Label: "Place"}, {Label: "Type", Slot: ui.Third}, {Label: "Ends", Slot: ui.Fourth}, {Label: "Status", Slot: ui.Status}}}
	if len(found) == 1 {
		l.More.Noun = "asset"
	}
	var wanted []id.Lookup
	for _, a := range found {
		if a.Type != nil && !slices.Contains(wanted, *a.Type) {
			wanted = append(wanted, *a.Type)
		}
	}
	types := map[id.Lookup]org.Lookup{}
	if v.who.Can(org.CanReadLookup) {
		var err error
		if types, err = p.Org.LookupsByID(ctx, v.who, wanted); err != nil {
			return l, err
		}
	}
	for _, a := range found {
		kind := a.Kind.Label()
		if a.Type != nil && types[*a.Type].Name != "" {
			kind = types[*a.Type].Name
		}
		name := ui.Cell{Text: a.Name}
		if a.Critical {
			name.Note = "Critical"
		}
		l.Rows = append(l.Rows, ui.Row{Href: "/assets/" + a.ID.String(), Cells: []ui.Cell{
			name, {Code: a.Code}, {Text: a.SiteName, Note: a.LocationName}, {Text: kind}, endsCell(a, v), statusCell(a)}})
	}
	if f.Expiring == 0 {
		dropColumn(&l, 4)
	}
	return l, nil
}

// endsCell says what ends next of warranty and service contract.
func endsCell(a asset.Asset, v visit) ui.Cell {
	today := clock.DateIn(v.now, zoneOr(a.Zone, v.zone))
	warranty, service := a.WarrantyUntil, a.ServiceUntil
	if warranty < today {
		warranty = ""
	}
	if service < today {
		service = ""
	}
	switch {
	case warranty != "" && (service == "" || warranty <= service):
		return ui.Cell{Text: dateWords(warranty), Note: "Warranty"}
	case service != "":
		return ui.Cell{Text: dateWords(service), Note: "Service contract"}
	}
	return ui.Cell{}
}

// statusCell shows whether an asset works; an inactive one says so instead.
func statusCell(a asset.Asset) ui.Cell {
	if !a.Active {
		return ui.Cell{Pill: ui.Pill{Tone: ui.Shut, Text: "Inactive"}}
	}
	return ui.Cell{Pill: statusPill(a.Status)}
}

func statusPill(s asset.Status) ui.Pill { return ui.Pill{Tone: statusTone(s), Text: s.Label()} }

func statusTone(s asset.Status) ui.Tone {
	switch s {
	case asset.Working:
		return ui.Done
	case asset.Maintenance:
		return ui.Wait
	}
	return ui.Shut
}
