package web

import (
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"intelliwiz/internal/web/static"
)

// goes says that the answer is the page after a form.
func (a answer) goes(to string) {
	a.t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != to {
		a.t.Fatalf("answer %d to %q, want 303 to %q\n%s", a.status, a.header.Get("Location"), to, a.text())
	}
}

// is says the status and that the page has these texts.
func (a answer) is(status int, texts ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d\n%s", a.status, status, a.text())
	}
	for _, text := range texts {
		if !strings.Contains(a.text(), text) {
			a.t.Errorf("the page lacks %q:\n%s", text, a.text())
		}
	}
	return a
}

// lacks says that the page does not have these texts.
func (a answer) lacks(texts ...string) answer {
	a.t.Helper()
	for _, text := range texts {
		if strings.Contains(a.text(), text) {
			a.t.Errorf("the page has %q", text)
		}
	}
	return a
}

// text is what a reader of the page reads, spaces joined.
func (a answer) text() string {
	if a.doc == nil {
		return a.body
	}
	var b strings.Builder
	for n := range a.doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// all gives the elements with a name and, if one is given, an attribute of a value.
func (a answer) all(tag string, attribute ...string) []*html.Node {
	var out []*html.Node
	if a.doc == nil {
		return nil
	}
	for n := range a.doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag && (len(attribute) < 2 || attr(n, attribute[0]) == attribute[1]) {
			out = append(out, n)
		}
	}
	return out
}

// value gives what an input of the page holds.
func (a answer) value(name string) string {
	a.t.Helper()
	for _, tag := range []string{"input", "textarea", "select"} {
		for _, n := range a.all(tag, "name", name) {
			return attr(n, "value")
		}
	}
	a.t.Errorf("the page has no field %q", name)
	return ""
}

// message gives the error at a field of the page, "" when there is none.
func (a answer) message(field string) string {
	for n := range a.doc.Descendants() {
		if attr(n, "id") == "f-"+field+"-e" {
			return textIn(n)
		}
	}
	return ""
}

func (a answer) linksTo(href string) bool { return len(a.all("a", "href", href)) > 0 }

func attr(n *html.Node, name string) string {
	for _, x := range n.Attr {
		if x.Key == name {
			return x.Val
		}
	}
	return ""
}

func textIn(n *html.Node) string {
	var b strings.Builder
	for x := range n.Descendants() {
		if x.Type == html.TextNode {
			b.WriteString(x.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// checkMarkup holds every page to what the content policy and people without eyes need.
func (a answer) checkMarkup() {
	a.t.Helper()
	labelled := map[string]bool{}
	ids := map[string]int{}
	for n := range a.doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "label" {
			labelled[attr(n, "for")] = true
		}
		if id := attr(n, "id"); id != "" {
			ids[id]++
		}
		for _, x := range n.Attr {
			if x.Key == "style" || strings.HasPrefix(x.Key, "on") {
				a.t.Errorf("inline %s on %s", x.Key, n.Data)
			}
			if (x.Key == "href" || x.Key == "action" || x.Key == "src") && strings.HasPrefix(strings.ToLower(strings.TrimSpace(x.Val)), "javascript:") {
				a.t.Errorf("script in %s of %s", x.Key, n.Data)
			}
		}
		if n.Data == "style" || n.Data == "script" && (attr(n, "src") == "" || attr(n, "nonce") != "n0nce") {
			a.t.Errorf("inline %s, or without the nonce", n.Data)
		}
	}
	for id, count := range ids {
		if count > 1 {
			a.t.Errorf("%d elements have the id %s", count, id)
		}
	}
	for _, tag := range []string{"input", "select", "textarea"} {
		for _, n := range a.all(tag) {
			inLabel := slices.ContainsFunc(slices.Collect(n.Ancestors()), func(x *html.Node) bool { return x.Data == "label" })
			if attr(n, "type") != "hidden" && !inLabel && !labelled[attr(n, "id")] && attr(n, "aria-label") == "" {
				a.t.Errorf("%s %q has no label", tag, attr(n, "name"))
			}
		}
	}
	if len(a.all("h1")) != 1 {
		a.t.Errorf("%d headings of the first level", len(a.all("h1")))
	}
	a.checkStyles()
}

// checkStyles: every page loads the core, and what is for phones and paper under that condition; those of maps and of planning only with them.
func (a answer) checkStyles() {
	a.t.Helper()
	want := []string{static.Styles.URL() + " ", static.PhoneStyles.URL() + " (width < 48rem)", static.PrintStyles.URL() + " print"}
	if strings.Contains(a.body, " data-canvas") {
		want = append(append([]string{static.LeafletStyles.URL() + " "}, want...), static.MapStyles.URL()+" ")
	}
	if strings.Contains(a.body, " data-live=") || strings.Contains(a.body, " data-planner") {
		want = append(want, static.PlanStyles.URL()+" ")
	}
	var got []string
	if len(a.all("link")) == 0 {
		return // an error as the test's own server says it
	}
	for _, n := range a.all("link", "rel", "stylesheet") {
		got = append(got, attr(n, "href")+" "+attr(n, "media"))
	}
	if !slices.Equal(got, want) {
		a.t.Errorf("styles %q, want %q", got, want)
	}
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(x html.Attribute) bool { return x.Key == name })
}
