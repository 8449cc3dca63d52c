package plan

import (
	"context"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// Difference is what a change of a plan does to what comes. What has begun stays as it is, whatever the change says.
type Difference struct {
	Added   []Coming // that come only after the change
	Removed []Coming // that come only without it
	Moved   []Coming // that come at another time, or with other stops, as they come after the change
	Same    int      // that come as before
}

// Difference says what saving a change would do to what comes in a time, reckoned by the code that makes the tasks. Needs plan.read at the
// plan's site; NotFound otherwise, Invalid as Update.
func (s *Service) Difference(ctx context.Context, who actor.Actor, plan id.Plan, in Input, from, until time.Time) (d Difference, err error) {
	if err := who.Require(CanRead); err != nil {
		return d, err
	}
	if err := look(from, until); err != nil {
		return d, err
	}
	if err := s.reckon(ctx, who, &in); err != nil {
		return d, err
	}
	sites, all := who.Sites(CanRead)
	var old, p Plan
	var places map[id.Site]Place
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if old, err = get(ctx, tx, plan, all, sites); err != nil {
			return err
		}
		if in, err = in.over(old); err != nil {
			return err
		}
		one := []Plan{old}
		if err := readPasts(ctx, tx, one, s.now()); err != nil {
			return err
		}
		old = one[0]
		if p, err = s.changed(ctx, tx, old, in); err != nil {
			return err
		}
		places, err = placesOf(ctx, tx, []Plan{p}, from)
		return err
	})
	if err != nil {
		return d, err
	}
	before, err := old.comes(places[p.Site], from, until)
	if err != nil {
		return d, err
	}
	after, err := p.comes(places[p.Site], from, until)
	if err != nil {
		return d, err
	}
	return differ(before, after), nil
}

// changed is a plan as it would be after a change, with what its next times hang on.
func (s *Service) changed(ctx context.Context, tx *db.Tx, old Plan, in Input) (Plan, error) {
	p := in.plan(old, old.Version, s.now())
	one := []Plan{p}
	if p.Trigger() == ByMeter && (old.Trigger() != ByMeter || *p.Asset != *old.Asset) {
		err := one[0].readMeterOf(ctx, tx, s.now())
		return one[0], err
	}
	err := readPasts(ctx, tx, one, s.now())
	one[0].Past.Anew = one[0].moved(old)
	return one[0], err
}

// comes gives what comes of a plan: nothing of an inactive one, nor what falls out.
func (p Plan) comes(at Place, from, until time.Time) ([]Coming, error) {
	if !p.Active {
		return nil, nil
	}
	all, err := p.Coming(at, from, until)
	return slices.DeleteFunc(all, func(c Coming) bool { return c.Skipped }), err
}

// differ holds what comes after a change against what came before, by the names of the firings. It is pure.
func differ(before, after []Coming) (d Difference) {
	was := make(map[string]Coming, len(before))
	for _, c := range before {
		was[c.Nominal] = c
	}
	for _, c := range after {
		old, known := was[c.Nominal]
		delete(was, c.Nominal)
		switch {
		case !known:
			d.Added = append(d.Added, c)
		case c.alike(old):
			d.Same++
		default:
			d.Moved = append(d.Moved, c)
		}
	}
	for _, c := range before {
		if _, gone := was[c.Nominal]; gone {
			d.Removed = append(d.Removed, c)
		}
	}
	return d
}

// alike says that two runs are at the same times, by the same hands, about the same, and come by the same places.
func (c Coming) alike(old Coming) bool {
	a, b := c.Plan, old.Plan
	hands := func(x Plan) [5]*id.Any {
		return [5]*id.Any{some(x.Person), some(x.Group), some(x.Post), some(x.Asset), some(x.Checklist)}
	}
	equal := func(x, y *id.Any) bool { return x == nil && y == nil || x != nil && y != nil && *x == *y }
	x, y := hands(a), hands(b)
	for i := range x {
		if !equal(x[i], y[i]) {
			return false
		}
	}
	return c.At.Equal(old.At) && c.Begins.Equal(old.Begins) && c.Due.Equal(old.Due) && slices.EqualFunc(c.Visits, old.Visits, func(v, w Visit) bool {
		s, t := a.Stops[v.Stop], b.Stops[w.Stop]
		return s.at() == t.at() && equal(some(s.Checklist), some(t.Checklist)) && v.Round == w.Round && v.Begins.Equal(w.Begins) && v.Due.Equal(w.Due)
	})
}
