package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
)

// Rule is how a question is answered, and which answers raise an alert.
type Rule struct {
	Type       checklist.Type       `json:"type" enum:"CHECKBOX,DROPDOWN,MULTISELECT,NUMERIC,METERREADING,RATING,SINGLELINE,MULTILINE,DATE,TIME,EMAIL,SIGNATURE,PERSON,SITE,GPS,SCAN"`
	Options    []string             `json:"options,omitzero" nullable:"false" maxItems:"100" maxLength:"200" doc:"Of a choice, in order." example:"[\"Yes\",\"No\"]"`
	Min        *string              `json:"min,omitzero" maxLength:"20" doc:"Of a number: what is less is no answer. A decimal with at most four places, as text, for it is exact."`
	Max        *string              `json:"max,omitzero" maxLength:"20" doc:"Of a number: what is greater is no answer."`
	AlertBelow *string              `json:"alert_below,omitzero" maxLength:"20" doc:"A number that is less raises an alert."`
	AlertAbove *string              `json:"alert_above,omitzero" maxLength:"20" doc:"A number that is greater raises an alert."`
	AlertOn    []string             `json:"alert_on,omitzero" nullable:"false" maxItems:"100" maxLength:"200" doc:"Options of which each raises an alert." example:"[\"No\"]"`
	Attachment checklist.Attachment `json:"attachment,omitzero" enum:"PHOTO,SELFIE,AUDIO,VIDEO" doc:"The kind of file that goes with the answer."`
	FileNeeded bool                 `json:"file_needed,omitzero" doc:"An answer without the file is none."`
}

func ruleOf(r checklist.Rule) Rule {
	return Rule{
		Type: r.Type, Options: r.Options, Min: decimalOf(r.Min), Max: decimalOf(r.Max), AlertBelow: decimalOf(r.AlertBelow), AlertAbove: decimalOf(r.AlertAbove),
		AlertOn: r.AlertOn, Attachment: r.Attachment, FileNeeded: r.FileNeeded,
	}
}

func decimalOf(n *checklist.Number) *string {
	if n == nil {
		return nil
	}
	text := n.String()
	return &text
}

func (b Rule) rule() checklist.Rule {
	read := func(text *string) *checklist.Number { return checklist.ReadNumber(value(text, "")) }
	return checklist.Rule{
		Type: b.Type, Options: b.Options, Min: read(b.Min), Max: read(b.Max), AlertBelow: read(b.AlertBelow), AlertAbove: read(b.AlertAbove),
		AlertOn: b.AlertOn, Attachment: b.Attachment, FileNeeded: b.FileNeeded,
	}
}

// Question is an entry of the library that checklists ask from.
type Question struct {
	ID           id.Question `json:"id" format:"uuid"`
	Text         string      `json:"text" example:"Is the lamp on?"`
	Rule         Rule        `json:"rule"`
	UnitID       *id.Lookup  `json:"unit_id" format:"uuid" doc:"Of a number: a value of the list question_unit."`
	UnitName     string      `json:"unit_name"`
	CategoryID   *id.Lookup  `json:"category_id" format:"uuid" doc:"A value of the list question_category."`
	CategoryName string      `json:"category_name"`
	Active       bool        `json:"active" doc:"An inactive question stays where it is asked and is no longer offered."`
	Checklists   int64       `json:"checklists" doc:"How many ask it."`
	UpdatedAt    time.Time   `json:"updated_at" doc:"When it was last changed."`
	Version      int64       `json:"version" example:"1"`
}

func questionOf(q checklist.Question) Question {
	return Question{
		ID: q.ID, Text: q.Text, Rule: ruleOf(q.Rule), UnitID: q.Unit, UnitName: q.UnitName, CategoryID: q.Category, CategoryName: q.CategoryName,
		Active: q.Active, Checklists: q.Used, UpdatedAt: q.Updated, Version: q.Version,
	}
}

// QuestionNew is a question to be added.
type QuestionNew struct {
	ID         id.Question `json:"id,omitzero" format:"uuid" doc:"Made here unless told: a UUID of version 7."`
	Text       string      `json:"text" minLength:"1" maxLength:"500" example:"Is the lamp on?"`
	Rule       Rule        `json:"rule" example:"{\"type\":\"CHECKBOX\",\"options\":[\"Yes\",\"No\"],\"alert_on\":[\"No\"]}"`
	UnitID     *id.Lookup  `json:"unit_id,omitzero" format:"uuid"`
	CategoryID *id.Lookup  `json:"category_id,omitzero" format:"uuid"`
	Active     *bool       `json:"active,omitzero" nullable:"false" doc:"True unless told."`
}

func (b QuestionNew) input() checklist.QuestionInput {
	return checklist.QuestionInput{ID: b.ID, Text: b.Text, Rule: b.Rule.rule(), Unit: b.UnitID, Category: b.CategoryID, Active: value(b.Active, true)}
}

// QuestionChange replaces a question. Its type of answer stays: answers of two types cannot be compared.
type QuestionChange struct {
	QuestionNew
	Active  bool  `json:"active" example:"true"`
	Version int64 `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b QuestionChange) input() checklist.QuestionInput {
	b.QuestionNew.Active = &b.Active
	return b.QuestionNew.input()
}

type questionQuery struct {
	Paging
	QuestionFilter
}

// QuestionFilter narrows a list of questions. It is exported for huma, which looks into exported fields only.
type QuestionFilter struct {
	Type         checklist.Type `query:"type" enum:"CHECKBOX,DROPDOWN,MULTISELECT,NUMERIC,METERREADING,RATING,SINGLELINE,MULTILINE,DATE,TIME,EMAIL,SIGNATURE,PERSON,SITE,GPS,SCAN"`
	CategoryID   id.Lookup      `query:"category_id" format:"uuid"`
	Search       string         `query:"search" maxLength:"200" doc:"Part of the text."`
	Inactive     bool           `query:"inactive" doc:"Inactive questions too."`
	ChangedAfter time.Time      `query:"changed_after" doc:"Only what was changed at this time or after it."`
}

func (q QuestionFilter) filter() checklist.QuestionFilter {
	return checklist.QuestionFilter{Type: q.Type, Category: given(q.CategoryID), Search: q.Search, Inactive: q.Inactive, ChangedAfter: q.ChangedAfter}
}

func (a *api) questions() {
	s := a.c.Checks
	register(a, "question.list", func(ctx context.Context, in *questionQuery) (*many[Question], error) {
		p, err := s.ListQuestions(ctx, actor.From(ctx), in.filter(), in.changes(in.ChangedAfter))
		return listed(p, err, questionOf)
	})
	register(a, "question.create", func(ctx context.Context, in *struct{ Body QuestionNew }) (*made[Question], error) {
		q, err := s.CreateQuestion(ctx, actor.From(ctx), in.Body.input())
		return created(q, err, questionOf, "questions", func(q checklist.Question) string { return q.ID.String() })
	}, checks(func(b QuestionNew) error { in := b.input(); return in.Check() }))
	register(a, "question.get", func(ctx context.Context, in *struct {
		ID id.Question `path:"id" format:"uuid"`
	}) (*one[Question], error) {
		q, err := s.GetQuestion(ctx, actor.From(ctx), in.ID)
		return single(q, err, questionOf)
	})
	register(a, "question.update", func(ctx context.Context, in *struct {
		ID   id.Question `path:"id" format:"uuid"`
		Body QuestionChange
	}) (*one[Question], error) {
		q, err := s.UpdateQuestion(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(q, err, questionOf)
	}, checks(func(b QuestionChange) error { in := b.input(); return in.Check() }))
	register(a, "question.delete", func(ctx context.Context, in *struct {
		ID id.Question `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.DeleteQuestion(ctx, actor.From(ctx), in.ID, in.Version))
	})
}
