package web

import (
	"maps"
	"net/http"
	"net/url"
	"strings"

	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/web/ui"
)

// planPage is how many plans a page shows.
const planPage = 50

// listPlans shows the plans, by name.
func (p *pages) listPlans(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Plans")
	if err != nil {
		return err
	}
	given, filter, err := readPlanQuery(r.URL.Query())
	if err != nil {
		return err
	}
	found, err := p.Plans.List(r.Context(), v.who, filter, page.Request{Limit: planPage, After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	sites, err := p.activeSites(r.Context(), v.who)
	if err != nil {
		return err
	}
	narrow := ui.Filters{Action: plansPath, List: "plans-part", Search: ui.Search{Name: "q", Label: "Name of a plan", Value: filter.Search}, Fields: []ui.Field{
		{Name: "site", Label: "Site", Kind: ui.Select, Optional: true, Options: siteChoices(sites, v.who, plan.CanRead, "Any", given.Get("site"))},
		{Name: "kind", Label: "Kind", Kind: ui.Select, Optional: true, Options: planKinds("Any", given.Get("kind"))},
		{Name: "inactive", Label: "Inactive", Kind: ui.Select, Optional: true, Options: []ui.Option{{Label: "Without", Selected: !filter.Inactive}, {Value: "true", Label: "With", Selected: filter.Inactive}}},
	}}
	body := ui.Nothing(noPlans(v, len(given) > 0))
	if len(found.Items) > 0 {
		list := planRows(found.Items)
		if found.Next != "" {
			again := maps.Clone(given)
			again.Set("after", found.Next)
			list.More.Next = plansPath + "?" + again.Encode()
		}
		body = ui.Listed(list)
	}
	head := ui.Head{Title: "Plans", Sub: "What comes again: each brings its tasks by itself."}
	if v.who.Can(plan.CanCreate) {
		head.Acts = append(head.Acts, ui.Action{Text: "New plan", Icon: "plus", Href: plansPath + "/new", Primary: true})
	}
	head.Acts = exportActs(v, r, "plans", head.Acts...)
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), ui.Narrowed(narrow), plansPart(body))
}

// readPlanQuery reads by what the list of plans is narrowed.
func readPlanQuery(q url.Values) (given url.Values, filter plan.Filter, err error) {
	given = url.Values{}
	for _, name := range []string{"q", "site", "kind", "post", "inactive"} {
		if x := strings.TrimSpace(q.Get(name)); x != "" {
			given.Set(name, x)
		}
	}
	f := form{values: given}
	filter = plan.Filter{Site: ref[id.Site](&f, "site"), Kind: plan.Kind(f.text("kind")), Post: ref[id.Post](&f, "post"), Search: f.text("q"), Inactive: f.yes("inactive")}
	return given, filter, f.check.Err()
}

func planRows(found []plan.Plan) ui.List {
	l := ui.List{ID: "plans", Caption: "Plans, by name", More: ui.Pager{Shown: len(found), Noun: "plans"}, Columns: []ui.Column{
		{Label: "Plan", Slot: ui.Subject}, {Label: "State", Slot: ui.Status}, {Label: "When"}, {Label: "With", Slot: ui.Third}}}
	if len(found) == 1 {
		l.More.Noun = "plan"
	}
	for _, x := range found {
		note := x.SiteName + " · " + x.Kind.Label()
		if x.AssetName != "" {
			note += " · " + x.AssetName
		}
		with := ui.Cell{Who: x.PersonName}
		if x.Group != nil {
			with = ui.Cell{Body: ui.Grouped(x.GroupName)}
		}
		if x.Post != nil {
			with = ui.Cell{Text: x.PostName, Note: "Whoever holds the post"}
		}
		l.Rows = append(l.Rows, ui.Row{Href: plansPath + "/" + x.ID.String(), About: x.Name, Cells: []ui.Cell{
			{Text: x.Name, Note: note}, {Pill: activePill(x.Active)}, {Text: capital(x.Words())}, with}})
	}
	return l
}

func activePill(active bool) ui.Pill {
	if active {
		return ui.Pill{Tone: ui.Done, Text: "Active"}
	}
	return ui.Pill{Tone: ui.Shut, Text: "Inactive"}
}

func noPlans(v visit, narrowed bool) ui.Empty {
	e := ui.Empty{Icon: "cal", Title: "No plans yet", Text: "A plan says what is to be done again and again, when, and by whom. Its tasks come by themselves."}
	switch {
	case narrowed:
		e.Title, e.Text, e.Act = "No plan fits these filters", "A shorter part of the name finds more.", ui.Action{Text: "Show all plans", Href: plansPath}
	case v.who.Can(plan.CanCreate):
		e.Act = ui.Action{Text: "New plan", Icon: "plus", Href: plansPath + "/new"}
	}
	return e
}
