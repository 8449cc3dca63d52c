package plan

import (
	"context"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Coming is one time at which a plan comes, or does not and why.
type Coming struct {
	Plan Plan
	Occurrence
	Visits []Visit // of a tour or route, in the order of the run
}

// Bounds of a look ahead.
const (
	maxLook   = 400 * 24 * time.Hour
	lastYear  = 9999 // that a time can be written of; what comes before it may last into it
	maxPlans  = 500
	maxComing = 5000
)

// Look says what comes in a time, in order: of the plans that the filter names, at sites where the actor may see plans. It is what the
// generator makes tasks of, asked of another time. More says that there is more than is given. Needs plan.read. Invalid for more than 400 days.
func (s *Service) Look(ctx context.Context, who actor.Actor, f Filter, from, until time.Time) (coming []Coming, more bool, err error) {
	if err := who.Require(CanRead); err != nil {
		return nil, false, err
	}
	if err := look(from, until); err != nil {
		return nil, false, err
	}
	sites, all := who.Sites(CanRead)
	var plans []Plan
	var places map[id.Site]Place
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		plans, err = db.All(ctx, tx, scanPlan, listSQL, all, sites, f.Site, f.Kind, f.Asset, f.Person, f.Group, f.Search, "%", f.Inactive, nil, f.Post, "", id.Plan{}, maxPlans+1)
		if err != nil || len(plans) == 0 {
			return err
		}
		if more = len(plans) > maxPlans; more {
			plans = plans[:maxPlans]
		}
		if err := readStops(ctx, tx, plans); err != nil {
			return err
		}
		if err := readPasts(ctx, tx, plans, s.now()); err != nil {
			return err
		}
		places, err = placesOf(ctx, tx, plans, from)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	for _, p := range plans {
		some, err := p.Coming(places[p.Site], from, until)
		if err != nil {
			return nil, false, err
		}
		coming = append(coming, some...)
	}
	slices.SortStableFunc(coming, func(a, b Coming) int { return a.At.Compare(b.At) })
	coming, cut, err := bounded(coming, nil)
	return coming, more || cut, err
}

// look holds a time that is looked at to its bounds.
func look(from, until time.Time) error {
	var c fault.Check
	c.That(from.Before(until) && until.Sub(from) <= maxLook, "until", "range", "Look at most 400 days ahead.")
	c.That(until.Year() < lastYear, "until", "range", "That is too far ahead.")
	return c.Err()
}

// LookAt is Look for one plan, an inactive one too. Needs plan.read at its site; NotFound otherwise.
func (s *Service) LookAt(ctx context.Context, who actor.Actor, plan id.Plan, from, until time.Time) ([]Coming, bool, error) {
	if err := who.Require(CanRead); err != nil {
		return nil, false, err
	}
	if err := look(from, until); err != nil {
		return nil, false, err
	}
	sites, all := who.Sites(CanRead)
	var p Plan
	var places map[id.Site]Place
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if p, err = get(ctx, tx, plan, all, sites); err != nil {
			return err
		}
		one := []Plan{p}
		if err := readPasts(ctx, tx, one, s.now()); err != nil {
			return err
		}
		p = one[0]
		places, err = placesOf(ctx, tx, []Plan{p}, from)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	return bounded(p.Coming(places[p.Site], from, until))
}

// bounded gives as much as is looked at at once, and says that there is more.
func bounded(coming []Coming, err error) ([]Coming, bool, error) {
	if len(coming) > maxComing {
		return coming[:maxComing], true, err
	}
	return coming, false, err
}

// Preview is Look for a plan as it is typed, before it is saved. Of one with the id of a plan that the actor sees and that comes by its end or by a meter,
// it goes on from what has become of that. Needs plan.read at its site. Invalid as Create.
func (s *Service) Preview(ctx context.Context, who actor.Actor, in Input, from, until time.Time) ([]Coming, bool, error) {
	if err := who.Require(CanRead); err != nil {
		return nil, false, err
	}
	if err := in.Check(); err != nil {
		return nil, false, err
	}
	if err := who.RequireAt(CanRead, in.Site); err != nil {
		return nil, false, err
	}
	if err := look(from, until); err != nil {
		return nil, false, err
	}
	if err := s.reckon(ctx, who, &in); err != nil {
		return nil, false, err
	}
	p := in.plan(Plan{Kind: in.Kind, Site: in.Site}, 0, s.now())
	var places map[id.Site]Place
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if err := s.readPastOf(ctx, tx, who, &p, in); err != nil {
			return err
		}
		places, err = placesOf(ctx, tx, []Plan{p}, from)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	if _, known := places[p.Site]; !known {
		var c fault.Check
		c.Add("site_id", "unknown", "There is no such active site.")
		return nil, false, c.Err()
	}
	return bounded(p.Coming(places[p.Site], from, until))
}

// readPastOf reads what the next times of a plan hang on that is typed.
func (s *Service) readPastOf(ctx context.Context, tx *db.Tx, who actor.Actor, p *Plan, in Input) error {
	if p.Trigger() == ByRule {
		return nil
	}
	if !in.ID.IsZero() {
		sites, all := who.Sites(CanRead)
		old, err := get(ctx, tx, in.ID, all, sites)
		if err == nil {
			*p, err = s.changed(ctx, tx, old, in)
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	return p.readMeterOf(ctx, tx, s.now())
}

// Coming gives the times at which a plan comes after one instant, up to another and with it, with the visits of each run; of one that comes by its
// end or by a meter what is known of them, by its Past. It is pure.
func (p Plan) Coming(at Place, after, until time.Time) ([]Coming, error) {
	times, err := p.times(at, after, until)
	if err != nil {
		return nil, err
	}
	return p.withVisits(times), nil
}

func (p Plan) times(at Place, after, until time.Time) ([]Occurrence, error) {
	if p.Trigger() != ByRule {
		return p.expected(at, after, until)
	}
	return p.Occurrences(at, after, until)
}

func (p Plan) withVisits(times []Occurrence) []Coming {
	out := make([]Coming, len(times))
	for i, o := range times {
		out[i] = Coming{Plan: p, Occurrence: o, Visits: p.Visits(o)}
	}
	return out
}

// readStops reads the stops of several plans at once.
func readStops(ctx context.Context, tx *db.Tx, plans []Plan) error {
	at, ids := map[id.Plan]int{}, []id.Plan{}
	for i, p := range plans {
		if p.Kind.Stops() {
			at[p.ID], ids = i, append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	stops, err := db.All(ctx, tx, scanStop, stopsOf, ids)
	for _, s := range stops {
		p := &plans[at[s.plan]]
		p.Stops = append(p.Stops, s.Stop)
	}
	return err
}

// placesOf reads what the plans' times are reckoned with; blackouts that were over before from are left out.
func placesOf(ctx context.Context, tx *db.Tx, plans []Plan, from time.Time) (map[id.Site]Place, error) {
	var sites []id.Site
	for _, p := range plans {
		if !slices.Contains(sites, p.Site) {
			sites = append(sites, p.Site)
		}
	}
	blackouts, err := db.All(ctx, tx, scanBlackout, blackoutsAt, sites, from)
	if err != nil {
		return nil, err
	}
	hours, err := calendar.OfSites(ctx, tx, sites)
	out := make(map[id.Site]Place, len(hours))
	for site, h := range hours {
		p := Place{Zone: h.Zone, Days: h.Days()}
		for _, b := range blackouts {
			if b.Site == nil || *b.Site == site {
				p.Blackouts = append(p.Blackouts, b)
			}
		}
		out[site] = p
	}
	return out, err
}

func scanBlackout(r db.Row) (b Blackout, err error) {
	err = r.Scan(&b.ID, db.Null(&b.Site), &b.From, &b.Until, &b.Reason, &b.Version, &b.SiteName)
	return b, err
}

const blackoutColumns = `b.id, b.site_id, b.from_at, b.until_at, b.reason, b.version, coalesce(s.name, '')
from blackouts b left join sites s on s.tenant_id = b.tenant_id and s.id = b.site_id`

const blackoutsAt db.SQL = `-- plan.blackoutsAt
select ` + blackoutColumns + `
where b.tenant_id = $1 and (b.site_id in_list($2) or b.site_id is null) and b.until_at > $3 order by b.from_at limit 1000`
