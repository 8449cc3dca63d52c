package db

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
)

// exportName names the statements that read a whole table; their texts are made of the catalogue.
const exportName = "db.export"

// field is a column as the catalogue has it.
type field struct{ table, name, kind string }

// kept says that a column is for others to read: what only the product can use, hashes and sealed secrets, stands in bytes, or is named so.
func (f field) kept() bool {
	return f.kind != "bytea" && f.kind != "blob" && f.name != "hash" && f.name != "seed" && f.name != "secret"
}

// Export reads all rows of who's tenant, table by table in the order of their names, on one snapshot, each as an object of JSON without what only the
// product can use. wanted picks tables; the journal is not among them. Values are as the engine keeps them: SQLite has times in microseconds and 0 and 1 for
// booleans. For the operator, who takes an organisation's records out of the product.
func (d *DB) Export(ctx context.Context, who actor.Actor, wanted func(table string) bool, take func(table, record string) error) error {
	fields, err := d.e.fields(ctx)
	if err != nil {
		return d.fault(ctx, exportName, "select", err)
	}
	tables := map[string][]field{}
	for _, f := range fields {
		tables[f.table] = append(tables[f.table], f)
	}
	return d.ReadAll(ctx, who, func(tx *Tx) error {
		for _, table := range slices.Sorted(maps.Keys(tables)) {
			owned := slices.ContainsFunc(tables[table], func(f field) bool { return f.name == "tenant_id" })
			other := table == "journal" || strings.HasPrefix(table, "sys_") || strings.HasPrefix(table, "river_") || strings.HasPrefix(table, "journal_")
			if !owned || other || !wanted(table) {
				continue
			}
			if err := exportTable(ctx, tx, SQL("-- "+exportName+"\n"+d.e.exporting(table, tables[table])), func(record string) error { return take(table, record) }); err != nil {
				return fmt.Errorf("export %s: %w", table, err)
			}
		}
		return nil
	})
}

// exportTable reads a table in pieces.
func exportTable(ctx context.Context, tx *Tx, q SQL, take func(record string) error) error {
	const piece = 1000
	type row struct {
		record string
		id     id.Any
	}
	for after := (id.Any{}); ; {
		rows, err := All(ctx, tx, func(r Row) (x row, err error) { err = r.Scan(&x.record, &x.id); return x, err }, q, after, int64(piece))
		if err != nil {
			return err
		}
		for _, x := range rows {
			if err := take(x.record); err != nil {
				return err
			}
		}
		if len(rows) < piece {
			return nil
		}
		after = rows[piece-1].id
	}
}

const exportTail = ", t.id from %s t where t.tenant_id = $1 and (t.id > $2 or $2 is null) order by t.id limit $3"

// exporting is the statement that reads a table of PostgreSQL.
func (p *postgres) exporting(table string, fields []field) string {
	record := "to_jsonb(t)"
	for _, f := range fields {
		if !f.kept() {
			record += " - '" + f.name + "'"
		}
	}
	return fmt.Sprintf("select cast("+record+" as text)"+exportTail, table)
}

// exporting is the statement that reads a table of SQLite.
func (s *sqliteEngine) exporting(table string, fields []field) string {
	var pairs []string
	for _, f := range fields {
		if f.kept() {
			pairs = append(pairs, "'"+f.name+"', t."+f.name)
		}
	}
	return fmt.Sprintf("select json_object("+strings.Join(pairs, ", ")+")"+exportTail, table)
}

// fields reads the catalogue; partitions are read through their parents.
func (p *postgres) fields(ctx context.Context) ([]field, error) {
	rows, err := p.sys.Query(ctx, `select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) from pg_class c join pg_attribute a on a.attrelid = c.oid
		where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (f field, err error) {
		err = r.Scan(&f.table, &f.name, &f.kind)
		return f, err
	})
}

// fields reads the catalogue.
func (s *sqliteEngine) fields(ctx context.Context) (all []field, err error) {
	rows, err := s.read.QueryContext(ctx, `select m.name, p.name, lower(p.type) from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table' order by m.name, p.cid`)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // it was only read
	for rows.Next() {
		var f field
		if err := rows.Scan(&f.table, &f.name, &f.kind); err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, rows.Err()
}
