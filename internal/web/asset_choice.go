package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// zoneOr gives the zone of a name, or another where there is none.
func zoneOr(name string, otherwise *time.Location) *time.Location {
	zone, err := clock.Zone(name)
	if err != nil {
		return otherwise
	}
	return zone
}

// dateWords writes a day for people: "30 Jun 2028"; "" for none.
func dateWords(d clock.Date) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return t.Format(dayForm)
}

func daysAfter(d clock.Date, days int) clock.Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return clock.Date(t.AddDate(0, 0, days).Format(time.DateOnly))
}

// valuesIn gives the values of several code lists; none to those who may not see lookups.
func (p *pages) valuesIn(ctx context.Context, who actor.Actor, lists ...org.List) (map[org.List][]org.Lookup, error) {
	if !who.Can(org.CanReadLookup) {
		return nil, nil
	}
	return p.Org.LookupsIn(ctx, who, lists...)
}

// locationChoices are the locations that something may stand in, those of a site together under its name by the way that leads to them,
// those of the chosen site first. below is left out with all that stands below it.
func locationChoices(all []asset.Location, none, site, chosen string, below *id.Location) []ui.Option {
	paths := locationPaths(all)
	var out []ui.Option
	for _, l := range all {
		picked := l.ID.String() == chosen
		offered := l.Active && l.Status != asset.Scrapped
		if !offered && !picked || below != nil && paths.under(l.ID, *below) {
			continue
		}
		out = append(out, ui.Option{Value: l.ID.String(), Label: paths.of(l.ID), Group: l.SiteName, Selected: picked})
	}
	first := ""
	for _, l := range all {
		if l.Site.String() == site {
			first = l.SiteName
		}
	}
	slices.SortStableFunc(out, func(a, b ui.Option) int {
		return strings.Compare(orderOf(a, first), orderOf(b, first))
	})
	out = append([]ui.Option{{Value: "", Label: none, Selected: chosen == ""}}, out...)
	return keepChosen(out, chosen, "One that you do not see")
}

func orderOf(o ui.Option, first string) string {
	group := "1" + fold.Key(o.Group)
	if o.Group == first {
		group = "0"
	}
	return group + "\x00" + fold.Key(o.Label)
}

// locations gives what the actor sees of the locations of all sites; none to those who may not see locations.
func (p *pages) locations(ctx context.Context, who actor.Actor) ([]asset.Location, error) {
	if !who.Can(asset.CanReadLocation) {
		return nil, nil
	}
	t, err := p.Asset.LocationTree(ctx, who, nil)
	return t.Locations, err
}

// locationWays names locations by the way that leads to them.
type locationWays map[id.Location]asset.Location

func locationPaths(all []asset.Location) locationWays {
	m := locationWays{}
	for _, l := range all {
		m[l.ID] = l
	}
	return m
}

// of gives "Tower B / Roof", as far up as the actor sees.
func (m locationWays) of(l id.Location) string {
	var names []string
	for range len(m) { // a cycle cannot be stored; a bound costs nothing
		x, ok := m[l]
		if !ok {
			break
		}
		names = append(names, x.Name)
		if x.Parent == nil {
			break
		}
		l = *x.Parent
	}
	slices.Reverse(names)
	return strings.Join(names, " / ")
}

// under says that a location is another one or stands below it.
func (m locationWays) under(l, top id.Location) bool {
	for range len(m) + 1 {
		if l == top {
			return true
		}
		x, ok := m[l]
		if !ok || x.Parent == nil {
			return false
		}
		l = *x.Parent
	}
	return false
}

// assetText is how forms write an asset, and read it again.
func assetText(code, name string) string { return code + " " + name }

// assetOffers are the first of the assets that a field may offer: those of a site, when one is chosen.
func (p *pages) assetOffers(ctx context.Context, who actor.Actor, site *id.Site, without id.Asset) ([]string, error) {
	if !who.Can(asset.CanRead) {
		return nil, nil
	}
	some, err := p.Asset.ListAssets(ctx, who, asset.AssetFilter{Site: site, Offered: true}, page.Request{Limit: page.Max})
	var out []string
	for _, x := range some.Items {
		if x.ID != without {
			out = append(out, assetText(x.Code, x.Name))
		}
	}
	return out, err
}

// readAssetRef finds the asset that somebody typed into a field: by code, by code and name, or by a name that only one asset has. Nothing
// typed is none.
func (p *pages) readAssetRef(ctx context.Context, who actor.Actor, f *form, name string) (*id.Asset, error) {
	typed := fold.Line(f.text(name))
	if typed == "" {
		return nil, nil
	}
	code, _, _ := strings.Cut(typed, " ")
	a, err := p.Asset.AssetByCode(ctx, who, code)
	if err == nil && (fold.Key(typed) == fold.Key(code) || fold.Key(typed) == fold.Key(assetText(a.Code, a.Name))) {
		return &a.ID, nil
	}
	if err != nil && fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Invalid {
		return nil, err
	}
	found, err := p.Asset.ListAssets(ctx, who, asset.AssetFilter{Search: typed, Inactive: true}, page.Request{Limit: page.Max})
	if fault.KindOf(err) == fault.Invalid || err == nil && len(found.Items) == 0 {
		f.check.Add(name, "unknown", "No asset that you see has this code or name.")
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	fits := slices.DeleteFunc(slices.Clone(found.Items), func(x asset.Asset) bool { return fold.Key(x.Name) != fold.Key(typed) })
	if len(fits) == 0 {
		fits = found.Items
	}
	if len(fits) == 1 {
		return &fits[0].ID, nil
	}
	var some []string
	for _, x := range fits[:min(3, len(fits))] {
		some = append(some, assetText(x.Code, x.Name))
	}
	f.check.Add(name, "several", fmt.Sprintf("%d assets fit. Write one like this: %s.", len(fits), strings.Join(some, ", ")))
	return nil, nil
}
