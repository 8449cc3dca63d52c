package recur_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/recur"
)

const start clock.Date = "2026-01-01"

func rule(t testing.TB, text string) recur.Rule {
	t.Helper()
	r, err := recur.Parse(text, start)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return r
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := clock.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// firings gives "nominal > instant" of a local day, from its midnight until the next, the midnight at its end included.
func firings(t *testing.T, text, zoneName, day string) []string {
	t.Helper()
	z := zone(t, zoneName)
	from, until := recur.At(clock.Date(day), 0, z), recur.At(clock.Date(day), 24*60, z)
	var out []string
	for f := range rule(t, text).Between(z, from.Add(-1), until.Add(-1)) {
		out = append(out, f.Nominal+" > "+f.At.Format("15:04Z"))
	}
	return out
}

// TestDefect009DaylightSaving: a time that does not exist comes at the first instant after the gap, one that comes twice comes once, and
// hours that pass are counted as they pass. The old system knew only the offset of a browser.
func TestDefect009DaylightSaving(t *testing.T) {
	for _, c := range []struct {
		claim, rule, zone, day string
		want                   []string
	}{
		{"an ordinary day", "30 1 * * *", "Europe/London", "2026-05-05", []string{"2026-05-05T01:30 > 00:30Z"}},
		{"London leaves 01:30 out", "30 1 * * *", "Europe/London", "2026-03-29", []string{"2026-03-29T01:30 > 01:00Z"}},
		{"New York leaves 02:30 out", "30 2 * * *", "America/New_York", "2026-03-08", []string{"2026-03-08T02:30 > 07:00Z"}},
		{"London shows 01:30 twice", "30 1 * * *", "Europe/London", "2026-10-25", []string{"2026-10-25T01:30 > 00:30Z"}},
		{"New York shows 01:30 twice", "30 1 * * *", "America/New_York", "2026-11-01", []string{"2026-11-01T01:30 > 05:30Z"}},
		{"times that the gap pushes together are one", "0,30 1,2 * * *", "Europe/London", "2026-03-29",
			[]string{"2026-03-29T01:00 > 01:00Z", "2026-03-29T02:30 > 01:30Z"}},
		{"an RRULE goes by the wall too", "FREQ=DAILY;BYHOUR=2;BYMINUTE=30", "America/New_York", "2026-03-08", []string{"2026-03-08T02:30 > 07:00Z"}},
		{"midnight that a country leaves out", "0 0 * * *", "Africa/Cairo", "2026-04-24", []string{"2026-04-24T00:00 > 22:00Z"}},
		{"half an hour more or less", "15 2 * * *", "Australia/Lord_Howe", "2026-10-04", []string{"2026-10-04T02:15 > 15:30Z"}},
	} {
		if diff := cmp.Diff(c.want, firings(t, c.rule, c.zone, c.day)); diff != "" {
			t.Errorf("%s: %s in %s (-want +got)\n%s", c.claim, c.rule, c.zone, diff)
		}
	}
}

func TestARuleOfEveryHourCountsHoursAsTheyPass(t *testing.T) {
	for day, want := range map[string]int{"2026-05-05": 48, "2026-03-29": 46, "2026-10-25": 50} {
		got := firings(t, "*/30 * * * *", "Europe/London", day)
		if len(got) != want {
			t.Errorf("%s: %d firings, want %d", day, len(got), want)
		}
		names := slices.Compact(slices.Sorted(slices.Values(got)))
		if len(names) != want {
			t.Errorf("%s: two firings have one name", day)
		}
		if twice := strings.Count(strings.Join(got, " "), "/2"); twice != max(0, want-48) {
			t.Errorf("%s: %d second times", day, twice)
		}
	}
}

// TestDefect010BothEndsOfAWindow: what is exactly at the start of a window belongs to the one before, what is exactly at its end to this one.
func TestDefect010BothEndsOfAWindow(t *testing.T) {
	eight := time.Date(2026, 5, 5, 8, 0, 0, 0, time.UTC)
	r := rule(t, "0 8 * * *")
	for f := range r.Between(time.UTC, eight, eight.Add(23*time.Hour)) {
		t.Errorf("the start of the window is not in it: %v", f)
	}
	got := slices.Collect(r.Between(time.UTC, eight, eight.Add(24*time.Hour)))
	if diff := cmp.Diff([]recur.Firing{{Nominal: "2026-05-06T08:00", At: eight.Add(24 * time.Hour)}}, got); diff != "" {
		t.Error(diff)
	}
	change := time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC) // a window that ends as the hours change
	if n := len(slices.Collect(rule(t, "*/15 * * * *").Between(zone(t, "Europe/London"), change.Add(-2*time.Minute), change))); n != 1 {
		t.Errorf("%d firings at the change of hours", n)
	}
	if n := len(slices.Collect(r.Between(time.UTC, eight, eight))); n != 0 {
		t.Errorf("an empty window has %d", n)
	}
	if n := len(slices.Collect(recur.Rule{}.Between(time.UTC, eight, eight.AddDate(1, 0, 0)))); n != 0 {
		t.Errorf("no rule has %d", n)
	}
}

// TestDefect014OneReaderOfRules: one reader for forms, imports and the API; it refuses what comes round every minute however it is written, and
// takes what is harmless.
func TestDefect014OneReaderOfRules(t *testing.T) {
	for text, code := range map[string]string{
		"* * * * *": "often", "*/1 * * * *": "often", "0-59 * * * *": "often", "*/4 8 * * *": "often", "59 23,0 * * *": "", "0,58 * * * *": "often",
		"*/5 * * * *": "", "*/30 * * * *": "", "0 0 29 2 *": "", "0 0 31 2 *": "never", "0 0 31 4,6,9,11 *": "never",
		"": "grammar", "8": "grammar", "0 8 * *": "grammar", "0 8 * * * *": "grammar", "60 8 * * *": "grammar", "0 24 * * *": "grammar", "@daily": "grammar",
		"TZ=UTC 0 8 * *": "grammar", "CRON_TZ=UTC 0 8 * * *": "grammar", "0 8 * * 7": "grammar", "0 8 ? * MON-FRI": "",
		"FREQ=DAILY;BYHOUR=8": "", "rrule:freq=weekly;interval=2;byday=mo;byhour=8": "", "FREQ=DAILY": "hour", "FREQ=HOURLY;BYHOUR=8": "frequency",
		"FREQ=DAILY;BYHOUR=8;COUNT=3": "window", "FREQ=DAILY;BYHOUR=8;UNTIL=20270101T000000Z": "window", "FREQ=DAILY;BYHOUR=8;BYSECOND=1": "second",
		"FREQ=DAILY;BYHOUR=8;BYMINUTE=0,1": "often", "FREQ=DAILY;BYHOUR=25": "grammar", "FREQ=NEVER;BYHOUR=8": "grammar",
		"FREQ=YEARLY;BYWEEKNO=20;BYHOUR=8": "part", "FREQ=YEARLY;BYYEARDAY=-1;BYHOUR=8": "part", "FREQ=DAILY;INTERVAL=100000;BYHOUR=8": "interval", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=8": "never",
	} {
		_, err := recur.Parse(text, start)
		var f *fault.Fault
		switch {
		case code == "" && err != nil:
			t.Errorf("%q is refused: %v", text, err)
		case code != "" && (!errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Code != code || f.Fields[0].Path != "rule"):
			t.Errorf("%q: %v, want %s", text, err, code)
		}
	}
	if _, err := recur.Parse("0 8 * * *", "2026-02-30"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a start that is no day: %v", err)
	}
}

func TestRulesInWords(t *testing.T) {
	for text, want := range map[string]string{
		"0 8 * * 1-5":         "every weekday at 08:00",
		"30 6,18 * * *":       "every day at 06:30 and 18:30",
		"*/15 * * * *":        "every day, every 15 minutes",
		"*/20 8-17 * * 6,0":   "on Sunday and Saturday, every 20 minutes from 08:00 to 17:40",
		"5 * * * *":           "every day, every hour at :05",
		"0 */2 * * *":         "every day, every two hours",
		"15 1-23/2 * * 1-5":   "every weekday, every two hours from 01:15",
		"0 8-20/3 * * *":      "every day, every three hours from 08:00 to 20:00",
		"0 */6 * * *":         "every day, every six hours",
		"0 */8 * * *":         "every day at 00:00, 08:00 and 16:00",
		"0 8,9,10,11 * * *":   "every day at 08:00, 09:00, 10:00 and 11:00",
		"0 6,8,10,13 * * *":   "every day at 06:00, 08:00, 10:00 and 13:00",
		"0 9 1,15 * *":        "on the 1st and 15th of the month at 09:00",
		"0 9 1 1,7 1":         "on Monday or on the 1st of the month in January and July at 09:00",
		"10,50 8,9 * * *":     "every day at 08:10, 08:50, 09:10 and 09:50",
		"FREQ=DAILY;BYHOUR=7": "every day at 07:00",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,MO;BYHOUR=8;BYMINUTE=30": "every 2 weeks on Monday and Friday at 08:30",
		"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8":               "every week on Monday to Friday at 08:00",
		"FREQ=MONTHLY;BYDAY=1MO;BYHOUR=8":                         "every month on the 1st Monday at 08:00",
		"FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=22":                    "every month on the last at 22:00",
		"FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=22;BYHOUR=8":          "every year on the 22nd in March and September at 08:00",
		"FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-2;BYHOUR=8":           "every month on Monday and Tuesday, of these the 2nd last at 08:00",
	} {
		if got := rule(t, text).Words(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if got := (recur.Rule{}).Words(); got != "never" {
		t.Errorf("no rule: %q", got)
	}
	if got := rule(t, " 0 8 * * * ").String(); got != "0 8 * * *" {
		t.Errorf("as written: %q", got)
	}
}

func TestAnRRuleCountsFromItsStart(t *testing.T) {
	var days []string
	r := rule(t, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;BYHOUR=8")
	for f := range r.Between(time.UTC, time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)) {
		days = append(days, f.Nominal)
	}
	if diff := cmp.Diff([]string{"2026-01-01T08:00", "2026-01-15T08:00", "2026-01-29T08:00"}, days); diff != "" {
		t.Error(diff)
	}
}

func TestAtATimeOfADay(t *testing.T) {
	z := zone(t, "Europe/London")
	for _, c := range []struct {
		day    clock.Date
		minute int
		want   string
	}{
		{"2026-05-05", 8 * 60, "2026-05-05T07:00:00Z"}, {"2026-03-29", 90, "2026-03-29T01:00:00Z"}, {"2026-10-25", 90, "2026-10-25T00:30:00Z"},
		{"2026-10-25", 24 * 60, "2026-10-26T00:00:00Z"},
	} {
		if got := recur.At(c.day, c.minute, z).Format(time.RFC3339); got != c.want {
			t.Errorf("%s %d: %s, want %s", c.day, c.minute, got, c.want)
		}
	}
}
