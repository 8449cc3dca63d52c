package calendar_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/testworld"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := clock.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// office is Monday to Friday, nine to five with an hour's lunch.
func office(z *time.Location, holidays ...calendar.Holiday) calendar.Hours {
	h := calendar.Hours{Zone: z, Holidays: holidays}
	for d := time.Monday; d <= time.Friday; d++ {
		h.Openings = append(h.Openings, calendar.Opening{Weekday: d, From: 9 * 60, Until: 12 * 60}, calendar.Opening{Weekday: d, From: 13 * 60, Until: 17 * 60})
	}
	return h
}

func daily(z *time.Location, from, until int) calendar.Hours {
	h := calendar.Hours{Zone: z}
	for d := range time.Weekday(7) {
		h.Openings = append(h.Openings, calendar.Opening{Weekday: d, From: from, Until: until})
	}
	return h
}

func at(t testing.TB, z *time.Location, text string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04:05", text+":00"[:3*min(1, 19-len(text))], z)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAdd(t *testing.T) {
	kolkata, berlin, newYork := zone(t, "Asia/Kolkata"), zone(t, "Europe/Berlin"), zone(t, "America/New_York")
	diwali := calendar.Holiday{Day: "2026-11-09", Name: "Diwali"}
	christmas := calendar.Holiday{Day: "2001-12-25", Yearly: true, Name: "Christmas Day"}
	leapDay := calendar.Holiday{Day: "2024-02-29", Yearly: true, Name: "Leap day"}
	night := calendar.Hours{Zone: kolkata, Openings: []calendar.Opening{ // over midnight, out of order
		{Weekday: time.Saturday, From: 0, Until: 6 * 60}, {Weekday: time.Friday, From: 22 * 60, Until: 24 * 60},
	}}
	for _, c := range []struct {
		claim        string
		h            calendar.Hours
		start        string
		minutes      int
		want, wantIn string
	}{
		{"within an opening", office(kolkata), "2026-11-25 09:10", 30, "2026-11-25 09:40", ""},
		{"nothing is at once", office(kolkata), "2026-11-29 03:00", 0, "2026-11-29 03:00", ""},
		{"seconds are kept", office(kolkata), "2026-11-25 09:10:30", 30, "2026-11-25 09:40:30", ""},
		{"before the opening", office(kolkata), "2026-11-25 06:00", 60, "2026-11-25 10:00", ""},
		{"over the break", office(kolkata), "2026-11-25 11:30", 60, "2026-11-25 13:30", ""},
		{"to the very end", office(kolkata), "2026-11-25 16:00", 60, "2026-11-25 17:00", ""},
		{"a minute more is tomorrow", office(kolkata), "2026-11-25 16:00", 61, "2026-11-26 09:01", ""},
		{"over the weekend", office(kolkata), "2026-11-27 16:30", 60, "2026-11-30 09:30", ""},
		{"over a holiday", office(kolkata, diwali), "2026-11-06 16:30", 60, "2026-11-10 09:30", ""},
		{"over a yearly holiday", office(kolkata, christmas), "2026-12-24 16:30", 60, "2026-12-28 09:30", ""},
		{"a yearly leap day in a leap year", office(kolkata, leapDay), "2028-02-28 16:30", 60, "2028-03-01 09:30", ""},
		{"and not in another", office(kolkata, leapDay), "2027-02-26 16:30", 60, "2027-03-01 09:30", ""},
		{"a leap day is a day", daily(kolkata, 0, 1440), "2028-02-28 12:00", 2 * 1440, "2028-03-01 12:00", ""},
		{"over midnight", night, "2026-11-27 23:30", 60, "2026-11-28 00:30", ""},
		{"a week later", night, "2026-11-28 05:30", 60, "2026-12-04 22:30", ""},
		{"midnight takes no minute", calendar.Always(kolkata), "2026-11-25 23:59", 2, "2026-11-26 00:01", ""},
		{"the hour that is skipped does not count", daily(berlin, 60, 4*60), "2026-03-29 01:30", 60, "2026-03-29 03:30", ""},
		{"an opening that is skipped is none", daily(berlin, 2*60, 3*60), "2026-03-29 00:00", 30, "2026-03-30 02:30", ""},
		{"the hour that comes twice counts twice", daily(newYork, 60, 4*60), "2026-11-01 00:00", 150, "2026-11-01 02:30", ""},
		{"around the clock on a day of 25 hours", calendar.Always(newYork), "2026-11-01 00:00", 1440, "2026-11-01 23:00", ""},
		{"around the clock on a day of 23", calendar.Always(berlin), "2026-03-29 00:00", 1440, "2026-03-30 01:00", ""},
	} {
		got, err := c.h.Add(at(t, c.h.Zone, c.start), time.Duration(c.minutes)*time.Minute)
		if want := at(t, c.h.Zone, c.want); err != nil || !got.Equal(want) {
			t.Errorf("%s: got %s %v, want %s", c.claim, got.In(c.h.Zone), err, want)
		}
	}
}

// An opening in the hour that comes twice is open both times, and shut between them.
func TestTheDoubledHour(t *testing.T) {
	h := daily(zone(t, "America/New_York"), 60, 90) // 01:00 to 01:30; at 02:00 the clock goes back to 01:00
	first := time.Date(2026, 11, 1, 5, 0, 0, 0, time.UTC)
	for _, c := range []struct{ minutes, want int }{{30, 30}, {31, 61}, {60, 90}} {
		got, err := h.Add(first, time.Duration(c.minutes)*time.Minute)
		if want := first.Add(time.Duration(c.want) * time.Minute); err != nil || !got.Equal(want) {
			t.Errorf("%d minutes: got %s %v, want %s", c.minutes, got, err, want)
		}
	}
	for minutes, want := range map[int]bool{0: true, 29: true, 30: false, 59: false, 60: true, 89: true, 90: false} {
		if got := h.Open(first.Add(time.Duration(minutes) * time.Minute)); got != want {
			t.Errorf("open after %d minutes: %v", minutes, got)
		}
	}
}

func TestHoursThatAreNeverOpen(t *testing.T) {
	kolkata := zone(t, "Asia/Kolkata")
	christmasOnly := calendar.Hours{Zone: kolkata, Openings: []calendar.Opening{{Weekday: time.Friday, From: 0, Until: 1}}}
	for d := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2048; d = d.AddDate(0, 0, 1) {
		christmasOnly.Holidays = append(christmasOnly.Holidays, calendar.Holiday{Day: clock.DateIn(d, time.UTC), Name: "shut"})
	}
	start := testworld.Morning
	for claim, h := range map[string]calendar.Hours{"no opening": {Zone: kolkata}, "holidays only": christmasOnly} {
		_, err := h.Add(start, time.Minute)
		testworld.Fault(t, err, fault.Invalid, "openings never")
		if _, err := h.Explain(start, time.Minute); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: explained: %v", claim, err)
		}
		if got := h.Between(start, start.AddDate(1, 0, 0)); got != 0 {
			t.Errorf("%s: %s in a year", claim, got)
		}
	}
	rare := calendar.Hours{Zone: kolkata, Openings: []calendar.Opening{{Weekday: time.Monday, From: 0, Until: 1}}}
	if _, err := rare.Add(start, 1200*time.Minute); fault.KindOf(err) != fault.Invalid {
		t.Errorf("1200 Mondays are more than 20 years: %v", err)
	}
}

// oracle walks minute by minute and asks a clock on the wall.
func oracle(h calendar.Hours, from, to time.Time) (minutes int) {
	for ; from.Before(to); from = from.Add(time.Minute) {
		if wallOpen(h, from) {
			minutes++
		}
	}
	return minutes
}

func wallOpen(h calendar.Hours, at time.Time) bool {
	wall := at.In(h.Zone)
	date := wall.Format(time.DateOnly)
	for _, x := range h.Holidays {
		if string(x.Day) == date || x.Yearly && string(x.Day[5:]) == date[5:] {
			return false
		}
	}
	for _, o := range h.Openings {
		if minute := wall.Hour()*60 + wall.Minute(); o.Weekday == wall.Weekday() && minute >= o.From && minute < o.Until {
			return true
		}
	}
	return false
}

// changes are moments around which the clocks of a zone do something.
var changes = []struct{ zone, around string }{
	{"Europe/Berlin", "2026-03-29T01:00:00Z"}, {"Europe/Berlin", "2026-10-25T01:00:00Z"},
	{"America/New_York", "2026-03-08T07:00:00Z"}, {"America/New_York", "2026-11-01T06:00:00Z"},
	{"Australia/Lord_Howe", "2026-10-03T15:30:00Z"}, {"Australia/Lord_Howe", "2026-04-04T15:00:00Z"}, // half an hour
	{"America/Sao_Paulo", "2018-11-04T03:00:00Z"}, {"America/Sao_Paulo", "2018-02-18T02:00:00Z"}, // at midnight
	{"America/St_Johns", "2010-11-07T02:31:00Z"}, // at one past midnight, back into the day before
	{"Pacific/Apia", "2011-12-30T10:00:00Z"},     // a day that never was
	{"Asia/Kolkata", "2026-11-25T00:00:00Z"}, {"Asia/Kolkata", "2028-02-29T00:00:00Z"}, {"Africa/Casablanca", "2026-02-15T02:00:00Z"},
}

func randomHours(r *rand.Rand, z *time.Location, around time.Time) calendar.Hours {
	h := calendar.Hours{Zone: z}
	for d := range time.Weekday(7) {
		for from := r.IntN(400); from < 1440 && r.IntN(5) > 0; {
			until := min(1440, from+1+r.IntN(600))
			h.Openings = append(h.Openings, calendar.Opening{Weekday: d, From: from, Until: until})
			from = until + r.IntN(200)
		}
	}
	for i := range r.IntN(3) {
		day := around.AddDate(0, 0, r.IntN(7)-3).In(z)
		h.Holidays = append(h.Holidays, calendar.Holiday{Day: clock.DateIn(day, z), Yearly: i%2 == 0, Name: "shut"})
	}
	return h
}

// TestArithmetic holds Add, Between, Open and Explain to a walk minute by minute and to each other, over random hours around moments at
// which clocks change.
func TestArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	for round := range 400 {
		c := changes[round%len(changes)]
		around, err := time.Parse(time.RFC3339, c.around)
		if err != nil {
			t.Fatal(err)
		}
		h := randomHours(r, zone(t, c.zone), around)
		start := around.Add(time.Duration(r.IntN(4000)-3000) * time.Minute)
		end := start.Add(time.Duration(r.IntN(5000)) * time.Minute)
		name := fmt.Sprintf("round %d, %s, %s to %s, %v", round, c.zone, start, end, h.Openings)
		want := oracle(h, start, end)
		if got := h.Between(start, end); got != time.Duration(want)*time.Minute {
			t.Fatalf("%s: Between %s, want %d minutes", name, got, want)
		}
		if got := h.Between(end, start); got != -time.Duration(want)*time.Minute {
			t.Fatalf("%s: backwards %s", name, got)
		}
		if h.Open(start) != wallOpen(h, start) {
			t.Fatalf("%s: Open %v", name, h.Open(start))
		}
		inverse(t, name, h, start, want)
	}
}

// inverse: Add(start, m) is the earliest instant with Between = m, it never goes back when m grows, and Explain counts the same.
func inverse(t *testing.T, name string, h calendar.Hours, start time.Time, most int) {
	t.Helper()
	last := start
	for m := 0; m <= most; m += 1 + most/7 {
		d := time.Duration(m) * time.Minute
		got, err := h.Add(start, d)
		if err != nil {
			t.Fatalf("%s: Add %s: %v", name, d, err)
		}
		if back := h.Between(start, got); back != d || got.Before(last) {
			t.Fatalf("%s: Add %s gives %s, where Between is %s; before it was %s", name, d, got, back, last)
		}
		if m > 0 && h.Between(start, got.Add(-time.Second)) >= d {
			t.Fatalf("%s: Add %s gives %s, which is not the earliest", name, d, got)
		}
		last = got
		e, err := h.Explain(start, d)
		if err != nil || !e.Until.Equal(got) || e.Want != d {
			t.Fatalf("%s: Explain %s gives %s %v, Add %s", name, d, e.Until, err, got)
		}
		var sum time.Duration
		for _, row := range e.Rows {
			if sum += row.Counted; row.Sum != sum || row.Counted != row.Until.Sub(row.From) && row.Holiday == "" && row.Merged == 0 {
				t.Fatalf("%s: row %+v, sum so far %s", name, row, sum)
			}
		}
		if sum != d {
			t.Fatalf("%s: the rows sum to %s, want %s", name, sum, d)
		}
	}
}

func TestExplain(t *testing.T) {
	z := zone(t, "Asia/Kolkata")
	h := office(z, calendar.Holiday{Day: "2026-11-26", Name: "Foundation day"})
	got, err := h.Explain(at(t, z, "2026-11-25 11:30"), 5*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	row := func(day clock.Date, from, until string, counted, sum time.Duration, holiday string) calendar.Row {
		return calendar.Row{Day: day, From: at(t, z, string(day)+" "+from).UTC(), Until: at(t, z, string(day)+" "+until).UTC(), Counted: counted, Sum: sum, Holiday: holiday}
	}
	testworld.Same(t, calendar.Explanation{
		Start: at(t, z, "2026-11-25 11:30"), Until: at(t, z, "2026-11-27 09:30").UTC(), Want: 5 * time.Hour,
		Rows: []calendar.Row{
			row("2026-11-25", "11:30", "12:00", 30*time.Minute, 30*time.Minute, ""),
			row("2026-11-25", "13:00", "17:00", 4*time.Hour, 270*time.Minute, ""),
			row("2026-11-26", "09:00", "12:00", 0, 270*time.Minute, "Foundation day"),
			row("2026-11-26", "13:00", "17:00", 0, 270*time.Minute, "Foundation day"),
			row("2026-11-27", "09:00", "09:30", 30*time.Minute, 5*time.Hour, ""),
		},
	}, got)
	long, err := h.Explain(at(t, z, "2026-11-25 09:00"), 1000*time.Hour)
	if err != nil || len(long.Rows) != 60 {
		t.Fatalf("%d rows, %v", len(long.Rows), err)
	}
	last := long.Rows[59]
	if last.Merged == 0 || last.Sum != 1000*time.Hour || !last.Until.Equal(long.Until) {
		t.Errorf("the last row holds the rest: %+v", last)
	}
}
