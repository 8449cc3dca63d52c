package auth

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/fault"
)

var cheap = HashConfig{Memory: 64, Passes: 1, Workers: 2, Queue: 2}

func TestAHashProvesItsPasswordAlone(t *testing.T) {
	h := newHasher(cheap)
	one, err := h.make(t.Context(), "tundra violin")
	if err != nil {
		t.Fatal(err)
	}
	two, err := h.make(t.Context(), "tundra violin")
	if err != nil {
		t.Fatal(err)
	}
	if one == two {
		t.Error("the same password has the same hash twice: there is no salt")
	}
	for password, want := range map[string]bool{"tundra violin": true, "tundra violin ": false, "Tundra violin": false, "": false} {
		if ok, err := h.matches(t.Context(), password, one); ok != want || err != nil {
			t.Errorf("%q: %v %v, want %v", password, ok, err, want)
		}
	}
}

func TestCostsStandInTheHash(t *testing.T) {
	for _, c := range []struct {
		config HashConfig
		want   string
	}{
		{HashConfig{}, "$argon2id$v=19$m=19456,t=2,p=1$"}, // OWASP's minimum
		{HashConfig{Memory: 128, Passes: 3, Threads: 2}, "$argon2id$v=19$m=128,t=3,p=2$"},
	} {
		h := newHasher(c.config)
		encoded, err := h.make(t.Context(), "x")
		if err != nil || !strings.HasPrefix(encoded, c.want) || !strings.HasPrefix(h.dummy, c.want) {
			t.Errorf("%q and the dummy %q, want %s…: %v", encoded, h.dummy, c.want, err)
		}
		other := newHasher(cheap)
		if ok, err := other.matches(t.Context(), "x", encoded); !ok || err != nil {
			t.Errorf("a hasher with other costs does not prove it: %v %v", ok, err)
		}
		if !other.outdated(encoded) || h.outdated(encoded) {
			t.Errorf("outdated for others %v, for itself %v", other.outdated(encoded), h.outdated(encoded))
		}
	}
	for _, c := range []HashConfig{{Memory: 65, Passes: 1}, {Memory: 64, Passes: 2}, {Memory: 64, Passes: 1, Threads: 2}} {
		encoded, err := newHasher(c).make(t.Context(), "x")
		if err != nil || !newHasher(cheap).outdated(encoded) {
			t.Errorf("%+v is not outdated (%v)", c, err)
		}
	}
}

// TestAnAccountThatDoesNotExistCostsTheSame: it is hashed with today's costs, and nothing matches, not even what made the dummy.
func TestAnAccountThatDoesNotExistCostsTheSame(t *testing.T) {
	h := newHasher(cheap)
	p, err := parse(h.dummy)
	if err != nil || p.memory != 64 || p.passes != 1 || p.threads != 1 || len(p.sum) != 32 || len(p.salt) != 16 {
		t.Errorf("%+v %v", p, err)
	}
	if ok, err := h.matches(t.Context(), "", ""); ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
	h.dummy, _ = h.make(t.Context(), "x")
	if ok, err := h.matches(t.Context(), "x", ""); ok || err != nil {
		t.Errorf("an account that does not exist was proven: %v %v", ok, err)
	}
}

func TestAHashThatCannotBeReadLetsNobodyIn(t *testing.T) {
	h := newHasher(cheap)
	good, err := h.make(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(good, "$")
	with := func(i int, v string) string {
		p := append([]string(nil), parts...)
		p[i] = v
		return strings.Join(p, "$")
	}
	for _, bad := range []string{
		"x", "$", "$2a$10$abcdefghijklmnopqrstuv", with(0, "x"), with(1, "argon2i"), with(2, "v=18"), with(2, ""), with(3, "m=64,t=1"), with(3, "m=64,t=0,p=1"),
		with(3, "m=64,t=1,p=0"), with(3, "m=64,t=1,p=999"), with(3, "m=-1,t=1,p=1"), with(4, "!"), with(5, "!"), with(5, ""), with(5, "YQ"), good + "$",
	} {
		if ok, err := h.matches(t.Context(), "x", bad); ok || err == nil {
			t.Errorf("%q: %v %v", bad, ok, err)
		}
		if !h.outdated(bad) {
			t.Errorf("%q is not outdated", bad)
		}
	}
}

func TestTheQueueIsBounded(t *testing.T) {
	h := newHasher(HashConfig{Memory: 64, Passes: 1, Workers: 1, Queue: 1})
	leave, err := h.enter(t.Context()) // at work
	if err != nil {
		t.Fatal(err)
	}
	waiting, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { // in line
		if _, err := h.enter(waiting); !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up waiting: %v", err)
		}
	})
	for len(h.line) < 2 {
		time.Sleep(time.Millisecond)
	}
	for _, try := range []func() error{
		func() error { _, err := h.make(t.Context(), "x"); return err },
		func() error { _, err := h.matches(t.Context(), "x", ""); return err },
	} {
		if err := try(); fault.KindOf(err) != fault.Unavailable || fault.As(err).RetryAfter != 2*time.Second {
			t.Errorf("beyond the queue: %v", err)
		}
	}
	cancel()
	wg.Wait()
	leave()
	if _, err := h.make(t.Context(), "x"); err != nil {
		t.Errorf("with the queue empty again: %v", err)
	}
	if len(h.line)+len(h.slots) != 0 {
		t.Errorf("%d in line, %d at work after all have left", len(h.line), len(h.slots))
	}
}
