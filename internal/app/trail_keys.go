package app

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/job"
)

// keysWork gives those people a key for what the audit trail says of them who were made by a version that knew none: after an update, and while it went on.
type keysWork struct{}

// Kind names the work.
func (keysWork) Kind() string { return "journal.keys" }

// keepKeys has everybody given a key.
func (s *services) keepKeys() {
	job.Every(s.jobs, time.Hour, keysWork{}, func(ctx context.Context, _ actor.Actor, _ keysWork) error {
		all, err := s.operators(ctx)
		for _, who := range all {
			if err == nil {
				err = s.journal.GiveKeys(ctx, who)
			}
		}
		return err
	})
}
