package plan_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/plan"
)

// day gives a place in a zone with the weekdays as working days and some holidays.
func place(zone *time.Location, holidays ...calendar.Holiday) plan.Place {
	h := calendar.Hours{Zone: zone, Holidays: holidays}
	for d := time.Monday; d <= time.Friday; d++ {
		h.Openings = append(h.Openings, calendar.Opening{Weekday: d, From: 480, Until: 1020})
	}
	return plan.Place{Zone: zone, Days: h.Days()}
}

func at(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return t
}

// lines gives occurrences as "nominal begins-due why".
func lines(t testing.TB, s plan.Schedule, p plan.Place, after, until string) []string {
	t.Helper()
	all, err := s.Occurrences(p, at(after), at(until))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, o := range all {
		line := fmt.Sprintf("%s %s-%s", o.Nominal, o.Begins.Format("02 15:04"), o.Due.Format("15:04"))
		if o.Skipped {
			line = o.Nominal + " skipped"
		}
		if o.Why != "" {
			line += " " + o.Why
		}
		out = append(out, line)
	}
	return out
}

// TestTheWorkedExamplesOfTheDomain are those of domain/ops.md 2.3 and 2.4.
func TestTheWorkedExamplesOfTheDomain(t *testing.T) {
	task := plan.Schedule{Rule: "0 8 * * *", From: "2026-01-01", Before: 5, Duration: 15, After: 5, Holidays: plan.Generate}
	got := lines(t, task, place(time.UTC), "2026-05-05 00:00", "2026-05-05 12:00")
	if diff := cmp.Diff([]string{"2026-05-05T08:00 05 07:55-08:20"}, got); diff != "" {
		t.Error(diff)
	}
	tour := plan.Schedule{
		Rule: "0 8 * * *", From: "2026-01-01", Before: 5, Duration: 10, Holidays: plan.Generate,
		Stops: []plan.Stop{{}, {Travel: 7}, {Travel: 12}},
	}
	got = lines(t, tour, place(time.UTC), "2026-05-05 00:00", "2026-05-05 12:00")
	if diff := cmp.Diff([]string{"2026-05-05T08:00 05 07:55-08:59"}, got); diff != "" {
		t.Error(diff)
	}
	want := []string{"0 07:55-08:10", "1 08:17-08:32", "2 08:44-08:59"}
	if diff := cmp.Diff(want, visits(tour, "2026-05-05 08:00")); diff != "" {
		t.Error(diff)
	}
}

func visits(s plan.Schedule, fires string) []string {
	var out []string
	for _, v := range s.Visits(plan.Occurrence{Nominal: fires[:10] + "T" + fires[11:], At: at(fires)}) {
		out = append(out, fmt.Sprintf("%d %s-%s", v.Stop, v.Begins.Format("15:04"), v.Due.Format("15:04")))
	}
	return out
}

// TestDefect025RoundsAndPause: three rounds went forward, back and back, with one break in the middle.
func TestDefect025RoundsAndPause(t *testing.T) {
	s := plan.Schedule{Duration: 10, Rounds: 3, Pause: 30, Stops: []plan.Stop{{Travel: 2}, {Travel: 5, Pause: 1}, {Travel: 3}}}
	want := []string{
		"0 08:02-08:12", "1 08:17-08:27", "2 08:31-08:41",
		"2 09:11-09:21", "1 09:24-09:34", "0 09:40-09:50",
		"0 10:20-10:30", "1 10:35-10:45", "2 10:49-10:59",
	}
	if diff := cmp.Diff(want, visits(s, "2026-05-05 08:00")); diff != "" {
		t.Error(diff)
	}
}

func TestHolidaysAndBlackouts(t *testing.T) {
	s := plan.Schedule{Rule: "0 8 * * *", From: "2026-12-24", Duration: 60}
	p := place(time.UTC, calendar.Holiday{Day: "2026-12-25", Name: "Christmas"})
	p.Blackouts = []plan.Blackout{{From: at("2026-12-29 06:00"), Until: at("2026-12-29 08:01"), Reason: "Shutdown"}, {From: at("2026-12-30 08:01"), Until: at("2026-12-31 08:00"), Reason: "Party"}}
	for policy, want := range map[plan.Holidays][]string{
		plan.Generate: {"2026-12-24T08:00 24 08:00-09:00", "2026-12-25T08:00 25 08:00-09:00", "2026-12-26T08:00 26 08:00-09:00", "2026-12-29T08:00 29 08:00-09:00"},
		plan.Skip:     {"2026-12-24T08:00 24 08:00-09:00", "2026-12-25T08:00 skipped Christmas", "2026-12-26T08:00 26 08:00-09:00", "2026-12-29T08:00 skipped Shutdown"},
		plan.Shift: {"2026-12-24T08:00 24 08:00-09:00", "2026-12-25T08:00 28 08:00-09:00 Moved from 2026-12-25: Christmas", "2026-12-26T08:00 26 08:00-09:00",
			"2026-12-29T08:00 30 08:00-09:00 Moved from 2026-12-29: Shutdown"},
	} {
		s.Holidays = policy
		got := lines(t, s, p, "2026-12-01 00:00", "2026-12-29 23:00")
		if diff := cmp.Diff(want, slices.DeleteFunc(got, func(l string) bool { return l[8:10] == "27" || l[8:10] == "28" })); diff != "" {
			t.Errorf("%s: %s", policy, diff)
		}
	}
}

func TestAPlanComesFromItsFirstDayToItsLast(t *testing.T) {
	last := clock.Date("2026-05-07")
	zone, err := clock.Zone("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	s := plan.Schedule{Rule: "0 0,23 * * *", From: "2026-05-06", Until: &last, Holidays: plan.Generate}
	want := []string{"2026-05-06T00:00 05 18:30-18:30", "2026-05-06T23:00 06 17:30-17:30", "2026-05-07T00:00 06 18:30-18:30", "2026-05-07T23:00 07 17:30-17:30"}
	if diff := cmp.Diff(want, lines(t, s, place(zone), "2026-01-01 00:00", "2026-12-01 00:00")); diff != "" {
		t.Error(diff)
	}
}

// TestDefect011ADenseRuleIsBounded: a rule of every minute over a long horizon ran for ever.
func TestDefect011ADenseRuleIsBounded(t *testing.T) {
	s := plan.Schedule{Rule: "*/5 * * * *", From: "2026-01-01", Holidays: plan.Generate}
	if _, err := s.Occurrences(place(time.UTC), at("2026-01-01 00:00"), at("2027-01-01 00:00")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a year of five minutes: %v", err)
	}
	s.Rule = "* * * * *"
	if _, err := s.Occurrences(place(time.UTC), at("2026-01-01 00:00"), at("2026-01-02 00:00")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("every minute: %v", err)
	}
}

// TestARunVisitsEveryStopOnceARound, whatever the order; visits do not overlap, and the same run is drawn the same way everywhere.
func TestARunVisitsEveryStopOnceARound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := plan.Schedule{
			Duration: rapid.Int64Range(1, 60).Draw(t, "duration"), Before: rapid.Int64Range(0, 30).Draw(t, "before"), Rounds: rapid.Int64Range(1, 3).Draw(t, "rounds"),
			Pause: rapid.Int64Range(0, 60).Draw(t, "pause"), Random: rapid.Bool().Draw(t, "random"), Seed: rapid.Int64().Draw(t, "seed"),
			Stops: make([]plan.Stop, rapid.IntRange(1, 12).Draw(t, "stops")),
		}
		for i := range s.Stops {
			s.Stops[i] = plan.Stop{Travel: rapid.Int64Range(0, 30).Draw(t, "travel"), Pause: rapid.Int64Range(0, 10).Draw(t, "pause after")}
		}
		o := plan.Occurrence{Nominal: "2026-05-05T08:00", At: at("2026-05-05 08:00")}
		got := s.Visits(o)
		seen := map[[2]int]int{}
		for i, v := range got {
			seen[[2]int{v.Round, v.Stop}]++
			if i > 0 && v.Begins.Before(got[i-1].Due) || !v.Begins.Before(v.Due) {
				t.Fatalf("visit %d overlaps: %v", i, got)
			}
		}
		if len(got) != len(s.Stops)*int(s.Rounds) || len(seen) != len(got) {
			t.Fatalf("%d visits of %d stops in %d rounds: %v", len(got), len(s.Stops), s.Rounds, got)
		}
		if diff := cmp.Diff(got, s.Visits(o)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestARandomOrderIsDrawnAnewForEachRun(t *testing.T) {
	s := plan.Schedule{Duration: 10, Random: true, Seed: 7, Stops: make([]plan.Stop, 8)}
	orders := map[string]bool{}
	for d := range 20 {
		orders[fmt.Sprint(visits(s, fmt.Sprintf("2026-05-%02d 08:00", d+1)))] = true
	}
	if len(orders) < 15 {
		t.Errorf("twenty runs have %d orders", len(orders))
	}
}
