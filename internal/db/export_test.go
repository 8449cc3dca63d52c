package db

import (
	"context"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// What the tests of this package see besides its exported names.

var ForSQLite, ForPostgres = forSQLite, forPostgres

// MigrateFS is Migrate with other migrations.
func MigrateFS(ctx context.Context, o Options, all fs.FS) error { return migrate(ctx, o.filled(), all) }

// MigrateAt is Migrate at another time, PostgreSQL only.
func MigrateAt(ctx context.Context, o Options, now time.Time) error {
	return migratePostgres(ctx, o.filled(), migrations, now)
}

// App is the pool of tenant statements, without the guards of a Tx.
func (d *DB) App() *pgxpool.Pool { return d.e.(*postgres).app }

// Setting gives a setting of the connection that a transaction on PostgreSQL holds.
func (t *Tx) Setting(ctx context.Context, name string) (value string, err error) {
	err = t.s.(*pgSession).conn.QueryRow(ctx, "select current_setting($1)", name).Scan(&value)
	return value, err
}
