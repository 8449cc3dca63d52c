package httpd

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/telemetry"
)

// exchange is what the layers know of a request; one is made for each and filled on the way in.
type exchange struct {
	pattern string // of the mux, "" = no such address
	route   reply.Route
	source  netip.Addr  // the client, as far as proxies can be believed
	proxied bool        // it came through a proxy of ours
	plain   bool        // a believed proxy says that the client used plain HTTP
	who     actor.Actor // as authenticated
	span    telemetry.Span
	spent   spent
}

type exchangeKey struct{}

func of(r *http.Request) *exchange {
	x, _ := r.Context().Value(exchangeKey{}).(*exchange)
	if x == nil {
		return &exchange{} // a handler that is called without the layers, in a test
	}
	return x
}

// Source gives the client's address as text, as far as configured proxies can be believed.
func Source(r *http.Request) string {
	if a := of(r).source; a.IsValid() {
		return a.String()
	}
	return ""
}

// requestID finds the route, and gives the request its id: a new one, or that of a proxy which is believed.
func (s *Server) requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &exchange{source: peer(r.RemoteAddr)}
		x.proxied = x.source.IsValid() && s.believed(x.source)
		if _, pattern := s.mux.Handler(r); pattern != "" {
			x.pattern = pattern
			x.route = s.routes[pattern][lookup(r.Method)]
		}
		id := r.Header.Get("X-Request-Id")
		if !x.proxied || !telemetry.ValidRequestID(id) {
			id = telemetry.NewRequestID()
		}
		w.Header().Set("X-Request-Id", id)
		ctx := telemetry.WithRequestID(context.WithValue(r.Context(), exchangeKey{}, x), id)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// trace begins the span of a request: in the trace of a proxy that is believed, or in one of its own. Health is asked every few seconds by
// machines, and leaves none. The access log ends it.
func (s *Server) trace(next http.Handler) http.Handler {
	if s.c.Traces == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x, ctx, from := of(r), r.Context(), ""
		if x.proxied {
			from = r.Header.Get("Traceparent")
		}
		if !isHealth(r.URL.Path) {
			ctx, x.span = s.c.Traces.Request(ctx, r.Method, x.pattern, from)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// accessLog tells of every answer once, without query and without addresses that are keys, and counts it by the route's pattern.
func (s *Server) accessLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := of(r)
		rec := &recorder{ResponseWriter: w}
		s.c.Metrics.InFlight(1)
		start := time.Now()
		if s.c.Timings {
			rec.first = func() { w.Header().Set("Server-Timing", x.timing(time.Since(start))) }
		}
		defer func() { // also when the answer is cut
			s.c.Metrics.InFlight(-1)
			x.traced(rec.code())
			s.note(r, x, rec, time.Since(start))
		}()
		next.ServeHTTP(rec, r)
	})
}

func (s *Server) note(r *http.Request, x *exchange, rec *recorder, took time.Duration) {
	if !x.route.Stream { // how long one listened is not how long it took
		s.c.Metrics.Request(r.Method, x.pattern, rec.code(), took)
	}
	path, level := r.URL.Path, slog.LevelInfo
	if x.route.SecretPath {
		path = x.pattern
	}
	if isHealth(path) {
		level = slog.LevelDebug // asked every few seconds, by machines
	}
	s.c.Log.LogAttrs(actor.Into(r.Context(), x.who), level, "request", slog.String("method", r.Method), slog.String("path", path),
		slog.String("route", x.pattern), slog.Int("status", rec.code()), slog.Int64("bytes", rec.bytes), slog.Duration("took", took),
		slog.String("source", Source(r)), slog.String("agent", r.UserAgent()[:min(len(r.UserAgent()), 200)]))
}

// traced ends the span: whose it was is known by now.
func (x *exchange) traced(status int) {
	x.span.Number("http.response.status_code", int64(status))
	if t := x.who.Tenant(); !t.IsZero() {
		x.span.Text("iw.tenant", t.String())
	}
	if p := x.who.Person(); !p.IsZero() {
		x.span.Text("iw.person", p.String())
	}
	kind := ""
	if status >= http.StatusInternalServerError {
		kind = strconv.Itoa(status)
	}
	x.span.End(kind)
}

// recorder notes what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
	first  func() // nil, or done before the answer begins
}

// begin notes the status of an answer that begins.
func (w *recorder) begin(status int) {
	if w.status != 0 {
		return
	}
	w.status = status
	if w.first != nil {
		w.first()
	}
}

// WriteHeader notes the status.
func (w *recorder) WriteHeader(status int) {
	if status >= 200 {
		w.begin(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write notes the size.
func (w *recorder) Write(p []byte) (int, error) {
	w.begin(http.StatusOK)
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Flush sends what there is, for answers that come in pieces.
func (w *recorder) Flush() {
	w.begin(http.StatusOK)
	_ = http.NewResponseController(w.ResponseWriter).Flush() // not every writer can
}

func (w *recorder) begun() bool { return w.status != 0 }

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Hijack hands the connection over, for protocols that take it.
func (w *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

func (w *recorder) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

func noAddress() error { return fault.Of(fault.NotFound, "There is nothing at this address.") }
