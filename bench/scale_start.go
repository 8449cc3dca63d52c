package main

import (
	"context"
	"fmt"
	"time"
)

// starts measures how long the product takes from its start until it is ready, on a database that is there.
func (w *scaled) starts(ctx context.Context) (m measure, err error) {
	m = measure{name: "ready on an existing database", limit: "300 ms"}
	times := 9
	if w.o.short {
		times = 1
	}
	var took, spent []time.Duration
	for range times + 1 { // the first makes the keys
		begun := time.Now()
		s, err := startProduct(ctx, w.o, w.d, w.dir)
		if err != nil {
			return m, err
		}
		took = append(took, time.Since(begun))
		each, err := cpuOf(s.cmd.Process.Pid, false)
		if err != nil {
			return m, err
		}
		spent = append(spent, each)
		s.stop()
	}
	same := func(d time.Duration) time.Duration { return d }
	middle := median(took[1:], same)
	m.found, m.held = fmt.Sprintf("%d ms, %d ms of them of processors, the medians of %d starts", middle.Milliseconds(), median(spent[1:], same).Milliseconds(), times), middle < 300*time.Millisecond
	return m, nil
}
