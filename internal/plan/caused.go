package plan

import (
	"fmt"
	"strings"
	"time"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/recur"
)

// The names of occurrences that come by no rule of times: each is one that there is once, whatever its time becomes.
const (
	firstNominal = "first"  // the first of a plan that comes by its end
	afterPrefix  = "after " // the one after a task
	meterPrefix  = "meter " // the one that a reading brought
)

// Chained says that a nominal time is the name of an occurrence after which another comes when it ends.
func Chained(nominal string) bool {
	return nominal == firstNominal || strings.HasPrefix(nominal, afterPrefix)
}

// MeterNominal is the name of the occurrence that a reading brings.
func MeterNominal(reading id.Answer) string { return meterPrefix + reading.String() }

// caused gives what is to be made now of a plan that comes by its end or by a meter. It is pure.
func (p Plan) caused(at Place) ([]Occurrence, error) {
	k, err := p.Cause()
	if err != nil {
		return nil, err
	}
	if k.Trigger == ByMeter {
		return p.metered(at, k), nil
	}
	open := p.Past.Open
	if open != nil && open.stays(p.Past.Now) {
		return nil, nil
	}
	o, comes := p.following(at, k, p.Past.Last)
	switch {
	case !comes:
		return nil, nil
	case open != nil && !p.Past.Anew && (open.Nominal != o.Nominal || open.Fires.Equal(o.Fires)):
		return nil, nil // it is made, and stands where it belongs
	}
	return []Occurrence{o}, nil
}

// stays says that a task is left as it is whatever becomes of its plan: somebody has begun it, or its time has come.
func (s Standing) stays(now time.Time) bool { return s.Begun || !s.Fires.After(now) }

// following is the occurrence after a task that ended, or, without one, the first; false: there is none. What would come before now comes as soon
// as it may.
func (p Plan) following(at Place, k Cause, last *Standing) (o Occurrence, comes bool) {
	first := recur.At(p.From, k.Minute, at.Zone)
	o = Occurrence{Nominal: firstNominal, Origin: p.ID.Time(), Fires: first}
	if last != nil {
		o.Nominal, o.Origin = afterPrefix+last.Task.String(), last.Task.Time()
		if o.Fires = k.after(last.End, at.Zone); !o.Fires.After(last.Fires) { // it was done before its time
			o.Fires = k.after(last.Fires, at.Zone)
		}
	}
	if o.Fires.Before(first) {
		o.Fires = first
	}
	o.Fires = k.notBefore(o.Fires, p.Past.Now, at.Zone)
	o.At = o.Fires
	return o, p.place(&o, at)
}

// place gives an occurrence its times, and says that it comes.
func (p Plan) place(o *Occurrence, at Place) bool {
	day := clock.DateIn(o.At, at.Zone)
	if p.Until != nil && day > *p.Until || day < p.From {
		return false
	}
	shown := Occurrence{Nominal: o.At.In(at.Zone).Format("2006-01-02T15:04"), At: o.At}
	p.keepDays(&shown, at)
	o.At, o.Why = shown.At, shown.Why
	p.window(o)
	return !shown.Skipped
}

// metered gives what the readings bring that were taken since the last task: each that has passed the next threshold, which counts from the one
// before. Of a plan that has moved only the last: what was passed meanwhile is one task.
func (p Plan) metered(at Place, k Cause) (out []Occurrence) {
	passed, _ := p.passed(k)
	if p.Past.Anew && len(passed) > 1 {
		passed = passed[len(passed)-1:]
	}
	for _, r := range passed {
		o := Occurrence{Nominal: MeterNominal(r.ID), Origin: r.At, Fires: r.At, At: p.Past.Now.Truncate(time.Minute)}
		if day := clock.DateIn(r.At, at.Zone); day < p.From {
			continue
		}
		if p.place(&o, at) {
			out = append(out, o)
		}
	}
	return out
}

// passed gives the readings at which so much was used since the last task that the next comes, and what has run since then. A meter that shows less than before was
// exchanged, or read wrongly: nothing was used, and it counts on from there.
func (p Plan) passed(k Cause) (out []Reading, since checklist.Number) {
	if len(p.Past.Readings) == 0 {
		return nil, 0
	}
	all := p.Past.Readings[p.Past.Base:]
	for i, r := range all[1:] {
		since += max(0, r.Number-all[i].Number)
		if used, ok := since.Times(p.Past.Factor); !ok || used >= k.Units {
			out, since = append(out, r), 0
		}
	}
	return out, since
}

// Metered is what a meter showed last, and what it shows when the next task comes.
type Metered struct {
	Reading checklist.Number
	At      time.Time
	Next    checklist.Number
}

// Meter says where the meter stands that a plan comes by, as far as its Past is read; nil: nothing was read, or it comes by no meter.
func (p Plan) Meter() *Metered {
	k, err := p.Cause()
	if err != nil || k.Trigger != ByMeter || len(p.Past.Readings) == 0 {
		return nil
	}
	_, since := p.passed(k)
	last := p.Past.Readings[len(p.Past.Readings)-1]
	span, ok := k.Units.Times(1 / p.Past.Factor)
	if !ok {
		return nil
	}
	return &Metered{last.Number, last.At, last.Number + span - since}
}

// expected gives what is known to come of a plan that comes by its end or by a meter, after an instant up to another: what is made or will be next,
// and of what hangs on that an estimate. It is pure.
func (p Plan) expected(at Place, after, until time.Time) (out []Occurrence, err error) {
	k, err := p.Cause()
	if err != nil {
		return nil, err
	}
	all := p.ends(at, k)
	if k.Trigger == ByMeter {
		all = p.meterEnds(at)
	}
	for _, o := range all {
		if o.Fires.After(after) && !o.Fires.After(until) {
			out = append(out, o)
		}
	}
	return out, nil
}

// ends gives the task that is to be done, or the next one, and when the one after it is expected.
func (p Plan) ends(at Place, k Cause) (out []Occurrence) {
	last := p.Past.Last
	if open := p.Past.Open; open != nil && (open.stays(p.Past.Now) || !p.Past.Anew) {
		out = append(out, Occurrence{Nominal: open.Nominal, Origin: open.Task.Time(), Fires: open.Fires, At: open.Begins.Add(minutes(p.Before)), Begins: open.Begins, Due: open.Due})
		last = &Standing{Task: open.Task, Fires: open.Fires, End: open.Due}
	} else {
		o, comes := p.following(at, k, last)
		if !comes {
			return nil
		}
		out = append(out, o)
		last = &Standing{Fires: o.Fires, End: o.Due}
	}
	if p.Past.Now.After(last.End) {
		last.End = p.Past.Now
	}
	if o, comes := p.following(at, k, last); comes {
		o.Estimate, o.Why = true, "An estimate: "+k.span()+" after the one before is done."
		out = append(out, o)
	}
	return out
}

// meterEnds gives when the next task is expected by how fast the meter ran between the readings that are known; nothing where there are less than two.
func (p Plan) meterEnds(at Place) []Occurrence {
	m := p.Meter()
	if m == nil {
		return nil
	}
	all := p.Past.Readings
	run := checklist.Number(0)
	for i, r := range all[1:] {
		run += max(0, r.Number-all[i].Number)
	}
	took := m.At.Sub(all[0].At)
	if run <= 0 || took <= 0 {
		return nil
	}
	left := float64(m.Next-m.Reading) / float64(run) * float64(took)
	if left > float64(maxLook) {
		return nil
	}
	o := Occurrence{Nominal: meterPrefix, Fires: m.At.Add(time.Duration(left)).Truncate(time.Minute), Estimate: true}
	if o.Fires.Before(p.Past.Now) {
		o.Fires = p.Past.Now
	}
	o.Origin, o.At = o.Fires, o.Fires
	if !p.place(&o, at) {
		return nil
	}
	o.Why = fmt.Sprintf("An estimate: the meter showed %s on %s, and a task comes at %s.", m.Reading, m.At.In(at.Zone).Format("2 January 2006"), m.Next)
	return []Occurrence{o}
}
