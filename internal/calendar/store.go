package calendar

import (
	"context"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// nearest finds the calendar that a site ($2) follows; without a site, the tenant's.
const nearest = `(select c.id from calendars c where c.tenant_id = $1 and (c.site_id = $2 or c.site_id is null) order by c.site_id nulls last limit 1)`

// calendarOf gives one row when the site is there, with the zone and, when there is one, its calendar.
const calendarOf db.SQL = `-- calendar.calendarOf
select coalesce(s.zone, t.zone), c.id, c.site_id, coalesce(c.name, ''), coalesce(c.version, 0)
from tenants t
left join sites s on s.tenant_id = t.tenant_id and s.id = $2
left join calendars c on c.tenant_id = t.tenant_id and c.id = ` + nearest + `
where t.tenant_id = $1 and t.id = $1 and (s.id = $2 or $2 is null)`

const hoursOf db.SQL = `-- calendar.hoursOf
select h.weekday, h.from_minute, h.until_minute from calendar_hours h
where h.tenant_id = $1 and h.calendar_id = ` + nearest + ` order by h.weekday, h.from_minute`

const holidaysOf db.SQL = `-- calendar.holidaysOf
select h.day, h.yearly, h.name from holidays h
where h.tenant_id = $1 and h.calendar_id = ` + nearest + ` order by h.day`

func scanCalendar(r db.Row) (c Calendar, err error) {
	var own *id.Calendar
	err = r.Scan(&c.Zone, db.Null(&own), db.Null(&c.Site), &c.Name, &c.Version)
	c.Source = sourceOf(c.Site)
	if own == nil {
		c.Name, c.Source = "Around the clock", Builtin
	} else {
		c.ID = *own
	}
	return c, err
}

func scanOpening(r db.Row) (o Opening, err error) {
	var day, from, until int64
	err = r.Scan(&day, &from, &until)
	return opening(day, from, until), err
}

func opening(day, from, until int64) Opening {
	return Opening{Weekday: time.Weekday(day), From: int(from), Until: int(until)}
}

func scanHoliday(r db.Row) (h Holiday, err error) {
	err = r.Scan(&h.Day, &h.Yearly, &h.Name)
	return h, err
}

// Of reads the calendar that a site follows, or the tenant's (nil), in the transaction of a domain whose clocks follow it; it asks for no
// permission. NotFound when there is no such site.
func Of(ctx context.Context, tx *db.Tx, site *id.Site) (Calendar, error) {
	if site != nil && site.IsZero() { // the statements would take it for none
		return Calendar{}, fault.Missing("site")
	}
	openings, holidays := []Opening{}, []Holiday{}
	db.Soon(tx, &openings, scanOpening, hoursOf, site)
	db.Soon(tx, &holidays, scanHoliday, holidaysOf, site)
	c, err := db.One(ctx, tx, scanCalendar, calendarOf, site)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return Calendar{}, fault.Missing("site")
	case err != nil:
		return Calendar{}, err
	}
	c.Openings, c.Holidays = openings, holidays
	if c.Source == Builtin {
		c.Openings = Always(nil).Openings
	}
	return c, nil
}

// own is Of when the calendar is the site's (or tenant's) own; otherwise one of version 0, with the zone.
func own(ctx context.Context, tx *db.Tx, site *id.Site) (Calendar, error) {
	c, err := Of(ctx, tx, site)
	if err != nil || c.Source == sourceOf(site) {
		return c, err
	}
	return Calendar{Zone: c.Zone, Source: c.Source}, nil
}

const calendarInsert db.SQL = `-- calendar.calendarInsert
insert into calendars (tenant_id, id, site_id, name, version, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6)`

const calendarUpdate db.SQL = `-- calendar.calendarUpdate
update calendars set name = $3, version = $4, updated_at = $5 where tenant_id = $1 and id = $2 and version = $6`

const calendarDelete db.SQL = `-- calendar.calendarDelete
delete from calendars where tenant_id = $1 and id = $2 and version = $3`

const hoursClear db.SQL = `-- calendar.hoursClear
delete from calendar_hours where tenant_id = $1 and calendar_id = $2`

const holidaysClear db.SQL = `-- calendar.holidaysClear
delete from holidays where tenant_id = $1 and calendar_id = $2`

const hourInsert db.SQL = `-- calendar.hourInsert
insert into calendar_hours (tenant_id, id, calendar_id, weekday, from_minute, until_minute) values ($1, $2, $3, $4, $5, $6)`

const holidayInsert db.SQL = `-- calendar.holidayInsert
insert into holidays (tenant_id, id, calendar_id, day, yearly, name) values ($1, $2, $3, $4, $5, $6)`
