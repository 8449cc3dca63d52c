package cache

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/telemetry"
)

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
