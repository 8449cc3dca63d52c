package recur

import (
	"iter"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// star is the bit by which the parser marks a field that was written as a *.
const star = 1 << 63

// crontab is a rule of five fields. The parser is a library's; the days are counted here, for the library goes through the clock of a zone,
// where a night of a change of hours loses a firing or doubles it.
type crontab struct{ spec cron.SpecSchedule }

func parseCron(text string) (days, error) {
	const help = "Write five fields, as 30 8 * * 1-5 (minute, hour, day of the month, month, weekday with 0 = Sunday), or an RRULE."
	if len(strings.Fields(text)) != 5 || strings.Contains(text, "=") { // the library knows TZ= and @daily too
		return nil, refuse("grammar", help)
	}
	parsed, err := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(text)
	spec, ok := parsed.(*cron.SpecSchedule)
	if err != nil || !ok {
		return nil, refuse("grammar", help)
	}
	return crontab{*spec}, nil
}

func (c crontab) elapsed() bool { return c.spec.Hour&star != 0 }

func (c crontab) minutes() []int {
	var out []int
	for _, h := range bits(c.spec.Hour, 24) {
		for _, m := range bits(c.spec.Minute, 60) {
			out = append(out, h*60+m)
		}
	}
	return out
}

func (c crontab) walls(from, until time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		minutes := c.minutes()
		day := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, time.UTC)
		for ; !day.After(until); day = day.AddDate(0, 0, 1) {
			if !c.on(day) {
				continue
			}
			for _, m := range minutes {
				wall := day.Add(time.Duration(m) * time.Minute)
				if wall.Before(from) {
					continue
				}
				if wall.After(until) || !yield(wall) {
					return
				}
			}
		}
	}
}

// on says that the rule comes round on a day. As in every cron: where both the day of the month and the weekday are narrowed, either will do.
func (c crontab) on(day time.Time) bool {
	if c.spec.Month&(1<<uint(day.Month())) == 0 {
		return false
	}
	dom := c.spec.Dom&(1<<uint(day.Day())) != 0
	dow := c.spec.Dow&(1<<uint(day.Weekday())) != 0
	if c.spec.Dom&star != 0 || c.spec.Dow&star != 0 {
		return dom && dow
	}
	return dom || dow
}

// bits are the numbers below a bound whose bit is set.
func bits(mask uint64, bound int) []int {
	var out []int
	for i := range bound {
		if mask&(1<<uint(i)) != 0 {
			out = append(out, i)
		}
	}
	return out
}
