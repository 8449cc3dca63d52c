package cache

import (
	"time"

	"intelliwiz/internal/id"
)

// Everything is the tag of values that are old as soon as any record of their tenant changes.
const Everything = "*"

// Hear says that, up to now, every change of a record has been applied here. Without it for a second a Followed cache keeps nothing.
func (s *Store) Hear() { s.told.Store(int64(time.Since(s.began))) }

// hears says that what this cache keeps can be trusted.
func (c *Of[T]) hears() bool {
	return !c.o.Followed || time.Since(c.s.began)-time.Duration(c.s.told.Load()) < c.s.stale
}

// Peek gives the value of a key when it is kept.
func (c *Of[T]) Peek(tenant id.Tenant, name string) (v T, ok bool) {
	if !c.hears() {
		return v, false
	}
	k := key{c.name, c.o.Version, tenant, name}
	e, ok := c.s.local.GetIfPresent(k)
	if !ok || !c.s.usable(k, e) {
		return v, false
	}
	if v, ok = e.value.(T); ok {
		c.s.read(c.name, "hit")
	}
	return v, ok
}

// Begin is called before a value is found out that depends on what the tags stand for; the function that it gives keeps the value.
func (c *Of[T]) Begin(tenant id.Tenant, tags ...string) (keep func(name string, v T)) {
	if !c.hears() || tenant.IsZero() {
		return func(string, T) {}
	}
	st := c.s.gens.stamp(tenant, tags)
	return func(name string, v T) {
		c.s.read(c.name, "load")
		if k := (key{c.name, c.o.Version, tenant, name}); c.s.gens.current(st, tenant, tags) {
			c.s.local.Set(k, entry{v, tags, st, c.s.c.Now().Add(c.s.age(k, c.o.TTL)), true})
		}
	}
}
