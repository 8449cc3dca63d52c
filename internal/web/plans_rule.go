package web

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/plan"
	"intelliwiz/internal/web/ui"
)

// How often a plan comes, as its form asks.
const (
	onDays  = "days"  // of the week
	onMonth = "month" // on a day of each month
	byRule  = "rule"  // as a rule in words of cron or RFC 5545 says
	onEnd   = "after" // so long after its last task ended
	onMeter = "meter" // by the meter of its asset
)

// The units in which one says how long after.
const (
	inDays  = "days"
	inHours = "hours"
)

// plainRule is a rule of cron that the form can ask in plain words: minute, hours, day of the month, days of the week.
var plainRule = regexp.MustCompile(`^(\d{1,2}) (\d{1,2}(?:,\d{1,2})*) (\*|\d{1,2}) \* (\*|[0-6](?:,[0-6])*)$`)

// putRule shows a rule in a form.
func putRule(f *form, rule string) {
	if k, err := (plan.Schedule{Rule: rule}).Cause(); err == nil && k.Trigger != plan.ByRule {
		putCause(f, k)
		return
	}
	f.set("every_unit", inDays)
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

// putCause shows in a form what makes a plan come that has no rule of times.
func putCause(f *form, k plan.Cause) {
	if k.Trigger == plan.ByMeter {
		f.set("often", onMeter)
		f.set("every", k.Units.String())
		return
	}
	f.set("often", onEnd)
	f.set("every", number(k.Every))
	if f.set("every_unit", inDays); k.Hours {
		f.set("every_unit", inHours)
	}
	f.set("times", fmt.Sprintf("%02d:%02d", k.Minute/60, k.Minute%60))
}

// readCause reads it; the plan's check says at "rule" what is wrong with it.
func readCause(f *form) string {
	if every := strings.TrimSpace(f.text("every")); f.text("often") == onMeter {
		return "METER " + every
	}
	words := "AFTER " + strings.TrimSpace(f.text("every")) + " " + strings.ToUpper(f.text("every_unit"))
	if at := strings.TrimSpace(f.text("times")); at != "" {
		words += " AT " + at
	}
	return words
}

func pad(number string) string { return strings.Repeat("0", max(0, 2-len(number))) + number }

// readRule reads when a plan comes.
func readRule(f *form) string {
	switch f.text("often") {
	case byRule:
		return strings.TrimSpace(f.text("rule"))
	case onEnd, onMeter:
		return readCause(f)
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

func everyHelp(kind plan.Kind) string {
	const after = "Days or hours after the last one is done, or was to be done when it was missed; the first comes on the first day."
	if kind.Stops() {
		return after
	}
	return after + " Or what the meter runs on, times its factor, between two tasks."
}

// ruleFields ask when a plan comes.
func ruleFields(kind plan.Kind, f form) []ui.Field {
	days := ui.Field{Name: "day", Label: "Days", Kind: ui.Checkbox, Optional: true, Help: "None is every day."}
	for _, d := range mondayFirst() {
		value := strconv.Itoa(int(d))
		days.Options = append(days.Options, ui.Option{Value: value, Label: d.String(), Selected: f.picked("day", value)})
	}
	often := ui.Field{Name: "often", Label: "How often", Kind: ui.Radio}
	ways := [][2]string{{onDays, "On days of the week"}, {onMonth, "On a day of each month"}, {byRule, "By a rule"}, {onEnd, "So long after the last one is done"}}
	if !kind.Stops() {
		ways = append(ways, [2]string{onMeter, "By the meter of its asset"})
	}
	for _, o := range ways {
		often.Options = append(often.Options, ui.Option{Value: o[0], Label: o[1], Selected: f.text("often") == o[0]})
	}
	unit := ui.Field{Name: "every_unit", Label: "Days or hours", Kind: ui.Select, Optional: true}
	for _, o := range [][2]string{{inDays, "Days"}, {inHours, "Hours"}} {
		unit.Options = append(unit.Options, ui.Option{Value: o[0], Label: o[1], Selected: f.text("every_unit") == o[0]})
	}
	return []ui.Field{
		often, {Name: "times", Label: "At", Help: "One time of the site's clock, or several: 08:00, 20:00.", Width: "mid", Literal: true, Optional: true, Max: 200}, days,
		{Name: "monthday", Label: "Day of the month", Kind: ui.Number, Min: "1", Top: "31", Optional: true, Help: "A month without that day has none."},
		{Name: "rule", Label: "Rule", Literal: true, Optional: true, Max: 500, Help: "Five fields of cron, as */30 22-23 * * 1-5, or FREQ=MONTHLY;BYDAY=1MO;BYHOUR=8."},
		{Name: "every", Label: "How long after, or how much on the meter", Literal: true, Optional: true, Max: 20, Width: "short", Help: everyHelp(kind)},
		unit,
		{Name: "valid_from", Label: "First day", Kind: ui.Date}, {Name: "valid_until", Label: "Last day", Kind: ui.Date, Optional: true},
	}
}
