package web

import (
	"net/http"
	"strconv"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// listChecklists shows the checklists, by name.
func (p *pages) listChecklists(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Checklists")
	if err != nil {
		return err
	}
	given := givenOf(r, "q", "kind", "site", "inactive")
	f := form{values: given}
	filter := checklist.Filter{Search: f.text("q"), Kind: checklist.Kind(f.text("kind")), Site: ref[id.Site](&f, "site"), Inactive: f.yes("inactive")}
	if err := f.check.Err(); err != nil {
		return err
	}
	found, err := p.Checks.List(r.Context(), v.who, filter, page.Request{Limit: questionPage, After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	sites, err := p.activeSites(r.Context(), v.who)
	if err != nil {
		return err
	}
	kinds := []ui.Option{{Label: "Anything", Selected: filter.Kind == ""}}
	for _, k := range checklist.Kinds() {
		kinds = append(kinds, ui.Option{Value: string(k), Label: k.Label(), Selected: filter.Kind == k})
	}
	narrow := ui.Filters{Action: checklistsPath, List: "checklists-part", Search: ui.Search{Name: "q", Label: "Name of a checklist", Value: filter.Search}, Fields: []ui.Field{
		{Name: "kind", Label: "For", Kind: ui.Select, Optional: true, Options: kinds},
		{Name: "site", Label: "Applies at", Kind: ui.Select, Optional: true, Options: siteChoices(sites, v.who, org.CanReadSite, "Any", given.Get("site"))}, inactiveFilter(filter.Inactive)}}
	body := ui.Nothing(noChecklists(v, len(given) > 0))
	if len(found.Items) > 0 {
		list := checklistRows(v, found.Items)
		if found.Next != "" {
			list.More.Next = nextPage(checklistsPath, given, found.Next)
		}
		body = ui.Listed(list)
	}
	head := ui.Head{Title: "Checklists", Sub: "What is asked when work is done.", Acts: []ui.Action{{Text: "Questions", Icon: "list", Href: questionsPath}}}
	if v.who.Everywhere(checklist.CanCreate) {
		head.Acts = append(head.Acts, ui.Action{Text: "New checklist", Icon: "plus", Href: checklistsPath + "/new", Primary: true})
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Narrowed(narrow), partOf("checklists-part-list", body))
}

func checklistRows(v visit, found []checklist.Checklist) ui.List {
	l := ui.List{ID: "checklists", Caption: "Checklists, by name", More: ui.Pager{Shown: len(found), Noun: "checklists"}, Columns: []ui.Column{
		{Label: "Checklist", Slot: ui.Subject}, {Label: "State", Slot: ui.Status}, {Label: "Questions", Slot: ui.Amount}, {Label: "Changed", Slot: ui.Third}}}
	if len(found) == 1 {
		l.More.Noun = "checklist"
	}
	for _, c := range found {
		l.Rows = append(l.Rows, ui.Row{Href: checklistsPath + "/" + c.ID.String(), About: c.Name, Cells: []ui.Cell{
			{Text: c.Name, Note: c.Kind.Label()}, {Pill: listPill(c)}, {Text: number(c.Items)}, {Text: moment(c.Updated, v.now, v.zone)}}})
	}
	return l
}

// listPill says whether a checklist is in use.
func listPill(c checklist.Checklist) ui.Pill {
	switch {
	case !c.Active:
		return ui.Pill{Tone: ui.Shut, Text: "Inactive"}
	case c.Form == nil:
		return ui.Pill{Tone: ui.Wait, Text: "Not published"}
	}
	return ui.Pill{Tone: ui.Done, Text: "Version " + strconv.FormatInt(c.Number, 10)}
}

func noChecklists(v visit, narrowed bool) ui.Empty {
	e := ui.Empty{Icon: "list", Title: "No checklists yet", Text: "A checklist says what is asked when a task is done, at which answers somebody is told, and where it applies."}
	switch {
	case narrowed:
		e.Title, e.Text, e.Act = "No checklist fits these filters", "A shorter part of the name finds more.", ui.Action{Text: "Show all checklists", Href: checklistsPath}
	case v.who.Everywhere(checklist.CanCreate):
		e.Act = ui.Action{Text: "New checklist", Icon: "plus", Href: checklistsPath + "/new"}
	}
	return e
}
