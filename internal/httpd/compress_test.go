package httpd

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/reply"
)

func unpack(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestTextIsPacked(t *testing.T) {
	long := strings.Repeat("<p>Gate 2 has no guard", 200)
	give := func(kind string, parts ...string) func(w http.ResponseWriter, r *http.Request) error {
		return func(w http.ResponseWriter, r *http.Request) error {
			if kind != "" {
				w.Header().Set("Content-Type", kind)
			}
			w.Header().Set("Etag", `"v1"`)
			if r.URL.Query().Has("status") {
				w.WriteHeader(http.StatusNotModified)
				return nil
			}
			for _, p := range parts {
				if _, err := io.WriteString(w, p); err != nil {
					return err
				}
			}
			return nil
		}
	}
	html := "text/html; charset=utf-8"
	var routes []reply.Route
	for path, h := range map[string]func(http.ResponseWriter, *http.Request) error{
		"/page": give(html, long), "/pieces": give(html, strings.Split(long, " ")...), "/short": give(html, "hello"), "/png": give("image/png", long), "/json": give("application/problem+json", long),
		"/untyped": give("", "<!doctype html>", long), "/events": give("text/event-stream", long), "/empty": give(html),
		"/packed": func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Content-Encoding", "gzip")
			return give(html, long)(w, r)
		},
		"/sized": func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Content-Length", fmt.Sprint(len(long)))
			return give(html, long)(w, r)
		},
		"/range": func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Content-Range", "bytes 0-1/2")
			return give(html, long)(w, r)
		},
		"/fault": func(http.ResponseWriter, *http.Request) error { return errors.New("x") },
		"/changed": func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, "half")
			return errors.New("x")
		},
	} {
		routes = append(routes, page("GET", path, reply.Public, h), page("POST", path, reply.Public, h))
	}
	d := newDoor(t, nil, routes...)
	for _, c := range []struct {
		method, target, accept string
		packed                 bool
		vary, etag             string
	}{
		{"GET", "/page", "gzip", true, "Accept-Encoding", `W/"v1"`}, {"GET", "/page", "br;q=1, GZIP;q=0.5", true, "Accept-Encoding", `W/"v1"`}, {"GET", "/page", "*", true, "Accept-Encoding", `W/"v1"`},
		{"GET", "/pieces", "gzip", true, "Accept-Encoding", `W/"v1"`}, {"GET", "/json", "gzip", true, "Accept-Encoding", `W/"v1"`}, {"GET", "/untyped", "gzip", true, "Accept-Encoding", `W/"v1"`},
		{"GET", "/sized", "gzip", true, "Accept-Encoding", `W/"v1"`},
		{"GET", "/page", "gzip;q=0", false, "", `"v1"`}, {"GET", "/page", "br", false, "", `"v1"`}, {"GET", "/page", "", false, "", `"v1"`}, {"POST", "/page", "gzip", false, "", `"v1"`},
		{"GET", "/short", "gzip", false, "Accept-Encoding", `"v1"`}, {"GET", "/png", "gzip", false, "", `"v1"`}, {"GET", "/events", "gzip", false, "", `"v1"`}, {"GET", "/range", "gzip", false, "Accept-Encoding", `"v1"`},
	} {
		w := d.ask(c.method, c.target, "Accept-Encoding: "+c.accept)
		h := w.Header()
		if (h.Get("Content-Encoding") == "gzip") != c.packed || h.Get("Vary") != c.vary || h.Get("Etag") != c.etag || w.Code != 200 {
			t.Errorf("%s %s with %q: %d %v", c.method, c.target, c.accept, w.Code, h)
			continue
		}
		body := ""
		if c.packed {
			if h.Get("Content-Length") != "" || w.Body.Len() > 500 {
				t.Errorf("%s: length %q, %d bytes", c.target, h.Get("Content-Length"), w.Body.Len())
			}
			body = unpack(t, w)
		}
		if plain := d.ask(c.method, c.target); c.packed && body != plain.Body.String() {
			t.Errorf("%s: unpacked it is not what it was", c.target)
		}
	}
	if w := d.ask("GET", "/untyped", "Accept-Encoding: gzip"); w.Header().Get("Content-Type") != html {
		t.Errorf("type %s", w.Header().Get("Content-Type"))
	}
	if w := d.ask("GET", "/packed", "Accept-Encoding: gzip"); w.Body.String() != long {
		t.Error("packed twice")
	}
	if w := d.ask("GET", "/page?status", "Accept-Encoding: gzip"); w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("304: %d %v", w.Code, w.Header())
	}
	if w := d.ask("GET", "/empty", "Accept-Encoding: gzip"); w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("empty: %d %q", w.Code, w.Body)
	}
	for _, target := range []string{"/fault", "/changed"} {
		w := d.ask("GET", target, "Accept-Encoding: gzip")
		text := w.Body.String()
		if w.Header().Get("Content-Encoding") == "gzip" {
			text = unpack(t, w)
		}
		if w.Code != 500 || !strings.HasPrefix(text, "<!doctype html>") || !strings.Contains(text, "Something broke") {
			t.Errorf("%s: %d %.80s", target, w.Code, text)
		}
	}
}

func TestPiecesArriveAsTheyAreSent(t *testing.T) {
	for _, kind := range []string{"text/event-stream", "text/plain"} {
		next := make(chan bool)
		d := newDoor(t, nil, page("GET", "/stream", reply.Public, func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(http.StatusEarlyHints)
			for i := range 3 {
				_, _ = fmt.Fprintf(w, "piece %d\n", i)
				f, ok := w.(http.Flusher)
				if !ok {
					return errors.New("cannot flush")
				}
				f.Flush()
				<-next
			}
			return nil
		}))
		url, _ := run(t, d)
		res, err := http.Get(url + "/stream") // the client asks for gzip and unpacks by itself
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(res.Body)
		for i := range 3 {
			got, err := lines.ReadString('\n')
			if err != nil || got != fmt.Sprintf("piece %d\n", i) {
				t.Fatalf("%s: %q %v", kind, got, err)
			}
			next <- true
		}
		_ = res.Body.Close()
	}
}

func TestAHandlerMayTakeTheConnection(t *testing.T) {
	d := newDoor(t, nil, page("GET", "/raw", reply.Public, func(w http.ResponseWriter, _ *http.Request) error {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return err
		}
		_, err = io.WriteString(c, "HTTP/1.1 299 Raw\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		_ = c.Close()
		return err
	}))
	url, _ := run(t, d)
	res, err := (&http.Client{Timeout: 5 * time.Second}).Get(url + "/raw")
	if err != nil || res.StatusCode != 299 {
		t.Fatalf("%v %v", res, err)
	}
	_ = res.Body.Close()
}
