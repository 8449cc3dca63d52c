package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/web/ui"
)

// openUpTo is how many sites a tree may have that is shown open to its leaves; of a larger one only the top stands open.
const openUpTo = 60

// branch is a unit, or a site, of the tree that the page of sites shows.
type branch struct {
	Text     string
	Code     string
	Href     string // "" for a unit whose page the actor may not see
	Note     string
	Shut     bool
	Open     bool
	Site     *org.Site // nil for a unit
	Children []branch
	sites    int // in it and below
}

// sitesView is what the page of sites shows.
type sitesView struct {
	Search   string
	Tree     []branch
	Sites    int // shown
	Placed   int // of them on the map
	More     bool
	Map      mapView
	CanPlace bool
}

// listSites shows the tree of units and sites with a map of them.
func (p *pages) listSites(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Sites")
	if err != nil {
		return err
	}
	t, err := p.Org.Tree(r.Context(), v.who)
	if err != nil {
		return err
	}
	search := r.URL.Query().Get("q")
	view := sitesView{
		Search: search, Tree: treeOf(t, v.who, search), More: t.More, CanPlace: v.who.Can(org.CanUpdateSite),
		Map: p.mapOf("Map of the sites", true),
	}
	for _, b := range view.Tree {
		view.count(b)
	}
	v.frame.Maps = len(view.Tree) > 0
	head := ui.Head{Title: "Sites", Sub: treeWords(t)}
	if v.who.Can(org.CanCreateUnit) {
		head.Acts = append(head.Acts, ui.Action{Text: "New unit", Icon: "plus", Href: "/units/new"})
	}
	if v.who.Can(org.CanCreateSite) {
		head.Acts = append(head.Acts, ui.Action{Text: "New site", Icon: "plus", Href: "/sites/new", Primary: true})
	}
	head.Acts = exportActs(v, r, "sites", head.Acts...)
	if len(t.Units)+len(t.Sites) == 0 {
		return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Nothing(noSites(v.who)))
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), sitesPart(view))
}

func noSites(who actor.Actor) ui.Empty {
	e := ui.Empty{Icon: "site", Title: "No sites yet", Text: "A site is where work happens. Nobody can be at home or on duty anywhere before there is one."}
	if who.Can(org.CanCreateSite) {
		e.Act = ui.Action{Text: "Add the first site", Icon: "plus", Href: "/sites/new"}
	} else {
		e.Text = "A site is where work happens. You see those that a role of yours reaches; an administrator can give you one."
	}
	return e
}

// treeWords says how much there is: "12 sites in 6 units, 1 of them inactive."
func treeWords(t org.Tree) string {
	s := plural(len(t.Sites), "site")
	if len(t.Units) > 0 {
		s += " in " + plural(len(t.Units), "unit")
	}
	closed := 0
	for _, x := range t.Sites {
		if !x.Active {
			closed++
		}
	}
	switch {
	case closed == 1:
		s += ", 1 site inactive"
	case closed > 1:
		s += ", " + strconv.Itoa(closed) + " sites inactive"
	}
	return s + "."
}

// count adds up what the tree shows.
func (v *sitesView) count(b branch) {
	if b.Site != nil {
		v.Sites++
		if b.Site.Point != nil {
			v.Placed++
		}
	}
	for _, c := range b.Children {
		v.count(c)
	}
}

// placedWords says how many of the sites the map shows.
func (v sitesView) placedWords() string {
	if v.Placed == v.Sites {
		return plural(v.Sites, "site") + " on the map"
	}
	return strconv.Itoa(v.Placed) + " of " + plural(v.Sites, "site") + " on the map; the others have no position yet"
}

// treeOf puts units and sites together. A unit whose parent the actor does not see stands at the top. With a search only what has its
// words in the code, name or address is left, with the units that lead there.
func treeOf(t org.Tree, who actor.Actor, search string) []branch {
	g := grower{who: who, search: fold.Key(search), units: newUnitPaths(t.Units), below: map[id.Unit][]org.Unit{}, in: map[id.Unit][]org.Site{},
		open: len(t.Sites) <= openUpTo || search != ""}
	var tops []org.Unit
	for _, u := range t.Units {
		if u.Parent == nil || !g.sees(*u.Parent) {
			tops = append(tops, u)
			continue
		}
		g.below[*u.Parent] = append(g.below[*u.Parent], u)
	}
	var loose []org.Site
	for _, s := range t.Sites {
		if s.Unit == nil || !g.sees(*s.Unit) {
			loose = append(loose, s)
			continue
		}
		g.in[*s.Unit] = append(g.in[*s.Unit], s)
	}
	return g.grow(tops, loose, true)
}

// grower makes branches.
type grower struct {
	who    actor.Actor
	search string
	open   bool
	units  unitPaths
	below  map[id.Unit][]org.Unit
	in     map[id.Unit][]org.Site
}

func (g grower) sees(u id.Unit) bool { _, ok := g.units[u]; return ok }

// fits says that a search finds a text.
func (g grower) fits(text string) bool {
	return g.search == "" || strings.Contains(fold.Key(text), g.search)
}

func (g grower) grow(units []org.Unit, sites []org.Site, top bool) []branch {
	var out []branch
	for _, u := range units {
		b := branch{Text: u.Name, Code: u.Code, Shut: !u.Active, Open: g.open || top}
		if g.who.In(org.CanReadUnit, u.ID) {
			b.Href = "/units/" + u.ID.String()
		}
		inner := g
		if g.search != "" && g.fits(u.Code+" "+u.Name) {
			inner.search = "" // the unit itself is what was looked for: all in it is shown
		}
		b.Children = inner.grow(g.below[u.ID], g.in[u.ID], false)
		for _, c := range b.Children {
			b.sites += c.sites
		}
		b.Note = plural(b.sites, "site")
		if g.search == "" || inner.search == "" || len(b.Children) > 0 {
			out = append(out, b)
		}
	}
	slices.SortStableFunc(out, func(a, b branch) int { return strings.Compare(fold.Key(a.Text), fold.Key(b.Text)) })
	for _, s := range sites {
		if g.fits(s.Code + " " + s.Name + " " + s.Address) {
			out = append(out, branch{Text: s.Name, Code: s.Code, Href: "/sites/" + s.ID.String(), Shut: !s.Active, Site: &s, sites: 1})
		}
	}
	return out
}
