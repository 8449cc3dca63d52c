// Package calendar says when work is done: the weekly hours, breaks and holidays of a site or of the whole tenant, and the arithmetic on
// them that clocks of tickets follow. It refuses hours that are never open, and looks nowhere without a bound.
package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// What may be done here. A permission holds at the site whose calendar it is; the tenant's is seen by who may see any, and changed by
// who may change all.
const (
	CanRead   actor.Permission = "calendar.read"
	CanUpdate actor.Permission = "calendar.update"
)

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanRead, Label: "See business hours and holidays", Area: "Calendars"},
		{Name: CanUpdate, Label: "Change business hours and holidays", Area: "Calendars"},
	}
}

// Source says whose calendar answers for a site.
type Source string

// The sources, from the nearest.
const (
	OfSite   Source = "site"
	OfTenant Source = "tenant"
	Builtin  Source = "builtin" // nobody has said anything: every minute of the week
)

// Calendar is when work is done at a site, or at every site without its own.
type Calendar struct {
	ID       id.Calendar `json:"id"`               // zero for the built-in one
	Site     *id.Site    `json:"site_id,omitzero"` // nil: the tenant's, or built in
	Name     string      `json:"name"`
	Openings []Opening   `json:"openings"` // of the week, in order
	Holidays []Holiday   `json:"holidays"` // by day
	Version  int64       `json:"version"`  // for a change; 0 where there is none of its own yet

	Source Source `json:"-"` // which of the three answered
	Zone   string `json:"-"` // IANA name: the site's that was asked for, else the tenant's
}

// Hours gives the calendar's arithmetic. Invalid for a zone that this machine does not know.
func (c Calendar) Hours() (Hours, error) {
	zone, err := clock.Zone(c.Zone)
	if err != nil {
		return Hours{}, err
	}
	if c.Source == Builtin {
		return Always(zone), nil
	}
	return Hours{Zone: zone, Openings: c.Openings, Holidays: c.Holidays}, nil
}

// Bounds of one calendar.
const (
	dayMinutes  = 24 * 60
	maxOpenings = 12 // of one weekday
	maxHolidays = 400
)

// Input is what one says about a calendar, new or changed: all of it.
type Input struct {
	Name     string
	Openings []Opening
	Holidays []Holiday
}

// Check folds the input into its stored form, in order, and gives every violation at its field.
func (in *Input) Check() error {
	var c fault.Check
	in.Name = fold.Line(in.Name)
	c.Text("name", in.Name, 1, 120)
	in.checkOpenings(&c)
	in.checkHolidays(&c)
	if err := c.Err(); err != nil {
		return err
	}
	in.Openings = slices.SortedFunc(slices.Values(in.Openings), inOrder)
	slices.SortFunc(in.Holidays, func(a, b Holiday) int { return cmp.Compare(a.Day, b.Day) })
	return nil
}

func inOrder(a, b Opening) int { return cmp.Or(cmp.Compare(a.Weekday, b.Weekday), a.From-b.From) }

func (in *Input) checkOpenings(c *fault.Check) {
	c.That(len(in.Openings) > 0, "openings", "required", "Give at least one opening: hours that are never open measure nothing.")
	perDay := map[time.Weekday][]Opening{}
	for i, o := range in.Openings {
		path := fmt.Sprintf("openings[%d]", i)
		c.That(o.Weekday >= time.Sunday && o.Weekday <= time.Saturday, path+".weekday", "range", "A weekday is 0 (Sunday) to 6 (Saturday).")
		c.That(o.From >= 0 && o.From < dayMinutes, path+".from", "range", "An opening begins at 00:00 to 23:59.")
		c.That(o.Until > 0 && o.Until <= dayMinutes, path+".until", "range", "An opening ends at 00:01 to 24:00.")
		c.That(o.From < o.Until, path+".until", "order", "An opening ends after it begins. One over midnight is two: until 24:00, and from 00:00.")
		overlaps := slices.ContainsFunc(perDay[o.Weekday], func(x Opening) bool { return o.From < x.Until && x.From < o.Until })
		c.That(!overlaps, path, "overlap", "Two openings of a day must not overlap.")
		perDay[o.Weekday] = append(perDay[o.Weekday], o)
		if len(perDay[o.Weekday]) > maxOpenings {
			c.Add("openings", "too_many", fmt.Sprintf("A day has at most %d openings.", maxOpenings))
			return
		}
	}
}

func (in *Input) checkHolidays(c *fault.Check) {
	if len(in.Holidays) > maxHolidays {
		c.Add("holidays", "too_many", fmt.Sprintf("A calendar has at most %d holidays.", maxHolidays))
		return
	}
	in.Holidays = append([]Holiday{}, in.Holidays...)
	days, yearly := map[clock.Date]bool{}, map[string]bool{}
	for i := range in.Holidays {
		h, path := &in.Holidays[i], fmt.Sprintf("holidays[%d]", i)
		h.Name = fold.Line(h.Name)
		c.Text(path+".name", h.Name, 1, 120)
		if !h.Day.Valid() {
			c.Add(path+".day", "grammar", "A day looks like 2026-12-25.")
			continue
		}
		doubled := days[h.Day] || h.Yearly && yearly[monthDay(h.Day)]
		c.That(!doubled, path+".day", "doubled", "This day stands here twice.")
		days[h.Day] = true
		yearly[monthDay(h.Day)] = yearly[monthDay(h.Day)] || h.Yearly
	}
}

// Service holds the use cases.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	now     clock.Now
}

// New makes the service.
func New(d *db.DB, j *journal.Journal, now clock.Now) *Service {
	return &Service{db: d, journal: j, now: now}
}
