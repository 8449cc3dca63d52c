package whole

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
)

const tenant = "0190c3a4-7b1e-7000-8000-000000000001"

// small is a SQLite database with one tenant, and a job that waits.
func small(t *testing.T) string {
	t.Helper()
	from := dbtest.URL(t, "sqlite")
	dbtest.Exec(t, from, "insert into sys_tenants (id, code, active, created_at) values ('"+tenant+"', 'ACME', 1, 1764000000000001)",
		"insert into tenants (tenant_id, id, code, name, zone, version, created_at, updated_at) values ('"+tenant+"', '"+tenant+"', 'ACME', 'Acme', 'Etc/UTC', 1, 1764000000000001, 1764000000000001)",
		"insert into river_job (kind, args, max_attempts, state, scheduled_at, unique_key, unique_states) values ('mail.send', jsonb('{\"mail\":1}'), 5, 'scheduled', '2026-11-26 09:00:00.000', x'0102', 245)",
		"insert into river_job (kind, args, max_attempts, state, finalized_at) values ('mail.send', jsonb('{}'), 5, 'completed', '2026-11-26 09:00:00.000')")
	return from
}

// production is an empty database whose owner is no superuser and stands under row-level security, and the URL of who may read it all.
func production(t *testing.T) (owner, reader string) {
	t.Helper()
	base := dbtest.URL(t, "postgres")
	name := "iw_owner_" + mark()
	dbtest.Exec(t, base, "create role "+name+" login createdb createrole", "grant iw_app, iw_sys to "+name+" with admin option", "create database "+name+" owner "+name)
	t.Cleanup(func() { dbtest.Exec(t, base, "drop database "+name+" with (force)", "drop role "+name) })
	u, err := url.Parse(withDatabase(base, name))
	if err != nil {
		t.Fatal(err)
	}
	reader = u.String()
	u.User = url.User(name)
	return u.String(), reader
}

// TestTheOwnerNeedNotBeASuperuser: rows are moved in and copies loaded by an owner who stands under row-level security, and counted all the same.
func TestTheOwnerNeedNotBeASuperuser(t *testing.T) {
	ctx := t.Context()
	owner, reader := production(t)
	is, err := Move(ctx, small(t), owner)
	if err != nil {
		t.Fatal(err)
	}
	if is.Tenants != 1 || is.Rows["tenants"] != 1 || is.Rows["river_job"] != 1 || is.Engine != PostgreSQL {
		t.Errorf("moved: %+v", is)
	}
	blind, err := Open(owner, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := blind.Dump(ctx, filepath.Join(t.TempDir(), "empty")); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a backup by who does not see the rows: %v", err)
	}
	d, err := Open(owner, reader)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy")
	was, err := d.Dump(ctx, path)
	if err != nil || was.Differs(is) != "" || is.Differs(was) != "" {
		t.Fatalf("dumped %+v, %v", was, err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := d.Load(ctx, f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	got, err := b.State(ctx)
	if err != nil || was.Differs(got) != "" || got.Rows["tenants"] != 1 {
		t.Errorf("loaded: %s, %v", was.Differs(got), err)
	}
	if err := db.Migrate(ctx, db.Options{URL: b.URL()}); err != nil {
		t.Errorf("the copy does not take the schema: %v", err)
	}
	if err := b.Drop(ctx); err != nil {
		t.Error(err)
	}
	c, err := connect(ctx, reader, "")
	if err != nil {
		t.Fatal(err)
	}
	defer shut(ctx, c)
	var at time.Time
	var state, args string
	var key []byte
	err = c.QueryRow(ctx, "select scheduled_at, state::text, args::text, unique_key from river_job").Scan(&at, &state, &args, &key)
	if err != nil || !at.Equal(time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)) || state != "scheduled" || args != `{"mail": 1}` || string(key) != "\x01\x02" {
		t.Errorf("the job: %v %s %s %x %v", at, state, args, key, err)
	}
	if _, err := Move(ctx, small(t), owner); fault.KindOf(err) != fault.Conflict {
		t.Errorf("over what is there: %v", err)
	}
}

// TestOnlyTheSameSchemaMoves, from a file that is there, and nothing is left of what fails.
func TestOnlyTheSameSchemaMoves(t *testing.T) {
	to := dbtest.URL(t, "postgres")
	older := dbtest.URL(t, "sqlite")
	dbtest.Exec(t, older, "delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)")
	if _, err := Move(t.Context(), older, to); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "migrate") {
		t.Errorf("an older schema: %v", err)
	}
	broken := small(t)
	dbtest.Exec(t, broken, "update tenants set name = 'a' || char(0)")
	if _, err := Move(t.Context(), broken, to); err == nil {
		t.Error("a text that PostgreSQL does not take is taken")
	}
	d, err := Open(to, "")
	if err != nil {
		t.Fatal(err)
	}
	if empty, err := d.Empty(t.Context()); !empty || err != nil {
		t.Errorf("something is left: %v", err)
	}
	for from, to := range map[string]string{"sqlite:/nowhere/at.all": to, to: to, older: older, "mysql://x": "mysql://x"} {
		if _, err := Move(t.Context(), from, to); err == nil {
			t.Errorf("%s moves", from)
		}
	}
}

// TestTheToolsMustBeThereAndNewEnough, and are told of a password by a file alone.
func TestTheToolsMustBeThereAndNewEnough(t *testing.T) {
	d, err := Open(dbtest.URL(t, "postgres"), "")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	dump := func() error {
		_, err := d.Dump(t.Context(), filepath.Join(bin, "copy"))
		return err
	}
	if err := dump(); fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "not on the PATH") {
		t.Errorf("without pg_dump: %v", err)
	}
	for said, want := range map[string]string{"pg_dump (PostgreSQL) 9.6.24": "is of version 9", "what?": "does not say its version"} {
		if err := os.WriteFile(filepath.Join(bin, "pg_dump"), fmt.Appendf(nil, "#!/bin/sh\necho '%s'\n", said), 0o700); err != nil { //nolint:gosec // it is to be run
			t.Fatal(err)
		}
		if err := dump(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", said, err)
		}
	}
	tell := "#!/bin/sh\necho \"$@\" >&2; read x < $PGSERVICEFILE; echo $x $PGSERVICE $DATABASE_URL >&2; exit 1\n"
	t.Setenv("DATABASE_URL", "postgres://u:hunter2@h/d")
	if err := os.WriteFile(filepath.Join(bin, "tell"), []byte(tell), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	err = run(t.Context(), "postgres://u:hunter2@h/d", "", nil, nil, "tell", "--all")
	if err == nil || !strings.HasSuffix(err.Error(), "--all\n[iw] iw") {
		t.Errorf("it was told %v", err)
	}
	text, err := service("postgres://u:hunter2@h:5433/d?sslmode=verify-full", "")
	if want := "[iw]\nhost=h\nport=5433\nuser=u\npassword=hunter2\ndbname=d\nsslmode=verify-full\n"; text != want || err != nil {
		t.Errorf("got %q, %v", text, err)
	}
	if _, err := service("postgres://u:a%0Aport=1@h/d", ""); err == nil {
		t.Error("a line break in a password is taken")
	}
}

// TestOneBackupOfADatabaseAtATime, on whichever node.
func TestOneBackupOfADatabaseAtATime(t *testing.T) {
	address := dbtest.URL(t, "postgres")
	c, err := connect(t.Context(), address, "")
	if err != nil {
		t.Fatal(err)
	}
	defer shut(context.WithoutCancel(t.Context()), c)
	if _, err := c.Exec(t.Context(), "select pg_advisory_lock($1)", int64(backupLock)); err != nil {
		t.Fatal(err)
	}
	d, err := Open(address, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Dump(t.Context(), filepath.Join(t.TempDir(), "copy")); !errors.Is(err, ErrBusy) {
		t.Errorf("a second: %v", err)
	}
}

// TestDifferencesAreNamed.
func TestDifferencesAreNamed(t *testing.T) {
	a := State{Rows: map[string]int64{"sites": 3, "units": 1}}
	if a.Differs(a) != "" || !strings.HasPrefix(a.Differs(State{Rows: map[string]int64{"sites": 3, "units": 2}}), "units") || !strings.HasPrefix(a.Differs(State{}), "sites") {
		t.Error("differences are not told")
	}
}
