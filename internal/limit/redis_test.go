package limit

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/db/dbtest/servers"
)

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
