package web

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// perSheet is how many labels of 63.5 by 33.9 mm an A4 sheet has: three in each of eight rows.
const perSheet = 24

// labelView is what a label shows: the code as a drawing and in letters, and in words what it is and where.
type labelView struct {
	Box         string // the viewBox of the drawing
	Path        string
	Code        string
	Name, Place string
}

// labelOf makes the label of an asset.
func (p *pages) assetLabel(t org.Tenant, a asset.Asset) (labelView, error) {
	q, err := asset.QROf(asset.ReportAddress(p.Public, t.Code, a.Code))
	side := number(int64(q.Size))
	l := labelView{Box: "0 0 " + side + " " + side, Path: q.Path, Code: a.Code, Name: a.Name, Place: a.LocationName}
	if l.Place == "" {
		l.Place = a.SiteName
	}
	return l, err
}

// labelsView is the page that prints labels.
type labelsView struct {
	Query    assetQuery
	Chosen   []string // ids of single assets, when they were chosen
	Sites    []ui.Option
	Places   []ui.Option
	First    string
	Fault    string // what is wrong with the first place
	Found    []choice
	Sheets   [][]sheetPlace
	Previous string // the query as it was, to tick others
}

// sheetPlace is a place on a sheet: a label, or left empty.
type sheetPlace struct {
	Label labelView
	Empty bool
}

// labels shows a sheet of labels as it prints: of the assets that the list would show, or of those that were ticked. Without a site, a
// location, another filter or single assets it asks which ones first.
func (p *pages) labels(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Labels")
	if err != nil {
		return err
	}
	given := r.URL.Query()
	q, err := readAssetQuery(given)
	if err != nil {
		return err
	}
	view := labelsView{Query: q, First: nameOr(given.Get("first"), "1")}
	first := 1
	f := form{values: url.Values{"first": {view.First}, "asset": given["asset"]}}
	if n := f.whole("first"); n >= 1 && n <= perSheet {
		first = int(n)
	} else {
		view.Fault = "The first label is at a place from 1 to 24."
	}
	only := refs[id.Asset](&f, "asset")
	assets, more, err := p.labelled(r.Context(), v.who, q, only)
	if err != nil {
		return err
	}
	for _, a := range assets {
		view.Found = append(view.Found, choice{ID: a.ID.String(), Name: a.Name, Note: a.Code, On: len(only) == 0 || slices.Contains(only, a.ID)})
	}
	if view.Fault == "" {
		if view.Sheets, err = p.sheets(v.tenant, assets, only, first); err != nil {
			return err
		}
	}
	if err := p.labelChoices(r.Context(), v.who, &view); err != nil {
		return err
	}
	status, head := http.StatusOK, labelsHead(view, more)
	if view.Fault != "" {
		status = http.StatusUnprocessableEntity
	}
	return p.show(w, r, status, v, ui.Headed(head), labelsPart(view))
}

// labelled gives the assets whose labels may be printed: those of the filter when there is one, otherwise the single ones.
func (p *pages) labelled(ctx context.Context, who actor.Actor, q assetQuery, only []id.Asset) (all []asset.Asset, more bool, err error) {
	if len(q.values) > 0 {
		found, err := p.Asset.ListAssets(ctx, who, q.filter, page.Request{Limit: page.Max})
		return found.Items, found.Next != "", err
	}
	if len(only) == 0 {
		return nil, false, nil
	}
	found, err := p.Asset.AssetsByID(ctx, who, only)
	for _, a := range only[:min(len(only), page.Max)] {
		if x, ok := found[a]; ok {
			all = append(all, x)
		}
	}
	return all, len(only) > page.Max, err
}

// sheets puts the labels of the ticked assets on sheets; the places before the first one stay empty.
func (p *pages) sheets(t org.Tenant, all []asset.Asset, only []id.Asset, first int) ([][]sheetPlace, error) {
	places := make([]sheetPlace, first-1)
	for i := range places {
		places[i].Empty = true
	}
	for _, a := range all {
		if len(only) > 0 && !slices.Contains(only, a.ID) {
			continue
		}
		l, err := p.assetLabel(t, a)
		if err != nil {
			return nil, err
		}
		places = append(places, sheetPlace{Label: l})
	}
	if len(places) < first {
		return nil, nil
	}
	return slices.Collect(slices.Chunk(places, perSheet)), nil
}

func (p *pages) labelChoices(ctx context.Context, who actor.Actor, view *labelsView) error {
	sites, err := p.activeSites(ctx, who)
	if err != nil {
		return err
	}
	if sites != nil {
		view.Sites = siteChoices(sites, who, asset.CanRead, "Any", view.Query.values.Get("site"))
	}
	locations, err := p.locations(ctx, who)
	if err != nil {
		return err
	}
	if locations != nil {
		view.Places = locationChoices(locations, "Any", view.Query.values.Get("site"), view.Query.values.Get("location"), nil)
	}
	return nil
}

func labelsHead(view labelsView, more bool) ui.Head {
	h := ui.Head{Title: "Labels", Crumbs: []ui.Link{{Text: "Assets", Href: "/assets"}}, Sub: "Choose a site, a location or both."}
	n := 0
	for _, c := range view.Found {
		if c.On {
			n++
		}
	}
	switch {
	case len(view.Sheets) > 0:
		h.Sub = counted(n, "label", "labels") + " on " + plural(len(view.Sheets), "sheet") + " of 24."
	case view.asked() && view.Fault == "":
		h.Sub = "No asset fits."
	}
	if more {
		h.Sub += " There are more assets than 200: narrow the choice to print the others."
	}
	return h
}

// asked says that somebody has chosen something.
func (v labelsView) asked() bool { return len(v.Query.values) > 0 || len(v.Found) > 0 }

// kept are the filters that hold without a field of their own on this page.
func (v labelsView) kept() []ui.Hidden {
	var out []ui.Hidden
	for _, name := range slices.Sorted(maps.Keys(v.Query.values)) {
		if name != "site" && name != "location" {
			out = append(out, ui.Hidden{Name: name, Value: v.Query.values.Get(name)})
		}
	}
	return out
}
