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
	"intelliwiz/internal/telemetry"
)

func TestRequestIDs(t *testing.T) {
	var seen string
	d := newDoor(t, nil, page("GET", "/x", reply.Public, func(_ http.ResponseWriter, r *http.Request) error {
		seen = telemetry.RequestID(r.Context())
		return nil
	}))
	for _, c := range []struct {
		name, from, given string
		kept              bool
	}{
		{"from a proxy", "10.1.1.1", "proxy-id-1234", true}, {"from anybody", "192.0.2.1", "proxy-id-1234", false}, {"none", "10.1.1.1", "", false},
		{"with a line break", "10.1.1.1", "proxy-id\n-1234", false}, {"too long", "10.1.1.1", strings.Repeat("x", 65), false}, {"too short", "10.1.1.1", "x", false},
	} {
		r := httptest.NewRequest("GET", "/x", nil)
		r.Header["X-Request-Id"] = []string{c.given}
		w := d.send(r, "From: "+c.from)
		got := w.Header().Get("X-Request-Id")
		if (got == c.given) != c.kept || got != seen || !telemetry.ValidRequestID(got) {
			t.Errorf("%s: answered %q, handler saw %q", c.name, got, seen)
		}
	}
}

func TestAccessLogTellsWithoutSecrets(t *testing.T) {
	secret := page("GET", "/setup/{secret}", reply.Public, hello)
	secret.SecretPath = true
	d := newDoor(t, nil, page("GET", "/sites/{id}", reply.Public, hello), secret)
	d.ask("GET", "/sites/7?q=canary1", "Cookie: iw=meera", "User-Agent: "+strings.Repeat("u", 300), "Authorization: Bearer canary2", "Referer: http://x/canary3")
	d.ask("GET", "/setup/canary4")
	d.ask("POST", "/nothing")
	d.ask("GET", "/livez")
	if strings.Contains(d.log.String(), "canary") {
		t.Errorf("a secret was logged: %s", d.log)
	}
	lines := d.lines(t, "request")
	if len(lines) != 4 {
		t.Fatalf("%d lines", len(lines))
	}
	first := lines[0]
	for _, k := range []string{"time", "took", "request_id"} {
		if first[k] == nil {
			t.Errorf("no %s: %v", k, first)
		}
		delete(first, k)
	}
	want := map[string]any{"level": "INFO", "msg": "request", "method": "GET", "path": "/sites/7", "route": "/sites/{id}", "status": 200.0, "bytes": 12.0, "source": "192.0.2.1",
		"agent": strings.Repeat("u", 200), "tenant": acme.String(), "person": meera.Person().String()}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Error(diff)
	}
	if lines[1]["path"] != "/setup/{secret}" || lines[2]["route"] != "" || lines[2]["status"] != 404.0 || lines[3]["level"] != "DEBUG" {
		t.Errorf("got %v", lines[1:])
	}
	for _, want := range []string{`method="GET",route="/sites/{id}",status="200"} 1`, `method="GET",route="/setup/{secret}",status="200"} 1`, `method="POST",route="none",status="404"} 1`, "iw_http_requests_in_flight 0"} {
		if !strings.Contains(d.scrape(), want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}

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

func TestSecurityHeadersAreOnEveryAnswer(t *testing.T) {
	var nonce string
	d := newDoor(t, func(c *Config) {
		c.PublicURL, c.Images = "https://example.com", []string{"https://tiles.example.org"}
	}, page("GET", "/x", reply.Public, func(_ http.ResponseWriter, r *http.Request) error { nonce = templ.GetNonce(r.Context()); return nil }))
	seen := map[string]bool{}
	for _, target := range []string{"/x", "/nothing", "/livez", "/problems", "/csp-report"} {
		w := d.ask("GET", target)
		h := w.Header()
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "'strict-dynamic'", "style-src 'self'", "img-src 'self' data: https://tiles.example.org", "frame-ancestors 'none'", "base-uri 'none'",
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

func TestTheAddressCannotBeForged(t *testing.T) {
	var left http.Header
	d := newDoor(t, nil, page("GET", "/x", reply.Public, func(w http.ResponseWriter, r *http.Request) error {
		left = r.Header
		_, _ = io.WriteString(w, Source(r))
		return nil
	}))
	for _, c := range []struct {
		name, from string
		forwarded  []string
		want       string
	}{
		{"anybody who writes the header", "192.0.2.9", []string{"1.2.3.4"}, "192.0.2.9"},
		{"through the proxy", "10.0.0.1", []string{"198.51.100.7"}, "198.51.100.7"},
		{"a client that forged before the proxy", "10.0.0.1", []string{"1.2.3.4, 198.51.100.7"}, "198.51.100.7"},
		{"two proxies", "10.0.0.1", []string{"1.2.3.4, 198.51.100.7, 10.9.9.9"}, "198.51.100.7"},
		{"two headers", "10.0.0.1", []string{"1.2.3.4", "198.51.100.7"}, "198.51.100.7"},
		{"garbage", "10.0.0.1", []string{"198.51.100.7, unknown"}, "10.0.0.1"},
		{"garbage before", "10.0.0.1", []string{"<script>, 198.51.100.7"}, "198.51.100.7"},
		{"nothing", "10.0.0.1", nil, "10.0.0.1"},
		{"proxies only", "10.0.0.1", []string{"10.3.3.3"}, "10.3.3.3"},
		{"IPv6", "10.0.0.1", []string{"2001:db8::1%eth0"}, "2001:db8::1"},
		{"IPv4 written as IPv6", "[::ffff:192.0.2.9]", []string{"1.2.3.4"}, "192.0.2.9"},
		{"a proxy written as IPv6", "[::ffff:10.0.0.1]", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		{"no address", "@", []string{"1.2.3.4"}, ""},
	} {
		headers := []string{"From: " + c.from}
		for _, f := range c.forwarded {
			headers = append(headers, "X-Forwarded-For: "+f)
		}
		if got := d.ask("GET", "/x", headers...).Body.String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if believed := strings.HasPrefix(strings.TrimPrefix(c.from, "[::ffff:"), "10."); !believed && left.Get("X-Forwarded-For") != "" {
			t.Errorf("%s: a handler could still believe the header", c.name)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	if got := Source(r); got != "" {
		t.Errorf("without the layers: %q", got)
	}
}

func TestHosts(t *testing.T) {
	d := newDoor(t, func(c *Config) { c.Hosts = []string{"example.com", "::1"} }, page("GET", "/x", reply.Public, hello))
	for host, want := range map[string]int{"example.com": 200, "EXAMPLE.com:8080": 200, "example.com.": 200, "[::1]:8080": 200, "[::1]": 200, "evil.example": 421, "example.com.evil.example": 421,
		"": 421, "example.com@evil": 421, "example.com:80@evil.example": 421, "example.com:": 421, "localhost": 421} {
		if w := d.ask("GET", "/x", "Host: "+host); w.Code != want {
			t.Errorf("%q: %d, want %d", host, w.Code, want)
		}
	}
	if w := d.ask("GET", "/readyz", "Host: 10.0.0.7:8080"); w.Code == 421 {
		t.Error("a probe asks by address")
	}
	d = newDoor(t, func(c *Config) { c.Hosts = []string{"*"} }, page("GET", "/x", reply.Public, hello))
	if w := d.ask("GET", "/x", "Host: anything"); w.Code != 200 {
		t.Errorf("any host: %d", w.Code)
	}
}

func TestPlainHTTPIsSentToHTTPS(t *testing.T) {
	d := newDoor(t, func(c *Config) { c.PublicURL = "https://example.com" }, page("GET", "/x", reply.Public, hello))
	for _, c := range []struct {
		name, from, proto string
		status            int
	}{
		{"a proxy says http", "10.0.0.1", "http", 308}, {"a proxy says https", "10.0.0.1", "https", 200}, {"a proxy says nothing", "10.0.0.1", "", 200}, {"anybody says http", "192.0.2.1", "http", 200},
	} {
		w := d.ask("GET", "/x?a=b", "From: "+c.from, "X-Forwarded-Proto: "+c.proto)
		if w.Code != c.status || c.status == 308 && w.Header().Get("Location") != "https://example.com/x?a=b" {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Header().Get("Location"))
		}
	}
	if w := d.ask("GET", "/x", "From: 10.0.0.1", "X-Forwarded-Proto: http", "Host: evil.example"); w.Code != 421 {
		t.Errorf("an open redirect: %d %s", w.Code, w.Header().Get("Location"))
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
