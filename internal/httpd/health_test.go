package httpd

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestHealth(t *testing.T) {
	var broken atomic.Bool
	var asked atomic.Int64
	d := newDoor(t, func(c *Config) {
		c.Checks = []Check{{"database", func(context.Context) error {
			asked.Add(1)
			if broken.Load() {
				return errors.New("dial 10.1.2.3: refused")
			}
			return nil
		}}, {"disk", func(context.Context) error { return nil }}}
	})
	want := func(step string, status map[string]int) {
		t.Helper()
		for path, code := range status {
			w := d.ask("GET", path)
			if w.Code != code || strings.Contains(w.Body.String(), "10.1.2.3") || strings.Contains(w.Body.String(), "database") || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %s is %d %q, want %d", step, path, w.Code, w.Body, code)
			}
		}
	}
	want("before the start", map[string]int{"/livez": 200, "/startupz": 503, "/readyz": 503, "/health": 503, "/ready": 503})
	d.started.Store(true)
	d.ready.Store(true)
	want("well", map[string]int{"/livez": 200, "/startupz": 200, "/readyz": 200, "/health": 200, "/ready": 200})
	if n := asked.Load(); n != 1 {
		t.Errorf("three questions in a second asked the database %d times", n)
	}
	broken.Store(true)
	want("within the second", map[string]int{"/readyz": 200})
	d.clock.Advance(time.Second)
	want("the database is away", map[string]int{"/livez": 200, "/startupz": 200, "/readyz": 503, "/health": 503, "/ready": 503})
	broken.Store(false)
	d.clock.Advance(time.Second)
	want("and back", map[string]int{"/readyz": 200})
	d.clock.Advance(-time.Hour)
	want("the clock went back", map[string]int{"/readyz": 200})
	d.ready.Store(false)
	want("stopping", map[string]int{"/livez": 200, "/readyz": 503})
}

func TestAHangingCheckIsNotReadyInThreeSeconds(t *testing.T) {
	hang := make(chan struct{})
	var started atomic.Int64
	d := newDoor(t, func(c *Config) {
		c.Checks = []Check{{"deaf", func(context.Context) error { started.Add(1); <-hang; return nil }}, {"panics", func(context.Context) error { panic("boom") }}}
	})
	d.ready.Store(true)
	start := time.Now()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if w := d.ask("GET", "/readyz"); w.Code != 503 {
				t.Errorf("%d", w.Code)
			}
		})
	}
	wg.Wait()
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("took %s", took)
	}
	d.clock.Advance(time.Second)
	w := httptest.NewRecorder()
	d.details(w, httptest.NewRequest("GET", "/health", nil))
	var h Health
	if err := json.Unmarshal(w.Body.Bytes(), &h); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"deaf": "no answer yet", "panics": "panic: boom"}, h.Checks); diff != "" || w.Code != 503 || h.Ready {
		t.Errorf("%s%d", diff, w.Code)
	}
	if n := started.Load(); n != 1 {
		t.Errorf("a check that hangs was started %d times", n)
	}
	close(hang)
	wait(t, func() bool { d.clock.Advance(time.Second); return d.health.ask(t.Context()).Checks["deaf"] == "ok" })
}

func TestReports(t *testing.T) {
	d := newDoor(t, nil)
	post := func(body string, headers ...string) int {
		r := httptest.NewRequest("POST", reportPath, strings.NewReader(body))
		return d.send(r, headers...).Code
	}
	list := `{"type":"csp-violation","body":{"effectiveDirective":"img-src"}},{"type":"deprecation","body":{}}`
	for body, want := range map[string]int{
		`{"csp-report":{"effective-directive":"script-src-elem"}}`: 204,
		`{"csp-report":{"violated-directive":"style-src 'self'"}}`: 204,
		`[` + list + `]`: 204,
		`[` + strings.Repeat(list+",", 20) + list + `]`:                    204,
		`{"csp-report":{"effective-directive":"invented-by-somebody-17"}}`: 204,
		`{"csp-report":{}}`:              204,
		`nonsense`:                       204,
		strings.Repeat("x", maxReport+1): 413,
	} {
		if got := post(body, "Content-Type: application/csp-report", "Sec-Fetch-Site: cross-site"); got != want {
			t.Errorf("%.60s: %d", body, got)
		}
	}
	text := d.scrape()
	for _, want := range []string{`directive="script-src"} 1`, `directive="style-src"} 1`, `directive="img-src"} 11`, `directive="other"} 1`} {
		if !strings.Contains(text, "iw_csp_reports_total{"+want) {
			t.Errorf("lacks %s", want)
		}
	}
	if strings.Contains(text, "invented") {
		t.Error("anybody can make labels")
	}
	chunked := httptest.NewRequest("POST", reportPath, strings.NewReader(strings.Repeat("x", maxReport+1)))
	chunked.ContentLength = -1
	if w := d.send(chunked); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", w.Code)
	}
}
