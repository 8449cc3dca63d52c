package web

import (
	"strconv"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
)

// holidayRow is a holiday as it comes next.
type holidayRow struct {
	Name string
	Day  string // "Friday 25 Dec 2026"
	Note string // "every year"
	Past bool
}

func (h holidayRow) words() string {
	words := h.Day
	if h.Note != "" {
		words += ", " + h.Note
	}
	if h.Past {
		words += ", over"
	}
	return words
}

// holidayRows lists holidays by when they come next; those that are over stand last.
func holidayRows(all []calendar.Holiday, v visit) []holidayRow {
	today := clock.DateIn(v.now, v.zone)
	type dated struct {
		row  holidayRow
		next clock.Date
	}
	var coming, over []dated
	for _, h := range all {
		next := nextDay(h, today)
		t, err := time.Parse(time.DateOnly, string(next))
		if err != nil {
			continue
		}
		x := dated{holidayRow{Name: h.Name, Day: t.Format("Monday ") + t.Format(dayForm), Past: next < today}, next}
		if h.Yearly {
			x.row.Note = "every year"
		}
		if x.row.Past {
			over = append(over, x)
		} else {
			coming = append(coming, x)
		}
	}
	byDay := func(x []dated) {
		sortBy(x, func(d dated) string { return string(d.next) })
	}
	byDay(coming)
	byDay(over)
	var out []holidayRow
	for _, d := range append(coming, over...) {
		out = append(out, d.row)
	}
	return out
}

// nextDay gives the day on which a holiday comes next; of one that does not come again, its day.
func nextDay(h calendar.Holiday, today clock.Date) clock.Date {
	if !h.Yearly {
		return h.Day
	}
	year, _ := strconv.Atoi(string(today[:4])) // a date begins with its year
	for range 9 {                              // 29 February may be eight years away
		d := clock.Date(strconv.Itoa(year) + string(h.Day[4:]))
		if d >= today && d.Valid() {
			return d
		}
		year++
	}
	return h.Day
}
