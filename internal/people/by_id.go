package people

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// PeopleByID gives several people at once, at most page.Max of them: those that GetPerson would give; the others are absent. Needs
// person.read; without it one still gets oneself.
func (s *Service) PeopleByID(ctx context.Context, who actor.Actor, people []id.Person) (map[id.Person]Person, error) {
	return by(ctx, s, who, peopleByID, people[:min(len(people), page.Max)], func(p Person) id.Person { return p.ID })
}

// PeopleByCode gives the people who have some codes, at most page.Max of them: those that GetPerson would give. Needs person.read; without
// it one still gets oneself.
func (s *Service) PeopleByCode(ctx context.Context, who actor.Actor, codes []string) (map[string]Person, error) {
	return by(ctx, s, who, peopleByCode, codes[:min(len(codes), page.Max)], func(p Person) string { return p.Code })
}

func by[K comparable](ctx context.Context, s *Service, who actor.Actor, q db.SQL, keys []K, key func(Person) K) (map[K]Person, error) {
	sites, all, err := readable(who)
	if err != nil {
		return nil, err
	}
	var rows []Person
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanPerson, q, keys, all, sites, who.Person())
		return err
	})
	out := make(map[K]Person, len(rows))
	for _, x := range rows {
		out[key(x)] = x
	}
	return out, err
}

const peopleByID db.SQL = `-- people.peopleByID
select ` + personColumns + personFrom + `
where p.tenant_id = $1 and p.id in_list($2) and ($3 or p.home_site_id in_list($4) or p.id = $5)`

const peopleByCode db.SQL = `-- people.peopleByCode
select ` + personColumns + personFrom + `
where p.tenant_id = $1 and p.code in_list($2) and ($3 or p.home_site_id in_list($4) or p.id = $5)`
