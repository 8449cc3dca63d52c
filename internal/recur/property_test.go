package recur_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/robfig/cron/v3"
	"pgregory.net/rapid"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/recur"
)

// zones have gaps and overlaps at night, at midnight, of half an hour, in both halves of the year, or none.
var zones = []string{
	"Europe/London", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata", "Asia/Beirut", "Pacific/Auckland",
	"Africa/Casablanca", "Asia/Gaza", "America/St_Johns", "UTC", "Asia/Tehran", "America/Sao_Paulo", "Pacific/Apia", "Europe/Lisbon",
}

// anyCron draws rules that go by the wall: the hour is never a bare star.
func anyCron(t *rapid.T) string {
	minute := rapid.SampledFrom([]string{"0", "30", "*/15", "*/20", "5,35", "59", "10-50/10"}).Draw(t, "minute")
	hour := rapid.SampledFrom([]string{"0", "1", "2", "3", "1-4", "0-6/2", "*/3", "23", "2,3", "8-17"}).Draw(t, "hour")
	dom := rapid.SampledFrom([]string{"*", "*", "*", "1", "28-31", "*/2"}).Draw(t, "dom")
	dow := rapid.SampledFrom([]string{"*", "*", "0", "1-5", "6"}).Draw(t, "dow")
	return fmt.Sprintf("%s %s %s * %s", minute, hour, dom, dow)
}

// anyZone draws a zone, and an instant of 2020 to 2040 that is often near a change of its hours.
func anyZone(t *rapid.T) (*time.Location, time.Time) {
	z, err := clock.Zone(rapid.SampledFrom(zones).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 20*365*24*60).Draw(t, "minutes")) * time.Minute)
	if _, end := at.In(z).ZoneBounds(); !end.IsZero() && rapid.Bool().Draw(t, "near") {
		at = end.Add(time.Duration(rapid.IntRange(-36*60, 12*60).Draw(t, "from the change")) * time.Minute).UTC()
	}
	return z, at
}

// TestNoFiringIsLostOrDoubled compares with another way of counting: walk through the minutes, and let a time that the rule names fire at the
// first minute at which the clock shows it or has passed it; times that fire at one minute are one.
func TestNoFiringIsLostOrDoubled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z, from := anyZone(t)
		text := anyCron(t)
		r, err := recur.Parse(text, start)
		if err != nil {
			t.Skip("no rule that is taken: ", err) // as a rule of the 31st of a month that has none, or of every minute
		}
		until := from.Add(72 * time.Hour)
		want := byMinutes(t, text, z, from, until)
		var got []time.Time
		for f := range r.Between(z, from, until) {
			got = append(got, f.At)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s in %s after %v (-want +got)\n%s", text, z, from, diff)
		}
	})
}

func byMinutes(t *rapid.T, text string, z *time.Location, from, until time.Time) (out []time.Time) {
	spec, err := cron.ParseStandard(text)
	if err != nil {
		t.Fatal(err)
	}
	wall := func(at time.Time) time.Time {
		y, m, d := at.In(z).Date()
		return time.Date(y, m, d, at.In(z).Hour(), at.In(z).Minute(), 0, 0, time.UTC)
	}
	at := from.Add(-48 * time.Hour).Truncate(time.Minute)
	shown := wall(at)
	next := spec.Next(shown)
	for ; !at.After(until); at = at.Add(time.Minute) {
		if w := wall(at); w.After(shown) {
			shown = w
		}
		fires := false
		for !next.After(shown) {
			fires, next = true, spec.Next(next)
		}
		if fires && at.After(from) {
			out = append(out, at)
		}
	}
	return out
}

// TestInPiecesOrAtOnce: cut anywhere, the pieces together are the whole, and every name stands once.
func TestInPiecesOrAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z, from := anyZone(t)
		text := rapid.OneOf(rapid.Custom(anyCron), rapid.SampledFrom([]string{
			"*/15 * * * *", "0 * * * *", "FREQ=DAILY;BYHOUR=1,2;BYMINUTE=0,30", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,SA;BYHOUR=2", "FREQ=MONTHLY;BYDAY=-1SU;BYHOUR=2;BYMINUTE=30",
		})).Draw(t, "rule")
		r, err := recur.Parse(text, start)
		if err != nil {
			t.Skip("no rule that is taken: ", err) // as a rule of the 31st of a month that has none, or of every minute
		}
		until := from.Add(96 * time.Hour)
		whole := slices.Collect(r.Between(z, from, until))
		var pieces []recur.Firing
		for at := from; at.Before(until); {
			next := at.Add(time.Duration(rapid.IntRange(1, 30*60).Draw(t, "piece")) * time.Minute)
			if next.After(until) {
				next = until
			}
			pieces = slices.AppendSeq(pieces, r.Between(z, at, next))
			at = next
		}
		if diff := cmp.Diff(whole, pieces); diff != "" {
			t.Fatalf("%s in %s after %v (-whole +pieces)\n%s", text, z, from, diff)
		}
		names := map[string]bool{}
		for i, f := range whole {
			if names[f.Nominal] || i > 0 && !whole[i-1].At.Before(f.At) {
				t.Fatalf("%s in %s: %v stands twice or out of order", text, z, f)
			}
			names[f.Nominal] = true
		}
	})
}

// BenchmarkAYearOfQuarterHours: the issue of this work asks for less than 50 ms.
func BenchmarkAYearOfQuarterHours(b *testing.B) {
	z := zone(b, "Europe/London")
	r := rule(b, "*/15 * * * *")
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		n := 0
		for range r.Between(z, from, from.AddDate(1, 0, 0)) {
			n++
		}
		if n != 35_040 {
			b.Fatalf("%d firings", n)
		}
	}
}
