package web

import (
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// lookupNames are the fields of the forms about a value of a code list.
var lookupNames = []string{"code", "name", "active"}

// listOf gives the code list of the path; the first one when the path names none.
func listOf(r *http.Request) (org.List, error) {
	list := org.List(r.PathValue("list"))
	if list == "" {
		list = org.Lists()[0]
	}
	if !list.Valid() {
		return "", fault.Missing("list")
	}
	return list, nil
}

// listLookups shows the values of a code list, and the form that adds one.
func (p *pages) listLookups(w http.ResponseWriter, r *http.Request) error {
	list, err := listOf(r)
	if err != nil {
		return err
	}
	return p.showLookups(w, r, list, newForm(), nil)
}

// createLookup adds a value to a code list.
func (p *pages) createLookup(w http.ResponseWriter, r *http.Request) error {
	list, err := listOf(r)
	if err != nil {
		return err
	}
	f, err := readForm(r, lookupNames...)
	if err != nil {
		return err
	}
	in := org.LookupInput{List: list, Code: f.text("code"), Name: f.text("name"), Active: true}
	if err = f.readable(&in); err == nil {
		_, err = p.Org.CreateLookup(r.Context(), actor.From(r.Context()), in)
	}
	if err != nil {
		return p.showLookups(w, r, list, f, err)
	}
	return p.seeOther(w, r, listPath(list), in.Name+" is added")
}

func listPath(list org.List) string { return "/lookups/" + string(list) }

// showLookups writes the page of a code list. f is what the form that adds a value shows, refusal what the use case said to it.
func (p *pages) showLookups(w http.ResponseWriter, r *http.Request, list org.List, f form, refusal error) error {
	status := http.StatusOK
	if refusal != nil {
		var ok bool
		if _, status, ok = formFault(refusal); !ok {
			return refusal
		}
	}
	title := list.Label()
	if refusal != nil {
		title = "Error: " + title
	}
	v, err := p.visit(r, title)
	if err != nil {
		return err
	}
	found, err := p.Org.ListLookups(r.Context(), v.who, list, page.Request{After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	body := ui.Nothing(ui.Empty{Icon: "list", Title: "No " + lower(list.Label()) + " yet", Text: "Forms offer the words that stand here. Use those that your people use."})
	if len(found.Items) > 0 {
		l := lookupList(v.who, list, found.Items)
		if found.Next != "" {
			l.More.Next = listPath(list) + "?after=" + found.Next
		}
		body = ui.Listed(l)
	}
	if v.who.Everywhere(org.CanCreateLookup) {
		body = within(split(), together(body, addLookup(lookupSheet(list, f, faultsOf(refusal)))))
	}
	head := ui.Head{Title: "Lookups", Sub: "The words that forms offer. An inactive one stays where it is used and is offered no more.", Acts: exportActs(v, r, "lookups")}
	return p.show(w, r, status, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), ui.Seg(listTabs(list)), body)
}

// listTabs are the code lists.
func listTabs(here org.List) ui.Tabs {
	t := ui.Tabs{Label: "Lists"}
	for _, l := range org.Lists() {
		t.Items = append(t.Items, ui.Tab{Text: l.Label(), Href: listPath(l), Here: l == here})
	}
	return t
}

func lookupList(who actor.Actor, list org.List, found []org.Lookup) ui.List {
	l := ui.List{ID: "lookups", Caption: list.Label() + " by code", More: ui.Pager{Shown: len(found), Noun: "values"}, Columns: []ui.Column{
		{Label: "Name", Slot: ui.Subject}, {Label: "State", Slot: ui.Status}}}
	if len(found) == 1 {
		l.More.Noun = "value"
	}
	for _, x := range found {
		row := ui.Row{Cells: []ui.Cell{{Text: x.Name, Code: x.Code}, stateCell(x.Active)}}
		if who.Everywhere(org.CanUpdateLookup) || who.Everywhere(org.CanDeleteLookup) {
			row.Href = listPath(list) + "/" + x.ID.String()
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}

func lookupSheet(list org.List, f form, faults ui.Faults) sheet {
	return sheet{Action: listPath(list), Draft: "lookup:new:" + string(list), Faults: faults, Fields: lookupQuestions(f, faults)[:2], Go: "Add it"}
}

func lookupQuestions(f form, faults ui.Faults) []ui.Field {
	return []ui.Field{
		{Name: "name", Label: "Name", Max: 200, Value: f.text("name"), Error: faults.At("name"), Help: "As forms show it."},
		{Name: "code", Label: "Code", Max: 30, Value: f.text("code"), Error: faults.At("code"), Literal: true, Help: "Short and lasting, for imports and the API."},
		{Name: "active", Label: "Active", Kind: ui.Checkbox, Checked: f.yes("active"), Error: faults.At("active"), Help: "Forms offer it."},
	}
}

// lookupAt gives the value of the path.
func (p *pages) lookupAt(r *http.Request) (org.Lookup, error) {
	list, err := listOf(r)
	if err != nil {
		return org.Lookup{}, err
	}
	lookup, err := pathID[id.Lookup](r, "lookup")
	if err != nil {
		return org.Lookup{}, err
	}
	l, err := p.Org.GetLookup(r.Context(), actor.From(r.Context()), lookup)
	if err == nil && l.List != list {
		err = fault.Missing("lookup")
	}
	return l, err
}

// getLookup shows a value of a code list, to change or delete it.
func (p *pages) getLookup(w http.ResponseWriter, r *http.Request) error {
	l, err := p.lookupAt(r)
	if err != nil {
		return err
	}
	f := newForm("code", l.Code, "name", l.Name, "active", yesNo(l.Active), "version", number(l.Version))
	return p.askLookup(w, r, l, f, nil, ui.Note{})
}

// askLookup shows the form about a value. f is what it shows, refusal what the use case said to it, note what else could not be done.
func (p *pages) askLookup(w http.ResponseWriter, r *http.Request, l org.Lookup, f form, refusal error, note ui.Note) error {
	at := listPath(l.List) + "/" + l.ID.String()
	who := actor.From(r.Context())
	faults := faultsOf(refusal)
	a := asking{Title: l.Name, Before: noted(note), Crumbs: []ui.Link{{Text: "Lookups", Href: "/lookups"}, {Text: l.List.Label(), Href: listPath(l.List)}}}
	if who.Everywhere(org.CanDeleteLookup) {
		a.Acts = []ui.Action{{Text: "Delete", Icon: "trash", Post: at + "/delete", Version: number(l.Version), Danger: true, Confirm: deleteLookup(l)}}
	}
	if note.Text != "" {
		a.Status = http.StatusConflict
	}
	if err := who.RequireEverywhere(org.CanUpdateLookup); err != nil {
		if len(a.Acts) == 0 {
			return err
		}
		return p.ask(w, r, a, nil)
	}
	a.Sheet = sheet{Action: at, Draft: "lookup:" + l.ID.String(), Version: f.text("version"), Faults: faults, Fields: lookupQuestions(f, faults), Go: "Save it", Back: listPath(l.List)}
	err := refused(&a.Sheet, refusal, "lookup", at, func(now org.Lookup) ([]ui.Field, int64, error) {
		return lookupQuestions(newForm("code", now.Code, "name", now.Name, "active", yesNo(now.Active)), ui.Faults{}), now.Version, nil
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, a, refusal)
}

// updateLookup changes a value of a code list.
func (p *pages) updateLookup(w http.ResponseWriter, r *http.Request) error {
	l, err := p.lookupAt(r)
	if err != nil {
		return err
	}
	f, err := readForm(r, lookupNames...)
	if err != nil {
		return err
	}
	in, version := org.LookupInput{List: l.List, Code: f.text("code"), Name: f.text("name"), Active: f.yes("active")}, f.version()
	if err = f.readable(&in); err == nil {
		l, err = keep(l)(p.Org.UpdateLookup(r.Context(), actor.From(r.Context()), l.ID, version, in))
	}
	if err != nil {
		return p.askLookup(w, r, l, f, err, ui.Note{})
	}
	return p.seeOther(w, r, listPath(l.List), l.Name+" is changed")
}

func deleteLookup(l org.Lookup) ui.Confirm {
	return ui.Confirm{
		Title: "Delete " + l.Name + " from the " + lower(l.List.Label()) + "?", Go: "Delete it",
		Text: "This works only while no record uses it. One that is used can be made inactive: forms then offer it no more.",
	}
}

// deleteLookup removes a value that nothing uses, after asking.
func (p *pages) deleteLookup(w http.ResponseWriter, r *http.Request) error {
	l, err := p.lookupAt(r)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	if err := who.RequireEverywhere(org.CanDeleteLookup); err != nil {
		return err
	}
	at := listPath(l.List) + "/" + l.ID.String()
	ok, err := p.confirmed(w, r, f, confirmDelete(deleteLookup(l), at, f))
	if !ok {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		err = p.Org.DeleteLookup(r.Context(), who, l.ID, version)
	}
	if err != nil {
		return notDone(err, func(_ int, n ui.Note) error {
			return p.askLookup(w, r, l, newForm("code", l.Code, "name", l.Name, "active", yesNo(l.Active), "version", number(l.Version)), nil, n)
		})
	}
	return p.seeOther(w, r, listPath(l.List), l.Name+" is deleted")
}
