package db

import (
	"context"
	"sync"
	"time"
)

// names maps what an engine calls a unique index in an error to the index's name; it is read from the catalogue when first
// asked, and again when a name is not known, for a migration may have come since.
type names struct {
	load func(ctx context.Context) (map[string]string, error)
	mu   sync.Mutex
	m    map[string]string
}

func (n *names) of(ctx context.Context, key string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if v, ok := n.m[key]; ok {
		return v
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	m, err := n.load(ctx)
	if err != nil {
		return key // the fault is still right, its path less telling
	}
	if m[key] == "" {
		m[key] = key
	}
	n.m = m
	return m[key]
}
