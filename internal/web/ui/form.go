package ui

import (
	"strconv"
	"strings"

	"intelliwiz/internal/fault"
)

// Kind is what a field asks for.
type Kind string

// The kinds of field. Text is the zero value.
const (
	Text     Kind = ""
	Password Kind = "password"
	Email    Kind = "email"
	Tel      Kind = "tel"
	Number   Kind = "number"
	Date     Kind = "date"
	Time     Kind = "time"
	URL      Kind = "url"
	File     Kind = "file"
	Lines    Kind = "textarea" // several lines
	Select   Kind = "select"   // one of many
	Checkbox Kind = "checkbox" // yes or no: one box; with Options, any of them
	Radio    Kind = "radio"    // one of few, all shown
)

// Field is one question of a form: label, help, error, input, in this order. Every field is required unless Optional.
type Field struct {
	Name         string // as the form sends it, and as fault paths name it
	Label        string
	Help         string
	Error        string // usually Faults.At(Name)
	Kind         Kind
	Value        string
	Checked      bool     // for one Checkbox
	Options      []Option // for Select, Radio and several Checkboxes
	Optional     bool
	Width        string // "" full, "mid" 18 rem, "short" 9.5 rem
	Max          int    // characters at most, 0 = no limit
	Min, Top     string // bounds of a Number, Date or Time
	Step         string // of a Number: "any" for fractions
	Rows         int    // of several lines, 0 = 4
	Autocomplete string // WHATWG token: "username", "email", "off"
	Literal      bool   // codes and logins: no capitals, no spelling
	Focus        bool   // the page starts here
	ReadOnly     bool
}

// Option is a choice of a Field.
type Option struct {
	Value    string
	Label    string
	Help     string // below the label, for Radio and Checkbox
	Group    string // options of one group stand together under its name; they must follow each other
	Selected bool
}

// ID is the id of the field's input, which errors and labels point to.
func (f Field) ID() string { return fieldID(f.Name) }

func fieldID(name string) string {
	return "f-" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, name)
}

// several says that the field is a group of inputs with a legend, not one input with a label.
func (f Field) several() bool { return f.Kind == Radio || f.Kind == Checkbox && f.Options != nil }

// describedBy names the help and error texts for screen readers.
func (f Field) describedBy() string {
	var ids []string
	if f.Help != "" {
		ids = append(ids, f.ID()+"-h")
	}
	if f.Error != "" {
		ids = append(ids, f.ID()+"-e")
	}
	return strings.Join(ids, " ")
}

func (f Field) rows() string {
	if f.Rows == 0 {
		return "4"
	}
	return strconv.Itoa(f.Rows)
}

// groups cuts the options where the group changes.
func groups(all []Option) [][]Option {
	var out [][]Option
	for i, o := range all {
		if i == 0 || o.Group != all[i-1].Group {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], o)
	}
	return out
}

// optionID makes the n-th input of a group unique; the first bears the field's own id, so that the summary's link finds it.
func (f Field) optionID(o Option) string {
	if len(f.Options) > 0 && f.Options[0].Value == o.Value {
		return f.ID()
	}
	return fieldID(f.Name + "-" + o.Value)
}

// Faults are what is wrong with a form, by field; the zero value is a form that nobody has sent yet.
type Faults struct {
	message string
	fields  []fault.Field
}

// FaultsOf reads an error that a use case gave. nil gives no faults.
func FaultsOf(err error) Faults {
	if err == nil {
		return Faults{}
	}
	f := fault.As(err)
	return Faults{message: f.Message, fields: f.Fields}
}

// At gives the message at a field, or "".
func (f Faults) At(name string) string {
	for _, x := range f.fields {
		if x.Path == name {
			return x.Message
		}
	}
	return ""
}

// Any says that something is wrong.
func (f Faults) Any() bool { return f.message != "" || len(f.fields) > 0 }

// Summary is the note above a form that came back: every fault, linked to its field. Without fields it is the message alone.
type Summary struct {
	Title string
	Items []SummaryItem
}

// SummaryItem is one fault and where it is.
type SummaryItem struct {
	Href string // "#f-code", or "" when the form has no such field
	Text string
}

// Summary puts the faults together for the fields that the form shows, in the form's order; what is at no field comes last, without a link.
func (f Faults) Summary(shown ...Field) Summary {
	s := Summary{Title: f.message}
	seen := map[string]bool{}
	for _, field := range shown {
		seen[field.Name] = true
		for _, x := range f.fields {
			if x.Path == field.Name {
				s.Items = append(s.Items, SummaryItem{Href: "#" + field.ID(), Text: field.said(x.Message)})
			}
		}
	}
	for _, x := range f.fields {
		if !seen[x.Path] {
			s.Items = append(s.Items, SummaryItem{Text: x.Message})
		}
	}
	switch n := len(s.Items); {
	case n == 1:
		s.Title = "1 thing to put right"
	case n > 1:
		s.Title = strconv.Itoa(n) + " things to put right"
	}
	return s
}

// said names the field before what is wrong with it: the same words may hold of several.
func (f Field) said(message string) string {
	switch {
	case f.Label == "":
		return message
	case strings.HasSuffix(f.Label, "?"):
		return f.Label + " " + message
	}
	return f.Label + ": " + message
}

// Form is a form that posts: summary, its fields, then the children, then the buttons.
type Form struct {
	Action  string
	Draft   string // a name under which the browser keeps what is typed, unique per form and record: "person:new", "site:0192…"; "" keeps nothing
	Version string // of the record that is changed, "" for a new one
	Faults  Faults
	Fields  []Field
	Go      string // the words on the button: verb and object
	Danger  bool   // the button is for what cannot be undone
	Back    string // where "Cancel" leads, "" = no such link
	Confirm Confirm
}

func (f Form) goClass() string {
	if f.Danger {
		return "btn bad"
	}
	return "btn go"
}
