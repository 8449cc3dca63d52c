package limit

import (
	"bytes"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/db/dbtest"
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
