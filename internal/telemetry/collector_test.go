package telemetry_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld/otlp"
)

const planted = "canary-91c2"

// send runs what sends to a collector until everything is sent.
func send(t *testing.T, run func(ctx context.Context) error) {
	t.Helper()
	ended, end := context.WithCancel(t.Context())
	end()
	if err := run(ended); err != nil {
		t.Fatal(err)
	}
}

func TestSpansReachACollectorAsOneTrace(t *testing.T) {
	c := otlp.New(t)
	traces, err := telemetry.NewTraces(t.Context(), telemetry.Collector{Endpoint: c.URL + "/", Headers: telemetry.Hide("authorization=Bearer x, tenant=ops"), Ratio: 1, Version: "1.2"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, request := traces.Request(telemetry.WithRequestID(t.Context(), "01JA2M-7QK4X-W0ZC7"), "BREW", "", "")
	under, child := telemetry.Child(ctx, "cache counts")
	at := time.Now()
	telemetry.Statement(under, "org.siteGet", at, 30*time.Millisecond, 2, "unavailable")
	telemetry.Statement(under, "org.siteGone", time.Time{}, 0, 0, "")
	telemetry.Noted(under, "cache hit", "roles")
	child.Number("n", 7)
	child.End("")
	carried := telemetry.Carried(ctx)
	request.End("500")
	_, work := traces.Work(t.Context(), "mail.send", carried)
	work.Text("iw.mail", "id")
	work.Text("empty", "")
	work.End("")
	send(t, traces.Run)
	got := map[string]string{} // by span, its parent
	ids := map[string]string{"": ""}
	for _, s := range c.Spans() {
		ids[string(s.SpanId)] = s.Name
	}
	for _, s := range c.Spans() {
		got[s.Name] = ids[string(s.ParentSpanId)]
		if !strings.Contains(carried, hex.EncodeToString(s.TraceId)) {
			t.Errorf("%s is of another trace than %s", s.Name, carried)
		}
		if s.Name == "org.siteGet" && (s.EndTimeUnixNano-s.StartTimeUnixNano != 30e6 || s.Status.GetMessage() != "unavailable" || otlp.Attribute(s.Attributes, "db.response.returned_rows") != "2") {
			t.Errorf("the statement is told as %v", s)
		}
	}
	want := map[string]string{"other none": "", "cache counts": "other none", "org.siteGet": "cache counts", "org.siteGone": "cache counts", "job mail.send": "other none"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if c.Header("Authorization") != "Bearer x" || c.Header("Tenant") != "ops" || traces.Dropped() != 0 {
		t.Errorf("headers %q and %q, %d dropped", c.Header("Authorization"), c.Header("Tenant"), traces.Dropped())
	}
}

// TestATraceIsKeptWholeOrNotAtAll: what a request that is not kept causes is not kept either.
func TestATraceIsKeptWholeOrNotAtAll(t *testing.T) {
	c := otlp.New(t)
	traces, err := telemetry.NewTraces(t.Context(), telemetry.Collector{Endpoint: c.URL})
	if err != nil {
		t.Fatal(err)
	}
	ctx, request := traces.Request(t.Context(), "GET", "/", "")
	under, child := telemetry.Child(ctx, "cache counts")
	child.End("")
	telemetry.Statement(under, "org.siteGet", time.Now(), time.Second, 1, "")
	_, work := traces.Work(t.Context(), "mail.send", telemetry.Carried(ctx))
	work.End("")
	request.End("")
	_, foreign := traces.Request(t.Context(), "GET", "/kept", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	foreign.End("")
	_, broken := traces.Request(t.Context(), "GET", "/broken", "00-zz")
	broken.End("")
	send(t, traces.Run)
	if all := c.Spans(); len(all) != 1 || all[0].Name != "GET /kept" {
		t.Errorf("got %v", all)
	}
}

func TestWithoutACollectorNothingIsTraced(t *testing.T) {
	traces, err := telemetry.NewTraces(t.Context(), telemetry.Collector{})
	if err != nil || traces != nil {
		t.Fatal(traces, err)
	}
	ctx, span := traces.Request(t.Context(), "GET", "/", "")
	_, work := traces.Work(ctx, "x", "")
	under, child := telemetry.Child(ctx, "x")
	telemetry.Statement(under, "x", time.Now(), 0, 0, "")
	telemetry.Noted(under, "x", "y")
	for _, s := range []telemetry.Span{span, work, child} {
		s.Text("k", "v")
		s.Number("k", 1)
		s.End("")
	}
	send(t, traces.Run)
	if under != t.Context() || telemetry.Carried(under) != "" || traces.Dropped() != 0 || telemetry.Under(under, "") != under {
		t.Error("something was traced")
	}
}

func TestLinesReachACollectorAsTheyAreWritten(t *testing.T) {
	c := otlp.New(t)
	traces, err := telemetry.NewTraces(t.Context(), telemetry.Collector{Endpoint: c.URL, Ratio: 1})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	lines, err := telemetry.NewLines(t.Context(), &out, slog.LevelInfo, telemetry.Collector{Endpoint: c.URL})
	if err != nil {
		t.Fatal(err)
	}
	ctx, _ := traces.Request(telemetry.WithRequestID(t.Context(), "01JA2M-7QK4X-W0ZC7"), "GET", "/", "")
	log := lines.Log().With("part", "db").WithGroup("g")
	log.DebugContext(ctx, "not written")
	log.WarnContext(ctx, "slow", "took", 1500*time.Microsecond, "password", planted, "s", telemetry.Hide(planted), "n", 3, "f", 0.5, "b", true, "err", errors.New("why"),
		"at", time.Unix(0, 0).UTC(), slog.Group("deep", "api_token", planted), slog.Group("", "flat", 1), "list", []string{"a"}, "text", textual("x"), "bad", func() {})
	send(t, lines.Run)
	all := c.Lines()
	if len(all) != 1 {
		t.Fatalf("%d lines arrived", len(all))
	}
	l, got := all[0], map[string]string{}
	for _, a := range l.Attributes {
		got[a.Key] = otlp.Attribute(l.Attributes, a.Key)
	}
	want := map[string]string{"part": "db", "g.took": "double_value:1.5", "g.password": "***", "g.s": "***", "g.n": "3", "g.f": "double_value:0.5", "g.b": "bool_value:true", "g.err": "why",
		"g.at": "1970-01-01 00:00:00 +0000 UTC", "g.deep.api_token": "***", "g.flat": "1", "g.list": `["a"]`, "g.text": "said x", "g.bad": got["g.bad"],
		"g.trace_id": hex.EncodeToString(l.TraceId), "g.request_id": "01JA2M-7QK4X-W0ZC7"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if l.SeverityText != "WARN" || int(l.SeverityNumber) != 13 || l.Body.GetStringValue() != "slow" || !strings.Contains(telemetry.Carried(ctx), hex.EncodeToString(l.TraceId)) {
		t.Errorf("got %v", l)
	}
	if strings.Contains(c.Everything()+out.String(), planted) || !strings.Contains(out.String(), `"trace_id":"`+hex.EncodeToString(l.TraceId)) {
		t.Errorf("a secret was told, or the trace was not:\n%s\n%s", c.Everything(), out.String())
	}
}

type textual string

// MarshalText is how it is written.
func (x textual) MarshalText() ([]byte, error) { return []byte("said " + x), nil }

// TestMoreThanAThousandLinesASecondAreThinned: errors never, and what was left out is said and counted.
func TestMoreThanAThousandLinesASecondAreThinned(t *testing.T) {
	var out bytes.Buffer
	lines, err := telemetry.NewLines(t.Context(), &out, nil, telemetry.Collector{})
	if err != nil {
		t.Fatal(err)
	}
	h := lines.Log().With("k", "v").WithGroup("g").Handler()
	second := time.Date(2026, 10, 13, 8, 0, 0, 0, time.UTC)
	write := func(at time.Time, level slog.Level, n int) {
		for i := range n {
			if err := h.Handle(t.Context(), slog.NewRecord(at.Add(time.Duration(i)*time.Microsecond), level, level.String()+" line", 0)); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(second, slog.LevelInfo, 3000)
	write(second, slog.LevelError, 2000)
	write(second.Add(time.Second), slog.LevelInfo, 10)
	send(t, lines.Run)
	text := out.String()
	if info, faults := strings.Count(text, "INFO line"), strings.Count(text, "ERROR line"); info != 1000+20+10 || faults != 2000 {
		t.Errorf("%d lines and %d errors were written", info, faults)
	}
	if !strings.Contains(text, `"msg":"lines of the log were left out","k":"v","g":{"lines":1980}`) {
		t.Error("what was left out is not said")
	}
	if sent, written := lines.Dropped(); sent != 0 || written != 1980 {
		t.Errorf("dropped %d and %d", sent, written)
	}
	if sent, written := (*telemetry.Lines)(nil).Dropped(); sent+written != 0 {
		t.Error("none dropped something")
	}
}

// TestADeadCollectorHoldsNobodyUp: one that never answers, and one that is not there. What does not fit is counted.
func TestADeadCollectorHoldsNobodyUp(t *testing.T) {
	released, ran := make(chan struct{}), make(chan error, 1)
	stuck := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-released }))
	defer stuck.Close()
	traces, err := telemetry.NewTraces(t.Context(), telemetry.Collector{Endpoint: stuck.URL, Ratio: 1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	go func() { ran <- traces.Run(ctx) }()
	began := time.Now()
	for range 20_000 {
		_, s := traces.Request(t.Context(), "GET", "/", "")
		s.End("")
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("making spans took %s", took)
	}
	if n := traces.Dropped(); n < 10_000 {
		t.Errorf("%d spans were dropped", n)
	}
	lost := traces.Dropped()
	close(released)
	end()
	if err := <-ran; err != nil || traces.Dropped() != lost {
		t.Errorf("once it answers again, %v, %d more were dropped", err, traces.Dropped()-lost)
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	lines, err := telemetry.NewLines(t.Context(), io.Discard, nil, telemetry.Collector{Endpoint: gone.URL})
	if err != nil {
		t.Fatal(err)
	}
	lines.Log().Info("nobody hears")
	send(t, lines.Run)
	if sent, _ := lines.Dropped(); sent != 1 {
		t.Errorf("%d lines were dropped", sent)
	}
}

// BenchmarkTracing says what a request's spans cost: without a collector, of a trace that is not kept, and of one that is.
func BenchmarkTracing(b *testing.B) {
	for name, c := range map[string]telemetry.Collector{"off": {}, "not kept": {Endpoint: "http://127.0.0.1:1"}, "kept": {Endpoint: "http://127.0.0.1:1", Ratio: 1}} {
		b.Run(name, func(b *testing.B) {
			traces, err := telemetry.NewTraces(b.Context(), c)
			if err != nil {
				b.Fatal(err)
			}
			at := time.Now()
			b.ReportAllocs()
			for b.Loop() {
				ctx, s := traces.Request(b.Context(), "GET", "/tickets/{id}", "")
				for range 3 {
					telemetry.Statement(ctx, "ticket.get", at, time.Millisecond, 1, "")
				}
				s.End("")
			}
		})
	}
}
