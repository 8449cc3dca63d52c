package httpd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/telemetry"
)

// door is a server with everything that a test wants to look at.
type door struct {
	*Server
	log     *safeBuffer
	metrics *telemetry.Metrics
	clock   *clock.Hand
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}
func (s *safeBuffer) String() string { s.mu.Lock(); defer s.mu.Unlock(); return s.b.String() }

var (
	acme  = id.New[id.Tenant]()
	meera = actor.New(actor.Facts{Kind: actor.Person, Tenant: acme, Person: id.New[id.Person](), Reach: map[actor.Permission]actor.Reach{"site.read": {All: true}}})
)

func newDoor(t *testing.T, change func(*Config), routes ...reply.Route) *door {
	t.Helper()
	d := &door{log: &safeBuffer{}, metrics: telemetry.NewMetrics(), clock: clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC))}
	c := d.config()
	if change != nil {
		change(&c)
	}
	s, err := New(c, routes)
	if err != nil {
		t.Fatal(err)
	}
	d.Server = s
	return d
}

func (d *door) config() Config {
	log := telemetry.NewLog(d.log, slog.LevelDebug)
	return Config{
		Listen: "127.0.0.1:0", Private: "127.0.0.1:0", Hosts: []string{"example.com", "127.0.0.1"}, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		HeaderTime: time.Second, Time: 2 * time.Second, Idle: time.Second, Stop: 3 * time.Second, MaxBody: 1000, MaxHeader: 8 << 10, SessionCookie: "iw",
		Log: log, Metrics: d.metrics, Now: d.clock.Now, Reply: reply.New(reply.Config{SignIn: "/login", Log: log, Now: d.clock.Now}),
		Authenticate: func(_ context.Context, c Credentials) (actor.Actor, error) {
			switch {
			case c.Session == "meera" || c.Bearer == "meera":
				return meera, nil
			case c.Session == "down" || c.Bearer == "down":
				return actor.Actor{}, fault.Of(fault.Unavailable, "The session store is away.")
			}
			return actor.Actor{}, fault.Anonymous()
		},
	}
}

// page is a route that answers with what the handler writes.
func page(method, path string, p actor.Permission, h func(w http.ResponseWriter, r *http.Request) error) reply.Route {
	return reply.Route{Method: method, Path: path, Permission: p, Handler: h, Name: strings.ToLower(method) + path}
}

func hello(w http.ResponseWriter, r *http.Request) error {
	_, err := fmt.Fprintf(w, "hello %s", actor.From(r.Context()).Kind())
	return err
}

// ask sends a request with "Name: value" headers, and "cookie=x" for the session.
func (d *door) ask(method, target string, headers ...string) *httptest.ResponseRecorder {
	return d.send(httptest.NewRequest(method, target, nil), headers...)
}

func (d *door) send(r *http.Request, headers ...string) *httptest.ResponseRecorder {
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		switch name {
		case "Host":
			r.Host = value
		case "From":
			r.RemoteAddr = value + ":4711"
		default:
			r.Header.Add(name, value)
		}
	}
	w := httptest.NewRecorder()
	d.Handler().ServeHTTP(w, r)
	return w
}

func (d *door) scrape() string {
	w := httptest.NewRecorder()
	d.metrics.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}

// lines gives the log's entries with a message.
func (d *door) lines(t *testing.T, msg string) (out []map[string]any) {
	t.Helper()
	for line := range strings.Lines(d.log.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if m["msg"] == msg {
			out = append(out, m)
		}
	}
	return out
}

func wait(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain")
		}
	}
}

// run serves for the time of the test.
func run(t *testing.T, d *door) (url, private string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	type addresses struct{ url, private string }
	up, done := make(chan addresses, 1), make(chan error, 1)
	go func() {
		done <- d.Run(ctx, func(url, private string) error { up <- addresses{url, private}; return nil })
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	select {
	case a := <-up:
		return a.url, a.private
	case err := <-done:
		done <- err
		t.Fatalf("Run: %v", err)
	}
	return "", ""
}
