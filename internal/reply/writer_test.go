package reply

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

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

func TestACauseIsLoggedOnceAtItsLevel(t *testing.T) {
	for _, c := range []struct {
		err   error
		level string
	}{
		{errors.New("x"), "ERROR"}, {fault.Of(fault.Unavailable, "x"), "WARN"}, {fault.Of(fault.Full, "x"), "WARN"},
		{fault.Of(fault.Malformed, "x").Because(errors.New("y")), "INFO"}, {fault.Missing("site"), ""}, {NoMethod("GET"), ""},
		{fault.Of(fault.Unauthenticated, "x"), "INFO"}, {fault.Of(fault.Forbidden, "x"), "INFO"}, {fault.Of(fault.TooMany, "x"), "INFO"}, {NoHost(), "INFO"},
	} {
		var log bytes.Buffer
		newWriter(&log, "").Error(httptest.NewRecorder(), request("GET", "/", browser), c.err)
		lines := strings.Count(log.String(), "\n")
		if c.level == "" && lines != 0 || c.level != "" && (lines != 1 || !strings.Contains(log.String(), `"level":"`+c.level+`"`) || !strings.Contains(log.String(), requestID)) {
			t.Errorf("%v, want level %q: %s", c.err, c.level, log.String())
		}
		if refused := strings.Contains(log.String(), `"msg":"refused"`); refused != keptOut(understand(t.Context(), c.err).status) {
			t.Errorf("%v is called a refusal: %v, %s", c.err, refused, log.String())
		}
	}
}

// TestAStreamOfOneWhoIsSignedOutEnds: it is not sent to the page of signing in, which it would take for its answer, nor does the browser open it again.
func TestAStreamOfOneWhoIsSignedOutEnds(t *testing.T) {
	w := httptest.NewRecorder()
	newWriter(new(bytes.Buffer), "/login").Error(w, request("GET", "/events", "text/event-stream"), fault.Of(fault.Unauthenticated, "Sign in to go on."))
	if w.Code != 204 || w.Header().Get("Location") != "" || w.Body.Len() != 0 {
		t.Errorf("status %d, %v: %s", w.Code, w.Header(), w.Body)
	}
}
