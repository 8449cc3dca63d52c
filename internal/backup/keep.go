package backup

import (
	"context"
	"fmt"
	"time"
)

// Kept says which of some moments, the newest first, are to be kept: the newest, and the last of each of the newest days, weeks (from Monday)
// and months in UTC that have one.
func (k Keep) Kept(all []time.Time) []bool {
	out := make([]bool, len(all))
	for _, rule := range []struct {
		most int
		of   func(time.Time) string
	}{
		{k.Days, func(t time.Time) string { return t.Format(time.DateOnly) }},
		{k.Weeks, func(t time.Time) string { y, w := t.ISOWeek(); return fmt.Sprint(y, w) }},
		{k.Months, func(t time.Time) string { return t.Format("2006-01") }},
	} {
		seen := map[string]bool{}
		for n, at := range all {
			name := rule.of(at.UTC())
			if !seen[name] && len(seen) < rule.most {
				seen[name], out[n] = true, true
			}
		}
	}
	if len(out) > 0 {
		out[0] = true
	}
	return out
}

// thin removes what need not be kept: the archive first, so that one that is listed no more has not been left.
func (s *Service) thin(ctx context.Context) error {
	all, err := s.List(ctx)
	if err != nil {
		return err
	}
	at := make([]time.Time, len(all))
	for n, i := range all {
		at[n] = i.At
	}
	for n, keep := range s.c.Keep.Kept(at) {
		if keep {
			continue
		}
		for _, end := range []string{archiveEnd, verifiedEnd, infoEnd} {
			if err := s.c.Place.Delete(ctx, all[n].Name+end); err != nil {
				return fmt.Errorf("remove backup %s: %w", all[n].Name, err)
			}
		}
		s.c.Log.InfoContext(ctx, "backup removed", "backup", all[n].Name)
	}
	return nil
}
