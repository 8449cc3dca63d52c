package limit

import (
	"math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
)

func TestBothStoresDecideAlike(t *testing.T) {
	type step struct {
		after        time.Duration
		key          string
		refused      bool
		left         int
		reset, retry time.Duration
	}
	sec := time.Second
	// 60 a minute, 4 at once.
	table := []step{
		{0, "a", false, 3, 1 * sec, 0}, {0, "a", false, 2, 2 * sec, 0}, {0, "b", false, 3, 1 * sec, 0}, {0, "a", false, 1, 3 * sec, 0}, {0, "a", false, 0, 4 * sec, 0},
		{0, "a", true, 0, 4 * sec, 1 * sec}, {500 * time.Millisecond, "a", true, 0, 3500 * time.Millisecond, 500 * time.Millisecond},
		{500 * time.Millisecond, "a", false, 0, 4 * sec, 0}, {0, "a", true, 0, 4 * sec, 1 * sec}, {2 * sec, "a", false, 1, 3 * sec, 0},
		{24 * time.Hour, "a", false, 3, 1 * sec, 0}, {0, "b", false, 3, 1 * sec, 0},
	}
	both(t, func(t *testing.T, w *world) {
		for i, s := range table {
			w.clock.Advance(s.after)
			want := Decision{"token", s.refused, 4, s.left, 4 * sec, s.reset, s.retry}
			if diff := cmp.Diff(want, w.Take(t.Context(), Token, s.key)); diff != "" {
				t.Errorf("step %d: %s", i, diff)
			}
		}
		if d := w.Take(t.Context(), "no such rule", "a"); d != (Decision{}) {
			t.Errorf("a rule that nobody made: %+v", d)
		}
		if diff := cmp.Diff([]string{"token", "token", "token"}, w.refused); diff != "" {
			t.Error(diff)
		}
	})
}

func TestBothStoresDecideAlikeOnAnyPath(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	for _, r := range []Rate{{7, time.Minute, 3}, {1, time.Hour, 1}, {1000, time.Second, 50}, {3, time.Second, 2}} {
		rates := map[Name]Rate{User: r}
		first, second := newWorld(t, ""), newWorld(t, dbtest.Redis(t))
		local, err := newMemory(rates, first.clock.Now)
		if err != nil {
			t.Fatal(err)
		}
		remote := &shared{second.c.Redis, rates, first.clock.Now}
		for i := range 300 {
			first.clock.Advance(time.Duration(chance.Int64N(int64(2 * r.interval()))).Truncate(time.Microsecond))
			key := string(rune('a' + chance.IntN(2)))
			a, errA := local.take(t.Context(), User, key)
			b, errB := remote.take(t.Context(), User, key)
			if diff := cmp.Diff(a, b); diff != "" || errA != nil || errB != nil {
				t.Fatalf("%+v, step %d: %s%v %v", r, i, diff, errA, errB)
			}
		}
	}
}

func TestParallelUseOfOneKeyIsExact(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		var allowed atomic.Int64
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				if !w.Take(t.Context(), Tenant, "one").Refused {
					allowed.Add(1)
				}
			})
		}
		wg.Wait()
		if n := allowed.Load(); n != 20 {
			t.Errorf("%d allowed, want 20", n)
		}
	})
}

func TestCallerIsHeldByTokenPersonAndTenant(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		tenant, person := id.New[id.Tenant](), id.New[id.Person]()
		browser := actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: person})
		token := actor.New(actor.Facts{Kind: actor.Token, Tenant: tenant, Person: person, Token: id.New[id.Token]()})
		if d := w.Caller(t.Context(), actor.New(actor.Facts{Tenant: tenant})); d.Rule != "" {
			t.Errorf("a visitor: %+v", d)
		}
		if d := w.Caller(t.Context(), token); d.Rule != "token" || d.Remaining != 3 || d.Limit != 4 {
			t.Errorf("with a token: %+v", d)
		}
		if d := w.Caller(t.Context(), browser); d.Rule != "user" || d.Remaining != 4 {
			t.Errorf("the same person in a browser: %+v", d)
		}
		for range 4 {
			if d := w.Caller(t.Context(), browser); d.Refused {
				t.Fatalf("%+v", d)
			}
		}
		if d := w.Caller(t.Context(), browser); !d.Refused || d.Rule != "user" {
			t.Errorf("over the person's: %+v", d)
		}
		if d := w.Caller(t.Context(), token); !d.Refused || d.Rule != "user" {
			t.Errorf("a token does not double what a person may: %+v", d)
		}
		for i := range 30 {
			another := actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: id.New[id.Person]()})
			if d := w.Caller(t.Context(), another); d.Refused {
				if d.Rule != "tenant" || i < 8 {
					t.Errorf("person %d: %+v", i, d)
				}
				return
			}
		}
		t.Error("the tenant's rate never held")
	})
}

func TestRequestsByAddress(t *testing.T) {
	w := newWorld(t, "")
	a, b := netip.MustParseAddr("2001:db8:1:2::1"), netip.MustParseAddr("2001:db8:1:2:ffff::9%eth0")
	for range 8 {
		w.Request(t.Context(), a)
	}
	if d := w.Request(t.Context(), b); !d.Refused {
		t.Errorf("two addresses of one IPv6 network are two sources: %+v", d)
	}
	if d := w.Request(t.Context(), netip.MustParseAddr("2001:db8:1:3::1")); d.Refused {
		t.Errorf("the next network: %+v", d)
	}
	if d := w.Request(t.Context(), netip.Addr{}); d.Refused || d.Remaining != 7 {
		t.Errorf("no address: %+v", d)
	}
}

func TestRatesThatAreNoneAreRefused(t *testing.T) {
	for _, r := range []Rate{{}, {1, 0, 1}, {0, time.Second, 1}, {1, time.Second, 0}, {2, 1, 1}, {2, time.Microsecond, 1}} {
		if _, err := New(Config{Rates: map[Name]Rate{User: r}, Now: clock.System()}); err == nil {
			t.Errorf("%+v taken", r)
		}
	}
}

func BenchmarkTake(b *testing.B) {
	l, err := New(Config{Rates: map[Name]Rate{User: {1_000_000, time.Second, 1_000_000_000}}, Now: clock.System()})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		l.Take(b.Context(), User, "x")
	}
}
