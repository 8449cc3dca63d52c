package httpd

import (
	"io"
	"net/http"
	"testing"

	"intelliwiz/internal/cache"
	"intelliwiz/internal/reply"
)

// TestARequestMayAskForNothingFromMemory says what Cache-Control of a request means here.
func TestARequestMayAskForNothingFromMemory(t *testing.T) {
	d := newDoor(t, nil, page("GET", "/page", reply.Public, func(w http.ResponseWriter, r *http.Request) error {
		text := "kept"
		if cache.IsAnew(r.Context()) {
			text = "anew"
		}
		_, err := io.WriteString(w, text)
		return err
	}))
	for header, want := range map[string]string{"": "kept", "max-age=0": "kept", "no-cache": "anew", "max-age=0, no-cache": "anew"} {
		if got := d.ask("GET", "/page", "Cache-Control: "+header).Body.String(); got != want {
			t.Errorf("%q: %s", header, got)
		}
	}
}
