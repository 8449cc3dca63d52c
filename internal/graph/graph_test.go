package graph_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/graph"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

// api is the API of a world, called as httpd calls it.
type api struct {
	*testworld.World
	t        *testing.T
	route    reply.Route
	writer   *reply.Writer
	panicked []string
}

func newAPI(t *testing.T, d *db.DB, change ...func(*graph.Config)) *api {
	t.Helper()
	x := &api{World: testworld.New(t, d), t: t}
	x.writer = reply.New(reply.Config{Log: slog.New(slog.NewTextHandler(x.Log, nil)), Now: clock.System()})
	c := graph.Config{Org: x.Org, People: x.People, Asset: x.Asset, Auth: x.Auth, Journal: x.Journal, Notices: x.Notices, Flags: x.Flags, Hooks: x.Hooks, Ticket: x.Ticket, Calendar: x.Calendar, Checks: x.Checks, Plans: x.Plans, Tasks: x.Tasks, Posts: x.Posts, Now: x.Clock.Now, Exchange: x.Exchange, Files: x.Files, Links: "https://iw.example.com/f/", Writer: x.writer, ReadOnly: x.Holds.ReadOnly,
		Anchors:  func(context.Context) ([]journal.Anchor, error) { return x.Anchors.All(), nil },
		Panicked: func(where string) { x.panicked = append(x.panicked, where) }}
	for _, f := range change {
		f(&c)
	}
	routes, err := graph.New(c)
	if err != nil {
		t.Fatal(err)
	}
	x.route = routes[0]
	return x
}

type o = map[string]any

// answer is what came back.
type answer struct {
	t      *testing.T
	query  string
	status int
	header http.Header
	raw    string
	json   map[string]any
}

// post sends a body as it is.
func (x *api) post(ctx context.Context, who actor.Actor, body string, header ...string) answer {
	x.t.Helper()
	r := httptest.NewRequestWithContext(telemetry.WithRequestID(actor.Into(ctx, who), "req-1"), x.route.Method, x.route.Path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	if err := x.route.Handler(w, r); err != nil {
		x.writer.Error(w, r, err)
	}
	out := answer{t: x.t, query: body, status: w.Code, header: w.Header(), raw: w.Body.String()}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out.json); err != nil {
			x.t.Fatalf("%s: %v in %s", body, err, out.raw)
		}
	}
	return out
}

// ask sends a query with its variables.
func (x *api) ask(who actor.Actor, query string, variables o) answer {
	x.t.Helper()
	raw, err := json.Marshal(o{"query": query, "variables": variables})
	if err != nil {
		x.t.Fatal(err)
	}
	a := x.post(x.t.Context(), who, string(raw))
	a.query = query
	return a
}

// data gives the data of an answer without errors.
func (a answer) data() map[string]any {
	a.t.Helper()
	if a.status != http.StatusOK || a.json["errors"] != nil {
		a.t.Fatalf("%s: %d %s", a.query, a.status, a.raw)
	}
	return a.json["data"].(map[string]any)
}

// faults gives the errors, as "code path: field code, field code".
func (a answer) faults() []string {
	var out []string
	list, _ := a.json["errors"].([]any)
	for _, x := range list {
		e := x.(map[string]any)
		ext, _ := e["extensions"].(map[string]any)
		if ext["request_id"] != "req-1" {
			a.t.Errorf("%s: an error without its request: %s", a.query, a.raw)
		}
		var path, fields []string
		parts, _ := e["path"].([]any)
		for _, p := range parts {
			raw, _ := json.Marshal(p)
			path = append(path, strings.Trim(string(raw), `"`))
		}
		inner, _ := ext["fields"].([]any)
		for _, f := range inner {
			fields = append(fields, f.(map[string]any)["path"].(string)+" "+f.(map[string]any)["code"].(string))
		}
		text := strings.TrimSpace(ext["code"].(string) + " " + strings.Join(path, "."))
		if len(fields) > 0 {
			text += ": " + strings.Join(fields, ", ")
		}
		out = append(out, text)
	}
	return out
}

// at walks into decoded JSON: at(v, "sites", "edges", "0", "node").
func at(v any, path ...string) any {
	for _, p := range path {
		switch x := v.(type) {
		case map[string]any:
			v = x[p]
		case []any:
			n := int(p[0] - '0')
			if n >= len(x) {
				return nil
			}
			v = x[n]
		default:
			return nil
		}
	}
	return v
}

// nodes gives one key of the nodes of a connection.
func nodes(v any, key string) []any {
	out := []any{}
	list, _ := at(v, "edges").([]any)
	for _, e := range list {
		out = append(out, at(e, "node", key))
	}
	return out
}
