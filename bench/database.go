package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver
	_ "modernc.org/sqlite"             // the driver

	"intelliwiz/bench/floor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest/servers"
	"intelliwiz/internal/id"
)

// database is where both sides keep things.
type database struct {
	url    string
	pid    int // of PostgreSQL's first process; 0: it is in the sides themselves
	server *servers.Server
	folder string
	log    *slog.Logger // of every statement with its plan; nil: of none
}

// openDatabase starts PostgreSQL, or names a file.
func openDatabase(ctx context.Context, engine, dir string) (*database, error) {
	if engine == "sqlite" {
		return &database{url: "sqlite:" + filepath.Join(dir, "bench.db")}, nil
	}
	d := &database{url: os.Getenv("IW_TEST_POSTGRES")}
	if d.url == "" {
		var err error
		if d.folder, err = servers.DiskFolder(); err != nil {
			return nil, err
		}
		if d.server, err = servers.Durable(d.folder); err != nil {
			return nil, err
		}
		d.url = d.server.URL
	}
	c, err := pgx.Connect(ctx, d.url)
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close(ctx) }()
	name := "bench" + strconv.Itoa(os.Getpid()) + strings.ReplaceAll(filepath.Base(dir), "-", "_")
	for _, text := range []string{"create database " + name, "alter database " + name + " set synchronous_commit = on"} {
		if _, err := c.Exec(ctx, text); err != nil {
			return nil, err
		}
	}
	u, err := url.Parse(d.url)
	if err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(filepath.Join(u.Query().Get("host"), "data", "postmaster.pid"))
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(raw), "\n")
	if d.pid, err = strconv.Atoi(first); err != nil {
		return nil, err
	}
	u.Path = "/" + name
	d.url = u.String()
	return d, nil
}

func (d *database) stop() {
	if d.server != nil {
		d.server.Stop()
		_ = os.RemoveAll(d.folder)
	}
}

// load makes the schema, the customers through the use cases, and their tickets past them.
func (d *database) load(ctx context.Context, o options) ([]customer, error) {
	var all []customer
	err := d.open(ctx, func(_ *db.DB, b *builder) error {
		w, err := openWriter(ctx, d)
		if err != nil {
			return err
		}
		defer w.close(ctx)
		now, r := time.Now().UTC().Truncate(time.Microsecond), rand.New(rand.NewPCG(1, 2))
		for n := range o.tenants {
			c, err := b.build(ctx, n)
			if err != nil {
				return err
			}
			tables, err := b.makeWork(ctx, o, &c, now, r)
			if err != nil {
				return err
			}
			if err := w.write(ctx, append(tables, rowsOf(&c, o.tickets/o.tenants, now, r)...)); err != nil {
				return err
			}
			all = append(all, c)
		}
		return w.finish(ctx, all)
	})
	return all, err
}

// open migrates the database and lends it, with the use cases on it.
func (d *database) open(ctx context.Context, use func(opened *db.DB, b *builder) error) error {
	if err := db.Migrate(ctx, db.Options{URL: d.url}); err != nil {
		return err
	}
	o := db.Options{URL: d.url, Log: d.log}
	if d.log != nil {
		o.Slow = time.Nanosecond
	}
	opened, err := db.Open(ctx, o)
	if err != nil {
		return err
	}
	defer opened.Close()
	b, err := newBuilder(opened)
	if err != nil {
		return err
	}
	return use(opened, b)
}

// exec runs statements past the product; only on PostgreSQL.
func (d *database) exec(ctx context.Context, texts ...string) error {
	c, err := pgx.Connect(ctx, d.url)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(ctx) }()
	for _, text := range texts {
		if _, err := c.Exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// count asks for a number past the product.
func (d *database) count(ctx context.Context, text string) (n int64, err error) {
	driver, address := "pgx", d.url
	if path, is := strings.CutPrefix(d.url, "sqlite:"); is {
		driver, address = "sqlite", floor.SQLiteDSN(path)
	}
	c, err := sql.Open(driver, address)
	if err != nil {
		return 0, err
	}
	defer func() { _ = c.Close() }()
	err = c.QueryRowContext(ctx, text).Scan(&n)
	return n, err
}

// writer puts rows into the database, past the product.
type writer struct {
	pg     *pgx.Conn
	sqlite *sql.DB
}

func openWriter(ctx context.Context, d *database) (*writer, error) {
	w := &writer{}
	var err error
	if path, is := strings.CutPrefix(d.url, "sqlite:"); is {
		if w.sqlite, err = sql.Open("sqlite", floor.SQLiteDSN(path)); err != nil {
			return nil, err
		}
		w.sqlite.SetMaxOpenConns(1)
		_, err = w.sqlite.ExecContext(ctx, floor.Schema(false))
		return w, err
	}
	if w.pg, err = pgx.Connect(ctx, d.url); err != nil {
		return nil, err
	}
	_, err = w.pg.Exec(ctx, "set session_replication_role = replica; "+floor.Schema(true))
	return w, err
}

func (w *writer) write(ctx context.Context, tables []table) error {
	if w.sqlite != nil {
		return loadSQLite(ctx, w.sqlite, tables)
	}
	return loadPostgres(ctx, w.pg, tables)
}

// finish gives the floor its history of the same tickets, and the planner its statistics.
func (w *writer) finish(ctx context.Context, all []customer) error {
	t := table{name: "floor_history", columns: []string{"tenant_id", "id", "ticket_id", "at", "who", "what"}}
	for _, c := range all {
		for _, x := range c.Busy {
			for n := range 10 {
				at := x.Time().Add(time.Duration(n) * time.Minute)
				t.rows = append(t.rows, []any{c.ID.String(), id.NewAt[id.Any](at).String(), x.String(), at, "Asha Kulkarni", fmt.Sprintf("changed the title, %d", n)})
			}
		}
	}
	if err := w.write(ctx, []table{t}); err != nil {
		return err
	}
	// What the use cases wrote counts as sealed: it starts no work while both sides are measured.
	const sealed = "update journal set seq = 1, hash = mac where seq is null"
	if w.sqlite != nil {
		_, err := w.sqlite.ExecContext(ctx, sealed+"; analyze; pragma wal_checkpoint(truncate)")
		return err
	}
	for _, text := range []string{sealed, "vacuum analyze"} {
		if _, err := w.pg.Exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// analyze gives the planner its statistics.
func (w *writer) analyze(ctx context.Context) (err error) {
	if w.sqlite != nil {
		_, err = w.sqlite.ExecContext(ctx, "analyze")
		return err
	}
	_, err = w.pg.Exec(ctx, "vacuum analyze tasks")
	return err
}

func (w *writer) close(ctx context.Context) {
	if w.sqlite != nil {
		_ = w.sqlite.Close()
		return
	}
	_ = w.pg.Close(ctx)
}
