package journal_test

import (
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestDaysAreThoseOfTheZone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		w.SecondTenant()
		kolkata, err := time.LoadLocation("Asia/Kolkata")
		if err != nil {
			t.Fatal(err)
		}
		count := func(zone *time.Location) []journal.Day {
			t.Helper()
			days, err := w.Journal.Days(t.Context(), w.System, 3, zone)
			if err != nil || len(days) != 3 {
				t.Fatal(days, err)
			}
			return days
		}
		before := count(kolkata)
		w.Clock.Advance(10 * time.Hour) // 19:00 in London, half past midnight of the next day in Kolkata
		w.Actor(org.Guard)
		local, utc := count(kolkata), count(time.UTC)
		if local[2].Rows != 1 || local[1].Rows != before[2].Rows || local[0].Rows != 0 || utc[2].Rows != before[2].Rows+1 {
			t.Errorf("before %v, in Kolkata %v, in UTC %v", before, local, utc)
		}
		if got := local[2].Start.Format(time.RFC3339); got != "2026-11-26T00:00:00+05:30" {
			t.Errorf("today begins at %s", got)
		}

		m := w.Someone(&w.Mill.ID)
		w.Grant(m.ID, nil, &w.Mill.ID, journal.CanRead)
		seen, err := w.Journal.Days(t.Context(), w.As(m), 2, time.UTC)
		if err != nil || seen[1].Rows == 0 || seen[1].Rows >= utc[2].Rows {
			t.Errorf("at one site %v of %v, %v", seen, utc, err)
		}
		if _, err := w.Journal.Days(t.Context(), w.Actor(org.Guard), 3, time.UTC); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("without the permission: %v", err)
		}
	})
}
