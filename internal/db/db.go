// Package db is the only door to the database, the same for PostgreSQL and SQLite: a statement is a named constant of type SQL,
// run through a Tx that belongs to one tenant (Read, ReadAll, Write) or to the installation (System, Seal).
//
// It refuses what could cross tenants: the tenant is bound as $1 of every tenant statement, a text that does not use $1 is not
// run, and PostgreSQL's forced row-level security stands behind that. It turns the engines' errors into faults. It knows no
// domain word, builds no statement from values, and retries no write.
package db

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"intelliwiz/internal/id"
)

// SQL is one statement, always a constant, in the words that both engines know. Its first line is its name, package.constant:
//
//	const siteGet db.SQL = "-- org.siteGet\nselect id, code from sites where tenant_id = $1 and id = $2"
//
// In a tenant statement $1 is the tenant and bound by Tx; the caller's arguments start at $2. "in_list($3)" takes a slice, and
// "lists_of($3 id uuid, $4 seq bigint)" is a select of rows out of slices of the same length. A name followed by "by value" is of a statement
// with many conditions of which each call uses few: PostgreSQL plans it for the values of each call.
type SQL string

// Row is a row of a result, valid only inside the scan function that it is given to.
type Row interface {
	// Scan reads the columns in order into *string, *int64, *float64, *bool, *[]byte, *time.Time (UTC, microseconds), *clock.Date,
	// named strings, pointers to ids, and Null of them. NULL reads as the zero id, the empty date and nil bytes; for
	// other types only through Null.
	Scan(dest ...any) error
}

// Options say where the database is and how long one waits for it. Zero durations and sizes take the default.
type Options struct {
	URL        string       // sqlite:/path/file.db or postgres://...
	MigrateURL string       // the owner's connection, for Migrate; "" = URL
	Log        *slog.Logger // nil = nothing is logged
	Observe    func(Stat)   // told of every statement; must be quick, is called from many goroutines

	MaxConns         int           // connections for tenant statements; on SQLite readers (16; SQLite 8)
	SysConns         int           // connections for System, Seal and the job runner (8); SQLite has one writer for all
	StatementTimeout time.Duration // of one statement (5 s); twelve times that for System, Seal and actors of kind System
	LockTimeout      time.Duration // waiting for a row or table lock (2 s); PostgreSQL only
	AcquireTimeout   time.Duration // waiting for a connection, or for SQLite's writer (2 s); the system's own work waits longer for the writer
	Slow             time.Duration // a statement that takes longer is logged, the first time with its plan (200 ms; < 0 never)
}

// Stat tells of one statement that ran. It never holds values.
type Stat struct {
	Ctx      context.Context // of the caller: route, request id, trace
	Name     string          // of the statement, or "db.commit"
	Tenant   id.Tenant       // zero in System and Seal
	Rows     int64           // returned or touched
	Duration time.Duration   // until its result was read; in a pipeline since the result before
	Until    time.Time       // when its result was read
	Err      error           // as the caller got it
}

// PoolStat is the state of one connection pool.
type PoolStat struct {
	Pool             string // "app" and "sys"; SQLite: "read" and "write"
	Max, InUse, Idle int
	Waits            int64         // acquisitions that had to wait
	Waited           time.Duration // all of their waiting together
}

// DB is a database. Make one with Open, or with New and Connect; once it is open it is safe for many goroutines.
type DB struct {
	o     Options
	e     engine
	texts sync.Map // textKey -> *text or error: the check is made once a constant
	plans sync.Map // names whose plan was logged

	asides asides // what is set aside
}

// engine is what differs between PostgreSQL and SQLite.
type engine interface {
	session(m mode, tenant id.Tenant, patient bool) session
	expand(body string) string                              // what the common words cannot say: in_list, lists_of
	kind(ctx context.Context, err error, verb string) error // an engine's error as a fault; nil when it is none of the known ones
	lost(err error) bool                                    // a read may be repeated
	jobText() *text
	jobTime(t time.Time) any
	plan(ctx context.Context, m mode, x *text) (string, error)
	ping(ctx context.Context) error
	version(ctx context.Context, query string) (int64, error)
	ahead(ctx context.Context) error
	due(ctx context.Context, table string, months int) ([]string, error)
	aside(ctx context.Context) ([]Aside, error)
	stats() []PoolStat
	fields(ctx context.Context) ([]field, error) // the columns of all tables
	exporting(table string, fields []field) string
	check(ctx context.Context) error
	close()
}

// Open connects to a migrated database. It does not wait for one that is away: it answers Unavailable.
func Open(ctx context.Context, o Options) (*DB, error) {
	d := New(o)
	if err := d.Connect(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

// New makes a DB that is not connected yet, for what is built before the database is there. Until Connect has answered, only its Engine may be asked.
func New(o Options) *DB { return &DB{o: o.filled()} }

// Connect is what Open does, of a DB that New made.
func (d *DB) Connect(ctx context.Context) (err error) {
	switch path, isSQLite := strings.CutPrefix(d.o.URL, "sqlite:"); {
	case isSQLite:
		d.e, err = openSQLite(ctx, path, d.o)
	case isPostgres(d.o.URL):
		d.e, err = openPostgres(ctx, d.o)
	default:
		return errURL
	}
	if err != nil {
		d.e = nil
		return fmt.Errorf("open database: %w", err)
	}
	if err := d.Ping(ctx); err != nil {
		d.e.close()
		d.e = nil
		return fmt.Errorf("open database: %w", err)
	}
	return nil
}

// errURL does not repeat the URL: it may hold a password.
var errURL = fmt.Errorf("open database: its URL must start with sqlite: or postgres://")

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

func (o Options) filled() Options {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	def(&o.StatementTimeout, 5*time.Second)
	def(&o.LockTimeout, 2*time.Second)
	def(&o.AcquireTimeout, 2*time.Second)
	def(&o.Slow, 200*time.Millisecond)
	if o.MaxConns <= 0 {
		o.MaxConns = 16
		if strings.HasPrefix(o.URL, "sqlite:") {
			o.MaxConns = 8
		}
	}
	if o.SysConns <= 0 {
		o.SysConns = 8
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.MigrateURL == "" {
		o.MigrateURL = o.URL
	}
	return o
}

// patience is how long a statement of background work may take.
func (o Options) patience() time.Duration { return 12 * o.StatementTimeout }

// Close ends all connections; running statements are waited for.
func (d *DB) Close() {
	if d.e != nil {
		d.e.close()
	}
}

// Ping asks the database whether it answers, within AcquireTimeout; otherwise Unavailable.
func (d *DB) Ping(ctx context.Context) error {
	short, cancel := context.WithTimeout(ctx, d.o.AcquireTimeout)
	defer cancel()
	return d.fault(ctx, "db.ping", "", d.e.ping(short))
}

// Engine is "postgres" or "sqlite".
func (d *DB) Engine() string {
	if isPostgres(d.o.URL) {
		return "postgres"
	}
	return "sqlite"
}

// Stats gives the state of the connection pools.
func (d *DB) Stats() []PoolStat { return d.e.stats() }

// CheckProduction refuses, with all reasons at once, a database that production must not run on: the application's role is a
// superuser, bypasses or owns the policies, could change the schema or make roles; a tenant table has no forced policy.
func (d *DB) CheckProduction(ctx context.Context) error { return d.e.check(ctx) }

// PG is the pool of role iw_sys, nil on SQLite; for package job only.
func (d *DB) PG() *pgxpool.Pool {
	if p, ok := d.e.(*postgres); ok {
		return p.sys
	}
	return nil
}

// SQLite is the one writer, nil on PostgreSQL; for package job only.
func (d *DB) SQLite() *sql.DB {
	if s, ok := d.e.(*sqliteEngine); ok {
		return s.write
	}
	return nil
}
