package app

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/job"
)

// aheadWork makes the database's partitions of the months to come; there are a year's, so that a day on which it fails is of no matter.
type aheadWork struct{}

// Kind names the work.
func (aheadWork) Kind() string { return "db.ahead" }

// keepPartitions has partitions made ahead, and set aside by the retention.
func (s *services) keepPartitions() {
	job.Every(s.jobs, 24*time.Hour, aheadWork{}, func(ctx context.Context, _ actor.Actor, _ aheadWork) error { return s.db.Ahead(ctx) })
	job.Every(s.jobs, 24*time.Hour, retainWork{}, func(ctx context.Context, _ actor.Actor, _ retainWork) error { return s.retain(ctx) })
}
