package notice_test

import (
	"testing"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/testworld"
)

func TestQuietHoursAreThoseOfTheWall(t *testing.T) {
	night := notice.Settings{QuietFrom: 22 * 60, QuietUntil: 6 * 60}
	noon := notice.Settings{QuietFrom: 12 * 60, QuietUntil: 13*60 + 30}
	for _, c := range []struct {
		what, zone, now string
		settings        notice.Settings
		until           string // UTC; "" = not quiet
	}{
		{"before the night", "Asia/Kolkata", "2026-11-25T21:59:59+05:30", night, ""},
		{"the night begins", "Asia/Kolkata", "2026-11-25T22:00:00+05:30", night, "2026-11-26T00:30:00Z"},
		{"before midnight", "Asia/Kolkata", "2026-11-25T23:59:59+05:30", night, "2026-11-26T00:30:00Z"},
		{"after midnight", "Asia/Kolkata", "2026-11-26T00:00:00+05:30", night, "2026-11-26T00:30:00Z"},
		{"its last minute", "Asia/Kolkata", "2026-11-26T05:59:00+05:30", night, "2026-11-26T00:30:00Z"},
		{"it is over", "Asia/Kolkata", "2026-11-26T06:00:00+05:30", night, ""},
		{"the end of a month", "Asia/Kolkata", "2026-12-31T23:00:00+05:30", night, "2027-01-01T00:30:00Z"},
		{"noon", "Asia/Kolkata", "2026-11-25T13:29:00+05:30", noon, "2026-11-25T08:00:00Z"},
		{"after noon", "Asia/Kolkata", "2026-11-25T13:30:00+05:30", noon, ""},
		{"none", "Asia/Kolkata", "2026-11-25T00:00:00+05:30", notice.Settings{}, ""},
		{"all but an hour", "UTC", "2026-11-25T10:30:00Z", notice.Settings{QuietFrom: 660, QuietUntil: 600}, ""},
		// Clocks go forward at 02:00 on 28 March 2027 in Berlin: the night is an hour shorter.
		{"forward", "Europe/Berlin", "2027-03-27T22:00:00+01:00", night, "2027-03-28T04:00:00Z"},
		// An end that does not exist that day: 02:30 is 03:30 by the wall.
		{"into the gap", "Europe/Berlin", "2027-03-28T01:00:00+01:00", notice.Settings{QuietFrom: 0, QuietUntil: 150}, "2027-03-28T01:30:00Z"},
		// Clocks go back at 03:00 on 31 October 2027: 02:30 comes twice.
		{"back", "Europe/Berlin", "2027-10-30T22:00:00+02:00", night, "2027-10-31T05:00:00Z"},
		{"the second 02:10", "Europe/Berlin", "2027-10-31T02:10:00+01:00", notice.Settings{QuietFrom: 60, QuietUntil: 150}, "2027-10-31T01:30:00Z"},
	} {
		t.Run(c.what, func(t *testing.T) {
			zone, err := clock.Zone(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			now, err := time.Parse(time.RFC3339, c.now)
			if err != nil {
				t.Fatal(err)
			}
			until, quiet := c.settings.Quiet(now, zone)
			got := ""
			if quiet {
				got = until.Format(time.RFC3339)
			}
			if got != c.until {
				t.Errorf("got %q, want %q", got, c.until)
			}
		})
	}
}

// TestQuietHoursAlwaysEnd: whatever the hours and the moment, the end is ahead, within a day and an hour.
func TestQuietHoursAlwaysEnd(t *testing.T) {
	zone, err := clock.Zone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for from := int64(0); from < 1440; from += 97 {
		for to := int64(0); to < 1440; to += 83 {
			s := notice.Settings{QuietFrom: from, QuietUntil: to}
			for at := time.Date(2027, 10, 30, 0, 0, 0, 0, time.UTC); at.Day() != 2; at = at.Add(31 * time.Minute) {
				if until, quiet := s.Quiet(at, zone); quiet && (!until.After(at) || until.Sub(at) > 25*time.Hour) {
					t.Fatalf("quiet from %d to %d at %s ends %s", from, to, at, until)
				}
			}
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	good := notice.SettingsInput{QuietFrom: 1439, QuietUntil: 0}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	bad := notice.SettingsInput{QuietFrom: 1440, QuietUntil: -1}
	testworld.Fault(t, bad.Check(), fault.Invalid, "quiet_from range", "quiet_until range")
}
