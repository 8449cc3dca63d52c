package whole

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
)

// Move copies every row of a SQLite file, which is opened for reading only, into an empty PostgreSQL database, and compares the numbers of rows; jobs
// that are done stay behind. Both must be of this program's schema, which the second is given. It is all or nothing.
func Move(ctx context.Context, from, to string) (State, error) {
	path, isSQLite := strings.CutPrefix(from, "sqlite:")
	target, err := Open(to, "")
	if err != nil {
		return State{}, err
	}
	if !isSQLite || target.Engine() != PostgreSQL {
		return State{}, fault.Of(fault.Invalid, "Rows are moved from sqlite: to postgres://")
	}
	empty, err := target.Empty(ctx)
	if err != nil {
		return State{}, err
	}
	if !empty {
		return State{}, fault.Of(fault.Conflict, "There is something in the PostgreSQL database already. Nothing was changed.")
	}
	source, err := lite{path}.connect("ro")
	if err != nil {
		return State{}, err
	}
	defer source.Close() //nolint:errcheck // it was only read
	seen, err := source.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return State{}, fmt.Errorf("read the SQLite file: %w", err)
	}
	defer func() { _ = seen.Rollback() }() // it only read
	was, err := liteState(ctx, seen)
	if err != nil {
		return State{}, err
	}
	if want, err := db.Newest(); err != nil || was.Schema != want {
		return State{}, errors.Join(err, fault.Of(fault.Conflict, fmt.Sprintf("The SQLite database is of schema %d, and this program of %d: `intelliwiz migrate` it first. Nothing was changed.", was.Schema, want)))
	}
	if err := db.Migrate(ctx, db.Options{URL: to}); err != nil {
		return State{}, err
	}
	c, err := connect(ctx, to, "")
	if err != nil {
		return State{}, err
	}
	defer shut(ctx, c)
	var is State
	err = pgx.BeginFunc(ctx, c, func(tx pgx.Tx) (err error) {
		is, err = (&move{from: seen, to: tx, was: was}).all(ctx)
		return err
	})
	return is, err
}

// move is one run.
type move struct {
	from *sql.Tx
	to   pgx.Tx
	was  State
}

// all copies. The owner of the tables stands under their policies too, which let nobody in but the application's role: so they are let past
// them in this transaction.
func (m *move) all(ctx context.Context) (State, error) {
	if err := force(ctx, m.to, "no force"); err != nil {
		return State{}, err
	}
	names, late, err := m.order(ctx)
	if err != nil {
		return State{}, err
	}
	for _, l := range late {
		if _, err := m.to.Exec(ctx, l+" deferrable initially deferred"); err != nil {
			return State{}, err
		}
	}
	for _, name := range names {
		if err := m.table(ctx, name); err != nil {
			return State{}, fmt.Errorf("move %s: %w", name, err)
		}
	}
	jobs, err := m.jobs(ctx)
	if err != nil {
		return State{}, fmt.Errorf("move jobs: %w", err)
	}
	if _, err := m.to.Exec(ctx, "set constraints all immediate"); err != nil {
		return State{}, err
	}
	for _, l := range late {
		if _, err := m.to.Exec(ctx, l+" not deferrable"); err != nil {
			return State{}, err
		}
	}
	if err := m.sequences(ctx); err != nil {
		return State{}, err
	}
	is, err := pgState(ctx, m.to)
	if err != nil {
		return State{}, err
	}
	m.was.Rows["river_job"] = jobs
	for name := range m.was.Rows {
		if !ours(name) {
			delete(m.was.Rows, name)
		}
	}
	if what := m.was.Differs(is); what != "" {
		return State{}, fmt.Errorf("what was moved is not what was there: %s", what)
	}
	return is, force(ctx, m.to, "force")
}

// order gives the tables so that those come first to which others point, and the constraints of circles, which must wait for the end.
func (m *move) order(ctx context.Context) (names, late []string, err error) {
	all, err := pgTables(ctx, m.to)
	if err != nil {
		return nil, nil, err
	}
	rows, err := m.to.Query(ctx, `select f.relname, t.relname, k.conname from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
		where k.contype = 'f' and not f.relispartition and f.relnamespace = 'public'::regnamespace and f.oid <> t.oid and k.conparentid = 0 order by 1, 2, 3`)
	if err != nil {
		return nil, nil, err
	}
	type arrow struct{ From, To, Name string }
	arrows, err := pgx.CollectRows(rows, pgx.RowToStructByPos[arrow])
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		for _, a := range arrows {
			if a.From == name {
				visit(a.To)
			}
		}
		if ours(name) && name != "river_job" {
			names = append(names, name)
		}
	}
	for _, name := range all {
		visit(name)
	}
	for _, a := range arrows {
		if slices.Index(names, a.From) < slices.Index(names, a.To) {
			late = append(late, "alter table "+quoted(a.From)+" alter constraint "+quoted(a.Name))
		}
	}
	return names, late, nil
}

// column is a column of the target.
type column struct{ name, kind string }

// table streams one table. A reference within a table is checked when all of it is there.
func (m *move) table(ctx context.Context, name string) error {
	rows, err := m.to.Query(ctx, `select attname, format_type(atttypid, null) from pg_attribute
		where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`, quoted(name))
	if err != nil {
		return err
	}
	columns, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (c column, err error) { err = r.Scan(&c.name, &c.kind); return c, err })
	if err != nil {
		return err
	}
	var names, texts []string
	for _, c := range columns {
		names, texts = append(names, c.name), append(texts, quoted(c.name))
	}
	found, err := m.from.QueryContext(ctx, "select "+strings.Join(texts, ", ")+" from "+quoted(name)) //nolint:gosec // names of the schema
	if err != nil {
		return err
	}
	defer found.Close() //nolint:errcheck // Err says what went wrong
	_, err = m.to.CopyFrom(ctx, pgx.Identifier{name}, names, &stream{rows: found, columns: columns})
	return errors.Join(err, found.Err())
}
