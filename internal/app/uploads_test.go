package app

import (
	"net/http"
	"strings"
	"testing"
)

// TestAnUploadHasABoundOfItsOwn: a file may be larger than what other operations take, and is refused beyond its own bound.
func TestAnUploadHasABoundOfItsOwn(t *testing.T) {
	h := openHouse(t, "sqlite")
	row := "U1,One," + strings.Repeat("x", 9_000) + "\n" // refused for its column, so that nothing is tried
	for _, c := range []struct {
		claim, path, media string
		size               int
		status             int
	}{
		{"JSON as large as a file", "/api/v1/units", "application/json", 3 << 20, http.StatusRequestEntityTooLarge},
		{"a file", "/api/v1/imports?table=units", "text/csv", 3 << 20, http.StatusUnprocessableEntity},
		{"a file beyond its bound", "/api/v1/imports?table=units", "text/csv", 21 << 20, http.StatusRequestEntityTooLarge},
	} {
		got, body := h.ask("ADMINISTRATOR", http.MethodPost, c.path, c.media, "Code,Name,Colour\n"+strings.Repeat(row, c.size/len(row)))
		if got.StatusCode != c.status {
			t.Errorf("%s: %d, want %d: %s", c.claim, got.StatusCode, c.status, body)
		}
	}
	if got, _ := h.ask("GUARD", http.MethodPost, "/api/v1/imports?table=units", "text/csv", "Code,Name\nA,B\n"); got.StatusCode != http.StatusForbidden {
		t.Errorf("a guard: %d", got.StatusCode)
	}
	if got, _ := h.ask("", http.MethodPost, "/api/v1/imports?table=units", "text/csv", "Code,Name\nA,B\n"); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("a stranger: %d", got.StatusCode)
	}
	if got, body := h.ask("ADMINISTRATOR", http.MethodPost, "/api/v1/imports?table=units", "text/csv", "Code,Name\nA,B\n"); got.StatusCode != http.StatusCreated {
		t.Errorf("who may: %d %s", got.StatusCode, body)
	}
}
