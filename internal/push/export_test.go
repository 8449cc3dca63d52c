package push

import (
	"context"

	"intelliwiz/internal/actor"
)

// Sweep does what is done daily.
func (s *Service) Sweep(ctx context.Context) error { return s.sweep(ctx, actor.Actor{}, sweep{}) }

// Anew forgets what the process keeps of the pair of keys, as a second one has nothing.
func (s *Service) Anew() { s.pair.Store(nil) }
