package httpd

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"intelliwiz/internal/reply"
)

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
	d := newDoor(t, func(c *Config) { c.PublicURL = "https://example.com" }, page("GET", "/x", reply.Public, hello), page("GET", "/api/v1/x", reply.Public, hello))
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
	for _, path := range []string{"/api/v1/x", "/graphql"} { // a program's token has gone out in the open already
		if w := d.ask("GET", path, "From: 10.0.0.1", "X-Forwarded-Proto: http"); w.Code != 403 || w.Header().Get("Location") != "" || !strings.Contains(w.Body.String(), "plain_http") {
			t.Errorf("%s over plain HTTP: %d %v %s", path, w.Code, w.Header(), w.Body)
		}
	}
	if w := d.ask("GET", "/x", "From: 10.0.0.1", "X-Forwarded-Proto: http", "Host: evil.example"); w.Code != 421 {
		t.Errorf("an open redirect: %d %s", w.Code, w.Header().Get("Location"))
	}
}
