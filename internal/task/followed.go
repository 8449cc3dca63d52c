package task

import (
	"context"
	"errors"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/plan"
)

// followed makes what comes after a task that has ended, and what the reading of a meter brings.
type followed struct{ journal.Event }

// Kind names the job.
func (followed) Kind() string { return "task.followed" }

// leadsNowhere says that nothing comes of the end of a task but what a rule of times brings.
func leadsNowhere(row journal.Entry) bool {
	t, err := happened(row)
	return err == nil && !t.Read && (t.Plan == nil || !plan.Chained(t.Nominal))
}

// followed has the task's plan looked at, and those that the meter of its asset brings.
func (s *Service) followed(ctx context.Context, who actor.Actor, f followed) error {
	row, err := s.journal.Get(ctx, who, f.Entry)
	if err != nil {
		return err
	}
	t, err := happened(row)
	if err != nil {
		return err
	}
	var plans []id.Plan
	if t.Plan != nil && plan.Chained(t.Nominal) {
		plans = append(plans, *t.Plan)
	}
	if t.Read && t.Asset != nil {
		err := s.db.Read(ctx, who, func(tx *db.Tx) error {
			read, err := plan.OfMeter(ctx, tx, *t.Asset)
			plans = append(plans, read...)
			return err
		})
		if err != nil {
			return err
		}
	}
	var faults []error
	for _, p := range plans {
		_, err := s.Generate(ctx, who, p)
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}
