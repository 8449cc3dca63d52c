package httpd

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
