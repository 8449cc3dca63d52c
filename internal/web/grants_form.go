package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// grantNames are the fields of the form that gives a role.
var grantNames = []string{"person_id", "role_id", "place"}

// everywhere is the place of a role that holds in the whole organisation.
const everywhere = "everywhere"

// readGrant reads what was typed to give a role.
func (p *pages) readGrant(ctx context.Context, who actor.Actor, f *form) (org.GrantInput, error) {
	var in org.GrantInput
	kind, text, _ := strings.Cut(f.text("place"), ":")
	at := form{values: map[string][]string{"place": {text}}}
	switch kind {
	case "unit":
		in.Unit = ref[id.Unit](&at, "place")
	case "site":
		in.Site = ref[id.Site](&at, "place")
	}
	if kind != everywhere && in.Unit == nil && in.Site == nil {
		f.check.Add("place", "required", "Choose where the role is to hold.")
	}
	if role := ref[id.Role](f, "role_id"); role != nil {
		in.Role = *role
	}
	person, err := p.readPerson(ctx, who, f, "person_id", nil)
	if person != nil {
		in.Person = *person
	}
	return in, err
}

// newGrant asks who is to have which role where; ?person=, ?role= say what is known already.
func (p *pages) newGrant(w http.ResponseWriter, r *http.Request) error {
	q := form{values: r.URL.Query()}
	who := actor.From(r.Context())
	person := ref[id.Person](&q, "person")
	if err := q.check.Err(); err != nil {
		return fault.Missing("person")
	}
	name := ""
	if person != nil {
		x, err := p.People.GetPerson(r.Context(), who, *person)
		if err != nil {
			return err
		}
		name = personLabel(x)
	}
	return p.askGrant(w, r, newForm("person_id", name, "role_id", q.text("role")), nil)
}

// createGrant gives a role.
func (p *pages) createGrant(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	f, err := readForm(r, grantNames...)
	if err != nil {
		return err
	}
	in, err := p.readGrant(r.Context(), who, &f)
	if err != nil {
		return err
	}
	var g org.Grant
	if err = f.readable(&in); err == nil {
		g, err = p.Org.CreateGrant(r.Context(), who, in)
	}
	if err != nil {
		return p.askGrant(w, r, f, atPlace(who, err))
	}
	return p.seeOther(w, r, "/people/"+g.Person.String(), g.PersonName+" is now "+g.RoleName)
}

// atPlace puts what the use case said about units and sites to the one field that asks for both, and a refusal to the role: it is about
// this role there, and another can be chosen.
func atPlace(who actor.Actor, err error) error {
	f := *fault.As(err)
	if f.Kind == fault.Forbidden && who.Can(org.CanCreateGrant) {
		refusal := fault.Of(fault.Invalid, "You cannot give this role there.").Because(err)
		refusal.Fields = []fault.Field{{Path: "role_id", Code: "beyond", Message: "There this role may do more than you. Choose another role, or a place where you may do as much."}}
		return refusal
	}
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return err
	}
	f.Fields = slices.Clone(f.Fields)
	for i, x := range f.Fields {
		if x.Path == "unit_id" || x.Path == "site_id" {
			f.Fields[i].Path = "place"
		}
	}
	return &f
}

// askGrant shows the form that gives a role. f is what it shows, refusal what the use case said to it.
func (p *pages) askGrant(w http.ResponseWriter, r *http.Request, f form, refusal error) error {
	who := actor.From(r.Context())
	faults := faultsOf(refusal)
	person, ok, err := p.personField(r.Context(), who, ui.Field{Name: "person_id", Label: "Person", Value: f.text("person_id"), Error: faults.At("person_id")})
	if err != nil {
		return err
	}
	if !ok {
		return who.Require(people.CanReadPerson)
	}
	roles, err := p.roles(r.Context(), who)
	if err != nil {
		return err
	}
	t, err := p.placesSeen(r.Context(), who)
	if err != nil {
		return err
	}
	role := ui.Field{Name: "role_id", Label: "Role", Kind: ui.Select, Error: faults.At("role_id"), Options: roleChoices(roles, who, f.text("role_id")),
		Help: "Those that may do nothing which you may not do yourself."}
	place := ui.Field{Name: "place", Label: "Where it holds", Kind: ui.Select, Error: faults.At("place"), Options: placeChoices(t, who, f.text("place")),
		Help: "In a unit it holds for all that stands below it, and for what is added later."}
	a := asking{Title: "Give a role", Sub: "It holds from their next click.", Crumbs: []ui.Link{{Text: "Roles given", Href: "/grants"}}, Sheet: sheet{
		Action: "/grants", Draft: "grant:new", Faults: faults, Fields: []ui.Field{person.Field, role, place}, Body: together(suggested(person), ui.Asked(role), ui.Asked(place)),
		Go: "Give the role", Back: "/grants"}}
	if !who.Can(org.CanReadGrant) {
		a.Crumbs, a.Sheet.Back = nil, "/people"
	}
	return p.ask(w, r, a, refusal)
}

// roleChoices are the roles that the actor may hand out somewhere.
func roleChoices(roles []org.Role, who actor.Actor, chosen string) []ui.Option {
	out := []ui.Option{{Value: "", Label: "Choose a role", Selected: chosen == ""}}
	for _, x := range roles {
		beyond := slices.ContainsFunc(x.Permissions, func(p actor.Permission) bool { return !who.Can(p) })
		if !beyond || x.ID.String() == chosen {
			out = append(out, ui.Option{Value: x.ID.String(), Label: x.Name, Selected: x.ID.String() == chosen})
		}
	}
	return keepChosen(out, chosen, "A role that is gone")
}

// placeChoices are the places where the actor may give roles: everywhere, units by the way that leads to them, and sites by code.
func placeChoices(t org.Tree, who actor.Actor, chosen string) []ui.Option {
	out := []ui.Option{{Value: "", Label: "Choose a place", Selected: chosen == ""}}
	if who.Everywhere(org.CanCreateGrant) {
		out = append(out, ui.Option{Value: everywhere, Label: "Everywhere", Selected: chosen == everywhere})
	}
	for _, o := range unitChoices(t, who, where{need: org.CanCreateGrant}) {
		if o.Value != "" {
			out = append(out, ui.Option{Value: "unit:" + o.Value, Label: o.Label, Group: "In a unit", Selected: chosen == "unit:"+o.Value})
		}
	}
	for _, o := range siteChoices(t.Sites, who, org.CanCreateGrant, "", "") {
		out = append(out, ui.Option{Value: "site:" + o.Value, Label: o.Label, Group: "At a site", Selected: chosen == "site:"+o.Value})
	}
	return keepChosen(out, chosen, "A place that you do not see")
}
