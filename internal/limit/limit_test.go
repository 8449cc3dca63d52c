package limit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
	"github.com/throttled/throttled/v2"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/db/dbtest/servers"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/telemetry"
)

var rates = map[Name]Rate{
	SignInSource: {5, time.Minute, 10}, SignInAccount: {5, 15 * time.Minute, 5}, Spray: {20, time.Hour, 20},
	Source: {60, time.Minute, 8}, User: {60, time.Minute, 6}, Token: {60, time.Minute, 4}, Tenant: {60, time.Minute, 20},
}

// world is a limiter with a hand-moved clock, on one store.
type world struct {
	*Limiter
	clock     *clock.Hand
	log       *bytes.Buffer
	refused   []string
	fallbacks atomic.Int64
	mu        sync.Mutex
}

func newWorld(t *testing.T, address string) *world {
	t.Helper()
	w := &world{clock: clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)), log: &bytes.Buffer{}}
	c := Config{Rates: rates, SprayBlock: time.Hour, Now: w.clock.Now, Log: telemetry.NewLog(w.log, nil), Fallback: func() { w.fallbacks.Add(1) },
		Refused: func(rule string) { w.mu.Lock(); w.refused = append(w.refused, rule); w.mu.Unlock() }}
	if address != "" {
		client := redis.NewClient(&redis.Options{Addr: address, DB: 3, ContextTimeoutEnabled: true, MaxRetries: -1, DialTimeout: time.Second})
		t.Cleanup(func() { _ = client.Close() })
		if err := client.FlushDB(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		c.Redis = client
	}
	l, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if address != "" {
		l.shared.(*shared).now = w.clock.Now
		l.patience = 10 * time.Second // the machine may be busy, and these tests are about exact decisions
	}
	w.Limiter = l
	return w
}

// both runs a test on each store.
func both(t *testing.T, test func(t *testing.T, w *world)) {
	t.Run("memory", func(t *testing.T) { test(t, newWorld(t, "")) })
	t.Run("redis", func(t *testing.T) {
		w := newWorld(t, dbtest.Redis(t))
		test(t, w)
		if n := w.fallbacks.Load(); n != 0 {
			t.Errorf("%d decisions were not Redis's", n)
		}
	})
}

var home = netip.MustParseAddr("192.0.2.1")

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

func TestSignInBySource(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		for i := range 10 {
			if d := w.SignIn(t.Context(), home, fmt.Sprint("account ", i)); d.Refused {
				t.Fatalf("attempt %d: %+v", i+1, d)
			}
		}
		d := w.SignIn(t.Context(), home, "account 11")
		if !d.Refused || d.Rule != "sign_in_source" || d.Retry != 12*time.Second {
			t.Errorf("attempt 11: %+v", d)
		}
		f := fault.As(d.Fault())
		if f.Kind != fault.TooMany || f.RetryAfter != 12*time.Second {
			t.Errorf("fault %+v", f)
		}
		if d := w.SignIn(t.Context(), netip.MustParseAddr("192.0.2.2"), "account 11"); d.Refused || d.Fault() != nil {
			t.Errorf("another address: %+v", d)
		}
		if d := w.SignIn(t.Context(), netip.MustParseAddr("::ffff:192.0.2.1"), "account 11"); !d.Refused {
			t.Errorf("the same address, written as IPv6: %+v", d)
		}
		w.clock.Advance(12 * time.Second)
		if d := w.SignIn(t.Context(), home, "account 11"); d.Refused {
			t.Errorf("after the wait: %+v", d)
		}
	})
}

func TestSignInByAccountAndSource(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		for i := range 5 {
			if d := w.SignIn(t.Context(), home, "acme/meera"); d.Refused {
				t.Fatalf("attempt %d: %+v", i+1, d)
			}
		}
		if d := w.SignIn(t.Context(), home, "acme/meera"); !d.Refused || d.Rule != "sign_in_account" || d.Retry != 3*time.Minute {
			t.Errorf("attempt 6: %+v", d)
		}
		if d := w.SignIn(t.Context(), home, "acme/arjun"); d.Refused {
			t.Errorf("another account: %+v", d)
		}
		if d := w.SignIn(t.Context(), netip.MustParseAddr("198.51.100.7"), "acme/meera"); d.Refused {
			t.Errorf("the account is locked for others: %+v", d)
		}
	})
}

func TestSprayingShutsTheAddressOut(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		try := func(account string) Decision {
			w.clock.Advance(12 * time.Second) // as fast as the address may
			d := w.SignIn(t.Context(), home, account)
			if !d.Refused {
				w.SignInFailed(t.Context(), home, account)
			}
			return d
		}
		n := 0
		for ; n < 100; n++ {
			if d := try(fmt.Sprint("person ", n)); d.Refused {
				if d.Rule != "spray" {
					t.Fatalf("refused by %+v", d)
				}
				break
			}
		}
		if n < 21 || n > 23 { // 20 at once, and one more every three minutes
			t.Errorf("shut out after %d accounts", n)
		}
		other := netip.MustParseAddr("198.51.100.7")
		if d := w.SignIn(t.Context(), other, "person 1"); d.Refused {
			t.Errorf("another address: %+v", d)
		}
		w.clock.Advance(58 * time.Minute)
		if d := w.SignIn(t.Context(), home, "person 1"); !d.Refused || d.Retry > 2*time.Minute || d.Retry <= 0 {
			t.Errorf("after 58 minutes: %+v", d)
		}
		w.clock.Advance(2 * time.Minute)
		if d := w.SignIn(t.Context(), home, "person 1"); d.Refused {
			t.Errorf("after an hour: %+v", d)
		}
	})
}

func TestOneForgottenPasswordIsNoSpraying(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		for range 60 {
			w.SignInFailed(t.Context(), home, "meera")
		}
		if d := w.SignIn(t.Context(), home, "meera"); d.Refused {
			t.Errorf("%+v", d)
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

// impatient gives a limiter the time to wait that it has in the product.
func (w *world) impatient() *world { w.patience = patience; return w }

func startRedis(t *testing.T) *servers.Server {
	t.Helper()
	dir, err := servers.Folder()
	if err != nil {
		t.Fatal(err)
	}
	s, err := servers.Redis(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func TestRedisDyingLeavesTheDoorShut(t *testing.T) {
	s := startRedis(t)
	w := newWorld(t, s.URL).impatient()
	for range 3 {
		if w.Take(t.Context(), Token, "a").Refused {
			t.Fatal("refused too early")
		}
	}
	s.Stop()
	// The process counted along: one of four is left, no more.
	var got []bool
	start := time.Now()
	for range 5 {
		got = append(got, w.Take(t.Context(), Token, "a").Refused)
	}
	if diff := cmp.Diff([]bool{false, true, true, true, true}, got); diff != "" {
		t.Error(diff)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("five decisions without Redis took %s", took)
	}
	if n := w.fallbacks.Load(); n != 5 {
		t.Errorf("%d decisions are counted as made here, want 5", n)
	}
	if n := strings.Count(w.log.String(), "this process only"); n != 1 {
		t.Errorf("the outage is logged %d times: %s", n, w.log)
	}
	for range 10 {
		w.SignIn(t.Context(), home, "x")
	}
	if d := w.SignIn(t.Context(), home, "y"); !d.Refused {
		t.Errorf("sign-in without Redis: %+v", d)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	back := time.Now()
	for !strings.Contains(w.log.String(), "shared again") {
		if time.Since(back) > 5*time.Second {
			t.Fatal("Redis is back and not asked")
		}
		w.Take(t.Context(), Token, "b")
		time.Sleep(50 * time.Millisecond)
	}
	before := w.fallbacks.Load()
	w.Take(t.Context(), Token, "c")
	if w.fallbacks.Load() != before {
		t.Error("Redis is back and the process goes on alone")
	}
}

func TestAStuckRedisCostsAMomentOnce(t *testing.T) {
	s := startRedis(t)
	w := newWorld(t, s.URL).impatient()
	w.Take(t.Context(), Token, "a")
	c := redis.NewClient(&redis.Options{Addr: s.URL})
	defer c.Close()
	if err := c.Do(t.Context(), "client", "pause", "3000", "all").Err(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for range 100 {
		w.Take(t.Context(), Token, "a")
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("100 decisions beside a stuck Redis took %s", took)
	}
}

func TestACallerThatLeavesSaysNothingAboutRedis(t *testing.T) {
	w := newWorld(t, dbtest.Redis(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w.Take(ctx, Token, "a")
	if w.log.Len() != 0 || w.down.Load() {
		t.Errorf("log: %s", w.log)
	}
}

func TestRedisHoldsNoNamesAndForgets(t *testing.T) {
	address := dbtest.Redis(t)
	w := newWorld(t, address)
	w.SignIn(t.Context(), home, "acme/meera@example.com")
	w.SignInFailed(t.Context(), home, "acme/meera@example.com")
	c := w.c.Redis
	keys, err := c.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) != 4 {
		t.Fatalf("%v %v", keys, err)
	}
	for _, k := range keys {
		if strings.Contains(k, "meera") || strings.Contains(k, "192.0.2.1") || !strings.HasPrefix(k, redisPrefix) {
			t.Errorf("key %q", k)
		}
		if ttl, err := c.PTTL(t.Context(), k).Result(); err != nil || ttl <= 0 || ttl > time.Hour+time.Second {
			t.Errorf("key %q lives for %s, %v", k, ttl, err)
		}
	}
}

func TestRedisClockIsSharedByDefault(t *testing.T) {
	w := newWorld(t, dbtest.Redis(t))
	w.shared.(*shared).now = nil
	for i := range 5 {
		if d := w.Take(t.Context(), Token, "real time"); d.Refused != (i == 4) {
			t.Errorf("use %d: %+v", i, d)
		}
	}
}

func TestRatesThatAreNoneAreRefused(t *testing.T) {
	for _, r := range []Rate{{}, {1, 0, 1}, {0, time.Second, 1}, {1, time.Second, 0}, {2, 1, 1}, {2, time.Microsecond, 1}} {
		if _, err := New(Config{Rates: map[Name]Rate{User: r}, Now: clock.System()}); err == nil {
			t.Errorf("%+v taken", r)
		}
	}
}

// busy is a store where somebody else is always faster.
type busy struct{ err error }

func (b busy) GetWithTime(context.Context, string) (int64, time.Time, error) {
	return 1, time.Unix(9, 0), b.err
}
func (busy) SetIfNotExistsWithTTL(context.Context, string, int64, time.Duration) (bool, error) {
	return false, nil
}
func (busy) CompareAndSwapWithTTL(context.Context, string, int64, int64, time.Duration) (bool, error) {
	return false, nil
}

func TestWhatCannotBeCountedIsRefused(t *testing.T) {
	w := newWorld(t, "")
	m := w.local.(*memory)
	g, err := throttled.NewGCRARateLimiterCtx(busy{}, throttled.RateQuota{MaxRate: throttled.PerSec(1)})
	if err != nil {
		t.Fatal(err)
	}
	m.rules[User] = g
	if d := w.Take(t.Context(), User, "x"); !d.Refused || d.Fault() == nil {
		t.Errorf("%+v", d)
	}
	b := memory{store: busy{errors.New("away")}}
	if _, err := b.until(t.Context(), "x"); err == nil {
		t.Error("no error")
	}
	if _, err := b.mark(t.Context(), "x", time.Second); err == nil {
		t.Error("no error")
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
