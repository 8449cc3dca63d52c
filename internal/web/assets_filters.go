package web

import (
	"context"
	"slices"
	"strconv"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/org"
	"intelliwiz/internal/web/ui"
)

// assetFilters offers what the list can be narrowed by, and gives the chips of what holds.
func (p *pages) assetFilters(ctx context.Context, who actor.Actor, q assetQuery) (ui.Filters, []ui.Chip, error) {
	f := ui.Filters{Action: "/assets", List: "assets-part", Search: ui.Search{Name: "q", Label: "Code, name, model or serial number", Value: q.filter.Search}}
	for _, name := range []string{"location", "parent", "type", "critical", "status"} {
		if v := q.values.Get(name); v != "" {
			f.Hidden = append(f.Hidden, ui.Hidden{Name: name, Value: v})
		}
	}
	sites, err := p.activeSites(ctx, who)
	if err != nil {
		return f, nil, err
	}
	if sites != nil {
		f.Fields = append(f.Fields, ui.Field{Name: "site", Label: "Site", Kind: ui.Select, Optional: true, Options: siteChoices(sites, who, asset.CanRead, "Any", q.values.Get("site"))})
	}
	kinds := []ui.Option{{Value: "", Label: "Any"}}
	for _, k := range asset.Kinds() {
		kinds = append(kinds, ui.Option{Value: string(k), Label: k.Label(), Selected: q.filter.Kind == k})
	}
	f.Fields = append(f.Fields, ui.Field{Name: "kind", Label: "Kind", Kind: ui.Select, Optional: true, Options: kinds})
	values, err := p.valuesIn(ctx, who, org.AssetCategory, org.AssetType)
	if err != nil {
		return f, nil, err
	}
	if len(values[org.AssetCategory]) > 0 {
		options := valueChoices(values[org.AssetCategory], q.values.Get("category"))
		options[0].Label = "Any"
		f.Fields = append(f.Fields, ui.Field{Name: "category", Label: "Category", Kind: ui.Select, Optional: true, Options: options})
	}
	f.Fields = append(f.Fields, ui.Field{Name: "expiring", Label: "Warranty or contract ends", Kind: ui.Select, Optional: true, Options: expiringChoices(q.filter.Expiring)},
		ui.Field{Name: "state", Label: "State", Kind: ui.Select, Optional: true, Options: []ui.Option{{Value: "", Label: "Active"}, {Value: "all", Label: "Inactive too", Selected: q.filter.Inactive}}})
	chips, err := p.assetChips(ctx, who, q, f.Fields, values[org.AssetType])
	return f, chips, err
}

func expiringChoices(days int) []ui.Option {
	out := []ui.Option{{Value: "", Label: "Whenever"}}
	for _, n := range []int{30, 90, 365} {
		out = append(out, ui.Option{Value: strconv.Itoa(n), Label: "Within " + strconv.Itoa(n) + " days", Selected: days == n})
	}
	if days > 0 && !slices.ContainsFunc(out, func(o ui.Option) bool { return o.Selected }) {
		out = append(out, ui.Option{Value: strconv.Itoa(days), Label: "Within " + plural(days, "day"), Selected: true})
	}
	return out
}

// assetChips are the filters that hold, each with the way to take it away. The status is a tab, the search stands in its field.
func (p *pages) assetChips(ctx context.Context, who actor.Actor, q assetQuery, fields []ui.Field, types []org.Lookup) ([]ui.Chip, error) {
	var chips []ui.Chip
	add := func(name, label, value string) {
		chips = append(chips, ui.Chip{Label: label, Value: value, Href: q.address(name, "")})
	}
	for _, f := range fields {
		for _, o := range f.Options {
			if o.Selected && o.Value != "" {
				add(f.Name, f.Label, o.Label)
			}
		}
	}
	if at := q.filter.Location; at != nil {
		l, err := p.Asset.GetLocation(ctx, who, *at)
		if err != nil && !hidden(err) {
			return nil, err
		}
		add("location", "In", nameOr(l.Name, "a location that you do not see"))
	}
	if of := q.filter.Parent; of != nil {
		a, err := p.Asset.GetAsset(ctx, who, *of)
		if err != nil && !hidden(err) {
			return nil, err
		}
		add("parent", "Belongs to", nameOr(a.Name, "an asset that you do not see"))
	}
	if q.filter.Type != nil {
		i := slices.IndexFunc(types, func(l org.Lookup) bool { return l.ID == *q.filter.Type })
		name := ""
		if i >= 0 {
			name = types[i].Name
		}
		add("type", "Type", nameOr(name, someValue))
	}
	if q.filter.Critical {
		add("critical", "Critical", "yes")
	}
	return chips, nil
}

func nameOr(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}
