package backup_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/backup"
)

// TestBackupsAreMadeWhenItIsTimeAndSomeStay: by the hand of a clock, one a day, of which two stay.
func TestBackupsAreMadeWhenItIsTimeAndSomeStay(t *testing.T) {
	p := newPlace(t, "sqlite")
	s := p.with(func(c *backup.Config) { c.Keep = backup.Keep{Days: 2} })
	if made, restored := s.Standing(t.Context()); !made.IsZero() || !restored.IsZero() {
		t.Errorf("before: %v %v", made, restored)
	}
	for range 40 { // ten hours each
		p.must(s.Scheduled(t.Context(), 24*time.Hour))
		p.now.Advance(10 * time.Hour)
		if t.Failed() || t.Context().Err() != nil {
			return
		}
		if len(must(s.List(t.Context()))) == 2 && p.now.Now().Day() == 30 {
			break
		}
	}
	all := must(s.List(t.Context()))
	if len(all) != 2 || all[0].At.Sub(all[1].At) < 24*time.Hour || all[1].Verified == nil || !all[1].Verified.Restored {
		t.Errorf("kept: %+v", all)
	}
	files, err := filepath.Glob(filepath.Join(p.dir, "backups", "iw-*"))
	if err != nil || len(files) != 6 {
		t.Errorf("files: %v %v", files, err)
	}
	if made, restored := s.Standing(t.Context()); !made.Equal(all[0].At) || restored.Before(made) {
		t.Errorf("standing: %v %v", made, restored)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestTheLastOfEachDayWeekAndMonthStays, and the newest in any case.
func TestTheLastOfEachDayWeekAndMonthStays(t *testing.T) {
	var all []time.Time
	for at := time.Date(2026, 11, 26, 21, 0, 0, 0, time.UTC); len(all) < 400; at = at.Add(-12 * time.Hour) {
		all = append(all, at)
	}
	var got []string
	for n, keep := range (backup.Keep{Days: 3, Weeks: 3, Months: 3}).Kept(all) {
		if keep {
			got = append(got, all[n].Format("0102T15"))
		}
	}
	if want := "1126T21 1125T21 1124T21 1122T21 1115T21 1031T21 0930T21"; strings.Join(got, " ") != want {
		t.Errorf("kept %s, want %s", strings.Join(got, " "), want)
	}
	if kept := (backup.Keep{}).Kept(all[:2]); !kept[0] || kept[1] {
		t.Errorf("without a rule: %v", kept)
	}
}
