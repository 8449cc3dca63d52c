package cache

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
)

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
