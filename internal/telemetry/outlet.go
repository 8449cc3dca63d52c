package telemetry

import (
	"context"
	"sync/atomic"
	"time"
)

// Bounds of what waits for a collector. One that does not answer costs memory up to the room, and what finds no room is dropped and counted:
// nobody who works ever waits for it.
const (
	outletRoom  = 4096            // things that wait
	outletBatch = 512             // things that go together
	outletEvery = time.Second     // how long one waits for company
	outletTime  = 3 * time.Second // for one batch, and for all that is left at the end
)

// outlet takes things out of the process, in batches, behind the backs of those who make them.
type outlet[T any] struct {
	in   chan T
	send func(ctx context.Context, batch []T) error
	lost atomic.Int64
}

func newOutlet[T any](send func(ctx context.Context, batch []T) error) *outlet[T] {
	return &outlet[T]{in: make(chan T, outletRoom), send: send}
}

// put never waits.
func (o *outlet[T]) put(v T) {
	select {
	case o.in <- v:
	default:
		o.lost.Add(1)
	}
}

// run sends until ctx ends, and then what is left.
func (o *outlet[T]) run(ctx context.Context) {
	tick := time.NewTicker(outletEvery)
	defer tick.Stop()
	batch := make([]T, 0, outletBatch)
	whole := context.WithoutCancel(ctx) // a batch on its way arrives
	ship := func(ctx context.Context) {
		if len(batch) > 0 {
			o.ship(ctx, batch)
			clear(batch) // what is sent need not live on
			batch = batch[:0]
		}
	}
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(whole, outletTime)
			defer cancel()
			for len(o.in) > 0 {
				if batch = append(batch, <-o.in); len(batch) == outletBatch {
					ship(last)
				}
			}
			ship(last)
			return
		case <-tick.C:
			ship(whole)
		case v := <-o.in:
			if batch = append(batch, v); len(batch) == outletBatch {
				ship(whole)
			}
		}
	}
}

// ship sends one batch. What a collector does not take is not tried again: it would only keep newer things waiting.
func (o *outlet[T]) ship(ctx context.Context, batch []T) {
	limited, cancel := context.WithTimeout(ctx, outletTime)
	defer cancel()
	if err := o.send(limited, batch); err != nil {
		o.lost.Add(int64(len(batch))) // the count is what there is to say: a line about it would go the same way
	}
}
