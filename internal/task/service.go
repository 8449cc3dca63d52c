package task

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
)

// Filter narrows a list of tasks.
type Filter struct {
	Site         *id.Site
	Plan         *id.Plan
	Parent       *id.Task // the visits of this run
	Visits       bool     // visits too, beside runs and single tasks
	Status       Status   // "" = every one
	Kind         plan.Kind
	Asset        *id.Asset
	Mine         bool      // the actor's own, and those of their groups
	From, Until  time.Time // that may be begun from then on, and before then; zero = no bound
	Search       string    // part of the name
	Alerts       bool      // only those with an alert
	ChangedAfter time.Time // only what was changed at this moment or after it, in the order of the changes; zero = all, in the order of their time
}

// sightOf says which tasks an actor may see: by task.read those of its sites, by task.do their own. Forbidden for who has neither.
func sightOf(who actor.Actor) (sight, error) {
	see := sight{person: who.Person(), sites: []id.Site{}, own: who.Can(CanDo)}
	if who.Can(CanRead) {
		see.sites, see.all = who.Sites(CanRead)
		return see, nil
	}
	if !see.own {
		return see, who.Require(CanRead)
	}
	return see, nil
}

// Get gives a task. Needs task.read at its site, or task.do for one's own; NotFound otherwise.
func (s *Service) Get(ctx context.Context, who actor.Actor, task id.Task) (t Task, err error) {
	see, err := sightOf(who)
	if err != nil {
		return Task{}, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		t, err = get(ctx, tx, see, task)
		return err
	})
	return t, err
}

// List gives the tasks in the order of the time from which they may be done: runs without their visits unless the filter asks for them. Needs
// task.read, or task.do for one's own.
func (s *Service) List(ctx context.Context, who actor.Actor, f Filter, p page.Request) (page.Of[Task], error) {
	see, err := sightOf(who)
	if err != nil {
		return page.Of[Task]{}, err
	}
	key, after, err := page.Last[id.Task](p)
	if err != nil {
		return page.Of[Task]{}, err
	}
	q, from := listSQL, time.Time{}
	order := func(t Task) time.Time { return t.Begins }
	if !f.ChangedAfter.IsZero() {
		q, from = changedSQL, f.ChangedAfter.Add(-time.Microsecond)
		order = func(t Task) time.Time { return t.Updated }
	}
	if key != "" {
		if from, err = time.Parse(time.RFC3339Nano, key); err != nil {
			return page.Of[Task]{}, fault.Of(fault.Invalid, "This list cannot go on from there. Begin anew.").Because(err)
		}
	}
	var rows []Task
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanTask, q, see.person, see.all, see.sites, see.own, f.Site, f.Plan, f.Parent, f.Visits, f.Status, f.Kind, f.Asset,
			f.Mine, db.Moment(f.From), db.Moment(f.Until), f.Search, fold.Like(f.Search), f.Alerts, from, after, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(t Task) (string, string) { return order(t).UTC().Format(time.RFC3339Nano), t.ID.String() }), err
}
