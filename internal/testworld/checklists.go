package testworld

import (
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
)

// Question puts a question into the library: yes or no, with an alert on No, unless change says otherwise.
func (x *Tenant) Question(text string, change ...func(*checklist.QuestionInput)) checklist.Question {
	x.w.t.Helper()
	in := checklist.QuestionInput{
		Text: text, Rule: checklist.Rule{Type: checklist.Checkbox, Options: []string{"Yes", "No"}, AlertOn: []string{"No"}}, Active: true,
	}
	for _, f := range change {
		f(&in)
	}
	q, err := x.w.Checks.CreateQuestion(x.w.t.Context(), x.System, in)
	x.w.must(err)
	return q
}

// Checklist makes a checklist for tasks everywhere that asks some questions, each mandatory, and publishes it.
func (x *Tenant) Checklist(name string, questions ...checklist.Question) checklist.Checklist {
	x.w.t.Helper()
	in := checklist.Input{Kind: checklist.ForTask, Name: name, Active: true, Places: checklist.Places{Everywhere: true}, Draft: Form(questions...)}
	c, err := x.w.Checks.Create(x.w.t.Context(), x.System, in)
	x.w.must(err)
	c, err = x.w.Checks.Publish(x.w.t.Context(), x.System, c.ID, c.Version)
	x.w.must(err)
	return c
}

// Form places questions in one section, each mandatory.
func Form(questions ...checklist.Question) checklist.Form {
	var s checklist.Section
	for _, q := range questions {
		s.Items = append(s.Items, checklist.Item{ID: id.New[id.Item](), Question: q.ID, Mandatory: true})
	}
	return checklist.Form{Sections: []checklist.Section{s}}
}
