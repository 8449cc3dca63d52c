package cache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/db/dbtest/servers"
	"intelliwiz/internal/fault"
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

func TestBothKindsAnswerAlike(t *testing.T) {
	a, b := id.New[id.Tenant](), id.New[id.Tenant]()
	both(t, func(t *testing.T, n *node) {
		want := func(step string, got, value string, loads int64) {
			t.Helper()
			if got != value || n.loads.Load() != loads {
				t.Errorf("%s: %q after %d loads, want %q after %d", step, got, n.loads.Load(), value, loads)
			}
		}
		want("first", n.get(t, a, "x", "one", "site"), "one", 1)
		want("again", n.get(t, a, "x", "two", "site"), "one", 1)
		want("another key", n.get(t, a, "y", "y", "grant"), "y", 2)
		want("another tenant", n.get(t, b, "x", "foreign", "site"), "foreign", 3)
		n.Invalidate(t.Context(), a, "grant")
		want("another tag ended", n.get(t, a, "x", "two", "site"), "one", 3)
		n.Invalidate(t.Context(), b, "site")
		want("the other tenant's tag ended", n.get(t, a, "x", "two", "site"), "one", 3)
		n.Invalidate(t.Context(), a, "site", "person")
		want("its tag ended", n.get(t, a, "x", "two", "site"), "two", 4)
		n.Invalidate(t.Context(), a)
		want("the tenant ended", n.get(t, a, "x", "three", "site"), "three", 5)
		want("the other tenant did not", n.get(t, b, "x", "foreign 2", "site"), "foreign 2", 6) // its own tag had ended
		n.clock.Advance(53 * time.Second)
		want("young", n.get(t, a, "x", "four", "site"), "three", 6)
		n.clock.Advance(8 * time.Second)
		want("too old", n.get(t, a, "x", "four", "site"), "four", 7)
	})
}

func TestManyAskOneLoads(t *testing.T) {
	tenant := id.New[id.Tenant]()
	both(t, func(t *testing.T, n *node) {
		release := make(chan struct{})
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				v, err := n.things.Get(t.Context(), tenant, "x", nil, func(context.Context) (thing, error) {
					n.loads.Add(1)
					<-release
					return thing{"one", 1}, nil
				})
				if v.Name != "one" || err != nil {
					t.Errorf("%v %v", v, err)
				}
			})
		}
		time.Sleep(50 * time.Millisecond)
		close(release)
		wg.Wait()
		if got := n.loads.Load(); got != 1 {
			t.Errorf("%d loads", got)
		}
	})
}

func TestALoadThatBeganBeforeAnInvalidationDoesNotStay(t *testing.T) {
	tenant := id.New[id.Tenant]()
	both(t, func(t *testing.T, n *node) {
		begun, release := make(chan struct{}), make(chan struct{})
		old := make(chan string)
		go func() {
			v, _ := n.things.Get(t.Context(), tenant, "x", []string{"site"}, func(context.Context) (thing, error) {
				close(begun)
				<-release
				return thing{"old", 0}, nil
			})
			old <- v.Name
		}()
		<-begun
		n.Invalidate(t.Context(), tenant, "site")
		if got := n.get(t, tenant, "x", "new", "site"); got != "new" {
			t.Errorf("who asked after the change joined the load before it: %q", got)
		}
		close(release)
		<-old
		if got := n.get(t, tenant, "x", "newer", "site"); got != "new" {
			t.Errorf("the old load replaced the new value: %q", got)
		}
	})
}

func TestErrorsAndPanicsAreNotKept(t *testing.T) {
	tenant := id.New[id.Tenant]()
	both(t, func(t *testing.T, n *node) {
		cause := fault.Missing("site")
		_, err := n.things.Get(t.Context(), tenant, "x", nil, func(context.Context) (thing, error) { return thing{}, cause })
		if !errors.Is(err, cause) {
			t.Errorf("got %v", err)
		}
		_, err = n.things.Get(t.Context(), tenant, "x", nil, func(context.Context) (thing, error) { panic("boom") })
		if fault.KindOf(err) != fault.Internal || !strings.Contains(err.Error(), "boom") {
			t.Errorf("a panic gave %v", err)
		}
		if got := n.get(t, tenant, "x", "good"); got != "good" {
			t.Errorf("got %q", got)
		}
	})
}

func TestACallerThatLeavesDoesNotEndTheLoad(t *testing.T) {
	n := newNode(t, "")
	tenant := id.New[id.Tenant]()
	ctx, leave := context.WithCancel(t.Context())
	begun, release := make(chan struct{}), make(chan struct{})
	go func() { <-begun; leave() }()
	_, err := n.things.Get(ctx, tenant, "x", nil, func(ctx context.Context) (thing, error) {
		close(begun)
		<-release
		return thing{"one", 1}, ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(release)
	if got := n.get(t, tenant, "x", "two"); got != "one" {
		t.Errorf("the load was lost: %q", got)
	}
}

func TestAKeyNeedsItsTenant(t *testing.T) {
	n := newNode(t, "")
	_, err := n.things.Get(t.Context(), id.Tenant{}, "x", nil, func(context.Context) (thing, error) { return thing{}, nil })
	if fault.KindOf(err) != fault.Internal {
		t.Errorf("got %v", err)
	}
	who := Named[string](n.Store, "session", Options{Installation: true, Local: true})
	get := func(value string) string {
		v, err := who.Get(t.Context(), id.Tenant{}, "hash", []string{"person 1"}, func(context.Context) (string, error) { return value, nil })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if get("meera") != "meera" || get("other") != "meera" {
		t.Error("not kept")
	}
	n.Invalidate(t.Context(), id.Tenant{}, "person 1")
	if got := get("nobody"); got != "nobody" {
		t.Errorf("got %q", got)
	}
}

func TestNodesShareValuesAndInvalidations(t *testing.T) {
	address := flush(t)
	one, two := newNode(t, address), newNode(t, address)
	tenant := id.New[id.Tenant]()
	one.get(t, tenant, "x", "first", "site")
	if got := two.get(t, tenant, "x", "second", "site"); got != "first" || two.loads.Load() != 0 || two.reads["thing shared"] != 1 {
		t.Errorf("the second node got %q after %d loads, %v", got, two.loads.Load(), two.reads)
	}
	if got := two.get(t, tenant, "x", "second", "site"); got != "first" || two.reads["thing hit"] != 1 {
		t.Errorf("the second node's own copy: %q, %v", got, two.reads)
	}
	start := time.Now()
	one.Invalidate(t.Context(), tenant, "site")
	two.await(t, func() bool { return two.get(t, tenant, "x", "second", "site") == "second" })
	if took := time.Since(start); took > time.Second {
		t.Errorf("an invalidation took %s", took)
	}
	if got := one.get(t, tenant, "x", "third", "site"); got != "second" {
		t.Errorf("the first node got %q", got)
	}
	local := func(n *node) string {
		c := Named[thing](n.Store, "own", Options{Local: true})
		v, _ := c.Get(t.Context(), tenant, "x", nil, func(context.Context) (thing, error) { return thing{n.node, 0}, nil })
		return v.Name
	}
	if local(one) == local(two) {
		t.Error("a local value was shared")
	}
	next := Named[thing](two.Store, "thing", Options{Version: 2})
	v, _ := next.Get(t.Context(), tenant, "x", []string{"site"}, func(context.Context) (thing, error) { return thing{"new form", 0}, nil })
	if v.Name != "new form" {
		t.Errorf("a value of another version was read: %v", v)
	}
}

func TestGarbageInRedisIsAMiss(t *testing.T) {
	n := newNode(t, flush(t))
	tenant := id.New[id.Tenant]()
	k := valueKey(key{"thing", 1, tenant, "x"})
	if !strings.Contains(k, tenant.String()) {
		t.Errorf("key %s lacks the tenant", k)
	}
	until := `"u":"2099-01-01T00:00:00Z"`
	for i, garbage := range []string{"", "{", "null", "17", `{"n":[],"v":{}}`, `{"n":["",""],` + until + `,"v":"text"}`, `{"n":["",""],` + until + `,"v":{"Name":5}}`, "\x00\xff"} {
		if err := n.c.Redis.Set(t.Context(), k, garbage, time.Minute).Err(); err != nil {
			t.Fatal(err)
		}
		n.gens.drop()
		value := fmt.Sprint("loaded ", i)
		if got := n.get(t, tenant, "x", value); got != value {
			t.Errorf("%q gave %q", garbage, got)
		}
	}
	// What is well formed is read: the test would see garbage that is not.
	if err := n.c.Redis.Set(t.Context(), k, `{"n":["",""],`+until+`,"v":{"Name":"planted"}}`, time.Minute).Err(); err != nil {
		t.Fatal(err)
	}
	n.gens.drop()
	if got := n.get(t, tenant, "x", "loaded"); got != "planted" {
		t.Errorf("got %q", got)
	}
	ttl, err := n.c.Redis.PTTL(t.Context(), k).Result()
	if err != nil || ttl <= 0 {
		t.Errorf("a value without an end: %s %v", ttl, err)
	}
}

func TestRedisDyingMeansLoadingAndNothingOldAfterwards(t *testing.T) {
	dir, err := servers.Folder()
	if err != nil {
		t.Fatal(err)
	}
	server, err := servers.Redis(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() })
	n, other := startNode(t, server.URL, true), startNode(t, server.URL, true)
	tenant := id.New[id.Tenant]()
	n.get(t, tenant, "x", "one", "site")
	other.get(t, tenant, "x", "one", "site")
	server.Stop()
	for i := range 20 {
		start := time.Now()
		value := fmt.Sprint("load ", i)
		if got := n.get(t, tenant, "y", value); got != value && i == 0 {
			t.Errorf("got %q", got)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("a read without Redis took %s", took)
		}
	}
	// The other node cannot be told any more, so soon nobody uses what they keep.
	n.await(t, func() bool { return !n.fresh() && !other.fresh() })
	if got := other.get(t, tenant, "x", "two", "site"); got != "two" {
		t.Errorf("a node that hears nothing gave %q", got)
	}
	n.Invalidate(t.Context(), tenant, "site")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	n.await(t, func() bool { return n.fresh() && other.fresh() })
	if got := n.get(t, tenant, "x", "three", "site"); got != "three" {
		t.Errorf("after Redis came back: %q", got)
	}
	if got := n.get(t, tenant, "x", "four", "site"); got != "three" {
		t.Errorf("Redis is back and nothing is kept: %q", got)
	}
	if log := n.log.String(); strings.Count(log, "redis does not answer") != 1 || strings.Count(log, "redis answers") != 1 {
		t.Errorf("log: %s", log)
	}
}

func TestALostInvalidationEndsEverythingOnEveryNode(t *testing.T) {
	address := flush(t)
	n, other := newNode(t, address), newNode(t, address)
	tenant := id.New[id.Tenant]()
	n.get(t, tenant, "x", "one", "site")
	other.get(t, tenant, "x", "one", "site")
	n.lost.Add(1) // as announce leaves it when Redis did not take the message
	if n.fresh() {
		t.Error("what is in doubt is used")
	}
	n.await(t, n.fresh)
	if got := n.get(t, tenant, "x", "two", "site"); got != "two" {
		t.Errorf("an old value of Redis was used: %q", got)
	}
	other.await(t, func() bool { return other.get(t, tenant, "x", "three", "site") == "two" })
}

func TestAnnounceThatFailsLeavesDoubt(t *testing.T) {
	n := newNode(t, flush(t))
	n.announceTo(t)
}

func (n *node) announceTo(t *testing.T) {
	_ = n.c.Redis.Close()
	n.Invalidate(t.Context(), id.New[id.Tenant](), "site")
	if n.lost.Load() != 1 || !strings.Contains(n.log.String(), "did not reach redis") {
		t.Errorf("lost %d, log %s", n.lost.Load(), n.log)
	}
}

func TestMessagesOfOthers(t *testing.T) {
	s, err := New(Config{Entries: 10, TTL: time.Second, Now: clock.System()})
	if err != nil {
		t.Fatal(err)
	}
	tenant := id.New[id.Tenant]()
	for _, c := range []struct {
		name string
		m    any
		ends bool
	}{
		{"its own", &redis.Message{Payload: `{"node":"` + s.node + `","tenant":"` + tenant.String() + `","tags":["site"]}`}, false},
		{"another tag", &redis.Message{Payload: `{"node":"o","tenant":"` + tenant.String() + `","tags":["person"]}`}, false},
		{"the tag", &redis.Message{Payload: `{"node":"o","tenant":"` + tenant.String() + `","tags":["site"]}`}, true},
		{"the tenant", &redis.Message{Payload: `{"node":"o","tenant":"` + tenant.String() + `","tags":[""]}`}, true},
		{"everything", &redis.Message{Payload: `{"node":"o","all":true}`}, true},
		{"nonsense", &redis.Message{Payload: `?`}, true},
		{"subscribed anew", &redis.Subscription{}, true},
		{"a sign of life", &redis.Pong{}, false},
	} {
		st := s.gens.stamp(tenant, []string{"site"})
		s.hear(c.m)
		if ended := !s.gens.current(st, tenant, []string{"site"}); ended != c.ends {
			t.Errorf("%s: ended %v", c.name, ended)
		}
	}
}

func TestInvalidationsAreBounded(t *testing.T) {
	g := newGenerations()
	tenant := id.New[id.Tenant]()
	st := g.stamp(tenant, []string{"x"})
	for i := range maxTags + 1 {
		g.bump(tenant, []string{fmt.Sprint(i)})
	}
	if len(g.of) > maxTags || g.current(st, tenant, []string{"x"}) {
		t.Errorf("%d tags are remembered", len(g.of))
	}
}

func TestValuesDoNotEndAllAtOnce(t *testing.T) {
	n := newNode(t, "")
	tenant := id.New[id.Tenant]()
	seen := map[time.Duration]bool{}
	for i := range 200 {
		age := n.age(key{"thing", 1, tenant, fmt.Sprint(i)}, time.Minute)
		if age > time.Minute || age < 54*time.Second {
			t.Errorf("age %s", age)
		}
		seen[age] = true
	}
	if len(seen) < 100 {
		t.Errorf("only %d different ages", len(seen))
	}
	if o := Named[int](n.Store, "i", Options{TTL: time.Hour}).o; o.TTL != time.Minute {
		t.Errorf("longer than the store allows: %s", o.TTL)
	}
}

func TestWrongConfigurations(t *testing.T) {
	for _, c := range []Config{{}, {Entries: 1}, {Entries: 1, TTL: 25 * time.Hour}, {TTL: time.Second}} {
		if _, err := New(c); err == nil {
			t.Errorf("%+v taken", c)
		}
	}
	if _, err := Dial(telemetry.Hide("http://user:canary@h")); err == nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("got %v", err)
	}
}

func TestNothingRunsAfterRun(t *testing.T) {
	address := flush(t)
	before := goleak.IgnoreCurrent()
	t.Run("nodes", func(t *testing.T) {
		newNode(t, "").get(t, id.New[id.Tenant](), "x", "y")
		newNode(t, address).get(t, id.New[id.Tenant](), "x", "y")
	})
	goleak.VerifyNone(t, before)
}

func BenchmarkHit(b *testing.B) {
	s, _ := New(Config{Entries: 1000, TTL: time.Minute, Now: clock.System()})
	c := Named[thing](s, "thing", Options{})
	tenant := id.New[id.Tenant]()
	tags := []string{"site", "unit"}
	for b.Loop() {
		_, _ = c.Get(b.Context(), tenant, "x", tags, func(context.Context) (thing, error) { return thing{}, nil })
	}
}

func TestAMessageMissedWhileSubscribingAnewIsMadeUpFor(t *testing.T) {
	address := flush(t)
	n, other := newNode(t, address), newNode(t, address)
	tenant := id.New[id.Tenant]()
	other.get(t, tenant, "x", "one", "site")
	if err := n.c.Redis.Do(t.Context(), "client", "kill", "type", "pubsub").Err(); err != nil {
		t.Fatal(err)
	}
	n.Invalidate(t.Context(), tenant, "site")
	other.await(t, func() bool { return other.get(t, tenant, "x", "two", "site") == "two" })
}
