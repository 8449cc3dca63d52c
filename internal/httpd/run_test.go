package httpd

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"intelliwiz/internal/reply"
)

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(raw)
}

func TestThePrivateListenerShowsWhatThePublicDoesNot(t *testing.T) {
	d := newDoor(t, func(c *Config) { c.Checks = []Check{{"database", func(context.Context) error { return nil }}} })
	url, private := run(t, d)
	for path, want := range map[string]string{"/metrics": "iw_http_requests_in_flight", "/health": `"database":"ok"`, "/debug/pprof/": "goroutine", "/statements": "19 of 20", "/debug/pprof/cmdline": "httpd", "/debug/pprof/heap?debug=1": "heap profile"} {
		if code, text := get(t, private+path); code != 200 || !strings.Contains(text, want) {
			t.Errorf("private %s: %d %.100s", path, code, text)
		}
		code, text := get(t, url+path)
		if path == "/health" && code == 200 && !strings.Contains(text, "database") {
			continue
		}
		if code != 404 {
			t.Errorf("public %s: %d %.100s", path, code, text)
		}
	}
	res, err := (&http.Client{Timeout: 300 * time.Millisecond}).Get(private + "/debug/pprof/trace?seconds=20") // longer than an answer may take elsewhere
	if err == nil {
		_, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
	}
	if late, ok := errors.AsType[net.Error](err); !ok || !late.Timeout() {
		t.Errorf("a long trace: %v", err)
	}
}

func TestAnOrderlyStop(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	begun, release := make(chan bool), make(chan bool)
	var cancelled error
	d := newDoor(t, func(c *Config) { c.Settle = 300 * time.Millisecond }, page("GET", "/slow", reply.Public, func(w http.ResponseWriter, r *http.Request) error {
		begun <- true
		<-release
		cancelled = r.Context().Err()
		_, err := io.WriteString(w, "whole")
		return err
	}))
	ctx, stop := context.WithCancel(t.Context())
	urls, done := make(chan [2]string, 1), make(chan error, 1)
	go func() { done <- d.Run(ctx, func(u, p string) error { urls <- [2]string{u, p}; return nil }) }()
	u := <-urls
	answer := make(chan string)
	client := &http.Client{Transport: &http.Transport{}}
	go func() {
		res, err := client.Get(u[0] + "/slow")
		if err != nil {
			answer <- err.Error()
			return
		}
		raw, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		answer <- string(raw)
	}()
	<-begun
	if code, _ := get(t, u[0]+"/readyz"); code != 200 {
		t.Fatalf("readyz %d", code)
	}
	stop()
	wait(t, func() bool { code, _ := get(t, u[0]+"/readyz"); return code == 503 })
	time.Sleep(150 * time.Millisecond)
	if code, _ := get(t, u[0]+"/livez"); code != 200 { // on a new connection: load balancers have not noticed yet
		t.Errorf("livez %d", code)
	}
	if code, text := get(t, u[1]+"/health"); code != 503 || !strings.Contains(text, `"ready":false`) {
		t.Errorf("private health: %d %s", code, text)
	}
	time.Sleep(400 * time.Millisecond)
	if _, err := net.DialTimeout("tcp", strings.TrimPrefix(u[0], "http://"), time.Second); err == nil {
		t.Error("new connections are taken after the stop")
	}
	select {
	case err := <-done:
		t.Fatalf("Run ended before its request: %v", err)
	default:
	}
	close(release)
	if got := <-answer; got != "whole" || cancelled != nil {
		t.Errorf("the running request gave %q, its context %v", got, cancelled)
	}
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	client.CloseIdleConnections()
	http.DefaultClient.CloseIdleConnections()
	goleak.VerifyNone(t, leaks)
}

func TestARequestThatDoesNotEndIsCut(t *testing.T) {
	begun, release := make(chan bool), make(chan bool)
	defer close(release)
	d := newDoor(t, func(c *Config) { c.Stop = 200 * time.Millisecond }, page("GET", "/never", reply.Public, func(http.ResponseWriter, *http.Request) error {
		begun <- true
		<-release
		return nil
	}))
	ctx, stop := context.WithCancel(t.Context())
	urls, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- d.Run(ctx, func(u, _ string) error { urls <- u; return nil }) }()
	url := <-urls
	go func() {
		if res, err := http.Get(url + "/never"); err == nil {
			_ = res.Body.Close()
		}
	}()
	<-begun
	stop()
	select {
	case err := <-done:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Run: %v", err)
		}
	case <-time.After(3 * time.Second):
		t.Error("the process never ends")
	}
}

func TestSlowAndLoudClients(t *testing.T) {
	d := newDoor(t, func(c *Config) { c.HeaderTime, c.Time = 200*time.Millisecond, 400*time.Millisecond }, page("POST", "/x", reply.Public, func(_ http.ResponseWriter, r *http.Request) error {
		_, err := io.ReadAll(r.Body)
		return err
	}))
	url, _ := run(t, d)
	address := strings.TrimPrefix(url, "http://")
	for _, c := range []struct{ name, text, want string }{
		{"headers that never end", "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ", ""},
		{"a body that never comes", "POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nabc", "HTTP/1.1 4"},
		{"headers beyond the limit", "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + strings.Repeat("x", 20<<10) + "\r\n\r\n", "HTTP/1.1 431"},
		{"no host", "GET /x HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
		{"two lengths", "POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", "HTTP/1.1 400"},
		{"no HTTP at all", "\x16\x03\x01hello\r\n\r\n", "HTTP/1.1 400"},
	} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, _ = io.WriteString(conn, c.text)
		_ = conn.SetReadDeadline(time.Now().Add(3 * time.Second))
		first, err := bufio.NewReader(conn).ReadString('\n')
		if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() || time.Since(start) > 2*time.Second {
			t.Errorf("%s: still open after %s", c.name, time.Since(start))
		}
		if !strings.HasPrefix(first, c.want) {
			t.Errorf("%s: %q, want %s", c.name, first, c.want)
		}
		_ = conn.Close()
	}
}

func TestBuiltInTLS(t *testing.T) {
	cert, key, trust := certificate(t)
	redirect := freePort(t)
	for _, oldest := range []uint16{tls.VersionTLS13, tls.VersionTLS12} {
		t.Run(tls.VersionName(oldest), func(t *testing.T) {
			d := newDoor(t, func(c *Config) { c.TLSCert, c.TLSKey, c.TLSMin, c.Redirect = cert, key, oldest, redirect }, page("GET", "/x", reply.Public, hello))
			url, _ := run(t, d)
			if !strings.HasPrefix(url, "https://") {
				t.Errorf("url %s", url)
			}
			for _, c := range []struct {
				name   string
				config *tls.Config
				works  bool
			}{
				{"newest", &tls.Config{RootCAs: trust}, true},
				{"1.2", &tls.Config{RootCAs: trust, MaxVersion: tls.VersionTLS12}, oldest == tls.VersionTLS12},
				{"1.2 with CBC only", &tls.Config{RootCAs: trust, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}}, false},
				{"1.1", &tls.Config{RootCAs: trust, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, false},
			} {
				client := &http.Client{Transport: &http.Transport{TLSClientConfig: c.config, ForceAttemptHTTP2: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
				res, err := client.Get(url + "/x")
				if (err == nil) != c.works {
					t.Errorf("%s: %v", c.name, err)
				}
				if err == nil {
					if res.Header.Get("Strict-Transport-Security") == "" || c.name == "newest" && res.ProtoMajor != 2 {
						t.Errorf("%s: %s %v", c.name, res.Proto, res.Header)
					}
					_ = res.Body.Close()
				}
				client.CloseIdleConnections()
			}
			client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			res, err := client.Get("http://" + redirect + "/x?y=z")
			if err != nil || res.StatusCode != 308 || res.Header.Get("Location") != "https://127.0.0.1/x?y=z" {
				t.Errorf("plain HTTP: %v %v", res, err)
			}
			if res, err = client.Get("http://" + redirect + "/api/v1/x"); err != nil || res.StatusCode != 403 {
				t.Errorf("a program without TLS: %v %v", res, err)
			}
			r, _ := http.NewRequest("GET", "http://"+redirect+"/x", nil)
			r.Host = "evil.example"
			if res, err = client.Do(r); err != nil || res.StatusCode != 421 {
				t.Errorf("plain HTTP for another host: %v %v", res, err)
			}
		})
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestWhatStopsTheStart(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	none := func(string, string) error { return nil }
	for name, change := range map[string]func(c *Config){
		"public":                        func(c *Config) { c.Listen = taken.Addr().String() },
		"private":                       func(c *Config) { c.Private = taken.Addr().String() },
		"redirecting":                   func(c *Config) { c.Redirect = taken.Addr().String() },
		"certificate":                   func(c *Config) { c.TLSCert, c.TLSKey = "none", "none" },
		"private listener: certificate": func(c *Config) { c.PrivateCert, c.PrivateKey = "none", "none" },
	} {
		if err := newDoor(t, change).Run(t.Context(), none); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	boom := errors.New("boom")
	d := newDoor(t, func(c *Config) { c.Private, c.PublicURL = "", "http://example.com" })
	if err := d.Run(t.Context(), func(url, private string) error { return fmt.Errorf("%s %q: %w", url, private, boom) }); !errors.Is(err, boom) || !strings.Contains(err.Error(), `http://example.com ""`) {
		t.Errorf("got %v", err)
	}
}
