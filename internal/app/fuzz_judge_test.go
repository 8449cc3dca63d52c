package app

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
)

// leaks are words that only the inside knows: of databases and their drivers, of the language, of what went wrong below.
var leaks = regexp.MustCompile(`SQLSTATE|SQLITE_|SQL logic error|pgconn[.:]|pgx[./:]|modernc\.org|database/sql|river_job|goose_db|` +
	`constraint failed|violates (unique|foreign|check|not-null)|relation "|syntax error at or near|no such (table|column)|(?i:select [^<>]{1,80} from [a-z_]+ where)|` +
	`goroutine \d+ \[|runtime error|\.go:\d+|runtime/debug|nil pointer|invalid memory address|a canary|` +
	`json: (cannot|unsupported|unknown)|strconv\.|reflect\.|parsing time "|context (canceled|deadline exceeded)|unexpected EOF|sql: |redis: |` +
	`%!\w?\(|intelliwiz/internal|multipart: |http: (request|wrong|multipart)|mime: |hex: |base64: |illegal base64|dial tcp|no such host|connection refused`)

// signs are what each of leaks begins with or has in it: without one of them nothing of leaks is there, and long pages need not be gone
// through letter by letter.
var signs = []string{"SQLSTATE", "SQLITE_", "SQL logic error", "pgconn", "pgx", "modernc.org", "database/sql", "river_job", "goose_db", "constraint failed", "violates unique", "violates foreign", "violates check", "violates not-null", `relation "`,
	"syntax error at or near", "no such table", "no such column", "no such host", "goroutine ", "runtime error", ".go:", "runtime/debug", "nil pointer", "invalid memory", "a canary", "json: ", "strconv.", "reflect.", `parsing time "`, "context canceled", "context deadline",
	"unexpected EOF", "sql: ", "redis: ", "%!", "intelliwiz/internal", "multipart: ", "http: request", "http: wrong", "http: multipart", "mime: ", "hex: ", "base64: ", "illegal base64", "dial tcp", "connection refused"}

// byChance are nonces, which are made by chance, so that one in a million has a word of leaks in it.
var byChance = regexp.MustCompile(`nonce(-|=")[A-Za-z0-9+/=_-]+`)

// leak finds the first of leaks in a text, "" for none.
func leak(text string) string {
	for _, sign := range signs {
		if strings.Contains(text, sign) {
			return leaks.FindString(byChance.ReplaceAllString(text, "nonce"))
		}
	}
	if strings.Contains(text, " where ") && strings.Contains(text, " from ") || strings.Contains(text, " WHERE ") {
		return leaks.FindString(text)
	}
	return ""
}

// judge says what is wrong with an answer, "" for nothing.
func (f *fuzzer) judge(a attempt, w *httptest.ResponseRecorder) string {
	body := w.Body.String()
	switch {
	case w.Code >= 500:
		return "a fault of ours"
	case a.path == "/graphql" && strings.Contains(body, `"code":"internal"`), strings.Contains(body, `"extensions":{"code":"internal"`):
		return "a fault of ours in GraphQL"
	case (a.who == "" || a.who == "a token that is none") && !a.public && w.Code < 300:
		return "an open door"
	}
	if found := leak(body); found != "" && !strings.Contains(a.body+a.query, found) {
		return "a word of the inside: " + found
	}
	for _, inside := range f.inside {
		if strings.Contains(body, inside) {
			return "a place of the inside: " + inside
		}
	}
	for name, values := range w.Header() {
		if found := leak(strings.Join(values, " ")); found != "" && name != "Etag" {
			return "a word of the inside in " + name + ": " + found
		}
	}
	return ""
}

var (
	shownID     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
	shownCursor = regexp.MustCompile(`"(?:next|endCursor)":"([^"]+)"`)
	shownName   = regexp.MustCompile(`<(?:input|select|textarea|button)[^>]* name="([^"]+)"`)
)

// snake writes siteId as site_id.
func snake(name string) string {
	return strings.ToLower(capital.ReplaceAllString(name, "_$0"))
}

var capital = regexp.MustCompile(`[A-Z]`)

const remembered = 400

// remember keeps what an answer shows, so that later requests name what there is.
func (f *fuzzer) remember(r *rand.Rand, w *httptest.ResponseRecorder) {
	if w.Code != http.StatusOK && w.Code != http.StatusCreated || r.IntN(4) > 0 {
		return
	}
	body := w.Body.String()
	f.mu.Lock()
	defer f.mu.Unlock()
	keep := func(list *[]string, found string) {
		if len(*list) < remembered {
			*list = append(*list, found)
		} else {
			(*list)[r.IntN(remembered)] = found
		}
	}
	for _, x := range shownID.FindAllString(body, 5) {
		keep(&f.ids, x)
	}
	for _, x := range shownCursor.FindAllStringSubmatch(body, 2) {
		keep(&f.cursors, x[1])
	}
	for _, x := range shownName.FindAllStringSubmatch(body, 40) {
		keep(&f.names, x[1])
	}
}

// id gives one that was seen, one of another organisation among them; cursor and name do so too.
func (f *fuzzer) id(r *rand.Rand) string     { return f.one(r, &f.ids) }
func (f *fuzzer) cursor(r *rand.Rand) string { return f.one(r, &f.cursors) }
func (f *fuzzer) name(r *rand.Rand) string   { return f.one(r, &f.names) }

// idOf gives one for a field or a place, mostly of the kind that it asks for.
func (f *fuzzer) idOf(r *rand.Rand, field, noun string) string {
	if kind, named := references[snake(field)]; named {
		noun = kind
	}
	if known := f.house.ids[noun]; known != "" && r.IntN(5) > 0 {
		return known
	}
	return f.id(r)
}

func (f *fuzzer) one(r *rand.Rand, list *[]string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return (*list)[r.IntN(len(*list))]
}
