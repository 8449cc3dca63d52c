package db_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/db/dbtest/servers"
	"intelliwiz/internal/fault"
)

// server is a PostgreSQL of the test's own, which it may stop, with the sample tables.
func server(t *testing.T) *servers.Server {
	t.Helper()
	s, err := servers.Postgres(folder(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	if err := db.MigrateFS(t.Context(), db.Options{URL: s.URL}, with(t, map[string]string{"99001_sample.sql": sample})); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestADatabaseThatIsGoneIsUnavailableAndComesBackByItself(t *testing.T) {
	s := server(t)
	d := open(t, s.URL)
	who := dbtest.Actor(dbtest.Tenant(t, d))
	mustPut(t, d, who, thingInsert, thing(), "A")
	uses := map[string]func(context.Context) error{
		"Read":  func(ctx context.Context) error { return d.Read(ctx, who, list(ctx)) },
		"All":   func(ctx context.Context) error { return d.ReadAll(ctx, who, list(ctx)) },
		"Write": func(ctx context.Context) error { return d.Write(ctx, who, list(ctx)) },
		"System": func(ctx context.Context) error {
			return d.System(ctx, func(tx *db.Tx) error { _, err := db.All(ctx, tx, text, factGet, "x"); return err })
		},
		"Ping": d.Ping,
	}
	use := func(want fault.Kind) {
		t.Helper()
		for name, do := range uses {
			began := time.Now()
			err := do(t.Context())
			f := fault.As(err)
			if took := time.Since(began); fault.KindOf(err) != want || took > 3*time.Second || want != "" && f.RetryAfter != 2*time.Second {
				t.Errorf("%s: got %v after %s, want %q", name, err, took, want)
			}
		}
	}
	use("")
	s.Stop()
	use(fault.Unavailable)
	use(fault.Unavailable)
	if _, err := db.Open(t.Context(), db.Options{URL: s.URL}); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("Open: got %v", err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	use("")

	// Back at once: connections of before the stop, not idle for long enough to be asked, are repeated over by reads.
	s.Stop()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if err := uses["Read"](t.Context()); err != nil {
		t.Errorf("a read over a restart: %v", err)
	}
	hang(t, s)
}

func list(ctx context.Context) func(tx *db.Tx) error {
	return func(tx *db.Tx) error { _, err := db.All(ctx, tx, text, thingCodes); return err }
}

// A server that hangs, and does not say so, is found by time limits alone.
func hang(t *testing.T, s *servers.Server) {
	d := open(t, s.URL, func(o *db.Options) { o.StatementTimeout, o.AcquireTimeout = time.Second, time.Second })
	who := dbtest.Actor(dbtest.Tenant(t, d))
	if err := d.Read(t.Context(), who, list(t.Context())); err != nil {
		t.Fatal(err)
	}
	s.Hang()
	for name, do := range map[string]func() error{
		"Read": func() error { return d.Read(t.Context(), who, list(t.Context())) }, "Ping": func() error { return d.Ping(t.Context()) },
	} {
		began := time.Now()
		if err := do(); fault.KindOf(err) != fault.Unavailable || time.Since(began) > 4*time.Second {
			t.Errorf("%s: got %v after %s", name, err, time.Since(began))
		}
	}
	s.Resume()
	for range 50 {
		if err := d.Read(t.Context(), who, list(t.Context())); err == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("it did not come back")
}

const killAll = `select count(pg_terminate_backend(pid)) from pg_stat_activity
	where datname = current_database() and application_name = 'intelliwiz iw_app'`

func TestReadsAreRepeatedOnceAndWritesNever(t *testing.T) {
	url := sampleURL(t, "postgres")
	d := open(t, url, func(o *db.Options) { o.MaxConns = 1 })
	who := dbtest.Actor(dbtest.Tenant(t, d))
	kill := func() {
		if err := d.Read(t.Context(), who, list(t.Context())); err != nil {
			t.Fatal(err)
		}
		dbtest.Exec(t, url, killAll)
	}
	for name, read := range map[string]func(context.Context, actor.Actor, func(*db.Tx) error) error{"Read": d.Read, "ReadAll": d.ReadAll} {
		kill()
		if err := read(t.Context(), who, list(t.Context())); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	kill()
	ran := 0
	err := d.Write(t.Context(), who, func(tx *db.Tx) error {
		ran++
		tx.Unjournaled("a test")
		_, err := tx.Exec(t.Context(), thingInsert, thing(), "A")
		return err
	})
	if fault.KindOf(err) != fault.Unavailable || ran != 1 {
		t.Errorf("Write: got %v, run %d times", err, ran)
	}
	kill()
	ran = 0
	err = d.Write(t.Context(), who, func(tx *db.Tx) error { // all of it in one pipeline
		ran++
		tx.Unjournaled("a test")
		tx.Later(thingInsert, thing(), "C")
		return nil
	})
	if fault.KindOf(err) != fault.Unavailable || ran != 1 {
		t.Errorf("Write of what was put off: got %v, run %d times", err, ran)
	}
	// In the middle of a snapshot there is no second try: the first half was read from another.
	err = d.ReadAll(t.Context(), who, func(tx *db.Tx) error {
		if err := list(t.Context())(tx); err != nil {
			return err
		}
		dbtest.Exec(t, url, killAll)
		return list(t.Context())(tx)
	})
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("ReadAll in the middle: got %v", err)
	}
	// At the commit nobody knows.
	err = d.Write(t.Context(), who, func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		if _, err := tx.Exec(t.Context(), thingInsert, thing(), "B"); err != nil {
			return err
		}
		dbtest.Exec(t, url, killAll)
		return nil
	})
	if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "db.commit") {
		t.Errorf("Write at the commit: got %v", err)
	}
	if got := codes(t, d, who); got != nil {
		t.Errorf("%v is there", got)
	}
}

func TestAMigrationUnderneathDoesNotHurtReads(t *testing.T) {
	url := sampleURL(t, "postgres")
	d := open(t, url, func(o *db.Options) { o.MaxConns = 1 })
	who := dbtest.Actor(dbtest.Tenant(t, d))
	const all db.SQL = "-- test.all\nselect * from things where tenant_id = $1"
	for _, change := range []string{"select 1", "alter table things add column more text", "alter table things drop column more"} {
		dbtest.Exec(t, url, change)
		err := d.Read(t.Context(), who, func(tx *db.Tx) error {
			_, err := db.All(t.Context(), tx, func(db.Row) (int, error) { return 0, nil }, all)
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", change, err)
		}
	}
}

// folder is one that the server's user may enter, which t.TempDir is not.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := servers.Folder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
