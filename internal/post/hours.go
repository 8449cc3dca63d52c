package post

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/recur"
)

// Span is a time of the week in which people are at a post.
type Span struct {
	Weekday int `json:"weekday"` // on which it begins, 0 = Sunday
	From    int `json:"from"`    // minute of that day, 0 to 1439
	Until   int `json:"until"`   // minute of that day, 1 to 1440, and of the next one where it is not after From
}

// Hours are the spans of a week. Each is an expectation of its own, also where one begins as another ends.
type Hours []Span

const (
	dayMinutes = 24 * 60
	maxSpans   = 50
)

// check puts the hours into their order and gives every violation.
func (h *Hours) check(c *fault.Check) {
	c.That(len(*h) <= maxSpans, "hours", "too_many", fmt.Sprintf("A week has at most %d spans.", maxSpans))
	for i, s := range *h {
		path := fmt.Sprintf("hours[%d].", i)
		c.That(s.Weekday >= 0 && s.Weekday <= 6, path+"weekday", "range", "A weekday is 0 for Sunday to 6 for Saturday.")
		c.That(s.From >= 0 && s.From < dayMinutes, path+"from", "range", "A span begins at minute 0 to 1439 of its day.")
		c.That(s.Until > 0 && s.Until <= dayMinutes, path+"until", "range", "A span ends at minute 1 to 1440.")
	}
	out := slices.Clone(*h)
	slices.SortFunc(out, func(a, b Span) int { return cmp.Or(a.Weekday-b.Weekday, a.From-b.From, a.Until-b.Until) })
	*h = slices.Compact(out)
}

// text is the hours as they are stored.
func (h Hours) text() string {
	parts := make([]string, len(h))
	for i, s := range h {
		parts[i] = fmt.Sprintf("%d %d %d", s.Weekday, s.From, s.Until)
	}
	return strings.Join(parts, ";")
}

// read reads hours as they are stored.
func (h *Hours) read(text string) error {
	if text == "" {
		return nil
	}
	for part := range strings.SplitSeq(text, ";") {
		var s Span
		if _, err := fmt.Sscanf(part, "%d %d %d", &s.Weekday, &s.From, &s.Until); err != nil {
			return fmt.Errorf("hours %q: %w", text, err)
		}
		*h = append(*h, s)
	}
	return nil
}

// window is a span on a day: people are at the post from one instant until another.
type window struct{ from, until time.Time }

func (w window) holds(at time.Time) bool { return !at.Before(w.from) && at.Before(w.until) }

// windows gives the spans that touch a time, by when they begin. A local time that a zone leaves out is the first one after it.
func (h Hours) windows(zone *time.Location, from, until time.Time) (out []window) {
	first, last := from.In(zone), until.In(zone)
	end := time.Date(last.Year(), last.Month(), last.Day(), 0, 0, 0, 0, time.UTC) // not the begin of a day there: after the year 9999 a date has none
	for day := time.Date(first.Year(), first.Month(), first.Day()-1, 0, 0, 0, 0, time.UTC); !day.After(end); day = day.AddDate(0, 0, 1) {
		for _, s := range h {
			if s.Weekday != int(day.Weekday()) {
				continue
			}
			over := day
			if s.Until <= s.From {
				over = day.AddDate(0, 0, 1)
			}
			w := window{recur.At(clock.DateIn(day, time.UTC), s.From, zone), recur.At(clock.DateIn(over, time.UTC), s.Until, zone)}
			if w.until.After(from) && w.from.Before(until) && w.from.Before(w.until) {
				out = append(out, w)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b window) int { return a.from.Compare(b.from) })
	return out
}

// ahead is how far the next span is looked for: a week has it, and a day for what a zone moves.
const ahead = 8 * 24 * time.Hour

// current is the span of an instant that began last; ok is false outside of all.
func (h Hours) current(zone *time.Location, at time.Time) (w window, ok bool) {
	for _, x := range h.windows(zone, at, at.Add(1)) {
		if x.holds(at) {
			w, ok = x, true
		}
	}
	return w, ok
}

// next is the first span that begins after an instant; ok is false when there is none.
func (h Hours) next(zone *time.Location, at time.Time) (window, bool) {
	for _, x := range h.windows(zone, at, at.Add(ahead)) {
		if x.from.After(at) {
			return x, true
		}
	}
	return window{}, false
}

// Words says the hours in a line: "Mon to Fri 22:00 to 06:00; Sat 08:00 to 12:00".
func (h Hours) Words() string {
	if len(h) == 0 {
		return "No hours"
	}
	var days [7]string // Monday first
	for _, s := range h {
		d := (s.Weekday + 6) % 7
		if days[d] != "" {
			days[d] += ", "
		}
		days[d] += s.words()
	}
	var parts []string
	for from := 0; from < 7; from++ {
		if days[from] == "" {
			continue
		}
		until := from
		for until < 6 && days[until+1] == days[from] {
			until++
		}
		parts = append(parts, daysWords(from, until)+" "+days[from])
		from = until
	}
	return strings.Join(parts, "; ")
}

// daysWords names days that follow each other, 0 = Monday.
func daysWords(from, until int) string {
	name := func(d int) string { return time.Weekday((d + 1) % 7).String()[:3] }
	switch {
	case from == 0 && until == 6:
		return "Every day"
	case from == until:
		return name(from)
	}
	return name(from) + " to " + name(until)
}

func (s Span) words() string {
	if s.From == 0 && s.Until == dayMinutes {
		return "all day"
	}
	return Clock(s.From) + " to " + Clock(s.Until)
}

// Clock is a minute of a day as a clock shows it: "06:00".
func Clock(minute int) string {
	two := func(n int) string { return strconv.Itoa(n/10) + strconv.Itoa(n%10) }
	return two(minute/60) + ":" + two(minute%60)
}
