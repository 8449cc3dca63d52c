package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// livePath is the board of the control room.
const livePath = "/board/live"

// How often a stream looks whether the board has changed, and how many tickets the board shows.
const (
	liveBeat    = 5 * time.Second
	liveTickets = 8
)

// liveState is what the board is drawn of.
type liveState struct {
	task.Live
	Posts   manned
	Tickets []ticket.Ticket // that climb next, and those that have climbed, at most liveTickets
	Climbed int64           // how many tickets to do have climbed
}

// liveNow reads the board; ?site= is one site's.
func (p *pages) liveNow(ctx context.Context, who actor.Actor, q url.Values) (s liveState, err error) {
	f := form{values: q}
	site := ref[id.Site](&f, "site")
	if err := f.check.Err(); err != nil {
		return s, err
	}
	if s.Live, err = p.Tasks.Live(ctx, who, site); err != nil {
		return s, err
	}
	if s.Posts, err = p.mannedNow(ctx, who, site); err != nil || !who.Can(ticket.CanRead) {
		return s, err
	}
	next, err := p.Ticket.List(ctx, who, ticket.Filter{Site: site, Order: ticket.NextEscalation}, page.Request{Limit: liveTickets})
	if err != nil {
		return s, err
	}
	s.Tickets = next.Items
	s.Climbed, err = p.Ticket.Active(ctx, who, ticket.Filter{Site: site, Escalated: true})
	return s, err
}

// mark is the same while the board shows the same, but for how long ago things are.
func (s liveState) mark() string {
	late := 0
	for _, r := range s.Runs {
		late += r.Missed(s.At)
	}
	s.At = time.Time{}
	text, err := json.Marshal(struct {
		liveState
		Late int
	}{s, late})
	if err != nil {
		return "" // the next minute tells
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// liveBoard shows the day as it stands.
func (p *pages) liveBoard(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Live board")
	if err != nil {
		return err
	}
	s, err := p.liveNow(r.Context(), v.who, r.URL.Query())
	if err != nil {
		return err
	}
	v.frame.Live = true
	view := liveViewOf(v, s)
	if r.URL.RawQuery != "" {
		view.Stream += "?" + r.URL.RawQuery
		view.Narrowed = true
	}
	return p.show(w, r, http.StatusOK, v, liveHead(), livePart(view))
}

// liveStream says when the board has changed, as server-sent events. It ends with the session, with the server, and at its time limit.
func (p *pages) liveStream(w http.ResponseWriter, r *http.Request) error {
	e, who := events{w: w}, actor.From(r.Context())
	err := p.Notices.Watch(r.Context(), who, liveBeat, func(int64) error {
		s, err := p.liveNow(r.Context(), who, r.URL.Query())
		if err != nil {
			return err
		}
		return e.send("changed", s.mark())
	})
	return e.end(err)
}

// liveView is the board as it is drawn.
type liveView struct {
	Mark, Stream string
	Narrowed     bool // to a site
	Now, Stamp   string
	Zone         string
	Tally        []tally
	Runs         []runRow
	MoreRuns     bool
	Sites        []siteDayRow
	MoreSites    bool
	Alarms       ui.Log
	Next         ui.Log
	Climbs       ui.Log
}

// tally is a large number with its words.
type tally struct {
	N, Words, Href string
	Hot            bool
}

// runRow is a run on its way.
type runRow struct {
	Name, Href, Code, Whose, Words string
	Pill                           ui.Pill
	Stops                          []stopMark
	Wide                           int
}

// stopMark is a stop of a run: "ok", "miss", "now" or "".
type stopMark struct{ Class, X, Cross string }

// siteDayRow is a site's day.
type siteDayRow struct {
	Code, Name, At, Scans string
	Cells                 []numberCell
}

// numberCell is a number that opens its rows.
type numberCell struct {
	N, Href, About string
	Hot            bool
}

func liveViewOf(v visit, s liveState) liveView {
	view := liveView{
		Mark: s.mark(), Stream: livePath + "/stream", Now: s.At.In(v.zone).Format(clockForm), Stamp: s.At.UTC().Format(time.RFC3339), Zone: v.zone.String(),
		MoreRuns: len(s.Runs) == task.LiveRuns, MoreSites: s.More,
	}
	var sum task.SiteDay
	for _, d := range s.Sites {
		sum.Expected, sum.Done, sum.Partial, sum.Missed, sum.Open = sum.Expected+d.Expected, sum.Done+d.Done, sum.Partial+d.Partial, sum.Missed+d.Missed, sum.Open+d.Open
		sum.Late, sum.Stops, sum.Scanned = sum.Late+d.Late, sum.Stops+d.Stops, sum.Scanned+d.Scanned
		view.Sites = append(view.Sites, siteDayRowOf(d))
	}
	for _, r := range s.Runs {
		view.Runs = append(view.Runs, runRowOf(r, s.At))
	}
	view.Tally = []tally{
		{N: grouped(sum.Late), Words: "late", Href: tasksPath + "?status=" + lateStatus, Hot: sum.Late > 0},
		{N: grouped(sum.Missed), Words: "missed today", Hot: sum.Missed > 0},
		{N: grouped(sum.Done+sum.Partial) + " of " + grouped(sum.Expected), Words: "done today"},
		{N: grouped(int64(len(s.Runs))) + map[bool]string{true: "+"}[view.MoreRuns], Words: "rounds on the way", Href: "#h-runs"},
		{N: grouped(sum.Scanned) + " of " + grouped(sum.Stops), Words: "stops scanned today"},
	}
	if n := int64(len(s.Posts.Bare)); s.Posts.Known {
		view.Tally = append(view.Tally, tally{N: grouped(n), Words: "posts uncovered", Href: postsPath, Hot: n > 0})
	}
	if v.who.Can(ticket.CanRead) {
		view.Tally = append(view.Tally, tally{N: grouped(s.Climbed), Words: "tickets escalated", Href: ticketsPath + "?escalated=true", Hot: s.Climbed > 0})
	}
	view.Alarms, view.Next, view.Climbs = alarmLog(v, s), nextLog(v, s), climbLog(v, s)
	return view
}

func siteDayRowOf(d task.SiteDay) siteDayRow {
	at := tasksPath + "?site=" + d.Site.String()
	cell := func(n int64, status, about string, hot bool) numberCell {
		if n == 0 {
			return numberCell{N: "0"}
		}
		return numberCell{N: grouped(n), Href: at + "&status=" + status, About: about, Hot: hot}
	}
	r := siteDayRow{Code: d.Code, Name: d.Name, At: livePath + "?site=" + d.Site.String(), Scans: "–"}
	if d.Stops > 0 {
		r.Scans = grouped(d.Scanned) + " of " + grouped(d.Stops)
	}
	r.Cells = []numberCell{
		cell(d.Late, lateStatus, "late", true), cell(d.Missed, string(task.Autoclosed), "missed", true), cell(d.Partial, string(task.Partial), "done in part", true),
		cell(d.Open, "", "to be done", false), cell(d.Done, string(task.Completed), "done", false),
	}
	return r
}

func runRowOf(r task.Run, now time.Time) runRow {
	done, missed := r.Done(), r.Missed(now)
	out := runRow{Name: r.Name, Href: taskAt(r.Task), Code: r.SiteName, Whose: taskWith(r.Task).Who, Wide: len(r.Visits) * stopWide, Pill: ui.Pill{Tone: ui.Open, Text: "In time"}}
	if out.Whose == "" && r.Group != nil {
		out.Whose = r.GroupName
	}
	if out.Whose == "" {
		out.Whose = r.PostName
	}
	switch {
	case r.Due.Before(now):
		out.Pill = ui.Pill{Tone: ui.Late, Text: "Late since " + r.Due.In(zoneOr(r.Zone, time.UTC)).Format(clockForm)}
	case missed > 0:
		out.Pill = ui.Pill{Tone: ui.Late, Text: plural(missed, "stop") + " passed over"}
	case r.Status == task.Assigned:
		out.Pill = ui.Pill{Tone: ui.Wait, Text: "Not begun"}
	}
	out.Words = strconv.Itoa(done) + " of " + strconv.Itoa(len(r.Visits)) + " scanned, until " + r.Due.In(zoneOr(r.Zone, time.UTC)).Format(clockForm)
	if r.Alerts > 0 {
		out.Words += ", " + plural(int(r.Alerts), "alert")
	}
	next := true
	for i, s := range r.Visits {
		m := stopMark{X: strconv.Itoa(i*stopWide + 2)}
		switch {
		case s.Status == task.Completed:
			m.Class = "ok"
		case s.Passed(now):
			m.Class, m.Cross = "miss", fmt.Sprintf("m%d 4.5 5 5m0-5-5 5", i*stopWide+4)
		case next:
			m.Class, next = "now", false
		}
		out.Stops = append(out.Stops, m)
	}
	return out
}

// stopWide is how wide a stop of a run is drawn.
const stopWide = 16
