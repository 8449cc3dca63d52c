package task

import (
	"context"
	"slices"
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
	Statuses     []Status // none = every one
	Open         bool     // only what is to be done; Counts leaves the others out too
	Kind         plan.Kind
	Asset        *id.Asset
	Person       *id.Person // whose they are
	Group        *id.Group
	Post         *id.Post
	Mine         bool      // the actor's own, those of their groups, and those of the posts that they hold
	From, Until  time.Time // that may be begun from then on, and before then; zero = no bound
	DueBefore    time.Time // that are to be done before then; zero = no bound
	DueFrom      time.Time // that are to be done at that time or after it; zero = no bound
	Timing       Timing    // how they kept their time; "" = every one
	Search       string    // part of the name
	Alerts       bool      // only those with an alert
	Newest       bool      // the last to begin first; unless told the first
	ChangedAfter time.Time // only what was changed at this moment or after it, in the order of the changes; zero = all, in the order of their time
}

// Only narrows a list to some statuses; none = every one. What is to be done is found by an index of its own.
func (f Filter) Only(statuses ...Status) Filter {
	f.Statuses = statuses
	f.Open = len(statuses) > 0 && !slices.ContainsFunc(statuses, func(s Status) bool { return !s.Open() })
	return f
}

// never is later than anything that is planned.
var never = time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)

// order says in which order a list comes: its statement, where it begins, and what each row is ordered by.
func (f Filter) order() (q db.SQL, from time.Time, by func(Task) time.Time) {
	begins := func(t Task) time.Time { return t.Begins }
	switch {
	case !f.ChangedAfter.IsZero():
		return changedSQL, f.ChangedAfter.Add(-time.Microsecond), func(t Task) time.Time { return t.Updated }
	case f.Newest && f.Open:
		return newestOpenSQL, never, begins
	case f.Newest:
		return newestSQL, never, begins
	case f.Open:
		return openSQL, time.Time{}, begins
	}
	return listSQL, time.Time{}, begins
}

// until is before when everything begins: what is due by a time begins by then.
func (f Filter) until() time.Time {
	until := never
	for _, t := range []time.Time{f.Until, f.DueBefore} {
		if !t.IsZero() && t.Before(until) {
			until = t
		}
	}
	return until
}

// arguments gives what the statements of a list bind from $2 to $24.
func (f Filter) arguments(see sight) []any {
	statuses := append([]Status{}, f.Statuses...)
	return []any{
		see.person, see.all, see.sites, f.Site, f.Plan, f.Parent, f.Visits, len(statuses) == 0, statuses, f.Kind, f.Asset, f.Mine, f.From,
		f.until(), f.Search, fold.Like(f.Search), f.Alerts, f.Person, f.Group, db.Moment(f.DueBefore), db.Moment(f.DueFrom), f.Timing, f.Post,
	}
}

// sightOf says which tasks an actor may see: those of its sites, and its own.
func sightOf(who actor.Actor) (sight, error) {
	see := sight{person: who.Person()}
	see.sites, see.all = who.Sites(CanRead)
	return see, who.Require(CanRead)
}

// Get gives a task. Needs task.read at its site, or anywhere for one's own; NotFound otherwise.
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
// task.read. What is listed is kept until a record that stands in it changes.
func (s *Service) List(ctx context.Context, who actor.Actor, f Filter, p page.Request) (page.Of[Task], error) {
	see, err := sightOf(who)
	if err != nil {
		return page.Of[Task]{}, err
	}
	l, err := told(ctx, s.kept.lists, who, f.steady() && p.Size() <= maxKept, func(ctx context.Context) (piece, error) {
		l, err := s.list(ctx, who, see, f, p)
		return piece{l}, err
	}, f, p.Size(), p.After)
	l.Items = slices.Clone(l.Items) // the caller's own
	return l.Of, err
}

// list is List, from the database.
func (s *Service) list(ctx context.Context, who actor.Actor, see sight, f Filter, p page.Request) (page.Of[Task], error) {
	key, after, err := page.Last[id.Task](p)
	if err != nil {
		return page.Of[Task]{}, err
	}
	q, from, _ := f.order()
	if key != "" {
		if from, err = time.Parse(time.RFC3339Nano, key); err != nil {
			return page.Of[Task]{}, fault.Of(fault.Invalid, "This list cannot go on from there. Begin anew.").Because(err)
		}
	}
	var rows []Task
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		found, err := db.All(ctx, tx, func(r db.Row) (x id.Task, err error) { err = r.Scan(&x); return x, err }, q, append(f.arguments(see), from, after, p.Size()+1)...)
		if err != nil {
			return err
		}
		rows, err = many(ctx, tx, see, found)
		return err
	})
	return page.Cut(rows, p, f.Cursor), err
}

// Cursor gives by what a list with this filter is ordered at a task, so that one can go on from any of its rows.
func (f Filter) Cursor(t Task) (key, task string) {
	_, _, by := f.order()
	return by(t).UTC().Format(time.RFC3339Nano), t.ID.String()
}

// Counts says how many tasks of each status a list has; the filter's own statuses are passed over. Needs task.read.
func (s *Service) Counts(ctx context.Context, who actor.Actor, f Filter) (map[Status]int64, error) {
	see, err := sightOf(who)
	if err != nil {
		return nil, err
	}
	f.Statuses = nil
	return told(ctx, s.kept.counts, who, f.steady(), func(ctx context.Context) (map[Status]int64, error) { return s.count(ctx, who, see, f) }, f)
}

// count is Counts, from the database.
func (s *Service) count(ctx context.Context, who actor.Actor, see sight, f Filter) (map[Status]int64, error) {
	type count struct {
		status Status
		n      int64
	}
	q := countsSQL
	if f.Open {
		q = openCountsSQL
	}
	var rows []count
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		rows, err = db.All(ctx, tx, func(r db.Row) (c count, err error) { err = r.Scan(&c.status, &c.n); return c, err }, q, f.arguments(see)...)
		return err
	})
	out := map[Status]int64{}
	for _, c := range rows {
		out[c.status] = c.n
	}
	return out, err
}
