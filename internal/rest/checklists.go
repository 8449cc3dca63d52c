package rest

import (
	"context"
	"net/http"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
)

// Checklist is what is asked when a task is done.
type Checklist struct {
	ID        id.Checklist   `json:"id" format:"uuid"`
	Kind      checklist.Kind `json:"kind" enum:"TASK,ROUTE,MAINTENANCE,SITEREPORT,INCIDENTREPORT,ASSETAUDIT"`
	Name      string         `json:"name" example:"Gate at night"`
	Sections  []Section      `json:"sections" nullable:"false" doc:"The draft, with the library's present texts."`
	FormID    *id.Form       `json:"form_id" format:"uuid" doc:"What is published; null before the first time."`
	Number    int64          `json:"number" doc:"Of what is published, 0 for nothing."`
	Places    Places         `json:"places" doc:"Where it applies; in lists only whether everywhere."`
	Active    bool           `json:"active" doc:"An inactive checklist stays where it is used and is no longer offered."`
	UpdatedAt time.Time      `json:"updated_at" doc:"When it was last changed."`
	Version   int64          `json:"version" example:"1"`
}

// Places say where a checklist applies.
type Places struct {
	Everywhere bool        `json:"everywhere" example:"true"`
	SiteIDs    []id.Site   `json:"site_ids,omitzero" nullable:"false" maxItems:"500" format:"uuid"`
	GroupIDs   []id.Group  `json:"group_ids,omitzero" nullable:"false" maxItems:"500" format:"uuid" doc:"Groups of sites."`
	TypeIDs    []id.Lookup `json:"type_ids,omitzero" nullable:"false" maxItems:"500" format:"uuid" doc:"Types of site."`
	AssetIDs   []id.Asset  `json:"asset_ids,omitzero" nullable:"false" maxItems:"500" format:"uuid"`
}

// Section is a part of a checklist under a heading.
type Section struct {
	Name  string `json:"name" maxLength:"200" doc:"Empty for a checklist of one part."`
	Items []Item `json:"items" nullable:"false" maxItems:"200"`
}

// Item is a question placed in a checklist.
type Item struct {
	ID         id.Item     `json:"id,omitzero" format:"uuid" doc:"Stays from version to version; made here unless told."`
	QuestionID id.Question `json:"question_id" format:"uuid"`
	Text       string      `json:"text,omitzero" maxLength:"500" doc:"The question's; what is sent is not read."`
	Rule       *Rule       `json:"rule,omitzero" doc:"The question's, or its own; only the own one is read."`
	Own        bool        `json:"own,omitzero" doc:"The rule is the item's own: a change in the library does not reach it."`
	Mandatory  bool        `json:"mandatory,omitzero" doc:"While it is shown."`
	ShowIf     *Condition  `json:"show_if,omitzero" doc:"Always shown unless told."`
	Tell       []id.Person `json:"tell,omitzero" nullable:"false" maxItems:"20" format:"uuid" doc:"Who hears of an alert of this item."`
}

// Condition shows an item by the answer of an earlier one.
type Condition struct {
	ItemID   id.Item            `json:"item_id" format:"uuid" doc:"An item that stands before."`
	Operator checklist.Operator `json:"operator" enum:"EQUALS,NOT_EQUALS,IN,NOT_IN,CONTAINS,NOT_CONTAINS,GT,GTE,LT,LTE,IS_EMPTY,IS_NOT_EMPTY"`
	Values   []string           `json:"values,omitzero" nullable:"false" maxItems:"50" maxLength:"200"`
}

func sectionsOf(f checklist.Form) []Section {
	out := make([]Section, len(f.Sections))
	for i, s := range f.Sections {
		out[i] = Section{Name: s.Name, Items: make([]Item, len(s.Items))}
		for j, x := range s.Items {
			rule := ruleOf(x.Rule)
			out[i].Items[j] = Item{ID: x.ID, QuestionID: x.Question, Text: x.Text, Rule: &rule, Own: x.Own, Mandatory: x.Mandatory, Tell: x.Tell}
			if c := x.ShowIf; c != nil {
				out[i].Items[j].ShowIf = &Condition{c.Item, c.Operator, c.Values}
			}
		}
	}
	return out
}

func formOf(sections []Section) checklist.Form {
	f := checklist.Form{Sections: make([]checklist.Section, len(sections))}
	for i, s := range sections {
		f.Sections[i] = checklist.Section{Name: s.Name, Items: make([]checklist.Item, len(s.Items))}
		for j, x := range s.Items {
			it := checklist.Item{ID: x.ID, Question: x.QuestionID, Own: x.Own, Mandatory: x.Mandatory, Tell: x.Tell}
			if x.Rule != nil {
				it.Rule = x.Rule.rule()
			}
			if c := x.ShowIf; c != nil {
				it.ShowIf = &checklist.Condition{Item: c.ItemID, Operator: c.Operator, Values: c.Values}
			}
			f.Sections[i].Items[j] = it
		}
	}
	return f
}

func checklistOf(c checklist.Checklist) Checklist {
	p := c.Places
	return Checklist{
		ID: c.ID, Kind: c.Kind, Name: c.Name, Sections: sectionsOf(c.Draft), FormID: c.Form, Number: c.Number, Active: c.Active,
		Places: Places{p.Everywhere, p.Sites, p.Groups, p.Types, p.Assets}, UpdatedAt: c.Updated, Version: c.Version,
	}
}

// ChecklistNew is a checklist to be added; nothing of it is published yet.
type ChecklistNew struct {
	ID       id.Checklist   `json:"id,omitzero" format:"uuid" doc:"Made here unless told: a UUID of version 7."`
	Kind     checklist.Kind `json:"kind" enum:"TASK,ROUTE,MAINTENANCE,SITEREPORT,INCIDENTREPORT,ASSETAUDIT" doc:"For good."`
	Name     string         `json:"name" minLength:"1" maxLength:"200" doc:"Unique among its kind." example:"Gate at night"`
	Sections []Section      `json:"sections,omitzero" nullable:"false" maxItems:"30" example:"[]"`
	Places   Places         `json:"places"`
	Active   *bool          `json:"active,omitzero" nullable:"false" doc:"True unless told."`
}

func (b ChecklistNew) input() checklist.Input {
	p := b.Places
	return checklist.Input{
		ID: b.ID, Kind: b.Kind, Name: b.Name, Draft: formOf(b.Sections), Active: value(b.Active, true),
		Places: checklist.Places{Everywhere: p.Everywhere, Sites: p.SiteIDs, Groups: p.GroupIDs, Types: p.TypeIDs, Assets: p.AssetIDs},
	}
}

// ChecklistChange replaces a checklist and its draft; what is published stays until it is published anew.
type ChecklistChange struct {
	ChecklistNew
	Sections []Section `json:"sections" nullable:"false" maxItems:"30" example:"[]"`
	Active   bool      `json:"active" example:"true"`
	Version  int64     `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b ChecklistChange) input() checklist.Input {
	b.ChecklistNew.Active, b.ChecklistNew.Sections = &b.Active, b.Sections
	return b.ChecklistNew.input()
}

// PublishedForm is a version of a checklist, which never changes: tasks and answers point to it.
type PublishedForm struct {
	ID            id.Form        `json:"id" format:"uuid"`
	ChecklistID   id.Checklist   `json:"checklist_id" format:"uuid"`
	ChecklistName string         `json:"checklist_name"`
	Kind          checklist.Kind `json:"kind"`
	Number        int64          `json:"number" doc:"1 for the first."`
	Sections      []Section      `json:"sections" nullable:"false"`
	PublishedAt   time.Time      `json:"published_at"`
	PersonID      *id.Person     `json:"person_id" format:"uuid" doc:"Who published it."`
	PersonName    string         `json:"person_name"`
}

func publishedOf(f checklist.Published) PublishedForm {
	return PublishedForm{
		ID: f.ID, ChecklistID: f.Checklist, ChecklistName: f.Name, Kind: f.Kind, Number: f.Number, Sections: sectionsOf(f.Form), PublishedAt: f.At,
		PersonID: f.Person, PersonName: f.PersonName,
	}
}

func checklistRows() []Operation {
	const path = "/checklists"
	rows := crud("question", "/questions", "a question", "the questions that checklists ask from, by their text",
		checklist.CanRead, checklist.CanCreate, checklist.CanUpdate, checklist.CanDelete)
	rows = append(rows, crud("checklist", path, "a checklist", "the checklists, by name",
		checklist.CanRead, checklist.CanCreate, checklist.CanUpdate, checklist.CanDelete)...)
	return append(rows,
		Operation{Name: "checklist.publish", Method: post, Path: path + "/{id}/publish", Permission: checklist.CanUpdate, Noun: "checklist",
			Summary: "Publish the draft of a checklist as its next version"},
		Operation{Name: "checklist.forms", Method: get, Path: path + "/{id}/forms", Permission: checklist.CanRead, Noun: "checklist",
			Summary: "List what was published of a checklist, the newest first", steady: true},
		Operation{Name: "form.get", Method: get, Path: "/checklist-forms/{id}", Permission: checklist.CanRead, Noun: "form",
			Summary: "Get a published version of a checklist", steady: true},
		Operation{Name: "form.evaluate", Method: post, Path: "/checklist-forms/{id}/evaluate", Permission: checklist.CanRead, Noun: "form",
			Summary: "Judge answers: what is shown, what is missing, what raises an alert", reads: true, status: http.StatusOK})
}

type checklistQuery struct {
	Paging
	ChecklistFilter
}

// ChecklistFilter narrows a list of checklists. It is exported for huma, which looks into exported fields only.
type ChecklistFilter struct {
	Kind         checklist.Kind `query:"kind" enum:"TASK,ROUTE,MAINTENANCE,SITEREPORT,INCIDENTREPORT,ASSETAUDIT"`
	SiteID       id.Site        `query:"site_id" format:"uuid" doc:"Only what applies at this site."`
	AssetID      id.Asset       `query:"asset_id" format:"uuid" doc:"Only what applies to this asset, or to its site when that is given too."`
	Search       string         `query:"search" maxLength:"200" doc:"Part of the name."`
	Inactive     bool           `query:"inactive" doc:"Inactive checklists too."`
	Offered      bool           `query:"offered" doc:"Only what may be chosen: active and published."`
	ChangedAfter time.Time      `query:"changed_after" doc:"Only what was changed at this time or after it."`
}

func (q ChecklistFilter) filter() checklist.Filter {
	return checklist.Filter{
		Kind: q.Kind, Site: given(q.SiteID), Asset: given(q.AssetID), Search: q.Search, Inactive: q.Inactive, Offered: q.Offered, ChangedAfter: q.ChangedAfter,
	}
}

func (a *api) checklists() {
	s := a.c.Checks
	register(a, "checklist.list", func(ctx context.Context, in *checklistQuery) (*many[Checklist], error) {
		p, err := s.List(ctx, actor.From(ctx), in.filter(), in.changes(in.ChangedAfter))
		return listed(p, err, checklistOf)
	})
	register(a, "checklist.create", func(ctx context.Context, in *struct{ Body ChecklistNew }) (*made[Checklist], error) {
		c, err := s.Create(ctx, actor.From(ctx), in.Body.input())
		return created(c, err, checklistOf, "checklists", func(c checklist.Checklist) string { return c.ID.String() })
	}, checks(func(b ChecklistNew) error { in := b.input(); return in.Check() }))
	register(a, "checklist.get", func(ctx context.Context, in *struct {
		ID id.Checklist `path:"id" format:"uuid"`
	}) (*one[Checklist], error) {
		c, err := s.Get(ctx, actor.From(ctx), in.ID)
		return single(c, err, checklistOf)
	})
	register(a, "checklist.update", func(ctx context.Context, in *struct {
		ID   id.Checklist `path:"id" format:"uuid"`
		Body ChecklistChange
	}) (*one[Checklist], error) {
		c, err := s.Update(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(c, err, checklistOf)
	}, checks(func(b ChecklistChange) error { in := b.input(); return in.Check() }))
	register(a, "checklist.delete", func(ctx context.Context, in *struct {
		ID id.Checklist `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.Delete(ctx, actor.From(ctx), in.ID, in.Version))
	})
	a.forms()
}
