package plan

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/recur"
)

// Trigger is what makes a plan come.
type Trigger string

// The triggers.
const (
	ByRule  Trigger = "RULE"  // the times of a rule
	ByEnd   Trigger = "AFTER" // that its last task ended so long ago: one is to be done at a time
	ByMeter Trigger = "METER" // that the meter of its asset has run on so far
)

// Cause is what makes a plan come, as Schedule.Rule says it: "AFTER 30 DAYS AT 08:00", "AFTER 12 HOURS", "METER 250", or a rule of times.
type Cause struct {
	Trigger Trigger
	Every   int64            // of AFTER: days, or hours
	Hours   bool             // of AFTER
	Minute  int              // of AFTER: of the day, on the clock of the site; where hours are counted, of the first day
	Units   checklist.Number // of METER: what is used between two tasks, a reading times the meter's factor
}

// The bounds of AFTER, and when in the day it comes unless told.
const (
	maxDays   = 3650
	maxHours  = 24 * 366
	atMorning = 8 * 60
)

var (
	afterGrammar = regexp.MustCompile(`^AFTER (\d{1,5}) (DAY|HOUR)S?(?: AT ([01]?\d|2[0-3]):([0-5]\d))?$`)
	meterGrammar = regexp.MustCompile(`^METER (\S+)$`)
)

// Cause reads what makes the plan come. Invalid, at "rule", for an AFTER or METER that cannot be read; a rule of times is read by package recur.
func (s Schedule) Cause() (Cause, error) {
	text := strings.ToUpper(fold.Line(s.Rule))
	switch word, _, _ := strings.Cut(text, " "); Trigger(word) {
	case ByEnd:
		return readAfter(text)
	case ByMeter:
		return readMeter(text)
	}
	return Cause{Trigger: ByRule}, nil
}

func readAfter(text string) (Cause, error) {
	k := Cause{Trigger: ByEnd, Minute: atMorning}
	m := afterGrammar.FindStringSubmatch(text)
	if m == nil {
		return k, refuse("grammar", "Write it like AFTER 30 DAYS AT 08:00, or AFTER 12 HOURS.")
	}
	number := func(digits string) int64 {
		n, _ := strconv.ParseInt(digits, 10, 64) //nolint:errcheck // the grammar lets at most five digits through, or none
		return n
	}
	k.Every, k.Hours = number(m[1]), m[2] == "HOUR"
	if m[3] != "" {
		k.Minute = int(number(m[3])*60 + number(m[4]))
	}
	if k.Every < 1 || k.Hours && k.Every > maxHours || !k.Hours && k.Every > maxDays {
		return k, refuse("range", fmt.Sprintf("Give 1 to %d days, or 1 to %d hours.", maxDays, maxHours))
	}
	return k, nil
}

func readMeter(text string) (Cause, error) {
	k := Cause{Trigger: ByMeter}
	m := meterGrammar.FindStringSubmatch(text)
	if m == nil {
		return k, refuse("grammar", "Write it like METER 250.")
	}
	n, err := checklist.ParseNumber(m[1])
	if err != nil || n <= 0 {
		return k, refuse("range", "Give a number above 0 with at most four decimals, as 250.")
	}
	k.Units = n
	return k, nil
}

func refuse(code, message string) error {
	var c fault.Check
	c.Add("rule", code, message)
	return c.Err()
}

// String gives the cause as Schedule.Rule has it; of a rule of times nothing.
func (k Cause) String() string {
	at := fmt.Sprintf(" AT %02d:%02d", k.Minute/60, k.Minute%60)
	switch {
	case k.Trigger == ByMeter:
		return "METER " + k.Units.String()
	case k.Trigger == ByEnd && k.Hours:
		return fmt.Sprintf("AFTER %d HOURS", k.Every) + at
	case k.Trigger == ByEnd:
		return fmt.Sprintf("AFTER %d DAYS", k.Every) + at
	}
	return ""
}

// span is how long after the end it comes, for people.
func (k Cause) span() string {
	unit := "day"
	if k.Hours {
		unit = "hour"
	}
	if k.Every != 1 {
		unit += "s"
	}
	return strconv.FormatInt(k.Every, 10) + " " + unit
}

// words are the cause for people, as recur.Rule.Words are those of a rule of times.
func (k Cause) words() string {
	switch {
	case k.Trigger == ByMeter:
		return "every " + k.Units.String() + " of the meter of its asset"
	case k.Hours:
		return k.span() + " after the last one is done"
	}
	return fmt.Sprintf("%s after the last one is done, at %02d:%02d", k.span(), k.Minute/60, k.Minute%60)
}

// Trigger says what makes the plan come.
func (s Schedule) Trigger() Trigger {
	k, _ := s.Cause() //nolint:errcheck // the trigger of what cannot be read is known all the same
	return k.Trigger
}

// after is so long after the end of a task: a day so many days later at a time of the site's clock, or an instant so many hours later.
func (k Cause) after(end time.Time, zone *time.Location) time.Time {
	if k.Hours {
		return end.Add(time.Duration(k.Every) * time.Hour)
	}
	return recur.At(clock.DateIn(end.In(zone).AddDate(0, 0, int(k.Every)), zone), k.Minute, zone)
}

// notBefore is a time, or, when that is over, the next one at which it may come.
func (k Cause) notBefore(t, now time.Time, zone *time.Location) time.Time {
	if !t.Before(now) {
		return t
	}
	if k.Hours {
		return now.Truncate(time.Minute).Add(time.Minute)
	}
	today := clock.DateIn(now, zone)
	if t = recur.At(today, k.Minute, zone); t.Before(now) {
		t = recur.At(next(today), k.Minute, zone)
	}
	return t
}

// checkCause holds a plan that comes by its end or by a meter to what that needs.
func (in *Input) checkCause(c *fault.Check, k Cause) {
	in.Rule = k.String()
	c.That(in.Holidays != Skip, "holidays", "trigger", "What does not come by a rule of times cannot fall out: let it come all the same, or move.")
	if k.Trigger != ByMeter {
		return
	}
	c.That(!in.Kind.Stops(), "rule", "trigger", "A round of stops has no asset of its own, and so no meter.")
	c.That(in.Kind != Task || in.Asset != nil, "asset_id", "required", "Choose the asset whose meter is read.")
}
