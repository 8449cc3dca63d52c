package demo

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
)

// perSite is how many assets stand at a site.
const perSite = 50

// equip makes the locations and assets of every site that has none, a site in a transaction, and reads what is there.
func (x *scene) equip(ctx context.Context, work Work) error {
	for _, s := range x.sites {
		if err := x.readThings(ctx, s.ID); err != nil {
			return err
		}
		if len(x.things[s.ID]) > 0 {
			continue
		}
		err := x.DB.Together(ctx, x.who, func(ctx context.Context) error { return x.equipSite(ctx, work, s) })
		if err != nil {
			return fmt.Errorf("equip %s: %w", s.Code, err)
		}
		if err := x.readThings(ctx, s.ID); err != nil {
			return err
		}
	}
	return nil
}

func (x *scene) readThings(ctx context.Context, site id.Site) (err error) {
	x.places[site], err = all(func(p page.Request) (page.Of[asset.Location], error) {
		return x.Asset.ListLocations(ctx, x.who, asset.LocationFilter{Site: &site}, p)
	})
	if err != nil {
		return err
	}
	x.things[site], err = all(func(p page.Request) (page.Of[asset.Asset], error) {
		return x.Asset.ListAssets(ctx, x.who, asset.AssetFilter{Site: &site}, p)
	})
	return err
}

// fitter puts up one site.
type fitter struct {
	*scene
	work   Work
	site   org.Site
	rnd    *rand.Rand
	places map[string]asset.Location // by code
	n      map[string]int            // assets by prefix
	first  map[string]id.Asset       // the first panel and the like, which others belong to
	total  int
}

// equipSite: the same site has the same things, whichever site is put up first.
func (x *scene) equipSite(ctx context.Context, work Work, s org.Site) error {
	f := fitter{
		scene: x, work: work, site: s, rnd: rand.New(rand.NewPCG(x.seed, sum(s.Code))),
		places: map[string]asset.Location{}, n: map[string]int{}, first: map[string]id.Asset{},
	}
	kind := x.kindOf(s)
	for _, p := range spots(kind) {
		if err := f.place(ctx, p); err != nil {
			return err
		}
	}
	for _, m := range models() {
		if m.only != "" && !strings.Contains(m.only, kind) {
			continue
		}
		for range m.number {
			if err := f.install(ctx, m); err != nil {
				return err
			}
		}
	}
	for rest := fillers(); f.total < perSite; {
		if err := f.install(ctx, rest[f.total%len(rest)]); err != nil {
			return err
		}
	}
	return nil
}

// sum is a number that a text always gives.
func sum(s string) uint64 {
	h := uint64(14695981039346656037) // FNV-1a
	for _, c := range []byte(s) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

func (f *fitter) place(ctx context.Context, p spot) error {
	in := asset.LocationInput{
		Site: f.site.ID, Type: f.value("location_type", p.kind), Code: p.code, Name: p.name, Critical: p.critical, Point: f.point(), Active: true,
	}
	if above, ok := f.places[p.above]; ok {
		in.Parent = &above.ID
	}
	l, err := f.work.Asset.CreateLocation(ctx, f.who, in)
	f.places[p.code] = l
	return err
}

// point is somewhere within the site.
func (f *fitter) point() *org.Point {
	if f.site.Point == nil {
		return nil
	}
	const metresOfDegree = 111_320
	angle, metres := f.rnd.Float64()*2*math.Pi, math.Sqrt(f.rnd.Float64())*0.8*float64(f.site.Radius)
	lat := f.site.Point.Latitude
	return &org.Point{
		Latitude:  round(lat + metres*math.Cos(angle)/metresOfDegree),
		Longitude: round(f.site.Point.Longitude + metres*math.Sin(angle)/(metresOfDegree*math.Cos(lat*math.Pi/180))),
	}
}

func round(degrees float64) float64 { return math.Round(degrees*1e6) / 1e6 }

// install makes one asset of a model: bought and put up years ago, some out of warranty, some on stand-by, few scrapped.
func (f *fitter) install(ctx context.Context, m model) error {
	f.total++
	f.n[m.prefix]++
	n := f.n[m.prefix]
	years := 1 + f.rnd.IntN(7)
	bought := f.made.AddDate(-years, -f.rnd.IntN(12), -f.rnd.IntN(28))
	made := int64(bought.Year())
	in := asset.AssetInput{
		Site: f.site.ID, Code: fmt.Sprintf("%s-%s%d", f.site.Code, m.prefix, n), Name: fmt.Sprintf("%s %d", m.name, n), Critical: m.critical,
		Type: f.value("asset_type", m.kind), Category: f.value("asset_category", m.category), Provider: f.value("provider", m.provider),
		MadeYear: &made, PurchasedOn: day(bought), InstalledOn: day(bought.AddDate(0, 0, 20+f.rnd.IntN(40))),
		WarrantyUntil: day(bought.AddDate(2+f.rnd.IntN(4), 0, 0)), Point: f.point(), Active: true,
	}
	if m.kind == string(asset.Checkpoint) {
		in.Kind, in.MadeYear, in.PurchasedOn, in.WarrantyUntil = asset.Checkpoint, nil, "", ""
	}
	f.specify(&in, m)
	if spot, ok := f.places[m.spot]; ok {
		in.Location = &spot.ID
	} else if at := pick(f.rnd, spots(f.kindOf(f.site))); true {
		place := f.places[at.code]
		in.Location = &place.ID
	}
	if main, ok := f.first["PNL"]; ok && (m.category == "HVAC" || m.prefix == "PMP") {
		in.Parent = &main
	}
	a, err := f.work.Asset.CreateAsset(ctx, f.who, in)
	if n == 1 {
		f.first[m.prefix] = a.ID
	}
	return err
}

// specify gives what is particular to the model.
func (f *fitter) specify(in *asset.AssetInput, m model) {
	if len(m.brands) > 0 {
		brand := pick(f.rnd, m.brands)
		in.Brand = f.value("asset_brand", brand)
		in.Model = fmt.Sprintf("%s-%d", m.prefix, 100*(1+f.rnd.IntN(9)))
		in.Serial = fmt.Sprintf("%s%07d", brand[:2], f.rnd.IntN(10_000_000))
	}
	if m.capacity > 0 {
		capacity := m.capacity
		in.Capacity, in.Unit = &capacity, f.value("asset_unit", m.unit)
	}
	if m.metered {
		in.Meter = f.value("asset_meter", "HOURS")
	}
	if m.provider != "" && f.rnd.IntN(5) > 0 {
		from := f.made.AddDate(0, -f.rnd.IntN(12), 0)
		in.ServiceFrom, in.ServiceUntil = day(from), day(from.AddDate(1, 0, -1))
	}
	switch n := f.rnd.IntN(100); {
	case m.number > 1 && n < 12:
		in.Status = asset.Standby
	case !m.critical && n >= 98:
		in.Status, in.StatusNote = asset.Scrapped, "Replaced, kept for parts"
	}
}

func day(t time.Time) clock.Date { return clock.DateIn(t, time.UTC) }
