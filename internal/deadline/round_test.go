package deadline

import (
	"context"
	"testing"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
)

// TestARoundComesToEveryTenant within its time, to all of them at first, to no more in a turn than it must, and to none at each turn.
func TestARoundComesToEveryTenant(t *testing.T) {
	for tenants, want := range map[int]struct{ turns, most int }{0: {3, 0}, 1: {3, 1}, 2: {3, 1}, 4: {4, 1}, 30: {30, 1}, 31: {30, 2}, 1000: {30, 34}} {
		var all []id.Tenant
		for range tenants {
			all = append(all, id.New[id.Tenant]())
		}
		s := New(Config{Tenants: func(context.Context) ([]id.Tenant, error) { return all, nil }})
		for turn := range 4 * 30 {
			some, err := s.round(t.Context(), turn)
			if err != nil {
				t.Fatal(err)
			}
			if turn == 0 && len(some) != tenants || turn > 0 && len(some) > want.most {
				t.Errorf("of %d, %d in turn %d", tenants, len(some), turn)
			}
		}
		seen := map[id.Tenant]int{}
		for turn := range want.turns {
			some, _ := s.round(t.Context(), want.turns+turn)
			for _, x := range some {
				seen[x]++
			}
		}
		for _, x := range all {
			if seen[x] != 1 {
				t.Errorf("of %d, one was looked at %d times in %d turns", tenants, seen[x], want.turns)
			}
		}
	}
}

// TestANodeLooksWhenSomethingComes: at the earliest moment that it knows of, once; of what others wrote it hears, and looks within two seconds.
func TestANodeLooksWhenSomethingComes(t *testing.T) {
	now := clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC))
	s, x := New(Config{Now: now.Now}), id.New[id.Tenant]()
	looks := func(want int) {
		t.Helper()
		if n := len(s.come(nil)); n != want {
			t.Errorf("%d tenants are looked at, not %d", n, want)
		}
	}
	s.Sooner(x, now.Now().Add(time.Hour))
	s.Sooner(x, now.Now().Add(time.Minute))
	s.Sooner(x, now.Now().Add(2*time.Hour))
	looks(0)
	now.Advance(time.Minute)
	looks(1)
	looks(0)
	s.Heard(x)
	looks(0)
	now.Advance(2 * time.Second)
	looks(1)
	if n := len(s.come([]id.Tenant{x})); n != 1 {
		t.Errorf("%d of a round", n)
	}
}
