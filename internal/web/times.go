package web

import (
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"intelliwiz/internal/web/ui"
)

// The forms in which pages write times. The zone is named once per page, by zoneLine.
const (
	clockForm = "15:04"
	dayForm   = "2 Jan 2006"
	fullForm  = "2 Jan 2006, 15:04"
)

// zoneLine names the zone of a page's times, once.
func zoneLine(zone *time.Location) string { return "Times are in " + zone.String() + "." }

// day names a day as seen from now: Today, Yesterday, 13 Oct, or with its year when that is another.
func day(t, now time.Time, zone *time.Location) string {
	t, now = t.In(zone), now.In(zone)
	switch dateOf(t) {
	case dateOf(now):
		return "Today"
	case dateOf(now.AddDate(0, 0, -1)):
		return "Yesterday"
	case dateOf(now.AddDate(0, 0, 1)):
		return "Tomorrow"
	}
	if t.Year() == now.Year() {
		return t.Format("2 Jan")
	}
	return t.Format(dayForm)
}

// moment writes a time with its day: "Today, 14:30".
func moment(t, now time.Time, zone *time.Location) string {
	return day(t, now, zone) + ", " + t.In(zone).Format(clockForm)
}

// amid writes a moment as it stands within a sentence: "changed today, 14:30".
func amid(t, now time.Time, zone *time.Location) string {
	return lowered(moment(t, now, zone))
}

// lowered makes the beginning of a sentence stand within one.
func lowered(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToLower(first)) + s[size:]
}

// capital makes a text the beginning of a sentence.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

// spell writes a length of time in words, rounded up to what one can act on: seconds, minutes, hours or days.
func spell(d time.Duration) string {
	switch {
	case d <= 90*time.Second:
		return plural(wholeSeconds(d), "second")
	case d <= 90*time.Minute:
		return plural(int(math.Ceil(d.Minutes())), "minute")
	case d <= 48*time.Hour:
		return plural(int(math.Ceil(d.Hours())), "hour")
	}
	return plural(int(math.Ceil(d.Hours()/24)), "day")
}

// plural writes a number and its noun: "1 day", "3 days".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// counted writes a number with its noun, in thousands: "1 entry", "1 204 entries".
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(int64(n)) + " " + many
}

// paged counts the rows of a page with their noun: "1 row", "20 rows".
func paged(n int, one, many string) ui.Pager {
	if n == 1 {
		many = one
	}
	return ui.Pager{Shown: n, Noun: many}
}

// grouped writes a number with a thin gap between thousands.
func grouped(n int64) string {
	if n < 0 {
		return "-" + grouped(-n)
	}
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return grouped(n/1000) + "\u202f" + fmt.Sprintf("%03d", n%1000)
}

func wholeSeconds(d time.Duration) int { return max(int(math.Ceil(d.Seconds())), 1) }

func dateOf(t time.Time) string { return t.Format(time.DateOnly) }
