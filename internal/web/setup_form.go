package web

import (
	_ "embed"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"intelliwiz/internal/web/ui"
)

// sheet is a form over a record. Unlike a ui.Form it may lay its fields out, and it shows two versions of the record when somebody was faster.
type sheet struct {
	Action  string
	Upload  bool   // it has files
	Draft   string // see ui.Form
	Typed   bool   // it comes back with what was typed
	Version string // of the record that is changed, "" for a new one
	Faults  ui.Faults
	Fields  []ui.Field      // all that is asked, in its order, for the summary
	Body    templ.Component // the fields as they are laid out; nil: one below another
	Clash   *clash
	Go      string
	Back    string
}

func (s sheet) goWords() string {
	if s.Clash != nil {
		return "Use mine"
	}
	return s.Go
}

// summary names the field of each fault: "Code: Enter a value."
func (s sheet) summary() ui.Summary { return s.Faults.Summary(s.Fields...) }

// suggestion is a text field that offers values.
type suggestion struct {
	Field  ui.Field
	Offers []string
	List   string // the id of a list of offers that stands elsewhere on the page, for several fields; "" = Offers
}

func (s suggestion) list() string {
	if s.List != "" {
		return s.List
	}
	return s.Field.ID() + "-l"
}

func (s suggestion) attributes() templ.Attributes {
	a := templ.Attributes{}
	var about []string
	if s.Field.Help != "" {
		about = append(about, s.Field.ID()+"-h")
	}
	if s.Field.Error != "" {
		about = append(about, s.Field.ID()+"-e")
		a["aria-invalid"] = "true"
	}
	if about != nil {
		a["aria-describedby"] = strings.Join(about, " ")
	}
	if !s.Field.Optional {
		a["required"] = true
	}
	return a
}

// ticks are boxes to tick that belong together.
type ticks struct {
	Name  string // of the field
	Words string // what they are
	All   []choice
}

// choice is one box to tick.
type choice struct {
	ID, Name, Note string
	On             bool
}

//go:embed zones.txt
var zoneNames string

// zoneField asks for a time zone by its IANA name, with those of the time zone database's own tables offered.
func zoneField(f ui.Field) suggestion {
	f.Width, f.Literal = "mid", true
	return suggestion{Field: f, Offers: strings.Fields(zoneNames)}
}

// asking is a page with one form, or none when the sheet has no action.
type asking struct {
	Title  string
	Sub    string
	Crumbs []ui.Link
	Acts   []ui.Action
	Status int // 0 = as err says
	Maps   bool
	Wide   bool            // the form takes the width of the page
	Before templ.Component // between the heading and the form, or nil
	After  templ.Component // below the form, or nil
	Sheet  sheet
}

// ask shows a page with one form. err is what the use case answered when the form was sent, nil before that; it goes on when a form cannot
// show it.
func (p *pages) ask(w http.ResponseWriter, r *http.Request, a asking, err error) error {
	status := max(a.Status, http.StatusOK)
	if err != nil {
		_, s, ok := formFault(err)
		if !ok {
			return err
		}
		status = s
	}
	title := a.Title
	if status != http.StatusOK {
		title = "Error: " + title
	}
	v, err := p.visit(r, title)
	if err != nil {
		return err
	}
	markArea(&v, r)
	v.frame.Thin, v.frame.Maps = !a.Wide, a.Maps
	body := []templ.Component{ui.Headed(ui.Head{Title: a.Title, Sub: a.Sub, Crumbs: a.Crumbs, Acts: a.Acts})}
	if a.Before != nil {
		body = append(body, a.Before)
	}
	if a.Sheet.Action != "" {
		body = append(body, sheeted(a.Sheet))
	}
	if a.After != nil {
		body = append(body, a.After)
	}
	return p.show(w, r, status, v, body...)
}

// refused puts what a use case answered into a sheet: the messages at the fields, or, when somebody was faster, both versions side by side
// with the newer version to write over. fields gives what the form asks when it shows a record.
func refused[T any](s *sheet, err error, thing, edit string, fields func(now T) ([]ui.Field, int64, error)) error {
	now, ok := stale[T](err)
	if !ok {
		return nil
	}
	theirs, version, err := fields(now)
	s.Clash = &clash{Thing: thing, Take: edit, Rows: differences(s.Fields, theirs)}
	s.Version = number(version)
	return err
}

// keep gives what a use case made, or what was there before when it failed.
func keep[T any](was T) func(T, error) (T, error) {
	return func(now T, err error) (T, error) {
		if err != nil {
			return was, err
		}
		return now, nil
	}
}

// asked says that the form which was sent had a field.
func (f *form) asked(name string) bool { return f.values.Has(name) }

func number(n int64) string { return strconv.FormatInt(n, 10) }

// refText is the id of a record that another points to, as forms carry it.
func refText[T fmt.Stringer](p *T) string {
	if p == nil {
		return ""
	}
	return (*p).String()
}

func yesNo(yes bool) string {
	if yes {
		return "true"
	}
	return ""
}

// faultsOf reads what a use case answered for the fields of a form.
func faultsOf(err error) ui.Faults {
	faults, _, _ := formFault(err)
	return faults
}

// markArea marks the place of the rail that a page of another address belongs to: units are in Sites, grants and
// settings in Set-up, reports in Tasks, questions in Checklists.
func markArea(v *visit, r *http.Request) {
	name := map[string]string{"units": "Sites", "grants": "Set-up", "settings": "Set-up", "reports": "Tasks", "questions": "Checklists"}[firstPart(r.URL.Path)]
	for i := range v.frame.Areas {
		if v.frame.Areas[i].Name == name {
			v.frame.Areas[i].Here = true
		}
	}
}

// lower begins a label within a sentence.
func lower(label string) string { return strings.ToLower(label[:1]) + label[1:] }

func firstPart(path string) string {
	part, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return part
}
