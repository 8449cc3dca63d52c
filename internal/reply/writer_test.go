package reply

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/telemetry"
)

const requestID = "01JA2M-7QK4X-W0ZC7"

func newWriter(log *bytes.Buffer, signIn string) *Writer {
	return New(Config{Stylesheet: "/static/iw-1a2b.css", Sprite: "/static/sprite-3c4d.svg", SignIn: signIn,
		Log: telemetry.NewLog(log, slog.LevelDebug), Now: func() time.Time { return time.Date(2026, 10, 13, 8, 56, 7, 0, time.UTC) }})
}

func request(method, target, accept string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.Header.Set("Accept", accept)
	return r.WithContext(telemetry.WithRequestID(r.Context(), requestID))
}

const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

var errSecret = errors.New("dial tcp 10.1.2.3:5432: password canary")

func waiting(k fault.Kind, d time.Duration) error {
	f := fault.Of(k, "Wait.").Because(errSecret)
	f.RetryAfter = d
	return f
}

func everyStatus() map[int]error {
	return map[int]error{
		400: fault.Of(fault.Malformed, "Bad bytes.").Because(errSecret), 401: fault.Anonymous(), 403: fault.Denied("site.update"), 404: fault.Missing("site"),
		405: NoMethod("GET, HEAD"), 409: fault.Stale("site", map[string]any{"version": 7}), 413: TooLarge(64 << 10), 415: NoType("application/json"), 421: NoHost(),
		422: (&fault.Fault{Kind: fault.Invalid, Message: "Check.", Fields: []fault.Field{{Path: "code", Code: "taken", Message: "The code <b> is taken."}}}),
		429: waiting(fault.TooMany, 1200*time.Millisecond), 500: fmt.Errorf("list sites: %w", errSecret), 503: waiting(fault.Unavailable, 2*time.Second),
		507: fault.Of(fault.Full, "Full.").Because(errSecret),
	}
}

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

func TestProblems(t *testing.T) {
	for status, err := range everyStatus() {
		w := httptest.NewRecorder()
		newWriter(&bytes.Buffer{}, "/login").Error(w, request("GET", "/api/v1/sites", browser), err)
		var p Problem
		if e := json.Unmarshal(w.Body.Bytes(), &p); e != nil {
			t.Fatal(e)
		}
		if w.Code != status || p.Status != status || p.Code == "" || p.Type != "/problems#"+p.Code || p.Title == "" || p.Detail == "" || p.RequestID != requestID ||
			w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%d: %d %+v", status, w.Code, p)
		}
		if strings.Contains(w.Body.String(), "canary") {
			t.Errorf("%d shows its cause: %s", status, w.Body)
		}
	}
	got := ProblemOf(telemetry.WithRequestID(t.Context(), requestID), fmt.Errorf("update: %w", fault.Stale("site", map[string]any{"version": 7})))
	want := Problem{Type: "/problems#conflict", Title: "This is in the way of another change", Status: 409, Code: "conflict",
		Detail: "Somebody changed this site while you were editing it.", RequestID: requestID,
		Errors: []fault.Field{{Path: "version", Code: "stale", Message: "The site has a newer version."}}, Current: map[string]any{"version": 7}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	f := fault.Of(fault.Internal, "x")
	f.Fields, f.Current = []fault.Field{{Path: "secret"}}, "secret"
	if p := ProblemOf(t.Context(), f); p.Errors != nil || p.Current != nil {
		t.Errorf("an internal fault shows %+v", p)
	}
}

func TestAnswersCarryTheirHeaders(t *testing.T) {
	get := func(err error) http.Header {
		w := httptest.NewRecorder()
		newWriter(&bytes.Buffer{}, "").Error(w, request("GET", "/graphql", ""), err)
		return w.Header()
	}
	if h := get(waiting(fault.TooMany, 1200*time.Millisecond)); h.Get("Retry-After") != "2" {
		t.Errorf("429: %v", h)
	}
	if h := get(fault.Anonymous()); h.Get("WWW-Authenticate") == "" {
		t.Errorf("401: %v", h)
	}
	if h := get(NoMethod("GET, HEAD")); h.Get("Allow") != "GET, HEAD" {
		t.Errorf("405: %v", h)
	}
	if h := get(NoType("application/json")); h.Get("Accept-Post") != "application/json" {
		t.Errorf("415: %v", h)
	}
	w := httptest.NewRecorder()
	WriteProblem(w, Problem{Status: 409, Code: "conflict", Current: func() {}})
	if w.Code != 409 || !strings.Contains(w.Body.String(), `"conflict"`) {
		t.Errorf("a Current that does not encode: %d %s", w.Code, w.Body)
	}
}

func TestWhoGetsAPage(t *testing.T) {
	for _, c := range []struct {
		target, accept string
		page           bool
	}{
		{"/sites", browser, true}, {"/sites", "", true}, {"/sites", "*/*", true}, {"/sites", "application/json", false},
		{"/sites", "application/json, text/html;q=0.9", false}, {"/sites", "text/html, application/json;q=0.9", true},
		{"/sites", "application/problem+json", false}, {"/sites", "text/html;q=bad, application/json;q=0.1", false},
		{"/api/v1/sites", browser, false}, {"/api", browser, false}, {"/graphql", browser, false}, {"/apiary", browser, true},
	} {
		if got := wantsPage(request("GET", c.target, c.accept)); got != c.page {
			t.Errorf("%s, Accept %q: page %v", c.target, c.accept, got)
		}
	}
}

func TestVisitorsAreSentToTheSignIn(t *testing.T) {
	x := newWriter(&bytes.Buffer{}, "/login")
	w := httptest.NewRecorder()
	x.Error(w, request("GET", "/sites?state=a&x=//evil", browser), fault.Anonymous())
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/login?next=%2Fsites%3Fstate%3Da%26x%3D%2F%2Fevil" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	w = httptest.NewRecorder()
	x.Error(w, request("GET", "/", browser), fault.Anonymous())
	if w.Header().Get("Location") != "/login" {
		t.Errorf("from the first page: %v", w.Header())
	}
	w = httptest.NewRecorder()
	r := request("GET", "/sites/rows", browser)
	r.Header.Set("HX-Request", "true")
	x.Error(w, r, fault.Anonymous())
	if w.Code != http.StatusUnauthorized || w.Header().Get("HX-Redirect") != "/login" {
		t.Errorf("htmx: %d %v", w.Code, w.Header())
	}
}

func TestErrorsOfTheTransport(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		err  error
		want int
	}{
		"the client left":           {gone, fmt.Errorf("read: %w", context.Canceled), 499},
		"cancelled by us":           {t.Context(), context.Canceled, 500},
		"time ran out":              {t.Context(), fmt.Errorf("query: %w", context.DeadlineExceeded), 503},
		"body over the limit":       {t.Context(), fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 10}), 413},
		"a body that never came":    {t.Context(), fmt.Errorf("read: %w", os.ErrDeadlineExceeded), 400},
		"a fault with such a cause": {t.Context(), fault.Of(fault.Unavailable, "x").Because(context.DeadlineExceeded), 503},
	} {
		if got := understand(c.ctx, c.err).status; got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	w := httptest.NewRecorder()
	newWriter(&bytes.Buffer{}, "").Error(w, request("GET", "/", browser).WithContext(gone), context.Canceled)
	if w.Code != 499 || w.Body.Len() != 0 {
		t.Errorf("the client left: %d %q", w.Code, w.Body)
	}
}

func TestACauseIsLoggedOnceAtItsLevel(t *testing.T) {
	for _, c := range []struct {
		err   error
		level string
	}{
		{errors.New("x"), "ERROR"}, {fault.Of(fault.Unavailable, "x"), "WARN"}, {fault.Of(fault.Full, "x"), "WARN"},
		{fault.Of(fault.Malformed, "x").Because(errors.New("y")), "INFO"}, {fault.Missing("site"), ""}, {NoMethod("GET"), ""},
	} {
		var log bytes.Buffer
		newWriter(&log, "").Error(httptest.NewRecorder(), request("GET", "/", browser), c.err)
		lines := strings.Count(log.String(), "\n")
		if c.level == "" && lines != 0 || c.level != "" && (lines != 1 || !strings.Contains(log.String(), `"level":"`+c.level+`"`) || !strings.Contains(log.String(), requestID)) {
			t.Errorf("%v, want level %q: %s", c.err, c.level, log.String())
		}
	}
}

func TestGraphQL(t *testing.T) {
	ctx := telemetry.WithRequestID(t.Context(), requestID)
	got := GraphQL(ctx, fault.Stale("site", 7))
	want := GraphQLError{"Somebody changed this site while you were editing it.", map[string]any{"code": "conflict", "request_id": requestID,
		"fields": []fault.Field{{Path: "version", Code: "stale", Message: "The site has a newer version."}}, "current": 7}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got = GraphQL(ctx, errSecret)
	if diff := cmp.Diff(GraphQLError{"Something went wrong on our side.", map[string]any{"code": "internal", "request_id": requestID}}, got); diff != "" {
		t.Error(diff)
	}
	if got := GraphQL(ctx, waiting(fault.TooMany, 1500*time.Millisecond)).Extensions["retry_after"]; got != 2 {
		t.Errorf("retry_after %v", got)
	}
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

func TestRouteWords(t *testing.T) {
	for _, m := range []string{"GET", "HEAD", "OPTIONS"} {
		if !Safe(m) {
			t.Errorf("%s is safe", m)
		}
	}
	if Safe("POST") || Safe("DELETE") || Safe("") {
		t.Error("an unsafe method passed for safe")
	}
	if Status("never heard of") != 500 || Status("") != 500 {
		t.Error("an unknown kind is not internal")
	}
	if got := TooLarge(5 << 20).Message; !strings.Contains(got, "5 MiB") {
		t.Error(got)
	}
	if got := NoHost().Error(); got != "unknown_host: This address is not served here." {
		t.Error(got)
	}
}
