package checklist

import (
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// Question is an entry of the library that checklists ask from.
type Question struct {
	ID       id.Question `json:"id"`
	Text     string      `json:"text"`
	Rule     Rule        `json:"rule"`                 // its type is for good: answers of two types cannot be compared
	Unit     *id.Lookup  `json:"unit_id,omitzero"`     // of the list question_unit
	Category *id.Lookup  `json:"category_id,omitzero"` // of the list question_category
	Active   bool        `json:"active"`               // an inactive one stays where it is asked and is no longer offered
	Version  int64       `json:"version"`
	Updated  time.Time   `json:"-"` // when it was last changed

	// Names for people, read with the question.
	UnitName     string `json:"unit_name"`
	CategoryName string `json:"category_name"`
	Used         int64  `json:"-"` // how many checklists ask it
}

// QuestionInput is what one says about a question, new or changed.
type QuestionInput struct {
	ID       id.Question `json:"-"` // of a new one, made by the caller; zero: made here
	Text     string
	Rule     Rule
	Unit     *id.Lookup
	Category *id.Lookup
	Active   bool
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *QuestionInput) Check() error {
	var c fault.Check
	in.Text = fold.Line(in.Text)
	c.Text("text", in.Text, 1, 500)
	in.Rule.check(&c, "rule.")
	c.That(in.Unit == nil || in.Rule.Type.Number(), "unit_id", "unused", "Only a number has a unit.")
	return c.Err()
}

func (in QuestionInput) question(question id.Question, version int64, now time.Time) Question {
	return Question{
		ID: question, Text: in.Text, Rule: in.Rule, Unit: in.Unit, Category: in.Category, Active: in.Active, Version: version, Updated: now,
	}
}

// QuestionFilter narrows a list of questions.
type QuestionFilter struct {
	Type         Type // "" = every one
	Category     *id.Lookup
	Search       string // part of the text
	Inactive     bool   // inactive ones too
	ChangedAfter time.Time
}
