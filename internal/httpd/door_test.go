package httpd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

func TestOrderOfTheLayers(t *testing.T) {
	var got []string
	for _, l := range newDoor(t, nil).layers {
		got = append(got, l.name)
	}
	want := []string{"request id", "access log", "security headers", "recover", "client address", "host", "limits of time and size", "cross-origin protection",
		"limit of the source", "authenticate", "limit of the caller", "compression"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheTableRefusesWhatIsWrong(t *testing.T) {
	ok := page("GET", "/a", reply.Public, hello)
	for name, change := range map[string]func(r *reply.Route){
		"no method": func(r *reply.Route) { r.Method = "" }, "no path": func(r *reply.Route) { r.Path = "" }, "no handler": func(r *reply.Route) { r.Handler = nil },
		"no name": func(r *reply.Route) { r.Name = "" }, "no permission": func(r *reply.Route) { r.Permission = "" }, "a GET that changes": func(r *reply.Route) { r.Changes = true },
		"a HEAD that changes": func(r *reply.Route) { r.Method, r.Changes = "HEAD", true }, "a session that writes to an API": func(r *reply.Route) { r.Method, r.Cookie = "POST", true },
		"a pattern that is none": func(r *reply.Route) { r.Path = "/{" },
	} {
		bad := ok
		change(&bad)
		d := &door{log: &safeBuffer{}, metrics: telemetry.NewMetrics(), clock: clock.At(time.Now())}
		if _, err := New(d.config(), []reply.Route{bad}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	d := &door{log: &safeBuffer{}, metrics: telemetry.NewMetrics(), clock: clock.At(time.Now())}
	if _, err := New(d.config(), []reply.Route{ok, ok}); err == nil {
		t.Error("a row that stands twice was taken")
	}
	if _, err := New(d.config(), []reply.Route{page("GET", "/a/{x}", reply.Public, hello), page("GET", "/{y}/b", reply.Public, hello)}); err == nil {
		t.Error("patterns that contradict each other were taken")
	}
	c := d.config()
	c.PublicURL = "://"
	if _, err := New(c, nil); err == nil {
		t.Error("a public address that is none was taken")
	}
	changing := page("POST", "/a", "site.update", hello)
	changing.Changes = true
	newDoor(t, nil, ok, changing)
}

func TestMethodsAndAddresses(t *testing.T) {
	d := newDoor(t, nil, page("GET", "/sites", reply.Public, hello), page("POST", "/sites", reply.Public, hello), page("GET", "/{$}", reply.Public, hello),
		page("GET", "/docs/", reply.Public, hello), page("GET", "/api/v1/sites", reply.Public, hello))
	for _, c := range []struct {
		method, target string
		status         int
		allow          string
	}{
		{"GET", "/sites", 200, ""}, {"POST", "/sites", 200, ""}, {"DELETE", "/sites", 405, "GET, HEAD, POST"}, {"OPTIONS", "/sites", 405, "GET, HEAD, POST"}, {"BREW", "/sites", 405, "GET, HEAD, POST"},
		{"PUT", "/api/v1/sites", 405, "GET, HEAD"}, {"GET", "/nothing", 404, ""}, {"GET", "/sites/", 404, ""}, {"GET", "/docs/", 200, ""}, {"GET", "/docs/x", 404, ""}, {"GET", "/api/nothing", 404, ""},
		{"GET", "/", 200, ""}, {"GET", "//sites", 307, ""}, {"GET", "/a/../sites", 307, ""}, {"GET", "/problems", 200, ""},
	} {
		w := d.ask(c.method, c.target)
		if w.Code != c.status || w.Header().Get("Allow") != c.allow || w.Header().Get("Content-Security-Policy") == "" || w.Header().Get("X-Request-Id") == "" {
			t.Errorf("%s %s: %d %v, want %d", c.method, c.target, w.Code, w.Header(), c.status)
		}
	}
	if w := d.ask("GET", "/api/nothing"); w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("an API's 404 is %s", w.Header().Get("Content-Type"))
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	url, _ := run(t, newDoor(t, nil, page("GET", "/sites", reply.Public, hello)))
	for _, target := range []string{"/sites", "/readyz", "/nothing"} {
		get, err := http.Get(url + target)
		if err != nil {
			t.Fatal(err)
		}
		head, err := http.Head(url + target)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(head.Body)
		if head.StatusCode != get.StatusCode || head.Header.Get("Content-Type") != get.Header.Get("Content-Type") || len(body) != 0 {
			t.Errorf("%s: HEAD %d %v, GET %d", target, head.StatusCode, head.Header, get.StatusCode)
		}
		_ = get.Body.Close()
		_ = head.Body.Close()
	}
}

func TestPermissionsAreAskedAtTheDoor(t *testing.T) {
	calls := 0
	count := func(w http.ResponseWriter, r *http.Request) error { calls++; return hello(w, r) }
	d := newDoor(t, nil, page("GET", "/public", reply.Public, count), page("GET", "/mine", reply.SignedIn, count), page("POST", "/read", "site.read", count),
		page("POST", "/update", "site.update", count), page("GET", "/api/read", "site.read", count))
	for _, c := range []struct {
		method, target, header string
		status                 int
	}{
		{"GET", "/public", "", 200}, {"GET", "/mine", "", 303}, {"GET", "/mine", "Cookie: iw=wrong", 303}, {"GET", "/mine", "Cookie: iw=meera", 200}, {"POST", "/read", "", 401},
		{"POST", "/read", "Cookie: iw=meera", 200}, {"POST", "/update", "Cookie: iw=meera", 403}, {"POST", "/update", "", 401}, {"GET", "/api/read", "", 401}, {"GET", "/api/read", "Authorization: Bearer meera", 200},
	} {
		before := calls
		w := d.ask(c.method, c.target, c.header)
		if w.Code != c.status || (calls > before) != (c.status == 200) {
			t.Errorf("%s %s %s: %d, want %d; handler called %v", c.method, c.target, c.header, w.Code, c.status, calls > before)
		}
	}
}

func TestWhatProvesWhoItIs(t *testing.T) {
	docs := page("GET", "/api/docs", reply.Public, hello)
	docs.Cookie = true
	file := page("GET", "/static/{file}", reply.Public, hello)
	file.Unlimited = true
	d := newDoor(t, nil, page("GET", "/page", reply.Public, hello), page("GET", "/api/x", reply.Public, hello), page("POST", "/graphql", reply.Public, hello), docs, file)
	for _, c := range []struct {
		name, method, target string
		headers              []string
		status               int
		body                 string
	}{
		{"a session on a page", "GET", "/page", []string{"Cookie: iw=meera"}, 200, "hello person"},
		{"a session that ended makes a visitor", "GET", "/page", []string{"Cookie: iw=old"}, 200, "hello visitor"},
		{"another cookie is no session", "GET", "/page", []string{"Cookie: __Host-iw=meera"}, 200, "hello visitor"},
		{"a session is nothing to an API", "GET", "/api/x", []string{"Cookie: iw=meera"}, 200, "hello visitor"},
		{"a session is nothing to GraphQL", "POST", "/graphql", []string{"Cookie: iw=meera", "Sec-Fetch-Site: same-origin"}, 200, "hello visitor"},
		{"a session reads documentation", "GET", "/api/docs", []string{"Cookie: iw=meera"}, 200, "hello person"},
		{"a token on an API", "GET", "/api/x", []string{"Authorization: Bearer meera"}, 200, "hello person"},
		{"the scheme in any case", "GET", "/api/x", []string{"Authorization: bEARER  meera"}, 200, "hello person"},
		{"a token that does not hold is refused", "GET", "/api/x", []string{"Authorization: Bearer old"}, 401, ""},
		{"a token is nothing to a page", "GET", "/page", []string{"Authorization: Bearer meera"}, 200, "hello visitor"},
		{"another scheme is no token", "GET", "/api/x", []string{"Authorization: Basic meera"}, 200, "hello visitor"},
		{"a token wins over a session", "GET", "/api/docs", []string{"Authorization: Bearer old", "Cookie: iw=meera"}, 401, ""},
		{"a store that is away lets nobody in", "GET", "/page", []string{"Cookie: iw=down"}, 503, ""},
		{"nor by a token", "GET", "/api/x", []string{"Authorization: Bearer down"}, 503, ""},
		{"a file asks for nobody", "GET", "/static/x.css", []string{"Cookie: iw=down"}, 200, "hello visitor"},
	} {
		w := d.ask(c.method, c.target, c.headers...)
		if w.Code != c.status || c.body != "" && w.Body.String() != c.body {
			t.Errorf("%s: %d %q", c.name, w.Code, w.Body)
		}
		signedIn := c.body == "hello person"
		if (w.Header().Get("Cache-Control") == "no-store") != (signedIn || c.status >= 400) {
			t.Errorf("%s: Cache-Control %q", c.name, w.Header().Get("Cache-Control"))
		}
	}
}

func TestAFaultAfterTheAnswerBeganCutsIt(t *testing.T) {
	begin := func(then func() error) func(w http.ResponseWriter, r *http.Request) error {
		return func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, strings.Repeat("a", 5000))
			_ = http.NewResponseController(w).Flush()
			return then()
		}
	}
	d := newDoor(t, nil, page("GET", "/fault", reply.Public, begin(func() error { return errors.New("cause 17") })),
		page("GET", "/panic", reply.Public, begin(func() error { panic("cause 18") })), page("GET", "/abort", reply.Public, begin(func() error { panic(http.ErrAbortHandler) })))
	url, _ := run(t, d)
	for _, target := range []string{"/fault", "/panic", "/abort"} {
		for _, encoding := range []string{"gzip", "identity"} {
			r, _ := http.NewRequest("GET", url+target, nil)
			r.Header.Set("Accept-Encoding", encoding)
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadAll(res.Body); err == nil {
				t.Errorf("%s %s: an answer that was cut looks whole", target, encoding)
			}
			_ = res.Body.Close()
		}
	}
	if n := len(d.lines(t, "fault")); n != 2 {
		t.Errorf("%d faults logged", n)
	}
	if n := len(d.lines(t, "panic")); n != 2 {
		t.Errorf("%d panics logged", n)
	}
	wait(t, func() bool { return len(d.lines(t, "request")) == 6 })
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
