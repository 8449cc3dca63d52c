package app

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/graph"
	"intelliwiz/internal/httpd"
	"intelliwiz/internal/reply"
)

// A world is made anew after so many requests: they delete it bit by bit, and fill it.
const fuzzedPerWorld = 40_000

// TestWhateverIsSentBreaksNothing makes requests from what the product says of itself (the OpenAPI document, the schema of GraphQL, the names
// of the fields of its pages) with random and hostile values in every place, as every role of two organisations, as nobody, and with a token
// that is none. No panic, no fault of ours, nothing of the inside in an answer, nobody in without a right (R-S4).
// IW_FUZZ says how many requests (`make faults` makes a million), IW_FUZZ_MINUTES when it ends at the latest, IW_FUZZ_SEED what is thrown.
func TestWhateverIsSentBreaksNothing(t *testing.T) {
	count, seed := fromEnvironment(t, "IW_FUZZ", 2000), fromEnvironment(t, "IW_FUZZ_SEED", int(time.Now().UnixNano()&0xffffff))
	end := time.Now().Add(time.Duration(fromEnvironment(t, "IW_FUZZ_MINUTES", 2)) * time.Minute)
	made, statuses := 0, map[int]int{}
	for world := 0; made < count && time.Now().Before(end) && !t.Failed(); world++ {
		t.Run(fmt.Sprintf("world %d", world), func(t *testing.T) {
			f := openFuzzer(t, dbtest.Engines[world%len(dbtest.Engines)])
			n := f.run(uint64(seed+world), min(fuzzedPerWorld, count-made), end)
			made += n
			for status, times := range f.statuses {
				statuses[status] += times
			}
			t.Logf("%d requests of seed %d, slowest %s: %s", n, seed+world, f.slowest, f.slow)
			if world == 0 {
				f.seesWhatIsWrong()
			}
		})
	}
	t.Logf("%d of %d requests, by status %v", made, count, statuses)
	went := statuses[http.StatusOK] + statuses[http.StatusCreated] + statuses[http.StatusNoContent]
	if went < made/20 {
		t.Errorf("only %d of %d requests went in: nothing was tested", went, made)
	}
	if made < count {
		t.Logf("the time was over after %d requests", made)
	}
}

// fuzzer throws requests at a house.
type fuzzer struct {
	*house
	calls  []restCall
	schema graphSchema
	nouns  map[string]string // by field of GraphQL
	pages  []reply.Route
	who    []string
	inside []string // what no answer may hold: where this process keeps and runs things

	mu       sync.Mutex
	ids      []string // that answers held
	cursors  []string // that answers held
	names    []string // of fields of pages
	statuses map[int]int
	slowest  time.Duration
	slow     string
	found    int // answers with which something is wrong
}

// enough is how many wrong answers end a run.
const enough = 12

func openFuzzer(t *testing.T, engine string) *fuzzer {
	h := openHouse(t, engine)
	f := &fuzzer{house: h, statuses: map[int]int{}, nouns: map[string]string{}, names: []string{"version", "next", "q"}, cursors: []string{""}}
	f.who = []string{"", "a token that is none", "ADMINISTRATOR", "ADMINISTRATOR", "ADMINISTRATOR", "B ADMINISTRATOR", "SUPERVISOR", "TECHNICIAN", "GUARD", "VIEWER", "AUDITOR", "B GUARD"}
	for _, known := range h.ids {
		f.ids = append(f.ids, known)
	}
	slices.Sort(f.ids)
	_, document := h.ask("ADMINISTRATOR", http.MethodGet, "/api/openapi.json", "", "")
	f.calls = readDocument(t, document)
	f.schema = readSchema(t, h)
	for _, x := range graph.Fields() {
		f.nouns[x.Name] = x.Noun
	}
	for _, r := range h.table {
		if !reply.IsAPI(r.Path) && !strings.HasPrefix(r.Path, "/static/") {
			f.pages = append(f.pages, r)
		}
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	f.inside = []string{h.cfg.Data, here, h.cfg.Database.URL.Reveal()}
	return f
}

// run makes so many requests, two at a time, and says how many it made before the time was over.
func (f *fuzzer) run(seed uint64, count int, end time.Time) int {
	var all sync.WaitGroup
	made := make([]int, 2)
	for worker := range made {
		all.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(worker)))
			for made[worker] < count/len(made) && time.Now().Before(end) && f.bad(0) < enough {
				made[worker]++
				f.attempt(f.next(r), r)
			}
		})
	}
	all.Wait()
	log := f.log.String()
	if i := strings.Index(log, `"msg":"panic"`); i >= 0 {
		f.t.Errorf("the log tells of a panic: %.3000s", log[i:])
	}
	for line := range strings.Lines(f.scrape()) {
		if strings.HasPrefix(line, "iw_panics_total{") && !strings.HasSuffix(line, " 0\n") {
			f.t.Errorf("the metrics tell of a panic: %s", line)
		}
	}
	return made[0] + made[1]
}

// bad counts wrong answers.
func (f *fuzzer) bad(more int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.found += more
	return f.found
}

// attempt is one request.
type attempt struct {
	who, method, path string
	query             string
	header            http.Header
	body              string
	public            bool // for everybody
	stream            bool
}

func (a attempt) String() string {
	return fmt.Sprintf("as %q: %s %s?%s %v\n%.3000q", a.who, a.method, a.path, a.query, a.header, a.body)
}

// next thinks of a request.
func (f *fuzzer) next(r *rand.Rand) attempt {
	var a attempt
	switch n := r.IntN(20); {
	case n < 10:
		a = f.rest(r)
	case n < 16:
		a = f.graph(r)
	default:
		a = f.page(r)
	}
	a.who = f.who[r.IntN(len(f.who))]
	return f.spoil(r, a)
}

// spoil puts something odd into the headers of some requests.
func (f *fuzzer) spoil(r *rand.Rand, a attempt) attempt {
	for r.IntN(8) == 0 {
		name := fuzzedHeaders[r.IntN(len(fuzzedHeaders))]
		a.header.Set(name, inHeader(hostileText(r)))
	}
	return a
}

var fuzzedHeaders = []string{"Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "If-Match", "If-Modified-Since", "Range", "Content-Type", "Content-Encoding",
	"X-Request-Id", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Traceparent", "Tracestate", "Idempotency-Key", "Origin", "Referer", "Sec-Fetch-Site", "User-Agent",
	"Cookie", "Hx-Request", "Hx-Target", "Last-Event-Id", "Cache-Control", "Prefer", "Expect", "Te", "Connection", "X-Http-Method-Override"}

// inHeader leaves out what no header can carry: a server refuses it before any of ours sees it.
func inHeader(text string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, text)
}

// attempt sends one and judges the answer.
func (f *fuzzer) attempt(a attempt, r *rand.Rand) {
	ctx, cancel := context.WithTimeout(f.t.Context(), 20*time.Second)
	defer cancel()
	if a.stream {
		time.AfterFunc(20*time.Millisecond, cancel)
	}
	target := "http://localhost" + a.path
	if a.query != "" {
		target += "?" + a.query
	}
	at, err := url.Parse(target)
	if err != nil {
		return // no client could send it
	}
	q := (&http.Request{Method: a.method, URL: at, Host: "localhost", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, RequestURI: at.RequestURI(), Header: a.header,
		Body: io.NopCloser(strings.NewReader(a.body)), ContentLength: int64(len(a.body)), RemoteAddr: netip.AddrFrom4([4]byte{10, byte(r.IntN(256)), byte(r.IntN(256)), 1}).String() + ":999"}).WithContext(ctx)
	word := strings.ReplaceAll(a.who, " ", "_")
	switch {
	case a.who == "":
	case reply.IsAPI(a.path):
		q.Header.Set("Authorization", "Bearer "+word)
	default:
		q.AddCookie(&http.Cookie{Name: "iw", Value: word})
	}
	w, began := httptest.NewRecorder(), time.Now()
	never := time.AfterFunc(2*time.Minute, func() { panic(fmt.Sprintf("it never answers: %s", a)) }) // nothing else ends what runs there
	f.door.ServeHTTP(w, q)
	never.Stop()
	took := time.Since(began)
	if fault := f.judge(a, w); fault != "" {
		f.bad(1)
		f.t.Errorf("%s\n%s\nanswers %d %v\n%.2000s", fault, a, w.Code, w.Header(), w.Body)
	}
	if took > 15*time.Second {
		f.t.Errorf("it took %s: %s", took, a)
	}
	f.remember(r, w)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.statuses[w.Code]++; took > f.slowest {
		f.slowest, f.slow = took, fmt.Sprintf("%s %s %d", a.method, a.path, w.Code)
	}
}

// seesWhatIsWrong has the judge look at handlers that do what none may: it must see each.
func (f *fuzzer) seesWhatIsWrong() {
	says := func(text string) reply.Handler {
		return func(w http.ResponseWriter, _ *http.Request) error { _, err := io.WriteString(w, text); return err }
	}
	wrong := map[string]reply.Handler{
		"panic": func(http.ResponseWriter, *http.Request) error { panic("a canary") },
		"sql":   says(`ERROR: relation "sites" does not exist (SQLSTATE 42P01)`), "stack": says("goroutine 7 [running]:"), "place": says("open " + f.cfg.Data + "/key: no such file"),
		"verb": says("%!d(string=x) rows"), "graph": says(`{"errors":[{"message":"x","extensions":{"code":"internal"}}]}`), "door": says("come in"),
	}
	var routes []reply.Route
	for name, h := range wrong {
		routes = append(routes, reply.Route{Method: http.MethodGet, Path: "/api/wrong/" + name, Permission: reply.Public, Name: name, Handler: h})
	}
	server, err := httpd.New(f.httpConfig(f.know), routes)
	if err != nil {
		f.t.Fatal(err)
	}
	for name := range wrong {
		a := attempt{method: http.MethodGet, path: "/api/wrong/" + name, header: http.Header{}, public: name != "door"}
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, httptest.NewRequest(a.method, "http://localhost"+a.path, nil))
		if f.judge(a, w) == "" {
			f.t.Errorf("nobody sees what is wrong with %s: %d %s", name, w.Code, w.Body)
		}
	}
}
