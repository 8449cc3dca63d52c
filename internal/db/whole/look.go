package whole

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const schemaAndMinimum = "select (" + version + "), coalesce((select cast(value as bigint) from sys_facts where name = 'schema.minimum'), 0)"

// Look counts: a file has no estimates.
func (l lite) Look(ctx context.Context, tables []string) (Size, error) {
	out := Size{Rows: map[string]int64{}}
	for _, part := range parts {
		info, err := os.Stat(l.path + part)
		if errors.Is(err, fs.ErrNotExist) {
			if part == "" {
				return out, noDatabase(err)
			}
			continue
		}
		if err != nil {
			return out, fmt.Errorf("look at the database: %w", err)
		}
		out.Bytes += info.Size()
	}
	db, err := l.connect("ro")
	if err != nil {
		return out, err
	}
	defer db.Close() //nolint:errcheck // it was only read
	there, err := liteTexts(ctx, db, "select name from sqlite_schema where type = 'table'")
	if err != nil {
		return out, err
	}
	if !slices.Contains(there, "goose_db_version") {
		return out, noDatabase(nil)
	}
	if err := out.count(ctx, db, tables, there); err != nil {
		return out, fmt.Errorf("count rows: %w", err)
	}
	err = db.QueryRowContext(ctx, schemaAndMinimum).Scan(&out.Schema, &out.Minimum)
	return out, err
}

// rowsOf estimates by what was found when the tables were last looked through, and by their size where they never were; partitions count for their table.
const rowsOf = `select coalesce(parent.relname, c.relname), sum(case when c.reltuples >= 0 then c.reltuples else pg_relation_size(c.oid) / 100 end)::bigint
	from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class parent on parent.oid = i.inhparent
	where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and coalesce(parent.relname, c.relname) = any($1) group by 1`

// count counts the rows of those tables that are there, in one statement.
func (s *Size) count(ctx context.Context, db *sql.DB, tables, there []string) error {
	var counts []string
	for _, name := range tables {
		if slices.Contains(there, name) { // so that it is a name of the schema
			counts = append(counts, "select '"+name+"', count(*) from "+quoted(name))
		}
	}
	if len(counts) == 0 {
		return nil
	}
	rows, err := db.QueryContext(ctx, strings.Join(counts, " union all ")) // a name is no parameter
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // they were only read
	for rows.Next() {
		var name string
		var n int64
		if err := rows.Scan(&name, &n); err != nil {
			return err
		}
		s.Rows[name] = n
	}
	return rows.Err()
}

// Look asks the catalogue, which costs the server nothing.
func (s server) Look(ctx context.Context, tables []string) (Size, error) {
	out := Size{Rows: map[string]int64{}}
	c, err := connect(ctx, s.url, "")
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "3D000" {
		return out, noDatabase(err)
	}
	if err != nil {
		return out, err
	}
	defer shut(ctx, c)
	var ours bool
	err = c.QueryRow(ctx, "select to_regclass('public.goose_db_version') is not null, pg_database_size(current_database())").Scan(&ours, &out.Bytes)
	if err != nil {
		return out, fmt.Errorf("look at the database: %w", err)
	}
	if !ours {
		return out, noDatabase(nil)
	}
	if err := c.QueryRow(ctx, schemaAndMinimum).Scan(&out.Schema, &out.Minimum); err != nil {
		return out, fmt.Errorf("look at the schema: %w", err)
	}
	rows, err := c.Query(ctx, rowsOf, tables)
	if err != nil {
		return out, fmt.Errorf("look at the tables: %w", err)
	}
	var name string
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&name, &n}, func() error { out.Rows[name] = n; return nil })
	return out, err
}
