package web

import (
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// flagsPath is which features are switched on.
const flagsPath = "/flags"

// flagRoutes are the pages of features that can be switched.
func (p *pages) flagRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: flagsPath, Permission: flag.CanRead, Handler: p.flags, Name: "flag.list"},
		{Method: get, Path: flagsPath + "/{key}", Permission: flag.CanUpdate, Handler: p.flag, Name: "flag.edit"},
		{Method: post, Path: flagsPath + "/{key}", Permission: flag.CanUpdate, Handler: p.setFlag, Name: "flag.update", Changes: true},
	}
}

// whyWords are what decided a value, in words.
var whyWords = map[string]string{
	"default": "as the product has it", "killed": "switched off for everybody by those who run the installation", "person": "said for you alone",
	"organisation": "said for the organisation", "installation": "said by those who run the installation", "share": "tried with a share of people",
}

// flags shows the features that can be switched, as they stand for whom looks.
func (p *pages) flags(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Features")
	if err != nil {
		return err
	}
	all, err := p.Flags.List(r.Context(), v.who)
	if err != nil {
		return err
	}
	list := ui.List{ID: "flags", Caption: "Features that can be switched", Columns: []ui.Column{
		{Label: "Feature", Slot: ui.Subject}, {Label: "Now"}, {Label: "In the organisation", Slot: ui.Third}, {Label: "Decided until"}, {Label: "Answers for it"},
	}, More: ui.Pager{Shown: len(all), Noun: "features"}}
	for _, x := range all {
		row := ui.Row{Cells: []ui.Cell{
			{Text: x.Switches, Note: x.Key}, {Text: flagWords(x.Declared, x.Value), Note: whyWords[x.Why]}, {Text: saidWords(x)}, {Text: dateWords(x.Expires)}, {Text: x.Owner},
		}}
		if v.who.Everywhere(flag.CanUpdate) {
			row.Href = flagsPath + "/" + x.Key
		}
		list.Rows = append(list.Rows, row)
	}
	head := ui.Head{Title: "Features", Sub: "These are new, or may have to go off at once. What you say about one holds everywhere within five seconds."}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), ui.Listed(list))
}

// flagWords writes a value.
func flagWords(d flag.Declared, value string) string {
	if d.Type != flag.OfBool {
		return value
	}
	return map[string]string{"true": "On", "false": "Off"}[value]
}

// saidWords tell what was said for the organisation, and for how many of its people.
func saidWords(x flag.State) string {
	words, people := "Nothing said", 0
	for _, r := range x.Rules {
		switch r.Scope {
		case flag.ForTenant:
			words = flagWords(x.Declared, r.Value) + ", " + r.Who + ": " + r.Reason
		case flag.ForPerson:
			people++
		}
	}
	if people > 0 {
		words += "; else for " + plural(people, "person")
	}
	return words
}

// flag asks what a feature is to be in the organisation.
func (p *pages) flag(w http.ResponseWriter, r *http.Request) error {
	x, err := p.flagOf(r)
	if err != nil {
		return err
	}
	f := newForm()
	for _, said := range x.Rules {
		if said.Scope == flag.ForTenant {
			f.set("value", said.Value)
		}
	}
	return p.askFlag(w, r, x, f, nil)
}

// flagOf finds the feature of a path.
func (p *pages) flagOf(r *http.Request) (flag.State, error) {
	all, err := p.Flags.List(r.Context(), actor.From(r.Context()))
	for _, x := range all {
		if x.Key == r.PathValue("key") {
			return x, nil
		}
	}
	if err == nil {
		err = fault.Missing("feature")
	}
	return flag.State{}, err
}

// setFlag says what a feature is in the organisation.
func (p *pages) setFlag(w http.ResponseWriter, r *http.Request) error {
	x, err := p.flagOf(r)
	if err != nil {
		return err
	}
	f, err := readForm(r, "value", "reason")
	if err != nil {
		return err
	}
	in := flag.Input{Flag: x.Key, Scope: flag.ForTenant, Value: f.text("value"), Reason: f.text("reason")}
	if err = f.readable(&in); err == nil {
		_, err = p.Flags.Set(r.Context(), actor.From(r.Context()), in)
	}
	if err != nil {
		return p.askFlag(w, r, x, f, err)
	}
	return p.seeOther(w, r, flagsPath, x.Switches+": saved")
}

func (p *pages) askFlag(w http.ResponseWriter, r *http.Request, x flag.State, f form, refusal error) error {
	faults := faultsOf(refusal)
	value := ui.Field{Name: "value", Label: "In the organisation", Width: "mid", Optional: true, Error: faults.At("value"), Value: f.text("value"), Max: 200, Help: "Nothing: as for everybody."}
	if x.Type == flag.OfBool {
		value.Kind, value.Help = ui.Select, ""
		for _, o := range []ui.Option{{Value: "", Label: "As for everybody"}, {Value: "true", Label: "On"}, {Value: "false", Label: "Off"}} {
			o.Selected = o.Value == f.text("value")
			value.Options = append(value.Options, o)
		}
	}
	fields := []ui.Field{value, {Name: "reason", Label: "Why", Help: "The audit trail says it.", Value: f.text("reason"), Error: faults.At("reason"), Max: 300}}
	return p.ask(w, r, asking{
		Title: x.Switches, Sub: x.Reason, Crumbs: []ui.Link{{Text: "Features", Href: flagsPath}},
		Sheet: sheet{Action: flagsPath + "/" + x.Key, Faults: faults, Fields: fields, Go: "Save", Back: flagsPath},
	}, refusal)
}
