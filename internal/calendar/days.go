package calendar

import (
	"time"

	"intelliwiz/internal/clock"
)

// Days answers about whole days of a calendar, quickly: for plans, which fall on days.
type Days struct{ w week }

// Days gives the calendar's days.
func (h Hours) Days() Days { return Days{h.days()} }

// Holiday gives the name of the holiday that a day is, "" for one that is none.
func (d Days) Holiday(day clock.Date) string {
	if name := d.w.once[day]; name != "" {
		return name
	}
	if !day.Valid() {
		return ""
	}
	return d.w.yearly[monthDay(day)]
}

// Works says that work is done on a day: something is open on its weekday, and it is no holiday.
func (d Days) Works(day clock.Date) bool {
	at, err := time.Parse(time.DateOnly, string(day))
	return err == nil && len(d.w.openings[at.Weekday()]) > 0 && d.Holiday(day) == ""
}
