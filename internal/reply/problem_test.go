package reply

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/telemetry"
)

func TestProblems(t *testing.T) {
	for status, err := range everyStatus() {
		w := httptest.NewRecorder()
		newWriter(&bytes.Buffer{}, "/login").Error(w, request("GET", "/api/v1/sites", browser), err)
		var p Problem
		if e := json.Unmarshal(w.Body.Bytes(), &p); e != nil {
			t.Fatal(e)
		}
		if w.Code != status || p.Status != status || p.Code == "" || p.Type != "/problems#"+p.Code || p.Title == "" || p.Detail == "" || p.RequestID != requestID ||
			w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%d: %d %+v", status, w.Code, p)
		}
		if strings.Contains(w.Body.String(), "canary") {
			t.Errorf("%d shows its cause: %s", status, w.Body)
		}
	}
	got := ProblemOf(telemetry.WithRequestID(t.Context(), requestID), fmt.Errorf("update: %w", fault.Stale("site", map[string]any{"version": 7})))
	want := Problem{Type: "/problems#conflict", Title: "This is in the way of another change", Status: 409, Code: "conflict",
		Detail: "Somebody changed this site while you were editing it.", RequestID: requestID,
		Errors: []fault.Field{{Path: "version", Code: "stale", Message: "The site has a newer version."}}, Current: map[string]any{"version": 7}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	f := fault.Of(fault.Internal, "x")
	f.Fields, f.Current = []fault.Field{{Path: "secret"}}, "secret"
	if p := ProblemOf(t.Context(), f); p.Errors != nil || p.Current != nil {
		t.Errorf("an internal fault shows %+v", p)
	}
}

func TestAnswersCarryTheirHeaders(t *testing.T) {
	get := func(err error) http.Header {
		w := httptest.NewRecorder()
		newWriter(&bytes.Buffer{}, "").Error(w, request("GET", "/graphql", ""), err)
		return w.Header()
	}
	if h := get(waiting(fault.TooMany, 1200*time.Millisecond)); h.Get("Retry-After") != "2" {
		t.Errorf("429: %v", h)
	}
	if h := get(fault.Anonymous()); h.Get("WWW-Authenticate") == "" {
		t.Errorf("401: %v", h)
	}
	if h := get(NoMethod("GET, HEAD")); h.Get("Allow") != "GET, HEAD" {
		t.Errorf("405: %v", h)
	}
	if h := get(NoType("application/json")); h.Get("Accept-Post") != "application/json" {
		t.Errorf("415: %v", h)
	}
	w := httptest.NewRecorder()
	WriteProblem(w, Problem{Status: 409, Code: "conflict", Current: func() {}})
	if w.Code != 409 || !strings.Contains(w.Body.String(), `"conflict"`) {
		t.Errorf("a Current that does not encode: %d %s", w.Code, w.Body)
	}
}
