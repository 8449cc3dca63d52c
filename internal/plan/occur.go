package plan

import (
	"fmt"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/recur"
)

// Place is what a plan is reckoned with beside itself: the clock and the days of its site.
type Place struct {
	Zone      *time.Location
	Days      calendar.Days
	Blackouts []Blackout
}

// Blackout is a time in which plans do not come as usual: a shutdown, an event.
type Blackout struct {
	ID      id.Blackout `json:"id"`
	Site    *id.Site    `json:"site_id,omitzero"` // nil: at every site
	From    time.Time   `json:"from"`
	Until   time.Time   `json:"until"` // the first instant after it
	Reason  string      `json:"reason"`
	Version int64       `json:"version"`

	SiteName string `json:"site_name"` // read with it
}

// Occurrence is one time at which a plan comes.
type Occurrence struct {
	Nominal string    // its name: what the clock shows by the rule, whatever became of it (recur.Firing); else what it comes after
	Fires   time.Time // the instant of that
	Origin  time.Time // what the ids of its tasks are made of beside the name: Fires, or, where that may move, an instant that does not
	At      time.Time // when it comes: another instant than Fires when it was moved
	Begins  time.Time // from when it may be done
	Due     time.Time // by when it is done, of a tour or route its last stop
	Skipped bool      // it does not come
	Why     string    // why it was moved or does not come, "" for what comes as usual
	// Estimate says that it is expected by what is known now, as Why says: it comes by the end of a task or by a meter.
	Estimate bool
}

// Bounds of what is reckoned at once.
const (
	maxOccurrences = 50_000
	maxShift       = 60 // days that a firing moves at most
)

// Occurrences gives the times at which a plan comes whose firings lie after one instant, up to another and with it, in order of the firings;
// those that do not come stand among them with the reason. Asked in pieces or at once, it gives the same. Invalid for a rule that cannot be
// read, and for a window of more than 50,000 firings.
func (s Schedule) Occurrences(at Place, after, until time.Time) ([]Occurrence, error) {
	rule, err := recur.Parse(s.Rule, s.From)
	if err != nil {
		return nil, err
	}
	if first := recur.At(s.From, 0, at.Zone).Add(-1); after.Before(first) {
		after = first
	}
	var out []Occurrence
	for f := range rule.Between(at.Zone, after, until) {
		if s.Until != nil && clock.Date(f.Nominal[:len(time.DateOnly)]) > *s.Until {
			break
		}
		if len(out) == maxOccurrences {
			return nil, fault.Of(fault.Invalid, "That is too much at once: ask for a shorter time.")
		}
		o := Occurrence{Nominal: f.Nominal, Fires: f.At, Origin: f.At, At: f.At}
		s.keepDays(&o, at)
		s.window(&o)
		out = append(out, o)
	}
	return out, nil
}

// window says from when until when an occurrence may be done.
func (s Schedule) window(o *Occurrence) {
	o.Begins = o.At.Add(-minutes(s.Before))
	o.Due = o.At.Add(minutes(s.Duration + s.After))
	if visits := s.Visits(*o); len(visits) > 0 {
		o.Due = visits[len(visits)-1].Due.Add(minutes(s.After))
	}
}

// keepDays applies the plan's policy for holidays and blackouts.
func (s Schedule) keepDays(o *Occurrence, at Place) {
	day := clock.Date(o.Nominal[:len(time.DateOnly)])
	why := at.shut(day, o.At)
	if why == "" || s.Holidays == Generate {
		return
	}
	o.Why = why
	if s.Holidays == Skip {
		o.Skipped = true
		return
	}
	for range maxShift {
		day = next(day)
		moved := recur.At(day, minuteOf(o.Nominal), at.Zone)
		if at.Days.Works(day) && at.shut(day, moved) == "" {
			o.At, o.Why = moved, fmt.Sprintf("Moved from %s: %s", o.Nominal[:len(time.DateOnly)], why)
			return
		}
	}
	o.Skipped = true
}

// shut says why a plan does not come as usual on a day and at an instant of it, "" when it does.
func (p Place) shut(day clock.Date, at time.Time) string {
	if name := p.Days.Holiday(day); name != "" {
		return name
	}
	for _, b := range p.Blackouts {
		if !at.Before(b.From) && at.Before(b.Until) {
			return b.Reason
		}
	}
	return ""
}

// next is the day after a day that is valid.
func next(day clock.Date) clock.Date {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return day
	}
	return clock.DateIn(t.AddDate(0, 0, 1), time.UTC)
}

// minuteOf is the minute of the day in a nominal time.
func minuteOf(nominal string) int {
	t, err := time.Parse("2006-01-02T15:04", nominal[:len("2006-01-02T15:04")])
	if err != nil {
		return 0
	}
	return t.Hour()*60 + t.Minute()
}
