package web

import (
	"context"
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/web/ui"
)

// unitNames are the fields of the form about a unit.
var unitNames = []string{"code", "name", "parent_id", "kind_id", "active"}

func unitForm(u org.Unit) form {
	return newForm("code", u.Code, "name", u.Name, "parent_id", refText(u.Parent), "kind_id", refText(u.Kind), "active", yesNo(u.Active))
}

// readUnit reads what was typed about a unit. What the form did not ask stays as it was.
func readUnit(f *form, was org.Unit) org.UnitInput {
	in := org.UnitInput{Parent: was.Parent, Kind: was.Kind, Code: f.text("code"), Name: f.text("name"), Active: f.yes("active")}
	if f.asked("parent_id") {
		in.Parent = ref[id.Unit](f, "parent_id")
	}
	if f.asked("kind_id") {
		in.Kind = ref[id.Lookup](f, "kind_id")
	}
	return in
}

// unitQuestions makes the questions about a unit, with what f has in them. put says where the unit may be put.
func (p *pages) unitQuestions(ctx context.Context, v visit, t org.Tree, f form, faults ui.Faults, put where) ([]ui.Field, error) {
	put.chosen = f.text("parent_id")
	parent := ui.Field{Name: "parent_id", Label: "Stands in", Kind: ui.Select, Options: unitChoices(t, v.who, put)}
	if put.below != nil {
		parent.Help = "All that stands in it moves along, and so do the roles that people have there."
	}
	kinds, err := p.lookupChoices(ctx, v.who, org.UnitKind, f.text("kind_id"))
	if err != nil {
		return nil, err
	}
	out := []ui.Field{
		{Name: "code", Label: "Code", Help: "Short, as people read it aloud. For example PUNE.", Width: "mid", Literal: true, Max: 30},
		{Name: "name", Label: "Name", Max: 200},
		parent,
	}
	if kinds != nil {
		out = append(out, ui.Field{Name: "kind_id", Label: "Kind", Help: "A region, a branch, a zone: whatever your lookups call it.", Kind: ui.Select, Optional: true, Options: kinds})
	}
	out = append(out, ui.Field{Name: "active", Label: "Active", Kind: ui.Checkbox, Checked: f.yes("active")})
	for i := range out {
		out[i].Value, out[i].Error = f.text(out[i].Name), faults.At(out[i].Name)
	}
	return out, nil
}

// askUnit shows the form about a unit: a new one when u has no id. f is what it shows, refusal what the use case said to it.
func (p *pages) askUnit(w http.ResponseWriter, r *http.Request, u org.Unit, f form, refusal error) error {
	v, err := p.visit(r, "")
	if err != nil {
		return err
	}
	t, err := p.placesSeen(r.Context(), v.who)
	if err != nil {
		return err
	}
	put := where{need: org.CanCreateUnit, top: "Nothing: it stands at the top"}
	at, a := "/units", asking{Title: "New unit", Sub: "A region, a branch, a zone. Sites stand in units, and a role may hold in one.", Crumbs: []ui.Link{{Text: "Sites", Href: "/sites"}}}
	a.Sheet = sheet{Action: at, Draft: "unit:new", Go: "Add the unit", Back: "/sites"}
	if !u.ID.IsZero() {
		at = "/units/" + u.ID.String()
		put.need, put.atTop, put.below = org.CanUpdateUnit, u.Parent == nil, &u.ID
		a.Title, a.Sub, a.Crumbs = "Change "+u.Name, "", append(a.Crumbs, ui.Link{Text: u.Name, Href: at})
		a.Sheet = sheet{Action: at, Draft: "unit:" + u.ID.String(), Version: f.text("version"), Go: "Save the unit", Back: at}
	}
	a.Sheet.Faults = faultsOf(refusal)
	if a.Sheet.Fields, err = p.unitQuestions(r.Context(), v, t, f, a.Sheet.Faults, put); err != nil {
		return err
	}
	err = refused(&a.Sheet, refusal, "unit", at+"/edit", func(now org.Unit) ([]ui.Field, int64, error) {
		theirs, err := p.unitQuestions(r.Context(), v, t, unitForm(now), ui.Faults{}, put)
		return theirs, now.Version, err
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, a, refusal)
}

// newUnit asks about a new unit; ?unit= says where it is to stand.
func (p *pages) newUnit(w http.ResponseWriter, r *http.Request) error {
	return p.askUnit(w, r, org.Unit{}, newForm("parent_id", r.URL.Query().Get("unit"), "active", "true"), nil)
}

// createUnit adds a unit.
func (p *pages) createUnit(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, unitNames...)
	if err != nil {
		return err
	}
	in := readUnit(&f, org.Unit{})
	var made org.Unit
	if err = f.readable(&in); err == nil {
		made, err = p.Org.CreateUnit(r.Context(), actor.From(r.Context()), in)
	}
	if err != nil {
		return p.askUnit(w, r, org.Unit{}, f, err)
	}
	return p.seeOther(w, r, "/units/"+made.ID.String(), made.Name+" is added")
}

// editUnit asks what is to change about a unit.
func (p *pages) editUnit(w http.ResponseWriter, r *http.Request) error {
	u, err := p.unitToChange(r)
	if err != nil {
		return err
	}
	f := unitForm(u)
	f.set("version", number(u.Version))
	return p.askUnit(w, r, u, f, nil)
}

// updateUnit changes or moves a unit.
func (p *pages) updateUnit(w http.ResponseWriter, r *http.Request) error {
	u, err := p.unitToChange(r)
	if err != nil {
		return err
	}
	f, err := readForm(r, unitNames...)
	if err != nil {
		return err
	}
	in, version := readUnit(&f, u), f.version()
	if err = f.readable(&in); err == nil {
		u, err = keep(u)(p.Org.UpdateUnit(r.Context(), actor.From(r.Context()), u.ID, version, in))
	}
	if err != nil {
		return p.askUnit(w, r, u, f, err)
	}
	return p.seeOther(w, r, "/units/"+u.ID.String(), u.Name+" is changed")
}

// unitToChange gives the unit of the path, when the actor may change it.
func (p *pages) unitToChange(r *http.Request) (org.Unit, error) {
	unit, err := pathID[id.Unit](r, "unit")
	if err != nil {
		return org.Unit{}, err
	}
	who := actor.From(r.Context())
	u, err := p.Org.GetUnit(r.Context(), who, unit)
	if err != nil {
		return org.Unit{}, err
	}
	return u, who.RequireIn(org.CanUpdateUnit, unit)
}
