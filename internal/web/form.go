package web

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// form is what a form shows or was sent with: every text exactly as it was typed, and what could not be read as a number, an id or a date.
type form struct {
	values url.Values
	check  fault.Check
}

// newForm makes a form that shows a record: its fields and values in turn.
func newForm(fieldsAndValues ...string) form {
	f := form{values: url.Values{}}
	for i := 0; i+1 < len(fieldsAndValues); i += 2 {
		f.values.Set(fieldsAndValues[i], fieldsAndValues[i+1])
	}
	return f
}

// readForm reads a posted form that may have these fields, and version and confirm. Malformed for anything else.
func readForm(r *http.Request, fields ...string) (form, error) {
	if err := parseForm(r); err != nil {
		return form{}, err
	}
	for name := range r.PostForm {
		if name != "version" && name != "confirm" && !slices.Contains(fields, name) {
			return form{}, fault.Of(fault.Malformed, "This form has a field that is not known here. Load the page again.")
		}
	}
	f := form{values: r.PostForm}
	for name, values := range r.PostForm {
		for _, v := range values {
			f.check.That(utf8.ValidString(v) && !strings.ContainsRune(v, 0), name, "characters", "This contains characters that cannot be stored.")
		}
	}
	return f, nil
}

// parseForm reads a url-encoded body.
func parseForm(r *http.Request) error {
	const want = "application/x-www-form-urlencoded"
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" || kind != want && kind != "" {
		return reply.NoType(want)
	}
	if err := r.ParseForm(); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return err
		}
		return fault.Of(fault.Malformed, "This form cannot be read. Load the page again.").Because(err)
	}
	return nil
}

// text gives a field as it was typed.
func (f *form) text(name string) string { return f.values.Get(name) }

// set replaces what a field shows.
func (f *form) set(name, value string) { f.values.Set(name, value) }

// yes says that a box was ticked.
func (f *form) yes(name string) bool { return f.values.Get(name) == "true" }

// all gives the values of a field that may have several.
func (f *form) all(name string) []string { return f.values[name] }

// picked says that a value is among those of a field.
func (f *form) picked(name, value string) bool { return slices.Contains(f.values[name], value) }

// whole reads a whole number; 0 when nothing was typed.
func (f *form) whole(name string) int64 {
	text := strings.TrimSpace(f.text(name))
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	f.check.That(err == nil, name, "number", "Enter a whole number, like 150.")
	return n
}

// decimal reads a number with a decimal point; nil when nothing was typed.
func (f *form) decimal(name string) *float64 {
	text := strings.TrimSpace(f.text(name))
	if text == "" {
		return nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n != n || n > 1e300 || n < -1e300 {
		f.check.Add(name, "number", "Enter a number, like 18.5204.")
		return nil
	}
	return &n
}

// version is the version of the record that the form was made from.
func (f *form) version() int64 { return f.whole("version") }

// ref reads the id of a record; nil when nothing was chosen.
func ref[T any, P interface {
	*T
	SetBytes([16]byte)
}](f *form, name string) *T {
	text := f.text(name)
	if text == "" {
		return nil
	}
	v, err := id.Parse[T, P](text)
	if err != nil {
		f.check.Add(name, "unknown", "Choose one of the list.")
		return nil
	}
	return &v
}

// refs reads the ids of a field that may have several.
func refs[T any, P interface {
	*T
	SetBytes([16]byte)
}](f *form, name string) []T {
	var out []T
	for _, text := range f.all(name) {
		v, err := id.Parse[T, P](text)
		if err != nil {
			f.check.Add(name, "unknown", "Choose from the list.")
			return nil
		}
		out = append(out, v)
	}
	return out
}

// readable is nil when every field could be read. Otherwise the use case must not be called: the fault then also holds what the input's
// own Check finds, so that the person sees everything at once.
func (f *form) readable(in interface{ Check() error }) error {
	err := f.check.Err()
	if err == nil || in == nil {
		return err
	}
	unread, broken := fault.As(err), in.Check()
	if fault.KindOf(broken) != fault.Invalid {
		return err
	}
	for _, x := range fault.As(broken).Fields {
		if !slices.ContainsFunc(unread.Fields, func(y fault.Field) bool { return y.Path == x.Path }) {
			unread.Fields = append(unread.Fields, x)
		}
	}
	return unread
}

// formFault says that a form can show an error: Invalid comes back as 422 and Conflict as 409, with the messages at their fields.
// The faults of list elements ("scopes[2]") are put to the field.
func formFault(err error) (faults ui.Faults, status int, ok bool) {
	kind := fault.KindOf(err)
	if kind != fault.Invalid && kind != fault.Conflict {
		return ui.Faults{}, 0, false
	}
	f := *fault.As(err)
	f.Fields = slices.Clone(f.Fields)
	for i, x := range f.Fields {
		f.Fields[i].Path, _, _ = strings.Cut(x.Path, "[")
	}
	return ui.FaultsOf(&f), reply.Status(kind), true
}

// again brings a form back with everything that was typed when it can show the error; other errors pass on. page renders the form.
func again(err error, page func(status int, faults ui.Faults) error) error {
	faults, status, ok := formFault(err)
	if !ok {
		return err
	}
	return page(status, faults)
}

// stale gives the record as it is now when an update was made on an older version of it.
func stale[T any](err error) (now T, ok bool) {
	if fault.KindOf(err) != fault.Conflict {
		return now, false
	}
	now, ok = fault.As(err).Current.(T)
	return now, ok
}

// confirmed says that a deletion was confirmed, in the dialog or on the page of its own; when it was not, the page that asks is shown.
func (p *pages) confirmed(w http.ResponseWriter, r *http.Request, f form, c ui.Confirmation) (bool, error) {
	typed := f.text("confirm")
	if c.Confirm.Holds(strings.TrimSpace(typed)) {
		return true, nil
	}
	c.Wrong = typed != ""
	v, err := p.visit(r, c.Confirm.Title)
	if err != nil {
		return false, err
	}
	v.frame.Thin = true
	return false, p.show(w, r, http.StatusOK, v, ui.Asking(c))
}

// pathID reads the id in a route's path; a text that is no id is NotFound like an id that does not exist.
func pathID[T any, P interface {
	*T
	SetBytes([16]byte)
}](r *http.Request, thing string) (T, error) {
	v, err := id.Parse[T, P](r.PathValue("id"))
	if err != nil {
		return v, fault.Missing(thing)
	}
	return v, nil
}

// different is a field that two versions of a record do not share.
type different struct{ Label, Theirs, Mine string }

// differences compares what two forms for the same record show, field by field in the form's order.
func differences(mine, theirs []ui.Field) []different {
	var out []different
	for i, m := range mine {
		if i >= len(theirs) || m.Kind == ui.Password {
			continue
		}
		if a, b := shown(theirs[i]), shown(m); a != b {
			out = append(out, different{m.Label, a, b})
		}
	}
	return out
}

// shown is a field's value in words: the label of what is chosen.
func shown(f ui.Field) string {
	var chosen []string
	for _, o := range f.Options {
		if o.Selected {
			chosen = append(chosen, o.Label)
		}
	}
	switch {
	case f.Options != nil:
		return strings.Join(chosen, ", ")
	case f.Kind == ui.Checkbox && f.Checked:
		return "Yes"
	case f.Kind == ui.Checkbox:
		return "No"
	}
	return f.Value
}

// clash is what clashed shows.
type clash struct {
	Thing string // "site"
	Take  string // where the form stands with their version
	Rows  []different
}
