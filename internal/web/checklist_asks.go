package web

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// listView is the form about a checklist.
type listView struct {
	First, Last []ui.Field // what stands before and behind the rows
	Rows        []listRowView
	Add         suggestion
	Kind        string
	Action      string
	Preview     previewView
}

func (v listView) all() []ui.Field {
	out := append([]ui.Field{}, v.First...)
	for _, row := range v.Rows {
		for _, x := range row.all() {
			if !row.Section && x.Label != "" {
				x.Label = cut(row.Title, 60) + ": " + x.Label
			}
			out = append(out, x)
		}
	}
	return append(append(out, v.Add.Field), v.Last...)
}

// listAsks makes the form about a checklist with what f has in it.
func (p *pages) listAsks(ctx context.Context, who actor.Actor, f form, faults ui.Faults) (v listView, err error) {
	reading := form{values: f.values}
	d, at := readDraft(&reading)
	d, err = p.Checks.Try(ctx, who, checklist.Input{Draft: d, Places: checklist.Places{Everywhere: true}})
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return v, err
	}
	wrong := fault.As(atListFields(err, at))
	v.Kind = f.text("kind")
	v.First = []ui.Field{{Name: "name", Label: "Name", Max: 200}}
	v.Rows = listRows(f, d, at, faults, who.Can(people.CanReadPerson))
	if v.Preview, err = p.listPreview(ctx, who, d, f); err != nil {
		return v, err
	}
	if wrong != nil {
		v.Preview.Wrong = wrong.Fields
	}
	offers, err := p.questionOffers(ctx, who)
	if err != nil {
		return v, err
	}
	v.Add = suggestion{Offers: offers, Field: ui.Field{Name: "add", Label: "Add a question", Help: "Of the library.", Optional: true, Value: f.text("add"), Error: faults.At("add")}}
	if v.Last, err = p.placeAsks(ctx, who, f); err != nil {
		return v, err
	}
	filled(v.First, f, faults)
	filled(v.Last, f, faults)
	return v, nil
}

// questionOffers are the first questions of the library, as a row is made of them.
func (p *pages) questionOffers(ctx context.Context, who actor.Actor) (out []string, err error) {
	some, err := p.Checks.ListQuestions(ctx, who, checklist.QuestionFilter{}, page.Request{Limit: page.Max})
	for _, q := range some.Items {
		out = append(out, questionLabel(q))
	}
	return out, err
}

// placeAsks ask where a checklist applies.
func (p *pages) placeAsks(ctx context.Context, who actor.Actor, f form) ([]ui.Field, error) {
	out := []ui.Field{{Name: "everywhere", Label: "Everywhere", Help: "At every site, of every asset. Otherwise choose where below.", Kind: ui.Checkbox, Checked: f.yes("everywhere")}}
	choose := func(name, label string, options []ui.Option) {
		if len(options) > 0 {
			for i, o := range options {
				options[i].Selected = f.picked(name, o.Value)
			}
			out = append(out, ui.Field{Name: name, Label: label, Kind: ui.Checkbox, Options: options, Optional: true})
		}
	}
	sites, err := p.activeSites(ctx, who)
	if err != nil {
		return nil, err
	}
	choose("sites", "Sites", siteChoices(sites, who, org.CanReadSite, "", ""))
	if who.Can(people.CanReadGroup) {
		groups, err := allPages(func(q page.Request) (page.Of[people.Group], error) {
			return p.People.ListGroups(ctx, who, people.GroupFilter{Kind: people.OfSites}, q)
		})
		if err != nil {
			return nil, err
		}
		var options []ui.Option
		for _, g := range groups {
			options = append(options, ui.Option{Value: g.ID.String(), Label: g.Name})
		}
		choose("groups", "Groups of sites", options)
	}
	types, err := p.lookupChoices(ctx, who, org.SiteType, "")
	if err != nil {
		return nil, err
	}
	if len(types) > 1 {
		choose("types", "Types of site", types[1:])
	}
	out = append(out, ui.Field{Name: "assets", Label: "Assets", Help: "One on a line: code or name.", Kind: ui.Lines, Rows: 3, Optional: true})
	return append(out, ui.Field{Name: "active", Label: "Active", Help: "An inactive checklist stays where it is used and is no longer offered.", Kind: ui.Checkbox, Checked: f.yes("active")}), nil
}
