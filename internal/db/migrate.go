package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"

	"intelliwiz/internal/clock"
)

// Migrate brings the schema of the database to what this program needs: our migrations, the job runner's, and on PostgreSQL the
// roles, rights, policies and the partitions of the months to come. It makes a missing SQLite file. Nodes that start at once take
// turns. It needs the owner's connection (MigrateURL), and a role that may create roles unless iw_app and iw_sys exist. A role that
// may not change the schema is content when there is nothing to do. A schema newer than the program is left as it is.
func Migrate(ctx context.Context, o Options) error { return migrate(ctx, o.filled(), migrations) }

func migrate(ctx context.Context, o Options, all fs.FS) error {
	var err error
	switch path, isSQLite := strings.CutPrefix(o.MigrateURL, "sqlite:"); {
	case isSQLite:
		err = migrateSQLite(ctx, path, all)
	case isPostgres(o.MigrateURL):
		err = migratePostgres(ctx, o, all, clock.System()())
	default:
		return errURL
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// up runs our migrations, and then River's.
func up[TTx any](ctx context.Context, d goose.Dialect, db *sql.DB, all fs.FS, to func(string) string, river riverdriver.Driver[TTx]) error {
	folder, err := fs.Sub(all, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(d, db, translated{folder, to}, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if current, target, err := p.GetVersions(ctx); err != nil || current > target {
		return err // a newer program was here; its schema serves the one before it too
	}
	if _, err := p.Up(ctx); err != nil {
		if e, ok := errors.AsType[*goose.PartialError](err); ok && e.Failed != nil && e.Failed.Source != nil {
			return fmt.Errorf("%s: %w", e.Failed.Source.Path, e.Err)
		}
		return err
	}
	m, err := rivermigrate.New(river, nil)
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// Version gives the number of the last migration that the database has, and of the last that this program knows.
func (d *DB) Version(ctx context.Context) (have, want int64, err error) {
	if want, err = Newest(); err != nil {
		return 0, 0, err
	}
	short, cancel := context.WithTimeout(ctx, d.o.AcquireTimeout)
	defer cancel()
	have, err = d.e.version(short, versionQuery)
	return have, want, d.fault(ctx, "db.version", "", err)
}

// Newest gives the number of the last migration that this program knows.
func Newest() (int64, error) { return lastVersion(migrations) }

const versionQuery = "select max(version_id) from goose_db_version where is_applied"

// lastVersion is the number that the name of the last file begins with.
func lastVersion(all fs.FS) (int64, error) {
	names, err := fs.Glob(all, "migrations/*.sql")
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("migrations: %d files, %w", len(names), err)
	}
	number, _, _ := strings.Cut(path.Base(names[len(names)-1]), "_")
	return strconv.ParseInt(number, 10, 64)
}

// Migrations are our migrations as they are written, in PostgreSQL's words; a file's number is its version.
func Migrations() fs.FS { return migrations }
