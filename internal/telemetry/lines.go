package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	otellog "go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
)

// Lines is the log of a process that serves: what NewLog writes, thinned when it is too much, and sent to a collector too when there is one.
type Lines struct {
	log  *slog.Logger
	thin *thinned
	out  *outlet[sdklog.Record] // nil without a collector
}

// NewLines makes the log. Run sends it to the collector.
func NewLines(ctx context.Context, w io.Writer, level slog.Leveler, c Collector) (*Lines, error) {
	l := &Lines{thin: &thinned{}}
	var to slog.Handler = slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: tidy})
	if c.Endpoint != "" {
		exporter, err := otlploghttp.New(ctx, otlploghttp.WithEndpointURL(c.url("logs")), otlploghttp.WithHeaders(c.headers()),
			otlploghttp.WithRetry(otlploghttp.RetryConfig{}), otlploghttp.WithTimeout(outletTime), otlploghttp.WithProxy(noProxy))
		if err != nil {
			return nil, errors.New("the collector of logs: its address is not one that can be called") // the cause could show what is in it
		}
		l.out = newOutlet(exporter.Export)
		provider := sdklog.NewLoggerProvider(sdklog.WithResource(c.resource()), sdklog.WithProcessor(lineOut{l.out}))
		to = slog.NewMultiHandler(to, shipped{to: provider.Logger(scope), level: level})
	}
	l.log = slog.New(facts{thinning{to, l.thin}})
	return l, nil
}

// Log is what one writes to.
func (l *Lines) Log() *slog.Logger { return l.log }

// Run sends lines until ctx ends, and then those that wait.
func (l *Lines) Run(ctx context.Context) error {
	if l.out != nil {
		l.out.run(ctx)
	}
	return nil
}

// Dropped is how many lines did not reach the collector, and how many were not written at all because there were too many.
func (l *Lines) Dropped() (sent, written int64) {
	if l == nil {
		return 0, 0
	}
	if l.out != nil {
		sent = l.out.lost.Load()
	}
	return sent, l.thin.lost.Load()
}

// Bounds of a log: so many lines of a second are written, and of those beyond one in so many. Errors are always written.
const (
	linesPerSecond = 1000
	lineInMany     = 100
)

// thinned counts the lines of a second.
type thinned struct {
	mu     sync.Mutex
	second int64 // since 1970
	lines  int
	gone   int64 // of that second
	lost   atomic.Int64
}

// takes says whether a line is written, and how many of an earlier second were not.
func (t *thinned) takes(at time.Time, level slog.Level) (yes bool, gone int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s := at.Unix(); s != t.second {
		gone, t.gone, t.lines, t.second = t.gone, 0, 0, s
	}
	t.lines++
	if level >= slog.LevelError || t.lines <= linesPerSecond || t.lines%lineInMany == 0 {
		return true, gone
	}
	t.gone++
	t.lost.Add(1)
	return false, gone
}

// thinning writes what is not too much, and says how much was.
type thinning struct {
	slog.Handler
	t *thinned
}

// Handle writes a line, or counts it.
func (h thinning) Handle(ctx context.Context, r slog.Record) error {
	yes, gone := h.t.takes(r.Time, r.Level)
	var told error
	if gone > 0 {
		note := slog.NewRecord(r.Time, slog.LevelWarn, "lines of the log were left out", 0)
		note.AddAttrs(slog.Int64("lines", gone))
		told = h.Handler.Handle(context.WithoutCancel(ctx), note)
	}
	if !yes {
		return told
	}
	return errors.Join(told, h.Handler.Handle(ctx, r))
}

// WithAttrs keeps attributes for every line.
func (h thinning) WithAttrs(attrs []slog.Attr) slog.Handler {
	return thinning{h.Handler.WithAttrs(attrs), h.t}
}

// WithGroup opens a group.
func (h thinning) WithGroup(name string) slog.Handler {
	return thinning{h.Handler.WithGroup(name), h.t}
}

// shipped makes lines records of OTLP, with the same names and masks as the lines have.
type shipped struct {
	to    otellog.Logger
	level slog.Leveler
	with  []attribute.KeyValue
	group []string
}

// Enabled says whether a line is worth making.
func (h shipped) Enabled(_ context.Context, l slog.Level) bool {
	least := slog.LevelInfo
	if h.level != nil {
		least = h.level.Level()
	}
	return l >= least
}

// Handle hands a line over.
func (h shipped) Handle(ctx context.Context, r slog.Record) error {
	var out otellog.Record
	out.SetTimestamp(r.Time)
	out.SetSeverity(otellog.Severity(int(r.Level) + int(otellog.SeverityInfo))) // both count in fours
	out.SetSeverityText(r.Level.String())
	out.SetBody(attribute.StringValue(r.Message))
	out.AddAttributes(h.with...)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttributes(flat(nil, h.group, a)...)
		return true
	})
	h.to.Emit(ctx, out)
	return nil
}

// WithAttrs keeps attributes for every line.
func (h shipped) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.with = slices.Clip(h.with)
	for _, a := range attrs {
		h.with = flat(h.with, h.group, a)
	}
	return h
}

// WithGroup opens a group: its names stand before those of what follows.
func (h shipped) WithGroup(name string) slog.Handler {
	h.group = append(slices.Clip(h.group), name)
	return h
}

// flat makes attributes of one, with the names of the groups around it.
func flat(to []attribute.KeyValue, groups []string, a slog.Attr) []attribute.KeyValue {
	a.Value = a.Value.Resolve()
	if a.Value.Kind() == slog.KindGroup {
		if a.Key != "" {
			groups = append(slices.Clip(groups), a.Key)
		}
		for _, inner := range a.Value.Group() {
			to = flat(to, groups, inner)
		}
		return to
	}
	a = tidy(groups, a)
	name := a.Key
	for _, g := range slices.Backward(groups) {
		name = g + "." + name
	}
	switch v := a.Value; v.Kind() {
	case slog.KindBool:
		return append(to, attribute.Bool(name, v.Bool()))
	case slog.KindInt64:
		return append(to, attribute.Int64(name, v.Int64()))
	case slog.KindFloat64:
		return append(to, attribute.Float64(name, v.Float64()))
	case slog.KindAny:
		return append(to, attribute.String(name, said(v.Any())))
	default:
		return append(to, attribute.String(name, v.String()))
	}
}

// said is a value as the JSON line has it.
func said(v any) string {
	if err, ok := v.(error); ok {
		return err.Error()
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("!ERROR:%v", err)
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// lineOut hands records to an outlet.
type lineOut struct{ out *outlet[sdklog.Record] }

// Enabled and the others are what the SDK asks of a processor.
func (lineOut) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }

// OnEmit takes a record.
func (p lineOut) OnEmit(_ context.Context, r *sdklog.Record) error {
	p.out.put(r.Clone())
	return nil
}

// Shutdown has nothing to end: Run does.
func (lineOut) Shutdown(context.Context) error { return nil }

// ForceFlush has nothing to push: Run does.
func (lineOut) ForceFlush(context.Context) error { return nil }
