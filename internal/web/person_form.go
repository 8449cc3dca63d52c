package web

import (
	"context"
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// personNames are the fields of the form about a person.
var personNames = []string{"code", "name", "login_id", "email", "mobile", "home_site_id", "manager_id", "department_id", "designation_id", "active"}

func personForm(x people.Person, manager string) form {
	return newForm("code", x.Code, "name", x.Name, "login_id", x.Login, "email", x.Email, "mobile", x.Mobile, "home_site_id", refText(x.HomeSite),
		"manager_id", manager, "department_id", refText(x.Department), "designation_id", refText(x.Designation), "active", yesNo(x.Active))
}

// readPersonInput reads what was typed about a person. What the form did not ask stays as it was.
func (p *pages) readPersonInput(ctx context.Context, who actor.Actor, f *form, was people.Person) (people.PersonInput, error) {
	in := people.PersonInput{
		Code: f.text("code"), Name: f.text("name"), Login: f.text("login_id"), Email: f.text("email"), Mobile: f.text("mobile"),
		HomeSite: was.HomeSite, Manager: was.Manager, Department: was.Department, Designation: was.Designation, Active: f.yes("active"),
	}
	if f.asked("home_site_id") {
		in.HomeSite = ref[id.Site](f, "home_site_id")
	}
	if f.asked("department_id") {
		in.Department = ref[id.Lookup](f, "department_id")
	}
	if f.asked("designation_id") {
		in.Designation = ref[id.Lookup](f, "designation_id")
	}
	if !f.asked("manager_id") {
		return in, nil
	}
	var err error
	in.Manager, err = p.readPerson(ctx, who, f, "manager_id", was.Manager)
	return in, err
}

// personFields are the questions of the form.
type personFields struct {
	first   []ui.Field // before the manager
	manager suggestion
	managed bool // whether the manager is asked
	rest    []ui.Field
}

func (x personFields) all() []ui.Field {
	out := append([]ui.Field{}, x.first...)
	if x.managed {
		out = append(out, x.manager.Field)
	}
	return append(out, x.rest...)
}

// homeAsk says which home sites a person may be given.
type homeAsk struct {
	need  actor.Permission
	sites []org.Site
	none  bool // no home site may be chosen
}

// personQuestions makes the questions about a person, with what f has in them.
func (p *pages) personQuestions(ctx context.Context, v visit, home homeAsk, f form, faults ui.Faults) (x personFields, err error) {
	none := ""
	if home.none {
		none = "None"
	}
	x.first = []ui.Field{
		{Name: "code", Label: "Code", Help: "The number on the staff card. For example E1042.", Width: "mid", Literal: true, Max: 30},
		{Name: "name", Label: "Name", Max: 120, Autocomplete: "off"},
		{Name: "login_id", Label: "Login", Help: "They sign in with it, with the e-mail address or with the mobile number.", Width: "mid", Literal: true, Max: 50, Autocomplete: "off"},
		{Name: "email", Label: "E-mail", Kind: ui.Email, Optional: true, Max: 254, Autocomplete: "off"},
		{Name: "mobile", Label: "Mobile number", Help: "With its country code, like +91 98765 43210.", Kind: ui.Tel, Optional: true, Width: "mid", Max: 40, Autocomplete: "off"},
		{Name: "home_site_id", Label: "Home site", Help: "Whoever may see people there sees them.", Kind: ui.Select, Optional: home.none, Options: siteChoices(home.sites, v.who, home.need, none, f.text("home_site_id"))},
	}
	for _, l := range []struct {
		list        org.List
		name, label string
	}{{org.Department, "department_id", "Department"}, {org.Designation, "designation_id", "Designation"}} {
		options, err := p.lookupChoices(ctx, v.who, l.list, f.text(l.name))
		if err != nil {
			return x, err
		}
		if options != nil {
			x.rest = append(x.rest, ui.Field{Name: l.name, Label: l.label, Kind: ui.Select, Optional: true, Options: options})
		}
	}
	x.rest = append(x.rest, ui.Field{Name: "active", Label: "Active", Help: "An inactive person cannot sign in, and is signed out at once. What they did stays.", Kind: ui.Checkbox, Checked: f.yes("active")})
	for _, part := range [][]ui.Field{x.first, x.rest} {
		for i := range part {
			part[i].Value, part[i].Error = f.text(part[i].Name), faults.At(part[i].Name)
		}
	}
	x.manager, x.managed, err = p.personField(ctx, v.who, ui.Field{Name: "manager_id", Label: "Manager", Optional: true, Value: f.text("manager_id"), Error: faults.At("manager_id")})
	return x, err
}

// askPerson shows the form about a person: a new one when x has no id. f is what it shows, refusal what the use case said to it.
func (p *pages) askPerson(w http.ResponseWriter, r *http.Request, x people.Person, f form, refusal error) error {
	v, err := p.visit(r, "")
	if err != nil {
		return err
	}
	home := homeAsk{need: people.CanCreatePerson}
	at, a := "/people", asking{Title: "New person", Sub: "They can sign in once they have a password and a role. All fields are needed unless marked optional.", Crumbs: []ui.Link{{Text: "People", Href: "/people"}}}
	a.Sheet = sheet{Action: at, Draft: "person:new", Go: "Add the person", Back: at}
	if !x.ID.IsZero() {
		at, home.need = "/people/"+x.ID.String(), people.CanUpdatePerson
		a.Title, a.Sub, a.Crumbs = "Change "+x.Name, "", append(a.Crumbs, ui.Link{Text: x.Name, Href: at})
		a.Sheet = sheet{Action: at, Draft: "person:" + x.ID.String(), Version: f.text("version"), Go: "Save the person", Back: at}
	}
	home.none = v.who.Everywhere(home.need)
	if home.sites, err = p.activeSites(r.Context(), v.who); err != nil {
		return err
	}
	a.Sheet.Faults = faultsOf(refusal)
	q, err := p.personQuestions(r.Context(), v, home, f, a.Sheet.Faults)
	if err != nil {
		return err
	}
	if x.ID.IsZero() && v.who.Can(auth.CanSetPassword) {
		q.rest = append(q.rest, inviteQuestion(f))
	}
	a.Sheet.Fields, a.Sheet.Body = q.all(), personBody(q)
	err = refused(&a.Sheet, refusal, "person", at+"/edit", func(now people.Person) ([]ui.Field, int64, error) {
		manager, err := p.personText(r.Context(), v.who, now.Manager)
		if err != nil {
			return nil, 0, err
		}
		theirs, err := p.personQuestions(r.Context(), v, home, personForm(now, manager), ui.Faults{})
		return theirs.all(), now.Version, err
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, a, refusal)
}

// newPerson asks about a new person; ?site= says where they are at home.
func (p *pages) newPerson(w http.ResponseWriter, r *http.Request) error {
	return p.askPerson(w, r, people.Person{}, newForm("home_site_id", r.URL.Query().Get("site"), "active", "true"), nil)
}

// createPerson adds a person.
func (p *pages) createPerson(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	f, err := readForm(r, append([]string{"invite"}, personNames...)...)
	if err != nil {
		return err
	}
	in, err := p.readPersonInput(r.Context(), who, &f, people.Person{})
	if err != nil {
		return err
	}
	var made people.Person
	if err = f.readable(&in); err == nil {
		made, err = p.People.CreatePerson(r.Context(), who, in)
	}
	if err != nil {
		return p.askPerson(w, r, people.Person{}, f, err)
	}
	line := made.Name + " is added"
	if f.yes("invite") {
		line = p.inviteNew(r.Context(), who, made)
	}
	return p.seeOther(w, r, "/people/"+made.ID.String(), line)
}

// editPerson asks what is to change about a person.
func (p *pages) editPerson(w http.ResponseWriter, r *http.Request) error {
	x, err := p.personFor(r, people.CanUpdatePerson)
	if err != nil {
		return err
	}
	manager, err := p.personText(r.Context(), actor.From(r.Context()), x.Manager)
	if err != nil {
		return err
	}
	f := personForm(x, manager)
	f.set("version", number(x.Version))
	return p.askPerson(w, r, x, f, nil)
}

// updatePerson changes a person.
func (p *pages) updatePerson(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	x, err := p.personFor(r, people.CanUpdatePerson)
	if err != nil {
		return err
	}
	f, err := readForm(r, personNames...)
	if err != nil {
		return err
	}
	in, err := p.readPersonInput(r.Context(), who, &f, x)
	if err != nil {
		return err
	}
	version := f.version()
	if err = f.readable(&in); err == nil {
		x, err = keep(x)(p.People.UpdatePerson(r.Context(), who, x.ID, version, in))
	}
	if err != nil {
		return p.askPerson(w, r, x, f, err)
	}
	return p.seeOther(w, r, "/people/"+x.ID.String(), x.Name+" is changed")
}

// requireHome asks for a permission where a person is at home, or everywhere for one without a home site.
func requireHome(who actor.Actor, p actor.Permission, x people.Person) error {
	if x.HomeSite == nil {
		return who.RequireEverywhere(p)
	}
	return who.RequireAt(p, *x.HomeSite)
}
