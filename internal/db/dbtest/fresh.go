package dbtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest/servers"
	"intelliwiz/internal/id"
)

// sqliteFile is a migrated file, made once a process and copied for each test.
var sqliteFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := servers.Folder()
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "template.db")
	if err := db.Migrate(context.Background(), db.Options{URL: "sqlite:" + path}); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Fresh makes a migrated database of an engine for whoever cannot wait for the end of a test, and gives its owner's URL.
func Fresh(ctx context.Context, engine string) (url string, drop func() error, err error) {
	if engine == "sqlite" {
		return freshSQLite()
	}
	return freshPostgres(ctx)
}

func freshSQLite() (url string, drop func() error, err error) {
	raw, err := sqliteFile()
	if err != nil {
		return "", nil, err
	}
	dir, err := servers.Folder()
	if err != nil {
		return "", nil, err
	}
	path := filepath.Join(dir, "test.db")
	return "sqlite:" + path, func() error { return os.RemoveAll(dir) }, os.WriteFile(path, raw, 0o600)
}

// postgresServer is the server of IW_TEST_POSTGRES, or one of this process.
var postgresServer = sync.OnceValues(func() (string, error) {
	if given := os.Getenv("IW_TEST_POSTGRES"); given != "" {
		return given, nil
	}
	dir, err := servers.Folder()
	if err != nil {
		return "", err
	}
	s, err := servers.Postgres(dir)
	if err != nil {
		return "", fmt.Errorf("the tests need PostgreSQL, installed or in IW_TEST_POSTGRES: %w", err)
	}
	return s.URL, nil
})

// Redis gives the address of a Redis: that of IW_TEST_REDIS, or of one that this process starts: host:port.
func Redis(t testing.TB) string {
	t.Helper()
	address, err := redisServer()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

var redisServer = sync.OnceValues(func() (string, error) {
	if given := os.Getenv("IW_TEST_REDIS"); given != "" {
		return given, nil
	}
	dir, err := servers.Folder()
	if err != nil {
		return "", err
	}
	s, err := servers.Redis(dir)
	if err != nil {
		return "", fmt.Errorf("the tests need Redis, installed or in IW_TEST_REDIS: %w", err)
	}
	return s.URL, nil
})

// templateLock is held alone while the template is migrated and shared while it is copied; other test processes use it too.
const templateLock = 4_120_553

// template is the name of a migrated database on the server, the same for all processes with these migrations.
var template = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	h := sha256.New()
	if err := fs.WalkDir(db.Migrations(), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(db.Migrations(), path)
		if err == nil {
			_, err = fmt.Fprintf(h, "%s %d %s", path, len(raw), raw)
		}
		return err
	}); err != nil {
		return "", err
	}
	name := fmt.Sprintf("iw_template_%x", h.Sum(nil)[:8])
	return name, onServer(ctx, func(c *pgx.Conn) error {
		if _, err := c.Exec(ctx, "select pg_advisory_lock($1)", templateLock); err != nil {
			return err
		}
		_, err := c.Exec(ctx, "create database "+name)
		if e, ok := errors.AsType[*pgconn.PgError](err); err != nil && (!ok || e.Code != "42P04") { // duplicate_database
			return err
		}
		return db.Migrate(ctx, db.Options{URL: databaseURL(name)})
	})
})

// onServer connects to the server; its locks end with the connection.
func onServer(ctx context.Context, do func(c *pgx.Conn) error) error {
	server, err := postgresServer()
	if err != nil {
		return err
	}
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(ctx) }()
	return do(c)
}

func databaseURL(name string) string {
	server, err := postgresServer()
	if err != nil {
		return ""
	}
	u, err := url.Parse(server)
	if err != nil {
		return ""
	}
	u.Path = "/" + name
	return u.String()
}

func freshPostgres(ctx context.Context) (url string, drop func() error, err error) {
	from, err := template()
	if err != nil {
		return "", nil, err
	}
	name := fmt.Sprintf("iw_test_%x", id.New[id.Any]().Bytes())
	err = onServer(ctx, func(c *pgx.Conn) error {
		if _, err := c.Exec(ctx, "select pg_advisory_lock_shared($1)", templateLock); err != nil {
			return err
		}
		_, err := c.Exec(ctx, "create database "+name+" template "+from+" strategy file_copy")
		return err
	})
	return databaseURL(name), func() error {
		ctx := context.WithoutCancel(ctx)
		return onServer(ctx, func(c *pgx.Conn) error {
			_, err := c.Exec(ctx, "drop database "+name+" with (force)")
			return err
		})
	}, err
}
