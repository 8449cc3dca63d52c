package ui

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// parse renders a sample page and gives its elements in order.
func parse(t *testing.T, path string) []*html.Node {
	t.Helper()
	var b strings.Builder
	if err := pages()[path].Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return elements(t, b.String())
}

func elements(t *testing.T, source string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			out = append(out, n)
		}
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

func inside(n *html.Node, name string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == name {
			return true
		}
	}
	return false
}

// faults gives what a page may not have: what the content policy forbids, and what keeps people with other devices out.
func faults(all []*html.Node) []string {
	var bad []string
	ids, labelled := map[string]int{}, map[string]bool{}
	for _, n := range all {
		if id := attr(n, "id"); id != "" {
			ids[id]++
		}
		if n.Data == "label" && has(n, "for") {
			labelled[attr(n, "for")] = true
		}
	}
	for id, n := range ids {
		if n > 1 {
			bad = append(bad, "the id "+id+" is there twice")
		}
	}
	headings := 0
	for _, n := range all {
		say := func(what string) { bad = append(bad, "<"+n.Data+" "+attr(n, "id")+" "+attr(n, "class")+"> "+what) }
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") {
				say("has the attribute " + a.Key)
			}
			if strings.Contains(a.Val, "about:invalid") {
				say("has an address that was refused: " + a.Key)
			}
			if a.Key == "aria-describedby" || a.Key == "aria-labelledby" || a.Key == "popovertarget" {
				for id := range strings.FieldsSeq(a.Val) {
					if ids[id] == 0 {
						say(a.Key + " names " + id + ", which is not there")
					}
				}
			}
			if a.Key == "href" && strings.HasPrefix(a.Val, "#") && len(a.Val) > 1 && ids[a.Val[1:]] == 0 {
				say("leads to " + a.Val + ", which is not there")
			}
		}
		switch n.Data {
		case "script":
			if attr(n, "nonce") == "" || words(n) != "" || !strings.HasPrefix(attr(n, "src"), "/static/") {
				say("is not a script of ours with a nonce")
			}
		case "input", "select", "textarea":
			if attr(n, "type") != "hidden" && !labelled[attr(n, "id")] && !inside(n, "label") && attr(n, "aria-label") == "" {
				say("has no label")
			}
		case "button":
			if attr(n, "type") == "" {
				say("has no type")
			}
			fallthrough
		case "a", "summary":
			if words(n) == "" && attr(n, "aria-label") == "" {
				say("says nothing")
			}
		case "table":
			if !slices.ContainsFunc(slices.Collect(n.Descendants()), func(d *html.Node) bool { return d.Data == "caption" || d.Data == "th" }) {
				say("has no heads")
			}
		case "h1":
			headings++
		case "style", "iframe", "object", "embed", "base":
			say("may not be there")
		case "html":
			if attr(n, "lang") == "" || attr(n, "dir") == "" {
				say("does not say its language and direction")
			}
		}
	}
	if headings > 1 {
		bad = append(bad, "more than one h1")
	}
	slices.Sort(bad)
	return bad
}

func TestEveryComponentKeepsThePolicyAndIsAccessible(t *testing.T) {
	for path := range pages() {
		for _, f := range faults(parse(t, path)) {
			t.Errorf("%s: %s", path, f)
		}
	}
}

// The check itself finds what it is for.
func TestFaultsAreFound(t *testing.T) {
	for source, want := range map[string]string{
		`<p style="color:red">x</p>`:                     "has the attribute style",
		`<p onclick="x()">x</p>`:                         "has the attribute onclick",
		`<p id="a">x</p><p id="a">y</p>`:                 "the id a is there twice",
		`<input id="a">`:                                 "has no label",
		`<label for="b">B</label><input id="a">`:         "has no label",
		`<button>x</button>`:                             "has no type",
		`<a href="/"><svg></svg></a>`:                    "says nothing",
		`<a href="#nowhere">x</a>`:                       "which is not there",
		`<script>alert(1)</script>`:                      "not a script of ours",
		`<script nonce="n" src="https://x/y"></script>`:  "not a script of ours",
		`<input aria-label="x" aria-describedby="gone">`: "names gone",
		`<h1>a</h1><h1>b</h1>`:                           "more than one h1",
		`<table><tr><td>x</td></tr></table>`:             "has no heads",
		`<style>p{}</style>`:                             "may not be there",
		`<html><p>x</p></html>`:                          "does not say its language",
	} {
		got := strings.Join(faults(elements(t, source)), "\n")
		if !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q in it", source, got, want)
		}
	}
}

func TestWhatPeopleWroteIsEscaped(t *testing.T) {
	evil := `"><script>alert(1)</script>`
	l := List{ID: "x", Columns: []Column{{Label: evil, Slot: Subject}}, Rows: []Row{{Href: "javascript:alert(1)", Cells: []Cell{{Text: evil, Note: evil, Code: evil}}}}}
	var b strings.Builder
	if err := parts(Listed(l), Asked(Field{Name: evil, Label: evil, Value: evil, Help: evil, Error: evil}), Noted(Note{Text: evil}),
		Act(Action{Text: evil, Post: "/x", Name: "n", Value: evil, Confirm: Confirm{Title: evil}}), Mapped(MapBox{Label: evil, Points: []Point{{Code: evil, Name: evil}}})).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.Contains(got, "<script>") || strings.Contains(got, "javascript:") {
		t.Errorf("not escaped: %s", got)
	}
}
