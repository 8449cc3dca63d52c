package org

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// InCharge gives the active people who hold a permission nearest to a site: at it, else at the unit above it, and so on, else in the whole
// organisation; so the alarm of one site is not everybody's. At most a thousand. It is for background work: who is the system.
func (s *Service) InCharge(ctx context.Context, who actor.Actor, p actor.Permission, site id.Site) ([]id.Person, error) {
	if who.Kind() != actor.System {
		return nil, fault.Denied(string(p))
	}
	var rows []inCharge
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, s.scanInCharge(p), inChargeOf, site)
		return err
	})
	var out []id.Person
	nearest := int64(-1)
	for _, r := range rows {
		if !r.holds || nearest >= 0 && r.away > nearest {
			continue
		}
		nearest, out = r.away, append(out, r.person)
	}
	return out, err
}

// inCharge is a grant that reaches a site.
type inCharge struct {
	person id.Person
	holds  bool
	away   int64 // 0 at the site, then a unit each
}

func (s *Service) scanInCharge(p actor.Permission) func(db.Row) (inCharge, error) {
	return func(r db.Row) (x inCharge, err error) {
		var code, words string
		var builtin bool
		err = r.Scan(&x.person, &code, &builtin, &words, &x.away)
		for _, held := range s.permissions(code, builtin, words) {
			x.holds = x.holds || held == p
		}
		return x, err
	}
}

const inChargeOf db.SQL = `-- org.inChargeOf
with recursive above (unit_id, away) as (
  select s.unit_id, 1 from sites s where s.tenant_id = $1 and s.id = $2
  union all
  select u.parent_id, a.away + 1 from above a join units u on u.tenant_id = $1 and u.id = a.unit_id where u.parent_id is not null and a.away < 50
)
select g.person_id, r.code, r.builtin, r.permissions, case when g.site_id is not null then 0 else coalesce(a.away, 1000) end as away
from grants g
join roles r on r.tenant_id = g.tenant_id and r.id = g.role_id
join persons p on p.tenant_id = g.tenant_id and p.id = g.person_id
left join above a on a.unit_id = g.unit_id
where g.tenant_id = $1 and p.active and (g.site_id = $2 or a.unit_id is not null or g.site_id is null and g.unit_id is null)
order by away, p.name_key, p.id limit 1000`
