package db_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
)

// emptyURL is a database that was never migrated.
func emptyURL(t *testing.T, engine string) string {
	t.Helper()
	if engine == "sqlite" {
		return "sqlite:" + filepath.Join(t.TempDir(), "a b%20?.db")
	}
	url := dbtest.URL(t, engine)
	dbtest.Exec(t, url, "drop schema public cascade", "create schema public")
	return url
}

func TestTwoNodesMigrateAtOnce(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			url := emptyURL(t, engine)
			done := make(chan error)
			const nodes = 4
			for range nodes {
				go func() { done <- db.Migrate(context.WithoutCancel(t.Context()), db.Options{URL: url}) }()
			}
			for range nodes {
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
			d := open(t, url)
			who := dbtest.Actor(dbtest.Tenant(t, d))
			verbs(t, d, who)
		})
	}
}

// verbs are those of a tenant's journal.
func verbs(t *testing.T, d *db.DB, who actor.Actor) (got []string) {
	t.Helper()
	err := d.Read(t.Context(), who, func(tx *db.Tx) (err error) { got, err = db.All(t.Context(), tx, text, journalVerbs); return err })
	if err != nil {
		t.Error(err)
	}
	return got
}

const journalVerbs db.SQL = "-- journal.verbs\nselect verb from journal where tenant_id = $1 order by id"

func TestMigrationsThatFail(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			url := emptyURL(t, engine)
			all := with(t, map[string]string{"99001_bad.sql": "-- +goose Up\ncreate table good (id uuid not null primary key);\ncreate table bad (id nonsense);"})
			err := db.MigrateFS(t.Context(), db.Options{URL: url}, all)
			if err == nil || !strings.Contains(err.Error(), "99001_bad.sql") {
				t.Fatalf("got %v, want an error that names the file", err)
			}
			// What came before is kept, the file is not half done, and mended it goes on.
			all = with(t, map[string]string{"99001_bad.sql": "-- +goose Up\ncreate table good (id uuid not null primary key);"})
			if err := db.MigrateFS(t.Context(), db.Options{URL: url}, all); err != nil {
				t.Fatal(err)
			}
			if err := db.Migrate(t.Context(), db.Options{URL: url}); err != nil {
				t.Errorf("the program before it: got %v", err)
			}
			d := open(t, url)
			if have, want, err := d.Version(t.Context()); err != nil || have != 99001 || want >= have {
				t.Errorf("got version %d of %d, %v", have, want, err)
			}
		})
	}
}

// TestASchemaThatHasTakenSomethingAwayIsRefused by programs that need it, and by no others.
func TestASchemaThatHasTakenSomethingAwayIsRefused(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			url := dbtest.URL(t, engine)
			dbtest.Exec(t, url, "insert into goose_db_version (version_id, is_applied) values (99001, true)")
			for fact, want := range map[string]string{"99000": "schema 99000 or later run", "many": "the least schema of programs", "1": ""} {
				dbtest.Exec(t, url, "insert into sys_facts (name, value) values ('schema.minimum', '"+fact+"') on conflict (name) do update set value = excluded.value")
				if err := db.Migrate(t.Context(), db.Options{URL: url}); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
					t.Errorf("with the least schema %s: got %v", fact, err)
				}
			}
		})
	}
}

func TestURLs(t *testing.T) {
	for _, url := range []string{"", "mysql://u:secret@h/d", "/file.db", "postgres://u:secret@h:x/d"} {
		_, err := db.Open(t.Context(), db.Options{URL: url})
		for _, err := range []error{err, db.Migrate(t.Context(), db.Options{URL: url})} {
			if err == nil || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: got %v", url, err)
			}
		}
	}
	missing := filepath.Join(t.TempDir(), "missing.db")
	if _, err := db.Open(t.Context(), db.Options{URL: "sqlite:" + missing}); err == nil {
		t.Error("a missing file was opened")
	}
	if _, err := os.Stat(missing); !errors.Is(err, os.ErrNotExist) {
		t.Error("opening made a file; only Migrate may")
	}
}

func TestSQLiteFileIsForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	if err := db.Migrate(t.Context(), db.Options{URL: "sqlite:" + path}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want 0600", info.Mode(), err)
	}
}

func TestSQLiteIsOpenedAsMeant(t *testing.T) {
	d := open(t, sampleURL(t, "sqlite"))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000", "trusted_schema": "0"} {
		var got string
		if err := d.SQLite().QueryRowContext(t.Context(), "pragma "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", pragma, got, err, want)
		}
	}
	if _, err := d.SQLite().ExecContext(t.Context(), `select "misspelt" from sys_facts`); err == nil {
		t.Error("a misspelt name in double quotes is a text")
	}
	if d.PG() != nil || open(t, sampleURL(t, "postgres")).SQLite() != nil {
		t.Error("an engine has the other's pool")
	}
	if err := d.CheckProduction(t.Context()); err != nil {
		t.Error(err)
	}
}

// rowsOf is what a connection of pgx sees.
func rowsOf(t *testing.T, q interface {
	Query(context.Context, string, ...any) (pgx.Rows, error)
}, query string, args ...any) []string {
	t.Helper()
	rows, err := q.Query(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestPartitionsAreMadeAheadAndUsed(t *testing.T) {
	url := dbtest.URL(t, "postgres")
	now := time.Date(2031, 12, 15, 0, 0, 0, 0, time.UTC)
	for range 2 { // the second finds them there
		if err := db.MigrateAt(t.Context(), db.Options{URL: url}, now); err != nil {
			t.Fatal(err)
		}
	}
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.WithoutCancel(t.Context()))
	d := open(t, url)
	who := dbtest.Actor(dbtest.Tenant(t, d))
	for at, want := range map[time.Time]string{
		time.Date(2031, 10, 31, 23, 59, 59, 0, time.UTC):          "journal_default",
		time.Date(2031, 11, 1, 0, 0, 0, 0, time.UTC):              "journal_203111",
		time.Date(2031, 12, 31, 23, 59, 59, int(999e6), time.UTC): "journal_203112",
		time.Date(2032, 1, 1, 0, 0, 0, 0, time.UTC):               "journal_203201",
		time.Date(2033, 1, 31, 23, 59, 59, 0, time.UTC):           "journal_203301",
		time.Date(2033, 2, 1, 0, 0, 0, 0, time.UTC):               "journal_default",
	} {
		e := id.NewAt[id.Entry](at)
		mustPut(t, d, who, entryInsert, e, at, []byte{1})
		if got := rowsOf(t, c, "select tableoid::regclass::text from journal where id = $1", e.String()); len(got) != 1 || got[0] != want {
			t.Errorf("%s is in %v, want %s", at, got, want)
		}
		err := put(t.Context(), d, who, entryInsert, e, at, []byte{1})
		if err == nil || !strings.Contains(err.Error(), "; journal_pkey taken") {
			t.Errorf("twice in %s: got %v, want the name of the parent's key", want, err)
		}
	}
	// A month whose rows came before its partition is left in the default one.
	if err := db.MigrateAt(t.Context(), db.Options{URL: url}, now.AddDate(0, 1, 0)); err != nil {
		t.Fatal(err)
	}
	if got := rowsOf(t, c, "select relname::text from pg_class where relname in ('journal_203302', 'journal_203301')"); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestALateMigrationFindsTheLockReleased(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	lock, err := sql.Open("sqlite", "file:"+path+".lock?_txlock=exclusive")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	tx, err := lock.Begin()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := db.Migrate(ctx, db.Options{URL: "sqlite:" + path}); err == nil {
		t.Error("migrated while another node does")
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), db.Options{URL: "sqlite:" + path}); err != nil {
		t.Error(err)
	}
}
