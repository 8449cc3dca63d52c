package main

import (
	"context"
	"fmt"
	"time"
)

// starts measures how long the product takes from its start until it is ready, on a database that is there.
func (w *scaled) starts(ctx context.Context) (m measure, err error) {
	m = measure{name: "ready on an existing database", limit: "300 ms"}
	times := 5
	if w.o.short {
		times = 1
	}
	var took []time.Duration
	for range times + 1 { // the first makes the keys
		begun := time.Now()
		s, err := startProduct(ctx, w.o, w.d, w.dir)
		if err != nil {
			return m, err
		}
		took = append(took, time.Since(begun))
		s.stop()
	}
	middle := median(took[1:], func(d time.Duration) time.Duration { return d })
	m.found, m.held = fmt.Sprintf("%d ms, the median of %d starts", middle.Milliseconds(), times), middle < 300*time.Millisecond
	return m, nil
}
