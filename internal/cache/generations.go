package cache

import (
	"slices"
	"sync"

	"intelliwiz/internal/id"
)

// maxTags bounds what is remembered of invalidations; beyond it all values end at once and the count starts anew.
const maxTags = 100_000

// generations counts how often each tag was invalidated. A value is current while the counts are those of the moment before its
// load began.
type generations struct {
	mu    sync.RWMutex
	epoch uint64 // raised when everything ends
	of    map[tag]uint64
}

type tag struct {
	tenant id.Tenant
	name   string // "" is on every value of the tenant
}

// stamp is the counts at a moment: the epoch, the tenant's, then each tag's.
type stamp []uint64

func newGenerations() *generations { return &generations{of: map[tag]uint64{}} }

func (g *generations) stamp(tenant id.Tenant, tags []string) stamp {
	g.mu.RLock()
	defer g.mu.RUnlock()
	st := make(stamp, 0, len(tags)+2)
	st = append(st, g.epoch, g.of[tag{tenant, ""}])
	for _, t := range tags {
		st = append(st, g.of[tag{tenant, t}])
	}
	return st
}

func (g *generations) current(st stamp, tenant id.Tenant, tags []string) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if st[0] != g.epoch || st[1] != g.of[tag{tenant, ""}] {
		return false
	}
	for i, t := range tags {
		if st[i+2] != g.of[tag{tenant, t}] {
			return false
		}
	}
	return true
}

func (g *generations) bump(tenant id.Tenant, tags []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(tags) == 0 || slices.Contains(tags, "") {
		tags = []string{""}
	}
	for _, t := range tags {
		g.of[tag{tenant, t}]++
	}
	if len(g.of) > maxTags {
		g.end()
	}
}

// drop ends every value.
func (g *generations) drop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.end()
}

func (g *generations) end() {
	g.epoch++
	clear(g.of)
}
