package rest_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"html"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/rest"
	"intelliwiz/internal/testworld"
)

var update = flag.Bool("update", false, "write testdata/openapi.json anew")

const golden = "testdata/openapi.json"

// TestDocumentChangesAreSeen: whoever changes the API changes this file too, with -update, and a review sees it.
func TestDocumentChangesAreSeen(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	a := x.raw(actor.Actor{}, "GET", "/api/openapi.json", "").want(http.StatusOK)
	var got bytes.Buffer
	if err := json.Indent(&got, []byte(a.raw), "", " "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := testworld.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("the document is not %s any more; if that is meant: go test ./internal/rest -run Document -update\n%s", golden, diff)
	}
}

func TestEveryOperationIsDescribed(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	doc := x.raw(actor.Actor{}, "GET", "/api/openapi.json", "").want(http.StatusOK).json
	if doc["openapi"] != "3.1.0" || strings.Contains(doc["info"].(map[string]any)["version"].(string), "dev") {
		t.Errorf("openapi %v, info %v", doc["openapi"], doc["info"])
	}
	paths := doc["paths"].(map[string]any)
	n := 0
	for _, o := range operations(t) {
		op, _ := paths[o.Path].(map[string]any)[strings.ToLower(o.Method)].(map[string]any)
		if op == nil || op["operationId"] != o.Name || op["x-permission"] != string(o.Permission) || op["summary"] != o.Summary {
			t.Errorf("%s is not described: %v", o.Name, op)
		}
		if _, has := op["requestBody"]; has != (o.Body != "") {
			t.Errorf("%s: body %v, example %q", o.Name, has, o.Body)
		}
		n++
	}
	for _, p := range paths {
		n -= len(p.(map[string]any))
	}
	if n != 0 {
		t.Errorf("the table and the document differ by %d operations", n)
	}
}

func TestProblemIsDescribedAsItIs(t *testing.T) {
	keys := func(v reflect.Type) (out []string) {
		for i := range v.NumField() {
			out = append(out, v.Field(i).Tag.Get("json"))
		}
		return out
	}
	testworld.Same(t, keys(reflect.TypeFor[reply.Problem]()), keys(reflect.TypeFor[rest.Problem]()))
}

func TestPagesOfTheDocument(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	a := x.raw(actor.Actor{}, "GET", "/api/docs", "").want(http.StatusOK)
	if got := a.header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
	page := regexp.MustCompile(`https://(hooks|iw|login)\.example\.com/`).ReplaceAllString(a.raw, "") // examples of addresses
	for _, bad := range []string{`(?i)<script`, `(?i)<style`, `(?i)\sstyle=`, `(?i)\son[a-z]+=`, `(?i)https?://`, `ZgotmplZ`, `%!`, "`"} {
		if found := regexp.MustCompile(bad).FindString(page); found != "" {
			t.Errorf("the page has %q", found)
		}
	}
	if !strings.Contains(a.raw, `<link rel="stylesheet" href="/static/app.css">`) {
		t.Error("no stylesheet")
	}
	for _, o := range operations(t) {
		if !strings.Contains(a.raw, `id="`+strings.ReplaceAll(o.Name, ".", "-")+`"`) || !strings.Contains(a.raw, html.EscapeString(o.Summary)) {
			t.Errorf("%s is not on the page", o.Name)
		}
	}
	for _, part := range []string{"curl -X PUT -H", "?version=1", "members[].name", "At least 12 characters", "409"} {
		if !strings.Contains(a.raw, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(a.raw, -1) {
		if seen[m[1]] {
			t.Errorf("two elements have the id %s", m[1])
		}
		seen[m[1]] = true
	}
}
