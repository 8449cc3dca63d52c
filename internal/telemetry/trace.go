package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Collector is where spans and lines go by OTLP over HTTP.
type Collector struct {
	Endpoint string  // http://127.0.0.1:4318, without /v1/traces; "" = nothing leaves
	Headers  Secret  // of every call: name=value,name=value
	Ratio    float64 // of the traces that are kept, 0 to 1
	Version  string  // of the product
	Instance string  // which of several processes this is
}

// scope names who makes spans and lines.
const scope = "intelliwiz"

// Traces makes the spans of a process and sends them to a collector. nil makes none, at no cost.
type Traces struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
	out      *outlet[sdktrace.ReadOnlySpan]
}

// NewTraces makes the tracing of a process, nil without an endpoint. Run sends.
func NewTraces(ctx context.Context, c Collector) (*Traces, error) {
	if c.Endpoint == "" {
		return nil, nil //nolint:nilnil // nil traces nothing
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(c.url("traces")), otlptracehttp.WithHeaders(c.headers()),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{}), otlptracehttp.WithTimeout(outletTime), otlptracehttp.WithProxy(noProxy))
	if err != nil {
		return nil, errors.New("the collector of traces: its address is not one that can be called") // the cause could show what is in it
	}
	t := &Traces{out: newOutlet(exporter.ExportSpans)}
	t.provider = sdktrace.NewTracerProvider(sdktrace.WithResource(c.resource()), sdktrace.WithSpanProcessor(spanOut{t.out}),
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(c.Ratio))))
	t.tracer = t.provider.Tracer(scope)
	return t, nil
}

func (c Collector) url(signal string) string {
	return strings.TrimSuffix(c.Endpoint, "/") + "/v1/" + signal
}

// headers reads name=value,name=value.
func (c Collector) headers() map[string]string {
	out := map[string]string{}
	for pair := range strings.SplitSeq(c.Headers.Reveal(), ",") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			out[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	return out
}

// resource says who tells.
func (c Collector) resource() *resource.Resource {
	return resource.NewSchemaless(attribute.String("service.name", scope), attribute.String("service.version", c.Version), attribute.String("service.instance.id", c.Instance))
}

// noProxy calls the collector itself.
func noProxy(*http.Request) (*url.URL, error) { return nil, nil }

// Run sends spans until ctx ends, and then those that wait.
func (t *Traces) Run(ctx context.Context) error {
	if t != nil {
		t.out.run(ctx)
	}
	return nil
}

// Dropped is how many spans did not reach the collector.
func (t *Traces) Dropped() int64 {
	if t == nil {
		return 0
	}
	return t.out.lost.Load()
}

// Request begins the span of a request under its route's pattern. from is the trace that it belongs to already ("traceparent" of W3C), or "".
func (t *Traces) Request(ctx context.Context, method, route, from string) (context.Context, Span) {
	if t == nil {
		return ctx, Span{}
	}
	if route == "" {
		route = "none"
	}
	method = knownMethod(method)
	ctx, s := t.tracer.Start(Under(ctx, from), method+" "+route, trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route), attribute.String("iw.request_id", RequestID(ctx))))
	return ctx, Span{s}
}

// Work begins the span of a background job. from is what Carried gave to whom caused it.
func (t *Traces) Work(ctx context.Context, kind, from string) (context.Context, Span) {
	if t == nil {
		return ctx, Span{}
	}
	ctx, s := t.tracer.Start(Under(ctx, from), "job "+kind, trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(attribute.String("iw.job", kind), attribute.String("iw.request_id", RequestID(ctx))))
	return ctx, Span{s}
}

// Child begins a span inside that of ctx; without one there is none to begin. Its name is a constant: it never holds a value.
func Child(ctx context.Context, name string) (context.Context, Span) {
	parent := trace.SpanFromContext(ctx)
	if !parent.IsRecording() {
		return ctx, Span{}
	}
	ctx, s := parent.TracerProvider().Tracer(scope).Start(ctx, name)
	return ctx, Span{s}
}

// Statement notes a database statement that ran, by its name: until is when its result was read, kind its fault.
func Statement(ctx context.Context, name string, until time.Time, took time.Duration, rows int64, kind string) {
	parent := trace.SpanFromContext(ctx)
	if !parent.IsRecording() {
		return
	}
	if until.IsZero() { // it did not come that far
		until = time.Now()
	}
	_, s := parent.TracerProvider().Tracer(scope).Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(until.Add(-took)),
		trace.WithAttributes(attribute.String("db.query.summary", name), attribute.Int64("db.response.returned_rows", rows)))
	failed(s, kind)
	s.End(trace.WithTimestamp(until))
}

// Noted notes something that took no time worth telling in the span of ctx: a hit of a cache, by the cache's name.
func Noted(ctx context.Context, what, name string) {
	if s := trace.SpanFromContext(ctx); s.IsRecording() {
		s.AddEvent(what, trace.WithAttributes(attribute.String("name", name)))
	}
}

// Span is work that is being traced. The zero value is none, and costs nothing.
type Span struct{ s trace.Span }

// Text notes a text that is no value of a record: an id, a kind.
func (s Span) Text(key, value string) {
	if s.s != nil && value != "" {
		s.s.SetAttributes(attribute.String(key, value))
	}
}

// Number notes a number: a status, a count.
func (s Span) Number(key string, n int64) {
	if s.s != nil {
		s.s.SetAttributes(attribute.Int64(key, n))
	}
}

// End ends it, with the kind of the fault that it ended by; "" is none.
func (s Span) End(kind string) {
	if s.s != nil {
		failed(s.s, kind)
		s.s.End()
	}
}

func failed(s trace.Span, kind string) {
	if kind != "" {
		s.SetStatus(codes.Error, kind)
		s.SetAttributes(attribute.String("error.type", kind))
	}
}

// Carried is the trace of ctx as it travels with what it causes: W3C's traceparent, 55 characters, or "" for none.
func Carried(ctx context.Context) string {
	c := trace.SpanContextFromContext(ctx)
	if !c.IsValid() {
		return ""
	}
	return fmt.Sprintf("00-%s-%s-%s", c.TraceID(), c.SpanID(), c.TraceFlags()&trace.FlagsSampled)
}

// Under gives a context in the trace that Carried gave; what is none changes nothing.
func Under(ctx context.Context, from string) context.Context {
	if from == "" {
		return ctx
	}
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": from})
}

// spanOut hands ended spans to an outlet.
type spanOut struct {
	out *outlet[sdktrace.ReadOnlySpan]
}

// OnStart and the others are what the SDK asks of a processor.
func (spanOut) OnStart(context.Context, sdktrace.ReadWriteSpan) {}

// OnEnd takes a span that ended, if its trace is kept.
func (p spanOut) OnEnd(s sdktrace.ReadOnlySpan) {
	if s.SpanContext().IsSampled() {
		p.out.put(s)
	}
}

// Shutdown has nothing to end: Run does.
func (spanOut) Shutdown(context.Context) error { return nil }

// ForceFlush has nothing to push: Run does.
func (spanOut) ForceFlush(context.Context) error { return nil }
