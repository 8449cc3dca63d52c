package rest

import (
	"context"
	"net/http"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
)

// Calendar is the business hours that a site, or the organisation, follows.
type Calendar struct {
	ID       *id.Calendar    `json:"id" format:"uuid" doc:"Null when nobody has set any hours."`
	Source   calendar.Source `json:"source" enum:"site,tenant,builtin" doc:"Whose hours these are: the site's own, the organisation's, or, where nobody has set any, every minute."`
	SiteID   *id.Site        `json:"site_id" format:"uuid" doc:"Null unless they are a site's own."`
	Name     string          `json:"name" example:"Office hours"`
	Zone     string          `json:"zone" doc:"Of the place that was asked for." example:"Asia/Kolkata"`
	Openings []Opening       `json:"openings" nullable:"false" doc:"Of the week, in order."`
	Holidays []Holiday       `json:"holidays" nullable:"false" doc:"By day."`
	Version  int64           `json:"version" doc:"For a change of this place's own hours; 0 as long as it has none." example:"1"`
}

// Opening is a part of a weekday in which work is done; what lies between two is a break.
type Opening struct {
	Weekday string `json:"weekday" enum:"SUNDAY,MONDAY,TUESDAY,WEDNESDAY,THURSDAY,FRIDAY,SATURDAY" example:"MONDAY"`
	From    int    `json:"from" minimum:"0" maximum:"1439" doc:"In minutes of the day; this minute is open." example:"540"`
	Until   int    `json:"until" minimum:"1" maximum:"1440" doc:"In minutes of the day; this minute is closed. Hours over midnight are two openings." example:"1080"`
}

// Holiday is a day on which nothing is open.
type Holiday struct {
	Day    clock.Date `json:"day" example:"2026-12-25"`
	Yearly bool       `json:"yearly" doc:"Again on the same day of every year; 29 February in leap years only." example:"true"`
	Name   string     `json:"name" example:"Christmas Day"`
}

// HolidayNew is a holiday to be.
type HolidayNew struct {
	Day    clock.Date `json:"day" maxLength:"10" example:"2026-12-25"`
	Yearly bool       `json:"yearly,omitzero" doc:"Again on the same day of every year." example:"true"`
	Name   string     `json:"name" minLength:"1" maxLength:"120" example:"Christmas Day"`
}

func weekdayOf(d time.Weekday) string { return strings.ToUpper(d.String()) }

// parseWeekday gives one that is none for a word that is none.
func parseWeekday(word string) time.Weekday {
	for d := range time.Weekday(7) {
		if weekdayOf(d) == word {
			return d
		}
	}
	return -1
}

func calendarOf(c calendar.Calendar) Calendar {
	out := Calendar{
		ID: given(c.ID), Source: c.Source, SiteID: c.Site, Name: c.Name, Zone: c.Zone, Openings: make([]Opening, len(c.Openings)), Holidays: make([]Holiday, len(c.Holidays)),
		Version: c.Version,
	}
	for i, x := range c.Openings {
		out.Openings[i] = Opening{weekdayOf(x.Weekday), x.From, x.Until}
	}
	for i, x := range c.Holidays {
		out.Holidays[i] = Holiday(x)
	}
	return out
}

// CalendarChange makes or replaces the hours of a site, or of the organisation.
type CalendarChange struct {
	Name     string       `json:"name" minLength:"1" maxLength:"120" example:"Office hours"`
	Openings []Opening    `json:"openings" nullable:"false" minItems:"1" maxItems:"84" doc:"Of the week, without overlap; at most 12 of one day."`
	Holidays []HolidayNew `json:"holidays,omitzero" nullable:"false" maxItems:"400"`
	Version  int64        `json:"version" minimum:"0" doc:"The version that was read; 0: the place had no hours of its own." example:"0"`
}

func (b CalendarChange) input() calendar.Input {
	in := calendar.Input{Name: b.Name, Openings: make([]calendar.Opening, len(b.Openings)), Holidays: make([]calendar.Holiday, len(b.Holidays))}
	for i, x := range b.Openings {
		in.Openings[i] = calendar.Opening{Weekday: parseWeekday(x.Weekday), From: x.From, Until: x.Until}
	}
	for i, x := range b.Holidays {
		in.Holidays[i] = calendar.Holiday(x)
	}
	return in
}

func (b CalendarChange) check() error {
	in := b.input()
	return in.Check()
}

// CalendarTrial is when a clock that follows the hours runs out, with the arithmetic.
type CalendarTrial struct {
	Zone    string     `json:"zone" example:"Asia/Kolkata"`
	Start   time.Time  `json:"start"`
	Minutes int64      `json:"minutes" example:"480"`
	End     time.Time  `json:"end" doc:"By when so many open minutes have passed."`
	Rows    []ClockRow `json:"rows" nullable:"false" doc:"What was counted, and what holidays took away."`
}

// CalendarTry is what a clock is to be tried with. It is exported for huma, which looks into exported fields only.
type CalendarTry struct {
	Start   time.Time `query:"start" doc:"When the clock starts; now unless told."`
	Minutes int64     `query:"minutes" minimum:"0" maximum:"527040" default:"480" doc:"How many open minutes it counts; 480 unless told."`
}

// CalendarOwner is a site with hours of its own.
type CalendarOwner struct {
	SiteID   id.Site `json:"site_id" format:"uuid"`
	SiteName string  `json:"site_name" example:"Delhi plant"`
	Name     string  `json:"name" doc:"Of its hours." example:"Office hours"`
}

func calendarRows() []Operation {
	const path, site = "/calendars", "/calendars/sites/{id}"
	return []Operation{
		{Name: "calendar.list", Method: get, Path: path, Permission: calendar.CanRead, Summary: "List the sites that have business hours of their own, by name", steady: true},
		{Name: "calendar.get", Method: get, Path: path + "/tenant", Permission: calendar.CanRead, Summary: "Get the business hours of the organisation", steady: true},
		{Name: "calendar.update", Method: put, Path: path + "/tenant", Permission: calendar.CanUpdate, Summary: "Set the business hours of the organisation"},
		{Name: "calendar.delete", Method: del, Path: path + "/tenant", Permission: calendar.CanUpdate,
			Summary: "Delete the business hours of the organisation: every minute counts then", status: http.StatusNoContent},
		{Name: "calendar.trial", Method: get, Path: path + "/tenant/trial", Permission: calendar.CanRead,
			Summary: "Try when so many open minutes have passed by the hours of the organisation, and why"},
		{Name: "calendar.site.get", Method: get, Path: site, Permission: calendar.CanRead, Noun: "site", Summary: "Get the business hours that a site follows", steady: true},
		{Name: "calendar.site.update", Method: put, Path: site, Permission: calendar.CanUpdate, Noun: "site", Summary: "Set the business hours of a site"},
		{Name: "calendar.site.delete", Method: del, Path: site, Permission: calendar.CanUpdate, Noun: "site",
			Summary: "Delete the business hours of a site: it follows the organisation's then", status: http.StatusNoContent},
		{Name: "calendar.site.trial", Method: get, Path: site + "/trial", Permission: calendar.CanRead, Noun: "site",
			Summary: "Try when so many open minutes have passed by the hours of a site, and why"},
	}
}

func (a *api) calendars() {
	s := a.c.Calendar
	register(a, "calendar.list", func(ctx context.Context, _ *struct{}) (*many[CalendarOwner], error) {
		all, err := s.Owners(ctx, actor.From(ctx))
		return whole(all, err, func(o calendar.Owner) CalendarOwner { return CalendarOwner{o.Site, o.SiteName, o.Name} })
	})
	register(a, "calendar.get", func(ctx context.Context, _ *struct{}) (*one[Calendar], error) {
		c, err := s.Get(ctx, actor.From(ctx), nil)
		return single(c, err, calendarOf)
	})
	register(a, "calendar.update", func(ctx context.Context, in *struct{ Body CalendarChange }) (*one[Calendar], error) {
		c, err := s.Put(ctx, actor.From(ctx), nil, in.Body.Version, in.Body.input())
		return single(c, err, calendarOf)
	}, checks(CalendarChange.check))
	register(a, "calendar.delete", func(ctx context.Context, in *Deletion) (*nothing, error) {
		return done(s.Delete(ctx, actor.From(ctx), nil, in.Version))
	})
	register(a, "calendar.trial", func(ctx context.Context, in *CalendarTry) (*one[CalendarTrial], error) {
		return a.try(ctx, nil, *in)
	})
	a.siteCalendars()
}

func (a *api) siteCalendars() {
	s := a.c.Calendar
	register(a, "calendar.site.get", func(ctx context.Context, in *struct {
		ID id.Site `path:"id" format:"uuid"`
	}) (*one[Calendar], error) {
		c, err := s.Get(ctx, actor.From(ctx), &in.ID)
		return single(c, err, calendarOf)
	})
	register(a, "calendar.site.update", func(ctx context.Context, in *struct {
		ID   id.Site `path:"id" format:"uuid"`
		Body CalendarChange
	}) (*one[Calendar], error) {
		c, err := s.Put(ctx, actor.From(ctx), &in.ID, in.Body.Version, in.Body.input())
		return single(c, err, calendarOf)
	}, checks(CalendarChange.check))
	register(a, "calendar.site.delete", func(ctx context.Context, in *struct {
		ID id.Site `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.Delete(ctx, actor.From(ctx), &in.ID, in.Version))
	})
	register(a, "calendar.site.trial", func(ctx context.Context, in *struct {
		ID id.Site `path:"id" format:"uuid"`
		CalendarTry
	}) (*one[CalendarTrial], error) {
		return a.try(ctx, &in.ID, in.CalendarTry)
	})
}

// try counts by the hours of a site, or of the organisation.
func (a *api) try(ctx context.Context, site *id.Site, in CalendarTry) (*one[CalendarTrial], error) {
	c, err := a.c.Calendar.Get(ctx, actor.From(ctx), site)
	if err != nil {
		return nil, err
	}
	e, err := a.c.Calendar.Try(c, in.Start, in.Minutes)
	return single(e, err, func(e calendar.Explanation) CalendarTrial {
		return CalendarTrial{c.Zone, e.Start, in.Minutes, e.Until, clockRowsOf(e.Rows)}
	})
}
