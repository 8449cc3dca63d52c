package reply

import (
	"bytes"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"intelliwiz/internal/fault"
)

func TestEveryErrorPageIsWholeAndShowsNoInternals(t *testing.T) {
	for status, err := range everyStatus() {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			var log bytes.Buffer
			w := httptest.NewRecorder()
			w.Header().Set("Content-Length", "7")
			w.Header().Set("ETag", `"x"`)
			newWriter(&log, "").Error(w, request("POST", "/tickets/<script>?q=canary", browser), err)
			if w.Code != status || w.Header().Get("Content-Type") != "text/html; charset=utf-8" || w.Header().Get("Cache-Control") != "no-store" ||
				w.Header().Get("Content-Length") != "" || w.Header().Get("ETag") != "" {
				t.Fatalf("status %d, header %v", w.Code, w.Header())
			}
			text := w.Body.String()
			for _, never := range []string{"canary", "10.1.2.3", "<script", "style=", "list sites", "<b> is", "onclick"} {
				if strings.Contains(text, never) {
					t.Errorf("the page has %q", never)
				}
			}
			for _, want := range []string{requestID, "/static/iw-1a2b.css", "/static/sprite-3c4d.svg#logo", "2026-10-13T08:56:07Z", `<html lang="en"`} {
				if !strings.Contains(text, want) {
					t.Errorf("the page lacks %q", want)
				}
			}
			outline(t, text)
			if status >= 500 != strings.Contains(log.String(), "canary") && status != 429 && status != 400 {
				t.Errorf("log: %s", log.String())
			}
		})
	}
}

// outline holds a page to one h1, one main, a title, and headings and links with words.
func outline(t *testing.T, text string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		if slices.Contains([]string{"a", "h1", "title", "p", "li"}, n.Data) && words(n) == "" {
			t.Errorf("an empty <%s>", n.Data)
		}
	}
	if count["h1"] != 1 || count["main"] != 1 || count["title"] != 1 || count["a"] < 2 {
		t.Errorf("outline %v", count)
	}
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

func TestPagesSayWhatHelps(t *testing.T) {
	for _, c := range []struct {
		name, method, target string
		err                  error
		want, never          []string
	}{
		{"a missing page names what was asked", "GET", "/sites/x", fault.Missing("site"), []string{"You asked for <code>/sites/x</code>", "Go to Today"}, []string{"no such site"}},
		{"a field at fault is named", "POST", "/sites", everyStatus()[422], []string{"<code>code</code>: The code &lt;b&gt; is taken."}, nil},
		{"a rule without a field is said", "POST", "/sites", fault.Of(fault.Invalid, "A unit cannot be its own parent."), []string{"A unit cannot be its own parent."}, nil},
		{"a conflict is told in its words", "POST", "/sites/x", fault.Stale("site", nil), []string{"Somebody changed this site"}, nil},
		{"a limit says how long", "GET", "/login", waiting(fault.TooMany, 90*time.Second), []string{"Try again in 90 seconds.", `href="/login"`}, nil},
		{"a title is not said twice", "GET", "/x", fault.Of(fault.TooMany, "Too many tries in a short time. Wait."), nil, []string{"Wait."}},
		{"one second is singular", "GET", "/login", waiting(fault.TooMany, time.Second), []string{"Try again in a second."}, nil},
		{"a safe request may be tried again", "GET", "/sites?state=x", errors.New("x"), []string{`href="/sites?state=x"`, "Try again"}, nil},
		{"an unsafe request is not repeated", "POST", "/sites", errors.New("x"), []string{"Go to Today"}, []string{"Try again"}},
		{"a lost session is not blamed", "POST", "/sites", fault.Anonymous(), []string{`href="/login"`, "Sign in"}, nil},
		{"a permission is not named to people", "GET", "/roles", fault.Denied("role.update"), []string{"ask an administrator"}, []string{"role.update"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			newWriter(&bytes.Buffer{}, "/login").Error(w, request(c.method, c.target, browser), c.err)
			for _, s := range c.want {
				if !strings.Contains(w.Body.String(), s) {
					t.Errorf("lacks %q:\n%s", s, w.Body)
				}
			}
			for _, s := range c.never {
				if strings.Contains(w.Body.String(), s) {
					t.Errorf("has %q:\n%s", s, w.Body)
				}
			}
		})
	}
}

// TestThePageOfWhatIsNotAvailableIsEachOnesOwn: it is made once a second for all, and is what it would be if it were made for each.
func TestThePageOfWhatIsNotAvailableIsEachOnesOwn(t *testing.T) {
	x, gone := newWriter(new(bytes.Buffer), ""), fault.Of(fault.Unavailable, "There is more to do than can be done.")
	for _, c := range []struct {
		method, path string
		wait         time.Duration
	}{{"GET", `/tickets?q="><b>&x=1`, 0}, {"GET", "/tasks", 0}, {"POST", "/tasks", 0}, {"GET", "/tasks", 2 * time.Second}, {"GET", "/sites", 2 * time.Second}} {
		gone.RetryAfter = c.wait
		w, r := httptest.NewRecorder(), request(c.method, "/", browser)
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(c.path, "?")
		x.Write(w, r, gone)
		var want bytes.Buffer
		p := errorPage{Stylesheet: x.c.Stylesheet, Sprite: x.c.Sprite, Home: x.c.Home, text: textOf(503), Status: 503, Wait: seconds(c.wait), RequestID: requestID, At: x.c.Now()}
		if c.method == "GET" {
			p.Again = r.URL.RequestURI()
		}
		show(&want, "error", p)
		if got, want := parsed(t, w.Body.String()), parsed(t, want.String()); got != want {
			t.Errorf("%s %s:\n%s\nand not\n%s", c.method, c.path, got, want)
		}
	}
}

// parsed gives a page as a browser reads it.
func parsed(t *testing.T, text string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := html.Render(&b, doc); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestProblemsPageExplainsEveryCode(t *testing.T) {
	route := newWriter(&bytes.Buffer{}, "").Problems()
	w := httptest.NewRecorder()
	if err := route.Handler(w, request("GET", route.Path, browser)); err != nil || w.Code != 200 {
		t.Fatal(err, w.Code)
	}
	for _, err := range everyStatus() {
		if code := ProblemOf(t.Context(), err).Code; !strings.Contains(w.Body.String(), `<section id="`+code+`">`) {
			t.Errorf("%s is not explained", code)
		}
	}
}
