package httpd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/reply"
)

// Check is something that must work for the process to be ready.
type Check struct {
	Name string
	Do   func(ctx context.Context) error
}

// Times of health: an answer is kept, so that those who ask cannot load what is asked about, and a check that hangs has failed.
const (
	healthKept = time.Second
	checkTime  = 2500 * time.Millisecond
)

// Health is the state of the process, as the private listener shows it.
type Health struct {
	Ready  bool              `json:"ready"`
	Checks map[string]string `json:"checks"` // "ok", or what is wrong
	At     time.Time         `json:"at"`
}

type health struct {
	checks  []Check
	hanging []atomic.Bool // a check that has not come back yet
	now     clock.Now
	mu      sync.Mutex
	last    Health
}

func newHealth(checks []Check, now clock.Now) *health {
	return &health{checks: checks, hanging: make([]atomic.Bool, len(checks)), now: now}
}

// ask runs all checks at once, or gives the answer of less than a second ago.
func (h *health) ask(ctx context.Context) Health {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := h.now(); !h.last.At.IsZero() && now.Sub(h.last.At) < healthKept && now.Sub(h.last.At) >= 0 {
		return h.last
	}
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTime)
	defer cancel()
	results := make([]string, len(h.checks))
	var wg sync.WaitGroup
	for i, c := range h.checks {
		wg.Go(func() { results[i] = outcome(limited, c, &h.hanging[i]) })
	}
	wg.Wait()
	state := Health{Ready: true, Checks: map[string]string{}, At: h.now()}
	for i, c := range h.checks {
		state.Checks[c.Name] = results[i]
		state.Ready = state.Ready && results[i] == "ok"
	}
	h.last = state
	return state
}

// outcome runs one check. It does not wait for one that does not mind its context, nor starts it again while it hangs; a panic is a failure.
func outcome(ctx context.Context, c Check, hanging *atomic.Bool) string {
	if !hanging.CompareAndSwap(false, true) {
		return "no answer yet"
	}
	done := make(chan string, 1)
	go func() {
		result := "ok"
		defer func() {
			if p := recover(); p != nil {
				result = fmt.Sprint("panic: ", p)
			}
			hanging.Store(false)
			done <- result
		}()
		if err := c.Do(ctx); err != nil {
			result = err.Error()
		}
	}()
	select {
	case result := <-done:
		return result
	case <-ctx.Done():
		return "no answer in time"
	}
}

var healthPaths = []string{"/livez", "/readyz", "/startupz", "/health", "/ready"}

func isHealth(path string) bool { return slices.Contains(healthPaths, path) }

// ownRoutes are the server's own: health without details, the page that explains problems, and reports of broken policies.
func (s *Server) ownRoutes() []reply.Route {
	routes := []reply.Route{s.c.Reply.Problems(), {
		Method: http.MethodPost, Path: reportPath, Permission: reply.Public, Handler: s.report, Name: "csp.report", MaxBody: maxReport,
	}}
	for _, path := range healthPaths {
		routes = append(routes, reply.Route{
			Method: http.MethodGet, Path: path, Permission: reply.Public, Unlimited: true, Name: "health." + path[1:],
			Handler: func(w http.ResponseWriter, r *http.Request) error { return s.tellHealth(w, r, path) },
		})
	}
	return routes
}

// tellHealth answers "ok" or "not ready", and no more: who may know more asks the private listener.
func (s *Server) tellHealth(w http.ResponseWriter, r *http.Request, path string) error {
	ok := true
	switch path {
	case "/startupz":
		ok = s.started.Load()
	case "/readyz", "/ready", "/health":
		ok = s.ready.Load() && s.health.ask(r.Context()).Ready
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if !ok {
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "not ready\n") // a client that has left is nobody to tell
		return nil
	}
	_, _ = io.WriteString(w, "ok\n") // the same
	return nil
}

// details is the private listener's answer about health.
func (s *Server) details(w http.ResponseWriter, r *http.Request) {
	state := s.health.ask(r.Context())
	state.Ready = state.Ready && s.ready.Load()
	w.Header().Set("Content-Type", "application/json")
	if !state.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(state) // a client that has left is nobody to tell
}
