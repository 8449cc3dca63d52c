package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/id"
	"intelliwiz/internal/task"
)

// Live is a day as it stands.
type Live struct {
	At     time.Time `json:"at"`
	Sites  []SiteDay `json:"sites" nullable:"false" doc:"What needs somebody first."`
	Runs   []Run     `json:"runs" nullable:"false" doc:"Tours and routes whose time has come and that are not done, the first that is due first; at most 40."`
	Alarms []Awaited `json:"alarms" nullable:"false" doc:"What was not met in the last twelve hours, the newest first; at most 30."`
	Next   []Awaited `json:"next" nullable:"false" doc:"What is expected within the next hour, the first first; at most 30."`
	More   bool      `json:"more" doc:"There are more sites than are told."`
}

// SiteDay is a site's day on its own clock.
type SiteDay struct {
	SiteID   id.Site `json:"site_id" format:"uuid"`
	Code     string  `json:"site_code"`
	Name     string  `json:"site_name"`
	Zone     string  `json:"zone" doc:"On whose clock the day is."`
	Expected int64   `json:"expected" doc:"What may be begun this day and was not called off, a run counted once: done, in part, missed and open together."`
	Done     int64   `json:"done"`
	Partial  int64   `json:"partial"`
	Missed   int64   `json:"missed"`
	Open     int64   `json:"open"`
	Late     int64   `json:"late" doc:"Still to be done although its time is over, of this day or one before."`
	Stops    int64   `json:"stops" doc:"Stops of this day's runs at this site."`
	Scanned  int64   `json:"scanned" doc:"Of them."`
}

// Run is a tour or route on its way.
type Run struct {
	Task
	Visits []Stage `json:"visits" nullable:"false" doc:"In their order."`
}

// Stage is a stop of a run.
type Stage struct {
	Name   string      `json:"name"`
	Status task.Status `json:"status" enum:"ASSIGNED,INPROGRESS,COMPLETED,PARTIALLYCOMPLETED,AUTOCLOSED,CANCELLED"`
	DueAt  time.Time   `json:"due_at"`
	Passed bool        `json:"passed" doc:"Its time is over and it is not done."`
}

// Awaited is something that is or was expected of a task.
type Awaited struct {
	Kind     deadline.Kind `json:"kind" example:"task.done"`
	DueAt    time.Time     `json:"due_at"`
	EndedAt  *time.Time    `json:"ended_at" doc:"Of what was not met: since when that is known."`
	Note     string        `json:"note" doc:"What followed."`
	TaskID   id.Task       `json:"task_id" format:"uuid"`
	TaskName string        `json:"task_name"`
	Status   task.Status   `json:"task_status" enum:"ASSIGNED,INPROGRESS,COMPLETED,PARTIALLYCOMPLETED,AUTOCLOSED,CANCELLED"`
	Alerts   int64         `json:"task_alerts" doc:"How many its answers raised."`
	SiteID   id.Site       `json:"site_id" format:"uuid"`
	SiteName string        `json:"site_name"`
	Zone     string        `json:"zone"`
	Whose    string        `json:"whose" doc:"The person or group; empty for nobody."`
}

func liveOf(l task.Live) Live {
	out := Live{At: l.At, Sites: make([]SiteDay, len(l.Sites)), Runs: make([]Run, len(l.Runs)), Alarms: awaited(l.Alarms), Next: awaited(l.Next), More: l.More}
	for i, d := range l.Sites {
		out.Sites[i] = SiteDay{d.Site, d.Code, d.Name, d.Zone, d.Expected, d.Done, d.Partial, d.Missed, d.Open, d.Late, d.Stops, d.Scanned}
	}
	for i, r := range l.Runs {
		out.Runs[i] = Run{Task: taskOf(r.Task), Visits: make([]Stage, len(r.Visits))}
		for n, s := range r.Visits {
			out.Runs[i].Visits[n] = Stage{s.Name, s.Status, s.Due, s.Passed(l.At)}
		}
	}
	return out
}

func awaited(rows []task.Awaited) []Awaited {
	out := make([]Awaited, len(rows))
	for i, a := range rows {
		out[i] = Awaited{a.Kind, a.Due, a.Ended, a.Note, a.Task, a.Name, a.Status, a.Alerts, a.Site, a.Place, a.Zone, a.Whose}
	}
	return out
}

func (a *api) live() {
	register(a, "task.live", func(ctx context.Context, in *struct {
		SiteID id.Site `query:"site_id" format:"uuid" doc:"Only this site."`
	}) (*one[Live], error) {
		l, err := a.c.Tasks.Live(ctx, actor.From(ctx), given(in.SiteID))
		return single(l, err, liveOf)
	})
}
