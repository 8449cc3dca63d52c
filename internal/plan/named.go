package plan

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/page"
)

// Named gives the plans that have one of some names, at most page.Max names at once, with their stops: those that Get would give, inactive ones
// too. Several have one name where they are of other sites or kinds. Needs plan.read.
func (s *Service) Named(ctx context.Context, who actor.Actor, names []string) ([]Plan, error) {
	if err := who.Require(CanRead); err != nil {
		return nil, err
	}
	keys := make([]string, 0, len(names))
	for _, n := range names[:min(len(names), page.Max)] {
		keys = append(keys, fold.Key(n))
	}
	sites, all := who.Sites(CanRead)
	var rows []Plan
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if rows, err = db.All(ctx, tx, scanPlan, named, keys, all, sites); err != nil {
			return err
		}
		return readStops(ctx, tx, rows)
	})
	return rows, err
}

const named db.SQL = `-- plan.named
select ` + columns + from + `where p.tenant_id = $1 and p.name_key in_list($2) and ($3 or p.site_id in_list($4)) order by p.name_key, p.id limit 5000`
