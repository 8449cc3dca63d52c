package task

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// Timing is how a task kept its time.
type Timing string

// The outcomes (domain/ops.md 2.6).
const (
	OnTime    Timing = "ONTIME" // done by its time
	DoneLate  Timing = "LATE"   // done after it
	Missed    Timing = "MISSED" // not done
	StillToDo Timing = "OPEN"   // still to be done
)

// Timings gives every outcome in the order of reports.
func Timings() []Timing { return []Timing{OnTime, DoneLate, Missed, StillToDo} }

// Valid says that there is such an outcome.
func (o Timing) Valid() bool {
	for _, x := range Timings() {
		if o == x {
			return true
		}
	}
	return false
}

// Label is the outcome for people.
func (o Timing) Label() string {
	return map[Timing]string{OnTime: "On time", DoneLate: "Late", Missed: "Missed", StillToDo: "To be done"}[o]
}

// Kept is how a site's maintenance that was due in a month kept its time. What was called off is left out.
type Kept struct {
	Site  id.Site
	Code  string
	Name  string
	Zone  string
	Month time.Time // its first instant on the site's clock

	OnTime, Late, Missed, Open int64
}

// Share is how much of what is over was done on time, in percent, rounded; -1 when nothing is over.
func (k Kept) Share() int {
	over := k.OnTime + k.Late + k.Missed
	if over == 0 {
		return -1
	}
	return int((k.OnTime*200 + over) / (2 * over))
}

// Plus is the sum of two.
func (k Kept) Plus(o Kept) Kept {
	k.OnTime, k.Late, k.Missed, k.Open = k.OnTime+o.OnTime, k.Late+o.Late, k.Missed+o.Missed, k.Open+o.Open
	return k
}

// maxMonths is how many months are told at once.
const maxMonths = 36

// Compliance says how maintenance kept its time, by month and site: the months that lie before until's and its own, as many as asked for, each on the
// site's clock; for the sites where the actor may see tasks, or one of them. Months without any are left out. A piece is of so many sites as p
// asks for, by code. Needs task.read. Invalid for more than 36 months.
func (s *Service) Compliance(ctx context.Context, who actor.Actor, site *id.Site, until clock.Date, months int, p page.Request) (out page.Of[Kept], err error) {
	if err := who.Require(CanRead); err != nil {
		return out, err
	}
	var c fault.Check
	c.That(until.Valid(), "until", "grammar", "A day looks like 2026-12-25.")
	c.That(months >= 1 && months <= maxMonths, "months", "range", "Ask for 1 to 36 months.")
	if err := c.Err(); err != nil {
		return out, err
	}
	code, after, err := page.Last[id.Site](p)
	if err != nil {
		return out, err
	}
	sites, all := who.Sites(CanRead)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err := db.All(ctx, tx, scanSiteDay, liveSitesSQL, all, sites, site, code, after, p.Size()+1)
		if err != nil {
			return err
		}
		places := page.Cut(rows, p, func(d SiteDay) (string, string) { return d.Code, d.Site.String() })
		out.Next = places.Next
		var ids []id.Site
		var from, to []time.Time
		known := map[id.Site]SiteDay{}
		for _, p := range places.Items {
			zone, err := clock.Zone(p.Zone)
			if err != nil {
				return err
			}
			known[p.Site] = p
			for n := range months {
				first := monthOf(until, n-months+1, zone)
				ids, from, to = append(ids, p.Site), append(from, first), append(to, monthOf(until, n-months+2, zone))
			}
		}
		out.Items, err = db.All(ctx, tx, func(r db.Row) (k Kept, err error) {
			err = r.Scan(&k.Site, &k.Month, &k.OnTime, &k.Late, &k.Missed, &k.Open)
			return k, err
		}, complianceSQL, ids, from, to)
		for i, k := range out.Items {
			p := known[k.Site]
			out.Items[i].Code, out.Items[i].Name, out.Items[i].Zone = p.Code, p.Name, p.Zone
		}
		return err
	})
	return out, err
}

// monthOf is the first instant of the month that lies so many after that of a day, which is valid.
func monthOf(day clock.Date, after int, zone *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(day), zone)
	if err != nil {
		return time.Time{}
	}
	return time.Date(t.Year(), t.Month()+time.Month(after), 1, 0, 0, 0, 0, zone)
}

// timing is how a task kept its time; nothing of one that was called off.
const timing = `case when t.status = 'COMPLETED' and t.ended_at <= t.due_at then 'ONTIME' when t.status = 'COMPLETED' then 'LATE' when t.status = 'AUTOCLOSED' then 'MISSED'
  when t.status in ('ASSIGNED', 'INPROGRESS') then 'OPEN' else '' end`

const complianceSQL db.SQL = `-- task.compliance
select v.site, v.lo, count(case when ` + timing + ` = 'ONTIME' then 1 end), count(case when ` + timing + ` = 'LATE' then 1 end),
  count(case when ` + timing + ` = 'MISSED' then 1 end), count(case when ` + timing + ` = 'OPEN' then 1 end)
from (lists_of($2 site uuid, $3 lo timestamptz, $4 hi timestamptz)) v
join tasks t on t.tenant_id = $1 and t.site_id = v.site and t.kind = 'PPM' and t.parent_id is null and t.status <> 'CANCELLED' and t.due_at >= v.lo and t.due_at < v.hi
group by v.site, v.lo order by v.lo, v.site`
