package cache

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/db/dbtest/servers"
	"intelliwiz/internal/id"
)

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
