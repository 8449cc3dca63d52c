package clock_test

import (
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
)

func TestSystemTellsUTCToTheMicrosecond(t *testing.T) {
	now := clock.System()
	before := time.Now().Add(-time.Millisecond)
	got := now()
	if got.Location() != time.UTC || got.Nanosecond()%1000 != 0 {
		t.Errorf("%v is not UTC to the microsecond", got)
	}
	if got.Before(before) || got.After(time.Now()) {
		t.Errorf("%v is not now", got)
	}
	if got != got.Round(0) {
		t.Error("a monotonic reading is left in it: it would not compare with what a database gives back")
	}
}

func TestHandStandsStillUntilItIsMoved(t *testing.T) {
	h := clock.At(time.Date(2026, 11, 25, 14, 30, 0, 1234, time.FixedZone("IST", 19800)))
	want := time.Date(2026, 11, 25, 9, 0, 0, 1000, time.UTC)
	for range 2 {
		if got := h.Now(); got != want {
			t.Errorf("%v, want %v", got, want)
		}
	}
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() { h.Advance(time.Minute) })
	}
	wg.Wait()
	h.Advance(-time.Hour)
	if got := h.Now(); got != want.Add(40*time.Minute) {
		t.Errorf("%v after moving", got)
	}
}

func TestDateInAZone(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		claim, zone, at string
		want            clock.Date
	}{
		{"a night in India is the next day", "Asia/Kolkata", "2026-11-24T18:30:00Z", "2026-11-25"},
		{"a second before is not", "Asia/Kolkata", "2026-11-24T18:29:59Z", "2026-11-24"},
		{"quarter-hour zones", "Asia/Kathmandu", "2026-11-24T18:15:00Z", "2026-11-25"},
		{"west of Greenwich is the day before", "America/New_York", "2026-11-25T04:59:59Z", "2026-11-24"},
		{"summer time moves midnight", "America/New_York", "2026-07-01T04:00:00Z", "2026-07-01"},
		{"the hour that is skipped", "Europe/Berlin", "2026-03-29T01:30:00Z", "2026-03-29"},
		{"the hour that comes twice", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25"},
		{"the hour that comes twice, again", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25"},
		{"a day that begins at one o'clock", "Africa/Cairo", "2026-04-23T22:00:00Z", "2026-04-24"},
		{"the far side of the date line", "Pacific/Kiritimati", "2026-11-24T10:00:00Z", "2026-11-25"},
		{"the near side of the date line", "Pacific/Pago_Pago", "2026-11-25T10:59:59Z", "2026-11-24"},
		{"a day that a country left out", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31"},
	} {
		zone, err := clock.Zone(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := clock.DateIn(at(c.at), zone); got != c.want {
			t.Errorf("%s: %s in %s is %s, want %s", c.claim, c.at, c.zone, got, c.want)
		}
	}
}

func TestDateIsValidWhenItExists(t *testing.T) {
	for d, want := range map[clock.Date]bool{
		"2026-11-25": true, "2028-02-29": true, "2000-02-29": true, "2026-02-29": false, "1900-02-29": false, "2026-13-01": false,
		"2026-00-10": false, "2026-04-31": false, "26-1-1": false, "2026-1-1": false, "": false, "2026-11-25x": false, "2026-11-25T00:00:00Z": false,
	} {
		if got := d.Valid(); got != want {
			t.Errorf("%q valid: %v, want %v", d, got, want)
		}
	}
}

// TestDefect109ZoneIsANameOfIANA: a huge or odd offset from a form made every later request fail, and knew no daylight saving.
func TestDefect109ZoneIsANameOfIANA(t *testing.T) {
	for _, name := range []string{"UTC", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Etc/GMT+12"} {
		if z, err := clock.Zone(name); err != nil || z.String() != name {
			t.Errorf("Zone(%q) = %v, %v", name, z, err)
		}
	}
	for _, name := range []string{"", "Local", "Mars/Olympus", "asia", "../../etc/passwd", "/etc/localtime", "Asia/Kolkata\x00", "+05:30", "IST5"} {
		if z, err := clock.Zone(name); fault.KindOf(err) != fault.Invalid || z != nil {
			t.Errorf("Zone(%q) = %v, %v; want Invalid", name, z, err)
		}
	}
}
