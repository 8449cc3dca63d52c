package web

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/web/ui"
)

// How often a plan comes, as its form asks.
const (
	onDays  = "days"  // of the week
	onMonth = "month" // on a day of each month
	byRule  = "rule"  // as a rule in words of cron or RFC 5545 says
)

// plainRule is a rule of cron that the form can ask in plain words: minute, hours, day of the month, days of the week.
var plainRule = regexp.MustCompile(`^(\d{1,2}) (\d{1,2}(?:,\d{1,2})*) (\*|\d{1,2}) \* (\*|[0-6](?:,[0-6])*)$`)

// putRule shows a rule in a form.
func putRule(f *form, rule string) {
	f.set("often", byRule)
	f.set("rule", rule)
	m := plainRule.FindStringSubmatch(rule)
	if m == nil || m[3] != "*" && m[4] != "*" {
		return
	}
	var times []string
	for hour := range strings.SplitSeq(m[2], ",") {
		times = append(times, pad(hour)+":"+pad(m[1]))
	}
	f.set("rule", "")
	f.set("times", strings.Join(times, ", "))
	if f.set("often", onDays); m[3] != "*" {
		f.set("often", onMonth)
		f.set("monthday", m[3])
	}
	if m[4] != "*" {
		f.values["day"] = strings.Split(m[4], ",")
	}
}

func pad(number string) string { return strings.Repeat("0", max(0, 2-len(number))) + number }

// readRule reads when a plan comes.
func readRule(f *form) string {
	if f.text("often") == byRule {
		return strings.TrimSpace(f.text("rule"))
	}
	var hours []string
	minute := -1
	for text := range strings.SplitSeq(f.text("times"), ",") {
		at, ok := parseMinute(text)
		if !ok || at >= 24*60 {
			f.check.Add("times", "grammar", "Write times like 08:00, 20:00.")
			return ""
		}
		if minute >= 0 && at%60 != minute {
			f.check.Add("times", "minutes", "Give times of the same minute of the hour, like 08:30, 20:30, or write a rule.")
			return ""
		}
		if minute = at % 60; !slices.Contains(hours, strconv.Itoa(at/60)) {
			hours = append(hours, strconv.Itoa(at/60))
		}
	}
	if f.text("often") == onMonth {
		day := f.whole("monthday")
		f.check.That(day >= 1 && day <= 31, "monthday", "range", "Give a day from 1 to 31.")
		return fmt.Sprintf("%d %s %d * *", minute, strings.Join(hours, ","), day)
	}
	days := "*"
	if picked := f.all("day"); len(picked) > 0 && len(picked) < 7 {
		days = strings.Join(picked, ",")
	}
	return fmt.Sprintf("%d %s * * %s", minute, strings.Join(hours, ","), days)
}

// ruleFields ask when a plan comes.
func ruleFields(f form) []ui.Field {
	days := ui.Field{Name: "day", Label: "Days", Kind: ui.Checkbox, Optional: true, Help: "None is every day."}
	for _, d := range mondayFirst() {
		value := strconv.Itoa(int(d))
		days.Options = append(days.Options, ui.Option{Value: value, Label: d.String(), Selected: f.picked("day", value)})
	}
	often := ui.Field{Name: "often", Label: "How often", Kind: ui.Radio}
	for _, o := range [][2]string{{onDays, "On days of the week"}, {onMonth, "On a day of each month"}, {byRule, "By a rule"}} {
		often.Options = append(often.Options, ui.Option{Value: o[0], Label: o[1], Selected: f.text("often") == o[0]})
	}
	return []ui.Field{
		often, {Name: "times", Label: "At", Help: "One time of the site's clock, or several: 08:00, 20:00.", Width: "mid", Literal: true, Optional: true, Max: 200}, days,
		{Name: "monthday", Label: "Day of the month", Kind: ui.Number, Min: "1", Top: "31", Optional: true, Help: "A month without that day has none."},
		{Name: "rule", Label: "Rule", Literal: true, Optional: true, Max: 500, Help: "Five fields of cron, as */30 22-23 * * 1-5, or FREQ=MONTHLY;BYDAY=1MO;BYHOUR=8."},
		{Name: "valid_from", Label: "First day", Kind: ui.Date}, {Name: "valid_until", Label: "Last day", Kind: ui.Date, Optional: true},
	}
}
