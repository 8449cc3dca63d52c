package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/web/ui"
)

// weekday is a row of the chart of a week.
type weekday struct {
	Name   string
	Words  string // "09:00 to 12:00, 13:00 to 17:00"
	Total  string
	Note   string // a holiday that takes its next day away
	Bars   []openBar
	Now    string // where the line of now stands, "" on other days
	Closed bool
}

// openBar is an opening in minutes of the day, as SVG wants it.
type openBar struct{ X, Width string }

// mondayFirst are the days in the order in which a week is written.
func mondayFirst() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
}

// weekOf draws the week, with the holidays of the seven days from now on.
func weekOf(h calendar.Hours, now time.Time) []weekday {
	local := now.In(h.Zone)
	var out []weekday
	for _, d := range mondayFirst() {
		row := weekday{Name: d.String(), Words: "Closed"}
		var total int
		var words []string
		for _, o := range openingsOf(h.Openings, d) {
			total += o.Until - o.From
			words = append(words, minuteWords(o.From)+" to "+minuteWords(o.Until))
			row.Bars = append(row.Bars, openBar{strconv.Itoa(o.From), strconv.Itoa(o.Until - o.From)})
		}
		if row.Closed = total == 0; !row.Closed {
			row.Words, row.Total = strings.Join(words, ", "), openTime(time.Duration(total)*time.Minute)
		}
		ahead := (int(d) - int(local.Weekday()) + 7) % 7
		date := clock.DateIn(local.AddDate(0, 0, ahead), h.Zone)
		if name := holidayOn(h.Holidays, date); name != "" && !row.Closed {
			row.Note = "Closed on " + dateWords(date) + ": " + name
		}
		if ahead == 0 {
			row.Now = strconv.Itoa(local.Hour()*60 + local.Minute())
		}
		out = append(out, row)
	}
	return out
}

func openingsOf(all []calendar.Opening, d time.Weekday) []calendar.Opening {
	var out []calendar.Opening
	for _, o := range all {
		if o.Weekday == d {
			out = append(out, o)
		}
	}
	sortBy(out, func(o calendar.Opening) int { return o.From })
	return out
}

func sortBy[T any, K cmp.Ordered](list []T, key func(T) K) {
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}

// holidayOn names the holiday of a day, "" when it is none.
func holidayOn(all []calendar.Holiday, d clock.Date) string {
	for _, h := range all {
		if h.Day == d || h.Yearly && h.Day[4:] == d[4:] {
			return h.Name
		}
	}
	return ""
}

func weekTotal(h calendar.Hours) time.Duration {
	var sum int
	for _, o := range h.Openings {
		sum += o.Until - o.From
	}
	return time.Duration(sum) * time.Minute
}

// minuteWords writes a minute of the day: "09:30", and "24:00" for its end.
func minuteWords(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// openTime writes a length of open time in hours, whatever its length: "40 h", "7 h 30 min".
func openTime(d time.Duration) string {
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case m == 0:
		return grouped(int64(h)) + " h"
	case h == 0:
		return strconv.Itoa(m) + " min"
	}
	return grouped(int64(h)) + " h " + strconv.Itoa(m) + " min"
}

// trial is the arithmetic of the hours on a start and a length that somebody typed.
type trial struct {
	Day, Time, Length string // as they were typed
	Faults            ui.Faults
	Answer            string
	Rows              []trialRow
}

// trialRow is a piece of the arithmetic.
type trialRow struct{ Day, From, Counted, Sum string }

// maxTrial is how many open hours may be tried: a year of every minute.
const maxTrial = 8784

func (t trial) fields() []ui.Field {
	return []ui.Field{
		{Name: "day", Label: "From day", Kind: ui.Date, Width: "short", Value: t.Day, Error: t.Faults.At("day")},
		{Name: "time", Label: "At", Kind: ui.Time, Width: "short", Value: t.Time, Error: t.Faults.At("time")},
		{Name: "length", Label: "Open hours", Kind: ui.Number, Width: "short", Step: "any", Min: "0", Top: strconv.Itoa(maxTrial), Value: t.Length, Error: t.Faults.At("length")},
	}
}

// tryHours counts open hours from a moment on: eight from now unless told.
func tryHours(h calendar.Hours, v visit, q url.Values) trial {
	local := v.now.In(v.zone)
	t := trial{Day: dateOf(local), Time: local.Format(clockForm), Length: "8"}
	for name, at := range map[string]*string{"day": &t.Day, "time": &t.Time, "length": &t.Length} {
		if q.Has(name) {
			*at = strings.TrimSpace(q.Get(name))
		}
	}
	var c fault.Check
	date, err := time.Parse(time.DateOnly, t.Day)
	c.That(err == nil, "day", "grammar", "Choose a day.")
	at, err := time.Parse(clockForm, t.Time)
	c.That(err == nil, "time", "grammar", "Enter a time, like 14:30.")
	hours, err := strconv.ParseFloat(t.Length, 64)
	c.That(err == nil && hours >= 0 && hours <= maxTrial, "length", "range", "Enter hours from 0 to "+strconv.Itoa(maxTrial)+", like 7.5.")
	var e calendar.Explanation
	if err := c.Err(); err == nil {
		start := time.Date(date.Year(), date.Month(), date.Day(), at.Hour(), at.Minute(), 0, 0, v.zone)
		e, err = h.Explain(start, time.Duration(hours*60)*time.Minute)
		if err != nil {
			c.Add("length", "never", fault.As(err).Message)
		}
	}
	if err := c.Err(); err != nil {
		t.Faults = faultsOf(err)
		return t
	}
	t.Answer = "A clock of " + openTime(e.Want) + " that starts " + dayed(e.Start, v) + " runs out " + dayed(e.Until, v) + "."
	for _, x := range e.Rows {
		row := trialRow{Day: x.From.In(v.zone).Format("Mon 2 Jan"), From: span(x.From, x.Until, v.zone), Counted: openTime(x.Counted), Sum: openTime(x.Sum)}
		if x.Holiday != "" {
			row.Counted = "Holiday: " + x.Holiday
		}
		if x.Merged > 0 {
			row.From += ", " + counted(x.Merged+1, "piece", "pieces")
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// span writes from when until when within a day; the end of the day is 24:00.
func span(from, until time.Time, zone *time.Location) string {
	end := until.In(zone)
	words := end.Format(clockForm)
	if dateOf(end) != dateOf(from.In(zone)) {
		words = end.Format("2 Jan, 15:04")
		if end.Equal(time.Date(end.Year(), end.Month(), end.Day(), 0, 0, 0, 0, zone)) && end.Sub(from) <= 26*time.Hour {
			words = "24:00"
		}
	}
	return from.In(zone).Format(clockForm) + " to " + words
}

// quarters are the minutes at which the chart of a day has its lines: 06:00, 12:00, 18:00.
func quarters() []string { return []string{"360", "720", "1080"} }
