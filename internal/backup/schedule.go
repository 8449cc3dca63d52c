package backup

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Scheduled makes a backup and verifies it, if the last is older than every. To be called often, on one node.
func (s *Service) Scheduled(ctx context.Context, every time.Duration) error {
	all, err := s.List(ctx)
	if err != nil {
		return err
	}
	if len(all) > 0 && s.c.Now().Sub(all[0].At) < every {
		return nil
	}
	start := s.c.Now()
	i, err := s.Make(ctx)
	if err != nil {
		return fmt.Errorf("make a backup: %w", err)
	}
	s.c.Log.InfoContext(ctx, "backup made", "backup", i.Name, "bytes", i.Size, "took", s.c.Now().Sub(start))
	if i, err = s.Verify(ctx, i.Name, ""); err != nil {
		return fmt.Errorf("verify backup %s: %w", i.Name, err)
	}
	s.c.Log.InfoContext(ctx, "backup verified", "backup", i.Name, "restored", i.Verified.Restored, "rows", i.Verified.Rows, "files", i.Verified.Files)
	return nil
}

// lookEvery is how old may be what Standing tells.
const lookEvery = time.Minute

// standing is what was found when somebody looked last.
type standing struct {
	mu             sync.Mutex
	looked         time.Time
	made, restored time.Time
}

// Standing says when the last backup was made, and when one was last proved by restoring it; zero = never. It looks at most once a minute; while the
// place is away it tells what it found last.
func (s *Service) Standing(ctx context.Context) (made, restored time.Time) {
	s.standing.mu.Lock()
	defer s.standing.mu.Unlock()
	if now := s.c.Now(); now.Sub(s.standing.looked) >= lookEvery {
		s.standing.looked = now
		if all, err := s.List(ctx); err == nil {
			s.standing.made, s.standing.restored = times(all)
		}
	}
	return s.standing.made, s.standing.restored
}

func times(all []Info) (made, restored time.Time) {
	for _, i := range all {
		if i.At.After(made) {
			made = i.At
		}
		if v := i.Verified; v != nil && v.Restored && v.At.After(restored) {
			restored = v.At
		}
	}
	return made, restored
}
