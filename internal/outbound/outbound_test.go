package outbound_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/outbound"
)

var home = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// client trusts the server and may call this machine; change says more.
func client(s *httptest.Server, change ...func(*outbound.Config)) *outbound.Client {
	c := outbound.Config{Networks: home, Now: clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)).Now}
	if s != nil && s.TLS != nil {
		c.Roots = s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	}
	for _, f := range change {
		f(&c)
	}
	return outbound.New(c)
}

func words(err error) string {
	if f, ok := errors.AsType[*outbound.Failure](err); ok {
		return f.Words
	}
	return ""
}

func TestACallArrives(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Retry-After", "90")
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, r.Method+" "+r.URL.Path+" "+r.Header.Get("Webhook-Id")+" "+string(body))
	}))
	defer s.Close()
	got, err := client(s).Post(t.Context(), s.URL+"/in", map[string]string{"webhook-id": "m1"}, []byte("hello"))
	if err != nil || got.Status != 202 || !got.OK() || string(got.Body) != "POST /in m1 hello" || got.RetryAfter != 90*time.Second {
		t.Errorf("got %+v %q, %v", got, got.Body, err)
	}
}

func TestAMomentToComeBack(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 0, "-4": 0, "soon": 0, "Wed, 25 Nov 2026 09:02:00 GMT": 2 * time.Minute, "Wed, 25 Nov 2026 08:00:00 GMT": 0} {
		s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", text)
			w.WriteHeader(http.StatusServiceUnavailable)
		}))
		got, err := client(s).Post(t.Context(), s.URL, nil, nil)
		s.Close()
		if err != nil || got.RetryAfter != want || got.OK() {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

func TestARedirectIsAnAnswer(t *testing.T) {
	called := false
	inner := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer inner.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		s := httptest.NewTLSServer(http.RedirectHandler(inner.URL, status))
		got, err := client(s).Post(t.Context(), s.URL, nil, []byte("x"))
		s.Close()
		if err != nil || got.Status != status || got.OK() || called {
			t.Errorf("%d: %+v, %v, followed %v", status, got, err, called)
		}
	}
}

func TestAnAnswerIsBounded(t *testing.T) {
	stop := make(chan struct{})
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless":
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, strings.Repeat("x", 4096))
			}
		case "/silent":
			<-stop
		case "/slow":
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
			<-stop
		case "/headers":
			for i := range 100 {
				w.Header().Add("X-Long", strings.Repeat("y", 1000)+string(rune('a'+i%26)))
			}
		case "/zipped":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "not unpacked")
		}
	}))
	defer s.Close()
	defer close(stop)
	c := client(s, func(c *outbound.Config) { c.Time, c.Most = 300*time.Millisecond, 1000 })
	if got, err := c.Post(t.Context(), s.URL+"/endless", nil, nil); err != nil || len(got.Body) != 1000 {
		t.Errorf("endless: %d bytes, %v", len(got.Body), err)
	}
	if got, err := c.Post(t.Context(), s.URL+"/zipped", nil, nil); err != nil || string(got.Body) != "not unpacked" {
		t.Errorf("zipped: %q, %v", got.Body, err)
	}
	for _, path := range []string{"/silent", "/slow"} {
		start := time.Now()
		if _, err := c.Post(t.Context(), s.URL+path, nil, nil); words(err) != "There was no answer in time." || time.Since(start) > 5*time.Second {
			t.Errorf("%s: %v after %s", path, err, time.Since(start))
		}
	}
	if _, err := c.Post(t.Context(), s.URL+"/headers", nil, nil); words(err) == "" {
		t.Errorf("headers of 100 kB: %v", err)
	}
}

func TestWhatCertificatesMustBe(t *testing.T) {
	s := httptest.NewTLSServer(http.NotFoundHandler())
	defer s.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	https := func(u string) string { return strings.Replace(u, "http:", "https:", 1) }
	for name, x := range map[string]struct{ url, want string }{
		"no authority":   {s.URL, "The certificate is signed by nobody who is trusted."},
		"no TLS":         {https(plain.URL), "The server does not speak TLS."},
		"nobody listens": {https(gone.URL), "The server refused the connection."},
	} {
		if _, err := client(nil).Post(t.Context(), x.url, nil, nil); words(err) != x.want || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := client(s).Post(t.Context(), strings.Replace(s.URL, "127.0.0.1", "127.0.0.2", 1), nil, nil); words(err) == "" {
		t.Error("another host's certificate was taken")
	}
	if got, err := client(nil, func(c *outbound.Config) { c.Plain = true }).Post(t.Context(), plain.URL, nil, nil); err != nil || got.Status != 404 {
		t.Errorf("http where it is allowed: %+v, %v", got, err)
	}
}

func TestNoProxyIsAsked(t *testing.T) {
	asked := false
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer proxy.Close()
	t.Setenv("HTTPS_PROXY", proxy.URL)
	t.Setenv("HTTP_PROXY", proxy.URL)
	c := client(nil, func(c *outbound.Config) { c.Networks, c.Time, c.Plain = nil, time.Second, true })
	for _, u := range []string{"https://10.0.0.1/", "http://no-such-host.invalid/"} {
		if _, err := c.Post(t.Context(), u, nil, nil); err == nil || asked {
			t.Errorf("%s: %v, the proxy was asked: %v", u, err, asked)
		}
	}
}

func TestAddresses(t *testing.T) {
	c := client(nil, func(c *outbound.Config) { c.Networks = nil })
	for _, u := range []string{
		"https://example.com", "https://example.com:8443/a/b?c=d", "https://93.184.215.14/", "https://[2606:4700:4700::1111]:444/x",
	} {
		if err := c.Check(u); err != nil {
			t.Errorf("%s: %v", u, err)
		}
	}
	for _, u := range []string{
		"", "example.com", "//example.com", "http://example.com", "ftp://example.com", "file:///etc/passwd", "https:", "https:example.com", "https://",
		"https://me:secret@example.com/", "https://me@example.com/", "https://example.com/#part", "https://example.com:0/", "https://example.com:99999/",
		"https://example.com:/x y", "https://example.com/\n", "https://exämple.com/", "https://example.com/" + strings.Repeat("x", 2000),
		"https://localhost/", "https://LOCALHOST./", "https://[::1", "https://[fe80::1%25eth0]/", "gopher://example.com:70/",
	} {
		err := c.Check(u)
		if fault.KindOf(err) != fault.Invalid || fault.As(err).Fields[0].Path != "url" {
			t.Errorf("%s: %v", u, err)
		}
		if _, err := c.Post(t.Context(), u, nil, nil); words(err) == "" {
			t.Errorf("%s was called: %v", u, err)
		}
	}
	if err := client(nil).Check("https://localhost/"); err != nil {
		t.Errorf("localhost where it is allowed: %v", err)
	}
}
