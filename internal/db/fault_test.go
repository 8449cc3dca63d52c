package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
)

func TestErrorsOfTheEnginesAreTheSameFaults(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		a, b := thing(), thing()
		mustPut(t, d, who, thingInsert, a, "A")
		mustPut(t, d, who, thingChild, b, "B", a)
		mustPut(t, d, who, partInsert, thing(), a, "p")
		for _, c := range []struct {
			claim      string
			q          db.SQL
			args       []any
			kind       fault.Kind
			path, code string
		}{
			{"a code that is taken", thingInsert, []any{thing(), "A"}, fault.Conflict, "things_code", "taken"},
			{"an id that is taken", thingInsert, []any{a, "C"}, fault.Conflict, "things_pkey", "taken"},
			{"a constraint without a name of ours", partInsert, []any{thing(), a, "p"}, fault.Conflict, "parts_tenant_id_name_key", "taken"},
			{"a reference to nothing", thingChild, []any{thing(), "C", thing()}, fault.Conflict, "", "unknown"},
			{"a reference to nothing, found at the commit", partInsert, []any{thing(), thing(), "q"}, fault.Conflict, "", "unknown"},
			{"a record in use", thingDelete, []any{a}, fault.Conflict, "", "referenced"},
			{"a value against a check", thingSize, []any{a, -1}, fault.Invalid, "", "check"},
			{"nothing where something must be", thingState, []any{a, nil}, fault.Invalid, "state", "required"},
		} {
			for how, run := range map[string]func(tx *db.Tx) error{
				"at once": func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), c.q, c.args...); return err },
				"put off": func(tx *db.Tx) error { tx.Later(c.q, c.args...); return nil },
				"and read": func(tx *db.Tx) error {
					tx.Later(c.q, c.args...)
					_, err := db.All(t.Context(), tx, text, thingCodes)
					return err
				},
			} {
				err := d.Write(t.Context(), who, func(tx *db.Tx) error { tx.Unjournaled("a test"); return run(tx) })
				f, ok := errors.AsType[*fault.Fault](err)
				if !ok || f.Kind != c.kind || len(f.Fields) != 1 || f.Fields[0].Path != c.path || f.Fields[0].Code != c.code {
					t.Errorf("%s %s: got %v, want %s at %q %s", c.claim, how, err, c.kind, c.path, c.code)
				}
			}
		}
		if got := codes(t, d, who); strings.Join(got, "") != "AB" {
			t.Errorf("got %v", got)
		}
	})
}

func TestAnIndexMadeAfterOpenIsKnown(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			url := sampleURL(t, engine)
			d := open(t, url)
			who := dbtest.Actor(dbtest.Tenant(t, d))
			mustPut(t, d, who, thingInsert, thing(), "one")
			_ = put(t.Context(), d, who, thingInsert, thing(), "one") // reads the names
			dbtest.Exec(t, url, "create unique index things_one_size on things (tenant_id, size) where code in ('one', 'two')")
			defer dbtest.Exec(t, url, "drop index things_one_size")
			err := put(t.Context(), d, who, thingInsert, thing(), "two")
			if f := fault.As(err); len(f.Fields) != 1 || f.Fields[0].Path != "things_one_size" {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCancelledIsCancelled(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		for claim, run := range map[string]func(context.Context, actor.Actor, func(*db.Tx) error) error{"Read": d.Read, "ReadAll": d.ReadAll, "Write": d.Write} {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(30*time.Millisecond, cancel)
			began := time.Now()
			err := run(ctx, who, func(tx *db.Tx) error { _, err := db.One(ctx, tx, number, slowCount, 1<<40); return err })
			if !errors.Is(err, context.Canceled) || fault.KindOf(err) != fault.Internal || time.Since(began) > 3*time.Second {
				t.Errorf("%s under way: got %v after %s", claim, err, time.Since(began))
			}
			if err := run(ctx, who, func(tx *db.Tx) error { _, err := db.All(ctx, tx, text, thingCodes); return err }); !errors.Is(err, context.Canceled) {
				t.Errorf("%s before it begins: got %v", claim, err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Write(ctx, who, func(tx *db.Tx) error {
			tx.Unjournaled("a test")
			_, err := tx.Exec(ctx, thingInsert, thing(), "A")
			tx.Later(thingInsert, thing(), "B")
			cancel()
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("before the commit: got %v", err)
		}
		if got := codes(t, d, who); got != nil {
			t.Errorf("%v is there", got)
		}
	})
}

func TestTooSlowIsUnavailable(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		slow := func(ctx context.Context, who actor.Actor) error {
			return d.Read(ctx, who, func(tx *db.Tx) error { _, err := db.One(ctx, tx, number, slowCount, 1<<40); return err })
		}
		began := time.Now()
		err := slow(t.Context(), who)
		if f := fault.As(err); f.Kind != fault.Unavailable || f.RetryAfter != 2*time.Second || time.Since(began) > 3*time.Second {
			t.Errorf("over the limit: got %v after %s", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := slow(ctx, who); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("over the caller's deadline: got %v", err)
		}
		began = time.Now()
		job := actor.New(actor.Facts{Kind: actor.System, Tenant: who.Tenant()})
		if err := slow(t.Context(), job); fault.KindOf(err) != fault.Unavailable || time.Since(began) < time.Second {
			t.Errorf("background work: got %v after %s, want it to be given twelve times as long", err, time.Since(began))
		}
	}, func(o *db.Options) { o.StatementTimeout = 100 * time.Millisecond })
}

func TestAWriterWaitsForAnotherNotForever(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		a := thing()
		mustPut(t, d, who, thingInsert, a, "A")
		err := d.Write(t.Context(), who, func(tx *db.Tx) error {
			tx.Unjournaled("a test")
			if _, err := tx.Exec(t.Context(), thingSize, a, 1); err != nil {
				return err
			}
			began := time.Now()
			err := put(t.Context(), d, who, thingSize, a, 2)
			if fault.KindOf(err) != fault.Unavailable || time.Since(began) > 3*time.Second {
				t.Errorf("got %v after %s", err, time.Since(began))
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		mustPut(t, d, who, thingSize, a, 3)
	}, func(o *db.Options) { o.LockTimeout, o.AcquireTimeout = 700*time.Millisecond, 700*time.Millisecond })
}

func TestAFullPoolIsUnavailable(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		err := d.ReadAll(t.Context(), who, func(tx *db.Tx) error {
			if _, err := db.All(t.Context(), tx, text, thingCodes); err != nil {
				return err
			}
			began := time.Now()
			err := d.ReadAll(t.Context(), who, func(tx *db.Tx) error { _, err := db.All(t.Context(), tx, text, thingCodes); return err })
			if fault.KindOf(err) != fault.Unavailable || time.Since(began) > 3*time.Second {
				t.Errorf("got %v after %s", err, time.Since(began))
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}, func(o *db.Options) { o.MaxConns, o.AcquireTimeout = 1, 500*time.Millisecond })
}

func TestAFullDiskIsFullAndReadingGoesOn(t *testing.T) {
	d := open(t, sampleURL(t, "sqlite"))
	who := dbtest.Actor(dbtest.Tenant(t, d))
	mustPut(t, d, who, thingInsert, thing(), "A")
	if _, err := d.SQLite().ExecContext(t.Context(), "pragma max_page_count = 1"); err != nil { // SQLite makes it what is in use
		t.Fatal(err)
	}
	err := put(t.Context(), d, who, thingInsert, thing(), strings.Repeat("B", 1<<20))
	if fault.KindOf(err) != fault.Full {
		t.Errorf("got %v, want full", err)
	}
	if got := codes(t, d, who); strings.Join(got, "") != "A" {
		t.Errorf("got %v", got)
	}
	if _, err := d.SQLite().ExecContext(t.Context(), "pragma max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	mustPut(t, d, who, thingInsert, thing(), "C")
}

func TestSlowStatementsAreLoggedWithTheirPlanOnce(t *testing.T) {
	log := &lines{}
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		log.take()
		for range 2 {
			if err := d.Read(t.Context(), who, func(tx *db.Tx) error { _, err := db.One(t.Context(), tx, number, slowCount, 30000); return err }); err != nil {
				t.Fatal(err)
			}
		}
		got := log.take()
		if strings.Count(got, "statement=test.slowCount") != 2 || strings.Count(got, "plan=") != 1 || strings.Contains(got, "30000") {
			t.Errorf("got %s", got)
		}
	}, func(o *db.Options) { o.Log, o.Slow = log.logger(), time.Millisecond })
}

func TestValuesAreNotInErrors(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		for claim, err := range map[string]error{
			"a text for a number":   put(t.Context(), d, who, thingSize, thing(), "secret"),
			"a text for an instant": put(t.Context(), d, who, rowInsertOnly, thing(), "secret", "open", 1, nil, nil, "secret", true, nil, nil, nil),
		} {
			if err != nil && strings.Contains(err.Error(), "secret") || err == nil && claim == "a text for an instant" {
				t.Errorf("%s: got %v", claim, err)
			}
		}
		mustPut(t, d, who, thingInsert, thing(), "secret")
		if err := put(t.Context(), d, who, thingInsert, thing(), "secret"); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("taken: got %v", err)
		}
		if d.Engine() == "postgres" { // SQLite keeps what it is given as JSON
			err := put(t.Context(), d, who, rowInsertOnly, thing(), "A", "open", 1, nil, nil, nil, true, "{secret", nil, nil)
			if fault.KindOf(err) != fault.Internal || strings.Contains(err.Error(), "secret") {
				t.Errorf("no JSON: got %v", err)
			}
		}
	})
}
