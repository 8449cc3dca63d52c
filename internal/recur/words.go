package recur

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// words says what a rule of cron means: when in the day, and on which days.
func (c crontab) words() string {
	var days []string
	dom, dow := bits(c.spec.Dom&^star, 32), bits(c.spec.Dow&^star, 7)
	if len(dow) < 7 {
		days = append(days, weekdays(dow))
	}
	if len(dom) < 31 {
		days = append(days, "on the "+list(dom, ordinal)+" of the month")
	}
	when := "every day"
	if len(days) > 0 {
		when = strings.Join(days, " or ")
	}
	if months := bits(c.spec.Month&^star, 13); len(months) < 12 {
		when += " in " + list(months, func(m int) string { return time.Month(m).String() })
	}
	return when + c.times()
}

// times says when in a day: by steps where they are even, else one by one.
func (c crontab) times() string {
	hours, minutes := bits(c.spec.Hour&^star, 24), bits(c.spec.Minute, 60)
	step := even(minutes)
	switch {
	case len(hours) == 24 && len(minutes) == 1:
		return fmt.Sprintf(", every hour at :%02d", minutes[0])
	case len(hours) == 24 && step > 0:
		return fmt.Sprintf(", every %d minutes", step)
	case step > 0 && len(hours) > 1 && hours[len(hours)-1]-hours[0] == len(hours)-1:
		return fmt.Sprintf(", every %d minutes from %s to %s", step, clockOf(hours[0]*60), clockOf(hours[len(hours)-1]*60+minutes[len(minutes)-1]))
	case len(minutes) == 1:
		if every := hourly(hours, minutes[0]); every != "" {
			return ", " + every
		}
	}
	return " at " + list(c.minutes(), clockOf)
}

// hourly says hours that part the day, or a piece of it, evenly: "every two hours from 08:15 to 18:15". "" for others, and for so few that
// naming them is shorter.
func hourly(hours []int, minute int) string {
	if len(hours) < 4 {
		return ""
	}
	step := hours[1] - hours[0]
	for i := 1; i < len(hours); i++ {
		if hours[i]-hours[i-1] != step {
			return ""
		}
	}
	words, known := map[int]string{2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven"}[step]
	if !known {
		return ""
	}
	out := "every " + words + " hours"
	switch first, last := hours[0]*60+minute, hours[len(hours)-1]*60+minute; {
	case hours[0]+24-hours[len(hours)-1] != step: // only a piece of the day
		out += " from " + clockOf(first) + " to " + clockOf(last)
	case first > 0:
		out += " from " + clockOf(first)
	}
	return out
}

// even gives the step of minutes that part an hour evenly from its start, 0 for others.
func even(minutes []int) int {
	if len(minutes) < 2 || minutes[0] != 0 || 60%len(minutes) != 0 {
		return 0
	}
	step := 60 / len(minutes)
	for i, m := range minutes {
		if m != i*step {
			return 0
		}
	}
	return step
}

// words says what an RRULE means.
func (r recurrence) words() string {
	o := r.option
	unit := [...]string{rrule.YEARLY: "year", rrule.MONTHLY: "month", rrule.WEEKLY: "week", rrule.DAILY: "day"}[o.Freq]
	out := "every " + unit
	if o.Interval > 1 {
		out = fmt.Sprintf("every %d %ss", o.Interval, unit)
	}
	if len(o.Byweekday) > 0 {
		out += " " + r.weekdays()
	}
	if len(o.Bymonthday) > 0 {
		out += " on the " + list(o.Bymonthday, ordinal)
	}
	if len(o.Bymonth) > 0 {
		out += " in " + list(o.Bymonth, func(m int) string { return time.Month(m).String() })
	}
	if len(o.Bysetpos) > 0 {
		out += ", of these the " + list(o.Bysetpos, ordinal)
	}
	return out + " at " + list(r.minutes(), clockOf)
}

// weekdays says on which days of the week, or on which of them in the month.
func (r recurrence) weekdays() string {
	var plain []int
	var nth []string
	for _, d := range r.option.Byweekday {
		day := (d.Day() + 1) % 7 // the library's week begins on Monday
		if d.N() == 0 {
			plain = append(plain, day)
		} else {
			nth = append(nth, "on the "+ordinal(d.N())+" "+time.Weekday(day).String())
		}
	}
	if len(plain) > 0 {
		slices.Sort(plain)
		nth = append(nth, strings.Replace(weekdays(plain), "every weekday", "on Monday to Friday", 1))
	}
	return strings.Join(nth, " and ")
}

func weekdays(days []int) string {
	if slices.Equal(days, []int{1, 2, 3, 4, 5}) {
		return "every weekday"
	}
	return "on " + list(days, func(d int) string { return time.Weekday(d).String() })
}

func clockOf(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// ordinal gives 1st, 2nd, 3rd, 4th, "last" for -1 and "2nd last" for -2.
func ordinal(n int) string {
	switch {
	case n == -1:
		return "last"
	case n < 0:
		return ordinal(-n) + " last"
	case n%100 >= 11 && n%100 <= 13:
		return strconv.Itoa(n) + "th"
	}
	return strconv.Itoa(n) + [...]string{"th", "st", "nd", "rd", "th", "th", "th", "th", "th", "th"}[n%10]
}

// list joins with commas and an "and" before the last.
func list(numbers []int, word func(int) string) string {
	var out strings.Builder
	for i, n := range numbers {
		switch {
		case i > 0 && i == len(numbers)-1:
			out.WriteString(" and ")
		case i > 0:
			out.WriteString(", ")
		}
		out.WriteString(word(n))
	}
	return out.String()
}
