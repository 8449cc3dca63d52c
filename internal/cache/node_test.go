package cache

import (
	"bytes"
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/telemetry"
)

type thing struct {
	Name string
	N    int
}

// node is one process.
type node struct {
	*Store
	clock  *clock.Hand
	log    *safeBuffer
	things *Of[thing]
	loads  atomic.Int64
	mu     sync.Mutex
	reads  map[string]int
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}
func (s *safeBuffer) String() string { s.mu.Lock(); defer s.mu.Unlock(); return s.b.String() }

func newNode(t *testing.T, address string) *node {
	t.Helper()
	return startNode(t, address, false)
}

// startNode starts one; strict gives Redis as little time as the product does.
func startNode(t *testing.T, address string, strict bool) *node {
	t.Helper()
	n := &node{clock: clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)), log: &safeBuffer{}, reads: map[string]int{}}
	c := Config{Entries: 1000, TTL: time.Minute, Now: n.clock.Now, Log: telemetry.NewLog(n.log, nil),
		Read: func(cache, result string) { n.mu.Lock(); n.reads[cache+" "+result]++; n.mu.Unlock() }}
	if address != "" {
		client, err := Dial(telemetry.Hide("redis://" + address + "/4"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Close() })
		c.Redis = client
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if !strict {
		s.patience, s.stale = 10*time.Second, 10*time.Second // the machine may be busy, and most tests are about exact answers
	}
	n.Store, n.things = s, Named[thing](s, "thing", Options{Version: 1})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	n.await(t, func() bool { return s.fresh() })
	return n
}

func (n *node) await(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain; log: %s", n.log)
		}
	}
}

// get reads a thing whose loader counts and gives value.
func (n *node) get(t *testing.T, tenant id.Tenant, name, value string, tags ...string) string {
	t.Helper()
	v, err := n.things.Get(t.Context(), tenant, name, tags, func(context.Context) (thing, error) {
		n.loads.Add(1)
		return thing{value, 7}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return v.Name
}

func flush(t *testing.T) string {
	t.Helper()
	address := dbtest.Redis(t)
	c := redis.NewClient(&redis.Options{Addr: address, DB: 4})
	defer c.Close()
	if err := c.FlushDB(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	return address
}

// both runs a test without and with Redis: the answers must be the same.
func both(t *testing.T, test func(t *testing.T, n *node)) {
	t.Run("memory", func(t *testing.T) { test(t, newNode(t, "")) })
	t.Run("redis", func(t *testing.T) { test(t, newNode(t, flush(t))) })
}
