package ticket

import (
	"context"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// course is how the tickets of a category at a site run: by which clock, until when, and up which ladder. What follows from it is a pure
// function of the ticket.
type course struct {
	clock   Clock
	pause   bool
	resolve *int64 // minutes
	rungs   []Rung
	hours   calendar.Hours // of a BUSINESS clock
}

// courseOf gives the course of a category at a site; the calendar is read only for clocks that follow it.
func courseOf(ctx context.Context, tx *db.Tx, c Category, site id.Site, rungs []Rung) (course, error) {
	out := course{clock: c.Clock, pause: c.Pause, resolve: c.Resolve, rungs: rungs}
	if c.Clock != Business {
		return out, nil
	}
	cal, err := calendar.Of(ctx, tx, &site)
	if err != nil {
		return course{}, err
	}
	out.hours, err = cal.Hours()
	return out, err
}

// after gives the moment at which so many minutes of the clock have passed since a ticket was opened, without the time that it was held;
// nil = never.
func (c course) after(t Ticket, minutes int64) *time.Time {
	d := time.Duration(minutes)*time.Minute + time.Duration(t.HeldMicros)*time.Microsecond
	at := t.Opened.Add(d)
	if c.clock == Business {
		var err error
		if at, err = c.hours.Add(t.Opened, d); err != nil {
			return nil
		}
	}
	at = at.UTC().Truncate(time.Microsecond)
	return &at
}

// next is the rung that a ticket climbs to when nobody acts; false at the top.
func (c course) next(t Ticket) (Rung, bool) {
	for _, r := range c.rungs {
		if r.Level > t.Level {
			return r, true
		}
	}
	return Rung{}, false
}

// set gives a ticket the times that follow from its course: the deadline while its clocks run, and the next level while there is something
// to do (D-60).
func (c course) set(t *Ticket) {
	t.Due, t.Next = nil, nil
	if t.Held != nil {
		return
	}
	if c.resolve != nil {
		t.Due = c.after(*t, *c.resolve)
	}
	if r, more := c.next(*t); more && t.Status.Active() {
		t.Next = c.after(*t, r.After)
	}
}

// hold stops the clocks of a ticket that is on hold, when its category says so, and lets those of any other run.
func (c course) hold(t *Ticket, now time.Time) {
	switch stands := t.Status == OnHold && c.pause; {
	case stands && t.Held == nil:
		t.Held = &now
	case !stands && t.Held != nil:
		t.HeldMicros += c.between(*t.Held, now).Microseconds()
		t.Held = nil
	}
	c.set(t)
}

// between is the time of the clock between two moments.
func (c course) between(a, b time.Time) time.Duration {
	if b.Before(a) {
		return 0 // clocks of two nodes
	}
	if c.clock == Business {
		return c.hours.Between(a, b)
	}
	return b.Sub(a)
}

// restart begins anew at the foot of the ladder, when a ticket is opened or reopened.
func (c course) restart(t *Ticket, now time.Time) {
	t.Opened, t.Level, t.Held, t.HeldMicros, t.Resolved = now, 0, nil, 0, nil
	c.set(t)
}

// climb takes a ticket to the next rung. A rung that names nobody leaves it with whom it is.
func (c course) climb(t *Ticket) (Rung, bool) {
	r, more := c.next(*t)
	if !more {
		return Rung{}, false
	}
	t.Level = r.Level
	if to := r.assignee(); !to.nobody() {
		t.Person, t.Group = to.Person, to.Group
		t.PersonName, t.GroupName = "", ""
		if to.Person != nil {
			t.PersonName = r.PersonName
		} else {
			t.GroupName = r.GroupName
		}
	}
	c.set(t)
	return r, true
}
