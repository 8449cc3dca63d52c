package org

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fold"
)

// CountSites gives how many sites ListSites would list in all, by the same filter. Needs site.read.
func (s *Service) CountSites(ctx context.Context, who actor.Actor, f SiteFilter) (n int64, err error) {
	if err := who.Require(CanReadSite); err != nil {
		return 0, err
	}
	sites, all := who.Sites(CanReadSite)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		n, err = db.One(ctx, tx, scanCount, siteCount, all, sites, f.Unit == nil, f.Unit, f.Search, fold.Like(f.Search), f.Inactive)
		return err
	})
	return n, err
}

const siteCount db.SQL = `-- org.siteCount
select count(*) from sites s
where s.tenant_id = $1 and ($2 or s.id in_list($3)) and ($4 or s.unit_id = $5)
  and ($6 = '' or s.search_key like $7 escape '\') and ($8 or s.active)`
