package plan

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

var taken = map[string]fault.Field{
	"plans_name": {Path: "name", Code: "taken", Message: "Another plan of this kind has this name at this site."},
	"plans_pkey": {Path: "id", Code: "taken", Message: "There is a plan with this id already."},
}

// Filter narrows a list of plans.
type Filter struct {
	Site         *id.Site
	Kind         Kind // "" = every one
	Asset        *id.Asset
	Person       *id.Person
	Group        *id.Group
	Post         *id.Post
	Search       string // part of the name
	Inactive     bool   // inactive ones too
	ChangedAfter time.Time
}

// Get gives a plan with its stops, and with the readings of the meter that it comes by. Needs plan.read at its site; NotFound otherwise.
func (s *Service) Get(ctx context.Context, who actor.Actor, plan id.Plan) (p Plan, err error) {
	if err := who.Require(CanRead); err != nil {
		return Plan{}, err
	}
	sites, all := who.Sites(CanRead)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if p, err = get(ctx, tx, plan, all, sites); err != nil || p.Trigger() != ByMeter {
			return err
		}
		one := []Plan{p}
		err = readPasts(ctx, tx, one, s.now())
		p = one[0]
		return err
	})
	return p, err
}

// List gives the plans by name, without their stops: those at sites where the actor may see plans. Needs plan.read.
func (s *Service) List(ctx context.Context, who actor.Actor, f Filter, p page.Request) (page.Of[Plan], error) {
	return s.list(ctx, who, f, p, false)
}

// ListWhole is List with their stops. Needs plan.read.
func (s *Service) ListWhole(ctx context.Context, who actor.Actor, f Filter, p page.Request) (page.Of[Plan], error) {
	return s.list(ctx, who, f, p, true)
}

func (s *Service) list(ctx context.Context, who actor.Actor, f Filter, p page.Request, stops bool) (page.Of[Plan], error) {
	if err := who.Require(CanRead); err != nil {
		return page.Of[Plan]{}, err
	}
	name, after, err := page.Last[id.Plan](p)
	if err != nil {
		return page.Of[Plan]{}, err
	}
	sites, all := who.Sites(CanRead)
	var rows []Plan
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanPlan, listSQL, all, sites, f.Site, f.Kind, f.Asset, f.Person, f.Group, f.Search, fold.Like(f.Search), f.Inactive,
			db.Moment(f.ChangedAfter), f.Post, name, after, p.Size()+1)
		if err != nil || !stops {
			return err
		}
		return readStops(ctx, tx, rows)
	})
	return page.Cut(rows, p, func(p Plan) (string, string) { return fold.Key(p.Name), p.ID.String() }), err
}

// ByID gives several plans at once, at most page.Max of them, without their stops: those that Get would give; the others are absent. Needs
// plan.read.
func (s *Service) ByID(ctx context.Context, who actor.Actor, plans []id.Plan) (map[id.Plan]Plan, error) {
	if err := who.Require(CanRead); err != nil {
		return nil, err
	}
	sites, all := who.Sites(CanRead)
	var rows []Plan
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanPlan, byID, plans[:min(len(plans), page.Max)], all, sites)
		return err
	})
	out := make(map[id.Plan]Plan, len(rows))
	for _, p := range rows {
		out[p.ID] = p
	}
	return out, err
}

// Create adds a plan; its tasks are made soon after. The legs of a route that are not given are reckoned. Needs plan.create at its site.
// Invalid, or Conflict when the name is taken.
func (s *Service) Create(ctx context.Context, who actor.Actor, in Input) (Plan, error) {
	if err := who.Require(CanCreate); err != nil {
		return Plan{}, err
	}
	if err := in.Check(); err != nil {
		return Plan{}, err
	}
	if err := who.RequireAt(CanCreate, in.Site); err != nil {
		return Plan{}, err
	}
	if err := s.reckon(ctx, who, &in); err != nil {
		return Plan{}, err
	}
	seed, err := newSeed()
	if err != nil {
		return Plan{}, err
	}
	in.Seed = seed
	if in.ID.IsZero() {
		in.ID = id.New[id.Plan]()
	}
	p := in.plan(Plan{ID: in.ID, Kind: in.Kind, Site: in.Site, ScheduleVersion: 1}, 1, s.now())
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := p.settle(ctx, tx, Plan{}); err != nil {
			return err
		}
		tx.Later(insertSQL, p.arguments()...)
		p.putStops(tx)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "plan.created", Subject: p.ID, Site: p.Site, After: p})
	})
	if err != nil {
		return Plan{}, fault.Place(fmt.Errorf("create plan %s: %w", p.Name, err), taken)
	}
	return p, nil
}

// plan is what the input makes of a plan.
func (in Input) plan(p Plan, version int64, now time.Time) Plan {
	p.Name, p.Description, p.Checklist, p.Asset, p.Person, p.Group, p.Post = in.Name, in.Description, in.Checklist, in.Asset, in.Person, in.Group, in.Post
	p.Priority, p.Proof, p.Schedule, p.Ordered, p.Expiry, p.Category = in.Priority, in.Proof, in.Schedule, in.Ordered, in.Expiry, in.Category
	p.Alarms, p.Active = in.Alarms, in.Active
	p.Stops = slices.Clone(in.Stops) // they get ids and names
	p.Version, p.Updated = version, now
	return p
}

// Update changes a plan, as Create makes it. What is to come follows when the change moves it; what was begun stays (defects 5 and 6). Needs plan.update at its
// site. Invalid for another kind or site; Conflict with the current record when version is not the stored one.
func (s *Service) Update(ctx context.Context, who actor.Actor, plan id.Plan, version int64, in Input) (Plan, error) {
	if err := who.Require(CanUpdate); err != nil {
		return Plan{}, err
	}
	if err := s.reckon(ctx, who, &in); err != nil {
		return Plan{}, err
	}
	var p Plan
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := s.mine(ctx, tx, who, plan, CanUpdate)
		if err != nil {
			return err
		}
		if in, err = in.over(old); err != nil {
			return err
		}
		p = in.plan(old, version+1, s.now())
		if err := p.settle(ctx, tx, old); err != nil {
			return err
		}
		if p.moved(old) {
			p.ScheduleVersion++
			p.Generated = nil
		}
		n, err := tx.Exec(ctx, updateSQL, append(p.arguments(), version)...)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Stale("plan", old)
		}
		p.putStops(tx)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "plan.updated", Subject: plan, Site: p.Site, Before: old, After: p})
	})
	if err != nil {
		return Plan{}, fault.Place(fmt.Errorf("update plan %s: %w", plan, err), taken)
	}
	return p, nil
}

// over is the input about a plan that there is, with what never changes. Invalid for another kind or site.
func (in Input) over(old Plan) (Input, error) {
	in.Kind, in.Site, in.Seed = either(in.Kind, old.Kind), either(in.Site, old.Site), old.Seed
	if err := in.Check(); err != nil {
		return in, err
	}
	var c fault.Check
	c.That(in.Kind == old.Kind, "kind", "fixed", "A plan keeps its kind. Make another plan.")
	c.That(in.Site == old.Site, "site_id", "fixed", "A plan stays at its site. Make another plan.")
	return in, c.Err()
}

// moved says that what is to come is no longer what it was: another time, other stops, another question or another hand.
func (p Plan) moved(old Plan) bool {
	type part struct {
		Schedule  Schedule
		Active    bool
		Checklist *id.Checklist
		Asset     *id.Asset
		Person    *id.Person
		Group     *id.Group
		Post      *id.Post
		Proof     Proof
		Priority  Priority
		Alarms    Alarms
	}
	of := func(x Plan) part {
		x.Stops = slices.Clone(x.Stops)
		for i := range x.Stops {
			x.Stops[i].Name = ""
		}
		return part{x.Schedule, x.Active, x.Checklist, x.Asset, x.Person, x.Group, x.Post, x.Proof, x.Priority, x.Alarms}
	}
	return !reflect.DeepEqual(of(p), of(old))
}

// mine reads a plan for a change: NotFound for who may not see it, Forbidden for who may see it only.
func (s *Service) mine(ctx context.Context, tx *db.Tx, who actor.Actor, plan id.Plan, p actor.Permission) (Plan, error) {
	sites, all := who.Sites(CanRead)
	old, err := get(ctx, tx, plan, all, sites)
	if err != nil {
		return Plan{}, err
	}
	return old, who.RequireAt(p, old.Site)
}

// Delete removes a plan that brought nothing yet. Needs plan.delete at its site; Conflict when it has tasks, or version is not the stored one.
func (s *Service) Delete(ctx context.Context, who actor.Actor, plan id.Plan, version int64) error {
	if err := who.Require(CanDelete); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := s.mine(ctx, tx, who, plan, CanDelete)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("plan", old)
		}
		tx.Later(stopsDelete, plan)
		n, err := tx.Exec(ctx, deleteSQL, plan, version)
		if err != nil {
			return fault.InUse(err, "plan", "Make it inactive instead: what it brought stays.")
		}
		if n == 0 {
			return fault.Stale("plan", old)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "plan.deleted", Subject: plan, Site: old.Site, Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete plan %s: %w", plan, err)
	}
	return nil
}
