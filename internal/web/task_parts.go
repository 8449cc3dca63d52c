package web

import (
	"strconv"
	"time"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/id"
	"intelliwiz/internal/task"
	"intelliwiz/internal/web/ui"
)

// answerView is one question of a task with what was answered.
type answerView struct {
	Section string // where a section begins
	Text    string
	Answer  string // "" = none
	Alert   string
	Thumbs  []thumb
}

// answersOf gives the questions of a task in their order; none of a run, whose visits have them.
func answersOf(t task.Whole) (out []answerView) {
	if t.Form == nil {
		return nil
	}
	said := map[id.Item]task.Answer{}
	for _, a := range t.Answers {
		said[a.Item] = a
	}
	for _, s := range t.Form.Form.Sections {
		for i, x := range s.Items {
			v := answerView{Text: x.Text, Answer: said[x.ID].Text, Alert: said[x.ID].Alert, Thumbs: thumbsOf(t.Files[x.ID], x.Rule)}
			if i == 0 {
				v.Section = s.Name
			}
			if v.Answer != "" || len(v.Thumbs) > 0 || t.Status.Open() || x.ShowIf == nil {
				out = append(out, v)
			}
		}
	}
	return out
}

// visitView is one stop of a run: when it was expected, and when somebody was there.
type visitView struct {
	Place      string // "1", or "2.1" of a second round
	Name, Href string
	Pill       ui.Pill
	Expected   string
	Was        string // "" = nobody was
	Remark     string
	X, Width   string // of the expected time, of a thousand
	At         string // of the time when somebody was there, "" = nobody was
}

// visitsOf gives the stops of a run in their order, on a line from its beginning to its end.
func visitsOf(v visit, t task.Whole) (out []visitView) {
	if len(t.Visits) == 0 {
		return nil
	}
	from, until := t.Begins, t.Due
	for _, x := range t.Visits {
		if x.Started != nil && x.Started.After(until) {
			until = *x.Started
		}
	}
	at := func(m time.Time) int { return int(1000 * m.Sub(from) / max(until.Sub(from), 1)) }
	rounds := t.Visits[len(t.Visits)-1].Round
	for i, x := range t.Visits {
		r := visitView{
			Place: strconv.Itoa(i + 1), Name: x.Name, Href: taskAt(x), Pill: taskPill(x, v.now), Expected: x.Begins.In(v.zone).Format(clockForm) + "–" + x.Due.In(v.zone).Format(clockForm),
			X: strconv.Itoa(at(x.Begins)), Width: strconv.Itoa(max(at(x.Due)-at(x.Begins), 4)),
		}
		if rounds > 1 {
			r.Place = strconv.FormatInt(x.Round, 10) + "." + r.Place
		}
		if x.Started != nil {
			r.Was, r.At = x.Started.In(v.zone).Format(clockForm), strconv.Itoa(at(*x.Started))
		}
		switch {
		case x.Deviation:
			r.Remark = "Out of order"
		case x.Alerts > 0:
			r.Remark = plural(int(x.Alerts), "alert")
		}
		out = append(out, r)
	}
	return out
}

// doView is the form in which a task is carried out.
type doView struct {
	At       string
	Draft    string
	Report   string // the report's own id, so that it counts once
	Started  string
	Faults   ui.Summary
	Typed    bool // it came back with what was typed
	Follows  bool // what is asked depends on answers
	Sections []doSection
	More     []ui.Field
	Sends    bool // files can be sent
}

// doSection is a part of the form.
type doSection struct {
	Name string
	Asks []doAsk
}

// doAsk is one question; Offers are what it offers beside what it takes.
type doAsk struct {
	Field  ui.Field
	People *suggestion
	File   *fileAsk
	Locate bool // the phone can say it
	Scan   bool // the camera can read it
}

func askName(i id.Item) string { return "a_" + i.String() }

// askField makes the field of an item.
func askField(i checklist.Item, last *checklist.Number) ui.Field {
	f := ui.Field{Name: askName(i.ID), Label: i.Text, Optional: !i.Mandatory}
	bounds := func() {
		f.Kind, f.Step, f.Width = ui.Number, "any", "mid"
		if i.Rule.Min != nil {
			f.Min = i.Rule.Min.String()
		}
		if i.Rule.Max != nil {
			f.Top = i.Rule.Max.String()
		}
	}
	switch i.Rule.Type {
	case checklist.Numeric:
		bounds()
	case checklist.MeterReading:
		if bounds(); last != nil {
			f.Help = "The last reading was " + last.String() + "."
		}
	case checklist.Rating:
		f.Kind = ui.Radio
		for _, n := range i.Rule.Steps() {
			f.Options = append(f.Options, ui.Option{Value: n.String(), Label: n.String()})
		}
	case checklist.Checkbox, checklist.Dropdown, checklist.MultiSelect:
		f.Kind = map[checklist.Type]ui.Kind{checklist.Checkbox: ui.Radio, checklist.Dropdown: ui.Select, checklist.MultiSelect: ui.Checkbox}[i.Rule.Type]
		if f.Kind == ui.Select {
			f.Options = append(f.Options, ui.Option{Label: "Choose"})
		}
		for _, o := range i.Rule.Options {
			f.Options = append(f.Options, ui.Option{Value: o, Label: o})
		}
	case checklist.MultiLine:
		f.Kind, f.Max = ui.Lines, 20000
	case checklist.Email:
		f.Kind, f.Literal, f.Autocomplete = ui.Email, true, "off"
	case checklist.Date:
		f.Kind = ui.Date
	case checklist.Time:
		f.Kind = ui.Time
	case checklist.GPS:
		f.Help, f.Literal = "Latitude and longitude, like 12.97,77.59.", true
	case checklist.Scan:
		f.Help, f.Literal = "The code on the label.", true
	default:
		f.Max = 2000
	}
	return f
}

// taskExpected says what was and is expected of a task, by when, and what followed when it was not met.
func taskExpected(v visit, t task.Whole) ui.Facts {
	f := ui.Facts{Title: "What is expected"}
	words := map[deadline.Kind]string{task.ToBeDone: "To be done", task.ToBeScanned: "The next stop scanned", task.ToBeBegun: "Begun, or a reminder is sent"}
	for _, d := range t.Expected {
		if d.State == deadline.Open && !t.Status.Open() {
			continue // nobody looks at it any more
		}
		item := ui.Fact{Label: words[d.Kind], Value: "by " + amid(d.Due, v.now, v.zone)}
		if d.Note != "" {
			item.Value += ". " + d.Note
		}
		f.Items = append(f.Items, item)
	}
	return f
}
