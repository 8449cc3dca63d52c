package web

import (
	"context"
	"net/http"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/web/ui"
)

// ruleNames are the fields of a rule beside its type.
var ruleNames = []string{"options", "alert_on", "min", "max", "below", "above", "attachment", "file_needed"}

// questionNames are the fields of the form about a question.
var questionNames = append([]string{"text", "type", "unit_id", "category_id", "active"}, ruleNames...)

// putAnswerRule writes a rule into the fields of a form whose names begin with at.
func putAnswerRule(f *form, at string, r checklist.Rule) {
	number := func(n *checklist.Number) string {
		if n == nil {
			return ""
		}
		return n.String()
	}
	f.set(at+"options", strings.Join(r.Options, "\n"))
	f.set(at+"alert_on", strings.Join(r.AlertOn, "\n"))
	f.set(at+"min", number(r.Min))
	f.set(at+"max", number(r.Max))
	f.set(at+"below", number(r.AlertBelow))
	f.set(at+"above", number(r.AlertAbove))
	f.set(at+"attachment", string(r.Attachment))
	f.set(at+"file_needed", yesNo(r.FileNeeded))
}

// readAnswerRule reads the fields of a rule. What stands in fields that a type of answer is not asked is passed over: the page hides them.
func readAnswerRule(f *form, at string, t checklist.Type) checklist.Rule {
	r := checklist.Rule{Type: t}
	if t.Choice() {
		r.Options, r.AlertOn = textLines(f.text(at+"options")), textLines(f.text(at+"alert_on"))
	}
	if t.Number() {
		bound := func(name string) *checklist.Number { return checklist.ReadNumber(strings.TrimSpace(f.text(at + name))) }
		r.Min, r.Max, r.AlertBelow, r.AlertAbove = bound("min"), bound("max"), bound("below"), bound("above")
	}
	if t != checklist.Signature {
		r.Attachment = checklist.Attachment(f.text(at + "attachment"))
		r.FileNeeded = r.Attachment != checklist.NoFile && f.yes(at+"file_needed")
	}
	return r
}

// textLines gives the lines of a text in which something stands.
func textLines(text string) (out []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// ruleFieldOf is the field in which a part of a rule was typed: "alert_on[1]" in alert_on.
func ruleFieldOf(part string) string {
	part, _, _ = strings.Cut(part, "[")
	switch part {
	case "alert_below":
		return "below"
	case "alert_above":
		return "above"
	}
	return part
}

// ruleAsks make the fields of a rule: those of choices, of numbers, and of what goes with the answer. t is "" while the type is still open.
func ruleAsks(f form, at string, t checklist.Type) (choices, numbers, files []ui.Field) {
	if t == "" || t.Choice() {
		choices = []ui.Field{
			{Name: at + "options", Label: "Options", Help: "One on a line, in order.", Kind: ui.Lines, Optional: t == "", Rows: 4},
			{Name: at + "alert_on", Label: "Options that raise an alert", Help: "One on a line.", Kind: ui.Lines, Optional: true, Rows: 2},
		}
	}
	if t == "" || t.Number() {
		field := func(name, label, help string) ui.Field {
			return ui.Field{Name: at + name, Label: label, Help: help, Optional: t != checklist.Rating || name == "below" || name == "above", Width: "short"}
		}
		numbers = []ui.Field{
			field("min", "Least", "What is less is no answer."), field("max", "Greatest", "What is greater is no answer."),
			field("below", "Alert below", ""), field("above", "Alert above", ""),
		}
	}
	if t != checklist.Signature {
		kinds := []ui.Option{{Label: checklist.NoFile.Label(), Selected: f.text(at+"attachment") == ""}}
		for _, a := range checklist.Attachments() {
			kinds = append(kinds, ui.Option{Value: string(a), Label: a.Label(), Selected: f.text(at+"attachment") == string(a)})
		}
		files = []ui.Field{
			{Name: at + "attachment", Label: "With the answer comes", Kind: ui.Select, Width: "mid", Options: kinds},
			{Name: at + "file_needed", Label: "An answer without it is none", Kind: ui.Checkbox, Checked: f.yes(at + "file_needed")},
		}
	}
	return choices, numbers, files
}

// questionView is the form about a question.
type questionView struct {
	First, Choices, Numbers, Files, Last []ui.Field
}

func (v questionView) all() (out []ui.Field) {
	for _, part := range [][]ui.Field{v.First, v.Choices, v.Numbers, v.Files, v.Last} {
		out = append(out, part...)
	}
	return out
}

func questionForm(q checklist.Question) form {
	f := newForm("text", q.Text, "type", string(q.Rule.Type), "unit_id", refText(q.Unit), "category_id", refText(q.Category), "active", yesNo(q.Active))
	putAnswerRule(&f, "", q.Rule)
	return f
}

func readQuestion(f *form, was checklist.Question) checklist.QuestionInput {
	t := checklist.Type(f.text("type"))
	if !was.ID.IsZero() {
		t = was.Rule.Type
	}
	in := checklist.QuestionInput{Text: f.text("text"), Rule: readAnswerRule(f, "", t), Category: ref[id.Lookup](f, "category_id"), Active: f.yes("active")}
	if t.Number() {
		in.Unit = ref[id.Lookup](f, "unit_id")
	}
	return in
}

// questionAsks makes the questions about a question, with what f has in them. A new one is asked its type; another keeps it.
func (p *pages) questionAsks(ctx context.Context, who actor.Actor, q checklist.Question, f form, faults ui.Faults) (v questionView, err error) {
	v.First = []ui.Field{{Name: "text", Label: "Question", Help: "As it is asked: “Is the gate locked?”", Max: 500}}
	if q.ID.IsZero() {
		var types []ui.Option
		for _, t := range checklist.Types() {
			types = append(types, ui.Option{Value: string(t), Label: t.Label(), Selected: f.text("type") == string(t)})
		}
		v.First = append(v.First, ui.Field{Name: "type", Label: "Answered with", Help: "For good: answers of two types cannot be compared.", Kind: ui.Select, Width: "mid", Options: types})
	}
	v.Choices, v.Numbers, v.Files = ruleAsks(f, "", q.Rule.Type)
	units, err := p.lookupChoices(ctx, who, org.QuestionUnit, f.text("unit_id"))
	if err != nil {
		return v, err
	}
	kinds, err := p.lookupChoices(ctx, who, org.QuestionKind, f.text("category_id"))
	if err != nil {
		return v, err
	}
	if v.Numbers != nil && units != nil {
		v.Numbers = append(v.Numbers, ui.Field{Name: "unit_id", Label: "Unit", Kind: ui.Select, Width: "mid", Optional: true, Options: units})
	}
	if kinds != nil {
		v.Last = append(v.Last, ui.Field{Name: "category_id", Label: "Category", Kind: ui.Select, Width: "mid", Optional: true, Options: kinds})
	}
	v.Last = append(v.Last, ui.Field{Name: "active", Label: "Active", Help: "An inactive question stays where it is asked and is no longer offered.", Kind: ui.Checkbox, Checked: f.yes("active")})
	for _, part := range [][]ui.Field{v.First, v.Choices, v.Numbers, v.Files, v.Last} {
		filled(part, f, faults)
	}
	return v, nil
}

// filled puts what was typed, and what is wrong with it, into fields.
func filled(fields []ui.Field, f form, faults ui.Faults) {
	for i, x := range fields {
		fields[i].Value, fields[i].Error = f.text(x.Name), faults.At(x.Name)
	}
}

// atQuestionFields puts the faults of a question to the fields in which they were typed.
func atQuestionFields(err error) error {
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	f := *fault.As(err)
	f.Fields = append([]fault.Field(nil), f.Fields...)
	for i, x := range f.Fields {
		if part, of := strings.CutPrefix(x.Path, "rule."); of {
			f.Fields[i].Path = ruleFieldOf(part)
		}
	}
	return &f
}

// askQuestion shows the form about a question: a new one when q has no id.
func (p *pages) askQuestion(w http.ResponseWriter, r *http.Request, q checklist.Question, f form, refusal error) error {
	refusal = atQuestionFields(refusal)
	at, a := questionsPath, asking{Title: "New question", Sub: "All fields are needed unless marked optional.", Crumbs: questionCrumbs()}
	a.Sheet = sheet{Action: at, Draft: "question:new", Go: "Add the question", Back: at}
	if !q.ID.IsZero() {
		at = questionAt(q)
		a.Title, a.Sub, a.Crumbs = "Change the question", "Drafts of checklists follow; what is published keeps the question as it was.", append(a.Crumbs, ui.Link{Text: q.Text, Href: at})
		a.Sheet = sheet{Action: at, Draft: "question:" + q.ID.String(), Version: f.text("version"), Go: "Save the question", Back: at}
	}
	a.Sheet.Faults = faultsOf(refusal)
	v, err := p.questionAsks(r.Context(), actor.From(r.Context()), q, f, a.Sheet.Faults)
	if err != nil {
		return err
	}
	a.Sheet.Fields, a.Sheet.Body = v.all(), questionParts(v)
	err = refused(&a.Sheet, refusal, "question", at+"/edit", func(now checklist.Question) ([]ui.Field, int64, error) {
		theirs, err := p.questionAsks(r.Context(), actor.From(r.Context()), now, questionForm(now), ui.Faults{})
		return theirs.all(), now.Version, err
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, a, refusal)
}

// newQuestion asks about a new question.
func (p *pages) newQuestion(w http.ResponseWriter, r *http.Request) error {
	if err := actor.From(r.Context()).RequireEverywhere(checklist.CanCreate); err != nil {
		return err
	}
	return p.askQuestion(w, r, checklist.Question{}, newForm("type", string(checklist.Checkbox), "options", "Yes\nNo", "active", "true"), nil)
}

// createQuestion adds a question to the library.
func (p *pages) createQuestion(w http.ResponseWriter, r *http.Request) error {
	return p.putQuestion(w, r, checklist.Question{})
}

// editQuestion asks what is to change about a question.
func (p *pages) editQuestion(w http.ResponseWriter, r *http.Request) error {
	q, err := p.questionToChange(r)
	if err != nil {
		return err
	}
	f := questionForm(q)
	f.set("version", number(q.Version))
	return p.askQuestion(w, r, q, f, nil)
}

// updateQuestion changes a question.
func (p *pages) updateQuestion(w http.ResponseWriter, r *http.Request) error {
	q, err := p.questionToChange(r)
	if err != nil {
		return err
	}
	return p.putQuestion(w, r, q)
}

// putQuestion adds or changes a question as it was typed.
func (p *pages) putQuestion(w http.ResponseWriter, r *http.Request, was checklist.Question) error {
	f, err := readForm(r, questionNames...)
	if err != nil {
		return err
	}
	who, in, version := actor.From(r.Context()), readQuestion(&f, was), f.version()
	refusal := f.readable(&in)
	var made checklist.Question
	switch {
	case refusal != nil:
	case was.ID.IsZero():
		made, refusal = p.Checks.CreateQuestion(r.Context(), who, in)
	default:
		made, refusal = p.Checks.UpdateQuestion(r.Context(), who, was.ID, version, in)
	}
	if refusal != nil {
		return p.askQuestion(w, r, was, f, refusal)
	}
	return p.seeOther(w, r, questionAt(made), "The question is saved")
}
