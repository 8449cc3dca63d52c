package cache

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"intelliwiz/internal/id"
)

// Names in Redis. A value's key has the cache, the version of its form and the tenant; a tag's key holds a nonce that changes
// when the tag is invalidated; the epoch is a tag on everything.
const (
	prefix   = "iw:cache:"
	epochKey = prefix + "epoch"
	channel  = prefix + "changes"
)

const (
	patience = 250 * time.Millisecond // for one answer of Redis
	tagLife  = 2 * maxTTL             // so that a nonce outlives what it ended
)

// shared is what Redis has of a key: the nonces of its tags now, and perhaps a value.
type shared struct {
	known  bool // Redis answered
	nonces []string
	stored stored
}

// stored is a value as Redis keeps it, with the nonces of its tags before it was loaded.
type stored struct {
	Nonces []string        `json:"n"`
	Until  time.Time       `json:"u"`
	Value  json.RawMessage `json:"v"`
}

func valueKey(k key) string {
	return prefix + "v:" + k.cache + ":" + strconv.Itoa(k.version) + ":" + k.tenant.String() + ":" + k.id
}

func tagKey(tenant id.Tenant, name string) string {
	return prefix + "t:" + tenant.String() + ":" + name
}

// fetch reads a value and the nonces of its tags in one step.
func (s *Store) fetch(ctx context.Context, k key, tags []string) shared {
	limited, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	keys := []string{valueKey(k), epochKey, tagKey(k.tenant, "")}
	for _, t := range tags {
		keys = append(keys, tagKey(k.tenant, t))
	}
	got, err := s.c.Redis.MGet(limited, keys...).Result()
	if err != nil {
		s.read(k.cache, "error")
		return shared{}
	}
	out := shared{known: true}
	for _, n := range got[1:] {
		text, _ := n.(string) // nil: never invalidated
		out.nonces = append(out.nonces, text)
	}
	if raw, ok := got[0].(string); ok && json.Unmarshal([]byte(raw), &out.stored) != nil {
		out.stored = stored{} // garbage is no value
	}
	return out
}

// decode gives the value if there is one, it can be read, and none of its tags was invalidated since its load began.
func (f shared) decode(into any) (until time.Time, ok bool) {
	if !f.known || f.stored.Value == nil || !slices.Equal(f.nonces, f.stored.Nonces) {
		return time.Time{}, false
	}
	return f.stored.Until, json.Unmarshal(f.stored.Value, into) == nil
}

// put stores a value with the nonces that were read before its load.
func (s *Store) put(ctx context.Context, k key, found shared, value any, until time.Time, age time.Duration) {
	if !found.known {
		return
	}
	raw, err := json.Marshal(value)
	if err == nil {
		raw, err = json.Marshal(stored{found.nonces, until, raw})
	}
	if err == nil {
		limited, cancel := context.WithTimeout(ctx, s.patience)
		defer cancel()
		err = s.c.Redis.Set(limited, valueKey(k), raw, age).Err()
	}
	if err != nil {
		s.read(k.cache, "error")
	}
}

// announce changes the nonces of tags in Redis and tells the other nodes.
func (s *Store) announce(ctx context.Context, tenant id.Tenant, tags []string) {
	if len(tags) == 0 {
		tags = []string{""}
	}
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.patience)
	defer cancel()
	n := nonce()
	p := s.c.Redis.TxPipeline()
	for _, t := range tags {
		p.Set(limited, tagKey(tenant, t), n, tagLife)
	}
	text, _ := json.Marshal(message{Node: s.node, Tenant: tenant, Tags: tags}) // texts always encode
	p.Publish(limited, channel, text)
	if _, err := p.Exec(limited); err != nil {
		// What Redis holds may be old. Run ends all of it as soon as Redis answers again; until then nobody here reads it.
		s.lost.Add(1)
		s.c.Log.WarnContext(ctx, "an invalidation did not reach redis", "err", err.Error())
	}
}

func nonce() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails: the runtime stops the process instead
	return fmt.Sprintf("%x", b)
}
