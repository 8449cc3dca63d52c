package post

import "time"

// Lack asks the one question of this package that is answered from its arguments alone, for the property test.
func (p Post) Lack(zone *time.Location, duties []Duty, at time.Time) (since time.Time, held int64, lacking bool) {
	p.open = true
	l, lacking := p.lacks(zone, duties, at)
	return l.since, l.held, lacking
}

// Windows gives the spans that touch a time.
func (h Hours) Windows(zone *time.Location, from, until time.Time) (out [][2]time.Time) {
	for _, w := range h.windows(zone, from, until) {
		out = append(out, [2]time.Time{w.from, w.until})
	}
	return out
}

// Gaps gives where too few are rostered.
func (p Post) Gaps(zone *time.Location, roster []Assignment, from, until time.Time) []Gap {
	p.open = true
	return p.gaps(zone, roster, from, until)
}
