package calendar_test

import (
	"testing"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
)

func TestDaysOfACalendar(t *testing.T) {
	h := calendar.Hours{
		Zone:     time.UTC,
		Openings: []calendar.Opening{{Weekday: time.Monday, From: 480, Until: 1020}, {Weekday: time.Friday, From: 480, Until: 1020}},
		Holidays: []calendar.Holiday{{Day: "2026-12-25", Name: "Christmas", Yearly: true}, {Day: "2026-11-27", Name: "Stocktaking"}},
	}
	d := h.Days()
	for _, c := range []struct {
		day     clock.Date
		holiday string
		works   bool
	}{
		{"2026-11-23", "", true}, {"2026-11-24", "", false}, {"2026-11-27", "Stocktaking", false}, {"2027-11-27", "", false},
		{"2026-12-25", "Christmas", false}, {"2028-12-25", "Christmas", false}, {"2026-12-28", "", true}, {"2026-02-30", "", false}, {"", "", false},
	} {
		if got := d.Holiday(c.day); got != c.holiday {
			t.Errorf("%s: holiday %q, want %q", c.day, got, c.holiday)
		}
		if got := d.Works(c.day); got != c.works {
			t.Errorf("%s: works %v", c.day, got)
		}
	}
	if always := calendar.Always(time.UTC).Days(); !always.Works("2026-11-29") || always.Holiday("2026-12-25") != "" {
		t.Error("the built-in calendar has days off")
	}
}
