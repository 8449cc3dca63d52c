package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

// house is a world with its pages, served as httpd serves them: who asks is known by the cookie, the route's permission is asked, and
// an error becomes a page.
type house struct {
	*testworld.World
	t      testing.TB
	mux    *http.ServeMux
	config Config
}

func open(t testing.TB, w *testworld.World, change ...func(*Config)) *house {
	t.Helper()
	h := &house{World: w, t: t, mux: http.NewServeMux()}
	log := slog.New(slog.NewTextHandler(w.Log, nil))
	h.config = Config{
		Org: w.Org, People: w.People, Auth: w.Auth, Journal: w.Journal, Log: log, Now: w.Clock.Now, Version: "1.2.3",
		Nonce:   func(context.Context) string { return "n0nce" },
		Source:  func(*http.Request) string { return "192.0.2.7" },
		Anchors: func(context.Context, id.Tenant) ([]journal.Anchor, error) { return w.Anchors.All(), nil },
	}
	for _, c := range change {
		c(&h.config)
	}
	errors := reply.New(reply.Config{SignIn: signInPath, Log: log, Now: w.Clock.Now})
	for _, route := range New(h.config) {
		h.mux.HandleFunc(route.Method+" "+route.Path, func(w http.ResponseWriter, r *http.Request) {
			r = r.WithContext(actor.Into(telemetry.WithRequestID(r.Context(), "01JA2M-7QK4X-W0ZC7"), h.visitor(r)))
			if err := h.enter(route, r); err != nil {
				errors.Error(w, r, err)
				return
			}
			if err := route.Handler(w, r); err != nil {
				errors.Error(w, r, err)
			}
		})
	}
	return h
}

// fresh opens a house on SQLite.
func fresh(t testing.TB, change ...func(*Config)) *house {
	t.Helper()
	return open(t, testworld.New(t, dbtest.Open(t, "sqlite")), change...)
}

// onBoth runs a test in a house on every engine.
func onBoth(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, open(t, testworld.New(t, d))) })
}

func (h *house) visitor(r *http.Request) actor.Actor {
	c, err := r.Cookie(SessionCookie(h.config.Secure))
	if err != nil {
		return actor.Actor{}
	}
	who, err := h.Auth.BySession(r.Context(), c.Value)
	if err != nil {
		return actor.Actor{}
	}
	return who
}

func (h *house) enter(route reply.Route, r *http.Request) error {
	who := actor.From(r.Context())
	switch route.Permission {
	case reply.Public:
		return nil
	case reply.SignedIn:
		return who.RequirePerson()
	}
	return who.Require(route.Permission)
}

// browser is somebody's browser: it keeps cookies and follows nothing by itself.
type browser struct {
	*house
	cookies map[string]string
	set     []*http.Cookie // of the last answer
}

// visitor is a browser in which nobody is signed in.
func (h *house) browser() *browser { return &browser{house: h, cookies: map[string]string{}} }

// as signs in who has a built-in role.
func (h *house) as(role string) *browser { return h.signedIn(h.Staff[role]) }

func (h *house) signedIn(m testworld.Member) *browser {
	b := h.browser()
	b.cookies[SessionCookie(h.config.Secure)] = h.SignIn(m)
	return b
}

// of signs in who has a built-in role in another tenant.
func (h *house) of(x *testworld.Tenant, role string) *browser {
	b := h.browser()
	b.cookies[SessionCookie(h.config.Secure)] = x.SignIn(x.Staff[role])
	return b
}

// answer is what came back.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
	doc    *html.Node
}

func (b *browser) get(path string) answer { b.t.Helper(); return b.ask(http.MethodGet, path, nil) }

// post sends a form: fields and values in turn.
func (b *browser) post(path string, fieldsAndValues ...string) answer {
	b.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(fieldsAndValues); i += 2 {
		v.Add(fieldsAndValues[i], fieldsAndValues[i+1])
	}
	return b.ask(http.MethodPost, path, v)
}

func (b *browser) ask(method, path string, form url.Values) answer {
	b.t.Helper()
	r := httptest.NewRequest(method, "http://iw.example"+path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0")
	return b.send(r)
}

func (b *browser) send(r *http.Request) answer {
	b.t.Helper()
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.mux.ServeHTTP(w, r)
	b.set = w.Result().Cookies()
	for _, c := range b.set {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	a := answer{t: b.t, status: w.Code, header: w.Header(), body: w.Body.String()}
	if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") && a.body != "" && w.Code != http.StatusSeeOther {
		doc, err := html.Parse(strings.NewReader(a.body))
		if err != nil {
			b.t.Fatal(err)
		}
		a.doc = doc
		a.checkMarkup()
	}
	return a
}

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
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(x html.Attribute) bool { return x.Key == name })
}
