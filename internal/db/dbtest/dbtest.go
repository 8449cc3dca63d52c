// Package dbtest gives tests a fresh, migrated database on each engine: real ones, opened as the product opens them, so that no
// test gets around a policy by accident.
package dbtest

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// Engines are the names of the engines that every test runs on.
var Engines = []string{"sqlite", "postgres"}

// Each runs a test on every engine, each with a database of its own.
func Each(t *testing.T, test func(t *testing.T, d *db.DB), change ...func(*db.Options)) {
	t.Helper()
	for _, engine := range Engines {
		t.Run(engine, func(t *testing.T) { test(t, Open(t, engine, change...)) })
	}
}

// Open gives a fresh database of an engine, "sqlite" or "postgres"; it is closed and dropped when the test ends. change may alter
// how it is opened.
func Open(t testing.TB, engine string, change ...func(*db.Options)) *db.DB {
	t.Helper()
	o := db.Options{URL: URL(t, engine), SysConns: 4}
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

// URL makes a fresh, migrated database of an engine and gives its owner's URL; it is dropped when the test ends.
func URL(t testing.TB, engine string) string {
	t.Helper()
	url, drop, err := Fresh(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Error(err)
		}
	})
	return url
}

// Exec runs statements as the owner, in the engine's own words: what no role of the product may do.
func Exec(t testing.TB, url string, statements ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second) // also while cleaning up
	defer cancel()
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		d, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=foreign_keys(on)")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		for _, s := range statements {
			if _, err := d.ExecContext(ctx, s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
		return
	}
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(ctx) }()
	for _, s := range statements {
		if _, err := c.Exec(ctx, s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

const tenantInsert db.SQL = "-- dbtest.tenantInsert\ninsert into sys_tenants (id, code, active, created_at) values ($1, $2, $3, $4)"

// Tenant makes a tenant.
func Tenant(t testing.TB, d *db.DB) id.Tenant {
	t.Helper()
	tenant := id.New[id.Tenant]()
	err := d.System(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), tenantInsert, tenant, "t"+tenant.String(), true, tenant.Time())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tenant
}

// Actor makes a person of a tenant who may do these things everywhere in it.
func Actor(tenant id.Tenant, may ...actor.Permission) actor.Actor {
	reach := map[actor.Permission]actor.Reach{}
	for _, p := range may {
		reach[p] = actor.Reach{All: true}
	}
	return actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: id.New[id.Person](), Name: "Test Person", Reach: reach})
}
