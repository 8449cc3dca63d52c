package plan

import (
	"context"
	"math"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Leg is the way from one place to the next.
type Leg struct {
	Metres  int64
	Minutes int64 // of travel, rounded up
}

// Ways knows how far it is from place to place, and how long it takes. It may ask others over the network, so it is asked before a plan is
// written and not while it is; what it says is kept with the plan (defect 24).
type Ways interface {
	// Legs gives a leg for each pair of places, in their order.
	Legs(ctx context.Context, pairs [][2]org.Point) ([]Leg, error)
}

// Straight are the ways of who asks nobody: along the great circle, at one speed.
type Straight struct {
	Speed int // km/h, 0 = 30
}

// earth is the mean radius of the earth in metres (IUGG).
const earth = 6_371_008.8

// Legs reckons the legs; it never fails.
func (w Straight) Legs(_ context.Context, pairs [][2]org.Point) ([]Leg, error) {
	metresAMinute := float64(either(w.Speed, 30)) * 1000 / 60
	out := make([]Leg, len(pairs))
	for i, p := range pairs {
		metres := math.Round(straight(p[0], p[1]))
		out[i] = Leg{Metres: int64(metres), Minutes: int64(math.Ceil(metres / metresAMinute))}
	}
	return out, nil
}

// straight is the distance of two places along the great circle, in metres, by the haversine formula.
func straight(a, b org.Point) float64 {
	const radian = math.Pi / 180
	up, along := (b.Latitude-a.Latitude)*radian, (b.Longitude-a.Longitude)*radian
	h := math.Pow(math.Sin(up/2), 2) + math.Cos(a.Latitude*radian)*math.Cos(b.Latitude*radian)*math.Pow(math.Sin(along/2), 2)
	return 2 * earth * math.Asin(math.Sqrt(min(h, 1)))
}

// reckon fills in what nobody said of a route's legs, where both sites have a position: a distance or time of 0 is none that was said.
func (s *Service) reckon(ctx context.Context, who actor.Actor, in *Input) error {
	var sites []id.Site
	for _, x := range in.Stops {
		sites = with(sites, x.Site)
	}
	if len(sites) < 2 || len(sites) > maxStops {
		return nil
	}
	type place struct {
		site id.Site
		at   org.Point
	}
	var places []place
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		places, err = db.All(ctx, tx, func(r db.Row) (p place, err error) {
			err = r.Scan(&p.site, &p.at.Latitude, &p.at.Longitude)
			return p, err
		}, sitePoints, sites)
		return err
	})
	if err != nil {
		return err
	}
	at := map[id.Site]org.Point{}
	for _, p := range places {
		at[p.site] = p.at
	}
	in.Stops = append([]Stop(nil), in.Stops...)
	var pairs [][2]org.Point
	var of []int
	for i := 1; i < len(in.Stops); i++ {
		from, to := in.Stops[i-1].Site, in.Stops[i].Site
		if from == nil || to == nil || in.Stops[i].Travel > 0 && in.Stops[i].Metres > 0 {
			continue
		}
		a, known := at[*from]
		b, also := at[*to]
		if known && also {
			pairs, of = append(pairs, [2]org.Point{a, b}), append(of, i)
		}
	}
	legs, err := s.ways.Legs(ctx, pairs)
	for i, leg := range legs {
		x := &in.Stops[of[i]]
		x.Metres, x.Travel = either(x.Metres, min(leg.Metres, maxMetres)), either(x.Travel, min(leg.Minutes, maxMinutes))
	}
	return err
}

const sitePoints db.SQL = `-- plan.sitePoints
select s.id, s.latitude, s.longitude from sites s where s.tenant_id = $1 and s.id in_list($2) and s.latitude is not null and s.longitude is not null`
