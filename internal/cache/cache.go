// Package cache keeps what is read often and changes seldom: in the process, and in a Redis that several nodes share when there
// is one. A value carries tags; whoever changes what a tag stands for invalidates it after the commit, and no load that began
// before can bring the old value back. A cache is never the only copy: without Redis, with a Redis that dies, and with garbage
// in it, the answers are the same, only slower. Every key carries its tenant.
package cache

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/singleflight"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/telemetry"
)

// Config is what a Store needs.
type Config struct {
	Entries int                                     // values kept in the process; a large one counts as one for every KiB
	TTL     time.Duration                           // age at which a value is loaded anew, shortened by up to a tenth so that not all end at once
	Redis   redis.UniversalClient                   // nil = this process only
	Now     clock.Now                               // for ages
	Log     *slog.Logger                            // told when Redis goes and comes
	Read    func(cache, result string)              // told of every read: hit, shared (from Redis), load; and error (of Redis); nil = nobody
	Hit     func(ctx context.Context, cache string) // told of what a caller was spared, for its trace; nil = nobody
}

// maxTTL is the greatest age: what Redis remembers of invalidations must outlive it.
const maxTTL = 24 * time.Hour

// loadTime bounds a load: it serves several callers, so no single one's deadline does.
const loadTime = 15 * time.Second

// Store holds the values of all caches of a process.
type Store struct {
	c       Config
	local   *otter.Cache[key, entry]
	gens    *generations
	flights singleflight.Group
	seed    maphash.Seed

	node  string       // names this process in messages to the others
	heard atomic.Int64 // when Redis was last heard by Run, nanoseconds since began
	began time.Time
	lost  atomic.Int64 // invalidations that did not reach Redis
	told  atomic.Int64 // when Hear last said that no change is unknown here, nanoseconds since began

	patience time.Duration // for one answer of Redis
	stale    time.Duration // without a sign of life for so long, an invalidation may have been missed
}

type key struct {
	cache   string
	version int
	tenant  id.Tenant
	id      string
}

type entry struct {
	value any
	tags  []string
	stamp stamp
	until time.Time
	alone bool // Redis has no part in it
}

// weigh says as how many values one counts: a text, or what says its Size, as one for every KiB.
func weigh(_ key, e entry) uint32 {
	size := 0
	switch v := e.value.(type) {
	case string:
		size = len(v)
	case interface{ Size() int }:
		size = v.Size()
	}
	return uint32(1 + size>>10)
}

// New makes a Store. With Redis its Run must run; until it does, everything is loaded.
func New(c Config) (*Store, error) {
	if c.Entries < 1 || c.TTL <= 0 || c.TTL > maxTTL {
		return nil, errors.New("a cache needs a positive number of entries and an age of up to a day")
	}
	local, err := otter.New(&otter.Options[key, entry]{MaximumWeight: uint64(c.Entries), Weigher: weigh, ExpiryCalculator: otter.ExpiryWriting[key, entry](2 * c.TTL), Logger: &otter.NoopLogger{}})
	if err != nil {
		return nil, fmt.Errorf("make the cache: %w", err)
	}
	s := &Store{c: c, local: local, gens: newGenerations(), seed: maphash.MakeSeed(), node: nonce(), began: time.Now(), patience: patience, stale: stale}
	s.heard.Store(-int64(time.Hour))
	s.told.Store(-int64(time.Hour))
	return s, nil
}

// Options are what one cache has of its own.
type Options struct {
	Version      int           // of the value's form; raise it when the type changes, so that nodes of two releases do not read each other's
	TTL          time.Duration // 0 = the store's; never longer than that
	Local        bool          // values do not encode as JSON, or are nobody else's: they stay in the process
	Installation bool          // values belong to no tenant (who a session is, before its tenant is known)
	Followed     bool          // Local, and old as soon as another node changes a record: kept only while Hear says that this process hears of that
}

// Of is a cache of values of one type. What Get gives is shared by its callers: nobody changes it.
type Of[T any] struct {
	s    *Store
	name string
	o    Options
}

// Named makes the cache of a name within a store.
func Named[T any](s *Store, name string, o Options) *Of[T] {
	if o.TTL <= 0 || o.TTL > s.c.TTL {
		o.TTL = s.c.TTL
	}
	return &Of[T]{s, name, o}
}

// errNoTenant is a defect of the caller: a value without a tenant could be shown to another.
var errNoTenant = errors.New("a cache key has no tenant")

// Get gives the value of a key of a tenant, from the cache or from load, which runs once however many ask. Invalidating one of the
// tags, or the tenant, ends the value. An error of load is given to all who wait for it and is not kept. The context ends the
// waiting, not the load.
func (c *Of[T]) Get(ctx context.Context, tenant id.Tenant, name string, tags []string, load func(context.Context) (T, error)) (T, error) {
	var none T
	if tenant.IsZero() && !c.o.Installation {
		return none, fault.As(errNoTenant)
	}
	if db.Joined(ctx) || !c.hears() { // what may yet be taken back is nobody else's; what may be old is nobody's
		return load(ctx)
	}
	s, k := c.s, key{c.name, c.o.Version, tenant, name}
	if e, ok := s.local.GetIfPresent(k); ok && s.usable(k, e) {
		if v, ok := e.value.(T); ok {
			s.read(c.name, "hit")
			if s.c.Hit != nil {
				s.c.Hit(ctx, c.name)
			}
			return v, nil
		}
	}
	st := s.gens.stamp(tenant, tags)
	// The stamp is part of the flight's name: who comes after an invalidation does not join a load that began before it.
	flight := fmt.Sprintf("%s\x00%s\x00%s\x00%v", c.name, tenant, name, st)
	done := s.flights.DoChan(flight, func() (any, error) {
		away, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTime)
		defer cancel()
		return c.fill(away, k, tags, st, load)
	})
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case r := <-done:
		if r.Err != nil {
			return none, r.Err
		}
		v, _ := r.Val.(T) // fill gives a T
		return v, nil
	}
}

// fill finds a value that the process does not have: in Redis, or by load.
func (c *Of[T]) fill(ctx context.Context, k key, tags []string, st stamp, load func(context.Context) (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil { // in the group's goroutine a panic would end the process
			err = fault.As(fmt.Errorf("loading %s panicked: %v", k.cache, p))
		}
	}()
	ctx, span := telemetry.Child(ctx, "cache "+c.name)
	defer func() { span.End(string(fault.KindOf(err))) }()
	s := c.s
	var found shared
	usesRedis := !c.o.Local && !c.o.Followed && s.c.Redis != nil && s.fresh()
	if usesRedis {
		found = s.fetch(ctx, k, tags)
		if until, ok := found.decode(&v); ok && s.c.Now().Before(until) {
			s.local.Set(k, entry{v, tags, st, until, false})
			s.read(c.name, "shared")
			return v, nil
		}
		v = *new(T)
	}
	if v, err = load(ctx); err != nil {
		return v, err
	}
	s.read(c.name, "load")
	if !s.gens.current(st, k.tenant, tags) {
		return v, nil // old by now: right for who asked before the change, and for nobody else
	}
	age := s.age(k, c.o.TTL)
	until := s.c.Now().Add(age)
	s.local.Set(k, entry{v, tags, st, until, c.o.Followed})
	if usesRedis {
		s.put(ctx, k, found, v, until, age)
	}
	return v, nil
}

// usable says that a value of the process may be given: young enough, not invalidated, and, with Redis, sure to have heard of
// what other nodes invalidated.
func (s *Store) usable(k key, e entry) bool {
	return (e.alone || s.fresh()) && s.c.Now().Before(e.until) && s.gens.current(e.stamp, k.tenant, e.tags)
}

// age spreads the ends of values that were loaded together: by up to a tenth, each key by its own part.
func (s *Store) age(k key, ttl time.Duration) time.Duration {
	part := maphash.Comparable(s.seed, k) % 1000
	return ttl - ttl*time.Duration(part)/10_000
}

func (s *Store) read(cache, result string) {
	if s.c.Read != nil {
		s.c.Read(cache, result)
	}
}

// Invalidate ends every value of a tenant that has one of the tags, on all nodes; without a tag, every value of the tenant. Call
// it after the commit. Values of an Installation cache are those of the zero tenant.
func (s *Store) Invalidate(ctx context.Context, tenant id.Tenant, tags ...string) {
	s.Apply(tenant, tags...)
	if s.c.Redis != nil {
		s.announce(ctx, tenant, tags)
		s.Apply(tenant, tags...) // again: between the two, somebody here may have fetched the old value from Redis
	}
}

// Apply is Invalidate for this process only, for who learns of other nodes' changes by another way than Redis.
func (s *Store) Apply(tenant id.Tenant, tags ...string) { s.gens.bump(tenant, tags) }
