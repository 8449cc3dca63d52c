package testworld

import (
	"context"
	"log/slog"
	"time"

	"intelliwiz/internal/ops"
)

// Logged is a log whose errors Ops tells of.
func (w *World) Logged() *slog.Logger { return slog.New(w.Faults.Watching(w.Logger().Handler())) }

// openOps makes what tells how the installation does: the database works, the disk is half full, and nobody made a backup.
func (w *World) openOps() {
	w.Ops = ops.New(ops.Config{
		Metrics: w.Metrics, Faults: w.Faults, Queue: w.Jobs.Queued, Now: w.Clock.Now,
		Checks:   func(context.Context) []ops.Check { return []ops.Check{{Name: "database", Works: true}} },
		Versions: func(context.Context) []ops.Version { return []ops.Version{{Name: "Product", Value: "1.2.3"}} },
		Room:     func() (free, size uint64) { return 5 << 30, 10 << 30 },
		Backups:  func(context.Context) (made, restored time.Time) { return time.Time{}, time.Time{} },
	})
}
