package db

import (
	"context"
	"database/sql"
	"io/fs"
	"net/url"
	"os"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

func migrateSQLite(ctx context.Context, path string, all fs.FS) error {
	release, err := lockSQLite(ctx, path)
	if err != nil {
		return err
	}
	defer release()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the path is the operator's; SQLite itself would make the file readable for others
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", sqliteDSN(path, "_txlock=immediate"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	driver := riversqlite.New(db)
	if is, err := complete(all, driver, func(dest ...any) error { return db.QueryRowContext(ctx, completeQuery).Scan(dest...) }); err != nil || is {
		return err
	}
	return up(ctx, goose.DialectSQLite3, db, all, forSQLite, driver)
}

// lockSQLite holds an exclusive transaction on a file beside the database while migrating: it ends with the process, however that ends.
func lockSQLite(ctx context.Context, path string) (release func(), err error) {
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path + ".lock"}).EscapedPath(),
		RawQuery: "_txlock=exclusive&_pragma=busy_timeout(1000)"}).String())
	if err != nil {
		return nil, err
	}
	for {
		tx, err := db.BeginTx(ctx, nil)
		if err == nil {
			return func() { _ = tx.Rollback(); _ = db.Close() }, nil
		}
		select {
		case <-ctx.Done():
			_ = db.Close()
			return nil, err
		case <-time.After(50 * time.Millisecond):
		}
	}
}
