package httpd

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/reply"
)

// TestNothingIsChangedWhileReadOnly: 503 with the time to try again and the reason, and a page with what was typed, without passwords; reading and coming
// in go on.
func TestNothingIsChangedWhileReadOnly(t *testing.T) {
	changing := func(path string, always bool) reply.Route {
		r := page("POST", path, reply.Public, hello)
		r.Changes, r.Always = true, always
		return r
	}
	d := newDoor(t, func(c *Config) {
		c.Stops.ReadOnly = func() (string, bool) { return "A backup comes back.", true }
	},
		page("GET", "/sites", reply.Public, hello), changing("/sites", false), changing("/login", true), changing("/api/v1/sites", false), page("POST", "/api/v1/verify", reply.Public, hello))
	send := func(path, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return d.send(r)
	}
	for path, want := range map[string]int{"/login": 200, "/api/v1/verify": 200, "/sites": 503, "/api/v1/sites": 503} {
		if w := send(path, "name=x"); w.Code != want {
			t.Errorf("POST %s: %d, want %d", path, w.Code, want)
		}
	}
	if w := d.ask("GET", "/sites"); w.Code != 200 {
		t.Errorf("reading: %d", w.Code)
	}
	w := send("/sites", "name=%3Cb%3EHarbour&code=H1")
	for _, want := range []string{"Nothing can be changed just now", "A backup comes back.", `name="name" value="&lt;b&gt;Harbour"`, `action="/sites"`, "Send it again"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %q: %s", want, w.Body)
		}
	}
	if got := w.Header().Get("Retry-After"); got != "30" {
		t.Errorf("Retry-After %q", got)
	}
	if w := send("/sites", "name=x&new_password=tundra"); strings.Contains(w.Body.String(), "tundra") {
		t.Error("a password comes back")
	}
	if w := send("/api/v1/sites", ""); !strings.Contains(w.Body.String(), `"code":"read_only"`) || !strings.Contains(w.Body.String(), `"retry_after":30`) || w.Header().Get("Retry-After") != "30" {
		t.Errorf("a program gets %s", w.Body)
	}
}

func TestWhoIsStoppedDoesNotComeIn(t *testing.T) {
	out := page("POST", "/logout", reply.Public, hello)
	out.Name = "signout"
	d := newDoor(t, func(c *Config) {
		c.Stops.Source = func(a netip.Addr) bool { return a == netip.MustParseAddr("198.51.100.7") }
		c.Stops.Caller = func(who actor.Actor) error {
			if who.Person() == meera.Person() {
				return fault.Of(fault.Forbidden, "Your access is stopped.")
			}
			return nil
		}
	}, page("GET", "/sites", reply.Public, hello), page("GET", "/api/v1/sites", reply.SignedIn, hello), out)
	for _, c := range []struct {
		claim, method, path string
		headers             []string
		code                int
		words               string
	}{
		{"a visitor", "GET", "/sites", nil, 200, "hello"},
		{"the person", "GET", "/sites", []string{"Cookie: iw=meera"}, http.StatusForbidden, "Your access is stopped."},
		{"their token", "GET", "/api/v1/sites", []string{"Authorization: Bearer meera"}, http.StatusForbidden, `"code":"access_stopped"`},
		{"the person, signing out", "POST", "/logout", []string{"Cookie: iw=meera"}, 200, "hello"},
		{"the address", "GET", "/sites", []string{"From: 198.51.100.7"}, http.StatusForbidden, "Nothing is taken from the address"},
		{"the address, by a proxy", "GET", "/sites", []string{"From: 10.0.0.1", "X-Forwarded-For: 198.51.100.7"}, http.StatusForbidden, "Access is stopped for a while"},
		{"health, from there", "GET", "/livez", []string{"From: 198.51.100.7"}, 200, "ok"},
	} {
		if w := d.ask(c.method, c.path, c.headers...); w.Code != c.code || !strings.Contains(w.Body.String(), c.words) {
			t.Errorf("%s: %d %s", c.claim, w.Code, w.Body)
		}
	}
}
