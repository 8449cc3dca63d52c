package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

// Question answers with a question of the library.
func (q query) Question(ctx context.Context, x id.Any) (*checklist.Question, error) {
	return pointer(q.c.Checks.GetQuestion(ctx, actor.From(ctx), as[id.Question](x)))
}

// Questions answers with a piece of the library.
func (q query) Questions(ctx context.Context, f gen.QuestionFilter, first int64, after string) (*gen.QuestionConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Checks.ListQuestions(ctx, actor.From(ctx), checklist.QuestionFilter{
		Type: given(f.Type), Category: maybe[id.Lookup](f.CategoryID), Search: f.Search, Inactive: f.Inactive, ChangedAfter: given(f.ChangedAfter),
	}, p)
	if err != nil {
		return nil, err
	}
	key := func(x *checklist.Question) (string, string) { return fold.Key(x.Text), x.ID.String() }
	all, info := edges(list, key, func(c string, x *checklist.Question) gen.QuestionEdge { return gen.QuestionEdge{Cursor: c, Node: x} })
	return &gen.QuestionConnection{Edges: all, PageInfo: info}, nil
}

// Checklist answers with a checklist and its draft.
func (q query) Checklist(ctx context.Context, c id.Any) (*checklist.Checklist, error) {
	return pointer(q.c.Checks.Get(ctx, actor.From(ctx), as[id.Checklist](c)))
}

// Checklists answers with a piece of the checklists.
func (q query) Checklists(ctx context.Context, f gen.ChecklistFilter, first int64, after string) (*gen.ChecklistConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Checks.List(ctx, actor.From(ctx), checklist.Filter{
		Kind: given(f.Kind), Site: maybe[id.Site](f.SiteID), Asset: maybe[id.Asset](f.AssetID), Search: f.Search, Inactive: f.Inactive, Offered: f.Offered,
		ChangedAfter: given(f.ChangedAfter),
	}, p)
	if err != nil {
		return nil, err
	}
	key := func(x *checklist.Checklist) (string, string) { return fold.Key(x.Name), x.ID.String() }
	all, info := edges(list, key, func(c string, x *checklist.Checklist) gen.ChecklistEdge { return gen.ChecklistEdge{Cursor: c, Node: x} })
	return &gen.ChecklistConnection{Edges: all, PageInfo: info}, nil
}

// ChecklistForms answers with what was published of a checklist.
func (q query) ChecklistForms(ctx context.Context, c id.Any) ([]checklist.Published, error) {
	rows, err := q.c.Checks.ListForms(ctx, actor.From(ctx), as[id.Checklist](c))
	if err != nil {
		return nil, err
	}
	return listOf(rows, nil)
}

// Form answers with a published version.
func (q query) Form(ctx context.Context, f id.Any) (*checklist.Published, error) {
	return pointer(q.c.Checks.GetForm(ctx, actor.From(ctx), as[id.Form](f)))
}

// FormVerdict answers with what a form makes of answers.
func (q query) FormVerdict(ctx context.Context, form id.Any, answers []checklist.Given, readings []gen.ReadingInput, whole bool) (*gen.Verdict, error) {
	f, err := q.c.Checks.GetForm(ctx, actor.From(ctx), as[id.Form](form))
	if err != nil {
		return nil, err
	}
	last := map[id.Item]checklist.Number{}
	for _, r := range readings {
		last[as[id.Item](r.ItemID)] = r.Value
	}
	v := f.Form.Evaluate(answers, last, whole)
	out := &gen.Verdict{Items: make([]gen.JudgedItem, len(v.Items)), Faults: append([]fault.Field{}, v.Faults...), Alerts: int64(v.Alerts)}
	for i, j := range v.Items {
		out.Items[i] = gen.JudgedItem{ItemID: id.Of[id.Any](j.ID.Bytes()), Shown: j.Shown, Answered: j.Answer != nil, Alert: j.Alert}
		if j.Answer != nil {
			out.Items[i].Text = j.Answer.Text
		}
	}
	return out, nil
}

// CreateQuestion adds a question to the library.
func (m mutation) CreateQuestion(ctx context.Context, input checklist.QuestionInput) (*checklist.Question, error) {
	return pointer(m.c.Checks.CreateQuestion(ctx, actor.From(ctx), input))
}

// UpdateQuestion replaces a question.
func (m mutation) UpdateQuestion(ctx context.Context, x id.Any, version int64, input checklist.QuestionInput) (*checklist.Question, error) {
	return pointer(m.c.Checks.UpdateQuestion(ctx, actor.From(ctx), as[id.Question](x), version, input))
}

// DeleteQuestion removes a question that nobody asks.
func (m mutation) DeleteQuestion(ctx context.Context, x id.Any, version int64) (*id.Any, error) {
	return pointer(x, m.c.Checks.DeleteQuestion(ctx, actor.From(ctx), as[id.Question](x), version))
}

// CreateChecklist adds a checklist.
func (m mutation) CreateChecklist(ctx context.Context, input gen.ChecklistInput) (*checklist.Checklist, error) {
	return pointer(m.c.Checks.Create(ctx, actor.From(ctx), checklistInput(input)))
}

// UpdateChecklist replaces a checklist and its draft.
func (m mutation) UpdateChecklist(ctx context.Context, c id.Any, version int64, input gen.ChecklistInput) (*checklist.Checklist, error) {
	return pointer(m.c.Checks.Update(ctx, actor.From(ctx), as[id.Checklist](c), version, checklistInput(input)))
}

func checklistInput(in gen.ChecklistInput) checklist.Input {
	return checklist.Input{
		ID: given(maybe[id.Checklist](in.ID)), Kind: in.Kind, Name: in.Name, Draft: checklist.Form{Sections: in.Sections}, Places: given(in.Places), Active: in.Active,
	}
}

// DeleteChecklist removes a checklist of which nothing was published.
func (m mutation) DeleteChecklist(ctx context.Context, c id.Any, version int64) (*id.Any, error) {
	return pointer(c, m.c.Checks.Delete(ctx, actor.From(ctx), as[id.Checklist](c), version))
}

// PublishChecklist makes a version of a draft.
func (m mutation) PublishChecklist(ctx context.Context, c id.Any, version int64) (*checklist.Checklist, error) {
	return pointer(m.c.Checks.Publish(ctx, actor.From(ctx), as[id.Checklist](c), version))
}

// Unit answers with the unit of a question's numbers.
func (questionResolver) Unit(ctx context.Context, x *checklist.Question) (*org.Lookup, error) {
	return load(ctx, loadersOf(ctx).lookups, x.Unit)
}

// Category answers with the category of a question.
func (questionResolver) Category(ctx context.Context, x *checklist.Question) (*org.Lookup, error) {
	return load(ctx, loadersOf(ctx).lookups, x.Category)
}

// Sections answers with the draft of a checklist.
func (checklistResolver) Sections(_ context.Context, c *checklist.Checklist) ([]checklist.Section, error) {
	return listOf(c.Draft.Sections, nil)
}

// Sections answers with what a version asks.
func (formResolver) Sections(_ context.Context, f *checklist.Published) ([]checklist.Section, error) {
	return listOf(f.Form.Sections, nil)
}

// Person answers with who published a version.
func (formResolver) Person(ctx context.Context, f *checklist.Published) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, f.Person)
}
