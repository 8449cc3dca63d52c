package db

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Follow says what a Follower keeps.
type Follow[T any] struct {
	DB    *DB
	Log   *slog.Logger
	Every time.Duration // how often Run looks whether something changed; 0 = 2 s
	Epoch SQL           // gives one text that is another after every change, or none
	// Load reads the whole, in the transaction in which the epoch was read.
	Load func(ctx context.Context, tx *Tx) (*T, error)
	Lost string // what the log says when it could not be read
}

// Follower keeps a small part of what concerns the installation in the memory of each process, so that asking neither waits nor fails. It
// reads it anew when its epoch has changed; while the database is away the last that was read holds.
type Follower[T any] struct {
	c       Follow[T]
	now     atomic.Pointer[followed[T]]
	reading sync.Mutex
	silent  bool // a read has failed, and that was logged
}

type followed[T any] struct {
	epoch string
	value *T
}

// NewFollower makes one that has read nothing yet.
func NewFollower[T any](c Follow[T]) *Follower[T] {
	if c.Every == 0 {
		c.Every = 2 * time.Second
	}
	return &Follower[T]{c: c}
}

// Now is what was read last; nil: nothing was yet. It is shared, so that nobody may change it.
func (f *Follower[T]) Now() *T {
	if x := f.now.Load(); x != nil {
		return x.value
	}
	return nil
}

// Run reads until ctx ends, so that a change on another node is heard of within the interval.
func (f *Follower[T]) Run(ctx context.Context) error {
	tick := time.NewTicker(f.c.Every)
	defer tick.Stop()
	for {
		f.Refresh(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Refresh reads, if something changed. When that fails what was read before holds, and the log says so once.
func (f *Follower[T]) Refresh(ctx context.Context) {
	f.reading.Lock()
	defer f.reading.Unlock()
	err := f.c.DB.System(ctx, func(tx *Tx) error { return f.read(ctx, tx) })
	switch {
	case err == nil:
		f.silent = false
	case ctx.Err() == nil && !f.silent:
		f.silent = true
		f.c.Log.WarnContext(ctx, f.c.Lost, "err", err)
	}
}

func (f *Follower[T]) read(ctx context.Context, tx *Tx) error {
	epochs, err := All(ctx, tx, func(r Row) (s string, err error) { err = r.Scan(&s); return s, err }, f.c.Epoch)
	if err != nil {
		return err
	}
	epoch := ""
	if len(epochs) > 0 {
		epoch = epochs[0]
	}
	if old := f.now.Load(); old != nil && old.epoch == epoch {
		return nil
	}
	value, err := f.c.Load(ctx, tx)
	if err == nil {
		f.now.Store(&followed[T]{epoch, value})
	}
	return err
}
