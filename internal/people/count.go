package people

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fold"
)

// CountPeople gives how many people ListPeople would list in all, by the same filter. Needs person.read.
func (s *Service) CountPeople(ctx context.Context, who actor.Actor, f PersonFilter) (n int64, err error) {
	if err := who.Require(CanReadPerson); err != nil {
		return 0, err
	}
	sites, all := who.Sites(CanReadPerson)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		n, err = db.One(ctx, tx, scanInt, personCount, all, sites, f.Site == nil, f.Site, f.Search, fold.Like(f.Search), f.Inactive)
		return err
	})
	return n, err
}

func scanInt(r db.Row) (n int64, err error) { err = r.Scan(&n); return n, err }

const personCount db.SQL = `-- people.personCount
select count(*) from persons p
where p.tenant_id = $1 and ($2 or p.home_site_id in_list($3)) and ($4 or p.home_site_id = $5)
  and ($6 = '' or p.search_key like $7 escape '\') and ($8 or p.active)`
