package task

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Open finds the task that a report is of, so that the files of its answers can be added before it is told: its own, or of unplanned work the
// planned one that it fits, and else one that is made and begun. Opened again, it is the same. Duplicate says that the report was applied
// before, and Merged that it is of planned work that it did not name. Needs what Report needs. Invalid for a report without an id.
func (s *Service) Open(ctx context.Context, who actor.Actor, r Report) (t Task, out Outcome, err error) {
	see, err := sightOf(who)
	if err != nil {
		return Task{}, "", err
	}
	if r.ID.IsZero() {
		var c fault.Check
		c.Add("id", "required", "Give the report an id, and the same one when it is sent again.")
		return Task{}, "", c.Err()
	}
	r.settle(s.now())
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		came, err := db.All(ctx, tx, scanBefore, reportGet, r.ID)
		if err != nil {
			return err
		}
		if len(came) > 0 {
			t, out, err = came[0].again(ctx, tx, who.Person(), see)
			return err
		}
		if out = Applied; !r.Task.IsZero() {
			tx.Unjournaled("nothing is told of it yet")
			t, err = get(ctx, tx, see, r.Task)
			return err
		}
		begun := r
		begun.ID, begun.Ended, begun.Done, begun.Answers, begun.opens = id.Derive[id.Report](r.ID.Time(), r.ID.String(), "opened"), time.Time{}, false, nil, true
		if t, _, err = s.report(ctx, tx, who, see, begun, true); t.Source != AdHoc {
			out = Merged
		}
		return err
	})
	if err != nil {
		return Task{}, "", fmt.Errorf("open the task of report %s: %w", r.ID, err)
	}
	return t, out, nil
}
