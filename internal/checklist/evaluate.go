package checklist

import (
	"fmt"
	"slices"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Verdict is what a form makes of answers.
type Verdict struct {
	Items  []Judged      // every item of the form, in order
	Faults []fault.Field // what must be mended, at answers[id of the item]
	Alerts int           // items whose answer raises an alert
}

// Judged is an item with its answer.
type Judged struct {
	Item
	Shown  bool
	Answer *Answer // nil: none, or the item is hidden
	Alert  string  // why the answer raises an alert, "" for one that does not
}

// Err gives the Invalid fault of a verdict, or nil when nothing must be mended.
func (v Verdict) Err() error {
	if len(v.Faults) == 0 {
		return nil
	}
	f := fault.Of(fault.Invalid, "Some answers need another look.")
	f.Fields = v.Faults
	return f
}

// Evaluate reads answers by a form: what is shown, what is missing, what breaks a rule and what raises an alert. It is the one judge, for a page
// while somebody types, for a submission, and for what a phone claims. last has the last reading of each meter; whole says that nothing
// mandatory may be missing. What is said to a hidden item is passed over: the answer that hid it came later.
func (f Form) Evaluate(given []Given, last map[id.Item]Number, whole bool) Verdict {
	var v Verdict
	said, known := map[id.Item]Given{}, map[id.Item]bool{}
	for _, g := range given {
		said[g.Item] = g
	}
	answers, shown := map[id.Item]*Answer{}, map[id.Item]bool{}
	for _, i := range f.Items() {
		known[i.ID] = true
		j := Judged{Item: i, Shown: i.ShowIf == nil || shown[i.ShowIf.Item] && i.ShowIf.met(answers[i.ShowIf.Item])}
		if shown[i.ID] = j.Shown; j.Shown {
			j.judge(&v, said[i.ID], last, whole)
			answers[i.ID] = j.Answer
		}
		v.Items = append(v.Items, j)
	}
	for _, g := range given {
		if !known[g.Item] {
			v.fault(g.Item, "unknown", "This checklist has no such item.")
		}
	}
	return v
}

func (v *Verdict) fault(item id.Item, code, message string) {
	v.Faults = append(v.Faults, fault.Field{Path: fmt.Sprintf("answers[%s]", item), Code: code, Message: message})
}

// judge reads the answer to an item that is shown.
func (j *Judged) judge(v *Verdict, g Given, last map[id.Item]Number, whole bool) {
	a, wrong := j.Rule.read(g)
	switch {
	case wrong.code != "":
		v.fault(j.ID, wrong.code, wrong.message)
	case a == nil && whole && j.Mandatory:
		v.fault(j.ID, "required", "This needs an answer.")
	case a != nil && whole && j.Rule.FileNeeded && a.Files == 0:
		v.fault(j.ID, "file", fmt.Sprintf("This needs a file: %s.", j.Rule.Attachment.Label()))
	}
	if j.Answer = a; a == nil {
		return
	}
	before, read := last[j.ID]
	if j.Alert = j.Rule.alert(a, before, read); j.Alert != "" {
		v.Alerts++
	}
}

// alert says why an answer raises an alert, "" when it does not (domain/ops.md 2.8). before is the meter's last reading, if it was read.
func (r Rule) alert(a *Answer, before Number, read bool) string {
	if n := a.Number; n != nil {
		switch {
		case r.AlertBelow != nil && *n < *r.AlertBelow:
			return fmt.Sprintf("%s is below %s", n, r.AlertBelow)
		case r.AlertAbove != nil && *n > *r.AlertAbove:
			return fmt.Sprintf("%s is above %s", n, r.AlertAbove)
		case r.Type == MeterReading && read && *n < before:
			return fmt.Sprintf("%s is less than the last reading, %s", n, before)
		}
		return ""
	}
	for _, t := range a.texts() {
		if slices.Contains(r.AlertOn, t) {
			return t + " raises an alert"
		}
	}
	return ""
}
