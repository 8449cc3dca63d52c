// Package telemetry is how the process tells what it does: a JSON log with fixed keys, the id that ties a request's traces
// together, metrics with bounded labels, and a type for texts that none of these may show. It knows no domain and keeps no
// global: a logger and a set of metrics are made once and handed on.
package telemetry

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"time"

	"go.opentelemetry.io/otel/trace"

	"intelliwiz/internal/actor"
)

// NewLog makes a logger that writes one JSON object a line: time (UTC, RFC 3339), level, msg, what the call adds, and, when the
// context knows them, trace_id, request_id, tenant and person. The value of a key that names a secret (password, token, cookie...) is
// written as Mask, whatever its type.
func NewLog(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(facts{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: tidy})})
}

// facts adds what the context knows to every line.
type facts struct{ slog.Handler }

func (f facts) Handle(ctx context.Context, r slog.Record) error {
	var add [4]slog.Attr
	n := 0
	put := func(key, value string) { add[n] = slog.String(key, value); n++ }
	if c := trace.SpanContextFromContext(ctx); c.HasTraceID() {
		put("trace_id", c.TraceID().String())
	}
	if id := RequestID(ctx); id != "" {
		put("request_id", id)
	}
	who := actor.From(ctx)
	if t := who.Tenant(); !t.IsZero() {
		put("tenant", t.String())
	}
	if p := who.Person(); !p.IsZero() {
		put("person", p.String())
	}
	if n > 0 {
		r = r.Clone() // a record may be shared with another handler
		r.AddAttrs(add[:n]...)
	}
	return f.Handler.Handle(ctx, r)
}

func (f facts) WithAttrs(attrs []slog.Attr) slog.Handler { return facts{f.Handler.WithAttrs(attrs)} }

func (f facts) WithGroup(name string) slog.Handler { return facts{f.Handler.WithGroup(name)} }

func tidy(groups []string, a slog.Attr) slog.Attr {
	switch {
	case len(groups) == 0 && a.Key == slog.TimeKey && a.Value.Kind() == slog.KindTime:
		a.Value = slog.StringValue(a.Value.Time().UTC().Format("2006-01-02T15:04:05.000000Z07:00"))
	case a.Value.Kind() == slog.KindDuration:
		a.Value = slog.Float64Value(float64(a.Value.Duration()) / float64(time.Millisecond)) // durations are milliseconds in every line
	case secretKey(a.Key):
		a.Value = slog.StringValue(Mask)
	}
	return a
}

// secretKey is the second net under Secret: a plain string under such a name is a mistake, and stays unread.
func secretKey(key string) bool {
	k := strings.ToLower(key)
	for _, word := range [...]string{"password", "passwd", "secret", "authorization", "cookie", "bearer", "credential"} {
		if strings.Contains(k, word) {
			return true
		}
	}
	return k == "token" || strings.HasSuffix(k, "_token") || strings.HasSuffix(k, "_key") && k != "dedupe_key"
}
