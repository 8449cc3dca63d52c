package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
)

const canary = "canary-7f3a"

func TestSecretIsNeverPrinted(t *testing.T) {
	s := Hide(canary)
	type holder struct {
		Open   Secret
		hidden Secret
		list   []Secret
		deep   *struct{ s Secret }
	}
	h := holder{s, s, []Secret{s}, &struct{ s Secret }{s}}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
		fmt.Fprintf(&out, verb, s)
		fmt.Fprintf(&out, verb, &s)
		fmt.Fprintf(&out, verb, h)
		fmt.Fprintf(&out, verb, &h)
		fmt.Fprintf(&out, verb, []any{s, h})
	}
	raw, err := json.Marshal(map[string]any{"a": s, "h": h, "k": map[Secret]int{s: 1}})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(raw)
	log := NewLog(&out, slog.LevelDebug)
	log.Info("x", "s", s, "h", h, slog.Group("g", "s", s), "err", fmt.Errorf("open %s: %v", s, h))
	log.With("s", s, "ptr", &h).WithGroup("grp").Info("y", "s", s)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "s", s, "h", h)
	for _, form := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary)} {
		if strings.Contains(out.String(), form) {
			t.Errorf("the secret was printed as %q:\n%s", form, out.String())
		}
	}
	if !strings.Contains(out.String(), Mask) {
		t.Error("no mask printed")
	}
	if s.Reveal() != canary || s.IsZero() || !(Secret{}).IsZero() || (Secret{}).Reveal() != "" || fmt.Sprint(Secret{}) != "" {
		t.Error("Reveal, IsZero or the zero value is wrong")
	}
	var read Secret
	if err := read.UnmarshalText([]byte(canary)); err != nil || read.Reveal() != canary || !Hide("").IsZero() {
		t.Errorf("UnmarshalText gave %q, %v", read.Reveal(), err)
	}
}

func TestLogHasFixedKeysInUTC(t *testing.T) {
	var out bytes.Buffer
	log := NewLog(&out, slog.LevelInfo)
	tenant, person := id.New[id.Tenant](), id.New[id.Person]()
	ctx := WithRequestID(t.Context(), "01JA2M-7QK4X-W0ZC7")
	ctx = actor.Into(ctx, actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: person}))
	log.DebugContext(ctx, "not written")
	log.With("part", "db").WarnContext(ctx, "slow", "took", 1500*time.Microsecond, "password", canary, "API_Token", canary, "session_key", canary)
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v: %s", err, out.Bytes())
	}
	at, err := time.Parse(time.RFC3339Nano, got["time"].(string))
	if err != nil || at.Location() != time.UTC || !strings.HasSuffix(got["time"].(string), "Z") {
		t.Errorf("time %v is not RFC 3339 in UTC: %v", got["time"], err)
	}
	delete(got, "time")
	want := map[string]any{"level": "WARN", "msg": "slow", "part": "db", "took": 1.5, "password": Mask, "API_Token": Mask, "session_key": Mask,
		"request_id": "01JA2M-7QK4X-W0ZC7", "tenant": tenant.String(), "person": person.String()}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	out.Reset()
	log.Info("nobody")
	for _, key := range []string{"request_id", "tenant", "person"} {
		if strings.Contains(out.String(), key) {
			t.Errorf("%s without one: %s", key, out.String())
		}
	}
}

// TestWhatPeopleTypeMakesNoLine: a line break, a quote or a colour of a terminal in a value stays in the value.
func TestWhatPeopleTypeMakesNoLine(t *testing.T) {
	var out bytes.Buffer
	typed := "a\n{\"level\":\"ERROR\"}\r\n\x1b[31m\u2028\",\"person\":\"x"
	NewLog(&out, slog.LevelInfo).Info(typed, "agent", typed)
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || strings.Count(out.String(), "\n") != 1 || strings.ContainsAny(out.String(), "\r\x1b\u2028") || got["agent"] != typed || got["person"] != nil {
		t.Errorf("%v: %q", err, out.String())
	}
}

func TestRequestIDs(t *testing.T) {
	seen := map[string]bool{}
	for range 10000 {
		id := NewRequestID()
		if len(id) != 18 || !ValidRequestID(id) || strings.ContainsAny(id, "ILOU") || seen[id] {
			t.Fatalf("id %q is of the wrong form or came twice", id)
		}
		seen[id] = true
	}
	if got := RequestID(context.Background()); got != "" {
		t.Errorf("got id %q from an empty context", got)
	}
	for _, bad := range []string{"", "short", strings.Repeat("a", 65), "has space", "line\nbreak", "a<b>c-12345", "naïve-123456"} {
		if ValidRequestID(bad) {
			t.Errorf("%q taken for valid", bad)
		}
	}
}

func TestRequestIDStartsAsAULIDOfThatMoment(t *testing.T) {
	// ULID: 48 bits of milliseconds in ten signs; its first six hold the bits from 20 up.
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	before := uint64(time.Now().UnixMilli()) >> 20
	got := NewRequestID()
	after := uint64(time.Now().UnixMilli()) >> 20
	var n uint64
	for _, c := range []byte(got[:6]) {
		n = n<<5 | uint64(strings.IndexByte(alphabet, c))
	}
	if n != before && n != after {
		t.Errorf("%s has time %d, want %d", got, n, after)
	}
}

func TestMetricsSayWhatHappened(t *testing.T) {
	m := NewMetrics()
	m.InFlight(1)
	m.Request("GET", "/sites/{id}", 200, 3*time.Millisecond)
	m.Request("BREW", "", 404, time.Millisecond)
	m.Statement("org.siteGet", time.Millisecond, 3, "")
	m.Statement("org.siteGet", time.Second, -1, "unavailable")
	m.Climbed(2)
	m.Job("mail.send", "done", time.Second)
	m.Panic("http")
	m.Refused("source")
	m.SignIn("wrong")
	m.CacheRead("session", "hit")
	m.Fallback("limit")
	m.Violation("script-src")
	m.Gauge("disk_free_bytes", "Room.", func() float64 { return 7 })
	m.Gauges("db_connections", "Connections.", "pool", func() map[string]float64 { return map[string]float64{"app": 3, "sys": 4} })
	m.Waited("mail.send", 2*time.Second)
	m.Late("task.done", -time.Second)
	text := scrape(m)
	for _, want := range []string{
		`iw_http_request_seconds_count{method="GET",route="/sites/{id}",status="200"} 1`,
		`iw_http_seconds_bucket{class="2xx",le="0.0025"} 0`,
		`iw_http_seconds_bucket{class="2xx",le="0.005"} 1`,
		`iw_http_request_seconds_count{method="other",route="none",status="404"} 1`,
		`iw_http_requests_in_flight 1`,
		`iw_disk_free_bytes 7`, `iw_db_connections{pool="app"} 3`, `iw_db_connections{pool="sys"} 4`,
		`iw_job_kind_wait_seconds_sum{kind="mail.send"} 2`, `iw_job_wait_seconds_bucket{le="2.5"} 1`, `iw_db_slow_total{name="org.siteGet"} 1`, `iw_db_seconds_count 2`, `iw_escalations_total{level="2"} 1`, `iw_deadline_late_seconds_sum{kind="task.done"} 0`,
		`iw_db_statement_seconds_count{name="org.siteGet"} 2`,
		`iw_db_failures_total{kind="unavailable",name="org.siteGet"} 1`,
		`iw_job_seconds_count{kind="mail.send",outcome="done"} 1`,
		`iw_panics_total{where="http"} 1`,
		`iw_limit_refusals_total{rule="source"} 1`,
		`iw_sign_ins_total{outcome="wrong"} 1`,
		`iw_cache_reads_total{cache="session",result="hit"} 1`,
		`iw_fallbacks_total{part="limit"} 1`,
		`iw_csp_reports_total{directive="script-src"} 1`,

		`go_goroutines`,
		`process_open_fds`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestLabelsAreBounded(t *testing.T) {
	m := NewMetrics()
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 1000 {
				m.Refused(fmt.Sprintf("rule-%d-%d", w, i))
			}
		})
	}
	wg.Wait()
	m.Panic(strings.Repeat("x", 101))
	text := scrape(m)
	if n := strings.Count(text, "iw_limit_refusals_total{"); n != 201 {
		t.Errorf("%d series of refusals, want 200 and other", n)
	}
	if !strings.Contains(text, `iw_limit_refusals_total{rule="other"} 3800`) || !strings.Contains(text, `iw_panics_total{where="other"} 1`) {
		t.Error("what is over the bound is not counted as other")
	}
}

func scrape(m *Metrics) string {
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}
