package whole

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
)

// server is a database of a PostgreSQL server.
type server struct {
	url  string // of its owner
	read string // of who may read everything
}

// Engine is PostgreSQL.
func (server) Engine() string { return PostgreSQL }

// backupLock is the advisory lock of a database of which a backup is made; the number means nothing.
const backupLock = 7_203_114_922

// connect gives one connection on which nothing is hurried; to another database of the server, if one is named.
func connect(ctx context.Context, url, database string) (*pgx.Conn, error) {
	c, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the address of the database cannot be read") // pgx's own error repeats it
	}
	if database != "" {
		c.Database = database
	}
	for name, value := range map[string]string{"application_name": "intelliwiz backup", "timezone": "UTC", "statement_timeout": "0", "idle_in_transaction_session_timeout": "0", "lock_timeout": "10000"} {
		c.RuntimeParams[name] = value
	}
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return nil, fault.Of(fault.Unavailable, "The database server does not let us in.").Because(err)
	}
	return conn, nil
}

// shut ends a connection, also when ctx has ended.
func shut(ctx context.Context, c *pgx.Conn) { _ = c.Close(context.WithoutCancel(ctx)) } // the server ends what is left of it

// Dump has pg_dump write what one transaction sees, and counts in that transaction.
func (s server) Dump(ctx context.Context, path string) (State, error) {
	c, err := connect(ctx, s.read, "")
	if err != nil {
		return State{}, err
	}
	defer shut(ctx, c)
	if err := newEnough(ctx, c, "pg_dump"); err != nil {
		return State{}, err
	}
	tx, err := c.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return State{}, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // it only read
	var free, sees bool
	var snapshot string
	err = tx.QueryRow(ctx, `select pg_try_advisory_xact_lock($1), (select rolsuper or rolbypassrls from pg_roles where rolname = current_user), pg_export_snapshot()`, int64(backupLock)).Scan(&free, &sees, &snapshot)
	switch {
	case err != nil:
		return State{}, err
	case !free:
		return State{}, fault.Of(fault.Conflict, "Another backup of this database is being made. Try again when it is done.").Because(ErrBusy)
	case !sees:
		return State{}, fault.Of(fault.Forbidden, "The database role may not read past row-level security, so that a backup would be empty: give IW_BACKUP_DATABASE_URL a role with bypassrls and pg_read_all_data.")
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // a folder of the caller
	if err != nil {
		return State{}, err
	}
	err = run(ctx, s.read, "", nil, out, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--snapshot="+snapshot)
	if err = errors.Join(err, out.Close()); err != nil {
		return State{}, err
	}
	return pgState(ctx, tx)
}

// pgQuerying is a connection or a transaction.
type pgQuerying interface {
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) pgx.Row
}

// pgTables are the tables with rows of their own and of their partitions.
func pgTables(ctx context.Context, c pgQuerying) ([]string, error) {
	rows, err := c.Query(ctx, `select c.relname from pg_class c where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace order by 1`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func pgState(ctx context.Context, c pgQuerying) (State, error) {
	s := State{Engine: PostgreSQL, Rows: map[string]int64{}}
	names, err := pgTables(ctx, c)
	if err != nil {
		return s, err
	}
	for _, name := range names {
		var n int64
		if err := c.QueryRow(ctx, "select count(*) from "+quoted(name)).Scan(&n); err != nil {
			return s, fmt.Errorf("count %s: %w", name, err)
		}
		s.Rows[name] = n
	}
	s.Tenants = s.Rows["sys_tenants"]
	if _, migrated := s.Rows["goose_db_version"]; migrated {
		err = c.QueryRow(ctx, version).Scan(&s.Schema)
	}
	return s, err
}

// Empty says that there is no such database, or nothing in its tables that the owner sees: whoever has rows has a tenant, and those are seen.
func (s server) Empty(ctx context.Context) (bool, error) {
	c, err := connect(ctx, s.url, "")
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "3D000" {
		return true, nil // no such database
	}
	if err != nil {
		return false, err
	}
	defer shut(ctx, c)
	state, err := pgState(ctx, c)
	return err == nil && state.empty(), err
}

// Load makes a database and has pg_restore fill it.
func (s server) Load(ctx context.Context, r io.Reader) (_ Beside, err error) {
	c, err := s.maintenance(ctx)
	if err != nil {
		return nil, err
	}
	defer shut(ctx, c)
	if err := newEnough(ctx, c, "pg_restore"); err != nil {
		return nil, err
	}
	of := s.name()
	b := &pgBeside{of: s, name: cut(of, 40) + "_beside_" + mark()}
	if _, err := c.Exec(ctx, "create database "+quoted(b.name)+" template template0 encoding 'UTF8'"); err != nil {
		if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "42501" {
			return nil, fault.Of(fault.Forbidden, "The owner of the database may not make another one beside it, into which the backup would be restored: alter role ... createdb.").Because(err)
		}
		return nil, err
	}
	err = db.MakeRoles(ctx, b.URL()) // policies name them
	if err == nil {
		err = run(ctx, s.url, b.name, r, nil, "pg_restore", "--dbname=service=iw", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
	}
	if err != nil {
		return nil, errors.Join(err, b.Drop(context.WithoutCancel(ctx)))
	}
	return b, nil
}

// name is that of the database.
func (s server) name() string {
	c, err := pgx.ParseConfig(s.url)
	if err != nil {
		return "" // connecting says so
	}
	return c.Database
}

// maintenance connects to a database of the server that is not ours, from where ours can be renamed.
func (s server) maintenance(ctx context.Context) (*pgx.Conn, error) {
	c, err := connect(ctx, s.url, "postgres")
	if err == nil {
		return c, nil
	}
	if c, err2 := connect(ctx, s.url, "template1"); err2 == nil {
		return c, nil
	}
	return nil, err
}

func cut(name string, most int) string { return name[:min(len(name), most)] }

type pgBeside struct {
	of      server
	name    string
	swapped bool
}

// URL is the owner's, to the other database.
func (b *pgBeside) URL() string { return withDatabase(b.of.url, b.name) }

// State counts in a transaction in which the owner is let past row-level security, and which is taken back.
func (b *pgBeside) State(ctx context.Context) (State, error) {
	c, err := connect(ctx, b.of.url, b.name)
	if err != nil {
		return State{}, err
	}
	defer shut(ctx, c)
	tx, err := c.Begin(ctx)
	if err != nil {
		return State{}, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // on purpose
	if err := force(ctx, tx, "no force"); err != nil {
		return State{}, err
	}
	return pgState(ctx, tx)
}

// force has the owner stand under the policies of their tables, or, "no force", not.
func force(ctx context.Context, tx pgx.Tx, how string) error {
	rows, err := tx.Query(ctx, `select relname from pg_class where relnamespace = 'public'::regnamespace and not relispartition and relrowsecurity`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range names {
		if err == nil {
			_, err = tx.Exec(ctx, "alter table "+quoted(name)+" "+how+" row level security")
		}
	}
	return err
}

// Swap renames both databases in one transaction.
func (b *pgBeside) Swap(ctx context.Context, stamp string) (aside string, err error) {
	c, err := b.of.maintenance(ctx)
	if err != nil {
		return "", err
	}
	defer shut(ctx, c)
	name := b.of.name()
	var there bool
	var users int
	err = c.QueryRow(ctx, "select exists (select from pg_database where datname = $1), (select count(*) from pg_stat_activity where datname = $1)", name).Scan(&there, &users)
	if err != nil {
		return "", err
	}
	if users > 0 {
		return "", inUse(fmt.Errorf("%d connections", users))
	}
	err = pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		if there {
			aside = cut(name, 40) + "_before_" + stamp
			if _, err := tx.Exec(ctx, "alter database "+quoted(name)+" rename to "+quoted(aside)); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "alter database "+quoted(b.name)+" rename to "+quoted(name))
		return err
	})
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "55006" {
		return "", inUse(err)
	}
	if err != nil {
		return "", fmt.Errorf("put the database in place: %w", err)
	}
	b.swapped = true
	if aside != "" {
		aside = "the database " + aside
	}
	return aside, nil
}

// Drop removes the database and whoever is connected to it.
func (b *pgBeside) Drop(ctx context.Context) error {
	if b.swapped {
		return nil
	}
	c, err := b.of.maintenance(ctx)
	if err != nil {
		return err
	}
	defer shut(ctx, c)
	_, err = c.Exec(ctx, "drop database if exists "+quoted(b.name)+" with (force)")
	return err
}
