package telemetry

import "sync"

// other stands for every label value beyond a bound.
const other = "other"

// bound lets the first n values of a label through and turns the rest into other.
type bound struct {
	mu   sync.RWMutex
	seen map[string]struct{}
	n    int
}

func newBound(n int) *bound { return &bound{seen: make(map[string]struct{}, n), n: n} }

func (b *bound) of(value string) string {
	b.mu.RLock()
	_, known := b.seen[value]
	b.mu.RUnlock()
	if known {
		return value
	}
	if len(value) > 100 {
		return other
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, known = b.seen[value]; known {
		return value
	}
	if len(b.seen) >= b.n {
		return other
	}
	b.seen[value] = struct{}{}
	return value
}
