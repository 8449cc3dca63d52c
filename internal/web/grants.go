package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// listGrants shows who has which role where, in the order in which they were given; ?role= narrows it to one;
// ?may= and ?site= ask who may do something.
func (p *pages) listGrants(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Roles given")
	if err != nil {
		return err
	}
	markArea(&v, r)
	q := form{values: r.URL.Query()}
	role, asked := ref[id.Role](&q, "role"), questionOf(&q)
	if err := q.check.Err(); err != nil {
		return err
	}
	if asked.May != "" {
		return p.listHolders(w, r, v, asked, q.text("after"))
	}
	found, err := p.Org.ListGrants(r.Context(), v.who, org.GrantFilter{Role: role}, page.Request{After: q.text("after")})
	if err != nil {
		return err
	}
	head := ui.Head{Title: "Roles given", Sub: "Who has which role, and where it holds. What you take away is gone at their next click."}
	head.Acts = []ui.Action{{Text: "Who may do what?", Icon: "search", Href: "/grants?may=ticket.update"}}
	if v.who.Can(org.CanCreateGrant) {
		head.Acts = append(head.Acts, ui.Action{Text: "Give a role", Icon: "plus", Href: "/grants/new", Primary: true})
	}
	filters, err := p.grantFilters(r.Context(), v.who, q.text("role"))
	if err != nil {
		return err
	}
	var body templ.Component
	if len(found.Items) == 0 {
		body = emptied("grants", noGrants(v.who, role != nil))
	} else {
		list := grantList(v, found.Items, "/grants")
		if found.Next != "" {
			list.More.Next = "/grants?" + url.Values{"role": {q.text("role")}, "after": {found.Next}}.Encode()
		}
		body = ui.Listed(list)
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), filters, body)
}

func noGrants(who actor.Actor, narrow bool) ui.Empty {
	e := ui.Empty{Icon: "key", Title: "Nobody has a role", Text: "Without a role one may do nothing but sign in."}
	switch {
	case narrow:
		e.Title, e.Text = "Nobody whom you see has this role", "A role that nobody has can be deleted."
		e.Act = ui.Action{Text: "Show all roles given", Href: "/grants"}
	case who.Can(org.CanCreateGrant):
		e.Act = ui.Action{Text: "Give a role", Icon: "plus", Href: "/grants/new"}
	}
	return e
}

// grantFilters narrows the list to one role, for those who may see roles.
func (p *pages) grantFilters(ctx context.Context, who actor.Actor, chosen string) (templ.Component, error) {
	if !who.Can(org.CanReadRole) {
		return together(), nil
	}
	roles, err := p.roles(ctx, who)
	if err != nil {
		return nil, err
	}
	f := ui.Field{Name: "role", Label: "Role", Kind: ui.Select, Optional: true, Options: []ui.Option{{Value: "", Label: "Any"}}}
	for _, x := range roles {
		f.Options = append(f.Options, ui.Option{Value: x.ID.String(), Label: x.Name, Selected: x.ID.String() == chosen})
	}
	return ui.Narrowed(ui.Filters{Action: "/grants", List: "grants", Fields: []ui.Field{f}}), nil
}

// roles gives all roles by code.
func (p *pages) roles(ctx context.Context, who actor.Actor) ([]org.Role, error) {
	return allPages(func(q page.Request) (page.Of[org.Role], error) { return p.Org.ListRoles(ctx, who, q) })
}

// grantList makes the rows of who has which role; back is the page that taking one away returns to.
func grantList(v visit, grants []org.Grant, back string) ui.List {
	l := ui.List{ID: "grants", Caption: "Roles given, in the order in which they were", More: ui.Pager{Shown: len(grants), Noun: "roles given"}, Columns: []ui.Column{
		{Label: "Person", Slot: ui.Subject}, {Label: "Role"}, {Label: "Where"}, {Label: "Since", Slot: ui.Third}, {Label: "", Slot: ui.Status}}}
	if len(grants) == 1 {
		l.More.Noun = "role given"
	}
	for _, g := range grants {
		row := ui.Row{Cells: []ui.Cell{{Who: g.PersonName}, {Text: g.RoleName}, placeCell(g), {Text: day(g.Created, v.now, v.zone)}, takeCell(v.who, g, back)}}
		if v.who.Can(people.CanReadPerson) {
			row.Href = "/people/" + g.Person.String()
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}

// placeCell says where a grant holds.
func placeCell(g org.Grant) ui.Cell {
	switch {
	case g.Site != nil:
		return ui.Cell{Text: "at " + g.PlaceName}
	case g.Unit != nil:
		return ui.Cell{Text: "in " + g.PlaceName, Note: "and all below it"}
	}
	return ui.Cell{Text: "everywhere"}
}

// takeCell offers to take a role away, to who may.
func takeCell(who actor.Actor, g org.Grant, back string) ui.Cell {
	if !mayIn(who, org.CanDeleteGrant, g) {
		return ui.Cell{}
	}
	return ui.Cell{Body: acted(ui.Action{Text: "Take away", Bare: true, Post: "/grants/" + g.ID.String() + "/delete", Name: "back", Value: back,
		About: g.RoleName + " from " + g.PersonName, Confirm: takeAway(g)})}
}

// mayIn says that the actor may do something where a grant holds.
func mayIn(who actor.Actor, p actor.Permission, g org.Grant) bool {
	switch {
	case g.Site != nil:
		return who.At(p, *g.Site)
	case g.Unit != nil:
		return who.In(p, *g.Unit)
	}
	return who.Everywhere(p)
}

func takeAway(g org.Grant) ui.Confirm {
	where := "everywhere"
	if g.PlaceName != "" {
		where = "at " + g.PlaceName
	}
	return ui.Confirm{
		Title: "Take the role " + g.RoleName + " away from " + g.PersonName + "?", Go: "Take it away",
		Text: "What the role allows " + where + " is gone at their next click. You can give it again.",
	}
}

// deleteGrant takes a role away, after asking.
func (p *pages) deleteGrant(w http.ResponseWriter, r *http.Request) error {
	grant, err := pathID[id.Grant](r, "grant")
	if err != nil {
		return err
	}
	f, err := readForm(r, "back")
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	g, err := p.Org.GetGrant(r.Context(), who, grant)
	if err != nil {
		return err
	}
	if !mayIn(who, org.CanDeleteGrant, g) {
		return who.RequireEverywhere(org.CanDeleteGrant)
	}
	back := ownPath(f.text("back"))
	if back == "/" {
		back = "/grants"
	}
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: takeAway(g), Action: "/grants/" + grant.String() + "/delete", Keep: back, Hidden: []ui.Hidden{{Name: "back", Value: back}}})
	if !ok {
		return err
	}
	if err := p.Org.DeleteGrant(r.Context(), who, grant); err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showNote(w, r, status, g, back, n) })
	}
	return p.seeOther(w, r, back, g.RoleName+" is taken away from "+g.PersonName)
}

// showNote says on a page of its own why a role could not be taken away.
func (p *pages) showNote(w http.ResponseWriter, r *http.Request, status int, g org.Grant, back string, n ui.Note) error {
	v, err := p.visit(r, "Error: take a role away")
	if err != nil {
		return err
	}
	markArea(&v, r)
	v.frame.Thin = true
	n.Link = ui.Link{Text: "Go back", Href: back}
	return p.show(w, r, status, v, ui.Headed(ui.Head{Title: g.RoleName + " of " + g.PersonName}), ui.Noted(n))
}
