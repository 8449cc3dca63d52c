package httpd

import (
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// minPacked is the size in bytes below which packing does not pay.
const minPacked = 1 << 10

// compress packs answers to GET that are text. An answer to an unsafe request is left alone: it is where a secret is shown once
// beside what was sent, and the size of such an answer, packed, tells about the secret (BREACH). Pages hold no such secret: there
// are no form tokens, see crossOrigin.
func (s *Server) compress(next http.Handler) http.Handler {
	writers := &sync.Pool{New: func() any { z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return z }} // the level is a valid one
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || !takesGzip(r.Header) {
			next.ServeHTTP(w, r)
			return
		}
		p := &packer{ResponseWriter: w, writers: writers}
		next.ServeHTTP(p, r) // when this panics nothing is closed: what was held back is dropped
		p.close()
	})
}

func takesGzip(h http.Header) bool {
	for part := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		name, params, _ := strings.Cut(part, ";")
		if name = strings.TrimSpace(name); !strings.EqualFold(name, "gzip") && name != "*" {
			continue
		}
		_, q, weighed := strings.Cut(params, "q=")
		n, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return !weighed || err == nil && n > 0
	}
	return false
}

// packer holds an answer back until it is known whether packing pays.
type packer struct {
	http.ResponseWriter
	writers *sync.Pool
	status  int
	held    []byte
	decided bool
	z       *gzip.Writer // nil = not packed
}

// WriteHeader keeps the status until the first bytes are known.
func (p *packer) WriteHeader(status int) {
	switch {
	case status < 200:
		p.ResponseWriter.WriteHeader(status)
	case p.status == 0:
		p.status = status
	}
}

// Write packs, or holds back.
func (p *packer) Write(b []byte) (int, error) {
	if p.status == 0 {
		p.status = http.StatusOK
	}
	if !p.decided {
		p.held = append(p.held, b...)
		if len(p.held) >= minPacked {
			return len(b), p.decide()
		}
		return len(b), nil
	}
	if p.z != nil {
		return p.z.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

// decide sends the header and what was held back.
func (p *packer) decide() error {
	p.decided = true
	h := p.Header()
	if h.Get("Content-Type") == "" && len(p.held) > 0 {
		h.Set("Content-Type", http.DetectContentType(p.held)) // before the server looks at packed bytes
	}
	if isText(h.Get("Content-Type")) && h.Get("Content-Encoding") == "" {
		h.Add("Vary", "Accept-Encoding")
		if len(p.held) >= minPacked && h.Get("Content-Range") == "" && p.status != http.StatusNotModified {
			p.pack(h)
		}
	}
	p.ResponseWriter.WriteHeader(p.status)
	held := p.held
	p.held = nil
	if p.z != nil {
		_, err := p.z.Write(held)
		return err
	}
	if len(held) == 0 {
		return nil
	}
	_, err := p.ResponseWriter.Write(held)
	return err
}

func (p *packer) pack(h http.Header) {
	p.z, _ = p.writers.Get().(*gzip.Writer) // the pool has nothing else
	p.z.Reset(p.ResponseWriter)
	h.Set("Content-Encoding", "gzip")
	h.Del("Content-Length")
	if tag := h.Get("Etag"); strings.HasPrefix(tag, `"`) {
		h.Set("Etag", "W/"+tag) // the same text in other bytes (RFC 9110, 8.8.3)
	}
}

// begun says that some of the answer has left; until then it can still be another.
func (p *packer) begun() bool { return p.decided }

// forget drops what was held back.
func (p *packer) forget() { p.status, p.held = 0, nil }

// Flush sends what there is, for answers that come in pieces.
func (p *packer) Flush() {
	if p.status == 0 {
		p.status = http.StatusOK
	}
	if !p.decided {
		_ = p.decide() // the client has left; the next write says so
	}
	if p.z != nil {
		_ = p.z.Flush() // the same
	}
	_ = http.NewResponseController(p.ResponseWriter).Flush() // not every writer can
}

// Unwrap lets http.ResponseController reach the connection.
func (p *packer) Unwrap() http.ResponseWriter { return p.ResponseWriter }

func (p *packer) close() {
	if !p.decided && p.status != 0 {
		_ = p.decide() // the client has left: nobody to tell
	}
	if p.z != nil {
		_ = p.z.Close() // the same
		p.writers.Put(p.z)
	}
}

// isText says that a type of content gets smaller by packing. A stream of events is not packed: each must arrive by itself.
func isText(kind string) bool {
	kind, _, _ = strings.Cut(kind, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	if kind == "text/event-stream" {
		return false
	}
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "json") || strings.HasSuffix(kind, "javascript") || strings.HasSuffix(kind, "xml")
}
