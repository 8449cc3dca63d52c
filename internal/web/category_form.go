package web

import (
	"net/http"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// categoryNames are the fields of the form about a ticket category.
var categoryNames = []string{"code", "name", "priority", "clock", "pause_on_hold", "resolve_minutes", "resolve_minutes_unit", "active"}

func categoryForm(c ticket.Category) form {
	f := newForm("code", c.Code, "name", c.Name, "priority", string(c.Priority), "clock", string(c.Clock), "pause_on_hold", yesNo(c.Pause), "active", yesNo(c.Active))
	if c.Resolve != nil {
		putLength(&f, "resolve_minutes", *c.Resolve)
	}
	return f
}

func readCategory(f *form) ticket.CategoryInput {
	in := ticket.CategoryInput{
		Code: f.text("code"), Name: f.text("name"), Priority: ticket.Priority(f.text("priority")), Clock: ticket.Clock(f.text("clock")), Pause: f.yes("pause_on_hold"),
		Active: f.yes("active"),
	}
	if f.text("resolve_minutes") != "" {
		minutes := f.length("resolve_minutes")
		in.Resolve = &minutes
	}
	return in
}

// categoryQuestions makes the questions about a category, with what f has in them.
func categoryQuestions(f form, faults ui.Faults) []ui.Field {
	chosen := func(name string, options ...ui.Option) []ui.Option {
		for i, o := range options {
			options[i].Selected = o.Value == f.text(name)
		}
		return options
	}
	var priorities []ui.Option
	for _, x := range []ticket.Priority{ticket.High, ticket.Medium, ticket.Low} {
		priorities = append(priorities, ui.Option{Value: string(x), Label: x.Label()})
	}
	q := []ui.Field{
		{Name: "code", Label: "Code", Help: "Short and lasting, for imports and the API. For example HVAC.", Width: "mid", Literal: true, Max: 30},
		{Name: "name", Label: "Name", Help: "As forms show it.", Max: 120},
		{Name: "priority", Label: "Priority", Help: "Of a new ticket that says none.", Kind: ui.Select, Width: "mid", Options: chosen("priority", priorities...)},
		{Name: "clock", Label: "Which time counts", Help: "For the deadline and for the levels of the ladder.", Kind: ui.Radio, Options: chosen("clock",
			ui.Option{Value: string(ticket.Elapsed), Label: ticket.Elapsed.Label(), Help: "Nights, weekends and holidays too."},
			ui.Option{Value: string(ticket.Business), Label: ticket.Business.Label(), Help: "Only while the site's calendar is open."})},
		{Name: "pause_on_hold", Label: "The clock stands still while a ticket is on hold", Kind: ui.Checkbox, Checked: f.yes("pause_on_hold")},
	}
	q = append(q, lengthFields(f, ui.Field{Name: "resolve_minutes", Label: "To be resolved in", Optional: true})...)
	q = append(q, ui.Field{Name: "active", Label: "Active", Help: "An inactive category stays where it is used and is no longer offered.", Kind: ui.Checkbox, Checked: f.yes("active")})
	for i, x := range q {
		q[i].Value, q[i].Error = f.text(x.Name), faults.At(x.Name)
	}
	return q
}

// categoryBody lays the questions out: the number and its unit side by side.
func categoryBody(q []ui.Field) templ.Component {
	var parts []templ.Component
	for i := 0; i < len(q); i++ {
		if q[i].Name == "resolve_minutes" {
			parts = append(parts, ui.Fields(q[i:i+2]))
			i++
			continue
		}
		parts = append(parts, ui.Asked(q[i]))
	}
	return together(parts...)
}

// askCategory shows the form about a category: a new one when c has no id. f is what it shows, refusal what the use case said to it.
func (p *pages) askCategory(w http.ResponseWriter, r *http.Request, c ticket.Category, f form, refusal error) error {
	at, a := categoriesAt, asking{Title: "New ticket category", Sub: "All fields are needed unless marked optional. Who is told when nobody acts is the next step.", Crumbs: []ui.Link{{Text: "Ticket categories", Href: categoriesAt}}}
	a.Sheet = sheet{Action: at, Draft: "category:new", Go: "Add the category", Back: at}
	if !c.ID.IsZero() {
		at = categoryPath(c)
		a.Title, a.Sub, a.Crumbs = "Change "+c.Name, "The times of its tickets that are not done follow.", append(a.Crumbs, ui.Link{Text: c.Name, Href: at})
		a.Sheet = sheet{Action: at, Draft: "category:" + c.ID.String(), Version: f.text("version"), Go: "Save the category", Back: at}
	}
	a.Sheet.Faults = faultsOf(refusal)
	a.Sheet.Fields = categoryQuestions(f, a.Sheet.Faults)
	a.Sheet.Body = categoryBody(a.Sheet.Fields)
	err := refused(&a.Sheet, refusal, "category", at+"/edit", func(now ticket.Category) ([]ui.Field, int64, error) {
		return categoryQuestions(categoryForm(now), ui.Faults{}), now.Version, nil
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, a, refusal)
}

// newCategory asks about a new ticket category.
func (p *pages) newCategory(w http.ResponseWriter, r *http.Request) error {
	if err := actor.From(r.Context()).RequireEverywhere(ticket.CanCreateCategory); err != nil {
		return err
	}
	return p.askCategory(w, r, ticket.Category{}, newForm("priority", string(ticket.Medium), "clock", string(ticket.Elapsed), "active", "true"), nil)
}

// createCategory adds a ticket category.
func (p *pages) createCategory(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, categoryNames...)
	if err != nil {
		return err
	}
	in := readCategory(&f)
	var made ticket.Category
	if err = f.readable(&in); err == nil {
		made, err = p.Ticket.CreateCategory(r.Context(), actor.From(r.Context()), in)
	}
	if err != nil {
		return p.askCategory(w, r, ticket.Category{}, f, err)
	}
	return p.seeOther(w, r, categoryPath(made), made.Name+" is added")
}

// categoryToChange gives the category of the path, to those who may change it.
func (p *pages) categoryToChange(r *http.Request) (ticket.Category, error) {
	category, err := pathID[id.Category](r, "category")
	if err != nil {
		return ticket.Category{}, err
	}
	who := actor.From(r.Context())
	if err := who.RequireEverywhere(ticket.CanUpdateCategory); err != nil {
		return ticket.Category{}, err
	}
	return p.Ticket.GetCategory(r.Context(), who, category)
}

// editCategory asks what is to change about a category.
func (p *pages) editCategory(w http.ResponseWriter, r *http.Request) error {
	c, err := p.categoryToChange(r)
	if err != nil {
		return err
	}
	f := categoryForm(c)
	f.set("version", number(c.Version))
	return p.askCategory(w, r, c, f, nil)
}

// updateCategory changes a category.
func (p *pages) updateCategory(w http.ResponseWriter, r *http.Request) error {
	c, err := p.categoryToChange(r)
	if err != nil {
		return err
	}
	f, err := readForm(r, categoryNames...)
	if err != nil {
		return err
	}
	in, version := readCategory(&f), f.version()
	if err = f.readable(&in); err == nil {
		c, err = keep(c)(p.Ticket.UpdateCategory(r.Context(), actor.From(r.Context()), c.ID, version, in))
	}
	if err != nil {
		return p.askCategory(w, r, c, f, err)
	}
	return p.seeOther(w, r, categoryPath(c), c.Name+" is changed")
}
