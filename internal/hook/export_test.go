package hook

import (
	"context"

	"intelliwiz/internal/actor"
)

// Sweep runs the daily work now.
func (s *Service) Sweep(ctx context.Context) error { return s.sweep(ctx, actor.Actor{}, sweepArgs{}) }
