package app

import (
	"context"
	"net/http"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/hold"
)

// stops has one process stop something and let it go on, and both nodes follow within five seconds.
func (p *pair) stops(t *testing.T) {
	t.Helper()
	answers := func(n *node, method, path string) int {
		r, err := http.NewRequestWithContext(t.Context(), method, n.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = a.Body.Close()
		return a.StatusCode
	}
	for _, c := range []struct {
		h            hold.Hold
		method, path string
		stopped      int
	}{
		{hold.Hold{Kind: hold.ReadOnly, Reason: "a backup comes back"}, http.MethodPost, "/setup/no-such-link", http.StatusServiceUnavailable},
		{hold.Hold{Kind: hold.Source, Source: "127.0.0.0/8", Reason: "flood"}, http.MethodGet, "/login", http.StatusForbidden},
	} {
		for step, change := range []func(context.Context, []actor.Actor, hold.Hold) error{p.holds.Begin, p.holds.End} {
			if err := change(t.Context(), []actor.Actor{p.who}, c.h); err != nil {
				t.Fatal(err)
			}
			want := step == 0
			for end := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
				a, b := answers(p.nodes[0], c.method, c.path) == c.stopped, answers(p.nodes[1], c.method, c.path) == c.stopped
				if a == want && b == want {
					break
				}
				if time.Now().After(end) {
					t.Errorf("%s: stopped on the nodes %v and %v after five seconds, want %v", c.h.Kind, a, b, want)
					break
				}
			}
		}
	}
}
