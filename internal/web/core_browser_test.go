package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
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
		Org: w.Org, People: w.People, Asset: w.Asset, Ticket: w.Ticket, Public: "https://iw.example", Auth: w.Auth, Exchange: w.Exchange, Journal: w.Journal, Notices: w.Notices, Push: w.Push, Hooks: w.Hooks, Checks: w.Checks, Plans: w.Plans, Tasks: w.Tasks, Posts: w.Posts, Ops: w.Ops, Flags: w.Flags, ReadOnly: w.Holds.ReadOnly, Cache: w.Cache, Files: w.Files, Calendar: w.Calendar, Log: log, Now: w.Clock.Now, Version: "1.2.3",
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
	if who.Behind() != nil && (route.Own || route.Proof == reply.ProofAlways) {
		return who.RequireSelf()
	}
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
