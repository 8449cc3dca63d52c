package db_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sync"
	"testing"
	"testing/fstest"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
)

// The sample tables that the tests of this package work on: the domains' change, and know nothing of faults at the commit.
const sample = `-- +goose Up
create table things (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  code      text not null check (code <> ''),
  state     text not null default 'open',
  size      bigint not null default 0 check (size >= 0),
  weight    double precision,
  due       date,
  at        timestamptz,
  active    boolean not null default true,
  note      jsonb,
  raw       bytea,
  parent_id uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, parent_id) references things (tenant_id, id)
);
create unique index things_code on things (tenant_id, code);
create index things_parent on things (tenant_id, parent_id);
create table parts (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  thing_id  uuid not null,
  name      text not null default '',
  primary key (tenant_id, id),
  unique (tenant_id, name),
  foreign key (tenant_id, thing_id) references things (tenant_id, id) deferrable initially deferred
);
create index parts_thing on parts (tenant_id, thing_id);
`

type Thing struct{ id.UUID }

type State string

func thing() Thing { return id.New[Thing]() }

// with adds migrations to ours.
func with(t testing.TB, more map[string]string) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	names, err := fs.Glob(db.Migrations(), "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(db.Migrations(), name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = &fstest.MapFile{Data: raw}
	}
	for name, text := range more {
		all[path.Join("migrations", name)] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

// sampleURL is the database with the sample tables that the tests of this package share, each with tenants of its own.
func sampleURL(t testing.TB, engine string) string {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.url[engine] == "" {
		url, drop, err := dbtest.Fresh(context.WithoutCancel(t.Context()), engine)
		if err != nil {
			t.Fatal(err)
		}
		shared.drop = append(shared.drop, drop)
		if err := db.MigrateFS(t.Context(), db.Options{URL: url}, with(t, map[string]string{"99001_sample.sql": sample})); err != nil {
			t.Fatal(err)
		}
		shared.url[engine] = url
	}
	return shared.url[engine]
}

var shared = struct {
	sync.Mutex
	url  map[string]string
	drop []func() error
}{url: map[string]string{}}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, drop := range shared.drop {
		if err := drop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func open(t testing.TB, url string, change ...func(*db.Options)) *db.DB {
	t.Helper()
	o := db.Options{URL: url, SysConns: 4}
	for _, c := range change {
		c(&o)
	}
	d, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// each runs a test on both engines, each with the sample tables and one tenant.
func each(t *testing.T, test func(t *testing.T, d *db.DB, who actor.Actor), change ...func(*db.Options)) {
	t.Helper()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			d := open(t, sampleURL(t, engine), change...)
			test(t, d, dbtest.Actor(dbtest.Tenant(t, d)))
		})
	}
}

const (
	thingInsert db.SQL = "-- test.thingInsert\ninsert into things (tenant_id, id, code) values ($1, $2, $3)"
	thingSize   db.SQL = "-- test.thingSize\nupdate things set size = $3 where tenant_id = $1 and id = $2"
	thingState  db.SQL = "-- test.thingState\nupdate things set state = $3 where tenant_id = $1 and id = $2"
	thingDelete db.SQL = "-- test.thingDelete\ndelete from things where tenant_id = $1 and id = $2"
	thingChild  db.SQL = "-- test.thingChild\ninsert into things (tenant_id, id, code, parent_id) values ($1, $2, $3, $4)"
	thingCodes  db.SQL = "-- test.thingCodes\nselect code from things where tenant_id = $1 order by code"
	thingGet    db.SQL = "-- test.thingGet\nselect code from things where tenant_id = $1 and id = $2"
	thingCount  db.SQL = "-- test.thingCount\nselect count(*) from things where tenant_id = $1"
	partInsert  db.SQL = "-- test.partInsert\ninsert into parts (tenant_id, id, thing_id, name) values ($1, $2, $3, $4)"
	slowCount   db.SQL = "-- test.slowCount\nwith recursive n(i) as (select 1 union all select i + 1 from n where i < cast($2 as bigint))" +
		" select count(*) from n where exists (select 1 from sites where tenant_id = $1) or 1 = 1"
	entryInsert db.SQL = "-- journal.entryInsert\ninsert into journal (tenant_id, id, at, who_kind, who_name, verb, noun, subject_id, request_id, before, after, mac)" +
		" values ($1, $2, $3, 'system', 'test', 'create', 'thing', $2, '', '', '', $4)"
	factInsert db.SQL = "-- test.factInsert\ninsert into sys_facts (name, value) values ($1, $2)"
	factGet    db.SQL = "-- test.factGet\nselect value from sys_facts where name = $1"
)

func text(r db.Row) (s string, err error)  { err = r.Scan(&s); return s, err }
func number(r db.Row) (n int64, err error) { err = r.Scan(&n); return n, err }

// put writes without a journal row.
func put(ctx context.Context, d *db.DB, who actor.Actor, q db.SQL, args ...any) error {
	return d.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		_, err := tx.Exec(ctx, q, args...)
		return err
	})
}

func mustPut(t testing.TB, d *db.DB, who actor.Actor, q db.SQL, args ...any) {
	t.Helper()
	if err := put(t.Context(), d, who, q, args...); err != nil {
		t.Fatal(err)
	}
}

// codes are the things of a tenant.
func codes(t testing.TB, d *db.DB, who actor.Actor) []string {
	t.Helper()
	return codesIn(t.Context(), t, d, who)
}

func codesIn(ctx context.Context, t testing.TB, d *db.DB, who actor.Actor) (codes []string) {
	t.Helper()
	err := d.Read(ctx, who, func(tx *db.Tx) (err error) {
		codes, err = db.All(ctx, tx, text, thingCodes)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return codes
}
