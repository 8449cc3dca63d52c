package web

import (
	"net/http"
	"net/url"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// groupsPath is the address of the list of groups, narrowed.
func groupsPath(kind people.GroupKind, search, after string) string {
	v := url.Values{}
	for name, x := range map[string]string{"kind": string(kind), "q": search, "after": after} {
		if x != "" {
			v.Set(name, x)
		}
	}
	if len(v) == 0 {
		return "/groups"
	}
	return "/groups?" + v.Encode()
}

// listGroups shows the groups by name.
func (p *pages) listGroups(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Groups")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	kind, search := people.GroupKind(q.Get("kind")), strings.TrimSpace(q.Get("q"))
	if kind != people.OfPeople && kind != people.OfSites {
		kind = ""
	}
	found, err := p.People.ListGroups(r.Context(), v.who, people.GroupFilter{Kind: kind, Search: search}, page.Request{After: q.Get("after")})
	if err != nil {
		return err
	}
	head := ui.Head{Title: "Groups", Sub: "People, or sites, that are named together."}
	if v.who.Everywhere(people.CanCreateGroup) {
		head.Acts = []ui.Action{{Text: "New group of sites", Icon: "plus", Href: "/groups/new?kind=sites"}, {Text: "New group of people", Icon: "plus", Href: "/groups/new?kind=people", Primary: true}}
	}
	head.Acts = exportActs(v, r, "groups", head.Acts...)
	filters := ui.Filters{Action: "/groups", List: "groups", Search: ui.Search{Name: "q", Label: "Name of a group", Value: search}, Fields: []ui.Field{{Name: "kind", Label: "Of", Kind: ui.Select, Optional: true,
		Options: []ui.Option{{Value: "", Label: "People and sites"}, {Value: "people", Label: "People", Selected: kind == people.OfPeople}, {Value: "sites", Label: "Sites", Selected: kind == people.OfSites}}}}}
	body := emptied("groups", noGroups(v.who, kind, search))
	if len(found.Items) > 0 {
		l := groupList(found.Items)
		if found.Next != "" {
			l.More.Next = groupsPath(kind, search, found.Next)
		}
		body = ui.Listed(l)
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Narrowed(filters), body)
}

func noGroups(who actor.Actor, kind people.GroupKind, search string) ui.Empty {
	e := ui.Empty{Icon: "group", Title: "No groups yet", Text: "A group of people can be given work together; a group of sites is what reports and plans speak of."}
	switch {
	case search != "":
		e.Title = "No group has “" + cut(search, 60) + "” in its name"
		e.Act = ui.Action{Text: "Show all groups", Href: "/groups"}
	case kind != "":
		e.Title = "No groups of " + string(kind) + " yet"
		e.Act = ui.Action{Text: "Show all groups", Href: "/groups"}
	case who.Everywhere(people.CanCreateGroup):
		e.Act = ui.Action{Text: "Add the first group", Icon: "plus", Href: "/groups/new?kind=people"}
	}
	return e
}

func groupList(found []people.Group) ui.List {
	l := ui.List{ID: "groups", Caption: "Groups by name", More: ui.Pager{Shown: len(found), Noun: "groups"}, Columns: []ui.Column{
		{Label: "Name", Slot: ui.Subject}, {Label: "Of"}, {Label: "Members", Slot: ui.Amount}, {Label: "State", Slot: ui.Status}}}
	if len(found) == 1 {
		l.More.Noun = "group"
	}
	for _, g := range found {
		l.Rows = append(l.Rows, ui.Row{Href: "/groups/" + g.ID.String(), Cells: []ui.Cell{{Text: g.Name}, {Text: kindWord(g.Kind)}, {Text: number(g.Count)}, stateCell(g.Active)}})
	}
	return l
}

func kindWord(k people.GroupKind) string {
	if k == people.OfSites {
		return "Sites"
	}
	return "People"
}

// getGroup shows a group.
func (p *pages) getGroup(w http.ResponseWriter, r *http.Request) error {
	group, err := pathID[id.Group](r, "group")
	if err != nil {
		return err
	}
	return p.showGroup(w, r, http.StatusOK, group, ui.Note{})
}

// showGroup writes a group's page, with a note above it when something could not be done.
func (p *pages) showGroup(w http.ResponseWriter, r *http.Request, status int, group id.Group, note ui.Note) error {
	v, err := p.visit(r, "Group")
	if err != nil {
		return err
	}
	g, err := p.People.GetGroup(r.Context(), v.who, group)
	if err != nil {
		return err
	}
	v.frame.Title = g.Name
	facts := ui.Facts{Title: "About it", Items: []ui.Fact{{Label: "Of", Value: kindWord(g.Kind)}}}
	if err := p.personFact(r.Context(), v, &facts, "Lead", g.Lead); err != nil {
		return err
	}
	changes, err := p.history(r.Context(), v, group)
	if err != nil {
		return err
	}
	card, list := groupMembers(v.who, g)
	main := within(stacked(), together(section(card, list, "Nobody whom you see is in it."), softly(membersMissing(g)), changes))
	return p.show(w, r, status, v, ui.Headed(groupHead(v.who, g)), noted(note), within(split(), together(main, ui.Stated(facts))))
}

func groupHead(who actor.Actor, g people.Group) ui.Head {
	at := "/groups/" + g.ID.String()
	h := ui.Head{Title: g.Name, Crumbs: []ui.Link{{Text: "Groups", Href: "/groups"}}}
	if !g.Active {
		h.Pill = ui.Pill{Tone: ui.Shut, Text: "Inactive"}
	}
	if who.Everywhere(people.CanDeleteGroup) {
		h.Acts = append(h.Acts, ui.Action{Text: "Delete", Icon: "trash", Post: at + "/delete", Version: number(g.Version), Danger: true, Confirm: deleteGroup(g)})
	}
	if who.Everywhere(people.CanUpdateGroup) {
		h.Acts = append(h.Acts, ui.Action{Text: "Change", Icon: "edit", Href: at + "/edit", Primary: true})
	}
	return h
}

func deleteGroup(g people.Group) ui.Confirm {
	return ui.Confirm{Title: "Delete the group " + g.Name + "?", Go: "Delete the group", Type: g.Name,
		Text: "Its members stay as they are. The audit trail keeps what the group was."}
}

// groupMembers lists the members whom the actor sees.
func groupMembers(who actor.Actor, g people.Group) (ui.Card, ui.List) {
	l := ui.List{ID: "members", Caption: "Members of " + g.Name + ", by name", Columns: []ui.Column{{Label: kindWord(g.Kind), Slot: ui.Subject}}, More: ui.Pager{Shown: len(g.Members), Noun: "members"}}
	if len(g.Members) == 1 {
		l.More.Noun = "member"
	}
	for _, m := range g.Members {
		row := ui.Row{Cells: []ui.Cell{{Text: m.Name}}}
		switch {
		case m.Person != nil:
			row.Cells[0] = ui.Cell{Who: m.Name}
			if who.Can(people.CanReadPerson) {
				row.Href = "/people/" + m.Person.String()
			}
		case m.Site != nil && who.At(org.CanReadSite, *m.Site):
			row.Href = "/sites/" + m.Site.String()
		}
		l.Rows = append(l.Rows, row)
	}
	return ui.Card{Title: "Members"}, l
}

// membersMissing says what a list of members does not show.
func membersMissing(g people.Group) string {
	missing := int(g.Count) - len(g.Members)
	switch {
	case missing == 1:
		return "1 more is at a site that you do not see."
	case missing > 1:
		return number(int64(missing)) + " more are at sites that you do not see."
	}
	return ""
}

// deleteGroup removes a group, after asking.
func (p *pages) deleteGroup(w http.ResponseWriter, r *http.Request) error {
	g, err := p.groupFor(r, people.CanDeleteGroup)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	ok, err := p.confirmed(w, r, f, confirmDelete(deleteGroup(g), "/groups/"+g.ID.String(), f))
	if !ok {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		err = p.People.DeleteGroup(r.Context(), actor.From(r.Context()), g.ID, version)
	}
	if err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showGroup(w, r, status, g.ID, n) })
	}
	return p.seeOther(w, r, "/groups", g.Name+" is deleted")
}

// groupFor gives the group of the path, when the actor may do something about it.
func (p *pages) groupFor(r *http.Request, need actor.Permission) (people.Group, error) {
	group, err := pathID[id.Group](r, "group")
	if err != nil {
		return people.Group{}, err
	}
	who := actor.From(r.Context())
	g, err := p.People.GetGroup(r.Context(), who, group)
	if err != nil {
		return people.Group{}, err
	}
	return g, who.RequireEverywhere(need)
}
