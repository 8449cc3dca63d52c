package app

import (
	"encoding/json"
	"net/http"
	"net/url"
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

const uploadType = "multipart/form-data; boundary=edge"

// uploaded is a file as a form of uploadType.
func uploaded(content string) string {
	return "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"log.txt\"\r\n\r\n" + content + "\r\n--edge--\r\n"
}

// TestAnUploadOverTheAPI goes through every layer: a body larger than others may be comes in, one larger than any file does not, and what
// came in is opened by its link without signing in.
func TestAnUploadOverTheAPI(t *testing.T) {
	h := openHouse(t, "sqlite")
	at, content := "/api/v1/assets/"+h.ids["asset"]+"/files", strings.Repeat("All is well. ", 200_000)
	if int64(len(content)) < 2*int64(h.cfg.HTTP.MaxBody) {
		t.Fatal("this is no larger than other bodies may be")
	}
	answer, body := h.ask("ADMINISTRATOR", http.MethodPost, at, uploadType, uploaded(content))
	var made struct {
		ID   string
		Size int
	}
	if err := json.Unmarshal([]byte(body), &made); err != nil || answer.StatusCode != http.StatusCreated || made.Size != len(content) {
		t.Fatalf("%d %s %v", answer.StatusCode, body, err)
	}
	if answer, body = h.ask("ADMINISTRATOR", http.MethodPost, at, uploadType, uploaded(strings.Repeat("a", int(h.cfg.Files.Max)+100<<10))); answer.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %d %s", answer.StatusCode, body)
	}
	if answer, body = h.ask("", http.MethodPost, at, uploadType, uploaded("A")); answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody: %d %s", answer.StatusCode, body)
	}
	answer, body = h.ask("ADMINISTRATOR", http.MethodPost, "/api/v1/files/"+made.ID+"/link", "", "")
	var link struct{ URL string }
	if err := json.Unmarshal([]byte(body), &link); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%d %s %v", answer.StatusCode, body, err)
	}
	u, err := url.Parse(link.URL)
	if err != nil || u.Host == "" {
		t.Fatalf("%s: %v", link.URL, err)
	}
	if answer, body = h.ask("", http.MethodGet, u.Path, "", ""); answer.StatusCode != http.StatusOK || body != content {
		t.Errorf("the link: %d, %d bytes", answer.StatusCode, len(body))
	}
}
