package calendar

import (
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
)

// maxRows bounds an explanation; the rest is summed in its last row.
const maxRows = 60

// Row is one line of an explanation: a piece of open time, or a holiday that took one away.
type Row struct {
	Day     clock.Date    // in the zone of the hours
	From    time.Time     // UTC
	Until   time.Time     // UTC
	Counted time.Duration // zero on a holiday
	Sum     time.Duration // of all rows so far, this one with them
	Holiday string        // why nothing was counted; "" = it was
	Merged  int           // further pieces that this row holds as well, because there were too many to list; 0 = none
}

// Explanation is the arithmetic of Add, row by row.
type Explanation struct {
	Start time.Time
	Until time.Time     // what Add gives
	Want  time.Duration // what was to be added
	Rows  []Row
}

// maxTrial is how many open minutes may be tried: a year of every minute.
const maxTrial = 366 * dayMinutes

// Try explains when so many open minutes of a calendar have passed since a moment; the zero time is now. The calendar was read by who may
// see it, so that nothing is asked for. Invalid at "minutes" when they are negative, more than a year, or do not pass within Horizon years,
// and at "start" beyond the years that are reckoned with.
func (s *Service) Try(c Calendar, start time.Time, minutes int64) (Explanation, error) {
	var check fault.Check
	check.That(minutes >= 0 && minutes <= maxTrial, "minutes", "range", "Give 0 to 527040 minutes.")
	check.That(start.IsZero() || start.Year() >= 1970 && start.Year() < 3000, "start", "range", "Give a time from 1970 to 2999.")
	if err := check.Err(); err != nil {
		return Explanation{}, err
	}
	if start.IsZero() {
		start = s.now()
	}
	h, err := c.Hours()
	if err != nil {
		return Explanation{}, err
	}
	e, err := h.Explain(start.UTC(), time.Duration(minutes)*time.Minute)
	if fault.KindOf(err) == fault.Invalid {
		check.Add("minutes", "never", fault.As(err).Message)
		return Explanation{}, check.Err()
	}
	return e, err
}

// Explain is Add with its arithmetic: the rows' last Sum is d, and their last Until the answer. Invalid as Add.
func (h Hours) Explain(start time.Time, d time.Duration) (Explanation, error) {
	e := Explanation{Start: start, Until: start, Want: max(d, 0)}
	if d <= 0 {
		return e, nil
	}
	var sum time.Duration
	for s := range h.marked(start, horizon(start)) {
		if s.shut == "" {
			s.until = s.from.Add(min(s.length(), d-sum))
			sum += s.length()
		}
		e.add(s, sum)
		if sum == d {
			e.Until = s.until.UTC()
			return e, nil
		}
	}
	return Explanation{}, never()
}

// add appends a row, or widens the last when there are enough.
func (e *Explanation) add(s span, sum time.Duration) {
	counted := s.length()
	if s.shut != "" {
		counted = 0
	}
	if n := len(e.Rows); n == maxRows {
		last := &e.Rows[n-1]
		last.Until, last.Sum, last.Holiday = s.until.UTC(), sum, ""
		last.Counted += counted
		last.Merged++
		return
	}
	e.Rows = append(e.Rows, Row{Day: s.day, From: s.from.UTC(), Until: s.until.UTC(), Counted: counted, Sum: sum, Holiday: s.shut})
}
