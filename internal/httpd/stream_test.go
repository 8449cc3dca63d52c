package httpd

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/reply"
)

// TestAStreamOutlivesTheTimeOfOtherRequestsAndEndsAtTheStop: events arrive one by one, packed or not, longer than other answers may take.
func TestAStreamOutlivesTheTimeOfOtherRequestsAndEndsAtTheStop(t *testing.T) {
	route := page("GET", "/events", reply.Public, func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "text/event-stream")
		for {
			if _, err := io.WriteString(w, "data: x\n\n"); err != nil {
				return nil //nolint:nilerr // the client left
			}
			if err := http.NewResponseController(w).Flush(); err != nil {
				return err
			}
			select {
			case <-r.Context().Done():
				return nil
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	route.Stream, route.Timeout = true, time.Minute
	d := newDoor(t, func(c *Config) { c.Time = 300 * time.Millisecond }, route)
	ctx, stop := context.WithCancel(t.Context())
	urls, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- d.Run(ctx, func(u, _ string) error { urls <- u; return nil }) }()
	res, err := http.Get(<-urls + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.Uncompressed {
		t.Error("events are packed")
	}
	lines, start := bufio.NewScanner(res.Body), time.Now()
	for time.Since(start) < time.Second { // three times as long as others may take
		if !lines.Scan() {
			t.Fatalf("the stream ended after %s: %v", time.Since(start), lines.Err())
		}
	}
	stop()
	start = time.Now()
	for lines.Scan() {
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("the stream ended %s after the stop", took)
	}
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if text := d.scrape(); strings.Contains(text, `route="/events"`) {
		t.Error("listening is measured as if it were an answer's time")
	}
}

func TestAStreamIsNoUseOfASession(t *testing.T) {
	var passive atomic.Int32
	stream := page("GET", "/events", reply.SignedIn, hello)
	stream.Stream, stream.Timeout = true, time.Minute
	d := newDoor(t, func(c *Config) {
		known := c.Authenticate
		c.Authenticate = func(ctx context.Context, c Credentials) (actor.Actor, error) {
			if c.Passive {
				passive.Add(1)
			}
			return known(ctx, c)
		}
	}, stream, page("GET", "/page", reply.SignedIn, hello))
	for path, want := range map[string]int32{"/events": 1, "/page": 0} {
		passive.Store(0)
		if w := d.ask("GET", path, "Cookie: iw=meera"); w.Code != 200 || passive.Load() != want {
			t.Errorf("%s: %d, passive %d", path, w.Code, passive.Load())
		}
	}
	endless := stream
	endless.Path, endless.Timeout = "/endless", 0
	if _, err := New(d.config(), []reply.Route{endless}); err == nil {
		t.Error("a stream without an end is taken")
	}
}
