package blob_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/blob"
	"intelliwiz/internal/fault"
)

// bucket is a server that speaks as much S3 as the store needs.
type bucket struct {
	t       *testing.T
	s       *httptest.Server
	mu      sync.Mutex
	objects map[string][]byte
	fail    int // answer with this status
}

func newBucket(t *testing.T) *bucket {
	b := &bucket{t: t, objects: map[string][]byte{}}
	b.s = httptest.NewServer(b)
	t.Cleanup(b.s.Close)
	return b
}

func (b *bucket) address() string {
	return "s3://key:not-known@files?tls=off&path=on&region=test&prefix=iw&endpoint=" + strings.TrimPrefix(b.s.URL, "http://")
}

// ServeHTTP answers PUT, GET, HEAD and DELETE of objects, for requests that are signed.
func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.fail != 0:
		b.refuse(w, b.fail, "Trouble")
		return
	case !strings.Contains(r.Header.Get("Authorization"), "Credential=key/") || !strings.HasPrefix(r.URL.Path, "/files/iw/"):
		b.refuse(w, http.StatusForbidden, "AccessDenied")
		return
	}
	content, ok := b.objects[r.URL.Path]
	switch r.Method {
	case http.MethodPut:
		raw, err := chunks(r)
		if err != nil {
			b.refuse(w, http.StatusBadRequest, "IncompleteBody")
			return
		}
		b.objects[r.URL.Path] = raw
		w.Header().Set("ETag", `"x"`)
	case http.MethodDelete:
		delete(b.objects, r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	default:
		if !ok {
			b.refuse(w, http.StatusNotFound, "NoSuchKey")
			return
		}
		w.Header().Set("ETag", `"x"`)
		http.ServeContent(w, r, "", time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC), bytes.NewReader(content))
	}
}

func (b *bucket) refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>m</Message></Error>", code)
}

// chunks reads a body, whether it comes in signed chunks or plain.
func chunks(r *http.Request) ([]byte, error) {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return io.ReadAll(r.Body)
	}
	in, out := bufio.NewReader(r.Body), []byte{}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		size, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		n, err := strconv.ParseInt(size, 16, 64)
		if err != nil || n == 0 {
			return out, err
		}
		chunk := make([]byte, n+2)
		if _, err := io.ReadFull(in, chunk); err != nil {
			return nil, err
		}
		out = append(out, chunk[:n]...)
	}
}

func TestTroubleOfTheServerIsUnavailableAndARefusalIsOurs(t *testing.T) {
	b := newBucket(t)
	s, err := blob.Open(b.address(), "")
	if err != nil {
		t.Fatal(err)
	}
	for status, want := range map[int]fault.Kind{503: fault.Unavailable, 403: fault.Internal} {
		b.mu.Lock()
		b.fail = status
		b.mu.Unlock()
		_, open := s.Open(t.Context(), "a")
		for what, err := range map[string]error{"put": s.Put(t.Context(), "a", strings.NewReader("x"), 1), "open": open, "delete": s.Delete(t.Context(), "a")} {
			if fault.KindOf(err) != want {
				t.Errorf("%s at %d: %v", what, status, err)
			}
		}
	}
	b.s.Close()
	if _, err := s.Open(t.Context(), "a"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("nobody answers: %v", err)
	}
}
