package web

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
)

// with gives a form's fields and values with some of them replaced; a value of "-" leaves the field out.
func with(base []string, pairs ...string) []string {
	var out []string
	for i := 0; i+1 < len(base); i += 2 {
		if !slices.Contains(every2(pairs), base[i]) {
			out = append(out, base[i], base[i+1])
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "-" {
			out = append(out, pairs[i], pairs[i+1])
		}
	}
	return out
}

// every2 gives the fields of fields and values.
func every2(pairs []string) []string {
	var out []string
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, pairs[i])
	}
	return out
}

// chosen gives the value of what is chosen in a select of the page.
func (a answer) chosen(name string) string {
	a.t.Helper()
	found := a.all("select", "name", name)
	if len(found) == 0 {
		a.t.Fatalf("the page has no select %q", name)
	}
	for n := range found[0].Descendants() {
		if n.Data == "option" && slices.ContainsFunc(n.Attr, func(x html.Attribute) bool { return x.Key == "selected" }) {
			return attr(n, "value")
		}
	}
	return ""
}

// offers gives the words of all that a select of the page offers.
func (a answer) offers(name string) []string {
	var out []string
	for _, s := range a.all("select", "name", name) {
		for n := range s.Descendants() {
			if n.Data == "option" {
				out = append(out, textIn(n))
			}
		}
	}
	return out
}

// ticks gives the values of the ticked boxes of a field.
func (a answer) ticks(name string) []string {
	var out []string
	for _, n := range a.all("input", "name", name) {
		if slices.ContainsFunc(n.Attr, func(x html.Attribute) bool { return x.Key == "checked" }) {
			out = append(out, attr(n, "value"))
		}
	}
	return out
}

// differs says that two versions of a record stand side by side, field by field: label, theirs and mine in turn.
func (a answer) differs(labelTheirsMine ...string) answer {
	a.t.Helper()
	rows := map[string][]string{}
	for _, row := range a.all("tr") {
		var cells []string
		for n := range row.ChildNodes() {
			if n.Type == html.ElementNode {
				cells = append(cells, strings.Trim(textIn(n), "→ "))
			}
		}
		if len(cells) == 3 {
			rows[cells[0]] = cells[1:]
		}
	}
	for i := 0; i+2 < len(labelTheirsMine); i += 3 {
		if want := labelTheirsMine[i+1 : i+3]; !slices.Equal(rows[labelTheirsMine[i]], want) {
			a.t.Errorf("%s: %q, want %q", labelTheirsMine[i], rows[labelTheirsMine[i]], want)
		}
	}
	if n := len(labelTheirsMine)/3 + 1; len(rows) != n {
		a.t.Errorf("%d rows of differences, want %d: %q", len(rows), n, rows)
	}
	return a
}

// posts says that the page has a form that posts to an address.
func (a answer) posts(to string) bool {
	return slices.ContainsFunc(a.all("form", "action", to), func(n *html.Node) bool { return attr(n, "method") == "post" })
}

// fields gives what the form of the page that posts to an address would send as it stands, fields and values in turn.
func (a answer) fields(action string) []string {
	a.t.Helper()
	for _, f := range a.all("form", "action", action) {
		return sent(f)
	}
	a.t.Fatalf("the page has no form for %s:\n%s", action, a.text())
	return nil
}

func sent(form *html.Node) []string {
	var out []string
	has := func(n *html.Node, name string) bool {
		return slices.ContainsFunc(n.Attr, func(x html.Attribute) bool { return x.Key == name })
	}
	for n := range form.Descendants() {
		name := attr(n, "name")
		if n.Type != html.ElementNode || name == "" {
			continue
		}
		switch kind := attr(n, "type"); {
		case n.Data == "input" && (kind == "checkbox" || kind == "radio"):
			if has(n, "checked") {
				out = append(out, name, attr(n, "value"))
			}
		case n.Data == "input":
			out = append(out, name, attr(n, "value"))
		case n.Data == "textarea":
			out = append(out, name, strings.TrimPrefix(textRaw(n), "\n"))
		case n.Data == "select":
			value, first := "", true
			for o := range n.Descendants() {
				if o.Data == "option" && (first || has(o, "selected")) {
					value, first = attr(o, "value"), false
				}
			}
			out = append(out, name, value)
		}
	}
	return out
}

func textRaw(n *html.Node) string {
	var b strings.Builder
	for x := range n.Descendants() {
		if x.Type == html.TextNode {
			b.WriteString(x.Data)
		}
	}
	return b.String()
}

// pageOf asks for the first rows of a list.
func pageOf(n int) page.Request { return page.Request{Limit: n} }

// ptr points to a value.
func ptr[T any](v T) *T { return &v }

// mustID reads the id at the end of a path.
func mustID[T any, P interface {
	*T
	SetBytes([16]byte)
}](t *testing.T, path string) T {
	t.Helper()
	v, err := id.Parse[T, P](path[strings.LastIndexByte(path, '/')+1:])
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// personNumber makes up a person nobody else is like.
func personNumber() people.PersonInput {
	code := strings.ToUpper(strings.ReplaceAll(id.New[id.Any]().String(), "-", ""))[:30]
	return people.PersonInput{Code: code, Name: "Person " + code, Login: "p" + strings.ToLower(code), Active: true}
}
