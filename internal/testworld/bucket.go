package testworld

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Bucket is a server that speaks as much S3 as the store needs.
type Bucket struct {
	s       *httptest.Server
	mu      sync.Mutex
	objects map[string][]byte
	fail    int // answer with this status
}

// NewBucket starts one, until the test ends.
func NewBucket(t testing.TB) *Bucket {
	b := &Bucket{objects: map[string][]byte{}}
	b.s = httptest.NewServer(b)
	t.Cleanup(b.s.Close)
	return b
}

// Address is that of a store in it.
func (b *Bucket) Address() string {
	return "s3://key:not-known@files?tls=off&path=on&region=test&prefix=iw&endpoint=" + strings.TrimPrefix(b.s.URL, "http://")
}

// Fail has every request answered with a status; 0 ends that.
func (b *Bucket) Fail(status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail = status
}

// Close has nobody answer any more.
func (b *Bucket) Close() { b.s.Close() }

// ServeHTTP answers PUT, GET, HEAD and DELETE of objects and lists them, for requests that are signed.
func (b *Bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.fail != 0:
		b.refuse(w, b.fail, "Trouble")
		return
	case !strings.Contains(r.Header.Get("Authorization"), "Credential=key/") || !strings.HasPrefix(r.URL.Path, "/files/"):
		b.refuse(w, http.StatusForbidden, "AccessDenied")
		return
	case r.URL.Query().Get("list-type") == "2":
		b.list(w, "/files/"+r.URL.Query().Get("prefix"), r.URL.Query().Get("continuation-token"))
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

// list answers with a page of two: the rest is to be asked for.
func (b *Bucket) list(w http.ResponseWriter, prefix, after string) {
	w.Header().Set("Content-Type", "application/xml")
	var text strings.Builder
	text.WriteString("<ListBucketResult>")
	told := 0
	for _, path := range slices.Sorted(maps.Keys(b.objects)) {
		key := strings.TrimPrefix(path, "/files/")
		if !strings.HasPrefix(path, prefix) || key <= after {
			continue
		}
		if told == 2 {
			fmt.Fprintf(&text, "<IsTruncated>true</IsTruncated><NextContinuationToken>%s</NextContinuationToken>", after)
			break
		}
		fmt.Fprintf(&text, "<Contents><Key>%s</Key><Size>%d</Size><LastModified>2026-11-25T09:00:00.000Z</LastModified></Contents>", key, len(b.objects[path]))
		told, after = told+1, key
	}
	text.WriteString("</ListBucketResult>")
	_, _ = io.WriteString(w, text.String()) // a client that has left is nobody to tell
}

func (b *Bucket) refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "<Error><Code>"+code+"</Code><Message>m</Message></Error>") // the same
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
