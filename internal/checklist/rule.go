package checklist

import (
	"fmt"
	"slices"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
)

// Type is how a question is answered (domain/ops.md 1.4 and 1.6, with GPS and SCAN).
type Type string

// The types of answer.
const (
	Numeric      Type = "NUMERIC"
	Rating       Type = "RATING"
	MeterReading Type = "METERREADING" // a reading of the asset's meter: never less than the last
	Checkbox     Type = "CHECKBOX"     // one of a few options, all in sight
	Dropdown     Type = "DROPDOWN"     // one of many options
	MultiSelect  Type = "MULTISELECT"  // any of the options
	SingleLine   Type = "SINGLELINE"
	MultiLine    Type = "MULTILINE"
	Email        Type = "EMAIL"
	Date         Type = "DATE"
	Time         Type = "TIME"
	Signature    Type = "SIGNATURE" // a file: what a finger drew
	Person       Type = "PERSON"    // one of the people of the tenant
	Site         Type = "SITE"      // one of its sites
	GPS          Type = "GPS"       // where the phone is
	Scan         Type = "SCAN"      // the code of an asset, from its label
)

// Types gives the types of answer in the order of the form.
func Types() []Type {
	return []Type{
		Checkbox, Dropdown, MultiSelect, Numeric, MeterReading, Rating, SingleLine, MultiLine, Date, Time, Email, Signature, Person, Site, GPS, Scan,
	}
}

// Valid says that there is such a type.
func (t Type) Valid() bool { return slices.Contains(Types(), t) }

// Choice says that the answer is taken from options.
func (t Type) Choice() bool { return t == Checkbox || t == Dropdown || t == MultiSelect }

// Number says that the answer is a number.
func (t Type) Number() bool { return t == Numeric || t == Rating || t == MeterReading }

// Attachment is the kind of file that an answer may bring along.
type Attachment string

// The kinds of attachment.
const (
	NoFile Attachment = ""
	Photo  Attachment = "PHOTO"
	Selfie Attachment = "SELFIE" // with the camera that looks at the person
	Audio  Attachment = "AUDIO"
	Video  Attachment = "VIDEO"
)

// Attachments gives the kinds in the order of the form.
func Attachments() []Attachment { return []Attachment{Photo, Selfie, Audio, Video} }

// Label is the kind for people.
func (a Attachment) Label() string {
	return map[Attachment]string{"": "None", Photo: "Photo", Selfie: "Photo of oneself", Audio: "Sound", Video: "Video"}[a]
}

// Rule is how a question is to be answered, and which answers raise an alert.
type Rule struct {
	Type       Type       `json:"type"`
	Options    []string   `json:"options,omitempty"`     // of a choice, in order
	Min        *Number    `json:"min,omitempty"`         // of a number: what is less is no answer; always there for a rating
	Max        *Number    `json:"max,omitempty"`         // as Min
	AlertBelow *Number    `json:"alert_below,omitempty"` // a number less than this raises an alert
	AlertAbove *Number    `json:"alert_above,omitempty"` // and one greater than this
	AlertOn    []string   `json:"alert_on,omitempty"`    // options of which each raises an alert
	Attachment Attachment `json:"attachment,omitempty"`  // the kind of file that goes with the answer
	FileNeeded bool       `json:"file_needed,omitempty"` // an answer without the file is none
}

// TakesFile says that a file may go with the answer, or is it.
func (r Rule) TakesFile() bool { return r.Attachment != NoFile || r.Type == Signature }

// Bounds of a rule.
const (
	maxOptions = 100
	maxRating  = 10 // steps
)

// check folds the rule and gives every violation at its field; path is "" or ends with a dot.
func (r *Rule) check(c *fault.Check, path string) {
	c.That(r.Type.Valid(), path+"type", "unknown", "Choose how the question is answered.")
	r.checkOptions(c, path)
	r.checkNumbers(c, path)
	c.That(r.Attachment == "" || slices.Contains(Attachments(), r.Attachment), path+"attachment", "unknown", "There is no such kind of file.")
	c.That(!r.FileNeeded || r.Attachment != "", path+"attachment", "required", "Choose which kind of file is needed.")
	c.That(r.Attachment == "" || r.Type != Signature, path+"attachment", "signature", "A signature is a file already.")
}

func (r *Rule) checkOptions(c *fault.Check, path string) {
	if !r.Type.Choice() {
		c.That(len(r.Options) == 0, path+"options", "unused", "Only a choice has options.")
		c.That(len(r.AlertOn) == 0, path+"alert_on", "unused", "Only a choice has options that raise an alert.")
		return
	}
	r.Options, r.AlertOn = lines(r.Options), lines(r.AlertOn)
	c.That(len(r.Options) > 0, path+"options", "required", "Give at least one option.")
	c.That(len(r.Options) <= maxOptions, path+"options", "too_many", fmt.Sprintf("There are at most %d options.", maxOptions))
	seen := map[string]bool{}
	for i, o := range r.Options {
		at := fmt.Sprintf("%soptions[%d]", path, i)
		if c.Text(at, o, 1, 200) {
			c.That(!seen[fold.Key(o)], at, "doubled", "This option stands here twice.")
		}
		seen[fold.Key(o)] = true
	}
	for i, o := range r.AlertOn {
		c.That(slices.Contains(r.Options, o), fmt.Sprintf("%salert_on[%d]", path, i), "unknown", "This is none of the options.")
	}
}

// lines folds the white space of each text; the list is a copy.
func lines(in []string) []string {
	var out []string
	for _, s := range in {
		out = append(out, fold.Line(s))
	}
	return out
}

// checkNumbers holds the bounds to each other; each of them may stand alone (defect 51).
func (r *Rule) checkNumbers(c *fault.Check, path string) {
	broken := false
	for field, n := range map[string]*Number{"min": r.Min, "max": r.Max, "alert_below": r.AlertBelow, "alert_above": r.AlertAbove} {
		c.That(n == nil || r.Type.Number(), path+field, "unused", "Only a number has bounds.")
		if n != nil && *n == NaN {
			c.Add(path+field, "number", "Write a number with at most four decimals, as 12.5.")
			broken = true
		}
	}
	if broken || !r.Type.Number() {
		return
	}
	above := func(a, b *Number) bool { return a == nil || b == nil || *a > *b }
	notBelow := func(a, b *Number) bool { return a == nil || b == nil || *a >= *b }
	c.That(above(r.Max, r.Min), path+"max", "order", "The greatest number is greater than the least.")
	c.That(notBelow(r.AlertBelow, r.Min), path+"alert_below", "order", "An alert below a number that is less than the least can never come.")
	c.That(notBelow(r.Max, r.AlertAbove), path+"alert_above", "order", "An alert above a number that is greater than the greatest can never come.")
	c.That(notBelow(r.AlertAbove, r.AlertBelow), path+"alert_above", "alerts", "With these two, every number raises an alert.")
	if r.Type != Rating {
		return
	}
	c.That(r.Min != nil, path+"min", "required", "A rating begins at a number, as 1.")
	c.That(r.Max != nil, path+"max", "required", "A rating ends at a number, as 5.")
	if r.Min != nil && r.Max != nil && *r.Max > *r.Min {
		c.That(r.Min.Whole() && r.Max.Whole(), path+"max", "whole", "A rating goes from a whole number to another.")
		c.That(*r.Max-*r.Min <= maxRating*unit, path+"max", "range", fmt.Sprintf("A rating has at most %d steps.", maxRating))
	}
}

// Steps gives the numbers that a rating may be, in order.
func (r Rule) Steps() (out []Number) {
	if r.Type != Rating || r.Min == nil || r.Max == nil {
		return nil
	}
	for n := *r.Min; n <= *r.Max; n += unit {
		out = append(out, n)
	}
	return out
}
