package web

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// getPerson shows a person.
func (p *pages) getPerson(w http.ResponseWriter, r *http.Request) error {
	person, err := pathID[id.Person](r, "person")
	if err != nil {
		return err
	}
	return p.showPerson(w, r, http.StatusOK, person, ui.Note{})
}

// showPerson writes a person's page, with a note above it when something could not be done.
func (p *pages) showPerson(w http.ResponseWriter, r *http.Request, status int, person id.Person, note ui.Note) error {
	v, err := p.visit(r, "Person")
	if err != nil {
		return err
	}
	x, err := p.People.GetPerson(r.Context(), v.who, person)
	if err != nil {
		return err
	}
	v.frame.Title = x.Name
	facts, err := p.personFacts(r.Context(), v, x)
	if err != nil {
		return err
	}
	invitation, err := p.inviteCard(r.Context(), v, x)
	if err != nil {
		return err
	}
	roles, err := p.rolesCard(r.Context(), v, x)
	if err != nil {
		return err
	}
	ways, err := p.waysCards(r.Context(), v, x)
	if err != nil {
		return err
	}
	changes, err := p.history(r.Context(), v, person)
	if err != nil {
		return err
	}
	main := within(stacked(), together(invitation, roles, ways, changes))
	return p.show(w, r, status, v, ui.Headed(personHead(v, x)), noted(note), within(split(), together(main, ui.Stated(facts))))
}

func personHead(v visit, x people.Person) ui.Head {
	at := "/people/" + x.ID.String()
	h := ui.Head{Title: x.Name, Code: x.Code, Crumbs: []ui.Link{{Text: "People", Href: "/people"}}}
	if !x.Active {
		h.Pill = ui.Pill{Tone: ui.Shut, Text: "Inactive"}
		h.Sub = "Cannot sign in. What they did stays."
	}
	if mayAt(v.who, auth.CanSetPassword, x.HomeSite) && x.ID != v.who.Person() {
		h.Acts = append(h.Acts, ui.Action{Text: "Give a password", Icon: "key", Href: at + "/password"})
	}
	if mayAt(v.who, auth.CanImpersonate, x.HomeSite) && x.ID != v.who.Person() && x.Active {
		h.Acts = append(h.Acts, ui.Action{Text: "Act as them", Icon: "eye", Href: at + "/impersonate"})
	}
	if mayAt(v.who, people.CanUpdatePerson, x.HomeSite) {
		h.Acts = append(h.Acts, ui.Action{Text: "Change", Icon: "edit", Href: at + "/edit", Primary: true})
	}
	return h
}

// mayAt says that the actor may do something about a person with a home site, or without one.
func mayAt(who actor.Actor, p actor.Permission, home *id.Site) bool {
	if home == nil {
		return who.Everywhere(p)
	}
	return who.At(p, *home)
}

// personFacts gathers the facts about a person. Two labels say where they may break: the column is narrow.
func (p *pages) personFacts(ctx context.Context, v visit, x people.Person) (ui.Facts, error) {
	f := ui.Facts{Title: "About them", Items: []ui.Fact{
		{Label: "Login", Value: x.Login}, {Label: "E-mail", Value: x.Email}, {Label: "Mobile", Value: x.Mobile}}}
	home := ui.Fact{Label: "Home site", Value: x.SiteName}
	if x.HomeSite != nil && v.who.At(org.CanReadSite, *x.HomeSite) {
		home.Href = "/sites/" + x.HomeSite.String()
	}
	f.Items = append(f.Items, home)
	if err := p.personFact(ctx, v, &f, "Manager", x.Manager); err != nil {
		return f, err
	}
	if err := p.lookupFact(ctx, v, &f, "Depart\u00adment", x.Department); err != nil {
		return f, err
	}
	return f, p.lookupFact(ctx, v, &f, "Desig\u00adnation", x.Designation)
}

// rolesCard shows which roles somebody has and where, to those who may see that.
func (p *pages) rolesCard(ctx context.Context, v visit, x people.Person) (templ.Component, error) {
	if !mayAt(v.who, org.CanReadGrant, x.HomeSite) {
		return together(), nil
	}
	found, err := p.Org.ListGrants(ctx, v.who, org.GrantFilter{Person: &x.ID}, page.Request{Limit: page.Max})
	if err != nil {
		return nil, err
	}
	card := ui.Card{Title: "Roles", Acts: []ui.Action{{Text: "May they, and why?", Href: whyPath(x.ID, org.Question{})}}}
	if v.who.Can(org.CanCreateGrant) && x.Active {
		card.Acts = append(card.Acts, ui.Action{Text: "Give a role", Icon: "plus", Href: "/grants/new?person=" + x.ID.String()})
	}
	list := ui.List{ID: "roles", Caption: "Roles of " + x.Name, Columns: []ui.Column{{Label: "Role", Slot: ui.Subject}, {Label: "Where"}, {Label: "Since", Slot: ui.Third}, {Label: "", Slot: ui.Status}},
		More: ui.Pager{Shown: len(found.Items), Noun: "roles"}}
	if len(found.Items) == 1 {
		list.More.Noun = "role"
	}
	for _, g := range found.Items {
		row := ui.Row{Cells: []ui.Cell{{Text: g.RoleName}, placeCell(g), {Text: day(g.Created, v.now, v.zone)}, takeCell(v.who, g, "/people/"+x.ID.String())}}
		if v.who.Can(org.CanReadRole) {
			row.Href = "/roles/" + g.Role.String()
		}
		list.Rows = append(list.Rows, row)
	}
	return section(card, list, x.Name+" has no role yet, and may do nothing but sign in."), nil
}

// waysCards show how somebody else gets in: their second steps, where they are signed in, and their phones, as far as one may see it.
func (p *pages) waysCards(ctx context.Context, v visit, x people.Person) (templ.Component, error) {
	if x.ID == v.who.Person() {
		return together(), nil
	}
	w, err := p.Auth.WaysOf(ctx, v.who, x.ID)
	if err != nil {
		return nil, err
	}
	return together(factorsCard(v, x, w), sessionsCard(v, x, w.Sessions), devicesCard(v, x, w.Devices)), nil
}

// sessionsCard shows where somebody is signed in, to those who may see that.
func sessionsCard(v visit, x people.Person, all []auth.Session) templ.Component {
	if !mayAt(v.who, auth.CanReadSession, x.HomeSite) {
		return together()
	}
	at := "/people/" + x.ID.String() + "/sessions"
	card := ui.Card{Title: "Signed in"}
	list := sessionList(v, all, at)
	if !mayAt(v.who, auth.CanEndSession, x.HomeSite) {
		dropColumn(&list, len(list.Columns)-1)
	} else if len(all) > 1 {
		card.Acts = []ui.Action{{Text: "End all", Icon: "exit", Post: at + "/end", Danger: true, About: "sessions of " + x.Name, Confirm: endAll(x)}}
	}
	return section(card, list, "Nowhere at the moment.")
}

func endAll(x people.Person) ui.Confirm {
	return ui.Confirm{Title: "End all sessions of " + x.Name + "?", Go: "End all sessions", Text: "They are signed out everywhere at once, and can sign in again with their password."}
}
