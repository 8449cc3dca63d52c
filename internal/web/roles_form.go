package web

import (
	"net/http"
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/org"
	"intelliwiz/internal/web/ui"
)

// may counts what the role may do in an area.
func (v roleView) may(a matrixArea) int {
	n := 0
	for _, row := range a.Rows {
		if row.Has[0] {
			n++
		}
	}
	return n
}

// not says how much the role may not do.
func (v roleView) not() string {
	n := 0
	for _, a := range v.Areas {
		n += len(a.Rows) - v.may(a)
	}
	if n == 0 {
		return "There is nothing that it may not do."
	}
	return "It may not do " + plural(n, "other thing") + "."
}

// roleFieldNames are the fields of the form about a role.
var roleFieldNames = []string{"code", "name", "description", "permissions"}

func roleForm(x org.Role) form {
	f := newForm("code", x.Code, "name", x.Name, "description", x.Description)
	for _, p := range x.Permissions {
		f.values.Add("permissions", string(p))
	}
	return f
}

func readRole(f *form) org.RoleInput {
	in := org.RoleInput{Code: f.text("code"), Name: f.text("name"), Description: f.text("description")}
	for _, p := range f.all("permissions") {
		in.Permissions = append(in.Permissions, actor.Permission(p))
	}
	return in
}

// roleAsk is what the form about a role asks.
type roleAsk struct {
	First []ui.Field
	May   ui.Field // the permissions, as errors and the summary know them
	Areas []ticks
}

func (q roleAsk) all() []ui.Field { return append(slices.Clone(q.First), q.May) }

// roleQuestions makes the questions about a role, with what f has in them. Only permissions that the actor holds everywhere are offered:
// nobody makes a role that may do more than themselves.
func (p *pages) roleQuestions(who actor.Actor, f form, faults ui.Faults, builtin bool) roleAsk {
	q := roleAsk{May: ui.Field{Name: "permissions", Label: "It may", Kind: ui.Checkbox, Error: faults.At("permissions"), Help: "What you tick holds where the role is given."}}
	hidden := 0
	for _, d := range p.Org.Declared() {
		if !who.Everywhere(d.Name) {
			hidden++
			continue
		}
		on := f.picked("permissions", string(d.Name))
		q.May.Options = append(q.May.Options, ui.Option{Value: string(d.Name), Label: d.Label, Selected: on})
		at := slices.IndexFunc(q.Areas, func(t ticks) bool { return t.Words == d.Area })
		if at < 0 {
			at = len(q.Areas)
			q.Areas = append(q.Areas, ticks{Name: "permissions", Words: d.Area})
		}
		q.Areas[at].All = append(q.Areas[at].All, choice{ID: string(d.Name), Name: d.Label, On: on})
	}
	if hidden > 0 {
		q.May.Help += " " + plural(hidden, "permission") + " that you do not hold yourself cannot be ticked."
	}
	code := ui.Field{Name: "code", Label: "Code", Width: "mid", Literal: true, Max: 30, Value: f.text("code"), Error: faults.At("code"), ReadOnly: builtin, Help: "Short, for the API. For example SHIFT-LEAD."}
	if builtin {
		code.Help = "A built-in role keeps its code."
	}
	q.First = []ui.Field{
		code,
		{Name: "name", Label: "Name", Max: 200, Value: f.text("name"), Error: faults.At("name")},
		{Name: "description", Label: "Description", Max: 500, Optional: true, Kind: ui.Lines, Rows: 2, Value: f.text("description"), Error: faults.At("description"), Help: "What somebody with this role does, in a sentence."},
	}
	return q
}

// askRole shows the form about a role: a new one when x has no id. f is what it shows, refusal what the use case said to it.
func (p *pages) askRole(w http.ResponseWriter, r *http.Request, x org.Role, f form, refusal error) error {
	who := actor.From(r.Context())
	at, a := "/roles", asking{Title: "New role", Sub: "A role is a set of things that one may do. Where it holds is said when it is given.", Crumbs: []ui.Link{{Text: "Roles", Href: "/roles"}}}
	a.Sheet = sheet{Action: at, Draft: "role:new", Go: "Add the role", Back: at}
	if !x.ID.IsZero() {
		at = "/roles/" + x.ID.String()
		a.Title, a.Sub, a.Crumbs = "Change "+x.Name, "Who has it may do what you choose at their next click.", append(a.Crumbs, ui.Link{Text: x.Name, Href: at})
		a.Sheet = sheet{Action: at, Draft: "role:" + x.ID.String(), Version: f.text("version"), Go: "Save the role", Back: at}
	}
	a.Sheet.Faults = faultsOf(refusal)
	q := p.roleQuestions(who, f, a.Sheet.Faults, x.Builtin)
	a.Sheet.Fields, a.Sheet.Body = q.all(), roleBody(q)
	err := refused(&a.Sheet, refusal, "role", at+"/edit", func(now org.Role) ([]ui.Field, int64, error) {
		return p.roleQuestions(who, roleForm(now), ui.Faults{}, x.Builtin).all(), now.Version, nil
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, a, refusal)
}

// newRole asks about a new role.
func (p *pages) newRole(w http.ResponseWriter, r *http.Request) error {
	if err := actor.From(r.Context()).RequireEverywhere(org.CanCreateRole); err != nil {
		return err
	}
	return p.askRole(w, r, org.Role{}, newForm(), nil)
}

// createRole adds a role.
func (p *pages) createRole(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, roleFieldNames...)
	if err != nil {
		return err
	}
	var made org.Role
	if err = f.readable(nil); err == nil {
		made, err = p.Org.CreateRole(r.Context(), actor.From(r.Context()), readRole(&f))
	}
	if err != nil {
		return p.askRole(w, r, org.Role{}, f, err)
	}
	return p.seeOther(w, r, "/roles/"+made.ID.String(), made.Name+" is added")
}

// editRole asks what is to change about a role.
func (p *pages) editRole(w http.ResponseWriter, r *http.Request) error {
	x, err := p.roleToChange(r)
	if err != nil {
		return err
	}
	f := roleForm(x)
	f.set("version", number(x.Version))
	return p.askRole(w, r, x, f, nil)
}

// updateRole changes a role.
func (p *pages) updateRole(w http.ResponseWriter, r *http.Request) error {
	x, err := p.roleToChange(r)
	if err != nil {
		return err
	}
	f, err := readForm(r, roleFieldNames...)
	if err != nil {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		x, err = keep(x)(p.Org.UpdateRole(r.Context(), actor.From(r.Context()), x.ID, version, readRole(&f)))
	}
	if err != nil {
		return p.askRole(w, r, x, f, err)
	}
	return p.seeOther(w, r, "/roles/"+x.ID.String(), x.Name+" is changed")
}
