package task

import (
	"context"
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
)

// moveAsset takes the asset of a task into maintenance when the task is begun, and back to work when it is done, where the plan says so.
type moveAsset struct{ journal.Event }

// Kind names the job.
func (moveAsset) Kind() string { return "task.move_asset" }

func (s *Service) registerMoves(r *job.Runner) {
	job.Register(r, s.moveAsset)
	job.FollowUnless[moveAsset](s.journal, 0, []string{"task.started", "task.completed"}, func(row journal.Entry) bool {
		t, err := happened(row)
		return err == nil && (!t.MoveAsset || t.Asset == nil)
	})
}

// moveAsset sets the status, with its row in the asset's log. An asset that is elsewhere by now stays there: scrapped, or moved by hand.
func (s *Service) moveAsset(ctx context.Context, who actor.Actor, m moveAsset) error {
	row, err := s.journal.Get(ctx, who, m.Entry)
	if err != nil {
		return err
	}
	t, err := happened(row)
	if err != nil || t.Asset == nil {
		return err
	}
	a, err := s.assets.GetAsset(ctx, who, *t.Asset)
	if err != nil {
		return err
	}
	from, to, note := []asset.Status{asset.Working, asset.Standby}, asset.Maintenance, "Begun: "+t.Name
	if t.Status == Completed {
		from, to, note = []asset.Status{asset.Maintenance}, asset.Working, "Done: "+t.Name
	}
	if !slices.Contains(from, a.Status) {
		return nil
	}
	_, err = s.assets.SetStatus(ctx, who, a.ID, a.Version, to, note)
	return err
}
