package asset

import (
	"context"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// AssetFilter narrows a list of assets.
type AssetFilter struct {
	Site         *id.Site     // only assets of this site
	Location     *id.Location // only assets there or in a location below it
	Parent       *id.Asset    // only what belongs directly to this asset
	Kind         Kind         // "" = every one
	Category     *id.Lookup
	Type         *id.Lookup
	Status       Status // "" = every one
	Critical     bool   // only critical ones
	Expiring     int    // days from today within which the warranty or the service contract ends, at most MaxExpiring; 0 = whenever
	Search       string // part of the code, name, model or serial number
	Inactive     bool   // inactive assets too
	Offered      bool   // only what may be chosen: neither inactive nor scrapped
	ChangedAfter time.Time
}

// MaxExpiring is the most days that AssetFilter.Expiring looks ahead.
const MaxExpiring = 3660

// check gives every violation of a filter at its parameter.
func (f AssetFilter) check() error {
	var c fault.Check
	c.That(f.Kind == "" || f.Kind.Valid(), "kind", "unknown", "There is no such kind of asset.")
	c.That(f.Status == "" || f.Status.Valid(), "status", "unknown", "There is no such status.")
	c.That(f.Expiring >= 0 && f.Expiring <= MaxExpiring, "expiring", "range", "Give the days from today, at most 3660.")
	return c.Err()
}

// arguments gives what assetWhere binds, from $2 on, for an actor who sees sites.
func (f AssetFilter) arguments(ctx context.Context, tx *db.Tx, now time.Time, sites []id.Site, all bool) ([]any, error) {
	var below []id.Location
	var from, until clock.Date
	var err error
	if f.Location != nil {
		if below, err = db.All(ctx, tx, scanLocationID, locationBelow, *f.Location); err != nil {
			return nil, err
		}
	}
	if f.Expiring > 0 {
		if from, err = today(ctx, tx, f.Site, now); err != nil {
			return nil, err
		}
		until = plus(from, f.Expiring)
	}
	return []any{
		all, sites, f.Site, f.Location == nil, below, f.Parent, f.Kind, f.Category, f.Type, f.Critical, f.Expiring == 0, from, until,
		f.Search, fold.Like(f.Search), f.Inactive, f.Offered, db.Moment(f.ChangedAfter),
	}, nil
}

// today is the date at a site, or at the tenant when there is none.
func today(ctx context.Context, tx *db.Tx, site *id.Site, now time.Time) (clock.Date, error) {
	zones, err := db.All(ctx, tx, func(r db.Row) (z string, err error) { err = r.Scan(&z); return z, err }, zoneOf, site)
	if err != nil {
		return "", err
	}
	if len(zones) == 0 { // no such site: the list is empty whatever the date
		return clock.DateIn(now, time.UTC), nil
	}
	return dateIn(now, zones[0])
}

func dateIn(now time.Time, zone string) (clock.Date, error) {
	z, err := clock.Zone(zone)
	if err != nil {
		return "", err
	}
	return clock.DateIn(now, z), nil
}

// plus is the date some days later.
func plus(d clock.Date, days int) clock.Date {
	t, _ := time.Parse(time.DateOnly, string(d)) // of a date that a clock gave
	return clock.Date(t.AddDate(0, 0, days).Format(time.DateOnly))
}

// zoneOf gives a site's zone, or without a site the tenant's.
const zoneOf db.SQL = `-- asset.zoneOf
select s.zone from sites s where s.tenant_id = $1 and s.id = $2
union all select t.zone from tenants t where t.tenant_id = $1 and $2 is null`
