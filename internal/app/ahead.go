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

func (s *services) keepAhead() {
	job.Every(s.jobs, 24*time.Hour, aheadWork{}, func(ctx context.Context, _ actor.Actor, _ aheadWork) error { return s.db.Ahead(ctx) })
}
