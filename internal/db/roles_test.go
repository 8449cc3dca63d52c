package db_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
)

func TestWhatTheRolesMayDo(t *testing.T) {
	d := open(t, sampleURL(t, "postgres"))
	who, other := dbtest.Actor(dbtest.Tenant(t, d)), dbtest.Actor(dbtest.Tenant(t, d))
	e := id.New[id.Entry]()
	mustPut(t, d, who, thingInsert, thing(), "A")
	mustPut(t, d, who, entryInsert, e, e.Time(), []byte{1})
	mustPut(t, d, other, thingInsert, thing(), "B")
	for _, c := range []struct {
		pool  *pgxpool.Pool
		claim string
		sql   string
		want  string // part of the error; "" = allowed
	}{
		{d.App(), "sees no row without a tenant", "select 1 / (1 - count(*)) from things", ""},
		{d.App(), "sees no row of the journal without a tenant", "select 1 / (1 - count(*)) from journal", ""},
		{d.App(), "adds no row without a tenant", "insert into things (tenant_id, id, code) values ('" + who.Tenant().String() + "', gen_random_uuid(), 'C')", "row-level security"},
		{d.App(), "does not turn the policies off", "set row_security = off; select count(*) from things", "affected by row-level security"},
		{d.App(), "does not change the journal", "update journal set mac = ''", "permission denied"},
		{d.App(), "does not delete from the journal", "delete from journal", "permission denied"},
		{d.App(), "does not read jobs", "select args from river_job", "permission denied"},
		{d.App(), "does not change jobs", "update river_job set args = '{}'", "permission denied"},
		{d.App(), "does not read system tables", "select code from sys_tenants", "permission denied"},
		{d.App(), "does not read a partition by its name", "select mac from journal_default", "permission denied"},
		{d.App(), "does not empty a table", "truncate things", "permission denied"},
		{d.App(), "makes no table", "create table x (y int)", "permission denied"},
		{d.App(), "makes no temporary view of the owner", "create view x as select * from things", "permission denied"},
		{d.App(), "changes no table", "alter table things disable row level security", "must be owner"},
		{d.App(), "makes no role", "create role x", "permission denied"},
		{d.App(), "makes no partitions", "select make_partitions_ahead()", "permission denied"},
		{d.PG(), "makes partitions of no time that it chooses", "select make_partitions('2051-01-01')", "permission denied"},
		{d.App(), "sets nothing aside", "select set_month_aside('journal', '202001', 12)", "permission denied"},
		{d.PG(), "brings nothing back", "select attach_month('journal_202001')", "permission denied"},
		{d.PG(), "does not read tenant tables", "select code from things", "permission denied"},
		{d.PG(), "does not add to the journal", "insert into journal (tenant_id) values (null)", "permission denied"},
		{d.PG(), "does not change what the journal says", "update journal set verb = 'x'", "permission denied"},
		{d.PG(), "does not delete from the journal", "delete from journal", "permission denied"},
		{d.PG(), "seals any tenant's row", "update journal set seq = null, hash = null where id = '" + e.String() + "' returning 1", ""},
		{d.PG(), "reads any tenant's journal", "select 1 / count(*) from journal where id = '" + e.String() + "'", ""},
		{d.PG(), "makes no table", "create table x (y int)", "permission denied"},
	} {
		rows, err := c.pool.Query(t.Context(), c.sql, pgx.QueryExecModeSimpleProtocol)
		if err == nil {
			rows.Close()
			err = rows.Err()
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", c.claim, err, c.want)
		}
	}
}

const (
	foreignInsert db.SQL = "-- test.foreignInsert\ninsert into things (tenant_id, id, code) select $2, $3, $4 from (select 1) x where cast($1 as text) <> ''"
	foreignMove   db.SQL = "-- test.foreignMove\nupdate things set tenant_id = $2 where tenant_id = $1"
	foreignRead   db.SQL = "-- test.foreignRead\nselect code from things where tenant_id = $1 or 1 = 1"
	foreignDelete db.SQL = "-- test.foreignDelete\ndelete from things where tenant_id <> $1"
	foreignParent db.SQL = "-- test.foreignParent\ninsert into things (tenant_id, id, code, parent_id) values ($1, $2, 'child', $3)"
)

func TestAStatementThatForgetsItsTenantReachesNoOther(t *testing.T) {
	d := open(t, sampleURL(t, "postgres"))
	who, other := dbtest.Actor(dbtest.Tenant(t, d)), dbtest.Actor(dbtest.Tenant(t, d))
	mine, theirs := thing(), thing()
	mustPut(t, d, who, thingInsert, mine, "A")
	mustPut(t, d, other, thingInsert, theirs, "B")
	if err := put(t.Context(), d, who, foreignInsert, other.Tenant(), thing(), "C"); err == nil || !strings.Contains(err.Error(), "42501") {
		t.Errorf("a row for another tenant: got %v", err)
	}
	if err := put(t.Context(), d, who, foreignMove, other.Tenant()); err == nil || !strings.Contains(err.Error(), "42501") {
		t.Errorf("a row given to another tenant: got %v", err)
	}
	if err := put(t.Context(), d, who, foreignDelete); err != nil {
		t.Errorf("a delete of all others: got %v", err)
	}
	var got []string
	err := d.Read(t.Context(), who, func(tx *db.Tx) (err error) {
		got, err = db.All(t.Context(), tx, text, foreignRead)
		return err
	})
	if err != nil || strings.Join(got, "") != "A" {
		t.Errorf("read: got %v, %v, want A", got, err)
	}
	if got := codes(t, d, other); strings.Join(got, "") != "B" {
		t.Errorf("the other's rows: got %v, want B", got)
	}
}

func TestAReferenceToAnotherTenantIsRefused(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			d := open(t, sampleURL(t, engine))
			who, other := dbtest.Actor(dbtest.Tenant(t, d)), dbtest.Actor(dbtest.Tenant(t, d))
			theirs := thing()
			mustPut(t, d, other, thingInsert, theirs, "B")
			if err := put(t.Context(), d, who, foreignParent, thing(), theirs); err == nil || !strings.Contains(err.Error(), "unknown") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTheEngineToo_RefusesToWriteInRead(t *testing.T) {
	d := open(t, sampleURL(t, "postgres"))
	who := dbtest.Actor(dbtest.Tenant(t, d))
	dbtest.Exec(t, sampleURL(t, "postgres"), `create or replace function sneak(t uuid) returns text language sql as
		$$ insert into things (tenant_id, id, code) values (t, gen_random_uuid(), 'sneaked') returning code $$`)
	const sneak db.SQL = "-- test.sneak\nselect sneak($1)"
	for name, read := range map[string]func(context.Context, func(*db.Tx) error) error{
		"Read":    func(ctx context.Context, fn func(*db.Tx) error) error { return d.Read(ctx, who, fn) },
		"ReadAll": func(ctx context.Context, fn func(*db.Tx) error) error { return d.ReadAll(ctx, who, fn) },
	} {
		err := read(t.Context(), func(tx *db.Tx) error { _, err := db.All(t.Context(), tx, text, sneak); return err })
		if err == nil || !strings.Contains(err.Error(), "25006") {
			t.Errorf("%s: got %v, want a read-only transaction", name, err)
		}
	}
}

func TestProductionRefusesRolesThatMayTooMuch(t *testing.T) {
	owner := dbtest.URL(t, "postgres")
	d := open(t, owner)
	err := d.CheckProduction(t.Context())
	for _, want := range []string{"owner is a superuser", "bypasses", "can create roles", "can create in the schema", "owns tables"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the owner's URL: got %v, want it to say %q", err, want)
		}
	}
	address := login(t, owner)
	d = open(t, address)
	if err := d.CheckProduction(t.Context()); err != nil {
		t.Errorf("a login role of its own: got %v", err)
	}
	if err := db.Migrate(t.Context(), db.Options{URL: address}); err != nil {
		t.Errorf("with nothing to do: got %v", err)
	}
	dbtest.Exec(t, owner, "insert into goose_db_version (version_id, is_applied) values (99001, true)")
	if err := db.Migrate(t.Context(), db.Options{URL: address}); err != nil {
		t.Errorf("on a newer schema: got %v", err)
	}
	dbtest.Exec(t, owner, "insert into sys_facts (name, value) values ('schema.minimum', '99000') on conflict (name) do update set value = excluded.value")
	if err := db.Migrate(t.Context(), db.Options{URL: address}); err == nil || !strings.Contains(err.Error(), "schema 99000 or later run") {
		t.Errorf("on a schema that has taken something away: got %v", err)
	}
	dbtest.Exec(t, owner, "delete from goose_db_version where version_id = 99001")
	all := with(t, map[string]string{"99001_sample.sql": sample})
	if err := db.MigrateFS(t.Context(), db.Options{URL: address}, all); err == nil || !strings.Contains(err.Error(), "of 99001") {
		t.Errorf("with something to do: got %v", err)
	}
	dbtest.Exec(t, owner, "alter table sites no force row level security", "drop policy tenant on units", "create table loose (tenant_id uuid)")
	err = d.CheckProduction(t.Context())
	for _, want := range []string{"table sites has no forced", "table units has no forced", "table loose has no forced"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("tables without policies: got %v, want it to say %q", err, want)
		}
	}
	if err := db.Migrate(t.Context(), db.Options{URL: address, MigrateURL: owner}); err != nil {
		t.Fatal(err)
	}
	if err := d.CheckProduction(t.Context()); err != nil {
		t.Errorf("after migrating: got %v", err)
	}
}

// An owner without superuser rights, as production has: it may create roles, or finds them there.
func TestAnOrdinaryOwnerMigrates(t *testing.T) {
	super := dbtest.URL(t, "postgres")
	role := "owner_" + strings.ReplaceAll(id.New[id.Any]().String(), "-", "")
	u, err := url.Parse(super)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Exec(t, super, "drop schema public cascade", "create role "+role+" login createrole",
		"grant create on database "+strings.TrimPrefix(u.Path, "/")+" to "+role, "create schema public authorization "+role)
	t.Cleanup(func() { dbtest.Exec(t, super, "drop schema public cascade", "drop owned by "+role, "drop role "+role) })
	u.User = url.User(role)
	if err := db.MigrateFS(t.Context(), db.Options{URL: u.String()}, with(t, map[string]string{"99001_sample.sql": sample})); err != nil {
		t.Fatal(err)
	}
	d := open(t, u.String())
	who, other := dbtest.Actor(dbtest.Tenant(t, d)), dbtest.Actor(dbtest.Tenant(t, d))
	mustPut(t, d, who, thingInsert, thing(), "A")
	if got := codes(t, d, who); len(got) != 1 {
		t.Errorf("got %v", got)
	}
	if got := codes(t, d, other); len(got) != 0 {
		t.Errorf("another tenant: got %v", got)
	}
	c, err := pgx.Connect(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if got := rowsOf(t, c, "select code from things"); len(got) != 0 {
		t.Errorf("the owner itself sees %v: the policies are not forced", got)
	}
}

func TestNothingAboutATenantStaysOnAConnection(t *testing.T) {
	d := open(t, sampleURL(t, "postgres"), func(o *db.Options) { o.MaxConns = 1 })
	who := dbtest.Actor(dbtest.Tenant(t, d))
	job := actor.New(actor.Facts{Kind: actor.System, Tenant: who.Tenant()})
	mustPut(t, d, who, thingInsert, thing(), "A")
	const left = "select concat(current_setting('app.tenant', true), ' ', current_setting('statement_timeout'), ' ', current_setting('transaction_read_only'), ' ', current_user)"
	clean := rowsOf(t, d.App(), left)
	if want := " 5s off iw_app"; len(clean) != 1 || clean[0] != want {
		t.Fatalf("got %v, want %q", clean, want)
	}
	for claim, use := range map[string]func() error{
		"Read":       func() error { return d.Read(t.Context(), who, list(t.Context())) },
		"a job":      func() error { return d.Read(t.Context(), job, list(t.Context())) },
		"ReadAll":    func() error { return d.ReadAll(t.Context(), who, list(t.Context())) },
		"Write":      func() error { return put(t.Context(), d, who, thingInsert, thing(), claimed()) },
		"a conflict": func() error { _ = put(t.Context(), d, who, thingInsert, thing(), "A"); return nil },
		"a rollback": func() error {
			_ = d.Write(t.Context(), who, func(tx *db.Tx) error { _ = list(t.Context())(tx); return errors.New("no") })
			return nil
		},
		"a failed read": func() error {
			_ = d.Read(t.Context(), who, func(tx *db.Tx) error {
				_, err := db.All(t.Context(), tx, func(db.Row) (int, error) { return 0, errors.New("no") }, thingCodes)
				return err
			})
			return nil
		},
	} {
		if err := use(); err != nil {
			t.Errorf("%s: %v", claim, err)
		}
		if got := rowsOf(t, d.App(), left); got[0] != clean[0] {
			t.Errorf("after %s the connection has %q, want %q", claim, got, clean)
		}
		if got := rowsOf(t, d.App(), "select code from things"); len(got) != 0 {
			t.Errorf("after %s a statement without a tenant sees %v", claim, got)
		}
	}
}

func claimed() string { return id.New[id.Any]().String() }

// login makes a role of production, which has no right but those of the two roles, and gives its address.
func login(t *testing.T, owner string) string {
	t.Helper()
	role := "login_" + strings.ReplaceAll(id.New[id.Any]().String(), "-", "")
	dbtest.Exec(t, owner, "create role "+role+" login", "grant iw_app, iw_sys to "+role)
	t.Cleanup(func() { dbtest.Exec(t, owner, "drop role "+role) })
	u, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(role)
	return u.String()
}
