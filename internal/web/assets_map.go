package web

import (
	"context"
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// assetsMap is what the map of assets shows beside its points.
type assetsMap struct {
	Query assetQuery
	Sites []ui.Option
	Chips []ui.Chip
	Box   ui.MapBox
	Words string // how many of them are on it
}

// mapAssets shows the assets that the list would show on a map, and the locations of a chosen site with them.
func (p *pages) mapAssets(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Map of the assets")
	if err != nil {
		return err
	}
	q, err := readAssetQuery(r.URL.Query())
	if err != nil {
		return err
	}
	found, err := p.Asset.ListAssets(r.Context(), v.who, q.filter, page.Request{Limit: page.Max})
	if err != nil {
		return err
	}
	filters, chips, err := p.assetFilters(r.Context(), v.who, q)
	if err != nil {
		return err
	}
	for i := range chips {
		chips[i].Href = "/assets/map" + chips[i].Href[len("/assets"):]
	}
	view := assetsMap{Query: q, Chips: chips, Box: ui.MapBox{Label: "Map of the assets", Tiles: p.TileURL, Credit: p.TileCredit}}
	for _, f := range filters.Fields {
		if f.Name == "site" {
			view.Sites = f.Options
		}
	}
	if view.Box.Points, err = p.locationPoints(r.Context(), v.who, q); err != nil {
		return err
	}
	placed := 0
	for _, a := range found.Items {
		if a.Point != nil {
			placed++
			view.Box.Points = append(view.Box.Points, ui.Point{Code: a.Code, Name: a.Name, Href: "/assets/" + a.ID.String(), Lat: a.Point.Latitude, Lon: a.Point.Longitude,
				Tone: statusTone(a.Status), Note: a.LocationName})
		}
	}
	view.Words = grouped(int64(placed)) + " of " + counted(len(found.Items), "asset", "assets") + " on the map; the others have no position yet."
	switch {
	case found.Next != "":
		view.Words = "The first " + counted(len(found.Items), "asset", "assets") + " by name, " + grouped(int64(placed)) + " of them on the map. Narrow the list to see others."
	case placed == len(found.Items):
		view.Words = counted(placed, "asset", "assets") + " on the map."
	}
	v.frame.Maps = len(view.Box.Points) > 0
	head := ui.Head{Title: "Map of the assets", Sub: view.Words, Crumbs: []ui.Link{{Text: "Assets", Href: q.address("", "")}}}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), assetsMapPart(view))
}

// locationPoints are the locations with a position of the chosen site; none without one.
func (p *pages) locationPoints(ctx context.Context, who actor.Actor, q assetQuery) ([]ui.Point, error) {
	if q.filter.Site == nil || !who.Can(asset.CanReadLocation) {
		return nil, nil
	}
	t, err := p.Asset.LocationTree(ctx, who, q.filter.Site)
	var out []ui.Point
	for _, l := range t.Locations {
		if l.Point != nil && l.Active {
			out = append(out, ui.Point{Code: l.Code, Name: l.Name, Href: "/locations/" + l.ID.String(), Lat: l.Point.Latitude, Lon: l.Point.Longitude, Tone: ui.Open, Note: "Location"})
		}
	}
	return out, err
}
