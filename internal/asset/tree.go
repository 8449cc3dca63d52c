package asset

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// LocationTree is the locations of a site, or of every one.
type LocationTree struct {
	Locations []Location            // by name; inactive ones too
	Assets    map[id.Location]int64 // how many assets stand directly in each, inactive ones not counted; without asset.read empty
	More      bool                  // there are more than are shown
}

// maxNodes bounds the tree that is shown at once; beyond it the list with its search serves.
const maxNodes = 2000

// LocationTree gives the locations that the actor sees at a site (nil: at all of them), for the tree and the map. Needs location.read.
func (s *Service) LocationTree(ctx context.Context, who actor.Actor, site *id.Site) (t LocationTree, err error) {
	if err := who.Require(CanReadLocation); err != nil {
		return LocationTree{}, err
	}
	sites, all := who.Sites(CanReadLocation)
	seen, everywhere := who.Sites(CanRead)
	f := LocationFilter{Site: site, Inactive: true}
	t.Assets = map[id.Location]int64{}
	err = s.db.ReadAll(ctx, who, func(tx *db.Tx) error {
		t.Locations, err = db.All(ctx, tx, scanLocation, locationList, append(f.arguments(sites, all), "", id.Location{}, maxNodes+1)...)
		if err != nil || !who.Can(CanRead) {
			return err
		}
		_, err = db.All(ctx, tx, func(r db.Row) (struct{}, error) {
			var at id.Location
			var n int64
			err := r.Scan(&at, &n)
			t.Assets[at] = n
			return struct{}{}, err
		}, assetsPerLocation, everywhere, seen, site)
		return err
	})
	if len(t.Locations) > maxNodes {
		t.Locations, t.More = t.Locations[:maxNodes], true
	}
	return t, err
}

const assetsPerLocation db.SQL = `-- asset.assetsPerLocation
select a.location_id, count(*) from assets a
where a.tenant_id = $1 and a.location_id is not null and a.active and ($2 or a.site_id in_list($3)) and (a.site_id = $4 or $4 is null)
group by a.location_id`
