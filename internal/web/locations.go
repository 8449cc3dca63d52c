package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/web/ui"
)

// locationsView is what the page of locations shows below its heading.
type locationsView struct {
	Search string
	Site   string
	Sites  []ui.Option
	Tree   ui.Tree
	More   bool
}

// listLocations shows the locations of each site as a tree, with how many assets stand there.
func (p *pages) listLocations(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Locations")
	if err != nil {
		return err
	}
	given := form{values: r.URL.Query()}
	site := ref[id.Site](&given, "site")
	if err := given.check.Err(); err != nil {
		return err
	}
	t, err := p.Asset.LocationTree(r.Context(), v.who, site)
	if err != nil {
		return err
	}
	sites, err := p.activeSites(r.Context(), v.who)
	if err != nil {
		return err
	}
	search := strings.TrimSpace(given.text("q"))
	view := locationsView{Search: search, Site: refText(site), More: t.More, Tree: ui.Tree{Label: "Locations by site", Nodes: locationNodes(t, search)}}
	if sites != nil {
		view.Sites = siteChoices(sites, v.who, asset.CanReadLocation, "All sites", view.Site)
	}
	head := ui.Head{Title: "Locations", Sub: counted(len(t.Locations), "place", "places") + " inside sites: buildings, floors, rooms, gates."}
	if v.who.Can(asset.CanCreateLocation) {
		head.Acts = []ui.Action{{Text: "New location", Icon: "plus", Href: "/locations/new" + siteParameter(view.Site), Primary: true}}
	}
	head.Acts = exportActs(v, r, "locations", head.Acts...)
	body := locationsPart(view)
	if len(t.Locations) == 0 && site == nil {
		body = ui.Nothing(noLocations(v.who))
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), body)
}

func siteParameter(site string) string {
	if site == "" {
		return ""
	}
	return "?site=" + site
}

func noLocations(who actor.Actor) ui.Empty {
	e := ui.Empty{Icon: "pin", Title: "No locations yet", Text: "A location is a place inside a site: a building, floor, room or gate. Assets stand in it, and tickets name it."}
	if who.Can(asset.CanCreateLocation) {
		e.Act = ui.Action{Text: "Add the first location", Icon: "plus", Href: "/locations/new"}
	}
	return e
}

// locationNodes puts locations below their sites. With a search only what has its words in the code or name is left, with the way there.
func locationNodes(t asset.LocationTree, search string) []ui.Node {
	g := locationGrower{assets: t.Assets, search: fold.Key(search), below: map[id.Location][]asset.Location{}, open: len(t.Locations) <= openUpTo || search != ""}
	known := locationPaths(t.Locations)
	sites := map[id.Site][]asset.Location{}
	var order []asset.Location // one of each site
	for _, l := range t.Locations {
		if _, met := sites[l.Site]; !met {
			order, sites[l.Site] = append(order, l), nil
		}
		if l.Parent != nil {
			if _, seen := known[*l.Parent]; seen {
				g.below[*l.Parent] = append(g.below[*l.Parent], l)
				continue
			}
		}
		sites[l.Site] = append(sites[l.Site], l)
	}
	slices.SortStableFunc(order, func(a, b asset.Location) int { return strings.Compare(fold.Key(a.SiteName), fold.Key(b.SiteName)) })
	var out []ui.Node
	for _, of := range order {
		n := ui.Node{Icon: "site", Text: of.SiteName, Href: "/locations?site=" + of.Site.String(), Open: true, Children: g.grow(sites[of.Site])}
		if len(n.Children) > 0 {
			out = append(out, n)
		}
	}
	return out
}

// locationGrower makes the nodes of locations.
type locationGrower struct {
	assets map[id.Location]int64
	search string
	below  map[id.Location][]asset.Location
	open   bool
}

func (g locationGrower) grow(all []asset.Location) []ui.Node {
	var out []ui.Node
	for _, l := range all {
		n := ui.Node{Icon: "pin", Text: l.Name, Code: l.Code, Href: "/locations/" + l.ID.String(), Open: g.open}
		if here := g.assets[l.ID]; here > 0 {
			n.Note = counted(int(here), "asset", "assets")
		}
		switch {
		case !l.Active:
			n.Pill = ui.Pill{Tone: ui.Shut, Text: "Inactive"}
		case l.Status != asset.Working:
			n.Pill = statusPill(l.Status)
		}
		inner := g
		fits := strings.Contains(fold.Key(l.Code+" "+l.Name), g.search)
		if fits {
			inner.search = "" // the location itself is what was looked for: all in it is shown
		}
		n.Children = inner.grow(g.below[l.ID])
		if fits || len(n.Children) > 0 {
			out = append(out, n)
		}
	}
	return out
}

// locationForm is the form that shows a location.
func locationForm(l asset.Location) form {
	f := newForm("site_id", l.Site.String(), "parent_id", refText(l.Parent), "type_id", refText(l.Type), "code", l.Code, "name", l.Name, "status", string(l.Status),
		"critical", yesNo(l.Critical), "active", yesNo(l.Active))
	putPoint(&f, l.Point)
	return f
}

// locationNames are the fields of the form about a location.
var locationNames = []string{"site_id", "parent_id", "type_id", "code", "name", "status", "critical", "latitude", "longitude", "active"}

// readLocation reads what was typed about a location. What the form did not ask stays as it was.
func readLocation(f *form, was asset.Location) asset.LocationInput {
	in := asset.LocationInput{
		Site: was.Site, Parent: was.Parent, Type: was.Type, Code: f.text("code"), Name: f.text("name"), Status: asset.Status(f.text("status")), Critical: f.yes("critical"),
		Point: readPoint(f), Active: f.yes("active"),
	}
	if site := ref[id.Site](f, "site_id"); site != nil {
		in.Site = *site
	}
	if f.asked("parent_id") {
		in.Parent = ref[id.Location](f, "parent_id")
	}
	if f.asked("type_id") {
		in.Type = ref[id.Lookup](f, "type_id")
	}
	return in
}

// locationAsk is what the questions about a location are made from.
type locationAsk struct {
	sites     []org.Site
	locations []asset.Location
	types     []ui.Option // nil: the actor may not see lookups
	self      asset.Location
}

// questions makes the questions about a location, with what f has in them. The site of one that exists is not asked: places do not move.
func (ask locationAsk) questions(who actor.Actor, f form, faults ui.Faults) *assetFields {
	q := &assetFields{}
	q.add(ui.Field{Name: "code", Label: "Code", Help: "Short, unique in its site. For example B-F2.", Width: "mid", Literal: true, Max: 30})
	q.add(ui.Field{Name: "name", Label: "Name", Max: 200})
	var below *id.Location
	locations := ask.locations
	if ask.self.ID.IsZero() {
		q.add(ui.Field{Name: "site_id", Label: "Site", Help: "For good: places do not move.", Kind: ui.Select, Options: siteChoices(ask.sites, who, asset.CanCreateLocation, "Choose a site", f.text("site_id"))})
	} else {
		below = &ask.self.ID
		locations = slices.DeleteFunc(slices.Clone(locations), func(l asset.Location) bool { return l.Site != ask.self.Site })
	}
	q.add(ui.Field{Name: "parent_id", Label: "Inside", Kind: ui.Select, Optional: true, Help: "The location of the same site that it is a part of.",
		Options: locationChoices(locations, "Directly in the site", f.text("site_id"), f.text("parent_id"), below)})
	if ask.types != nil {
		options := slices.Clone(ask.types)
		for i, o := range options {
			options[i].Selected = o.Value == f.text("type_id")
		}
		q.add(ui.Field{Name: "type_id", Label: "Type", Kind: ui.Select, Optional: true, Options: keepChosen(options, f.text("type_id"), "A value that is gone")})
	}
	q.add(ui.Field{Name: "status", Label: "Status", Kind: ui.Select, Width: "mid", Options: statusChoices(f.text("status"))})
	q.add(ui.Field{Name: "critical", Label: "Critical", Help: "What happens here stops something that matters.", Kind: ui.Checkbox, Checked: f.yes("critical")})
	q.add(ui.Field{Name: "latitude", Label: "Latitude", Help: "Degrees north.", Kind: ui.Number, Step: "any", Min: "-90", Top: "90", Optional: true})
	q.add(ui.Field{Name: "longitude", Label: "Longitude", Help: "Degrees east.", Kind: ui.Number, Step: "any", Min: "-180", Top: "180", Optional: true})
	q.add(ui.Field{Name: "active", Label: "Active", Help: "An inactive location stays where it is used and is no longer offered.", Kind: ui.Checkbox, Checked: f.yes("active")})
	for i, x := range q.fields {
		q.fields[i].Value, q.fields[i].Error = f.text(x.Name), faults.At(x.Name)
	}
	return q
}

// locationBody lays the questions about a location out.
func locationBody(q *assetFields, m mapView, was *org.Point) templ.Component {
	return together(q.asked("code"), q.asked("name"), q.asked("site_id"), q.asked("parent_id"), q.asked("type_id"), q.asked("status"), q.asked("critical"),
		pointing(m, q.named("latitude", "longitude"), was), q.asked("active"))
}
