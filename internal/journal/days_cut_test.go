package journal

import (
	"testing"
	"time"
)

func TestOnlyDaysThatAreCoveredWholeAreCounted(t *testing.T) {
	now := time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)
	times := []time.Time{now, now.Add(-time.Hour), now.AddDate(0, 0, -1), now.AddDate(0, 0, -2), now.AddDate(0, 0, -9)}
	if got := countDays(times, now, 4, false); len(got) != 4 || got[3].Rows != 2 || got[2].Rows != 1 || got[1].Rows != 1 || got[0].Rows != 0 {
		t.Errorf("whole: %v", got)
	}
	if got := countDays(times[:4], now, 4, true); len(got) != 2 || got[0].Rows != 1 || got[1].Rows != 2 {
		t.Errorf("cut two days ago: %v", got)
	}
	if got := countDays(times[:2], now, 4, true); len(got) != 1 || got[0].Rows != 2 {
		t.Errorf("cut today: %v", got)
	}
	if got := countDays(nil, now, 0, false); len(got) != 1 || got[0].Rows != 0 {
		t.Errorf("no days: %v", got)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	// The clocks go forward on the 29th: days begin at midnight all the same.
	if got := countDays(nil, now.In(berlin), 2, false); got[1].Start.Hour() != 0 || got[0].Start.Hour() != 0 || got[1].Start.Sub(got[0].Start) != 24*time.Hour {
		t.Errorf("around a change of clocks: %v", got)
	}
}
