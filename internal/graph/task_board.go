package graph

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/task"
)

// LiveBoard answers with the day as it stands.
func (q query) LiveBoard(ctx context.Context, siteID *id.Any) (*gen.LiveBoard, error) {
	l, err := q.c.Tasks.Live(ctx, actor.From(ctx), maybe[id.Site](siteID))
	if err != nil {
		return nil, err
	}
	out := &gen.LiveBoard{At: l.At, Sites: l.Sites, Runs: make([]gen.Run, len(l.Runs)), Alarms: l.Alarms, Next: l.Next, More: l.More}
	for i := range l.Runs {
		r := &l.Runs[i]
		out.Runs[i] = gen.Run{Task: &r.Task, Visits: make([]gen.Stage, len(r.Visits))}
		for n, s := range r.Visits {
			out.Runs[i].Visits[n] = gen.Stage{Name: s.Name, Status: s.Status, DueAt: s.Due, Passed: s.Passed(l.At)}
		}
	}
	return out, nil
}

// Agenda answers with what is to be done in a time.
func (q query) Agenda(ctx context.Context, filter gen.AgendaFilter, from, until *time.Time) (*gen.Agenda, error) {
	f := task.AgendaFilter{Site: maybe[id.Site](filter.SiteID), Kind: given(filter.Kind), Person: maybe[id.Person](filter.PersonID), Group: maybe[id.Group](filter.GroupID)}
	f.From, f.Until = q.window(from, until)
	a, err := q.c.Tasks.Agenda(ctx, actor.From(ctx), f)
	if err != nil {
		return nil, err
	}
	out := &gen.Agenda{Items: make([]gen.AgendaEntry, len(a.Entries)), More: a.More}
	for i, e := range a.Entries {
		x := gen.AgendaEntry{
			TaskID: id.Of[id.Any](e.ID.Bytes()), Made: e.Made, Kind: e.Kind, Name: e.Name, SiteID: id.Of[id.Any](e.Site.Bytes()), SiteName: e.Place, Zone: e.Zone,
			Whose: e.Whose, BeginsAt: e.Begins, DueAt: e.Due, Skipped: e.Skipped, Why: e.Why, Uncovered: e.Bare,
		}
		x.PlanID, x.PersonID, x.GroupID = saved(given(e.Plan)), saved(given(e.Person)), saved(given(e.Group))
		if e.Made {
			x.Status = &a.Entries[i].Status
		}
		out.Items[i] = x
	}
	return out, nil
}

// MaintenanceKept answers with how maintenance kept its time.
func (q query) MaintenanceKept(ctx context.Context, siteID *id.Any, until *clock.Date, months int64, after string) (*gen.KeptList, error) {
	last := given(until)
	if last == "" {
		last = clock.DateIn(q.c.Now(), time.UTC)
	}
	found, err := q.c.Tasks.Compliance(ctx, actor.From(ctx), maybe[id.Site](siteID), last, int(min(months, 1000)), page.Request{Limit: page.Long, Long: true, After: after})
	if err != nil {
		return nil, err
	}
	return &gen.KeptList{Items: found.Items, Next: found.Next}, nil
}
