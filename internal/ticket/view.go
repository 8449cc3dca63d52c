package ticket

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// maxViews is how many views a person keeps of one area.
const maxViews = 50

// View is a list with its filters that a person keeps under a name. It is theirs alone.
type View struct {
	ID      id.View
	Area    string // the page that it is of: "tickets"
	Name    string // unique in its area
	Query   string // what stands behind the "?" of the page's address
	Created time.Time
}

// ViewInput is what one says to keep a view; one of the same area and name is replaced.
type ViewInput struct {
	Area  string
	Name  string
	Query string
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *ViewInput) Check() error {
	var c fault.Check
	in.Area, in.Name = fold.Line(in.Area), fold.Line(in.Name)
	c.Text("area", in.Area, 1, 40)
	c.Text("name", in.Name, 1, 60)
	c.Text("query", in.Query, 0, 2000)
	return c.Err()
}

// ListViews gives a person's own views of an area, by name. Needs no permission but to be signed in.
func (s *Service) ListViews(ctx context.Context, who actor.Actor, area string) ([]View, error) {
	if err := who.RequirePerson(); err != nil {
		return nil, err
	}
	return s.views.Get(ctx, who.Tenant(), area+" "+who.Person().String(), viewsOf(who), func(ctx context.Context) (rows []View, err error) {
		err = s.db.Read(ctx, who, func(tx *db.Tx) error {
			rows, err = db.All(ctx, tx, scanView, viewList, who.Person(), area, maxViews)
			return err
		})
		return rows, err
	})
}

// viewsOf is the tag of a person's own views, which no journal row tells of.
func viewsOf(who actor.Actor) []string { return []string{"view " + who.Person().String()} }

// keptViews are one second old at most where nobody tells of another node's change.
func keptViews(store *cache.Store) *cache.Of[[]View] {
	return cache.Named[[]View](store, "ticket.views", cache.Options{Local: true, TTL: time.Second})
}

// SaveView keeps a view, over one of the same area and name. Needs no permission but to be signed in. Invalid; Conflict when there are too many.
func (s *Service) SaveView(ctx context.Context, who actor.Actor, in ViewInput) (View, error) {
	if err := who.RequirePerson(); err != nil {
		return View{}, err
	}
	if err := in.Check(); err != nil {
		return View{}, err
	}
	v := View{ID: id.New[id.View](), Area: in.Area, Name: in.Name, Query: in.Query, Created: s.now()}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a person's own view")
		tx.Later(viewPut, v.ID, who.Person(), v.Area, v.Name, v.Query, v.Created)
		all, err := db.All(ctx, tx, scanView, viewList, who.Person(), v.Area, maxViews+1)
		if err != nil {
			return err
		}
		for _, x := range all {
			if x.Name == v.Name {
				v = x
			}
		}
		if len(all) > maxViews {
			return fault.Of(fault.Conflict, fmt.Sprintf("There are %d views already. Delete one first.", maxViews))
		}
		return nil
	})
	s.store.Invalidate(ctx, who.Tenant(), viewsOf(who)...)
	return v, err
}

// DeleteView removes a person's own view. Needs no permission but to be signed in; NotFound for what is not theirs.
func (s *Service) DeleteView(ctx context.Context, who actor.Actor, view id.View) error {
	if err := who.RequirePerson(); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a person's own view")
		n, err := tx.Exec(ctx, viewDelete, view, who.Person())
		if err == nil && n == 0 {
			err = fault.Missing("view")
		}
		return err
	})
	s.store.Invalidate(ctx, who.Tenant(), viewsOf(who)...)
	return err
}

func scanView(r db.Row) (v View, err error) {
	err = r.Scan(&v.ID, &v.Area, &v.Name, &v.Query, &v.Created)
	return v, err
}

const viewList db.SQL = `-- ticket.viewList
select v.id, v.area, v.name, v.query, v.created_at from saved_views v
where v.tenant_id = $1 and v.person_id = $2 and v.area = $3 order by v.name limit $4`

const viewPut db.SQL = `-- ticket.viewPut
insert into saved_views (tenant_id, id, person_id, area, name, query, created_at) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (tenant_id, person_id, area, name) do update set query = $6`

const viewDelete db.SQL = `-- ticket.viewDelete
delete from saved_views where tenant_id = $1 and id = $2 and person_id = $3`
