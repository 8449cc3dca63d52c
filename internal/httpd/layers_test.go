package httpd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/reply"
)

func TestAPanicIsAnAnswerAndTheProcessLives(t *testing.T) {
	d := newDoor(t, nil, page("GET", "/boom", reply.Public, func(w http.ResponseWriter, _ *http.Request) error {
		_, _ = io.WriteString(w, "half an answer")
		var canary any = 17
		_, err := io.WriteString(w, canary.(string))
		return err
	}), page("GET", "/api/boom", reply.Public, func(http.ResponseWriter, *http.Request) error { panic(errors.New("canary")) }))
	for _, encoding := range []string{"Accept-Encoding: gzip", "X: y"} {
		w := d.ask("GET", "/api/boom", encoding)
		if w.Code != 500 || w.Header().Get("Content-Type") != "application/problem+json" || strings.Contains(w.Body.String(), "canary") || !strings.Contains(w.Body.String(), w.Header().Get("X-Request-Id")) {
			t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
		}
	}
	w := d.ask("GET", "/boom", "Accept-Encoding: gzip") // what is held back for packing has not left yet
	if w.Code != 500 || strings.Contains(w.Body.String(), "half") || !strings.Contains(w.Body.String(), "Something broke on our side") || w.Header().Get("Content-Security-Policy") == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	lines := d.lines(t, "panic")
	if len(lines) != 3 || !strings.Contains(lines[0]["stack"].(string), "layers_test.go") || lines[0]["request_id"] == nil {
		t.Errorf("log %v", lines)
	}
	if !strings.Contains(d.scrape(), `iw_panics_total{where="http"} 3`) || !strings.Contains(d.scrape(), `route="/boom",status="500"} 1`) {
		t.Error("panics are not counted")
	}
}

// TestWhatProgramsReadIsNoPage: its policy allows nothing at all, an error's too; the documentation, which people read, is a page.
func TestWhatProgramsReadIsNoPage(t *testing.T) {
	docs := page("GET", "/api/docs", reply.Public, hello)
	docs.Cookie = true
	d := newDoor(t, func(c *Config) { c.PublicURL = "https://example.com" }, page("GET", "/api/v1/x", reply.Public, hello), docs)
	for target, policy := range map[string]string{"/api/v1/x": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", "/api/v1/nothing": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", "/api/docs": "'strict-dynamic'"} {
		h := d.ask("GET", target).Header()
		if got := h.Get("Content-Security-Policy"); !strings.Contains(got, policy) || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" ||
			h.Get("Cross-Origin-Resource-Policy") != "same-origin" || !strings.HasPrefix(h.Get("Strict-Transport-Security"), "max-age=63072000") {
			t.Errorf("%s: %v", target, h)
		}
	}
}

func TestSecurityHeadersAreOnEveryAnswer(t *testing.T) {
	var nonce string
	d := newDoor(t, func(c *Config) {
		c.PublicURL, c.Images = "https://example.com", []string{"https://tiles.example.org"}
	}, page("GET", "/x", reply.Public, func(_ http.ResponseWriter, r *http.Request) error { nonce = templ.GetNonce(r.Context()); return nil }))
	seen := map[string]bool{}
	for _, target := range []string{"/x", "/nothing", "/livez", "/problems", "/csp-report"} {
		w := d.ask("GET", target, "Origin: https://evil.example")
		h := w.Header()
		if got := h.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s: %s may read answers", target, got)
		}
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "'strict-dynamic'", "style-src 'self'", "media-src 'self'", "img-src 'self' data: https://tiles.example.org", "frame-ancestors 'none'", "base-uri 'none'",
			"form-action 'self'", "require-trusted-types-for 'script'", "report-uri /csp-report", "report-to csp"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy lacks %s: %s", target, want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %s", target, csp)
		}
		n := regexp.MustCompile(`'nonce-([^']{22})'`).FindStringSubmatch(csp)
		if n == nil || seen[n[1]] || target == "/x" && n[1] != nonce {
			t.Errorf("%s: nonce %v, the page has %q", target, n, nonce)
		} else {
			seen[n[1]] = true
		}
		for k, v := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Strict-Transport-Security": "max-age=63072000; includeSubDomains", "Reporting-Endpoints": `csp="/csp-report"`} {
			if h.Get(k) != v {
				t.Errorf("%s: %s is %q", target, k, h.Get(k))
			}
		}
		if !strings.Contains(h.Get("Permissions-Policy"), "microphone=()") {
			t.Errorf("%s: %s", target, h.Get("Permissions-Policy"))
		}
	}
	if h := newDoor(t, nil).ask("GET", "/livez").Header(); h.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS without https")
	}
}

func TestSizesAreBounded(t *testing.T) {
	read := func(w http.ResponseWriter, r *http.Request) error {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(w, len(raw))
		return err
	}
	large := page("POST", "/large", reply.Public, read)
	large.MaxBody = 5000
	d := newDoor(t, nil, page("POST", "/x", reply.Public, read), large)
	for _, c := range []struct {
		target  string
		size    int
		chunked bool
		status  int
	}{
		{"/x", 1000, false, 200}, {"/x", 1001, false, 413}, {"/x", 1000, true, 200}, {"/x", 1001, true, 413}, {"/large", 5000, false, 200}, {"/large", 5001, false, 413}, {"/nothing", 1001, false, 413},
	} {
		r := httptest.NewRequest("POST", c.target, strings.NewReader(strings.Repeat("x", c.size)))
		if c.chunked {
			r.ContentLength = -1
		}
		if w := d.send(r); w.Code != c.status {
			t.Errorf("%s with %d bytes, chunked %v: %d, want %d", c.target, c.size, c.chunked, w.Code, c.status)
		}
	}
}

func TestTimeIsBounded(t *testing.T) {
	until := func(_ http.ResponseWriter, r *http.Request) error {
		<-r.Context().Done()
		return r.Context().Err()
	}
	short := page("GET", "/short", reply.Public, until)
	short.Timeout = 50 * time.Millisecond
	d := newDoor(t, func(c *Config) { c.Time = 150 * time.Millisecond }, page("GET", "/x", reply.Public, until), short)
	for target, least := range map[string]time.Duration{"/x": 150 * time.Millisecond, "/short": 50 * time.Millisecond} {
		start := time.Now()
		w := d.ask("GET", target)
		if took := time.Since(start); w.Code != 503 || w.Header().Get("Retry-After") == "" || took < least || took > least+time.Second {
			t.Errorf("%s: %d after %s", target, w.Code, took)
		}
	}
}

func TestOtherSitesCannotMakeABrowserAct(t *testing.T) {
	calls := 0
	d := newDoor(t, func(c *Config) { c.PublicURL = "https://example.com" }, page("POST", "/x", reply.Public, func(http.ResponseWriter, *http.Request) error { calls++; return nil }),
		page("GET", "/x", reply.Public, hello), page("POST", "/api/x", reply.Public, hello), page("DELETE", "/x", reply.Public, hello))
	for _, c := range []struct {
		name, method, target string
		headers              []string
		status               int
	}{
		{"another site", "POST", "/x", []string{"Sec-Fetch-Site: cross-site"}, 403}, {"a sister host", "POST", "/x", []string{"Sec-Fetch-Site: same-site"}, 403},
		{"another site, DELETE", "DELETE", "/x", []string{"Sec-Fetch-Site: cross-site"}, 403}, {"another site at an API", "POST", "/api/x", []string{"Sec-Fetch-Site: cross-site"}, 403},
		{"an old browser on another site", "POST", "/x", []string{"Origin: https://evil.example"}, 403}, {"an unknown origin", "POST", "/x", []string{"Origin: null"}, 403},
		{"our own page", "POST", "/x", []string{"Sec-Fetch-Site: same-origin", "Origin: https://example.com"}, 200}, {"an old browser on our page", "POST", "/x", []string{"Origin: https://example.com"}, 200},
		{"the same behind a proxy that changed the host", "POST", "/x", []string{"Origin: https://example.com", "Host: 127.0.0.1:8080"}, 200},
		{"no browser", "POST", "/x", nil, 200}, {"typed", "POST", "/x", []string{"Sec-Fetch-Site: none"}, 200}, {"a link from another site", "GET", "/x", []string{"Sec-Fetch-Site: cross-site"}, 200},
	} {
		if w := d.ask(c.method, c.target, c.headers...); w.Code != c.status {
			t.Errorf("%s: %d, want %d", c.name, w.Code, c.status)
		}
	}
	if calls != 5 {
		t.Errorf("the handler ran %d times", calls)
	}
}

func TestLimits(t *testing.T) {
	wait := fault.Of(fault.TooMany, "Wait.")
	wait.RetryAfter = 1500 * time.Millisecond
	var source, caller []string
	full := Decision{}
	free := page("GET", "/static/x", reply.Public, hello)
	free.Unlimited = true
	d := newDoor(t, func(c *Config) {
		c.Limits.Source = func(_ context.Context, a netip.Addr) Decision { source = append(source, a.String()); return full }
		c.Limits.Caller = func(_ context.Context, who actor.Actor) Decision {
			caller = append(caller, string(who.Kind()))
			return Decision{Rule: "user", Limit: 10, Remaining: 4, Window: 90 * time.Second, Reset: 1200 * time.Millisecond}
		}
	}, free, page("GET", "/x", reply.Public, hello), page("GET", "/api/x", reply.Public, hello))
	d.ask("GET", "/static/x")
	d.ask("GET", "/livez")
	d.ask("GET", "/x")
	if len(source) != 1 || len(caller) != 0 {
		t.Errorf("counted %v, %v", source, caller)
	}
	w := d.ask("GET", "/api/x", "Authorization: Bearer meera", "From: 10.0.0.1", "X-Forwarded-For: 198.51.100.7")
	if w.Code != 200 || w.Header().Get("RateLimit") != `"user";r=4;t=2` || w.Header().Get("RateLimit-Policy") != `"user";q=10;w=90` {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if diff := cmp.Diff([]string{"192.0.2.1", "198.51.100.7"}, source); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"person"}, caller); diff != "" {
		t.Error(diff)
	}
	full = Decision{Fault: wait, Rule: "source", Limit: 5, Window: time.Minute, Reset: time.Minute}
	w = d.ask("GET", "/api/x", "Authorization: Bearer meera")
	if w.Code != 429 || w.Header().Get("Retry-After") != "2" || w.Header().Get("RateLimit") != `"source";r=0;t=60` || len(caller) != 1 {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w = d.ask("GET", "/nothing"); w.Code != 429 {
		t.Errorf("guessing addresses is free: %d", w.Code)
	}
	if w = d.ask("GET", "/livez"); w.Code != 200 {
		t.Errorf("health is limited: %d", w.Code)
	}
}
