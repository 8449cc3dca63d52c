package web

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
)

// placeOffers are the places that a plan may be about: what its fields offer, and, of a round, its rows and what is on the map.
type placeOffers struct {
	Help   string
	Offers []string // assets, as they are typed
	Rows   []stopAsk
	Map    mapView
	Points []placeMark
	Words  string // which places the map lacks
	Ask    string // what asks for the places of another site, "" where there is none to choose
}

// placeMark is a place on the map of the form. Place is what the field of a stop has in it when it is this one.
type placeMark struct{ Code, Name, Place, Lat, Lon string }

func placeMarkOf(code, name, place string, at org.Point) placeMark {
	return placeMark{code, name, place, degrees(at.Latitude), degrees(at.Longitude)}
}

// planOffers gives the places that the form about a plan offers: assets of its site, or, of a route, sites.
func (p *pages) planOffers(ctx context.Context, who actor.Actor, x plan.Plan, f form, sites []org.Site) (v placeOffers, err error) {
	v.Map, v.Help = p.mapOf("Map of the stops", true), "Drag a stop by its grip, or move it with its buttons; a row without a place is left out. "
	if x.Kind == plan.Route {
		v.Help += "The way to a site without minutes, or with 0, is reckoned from where the sites are."
		v.sites(who, sites)
		return v, nil
	}
	v.Help += "A place is an asset of the site, by name or code."
	site := &x.Site
	if x.ID.IsZero() {
		sent := form{values: f.values}
		site = ref[id.Site](&sent, "site_id")
	}
	if !who.Can(asset.CanRead) {
		return v, nil
	}
	most := asset.MaxSpots
	if site == nil || x.Kind != plan.Tour {
		most = page.Max // a map shows all of a site
	}
	found, more, err := p.Asset.Spots(ctx, who, site, most)
	if err != nil {
		return v, err
	}
	for _, a := range found {
		v.Offers = append(v.Offers, assetText(a.Code, a.Name))
	}
	if x.Kind == plan.Tour {
		v.assets(found, more, x.ID.IsZero(), site != nil)
	}
	return v, nil
}

// sites puts the sites with a position on the map.
func (v *placeOffers) sites(who actor.Actor, sites []org.Site) {
	without := 0
	for _, s := range sites {
		switch {
		case !s.Active || !who.At(plan.CanRead, s.ID):
		case s.Point == nil:
			without++
		default:
			v.Points = append(v.Points, placeMarkOf(s.Code, s.Name, s.ID.String(), *s.Point))
		}
	}
	v.lacks(without, "site", "sites", 0)
}

// assets puts the assets of a site with a position on the map, once the site is chosen.
func (v *placeOffers) assets(found []asset.Spot, more, fresh, chosen bool) {
	if fresh {
		v.Ask = "Show the assets of the site"
	}
	if !chosen {
		v.Words = "With a site, its assets are on a map here."
		return
	}
	without := 0
	for _, a := range found {
		if a.Point == nil {
			without++
			continue
		}
		v.Points = append(v.Points, placeMarkOf(a.Code, a.Name, assetText(a.Code, a.Name), *a.Point))
	}
	cut := 0
	if more {
		cut = len(found)
	}
	v.lacks(without, "asset", "assets", cut)
}

// lacks says what is not on the map; cut is after how many there are more, 0 for none.
func (v *placeOffers) lacks(without int, one, many string, cut int) {
	switch {
	case without > 0 && len(v.Points) == 0:
		v.Words = "None of the " + many + " has a position yet; those that have one are on a map here."
	case without > 0:
		v.Words = counted(without, one, many) + " without a position, so not on the map."
	}
	if cut > 0 {
		v.Words = "The first " + grouped(int64(cut)) + " " + many + " by name are offered here; type the code of another. " + v.Words
	}
}
