package cache

import (
	"context"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
)

// follower counts its loads in what it loads.
type follower struct {
	*Of[string]
	t      *testing.T
	store  *Store
	tenant id.Tenant
	loads  int
}

func newFollower(t *testing.T) *follower {
	t.Helper()
	s, err := New(Config{Entries: 100, TTL: time.Minute, Now: clock.At(time.Unix(0, 0)).Now})
	if err != nil {
		t.Fatal(err)
	}
	s.stale = time.Hour
	return &follower{Named[string](s, "followed", Options{Followed: true}), t, s, id.New[id.Tenant](), 0}
}

func (f *follower) want(want string) {
	f.t.Helper()
	got, err := f.Get(f.t.Context(), f.tenant, "x", []string{"site"}, func(context.Context) (string, error) {
		f.loads++
		return strings.Repeat("i", f.loads), nil
	})
	if err != nil || got != want {
		f.t.Errorf("%q, want %q (%v)", got, want, err)
	}
}

// TestWhatIsFollowedIsKeptOnlyWhileChangesAreHeardOf: without a sign that other nodes' changes arrive, nothing is kept.
func TestWhatIsFollowedIsKeptOnlyWhileChangesAreHeardOf(t *testing.T) {
	f := newFollower(t)
	f.want("i")
	f.want("ii") // nobody hears
	f.store.Hear()
	f.want("iii")
	f.want("iii")
	f.store.stale = 0
	f.want("iiii")
	if v, ok := f.Peek(f.tenant, "x"); ok {
		t.Errorf("%q is given although a change may have been missed", v)
	}
	f.store.stale = time.Hour
	f.want("iii")
	if v, ok := f.Peek(f.tenant, "x"); !ok || v != "iii" {
		t.Errorf("peeked %q", v)
	}
	if v, ok := f.Peek(id.New[id.Tenant](), "x"); ok {
		t.Errorf("peeked another tenant's %q", v)
	}
	f.store.Apply(f.tenant, "person")
	f.want("iii")
	f.store.Apply(f.tenant, "site")
	f.want("iiiii")
}

// TestWhatBeganBeforeAChangeIsNotKept: the change may be in what was found out, or not.
func TestWhatBeganBeforeAChangeIsNotKept(t *testing.T) {
	f := newFollower(t)
	keep := f.Begin(f.tenant, Everything)
	f.store.Hear()
	keep("early", "v") // begun when nobody heard
	late := f.Begin(f.tenant, Everything)
	late("before", "v")
	f.store.Apply(f.tenant, "site", Everything)
	late("after", "v")
	f.Begin(id.Tenant{}, Everything)("nobody's", "v")
	for _, name := range []string{"early", "before", "after"} {
		if v, ok := f.Peek(f.tenant, name); ok {
			t.Errorf("%s: %q is kept", name, v)
		}
	}
	f.Begin(f.tenant, Everything)("now", "v")
	if _, ok := f.Peek(f.tenant, "now"); !ok {
		t.Error("what was found out after the change is not kept")
	}
}

type large int

func (l large) Size() int { return int(l) }

func TestALargeValueCountsAsMany(t *testing.T) {
	for want, v := range map[uint32]any{1: 5, 3: strings.Repeat("x", 2100), 11: large(10 << 10)} {
		if got := weigh(key{}, entry{value: v}); got != want {
			t.Errorf("a %T counts as %d, want %d", v, got, want)
		}
	}
}
