package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// peopleQuery is what the list of people is narrowed to, as the address has it.
type peopleQuery struct {
	filter people.PersonFilter
	search string
	site   string
	all    bool // inactive people too
}

func readPeopleQuery(values url.Values) (peopleQuery, error) {
	f := form{values: values}
	q := peopleQuery{search: strings.TrimSpace(values.Get("q")), site: values.Get("site"), all: values.Get("state") == "all"}
	q.filter = people.PersonFilter{Search: q.search, Inactive: q.all, Site: ref[id.Site](&f, "site")}
	return q, f.check.Err()
}

// address gives the list's address with its filters and one parameter more; "" leaves that out.
func (q peopleQuery) address(name, value string) string {
	v := url.Values{}
	for n, x := range map[string]string{"q": q.search, "site": q.site, name: value} {
		if n != "" && x != "" {
			v.Set(n, x)
		}
	}
	if q.all {
		v.Set("state", "all")
	}
	if len(v) == 0 {
		return "/people"
	}
	return "/people?" + v.Encode()
}

func (q peopleQuery) narrow() bool { return q.search != "" || q.site != "" }

// listPeople shows the people whom the actor sees, by name.
func (p *pages) listPeople(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "People")
	if err != nil {
		return err
	}
	q, err := readPeopleQuery(r.URL.Query())
	if err != nil {
		return err
	}
	found, err := p.People.ListPeople(r.Context(), v.who, q.filter, page.Request{After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	filters, err := p.peopleFilters(r.Context(), v.who, q)
	if err != nil {
		return err
	}
	head := ui.Head{Title: "People", Sub: "Members of staff: who can sign in, and who cannot yet."}
	if v.who.Can(people.CanCreatePerson) {
		head.Acts = []ui.Action{{Text: "New person", Icon: "plus", Href: "/people/new", Primary: true}}
	}
	head.Acts = exportActs(v, r, "people", head.Acts...)
	var body templ.Component
	if len(found.Items) == 0 {
		body = emptied("people", noPeople(v.who, q))
	} else {
		list, err := p.peopleList(r.Context(), v.who, found.Items)
		if err != nil {
			return err
		}
		if !q.all {
			dropColumn(&list, len(list.Columns)-1) // all are active
		}
		if found.Next != "" {
			list.More.Next = q.address("after", found.Next)
		}
		body = ui.Listed(list)
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Narrowed(filters), body)
}

func noPeople(who actor.Actor, q peopleQuery) ui.Empty {
	e := ui.Empty{Icon: "people", Title: "Nobody here", Text: "Nobody of those whom you see fits. People who left are shown with the state “Inactive too”."}
	switch {
	case q.search != "":
		e.Title = "Nobody with “" + cut(q.search, 60) + "” in their name, code, login or number"
		e.Act = ui.Action{Text: "Show everybody", Href: "/people"}
	case q.narrow():
		e.Title = "Nobody is at home at this site"
		e.Act = ui.Action{Text: "Show everybody", Href: "/people"}
	case who.Can(people.CanCreatePerson):
		e.Act = ui.Action{Text: "Add the first person", Icon: "plus", Href: "/people/new"}
	}
	return e
}

// peopleFilters offers the search, the sites and the inactive ones.
func (p *pages) peopleFilters(ctx context.Context, who actor.Actor, q peopleQuery) (ui.Filters, error) {
	f := ui.Filters{Action: "/people", List: "people", Search: ui.Search{Name: "q", Label: "Name, code, login or number", Value: q.search}}
	if who.Can(org.CanReadSite) {
		sites, err := p.activeSites(ctx, who)
		if err != nil {
			return f, err
		}
		f.Fields = append(f.Fields, ui.Field{Name: "site", Label: "Home site", Kind: ui.Select, Optional: true, Options: siteChoices(sites, who, people.CanReadPerson, "Any", q.site)})
	}
	f.Fields = append(f.Fields, ui.Field{Name: "state", Label: "State", Kind: ui.Select, Optional: true, Options: []ui.Option{
		{Value: "", Label: "Active"}, {Value: "all", Label: "Inactive too", Selected: q.all}}})
	return f, nil
}

// activeSites gives the sites to choose from, by code.
func (p *pages) activeSites(ctx context.Context, who actor.Actor) ([]org.Site, error) {
	if !who.Can(org.CanReadSite) {
		return nil, nil
	}
	return remembered(ctx, p, who, "sites", func(ctx context.Context) ([]org.Site, error) {
		return allPages(func(q page.Request) (page.Of[org.Site], error) { return p.Org.ListSites(ctx, who, org.SiteFilter{}, q) })
	})
}

// peopleList makes the rows: name, code, roles, home site, how to reach them.
func (p *pages) peopleList(ctx context.Context, who actor.Actor, found []people.Person) (ui.List, error) {
	l := ui.List{ID: "people", Caption: "People by name", More: ui.Pager{Shown: len(found), Noun: "people"}, Columns: []ui.Column{
		{Label: "Name", Slot: ui.Subject}, {Label: "Code"}, {Label: "Home site"}, {Label: "Roles"}, {Label: "Contact", Slot: ui.Third}, {Label: "State", Slot: ui.Status}}}
	if len(found) == 1 {
		l.More.Noun = "person"
	}
	roles := map[id.Person][]org.Grant{}
	if who.Can(org.CanReadGrant) {
		ids := make([]id.Person, len(found))
		for i, x := range found {
			ids[i] = x.ID
		}
		var err error
		if roles, err = p.Org.GrantsOf(ctx, who, ids); err != nil {
			return l, err
		}
	}
	for _, x := range found {
		l.Rows = append(l.Rows, ui.Row{Href: "/people/" + x.ID.String(), Cells: []ui.Cell{
			{Who: x.Name}, {Code: x.Code}, {Text: x.SiteName}, {Text: roleNames(roles[x.ID])}, contactCell(x), stateCell(x.Active)}})
	}
	if !who.Can(org.CanReadGrant) {
		dropColumn(&l, 3)
	}
	return l, nil
}

// dropColumn takes a column out of a list.
func dropColumn(l *ui.List, at int) {
	l.Columns = slices.Delete(l.Columns, at, at+1)
	for i, r := range l.Rows {
		l.Rows[i].Cells = slices.Delete(r.Cells, at, at+1)
	}
}

// contactCell shows how to reach somebody: the number first, the address below.
func contactCell(x people.Person) ui.Cell {
	if x.Mobile == "" {
		return ui.Cell{Text: x.Email}
	}
	return ui.Cell{Text: x.Mobile, Note: x.Email}
}

// roleNames lists the roles of grants, each once.
func roleNames(grants []org.Grant) string {
	var names []string
	seen := map[id.Role]bool{}
	for _, g := range grants {
		if !seen[g.Role] {
			seen[g.Role] = true
			names = append(names, g.RoleName)
		}
	}
	return strings.Join(names, ", ")
}
