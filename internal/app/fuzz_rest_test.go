package app

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/reply"
)

// restCall is an operation as the OpenAPI document describes it.
type restCall struct {
	method, path string
	public       bool
	params       []restParam
	media        string // of its body; "" = it takes none
	body         *restSchema
	schemas      map[string]*restSchema
}

type restParam struct {
	Name, In string
	Schema   *restSchema
}

// restSchema is what of JSON Schema the document uses.
type restSchema struct {
	Ref        string `json:"$ref"`
	Type       any
	Format     string
	Enum       []any
	Examples   []any
	Properties map[string]*restSchema
	Required   []string
	Items      *restSchema
	Minimum    *float64
}

// is says that a schema takes a type.
func (s *restSchema) is(name string) bool {
	if several, ok := s.Type.([]any); ok {
		return slices.Contains(several, any(name))
	}
	return s.Type == name
}

func readDocument(t *testing.T, text string) (calls []restCall) {
	t.Helper()
	var d struct {
		Components struct{ Schemas map[string]*restSchema }
		Paths      map[string]map[string]struct {
			Parameters  []restParam
			Permission  string `json:"x-permission"`
			RequestBody struct {
				Content map[string]struct{ Schema *restSchema }
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatalf("the OpenAPI document: %v", err)
	}
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
			o := d.Paths[path][method]
			c := restCall{method: strings.ToUpper(method), path: path, public: o.Permission == string(reply.Public), params: o.Parameters, schemas: d.Components.Schemas}
			for _, media := range slices.Sorted(maps.Keys(o.RequestBody.Content)) {
				c.media, c.body = media, o.RequestBody.Content[media].Schema
			}
			calls = append(calls, c)
		}
	}
	if len(calls) < 200 {
		t.Fatalf("only %d operations", len(calls))
	}
	return calls
}

var placeholder = regexp.MustCompile(`\{[^}]+\}`)

// rest makes a request of an operation of the API: right in most places and wrong in some.
func (f *fuzzer) rest(r *rand.Rand) attempt {
	c := f.calls[r.IntN(len(f.calls))]
	a := attempt{method: c.method, path: f.address(r, c.path), header: http.Header{}, public: c.public, stream: strings.HasSuffix(c.path, "/stream")}
	query := url.Values{}
	for _, p := range c.params {
		if p.In != "query" || r.IntN(3) > 0 {
			continue
		}
		query.Add(p.Name, f.parameter(r, c, p))
		if r.IntN(40) == 0 {
			query.Add(p.Name, hostileText(r))
		}
	}
	if r.IntN(40) == 0 {
		query.Add(hostileText(r), hostileText(r))
	}
	if a.query = query.Encode(); r.IntN(60) == 0 {
		a.query += "&%zz=%"
	}
	if c.body == nil {
		return a
	}
	a.header.Set("Content-Type", c.media)
	switch c.media {
	case "application/json":
		a.body = spoilBody(r, encodeTree(f.spoilTree(r, f.value(r, c, c.body, "", 0))))
	case "multipart/form-data":
		a.header.Set("Content-Type", uploadType)
		a.body = spoilBody(r, f.upload(r))
	default:
		a.body = spoilBody(r, f.table(r))
	}
	return a
}

// address fills the places of a path, mostly with ids that are known.
func (f *fuzzer) address(r *rand.Rand, path string) string {
	return placeholder.ReplaceAllStringFunc(path, func(place string) string {
		switch {
		case r.IntN(10) == 0:
			return url.PathEscape(hostileText(r))
		case place == "{$}":
			return ""
		case strings.Contains(place, "list"):
			return []string{"department", "designation", "site_type"}[r.IntN(3)]
		case place == "{noun}":
			return []string{"assets", "tickets", "sites", "people"}[r.IntN(4)]
		}
		return f.idOf(r, "", nounOf(path))
	})
}

func (f *fuzzer) parameter(r *rand.Rand, c restCall, p restParam) string {
	switch {
	case r.IntN(5) == 0:
		return hostileText(r)
	case p.Name == "after":
		raw := []byte(f.cursor(r))
		if r.IntN(3) == 0 && len(raw) > 0 { // one that was tampered with
			raw[r.IntN(len(raw))] ^= byte(1 << r.IntN(7))
		}
		return string(raw)
	}
	return fmt.Sprint(f.value(r, c, p.Schema, p.Name, 0))
}

// value gives one that fits a schema.
func (f *fuzzer) value(r *rand.Rand, c restCall, s *restSchema, name string, depth int) any {
	for s.Ref != "" {
		s = c.schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
	}
	switch {
	case s.is("null") && r.IntN(3) == 0:
		return nil
	case len(s.Enum) > 0:
		return s.Enum[r.IntN(len(s.Enum))]
	case s.is("object"):
		out, bare := map[string]any{}, r.IntN(2) == 0
		for _, key := range slices.Sorted(maps.Keys(s.Properties)) {
			if slices.Contains(s.Required, key) || depth < 6 && !bare && r.IntN(2) == 0 {
				out[key] = f.value(r, c, s.Properties[key], key, depth+1)
			}
		}
		return out
	case s.is("array") && s.Items != nil:
		out := []any{}
		for range r.IntN(4) {
			out = append(out, f.value(r, c, s.Items, name, depth+1))
		}
		return out
	case s.is("boolean"):
		return r.IntN(2) == 0
	case s.is("integer"), s.is("number"):
		if s.Minimum != nil {
			return int(*s.Minimum) + r.IntN(3)
		}
		return r.IntN(100)
	case s.Format == "uuid":
		return f.idOf(r, name, "")
	case name == "zone":
		return "Asia/Kolkata"
	case name == "code":
		return fmt.Sprintf("F%X", r.Uint32())
	case s.Format == "date-time":
		return time.Date(2026, 1, 1, 0, 0, r.IntN(40_000_000), 0, time.UTC).Format(time.RFC3339)
	case len(s.Examples) > 0 && r.IntN(4) > 0:
		return s.Examples[r.IntN(len(s.Examples))]
	}
	return fmt.Sprintf("f%x", r.Uint32())
}

// upload is a form with a file whose name and content are odd.
func (f *fuzzer) upload(r *rand.Rand) string {
	name := strings.NewReplacer("\r", "", "\n", "", `"`, "").Replace(hostileText(r))
	if r.IntN(2) == 0 {
		name = []string{"a.png", "a.jpg", "a.pdf", "a.csv", "a.txt", "a.xlsx", "a.docx", "a.svg", "a.html", "a.php.png"}[r.IntN(10)]
	}
	begun := []string{"", "\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe0", "%PDF-1.7\n", "PK\x03\x04", "<svg xmlns=\"http://www.w3.org/2000/svg\">", "GIF89a", "RIFF....WEBP"}[r.IntN(8)]
	part := []string{"file", "file", "file", "files", ""}[r.IntN(5)]
	return "--edge\r\nContent-Disposition: form-data; name=\"" + part + "\"; filename=\"" + name + "\"\r\n\r\n" + begun + hostileText(r) + "\r\n--edge--\r\n"
}

// table is a file of rows for an import.
func (f *fuzzer) table(r *rand.Rand) string {
	text := "Code,Name\n"
	if r.IntN(4) == 0 {
		text = hostileText(r) + "," + hostileText(r) + "\n"
	}
	for range r.IntN(5) {
		text += hostileText(r) + "," + fmt.Sprintf("F%x", r.IntN(1<<20)) + "\n"
	}
	return text
}

// page makes a request of a page: a form is filled with the names that forms have.
func (f *fuzzer) page(r *rand.Rand) attempt {
	p := f.pages[r.IntN(len(f.pages))]
	a := attempt{method: p.Method, path: f.address(r, p.Path), header: http.Header{"Accept": {"text/html"}}, public: p.Permission == reply.Public, stream: p.Stream}
	values := url.Values{}
	for range r.IntN(12) {
		switch r.IntN(4) {
		case 0:
			values.Add(f.name(r), hostileText(r))
		case 1:
			values.Add(f.name(r), f.id(r))
		default:
			values.Add(f.name(r), []string{"1", "on", "2026-11-23", "2026-11-23T08:00", "10", "F1", "people", "Asia/Kolkata", "open"}[r.IntN(9)])
		}
	}
	if p.Method == http.MethodGet {
		a.query = values.Encode()
		return a
	}
	a.header.Set("Content-Type", "application/x-www-form-urlencoded")
	a.body = spoilBody(r, values.Encode())
	if r.IntN(10) == 0 {
		a.header.Set("Content-Type", uploadType)
		a.body = spoilBody(r, f.upload(r))
	}
	return a
}
