package whole

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strings"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"intelliwiz/internal/fault"
)

// lite is a SQLite file.
type lite struct{ path string }

// Engine is SQLite.
func (lite) Engine() string { return SQLite }

// connect opens a file that is there on one connection.
func (l lite) connect(mode string) (*sql.DB, error) {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: l.path}).EscapedPath(), RawQuery: "_pragma=busy_timeout(10000)&_dqs=0&mode=" + mode}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// Dump copies by SQLite's online backup, in one step: its reader sees one moment, and in a WAL database no writer waits for it.
func (l lite) Dump(ctx context.Context, path string) (State, error) {
	if _, err := os.Stat(l.path); errors.Is(err, fs.ErrNotExist) {
		return State{}, fault.Of(fault.NotFound, "There is no database yet: `intelliwiz migrate` makes one.").Because(err)
	}
	db, err := l.connect("rw")
	if err != nil {
		return State{}, err
	}
	defer db.Close() //nolint:errcheck // it was only read
	conn, err := db.Conn(ctx)
	if err != nil {
		return State{}, fmt.Errorf("open the database: %w", err)
	}
	defer conn.Close()                                                    //nolint:errcheck // it was only read
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // a folder of the caller; SQLite itself would make the file readable for others
	if err != nil {
		return State{}, err
	}
	if err := f.Close(); err != nil {
		return State{}, err
	}
	err = conn.Raw(func(c any) error {
		b, err := c.(interface {
			NewBackup(to string) (*sqlite.Backup, error)
		}).NewBackup((&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String())
		if err != nil {
			return err
		}
		_, err = b.Step(-1)
		return errors.Join(err, b.Finish())
	})
	if err != nil {
		return State{}, fmt.Errorf("copy the database: %w", err)
	}
	return lite{path}.settled(ctx)
}

// settled makes a copy one file, without a log beside it, and says what it holds.
func (l lite) settled(ctx context.Context) (State, error) {
	db, err := l.connect("rw")
	if err != nil {
		return State{}, err
	}
	defer db.Close() //nolint:errcheck // the pragma has written what there is to write
	if _, err := db.ExecContext(ctx, "pragma journal_mode=delete"); err != nil {
		return State{}, fmt.Errorf("settle the copy: %w", err)
	}
	return liteState(ctx, db)
}

// querying is a connection or a transaction.
type querying interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

const version = "select max(version_id) from goose_db_version where is_applied"

func liteState(ctx context.Context, db querying) (State, error) {
	s := State{Engine: SQLite, Rows: map[string]int64{}}
	names, err := liteTexts(ctx, db, "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
	if err != nil {
		return s, err
	}
	for _, name := range names {
		var n int64
		if err := db.QueryRowContext(ctx, "select count(*) from "+quoted(name)).Scan(&n); err != nil { //nolint:gosec // a name of the schema
			return s, fmt.Errorf("count %s: %w", name, err)
		}
		s.Rows[name] = n
	}
	s.Tenants = s.Rows["sys_tenants"]
	if _, migrated := s.Rows["goose_db_version"]; migrated {
		err = db.QueryRowContext(ctx, version).Scan(&s.Schema)
	}
	return s, err
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func liteTexts(ctx context.Context, db querying, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read the database: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says what went wrong
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// Empty says that there is no file, or one that nobody has written into.
func (l lite) Empty(ctx context.Context) (bool, error) {
	info, err := os.Stat(l.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at the database: %w", err)
	}
	db, err := l.connect("rw")
	if err != nil {
		return false, err
	}
	defer db.Close() //nolint:errcheck // it was only read
	s, err := liteState(ctx, db)
	if err != nil {
		return false, nil //nolint:nilerr // what cannot be read is not empty: it is perhaps what is to be replaced
	}
	return s.empty(), nil
}

// Load writes the file and asks SQLite whether it is whole.
func (l lite) Load(ctx context.Context, r io.Reader) (_ Beside, err error) {
	b := &liteBeside{of: l, at: lite{l.path + ".beside-" + mark()}}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Drop(ctx))
		}
	}()
	f, err := os.OpenFile(b.at.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // beside the operator's file
	if err != nil {
		return nil, fmt.Errorf("load the database: %w", err)
	}
	_, err = io.Copy(f, r)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("load the database: %w", err)
	}
	db, err := b.at.connect("rw")
	if err != nil {
		return nil, err
	}
	said, err := liteTexts(ctx, db, "pragma integrity_check(1)")
	if err = errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	if len(said) != 1 || said[0] != "ok" {
		return nil, fmt.Errorf("the copy is not whole: %s", strings.Join(said, "; "))
	}
	return b, nil
}

type liteBeside struct {
	of, at  lite
	swapped bool
}

// URL names the file.
func (b *liteBeside) URL() string { return "sqlite:" + b.at.path }

// State counts.
func (b *liteBeside) State(ctx context.Context) (State, error) { return b.at.settled(ctx) }

// parts are the files of a database.
var parts = []string{"", "-wal", "-shm", "-journal"}

// Swap renames. What was there is set aside with its log.
func (b *liteBeside) Swap(ctx context.Context, stamp string) (aside string, err error) {
	if _, err := b.at.settled(ctx); err != nil {
		return "", err
	}
	_, err = os.Stat(b.of.path)
	there := err == nil
	if there {
		if err := b.of.alone(ctx); err != nil {
			return "", err
		}
		aside = b.of.path + ".before-" + stamp
		for _, p := range parts {
			if err := os.Rename(b.of.path+p, aside+p); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", fmt.Errorf("set the database aside: %w", err)
			}
		}
	}
	if err := os.Rename(b.at.path, b.of.path); err != nil {
		err = fmt.Errorf("put the database in place: %w", err)
		if there {
			err = errors.Join(err, os.Rename(aside, b.of.path))
		}
		return "", err
	}
	b.swapped = true
	return aside, nil
}

// alone asks for the file's log to be written away, which SQLite does for nobody while another process has the file open. A file that is none
// is in nobody's use.
func (l lite) alone(ctx context.Context) error {
	db, err := l.connect("rw")
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // the pragma has written what there is to write
	_, err = db.ExecContext(ctx, "pragma busy_timeout=500; pragma journal_mode=delete")
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff {
		case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
			return inUse(err)
		}
		return nil
	}
	return err
}

// Drop removes the files.
func (b *liteBeside) Drop(context.Context) error {
	if b.swapped {
		return b.remove(".lock", ".lock-journal")
	}
	return b.remove(append(parts, ".lock", ".lock-journal")...)
}

func (b *liteBeside) remove(parts ...string) error {
	var all []error
	for _, p := range parts {
		if err := os.Remove(b.at.path + p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}
