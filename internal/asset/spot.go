package asset

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Spot is an asset as a place that one goes to.
type Spot struct {
	ID         id.Asset
	Code, Name string
	Point      *org.Point
}

// MaxSpots is how many places Spots gives at most.
const MaxSpots = 5000

// Spots gives the assets that may be chosen as places, by name: neither inactive nor scrapped, of one site or, without one, of all where the actor may
// see assets. It gives at most so many of them, and MaxSpots; more says that there are others. Needs asset.read.
func (s *Service) Spots(ctx context.Context, who actor.Actor, site *id.Site, most int) (spots []Spot, more bool, err error) {
	if err := who.Require(CanRead); err != nil {
		return nil, false, err
	}
	sites, all := who.Sites(CanRead)
	most = min(most, MaxSpots)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		spots, err = db.All(ctx, tx, scanSpot, spotsSQL, all, sites, site, most+1)
		return err
	})
	if more = len(spots) > most; more {
		spots = spots[:most]
	}
	return spots, more, err
}

func scanSpot(r db.Row) (x Spot, err error) {
	var lat, lng *float64
	err = r.Scan(&x.ID, &x.Code, &x.Name, db.Null(&lat), db.Null(&lng))
	x.Point = point(lat, lng)
	return x, err
}

const spotsSQL db.SQL = `-- asset.spots
select a.id, a.code, a.name, a.latitude, a.longitude from assets a
where a.tenant_id = $1 and ($2 or a.site_id in_list($3)) and (a.site_id = $4 or $4 is null) and a.active and a.status <> 'SCRAPPED'
order by a.name_key, a.id limit $5`
