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
	"intelliwiz/internal/fault"
)

// Migrate brings the schema of the database to what this program needs: our migrations, the job runner's, and on PostgreSQL the
// roles, rights, policies and the partitions of the months to come (see also Ahead). It makes a missing SQLite file. Nodes that start at once take
// turns. It needs the owner's connection (MigrateURL), and a role that may create roles unless iw_app and iw_sys exist. A role that
// may not change the schema is content when there is nothing to do. A schema newer than the program is left as it is,
// and refused when it has taken away what the program needs.
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
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > target { // a newer program was here; its schema serves the one before it too, unless it says otherwise
		return mayRun(current, target, func(minimum *string) error { return db.QueryRowContext(ctx, minimumQuery).Scan(minimum) })
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

// completeQuery asks how many of our migrations a database has, which is the last, and which is River's last.
const completeQuery = `select count(distinct version_id), max(version_id), (select max(version) from river_migration where line = 'main')
	from goose_db_version where is_applied and version_id > 0`

// complete says that a database has every migration and no other, by one statement: that is so at nearly every start, and finding it out file by
// file took longer than all else of it. get scans the row of completeQuery; where it fails there is no schema yet, or what else is wrong shows soon.
func complete[TTx any](all fs.FS, river riverdriver.Driver[TTx], get func(dest ...any) error) (bool, error) {
	names, err := fs.Glob(all, "migrations/*.sql")
	if err != nil {
		return false, err
	}
	want, err := lastVersion(all)
	if err != nil {
		return false, err
	}
	m, err := rivermigrate.New(river, nil)
	if err != nil {
		return false, err
	}
	theirs := m.AllVersions()
	var count, last, runner int64
	if get(&count, &last, &runner) != nil {
		return false, nil //nolint:nilerr // there is no schema yet, or what is wrong shows soon
	}
	return count == int64(len(names)) && last == want && runner == int64(theirs[len(theirs)-1].Version), nil
}

// minimumQuery asks from which schema on programs may run on this one; a migration that takes something away writes it.
const minimumQuery = "select value from sys_facts where name = 'schema.minimum'"

// mayRun refuses a schema that has taken away what a program of schema target needs. get gives the fact, or that there is no row.
func mayRun(current, target int64, get func(*string) error) error {
	var text string
	if err := get(&text); errors.Is(err, sql.ErrNoRows) {
		return nil
	} else if err != nil {
		return fmt.Errorf("the least schema of programs: %w", err)
	}
	minimum, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("the least schema of programs: %w", err)
	}
	if target < minimum {
		return fault.Of(fault.Conflict, fmt.Sprintf("The database is of schema %d, on which programs of schema %d or later run; this one is of %d. Take a newer version, or restore a backup of before.", current, minimum, target))
	}
	return nil
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

// Ahead makes the partitions of the months to come on PostgreSQL, for which the database's role needs no right of its own. It gives up, with an
// error, where it would have to wait for others.
func (d *DB) Ahead(ctx context.Context) error {
	return d.fault(ctx, "db.ahead", "", d.e.ahead(ctx))
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
