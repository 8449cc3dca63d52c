package httpd

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/telemetry"
)

func TestOrderOfTheLayers(t *testing.T) {
	var got []string
	for _, l := range newDoor(t, nil).layers {
		got = append(got, l.name)
	}
	want := []string{"request id", "door", "trace", "access log", "security headers", "recover", "client address", "stopped sources", "host", "limits of time and size", "cross-origin protection",
		"limit of the source", "crowd", "authenticate", "stopped callers", "limit of the caller", "compression"}
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
		{"GET", "/sites", 200, ""}, {"POST", "/sites", 200, ""}, {"DELETE", "/sites", 405, "GET, HEAD, POST"}, {"OPTIONS", "/sites", 405, "GET, HEAD, POST"}, {"BREW", "/sites", 405, "GET, HEAD, POST"}, {"TRACE", "/sites", 405, "GET, HEAD, POST"},
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
