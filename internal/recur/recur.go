// Package recur says when something comes again: rules in the words of cron or of RFC 5545, and the instants at which they come round on
// the clocks of a zone. It is pure: the generator of tasks, the preview, the calendar of a month and the tests all ask it, and get the same.
// It knows no holidays and nothing of what comes again.
package recur

import (
	"iter"
	"strings"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
)

// Rule is when something comes again, on the clock of a wall; the zero Rule never does.
type Rule struct {
	text string
	days days
}

// days gives the times of a rule on a clock on a wall, written as if that were UTC, from one until another, both included, in order.
type days interface {
	walls(from, until time.Time) iter.Seq[time.Time]
	// minutes are those of a day on which the rule comes round, in order: never empty.
	minutes() []int
	// elapsed says that the rule counts hours as they pass, and not as a clock on a wall shows them: those of cron with a * for the hour.
	elapsed() bool
	// words are the rule for people, as "every weekday at 08:00".
	words() string
}

// Firing is one time at which a rule comes round.
type Firing struct {
	// Nominal is what the clock shows then, as 2026-03-29T02:30, even where the zone leaves that minute out. It is the firing's name, and stays
	// when a country changes its rules. An hour that comes twice has "/2" behind its second time, which only a rule of every hour meets.
	Nominal string
	// At is the instant, UTC. A time that the zone leaves out is the first instant after it; one that comes twice is the first of them.
	At time.Time
}

// Bounds of a rule.
const (
	// Least is how many minutes lie between two times of a rule at least.
	Least = 5
	// within is how many years a rule must come round in: 29 February may be eight years away.
	within = 8
)

// Parse reads a rule: five fields of cron ("30 8 * * 1-5"), or an RRULE ("FREQ=MONTHLY;BYDAY=1MO;BYHOUR=8") that counts its weeks and months
// from a day on. Invalid for what is neither, for what never comes round, and for what comes round more often than every five minutes.
func Parse(text string, start clock.Date) (Rule, error) {
	text = strings.TrimSpace(text)
	d, err := parse(text, start)
	if err != nil {
		return Rule{}, err
	}
	if gap := leastGap(d.minutes()); gap < Least {
		return Rule{}, refuse("often", "Leave at least five minutes between two times.")
	}
	first := midnight(start)
	for range d.walls(first, first.AddDate(within, 0, 0)) {
		return Rule{text: text, days: d}, nil
	}
	return Rule{}, refuse("never", "This never comes round: no such day exists.")
}

func parse(text string, start clock.Date) (days, error) {
	if !start.Valid() {
		return nil, refuse("start", "A rule begins on a day.")
	}
	if upper := strings.ToUpper(text); strings.HasPrefix(upper, "RRULE:") || strings.HasPrefix(upper, "FREQ=") {
		return parseRRule(strings.TrimPrefix(upper, "RRULE:"), start)
	}
	return parseCron(text)
}

// String gives the rule as it was written.
func (r Rule) String() string { return r.text }

// Words gives the rule for people: "every weekday at 08:00".
func (r Rule) Words() string {
	if r.days == nil {
		return "never"
	}
	return r.days.words()
}

// A day is at most so much longer or shorter by the rules of a zone, and stands so far from UTC: what a time is looked for within.
const margin = 26 * time.Hour

// Between gives the firings after one instant, up to another and with it, in order; no two at the same instant. Asked in pieces or at once,
// it gives the same.
func (r Rule) Between(zone *time.Location, after, until time.Time) iter.Seq[Firing] {
	return func(yield func(Firing) bool) {
		switch {
		case r.days == nil || !after.Before(until):
		case r.days.elapsed():
			r.passing(zone, after, until, yield)
		default:
			r.shown(zone, after, until, yield)
		}
	}
}

// shown gives the firings of a rule that goes by the clock on the wall.
func (r Rule) shown(zone *time.Location, after, until time.Time, yield func(Firing) bool) {
	var last time.Time
	for wall := range r.days.walls(wallOf(after, zone).Add(-margin), wallOf(until, zone).Add(margin)) {
		at := first(wall, zone)
		if at.After(until) {
			return
		}
		if !at.After(after) || at.Equal(last) {
			continue
		}
		last = at
		if !yield(Firing{Nominal: nominal(wall), At: at}) {
			return
		}
	}
}

// passing gives the firings of a rule that counts hours as they pass: those of an hour that comes twice come twice.
func (r Rule) passing(zone *time.Location, after, until time.Time, yield func(Firing) bool) {
	for from := after; !from.After(until); { // until may be the first instant of other hours
		_, seconds := from.In(zone).Zone()
		_, end := from.In(zone).ZoneBounds()
		if end.IsZero() || end.After(until) {
			end = until.Add(1)
		}
		offset := time.Duration(seconds) * time.Second
		for wall := range r.days.walls(from.UTC().Add(offset), end.UTC().Add(offset)) {
			at := wall.Add(-offset)
			if !at.After(after) || at.Before(from) || !at.Before(end) {
				continue
			}
			f := Firing{Nominal: nominal(wall), At: at}
			if !first(wall, zone).Equal(at) {
				f.Nominal += "/2"
			}
			if !yield(f) {
				return
			}
		}
		from = end
	}
}

// first gives the first instant at which a clock in a zone shows a time, or else a later one.
func first(wall time.Time, zone *time.Location) time.Time {
	for from := wall.Add(-margin); ; {
		local := from.In(zone)
		_, seconds := local.Zone()
		_, end := local.ZoneBounds()
		at := wall.Add(-time.Duration(seconds) * time.Second)
		if at.Before(from) {
			return from.UTC()
		}
		if end.IsZero() || at.Before(end) {
			return at
		}
		from = end
	}
}

func nominal(wall time.Time) string { return wall.Format("2006-01-02T15:04") }

// wallOf is what a clock shows at an instant, written as if that were UTC.
func wallOf(at time.Time, zone *time.Location) time.Time {
	_, seconds := at.In(zone).Zone()
	return at.UTC().Add(time.Duration(seconds) * time.Second)
}

// At gives the first instant at which a clock in a zone shows a time of a day, in minutes after midnight, or else the first instant after it.
func At(day clock.Date, minute int, zone *time.Location) time.Time {
	return first(midnight(day).Add(time.Duration(minute)*time.Minute), zone)
}

// midnight is the start of a day that is valid, on the wall.
func midnight(day clock.Date) time.Time {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return time.Time{}
	}
	return t
}

// leastGap is the shortest time between two minutes of a day, midnight between them too.
func leastGap(minutes []int) int {
	least := 24*60 - minutes[len(minutes)-1] + minutes[0]
	for i := 1; i < len(minutes); i++ {
		least = min(least, minutes[i]-minutes[i-1])
	}
	return least
}

func refuse(code, message string) error {
	f := fault.Of(fault.Invalid, message)
	f.Fields = []fault.Field{{Path: "rule", Code: code, Message: message}}
	return f
}
