package cache

import (
	"context"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Tag is the tag of one record: of values that are old when it changes. The noun alone is that of any record of its kind.
func Tag(noun string, record id.Any) string {
	b := record.Bytes()
	return noun + ":" + string(b[:])
}

// Hear says that, up to now, every change of a record has been applied here. Without it for a second a Followed cache keeps nothing.
func (s *Store) Hear() { s.told.Store(int64(time.Since(s.began))) }

// hears says that what this cache keeps can be trusted.
func (c *Of[T]) hears() bool {
	return !c.o.Followed || time.Since(c.s.began)-time.Duration(c.s.told.Load()) < c.s.stale
}

// Ref is a record that something of is kept.
type Ref struct {
	Noun string
	ID   id.Any
}

// Many gives the values of several records, from the cache or from load, which is called at most once, with those that are missing. What
// load does not find is absent, and is asked for again the next time. The cache must be a Followed one.
func (c *Of[T]) Many(ctx context.Context, tenant id.Tenant, records []Ref, load func(ctx context.Context, missing []Ref) (map[Ref]T, error)) (map[Ref]T, error) {
	if tenant.IsZero() || !c.o.Followed {
		return nil, fault.As(errNoTenant)
	}
	out := make(map[Ref]T, len(records))
	keeps := c.hears() && !db.Joined(ctx)
	var missing []Ref
	for _, r := range records {
		if _, ok := out[r]; ok {
			continue
		}
		if v, ok := c.kept(tenant, r); ok && keeps {
			out[r] = v
		} else {
			missing = append(missing, r)
		}
	}
	if len(missing) == 0 {
		c.s.read(c.name, "hit")
		return out, nil
	}
	c.s.read(c.name, "load")
	stamps := make(map[Ref]stamp, len(missing))
	for _, r := range missing {
		stamps[r] = c.s.gens.stamp(tenant, []string{Tag(r.Noun, r.ID)})
	}
	found, err := load(ctx, missing)
	if err != nil {
		return nil, err
	}
	for r, v := range found {
		out[r] = v
		if keeps {
			c.keep(tenant, r, v, stamps[r])
		}
	}
	return out, nil
}

func (c *Of[T]) kept(tenant id.Tenant, r Ref) (v T, ok bool) {
	k := key{c.name, c.o.Version, tenant, Tag(r.Noun, r.ID)}
	e, ok := c.s.local.GetIfPresent(k)
	if !ok || !c.s.usable(k, e) {
		return v, false
	}
	v, ok = e.value.(T)
	return v, ok
}

// keep stores what was loaded after a stamp was taken.
func (c *Of[T]) keep(tenant id.Tenant, r Ref, v T, st stamp) {
	tag := Tag(r.Noun, r.ID)
	if k := (key{c.name, c.o.Version, tenant, tag}); c.s.gens.current(st, tenant, []string{tag}) {
		c.s.local.Set(k, entry{v, []string{tag}, st, c.s.c.Now().Add(c.s.age(k, c.o.TTL)), true})
	}
}
