package httpd

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"intelliwiz/internal/reply"
)

// TestAnswersSayHowLongTheyTook: in development, with the time of the statements; nowhere else.
func TestAnswersSayHowLongTheyTook(t *testing.T) {
	asks := page("GET", "/a", reply.Public, func(w http.ResponseWriter, r *http.Request) error {
		Spent(r.Context(), 2500*time.Microsecond)
		Spent(r.Context(), time.Millisecond)
		return hello(w, r)
	})
	for _, on := range []bool{true, false} {
		d := newDoor(t, func(c *Config) { c.Timings = on }, asks)
		got := d.ask("GET", "/a").Header().Get("Server-Timing")
		if told := regexp.MustCompile(`^app;dur=\d+\.\d, db;dur=3\.5;desc="2 statements"$`).MatchString(got); told != on || !on && got != "" {
			t.Errorf("timings %v: %q", on, got)
		}
	}
	Spent(t.Context(), time.Second) // nobody's request
}
