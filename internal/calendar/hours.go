package calendar

import (
	"iter"
	"slices"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
)

// Horizon is how many years ahead a point in time is looked for; what lies beyond is never.
const Horizon = 20

// Opening is a part of a weekday in which work is done, in minutes of the local day: From belongs to it, Until does not. What lies between
// two openings of a day is a break.
type Opening struct {
	Weekday time.Weekday `json:"weekday"` // 0 = Sunday
	From    int          `json:"from"`    // 0 to 1439
	Until   int          `json:"until"`   // 1 to 1440
}

// Holiday is a day on which nothing is open.
type Holiday struct {
	Day    clock.Date `json:"day"`
	Yearly bool       `json:"yearly"` // again on the same day of every year; 29 February in leap years only
	Name   string     `json:"name"`
}

// Hours is when work is done, for arithmetic: an instant is open when a clock on a wall in the zone shows a minute of an opening, on a day
// that is no holiday. A minute that a zone skips counts nothing, and one that it repeats counts twice, as it is worked.
type Hours struct {
	Zone     *time.Location
	Openings []Opening // of the week, without overlap
	Holidays []Holiday
}

// Always is every minute: business time is elapsed time.
func Always(zone *time.Location) Hours {
	h := Hours{Zone: zone}
	for d := range time.Weekday(7) {
		h.Openings = append(h.Openings, Opening{Weekday: d, Until: dayMinutes})
	}
	return h
}

// Open says that work is done at an instant.
func (h Hours) Open(at time.Time) bool {
	for range h.spans(at, at.Add(1)) {
		return true
	}
	return false
}

// Add gives the earliest instant by which d of open time has passed since start; start itself when d is not positive. Invalid when that
// is not so within Horizon years, as with hours that are never open.
func (h Hours) Add(start time.Time, d time.Duration) (time.Time, error) {
	if d <= 0 {
		return start, nil
	}
	for s := range h.spans(start, horizon(start)) {
		if open := s.length(); open < d {
			d -= open
			continue
		}
		return s.from.Add(d).UTC(), nil
	}
	return time.Time{}, never()
}

// Between gives the open time from a until b; negative when b is before a.
func (h Hours) Between(a, b time.Time) time.Duration {
	if b.Before(a) {
		return -h.Between(b, a)
	}
	var sum time.Duration
	for s := range h.spans(a, b) {
		sum += s.length()
	}
	return sum
}

func horizon(start time.Time) time.Time { return start.AddDate(Horizon, 0, 0) }

func never() error {
	f := fault.Of(fault.Invalid, "By this calendar that is not so within 20 years.")
	f.Fields = []fault.Field{{Path: "openings", Code: "never", Message: f.Message}}
	return f
}

// span is a piece of open time; shut names the holiday of a piece that would be open on another day.
type span struct {
	day         clock.Date
	from, until time.Time
	shut        string
}

func (s span) length() time.Duration { return s.until.Sub(s.from) }

// spans gives the pieces of open time between two instants in order.
func (h Hours) spans(from, to time.Time) iter.Seq[span] {
	return func(yield func(span) bool) {
		for s := range h.marked(from, to) {
			if s.shut == "" && !yield(s) {
				return
			}
		}
	}
}

// marked is spans with the pieces that holidays take away. Within one offset of the zone, a clock on the wall runs like any other.
func (h Hours) marked(from, to time.Time) iter.Seq[span] {
	return func(yield func(span) bool) {
		days := h.days()
		for from.Before(to) {
			local := from.In(h.Zone)
			_, seconds := local.Zone()
			_, end := local.ZoneBounds()
			if end.IsZero() || end.After(to) {
				end = to
			}
			if !days.within(from, end, time.Duration(seconds)*time.Second, yield) {
				return
			}
			from = end
		}
	}
}

// week is Hours in the form in which a day is looked up quickly.
type week struct {
	openings [7][]Opening
	once     map[clock.Date]string
	yearly   map[string]string // "12-25"
}

func (h Hours) days() week {
	w := week{once: map[clock.Date]string{}, yearly: map[string]string{}}
	for _, o := range h.Openings {
		w.openings[o.Weekday] = append(w.openings[o.Weekday], o)
	}
	for _, list := range w.openings {
		slices.SortFunc(list, func(a, b Opening) int { return a.From - b.From })
	}
	for _, x := range h.Holidays {
		if x.Yearly {
			w.yearly[monthDay(x.Day)] = x.Name
		} else {
			w.once[x.Day] = x.Name
		}
	}
	return w
}

func monthDay(d clock.Date) string { return string(d[len("2006-"):]) }

// within gives the pieces between two instants that have the same offset from UTC. wall is what a clock shows, written as if it were UTC.
func (w week) within(from, to time.Time, offset time.Duration, yield func(span) bool) bool {
	wall := from.UTC().Add(offset)
	day := time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, time.UTC)
	for ; day.Add(-offset).Before(to); day = day.AddDate(0, 0, 1) {
		openings := w.openings[day.Weekday()]
		if len(openings) == 0 {
			continue
		}
		date := clock.DateIn(day, time.UTC)
		shut := w.once[date]
		if shut == "" {
			shut = w.yearly[monthDay(date)]
		}
		midnight := day.Add(-offset)
		for _, o := range openings {
			s := span{day: date, shut: shut, from: midnight.Add(time.Duration(o.From) * time.Minute), until: midnight.Add(time.Duration(o.Until) * time.Minute)}
			if s.from.Before(from) {
				s.from = from
			}
			if s.until.After(to) {
				s.until = to
			}
			if s.from.Before(s.until) && !yield(s) {
				return false
			}
		}
	}
	return true
}
