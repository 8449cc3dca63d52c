// Package otlp is a collector of traces and log lines for tests. It knows nothing of the product: what tells of it can be tested with it.
package otlp

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	logs "go.opentelemetry.io/proto/otlp/logs/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Collector takes spans and log lines by OTLP over HTTP, as the servers do that keep them.
type Collector struct {
	URL string

	mu      sync.Mutex
	spans   []*traces.Span
	lines   []*logs.LogRecord
	headers http.Header
}

// New starts one that lives as long as the test.
func New(t testing.TB) *Collector {
	t.Helper()
	c := &Collector{}
	s := httptest.NewServer(c)
	t.Cleanup(s.Close)
	c.URL = s.URL
	return c
}

// ServeHTTP takes what is sent. A request for exports has the form of the data that it exports.
func (c *Collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.headers = r.Header
	var spans traces.TracesData
	var lines logs.LogsData
	switch r.URL.Path {
	case "/v1/traces":
		if err == nil {
			err = proto.Unmarshal(raw, &spans)
		}
		for _, p := range spans.ResourceSpans {
			for _, s := range p.ScopeSpans {
				c.spans = append(c.spans, s.Spans...)
			}
		}
	case "/v1/logs":
		if err == nil {
			err = proto.Unmarshal(raw, &lines)
		}
		for _, p := range lines.ResourceLogs {
			for _, s := range p.ScopeLogs {
				c.lines = append(c.lines, s.LogRecords...)
			}
		}
	default:
		w.WriteHeader(http.StatusNotFound)
	}
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// Spans gives what arrived.
func (c *Collector) Spans() []*traces.Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.spans)
}

// Lines gives the log lines that arrived.
func (c *Collector) Lines() []*logs.LogRecord {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.lines)
}

// Header gives a header of the last call.
func (c *Collector) Header(name string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.headers.Get(name)
}

// Everything is all that arrived, as one text to look for what must not be in it.
func (c *Collector) Everything() string {
	var b strings.Builder
	for _, s := range c.Spans() {
		fmt.Fprintln(&b, s)
	}
	for _, l := range c.Lines() {
		fmt.Fprintln(&b, l)
	}
	return b.String()
}

// Attribute gives the value of an attribute as text, "" without one.
func Attribute(all []*common.KeyValue, name string) string {
	for _, a := range all {
		if a.Key != name {
			continue
		}
		switch v := a.Value.Value.(type) {
		case *common.AnyValue_StringValue:
			return v.StringValue
		case *common.AnyValue_IntValue:
			return fmt.Sprint(v.IntValue)
		default:
			return a.Value.String()
		}
	}
	return ""
}
