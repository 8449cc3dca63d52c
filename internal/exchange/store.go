package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/sheet"
)

const importColumns = `i.id, i.person_id, i.kind, i.file_name, i.state, i.total, i.wrong, i.version, i.created_at, i.applied_at`

func fields(x *Import) []any {
	return []any{&x.ID, &x.Person, &x.Kind, &x.FileName, &x.State, &x.Total, &x.Wrong, &x.Version, &x.Created, db.Null(&x.Applied)}
}

func scanImport(r db.Row) (x Import, err error) { err = r.Scan(fields(&x)...); return x, err }

// stored is an import with what it was made of.
type stored struct {
	Import
	lines, report string
}

func scanStored(r db.Row) (x stored, err error) {
	err = r.Scan(append(fields(&x.Import), &x.lines, &x.report)...)
	return x, err
}

const importInsert db.SQL = `-- exchange.importInsert
insert into imports (tenant_id, id, person_id, kind, file_name, state, total, wrong, rows, report, version, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

const importFinish db.SQL = `-- exchange.importFinish
update imports set state = $3, version = $4, applied_at = $5
where tenant_id = $1 and id = $2 and version = $6 and person_id = $7`

const importGet db.SQL = `-- exchange.importGet
select ` + importColumns + `, i.rows, i.report from imports i where i.tenant_id = $1 and i.id = $2 and i.person_id = $3`

const importList db.SQL = `-- exchange.importList
select ` + importColumns + ` from imports i
where i.tenant_id = $1 and i.person_id = $2 and (i.id < $3 or $3 is null) order by i.id desc limit $4`

// own gives one's own import with its rows, and the tables that it was made of, as they are stored.
func (s *Service) own(ctx context.Context, who actor.Actor, imported id.Import) (x stored, err error) {
	if err := errors.Join(who.Require(CanImport), who.RequirePerson()); err != nil {
		return stored{}, fault.As(err)
	}
	err = s.DB.Read(ctx, who, func(tx *db.Tx) (err error) {
		x, err = db.One(ctx, tx, scanStored, importGet, imported, who.Person())
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		return stored{}, fault.Missing("import")
	}
	if err != nil {
		return stored{}, err
	}
	if err := json.Unmarshal([]byte(x.report), &x.Rows); err != nil {
		return stored{}, fmt.Errorf("read the report of import %s: %w", imported, err)
	}
	return x, nil
}

// read gives one's own import and the tables that it was made of.
func (s *Service) read(ctx context.Context, who actor.Actor, imported id.Import) (Import, []sheet.Table, error) {
	x, err := s.own(ctx, who, imported)
	if err != nil {
		return Import{}, nil, err
	}
	var tables []sheet.Table
	if err := json.Unmarshal([]byte(x.lines), &tables); err != nil {
		return Import{}, nil, fmt.Errorf("read the rows of import %s: %w", imported, err)
	}
	return x.Import, tables, nil
}
