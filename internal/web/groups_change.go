package web

import (
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/people"
)

// newGroup asks about a new group; ?kind= says of what.
func (p *pages) newGroup(w http.ResponseWriter, r *http.Request) error {
	if err := actor.From(r.Context()).RequireEverywhere(people.CanCreateGroup); err != nil {
		return err
	}
	kind, err := kindOf(r.URL.Query().Get("kind"))
	if err != nil {
		return err
	}
	return p.askGroup(w, r, people.Group{Kind: kind}, newForm("active", "true"), nil)
}

// createGroup adds a group, or finds others who could join it.
func (p *pages) createGroup(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, groupNames...)
	if err != nil {
		return err
	}
	kind, err := kindOf(f.text("kind"))
	if err != nil {
		return err
	}
	g := people.Group{Kind: kind}
	if f.text("op") == "find" {
		return p.askGroup(w, r, g, f, nil)
	}
	who := actor.From(r.Context())
	in, err := p.readGroup(r.Context(), who, &f, g)
	if err != nil {
		return err
	}
	var made people.Group
	if err = f.readable(&in); err == nil {
		made, err = p.People.CreateGroup(r.Context(), who, in)
	}
	if err != nil {
		return p.askGroup(w, r, g, f, err)
	}
	return p.seeOther(w, r, "/groups/"+made.ID.String(), made.Name+" is added")
}

// editGroup asks what is to change about a group.
func (p *pages) editGroup(w http.ResponseWriter, r *http.Request) error {
	g, err := p.groupFor(r, people.CanUpdateGroup)
	if err != nil {
		return err
	}
	lead, err := p.personText(r.Context(), actor.From(r.Context()), g.Lead)
	if err != nil {
		return err
	}
	f := groupForm(g, lead)
	f.set("version", number(g.Version))
	return p.askGroup(w, r, g, f, nil)
}

// updateGroup changes a group and its members, or finds others who could join it.
func (p *pages) updateGroup(w http.ResponseWriter, r *http.Request) error {
	g, err := p.groupFor(r, people.CanUpdateGroup)
	if err != nil {
		return err
	}
	f, err := readForm(r, groupNames...)
	if err != nil {
		return err
	}
	if f.text("op") == "find" {
		return p.askGroup(w, r, g, f, nil)
	}
	who := actor.From(r.Context())
	in, err := p.readGroup(r.Context(), who, &f, g)
	if err != nil {
		return err
	}
	version := f.version()
	if err = f.readable(&in); err == nil {
		g, err = keep(g)(p.People.UpdateGroup(r.Context(), who, g.ID, version, in))
	}
	if err != nil {
		return p.askGroup(w, r, g, f, err)
	}
	return p.seeOther(w, r, "/groups/"+g.ID.String(), g.Name+" is changed")
}
