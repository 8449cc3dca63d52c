package calendar

import (
	"time"

	"intelliwiz/internal/clock"
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
