package task

import (
	"context"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/id"
)

// Live is a day as it stands: what is to be done where, what was not, and what is expected next.
type Live struct {
	At     time.Time
	Sites  []SiteDay // what needs somebody first
	Runs   []Run     // tours and routes whose time has come and that are not done, the first that is due first
	Alarms []Awaited // what was not met in the last twelve hours, the newest first
	Next   []Awaited // what is expected within the next hour, the first first
	More   bool      // there are more sites than are told
}

// SiteDay is a site's day on its own clock. Expected is Done, Partial, Missed and Open together: what may be begun that day and was not
// called off, a run counted once.
type SiteDay struct {
	Site id.Site
	Code string
	Name string
	Zone string

	Expected, Done, Partial, Missed, Open int64

	Late    int64 // still to be done although its time is over, of this day or of one before
	Stops   int64 // of the day's runs that come by this site
	Scanned int64 // of them
}

// Run is a tour or route on its way.
type Run struct {
	Task
	Visits []Stage // in their order
}

// Missed says how many stops of the run were passed over: their time is over, and they are not done.
func (r Run) Missed(now time.Time) int { return r.count(func(s Stage) bool { return s.Passed(now) }) }

// Done says how many stops of the run are done.
func (r Run) Done() int { return r.count(func(s Stage) bool { return s.Status == Completed }) }

func (r Run) count(is func(Stage) bool) (n int) {
	for _, s := range r.Visits {
		if is(s) {
			n++
		}
	}
	return n
}

// Stage is a stop of a run.
type Stage struct {
	Name   string
	Status Status
	Due    time.Time

	run id.Task
}

// Passed says that the time of a stop is over and it is not done.
func (s Stage) Passed(now time.Time) bool {
	return s.Status == Autoclosed || s.Status.Open() && s.Due.Before(now)
}

// Awaited is something that is or was expected of a task.
type Awaited struct {
	Kind   deadline.Kind
	Due    time.Time  // by when
	Ended  *time.Time // of what was not met: since when that is known
	Note   string     // what followed
	Task   id.Task
	Name   string // of the task
	Status Status // of the task, now
	Alerts int64  // of the task, now
	Site   id.Site
	Place  string // the site's name
	Code   string // the site's
	Zone   string // the site's
	Whose  string // the person or group, "" for nobody
}

// LiveRuns is how many runs a live board tells at most; the others are how much else it tells.
const (
	liveSites  = 500
	LiveRuns   = 40
	liveAlarms = 30
	liveNext   = 30
	liveBack   = 12 * time.Hour // that alarms are told
	liveAhead  = time.Hour      // that is looked ahead
)

// Live gives the day as it stands at the sites where the actor may see tasks, at one of them when site is not nil. Each site's day is that of
// its own clock. Needs task.read. Five statements, however much there is; what is told is told again for a few seconds while nothing changes, and is not to be changed.
func (s *Service) Live(ctx context.Context, who actor.Actor, site *id.Site) (l Live, err error) {
	if err := who.Require(CanRead); err != nil {
		return Live{}, err
	}
	return told(ctx, s.kept.days, who, true, func(ctx context.Context) (Live, error) { return s.live(ctx, who, site) }, site)
}

// live is Live, from the database.
func (s *Service) live(ctx context.Context, who actor.Actor, site *id.Site) (l Live, err error) {
	l.At = s.now()
	sites, all := who.Sites(CanRead)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		db.Soon(tx, &l.Runs, func(r db.Row) (Run, error) { t, err := scanTask(r); return Run{Task: t}, err }, liveRunsSQL, who.Person(), l.At, all, sites, site, LiveRuns)
		db.Soon(tx, &l.Alarms, scanAwaited, liveAlarmsSQL, l.At.Add(-liveBack), all, sites, site, liveAlarms)
		db.Soon(tx, &l.Next, scanAwaited, liveNextSQL, l.At, l.At.Add(liveAhead), all, sites, site, liveNext)
		if l.Sites, err = db.All(ctx, tx, scanSiteDay, liveSitesSQL, all, sites, site, "", id.Site{}, liveSites+1); err != nil {
			return err
		}
		if l.More = len(l.Sites) > liveSites; l.More {
			l.Sites = l.Sites[:liveSites]
		}
		return l.fill(ctx, tx)
	})
	slices.SortStableFunc(l.Sites, func(a, b SiteDay) int { return int(b.Late + b.Missed - a.Late - a.Missed) })
	return l, err
}

// fill counts what the sites' days hold, and reads the stops of the runs.
func (l *Live) fill(ctx context.Context, tx *db.Tx) error {
	at := map[id.Site]*SiteDay{}
	ids, from, until := make([]id.Site, len(l.Sites)), make([]time.Time, len(l.Sites)), make([]time.Time, len(l.Sites))
	for i := range l.Sites {
		d := &l.Sites[i]
		zone, err := clock.Zone(d.Zone)
		if err != nil {
			return err
		}
		at[d.Site], ids[i] = d, d.Site
		from[i], until[i] = Day(l.At, zone)
	}
	runs, headers := map[id.Task]*Run{}, make([]id.Task, len(l.Runs))
	for i := range l.Runs {
		runs[l.Runs[i].ID], headers[i] = &l.Runs[i], l.Runs[i].ID
	}
	var stages []Stage
	db.Soon(tx, &stages, scanStage, liveStages, headers)
	counts, err := db.All(ctx, tx, scanSiteDayCounts, liveCounts, ids, from, until, l.At)
	for _, c := range counts {
		d := at[c.Site]
		c.Code, c.Name, c.Zone = d.Code, d.Name, d.Zone
		*d = c
	}
	for _, s := range stages {
		r := runs[s.run]
		r.Visits = append(r.Visits, s)
	}
	return err
}

// Day gives the day of a zone in which an instant lies: its first instant, and that of the next one.
func Day(at time.Time, zone *time.Location) (from, until time.Time) {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone), time.Date(y, m, d+1, 0, 0, 0, 0, zone)
}

func scanSiteDay(r db.Row) (d SiteDay, err error) {
	err = r.Scan(&d.Site, &d.Code, &d.Name, &d.Zone)
	return d, err
}

func scanSiteDayCounts(r db.Row) (d SiteDay, err error) {
	err = r.Scan(&d.Site, &d.Done, &d.Partial, &d.Missed, &d.Open, &d.Late, &d.Stops, &d.Scanned)
	d.Expected = d.Done + d.Partial + d.Missed + d.Open
	return d, err
}

func scanStage(r db.Row) (s Stage, err error) {
	err = r.Scan(&s.run, &s.Name, &s.Status, &s.Due)
	return s, err
}

func scanAwaited(r db.Row) (a Awaited, err error) {
	err = r.Scan(&a.Kind, &a.Due, db.Null(&a.Ended), &a.Note, &a.Task, &a.Name, &a.Status, &a.Alerts, &a.Site, &a.Place, &a.Code, &a.Zone, &a.Whose)
	return a, err
}

// Words says what is expected, within a sentence: "is done".
func (a Awaited) Words() string {
	switch a.Kind {
	case ToBeScanned:
		return "a stop is scanned"
	case ToBeBegun:
		return "begun, or whose it is are reminded"
	case ToBeDone:
		return "done"
	}
	return strings.ReplaceAll(string(a.Kind), ".", " ")
}

// ofTask is what makes a task's row of what is expected.
const ofTask = ` join tasks t on t.tenant_id = d.tenant_id and t.id = d.subject_id
join sites s on s.tenant_id = t.tenant_id and s.id = t.site_id
left join persons n on n.tenant_id = t.tenant_id and n.id = t.person_id
left join member_groups g on g.tenant_id = t.tenant_id and g.id = t.group_id
left join posts o on o.tenant_id = t.tenant_id and o.id = t.post_id `

const awaited = `d.kind, d.due_at, d.ended_at, d.note, t.id, t.name, t.status, t.alerts, t.site_id, s.name, s.code, s.zone, coalesce(n.name, g.name, o.name, '')`

const liveSitesSQL db.SQL = `-- task.liveSites
select s.id, s.code, s.name, s.zone from sites s
where s.tenant_id = $1 and s.active and ($2 or s.id in_list($3)) and (s.id = $4 or $4 is null)
  and (s.code, s.id) > ($5, $6) order by s.code, s.id limit $7`

// liveCounts counts by site: what begins in the site's day, and what is late whenever it began.
const liveCounts db.SQL = `-- task.liveCounts
select x.site, sum(x.done), sum(x.part), sum(x.missed), sum(x.open), sum(x.late), sum(x.stops), sum(x.scanned) from (
  select v.site, count(case when t.parent_id is null and t.status = 'COMPLETED' then 1 end) as done,
    count(case when t.parent_id is null and t.status = 'PARTIALLYCOMPLETED' then 1 end) as part,
    count(case when t.parent_id is null and t.status = 'AUTOCLOSED' then 1 end) as missed,
    count(case when t.parent_id is null and t.status in ('ASSIGNED', 'INPROGRESS') then 1 end) as open, 0 as late,
    count(t.parent_id) as stops, count(case when t.parent_id is not null and t.status = 'COMPLETED' then 1 end) as scanned
  from (lists_of($2 site uuid, $3 lo timestamptz, $4 hi timestamptz)) v
  join tasks t on t.tenant_id = $1 and t.site_id = v.site and t.begins_at >= v.lo and t.begins_at < v.hi and t.status <> 'CANCELLED'
  group by v.site
  union all
  select t.site_id, 0, 0, 0, 0, count(*), 0, 0 from tasks t
  where t.tenant_id = $1 and t.site_id in_list($2) and t.begins_at < $5 and t.due_at < $5 and t.parent_id is null and t.status in ('ASSIGNED', 'INPROGRESS')
  group by t.site_id
) x group by x.site`

const liveRunsSQL db.SQL = `-- task.liveRuns
select ` + columns + from + `
where t.tenant_id = $1 and t.begins_at <= $3 and t.parent_id is null and t.status in ('ASSIGNED', 'INPROGRESS') and t.kind in ('TOUR', 'ROUTE')
  and ($4 or t.site_id in_list($5)) and (t.site_id = $6 or $6 is null) order by t.due_at, t.id limit $7`

const liveStages db.SQL = `-- task.liveStages
select t.parent_id, t.name, t.status, t.due_at from tasks t where t.tenant_id = $1 and t.parent_id in_list($2) order by t.parent_id, t.seq`

const liveAlarmsSQL db.SQL = `-- task.liveAlarms
select ` + awaited + ` from deadlines d` + ofTask + `
where d.tenant_id = $1 and d.state = 'BROKEN' and d.state <> 'OPEN' and d.ended_at >= $2 and d.kind <> 'task.begin' and ($3 or t.site_id in_list($4)) and (t.site_id = $5 or $5 is null)
order by d.ended_at desc, d.id limit $6`

const liveNextSQL db.SQL = `-- task.liveNext
select ` + awaited + ` from deadlines d` + ofTask + `
where d.tenant_id = $1 and d.state = 'OPEN' and d.try_at > $2 and d.try_at <= $3 and ($4 or t.site_id in_list($5)) and (t.site_id = $6 or $6 is null)
order by d.try_at, d.id limit $7`
