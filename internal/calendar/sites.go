package calendar

import (
	"context"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// OfSites is Of for several sites at once, in three statements however many: the arithmetic of the calendar that each follows. What is not there
// is absent. It asks for no permission.
func OfSites(ctx context.Context, tx *db.Tx, sites []id.Site) (map[id.Site]Hours, error) {
	var openings []openingAt
	var holidays []holidayAt
	db.Soon(tx, &openings, scanOpeningAt, hoursOfSites, sites)
	db.Soon(tx, &holidays, scanHolidayAt, holidaysOfSites, sites)
	rows, err := db.All(ctx, tx, scanSiteCalendar, calendarsOfSites, sites)
	if err != nil {
		return nil, err
	}
	byCalendar := map[id.Calendar]*Hours{}
	hours := func(c id.Calendar) *Hours {
		if byCalendar[c] == nil {
			byCalendar[c] = &Hours{}
		}
		return byCalendar[c]
	}
	for _, o := range openings {
		h := hours(o.calendar)
		h.Openings = append(h.Openings, o.Opening)
	}
	for _, x := range holidays {
		h := hours(x.calendar)
		h.Holidays = append(h.Holidays, x.Holiday)
	}
	out := make(map[id.Site]Hours, len(rows))
	for _, r := range rows {
		zone, err := clock.Zone(r.zone)
		if err != nil {
			return nil, err
		}
		h := Always(zone)
		if r.calendar != nil {
			h = *hours(*r.calendar)
			h.Zone = zone
		}
		out[r.site] = h
	}
	return out, nil
}

type siteCalendar struct {
	site     id.Site
	zone     string
	calendar *id.Calendar
}

func scanSiteCalendar(r db.Row) (x siteCalendar, err error) {
	err = r.Scan(&x.site, &x.zone, db.Null(&x.calendar))
	return x, err
}

type openingAt struct {
	Opening
	calendar id.Calendar
}

func scanOpeningAt(r db.Row) (x openingAt, err error) {
	var day, from, until int64
	err = r.Scan(&x.calendar, &day, &from, &until)
	x.Opening = opening(day, from, until)
	return x, err
}

type holidayAt struct {
	Holiday
	calendar id.Calendar
}

func scanHolidayAt(r db.Row) (x holidayAt, err error) {
	err = r.Scan(&x.calendar, &x.Day, &x.Yearly, &x.Name)
	return x, err
}

const calendarsOfSites db.SQL = `-- calendar.calendarsOfSites
select s.id, s.zone, coalesce(c.id, t.id) from sites s
left join calendars c on c.tenant_id = s.tenant_id and c.site_id = s.id
left join calendars t on t.tenant_id = s.tenant_id and t.site_id is null
where s.tenant_id = $1 and s.id in_list($2)`

const hoursOfSites db.SQL = `-- calendar.hoursOfSites
select h.calendar_id, h.weekday, h.from_minute, h.until_minute from calendar_hours h
join calendars c on c.tenant_id = h.tenant_id and c.id = h.calendar_id
where h.tenant_id = $1 and (c.site_id in_list($2) or c.site_id is null) order by h.calendar_id, h.weekday, h.from_minute`

const holidaysOfSites db.SQL = `-- calendar.holidaysOfSites
select h.calendar_id, h.day, h.yearly, h.name from holidays h
join calendars c on c.tenant_id = h.tenant_id and c.id = h.calendar_id
where h.tenant_id = $1 and (c.site_id in_list($2) or c.site_id is null) order by h.calendar_id, h.day`
