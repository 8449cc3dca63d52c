package people

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// Membership is a member with its place in the list of its group.
type Membership struct {
	ID id.Any
	Member
}

// MembersOf gives a piece of the members of several groups at once, at most page.Max groups: those that GetGroup would give, in the order
// in which they were added. The same cursor holds for every group. Needs group.read.
func (s *Service) MembersOf(ctx context.Context, who actor.Actor, groups []id.Group, p page.Request) (map[id.Group]page.Of[Membership], error) {
	if err := who.Require(CanReadGroup); err != nil {
		return nil, err
	}
	_, last, err := page.Last[id.Any](p)
	if err != nil {
		return nil, err
	}
	sites, all := who.Sites(CanReadGroup)
	var rows []memberOf
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanMemberOf, membersOf, groups[:min(len(groups), page.Max)], all, sites, last, p.Size()+1)
		return err
	})
	by := map[id.Group][]Membership{}
	for _, m := range rows {
		by[m.group] = append(by[m.group], m.Membership)
	}
	out := make(map[id.Group]page.Of[Membership], len(by))
	for group, list := range by {
		out[group] = page.Cut(list, p, func(m Membership) (string, string) { return "", m.ID.String() })
	}
	return out, err
}

// memberOf is a row of several groups' members.
type memberOf struct {
	group id.Group
	Membership
}

func scanMemberOf(r db.Row) (m memberOf, err error) {
	err = r.Scan(&m.group, &m.ID, db.Null(&m.Person), db.Null(&m.Site), &m.Name)
	return m, err
}

const membersOf db.SQL = `-- people.membersOf
select x.group_id, x.id, x.person_id, x.site_id, x.name from (
  select m.group_id, m.id, m.person_id, m.site_id, coalesce(p.name, s.name) name,
    row_number() over (partition by m.group_id order by m.id) n
  from members m
  left join persons p on p.tenant_id = m.tenant_id and p.id = m.person_id
  left join sites s on s.tenant_id = m.tenant_id and s.id = m.site_id
  where m.tenant_id = $1 and m.group_id in_list($2) and ($3 or p.home_site_id in_list($4) or s.id in_list($4)) and (m.id > $5 or $5 is null)
) x where x.n <= $6 order by x.group_id, x.id`
