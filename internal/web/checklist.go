package web

import (
	"context"
	"net/http"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/web/ui"
)

// getChecklist shows a checklist: its draft, where it applies, and what was published.
func (p *pages) getChecklist(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Checklist](r, "checklist")
	if err != nil {
		return err
	}
	return p.showChecklist(w, r, http.StatusOK, at, ui.Note{})
}

// showChecklist writes a checklist's page, with a note above it when something could not be done.
func (p *pages) showChecklist(w http.ResponseWriter, r *http.Request, status int, at id.Checklist, note ui.Note) error {
	v, err := p.visit(r, "Checklist")
	if err != nil {
		return err
	}
	c, err := p.Checks.Get(r.Context(), v.who, at)
	if err != nil {
		return err
	}
	if v.frame.Title = c.Name; status >= http.StatusBadRequest {
		v.frame.Title = "Error: " + c.Name
	}
	forms, err := p.Checks.ListForms(r.Context(), v.who, at)
	if err != nil {
		return err
	}
	facts, err := p.listFacts(r.Context(), v, c)
	if err != nil {
		return err
	}
	history, err := p.history(r.Context(), v, c.ID)
	if err != nil {
		return err
	}
	main := within(stacked(), together(askedPart("What is asked", askedOf(c.Draft)), history))
	aside := within(stacked(), together(ui.Stated(facts), versionsPart(versionsOf(v, c, forms))))
	return p.show(w, r, status, v, ui.Headed(listHead(v, c, forms)), noted(note), within(split(), together(main, aside)))
}

func listHead(v visit, c checklist.Checklist, forms []checklist.Published) ui.Head {
	at := checklistsPath + "/" + c.ID.String()
	h := ui.Head{Title: c.Name, Pill: listPill(c), Crumbs: []ui.Link{{Text: "Checklists", Href: checklistsPath}}, Sub: c.Kind.Label() + ", " + counted(int(c.Items), "question", "questions") + "."}
	if v.who.Everywhere(checklist.CanDelete) && c.Form == nil {
		h.Acts = append(h.Acts, ui.Action{Text: "Delete", Icon: "trash", Post: at + "/delete", Version: number(c.Version), Danger: true, Confirm: deleteList(c)})
	}
	if v.who.Everywhere(checklist.CanUpdate) {
		fresh := c.Items > 0 && (len(forms) == 0 || len(formChanges(forms[0].Form, c.Draft)) > 0)
		h.Acts = append(h.Acts, ui.Action{Text: "Change", Icon: "edit", Href: at + "/edit", Primary: !fresh})
		if fresh {
			h.Acts = append(h.Acts, ui.Action{Text: "Publish", Icon: "upload", Post: at + "/publish", Version: number(c.Version), Primary: true})
		}
	}
	return h
}

func deleteList(c checklist.Checklist) ui.Confirm {
	return ui.Confirm{Title: "Delete the checklist " + c.Name + "?", Text: "Nothing of it was ever published. The audit trail keeps that it was there.", Go: "Delete the checklist"}
}

// listFacts says where a checklist applies.
func (p *pages) listFacts(ctx context.Context, v visit, c checklist.Checklist) (ui.Facts, error) {
	f := ui.Facts{Title: "Where it applies"}
	if c.Places.Everywhere {
		f.Items = append(f.Items, ui.Fact{Label: "Applies", Value: "Everywhere"})
		return f, nil
	}
	add := func(label string, names []string, all int) {
		if hidden := all - len(names); hidden > 0 {
			names = append(names, counted(hidden, "one that you do not see", "that you do not see"))
		}
		if all > 0 {
			f.Items = append(f.Items, ui.Fact{Label: label, Value: strings.Join(names, ", ")})
		}
	}
	asks, err := p.placeAsks(ctx, v.who, placesForm(c.Places))
	if err != nil {
		return f, err
	}
	named := func(field string) (out []string) {
		for _, x := range asks {
			for _, o := range x.Options {
				if x.Name == field && o.Selected {
					out = append(out, o.Label)
				}
			}
		}
		return out
	}
	add("Sites", named("sites"), len(c.Places.Sites))
	add("Groups", named("groups"), len(c.Places.Groups))
	add("Types", named("types"), len(c.Places.Types))
	assets, err := p.assetNames(ctx, v.who, c.Places.Assets)
	var names []string
	for _, x := range c.Places.Assets {
		if assets[x] != "" {
			names = append(names, assets[x])
		}
	}
	add("Assets", names, len(c.Places.Assets))
	return f, err
}

func placesForm(x checklist.Places) form {
	return listForm(checklist.Checklist{Places: x}, nil, nil)
}

// askedView is one question of a form, in words.
type askedView struct {
	Section string // where a section begins
	Text    string
	Notes   []string
}

// askedOf says what a form asks.
func askedOf(d checklist.Form) (out []askedView) {
	items := byItem(d)
	for _, s := range d.Sections {
		for n, i := range s.Items {
			v := askedView{Text: i.Text}
			if n == 0 {
				v.Section = s.Name
			}
			kind := i.Rule.Type.Label()
			if i.Rule.Type.Choice() {
				kind += ": " + strings.Join(i.Rule.Options, ", ")
			} else if b := boundWords(i.Rule); b != "" {
				kind += ", " + lowered(b)
			}
			if !i.Mandatory {
				kind += " (optional)"
			}
			v.Notes = append(v.Notes, kind)
			if x := i.ShowIf; x != nil {
				v.Notes = append(v.Notes, "Only when “"+cut(items[x.Item].Text, 60)+"” "+strings.TrimSpace(x.Operator.Label()+" "+strings.Join(x.Values, ", ")))
			}
			if a := alertsIn(i.Rule); a != "" {
				v.Notes = append(v.Notes, "Alert: "+a)
			}
			if i.Rule.Attachment != checklist.NoFile {
				v.Notes = append(v.Notes, "With it: "+lowered(i.Rule.Attachment.Label()))
			}
			if n := len(i.Tell); n > 0 {
				v.Notes = append(v.Notes, counted(n, "person is", "people are")+" told of an alert, beside those in charge")
			}
			out = append(out, v)
		}
	}
	return out
}

// versionView is a published version, with what it brought.
type versionView struct {
	Title, Href, Line string
	Changes           []string
}

// shownVersions is how many versions a checklist's page tells.
const shownVersions = 10

// versionsOf tells the versions, the newest first; before them what of the draft is not published.
func versionsOf(v visit, c checklist.Checklist, forms []checklist.Published) (out []versionView) {
	if len(forms) == 0 {
		return []versionView{{Title: "Draft", Line: "Nothing is published yet: no plan can ask it."}}
	}
	if fresh := formChanges(forms[0].Form, c.Draft); len(fresh) > 0 {
		out = append(out, versionView{Title: "Draft", Line: "Not published yet", Changes: fresh})
	}
	for n, f := range forms[:min(len(forms), shownVersions)] {
		x := versionView{Title: "Version " + number(f.Number), Href: formsPath + "/" + f.ID.String(), Line: moment(f.At, v.now, v.zone)}
		if f.PersonName != "" {
			x.Line += ", by " + f.PersonName
		}
		if n+1 < len(forms) {
			x.Changes = formChanges(forms[n+1].Form, f.Form)
		}
		out = append(out, x)
	}
	return out
}

// getForm shows a published version.
func (p *pages) getForm(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Form](r, "form")
	if err != nil {
		return err
	}
	v, err := p.visit(r, "Checklist")
	if err != nil {
		return err
	}
	f, err := p.Checks.GetForm(r.Context(), v.who, at)
	if err != nil {
		return err
	}
	v.frame.Title = f.Name
	head := ui.Head{Title: f.Name + ", version " + number(f.Number), Sub: "As it was published " + amid(f.At, v.now, v.zone) + ". It never changes.",
		Crumbs: []ui.Link{{Text: "Checklists", Href: checklistsPath}, {Text: f.Name, Href: checklistsPath + "/" + f.Checklist.String()}}}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), askedPart("What it asks", askedOf(f.Form)))
}

// publishChecklist makes a version of a checklist's draft.
func (p *pages) publishChecklist(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Checklist](r, "checklist")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	version := f.version()
	var c checklist.Checklist
	if err = f.readable(nil); err == nil {
		c, err = p.Checks.Publish(r.Context(), actor.From(r.Context()), at, version)
	}
	if err != nil {
		return again(err, func(status int, faults ui.Faults) error {
			s := faults.Summary()
			note := ui.Note{Tone: ui.Late, Title: "It is not published", Text: s.Title, Urgent: true}
			if len(s.Items) > 0 {
				note.Text = s.Items[0].Text
			}
			return p.showChecklist(w, r, status, at, note)
		})
	}
	return p.seeOther(w, r, checklistsPath+"/"+at.String(), "Version "+number(c.Number)+" is published: tasks from now on ask it")
}

// deleteChecklist removes a checklist of which nothing was ever published.
func (p *pages) deleteChecklist(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Checklist](r, "checklist")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	if err := who.RequireEverywhere(checklist.CanDelete); err != nil {
		return err
	}
	c, err := p.Checks.Get(r.Context(), who, at)
	if err != nil {
		return err
	}
	here := checklistsPath + "/" + at.String()
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: deleteList(c), Action: here + "/delete", Keep: here, Hidden: []ui.Hidden{{Name: "version", Value: f.text("version")}}})
	if !ok {
		return err
	}
	version := f.version()
	if err := f.readable(nil); err != nil {
		return err
	}
	if err := p.Checks.Delete(r.Context(), who, at, version); err != nil {
		return err
	}
	return p.seeOther(w, r, checklistsPath, "The checklist "+c.Name+" is deleted")
}
