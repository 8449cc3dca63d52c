package calendar_test

import (
	"testing"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/testworld"
)

// TestAClockIsTried: the start is now unless told, and what cannot be reckoned is refused at its field.
func TestAClockIsTried(t *testing.T) {
	w := testworld.New(t, dbtest.Open(t, "sqlite"))
	c := stored(calendar.Calendar{Source: calendar.OfTenant, Zone: "Asia/Kolkata"}) // Monday and Tuesday
	e, err := w.Calendar.Try(c, time.Time{}, 60)
	if err != nil || !e.Start.Equal(w.Clock.Now()) || !e.Until.Equal(time.Date(2026, 11, 30, 4, 30, 0, 0, time.UTC)) || e.Rows[len(e.Rows)-1].Sum != time.Hour {
		t.Errorf("from now: %+v %v", e, err)
	}
	start := time.Date(2026, 11, 30, 9, 30, 0, 0, time.FixedZone("", 19800))
	if e, err = w.Calendar.Try(c, start, 0); err != nil || e.Start != start.UTC() || len(e.Rows) != 0 {
		t.Errorf("nothing: %+v %v", e, err)
	}
	never := calendar.Calendar{Source: calendar.OfSite, Zone: "UTC"}
	for _, x := range []struct {
		c       calendar.Calendar
		start   time.Time
		minutes int64
		want    []string
	}{
		{c, time.Time{}, -1, []string{"minutes range"}},
		{c, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), 527041, []string{"minutes range", "start range"}},
		{never, time.Time{}, 1, []string{"minutes never"}},
		{calendar.Calendar{Source: calendar.OfSite, Zone: "Mars"}, time.Time{}, 1, nil},
	} {
		_, err := w.Calendar.Try(x.c, x.start, x.minutes)
		testworld.Fault(t, err, fault.Invalid, x.want...)
	}
}
