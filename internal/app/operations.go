package app

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"intelliwiz/internal/ops"
)

// newOps makes what tells how the installation does.
func (s *services) newOps() *ops.Service {
	return ops.New(ops.Config{
		Metrics: s.metrics, Faults: &s.faults, Checks: s.working, Versions: s.versions, Queue: s.jobs.Queued, Backups: s.lastBackups, Now: s.now,
		Room: func() (free, size uint64) {
			d := disk(s.cfg.Data)
			return d.Bavail * uint64(d.Bsize), d.Blocks * uint64(d.Bsize)
		},
	})
}

// working asks everything that must work, for no longer than two seconds.
func (s *services) working(ctx context.Context) []ops.Check {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var out []ops.Check
	for _, c := range s.checks() {
		out = append(out, ops.Check{Name: c.Name, Works: c.Do(ctx) == nil})
	}
	return out
}

// versions says what runs.
func (s *services) versions(ctx context.Context) []ops.Version {
	schema := "not known: the database does not answer"
	if have, want, err := s.db.Version(ctx); err == nil {
		schema = fmt.Sprintf("%d, of which this version needs %d", have, want)
	}
	engine := map[string]string{"postgres": "PostgreSQL", "sqlite": "SQLite"}[s.db.Engine()]
	return []ops.Version{{Name: "IntelliWiz", Value: Version}, {Name: "Schema", Value: schema}, {Name: "Database", Value: engine}, {Name: "Go", Value: runtime.Version()}}
}
