package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// newChecklist asks about a new checklist; ?kind= says for what.
func (p *pages) newChecklist(w http.ResponseWriter, r *http.Request) error {
	if err := actor.From(r.Context()).RequireEverywhere(checklist.CanCreate); err != nil {
		return err
	}
	c := checklist.Checklist{Kind: checklist.Kind(r.URL.Query().Get("kind")), Active: true, Places: checklist.Places{Everywhere: true}}
	if !c.Kind.Valid() {
		c.Kind = checklist.ForTask
	}
	c.Draft.Sections = []checklist.Section{{}}
	return p.askList(w, r, checklist.Checklist{}, listForm(c, nil, nil), nil)
}

// createChecklist adds a checklist, or does what a button within its form says.
func (p *pages) createChecklist(w http.ResponseWriter, r *http.Request) error {
	return p.putList(w, r, checklist.Checklist{})
}

// listToChange gives the checklist of the path, to those who may change it.
func (p *pages) listToChange(r *http.Request) (checklist.Checklist, error) {
	at, err := pathID[id.Checklist](r, "checklist")
	if err != nil {
		return checklist.Checklist{}, err
	}
	who := actor.From(r.Context())
	if err := who.RequireEverywhere(checklist.CanUpdate); err != nil {
		return checklist.Checklist{}, err
	}
	return p.Checks.Get(r.Context(), who, at)
}

// editChecklist asks for a checklist's change.
func (p *pages) editChecklist(w http.ResponseWriter, r *http.Request) error {
	c, err := p.listToChange(r)
	if err != nil {
		return err
	}
	f, err := p.formOfList(r.Context(), actor.From(r.Context()), c)
	if err != nil {
		return err
	}
	return p.askList(w, r, c, f, nil)
}

// formOfList is the form that shows a checklist as it is stored.
func (p *pages) formOfList(ctx context.Context, who actor.Actor, c checklist.Checklist) (form, error) {
	told, assets, err := p.listNamed(ctx, who, c)
	if len(c.Draft.Sections) == 0 {
		c.Draft.Sections = []checklist.Section{{}}
	}
	f := listForm(c, told, assets)
	f.set("version", number(c.Version))
	return f, err
}

// updateChecklist changes a checklist, or does what a button within its form says.
func (p *pages) updateChecklist(w http.ResponseWriter, r *http.Request) error {
	c, err := p.listToChange(r)
	if err != nil {
		return err
	}
	return p.putList(w, r, c)
}

// putList adds or changes a checklist as it was typed. With "do" nothing is kept: a row comes, goes or moves, or the preview is drawn anew.
func (p *pages) putList(w http.ResponseWriter, r *http.Request, was checklist.Checklist) error {
	who := actor.From(r.Context())
	if err := parseForm(r); err != nil {
		return err
	}
	f, err := readForm(r, sentNames(r.PostForm[rowField], r.PostForm.Get)...)
	if err != nil {
		return err
	}
	if !was.ID.IsZero() {
		f.set("kind", string(was.Kind))
	} else if !checklist.Kind(f.text("kind")).Valid() {
		return fault.Of(fault.Malformed, "This form cannot be read. Load the page again.")
	}
	if do := f.text("do"); do != "" {
		if err := p.reshape(r.Context(), who, &f, do); err != nil {
			return err
		}
		return p.askList(w, r, was, f, nil)
	}
	in, at, err := p.readList(r.Context(), who, &f, was)
	if err != nil {
		return err
	}
	version, made := f.version(), was
	refusal := f.readable(&in)
	switch {
	case refusal != nil:
	case was.ID.IsZero():
		made, refusal = p.Checks.Create(r.Context(), who, in)
	default:
		made, refusal = keep(was)(p.Checks.Update(r.Context(), who, was.ID, version, in))
	}
	if refusal != nil {
		return p.askList(w, r, was, f, atListFields(refusal, at))
	}
	return p.seeOther(w, r, checklistsPath+"/"+made.ID.String(), made.Name+" is saved. Publish it when it is ready")
}

// reshape does what a button within the form says: "add" a question, a "section", or move a row.
func (p *pages) reshape(ctx context.Context, who actor.Actor, f *form, do string) error {
	switch {
	case do == "section":
		f.addRow("section")
	case do == "add" || do == "try" && strings.TrimSpace(f.text("add")) != "":
		return p.addQuestion(ctx, who, f)
	default:
		f.moveRow(do)
	}
	return nil
}

// addQuestion adds a row for the question that was typed. One that nobody finds stays in its field.
func (p *pages) addQuestion(ctx context.Context, who actor.Actor, f *form) error {
	typed := fold.Line(f.text("add"))
	text := typed
	if cutAt := strings.LastIndex(typed, " ("); cutAt > 0 {
		text = typed[:cutAt]
	}
	if typed == "" {
		return nil
	}
	found, err := p.Checks.ListQuestions(ctx, who, checklist.QuestionFilter{Search: text}, page.Request{Limit: page.Max})
	if err != nil {
		return err
	}
	var fits []checklist.Question
	for _, q := range found.Items {
		if fold.Key(questionLabel(q)) == fold.Key(typed) {
			fits = []checklist.Question{q}
			break
		}
		if fold.Key(q.Text) == fold.Key(typed) {
			fits = append(fits, q)
		}
	}
	if len(fits) == 1 {
		newItem(f, fits[0])
		f.set("add", "")
		return nil
	}
	f.check.Add("add", "unknown", "The library has no such question. Choose one of those offered, or add it to the library first.")
	return nil
}

func questionLabel(q checklist.Question) string { return q.Text + " (" + q.Rule.Type.Label() + ")" }

// askList shows the form about a checklist: a new one when c has no id.
func (p *pages) askList(w http.ResponseWriter, r *http.Request, c checklist.Checklist, f form, refusal error) error {
	if refusal == nil {
		refusal = f.check.Err()
	}
	kind := checklist.Kind(f.text("kind"))
	at, a := checklistsPath, asking{Title: "New checklist: " + lower(kind.Label()), Crumbs: []ui.Link{{Text: "Checklists", Href: checklistsPath}}, Wide: true}
	a.Sub = "What is asked, in order. The preview shows it as it is carried out; answer there to see what follows."
	a.Sheet = sheet{Action: at, Draft: "checklist:new:" + string(kind), Go: "Add the checklist", Back: at}
	if c.ID.IsZero() {
		a.Before = ui.Tabbed(checklistTabs(kind))
	} else {
		at = checklistsPath + "/" + c.ID.String()
		a.Title, a.Crumbs = "Change "+c.Name, append(a.Crumbs, ui.Link{Text: c.Name, Href: at})
		a.Sheet = sheet{Action: at, Draft: "checklist:" + c.ID.String(), Version: f.text("version"), Go: "Save the draft", Back: at}
	}
	a.Sheet.Faults, a.Sheet.Typed = faultsOf(refusal), r.Method == http.MethodPost
	v, err := p.listAsks(r.Context(), actor.From(r.Context()), f, a.Sheet.Faults)
	if err != nil {
		return err
	}
	v.Action = a.Sheet.Action
	a.Sheet.Fields, a.Sheet.Body = v.all(), listBody(v)
	err = refused(&a.Sheet, refusal, "checklist", at+"/edit", func(now checklist.Checklist) ([]ui.Field, int64, error) {
		theirs, err := p.formOfList(r.Context(), actor.From(r.Context()), now)
		if err != nil {
			return nil, 0, err
		}
		x, err := p.listAsks(r.Context(), actor.From(r.Context()), theirs, ui.Faults{})
		return x.all(), now.Version, err
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, a, refusal)
}

// checklistTabs lead to the forms of the kinds of checklist.
func checklistTabs(here checklist.Kind) ui.Tabs {
	t := ui.Tabs{Label: "What it is for"}
	for _, k := range checklist.Kinds() {
		t.Items = append(t.Items, ui.Tab{Text: k.Label(), Href: checklistsPath + "/new?kind=" + string(k), Here: k == here})
	}
	return t
}

// partOf is what filters replace.
func partOf(part string, body templ.Component) templ.Component { return within(partBox(part), body) }
