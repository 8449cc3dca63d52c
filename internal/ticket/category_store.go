package ticket

import (
	"context"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

const categoryColumns = `c.id, c.code, c.name, c.priority, c.clock, c.pause_on_hold, c.resolve_minutes, c.active, c.version, c.updated_at`

func scanCategory(r db.Row) (c Category, err error) {
	err = r.Scan(&c.ID, &c.Code, &c.Name, &c.Priority, &c.Clock, &c.Pause, db.Null(&c.Resolve), &c.Active, &c.Version, &c.Updated)
	return c, err
}

// arguments gives what categoryInsert and categoryUpdate bind from $2 on.
func (c Category) arguments() []any {
	return []any{c.ID, c.Code, c.Name, fold.Key(c.Name), c.Priority, c.Clock, c.Pause, c.Resolve, c.Active, c.Version, c.Updated}
}

const categoryGet db.SQL = `-- ticket.categoryGet
select ` + categoryColumns + ` from ticket_categories c where c.tenant_id = $1 and c.id = $2`

func getCategory(ctx context.Context, tx *db.Tx, category id.Category) (Category, error) {
	c, err := db.One(ctx, tx, scanCategory, categoryGet, category)
	return c, fault.Named(err, "category")
}

const categoryList db.SQL = `-- ticket.categoryList
select ` + categoryColumns + ` from ticket_categories c
where c.tenant_id = $1 and ($2 = '' or c.name_key like $3 escape '\' or c.code like $4 escape '\') and ($5 or c.active)
  and (c.updated_at >= $6 or $6 is null) and (c.name_key, c.id) > ($7, $8)
order by c.name_key, c.id limit $9`

const categoriesByID db.SQL = `-- ticket.categoriesByID
select ` + categoryColumns + ` from ticket_categories c where c.tenant_id = $1 and c.id in_list($2)`

const categoriesByCode db.SQL = `-- ticket.categoriesByCode
select ` + categoryColumns + ` from ticket_categories c where c.tenant_id = $1 and c.code in_list($2)`

const categoryInsert db.SQL = `-- ticket.categoryInsert
insert into ticket_categories (tenant_id, id, code, name, name_key, priority, clock, pause_on_hold, resolve_minutes, active, version, updated_at, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`

const categoryUpdate db.SQL = `-- ticket.categoryUpdate
update ticket_categories set code = $3, name = $4, name_key = $5, priority = $6, clock = $7, pause_on_hold = $8, resolve_minutes = $9,
  active = $10, version = $11, updated_at = $12
where tenant_id = $1 and id = $2 and version = $13`

const categoryDelete db.SQL = `-- ticket.categoryDelete
delete from ticket_categories where tenant_id = $1 and id = $2 and version = $3`
