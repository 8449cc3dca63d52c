package recur

import (
	"iter"
	"slices"
	"time"

	"github.com/teambition/rrule-go"

	"intelliwiz/internal/clock"
)

// recurrence is a rule of RFC 5545, counted on the clock of a wall: the library's own zones send a time that is left out backward in one zone
// and forward in another.
type recurrence struct {
	option rrule.ROption
	rule   *rrule.RRule
}

func parseRRule(text string, start clock.Date) (days, error) {
	o, err := rrule.StrToROption(text)
	if err != nil {
		return nil, refuse("grammar", "This is no RRULE. One looks like FREQ=MONTHLY;BYDAY=1MO;BYHOUR=8.")
	}
	switch {
	case o.Freq > rrule.DAILY:
		return nil, refuse("frequency", "An RRULE comes daily, weekly, monthly or yearly. For hours and minutes write a rule of cron.")
	case len(o.Byhour) == 0:
		return nil, refuse("hour", "Say at what time: BYHOUR=8, and BYMINUTE=30 if it is not the full hour.")
	case len(o.Bysecond) > 0:
		return nil, refuse("second", "Tasks begin at a full minute: leave BYSECOND out.")
	case o.Count > 0 || !o.Until.IsZero() || !o.Dtstart.IsZero():
		return nil, refuse("window", "From when and until when is said by the plan: leave DTSTART, COUNT and UNTIL out.")
	case len(o.Byweekno)+len(o.Byyearday)+len(o.Byeaster) > 0:
		return nil, refuse("part", "Name days by BYDAY, BYMONTHDAY and BYMONTH: weeks and days of the year are not known here.")
	case o.Interval > 1000:
		return nil, refuse("interval", "An interval is at most 1000.")
	}
	if len(o.Byminute) == 0 {
		o.Byminute = []int{0}
	}
	slices.Sort(o.Byhour)
	slices.Sort(o.Byminute)
	o.Bysecond, o.Dtstart = []int{0}, midnight(start)
	r, err := rrule.NewRRule(*o)
	if err != nil {
		return nil, refuse("grammar", "This RRULE has a part that is out of its range.")
	}
	return recurrence{*o, r}, nil
}

func (recurrence) elapsed() bool { return false }

func (r recurrence) minutes() []int {
	var out []int
	for _, h := range r.option.Byhour {
		for _, m := range r.option.Byminute {
			out = append(out, h*60+m)
		}
	}
	return out
}

func (r recurrence) walls(from, until time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		if from.Before(r.option.Dtstart) {
			from = r.option.Dtstart
		}
		for _, wall := range r.rule.Between(from, until, true) {
			if !yield(wall) {
				return
			}
		}
	}
}
