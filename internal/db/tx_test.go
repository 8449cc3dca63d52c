package db_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

func TestPutOffStatementsRunInOrderBeforeTheNext(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		a := thing()
		var seen []string
		err := d.Write(t.Context(), who, func(tx *db.Tx) (err error) {
			tx.Unjournaled("a test")
			tx.Later(thingInsert, a, "A")
			tx.Later(thingChild, thing(), "B", a)
			if seen, err = db.All(t.Context(), tx, text, thingCodes); err != nil {
				return err
			}
			tx.Later(thingInsert, thing(), "C")
			n, err := tx.Exec(t.Context(), thingSize, a, 7)
			if n != 1 {
				t.Errorf("got %d rows touched, want 1", n)
			}
			tx.Later(thingInsert, thing(), "D") // rides with the commit
			return err
		})
		if err != nil || !slices.Equal(seen, []string{"A", "B"}) {
			t.Errorf("inside: got %v, %v", seen, err)
		}
		if got := codes(t, d, who); !slices.Equal(got, []string{"A", "B", "C", "D"}) {
			t.Errorf("after: got %v", got)
		}
	})
}

func TestNothingIsKeptUnlessTheFunctionReturnsNil(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		mine := errors.New("mine")
		for claim, end := range map[string]func(tx *db.Tx) error{
			"an error":    func(*db.Tx) error { return mine },
			"a panic":     func(*db.Tx) error { panic(mine) },
			"a put-off":   func(tx *db.Tx) error { tx.Later(thingInsert, thing(), "B"); return mine },
			"a bad Later": func(tx *db.Tx) error { tx.Later("no name"); return nil },
			"a lost fault": func(tx *db.Tx) error {
				_, _ = tx.Exec(t.Context(), thingInsert, thing(), "A") // taken, and not looked at
				return nil
			},
		} {
			func() {
				defer func() { _ = recover() }()
				err := d.Write(t.Context(), who, func(tx *db.Tx) error {
					tx.Unjournaled("a test")
					tx.AfterCommit(func() { t.Errorf("%s: told of a commit", claim) })
					if _, err := tx.Exec(t.Context(), thingInsert, thing(), "A"); err != nil {
						return err
					}
					return end(tx)
				})
				if err == nil {
					t.Errorf("%s: committed", claim)
				}
			}()
			if got := codes(t, d, who); got != nil {
				t.Fatalf("%s: %v is there", claim, got)
			}
		}
		for _, p := range d.Stats() {
			if p.InUse != 0 {
				t.Errorf("pool %s: %d connections are still in use", p.Pool, p.InUse)
			}
		}
	})
}

func TestAfterCommitRunsInOrder(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		var got []int
		err := d.Write(t.Context(), who, func(tx *db.Tx) error {
			tx.Unjournaled("a test")
			tx.AfterCommit(func() { got = append(got, len(codes(t, d, who))) })
			tx.AfterCommit(func() { got = append(got, 2) })
			tx.Later(thingInsert, thing(), "A")
			return nil
		})
		if err != nil || !slices.Equal(got, []int{1, 2}) {
			t.Errorf("got %v, %v", got, err)
		}
	})
}

func TestAChangeNeedsAJournalRowOrAReason(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		write := func(do func(tx *db.Tx)) error {
			return d.Write(t.Context(), who, func(tx *db.Tx) error { do(tx); return nil })
		}
		insert := func(tx *db.Tx) { tx.Later(thingInsert, thing(), id.New[id.Any]().String()) }
		journal := func(tx *db.Tx) {
			tx.Later(entryInsert, id.New[id.Entry](), id.New[id.Entry]().Time(), []byte{1})
		}
		if err := write(insert); fault.KindOf(err) != fault.Internal || !strings.Contains(err.Error(), "test.thingInsert") {
			t.Errorf("without either: got %v, want an internal error that names the statement", err)
		}
		if err := write(func(tx *db.Tx) { insert(tx); tx.Unjournaled("") }); err == nil {
			t.Error("without a reason: committed")
		}
		if got := codes(t, d, who); got != nil {
			t.Errorf("%v is there", got)
		}
		if err := write(func(tx *db.Tx) { insert(tx); journal(tx) }); err != nil {
			t.Errorf("with a journal row: %v", err)
		}
		if err := write(func(tx *db.Tx) { insert(tx); tx.Unjournaled("a test") }); err != nil {
			t.Errorf("with a reason: %v", err)
		}
		if err := write(func(tx *db.Tx) {}); err != nil {
			t.Errorf("with nothing: %v", err)
		}
		if err := d.System(t.Context(), func(tx *db.Tx) error { tx.Later(factInsert, "a", "b"); return nil }); err != nil {
			t.Errorf("of the installation: %v", err)
		}
	})
}

func TestMisuseIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		ctx := t.Context()
		var kept *db.Tx
		read := func(do func(tx *db.Tx) error) error { return d.Read(ctx, who, do) }
		exec := func(q db.SQL, args ...any) func(tx *db.Tx) error {
			return func(tx *db.Tx) error { kept = tx; _, err := tx.Exec(ctx, q, args...); return err }
		}
		mustPut(t, d, who, thingInsert, thing(), "A")
		mustPut(t, d, who, thingInsert, thing(), "B")
		for claim, err := range map[string]error{
			"a change in Read": read(exec(thingInsert, thing(), "C")),
			"a change put off in Read": read(func(tx *db.Tx) error {
				tx.Later(thingInsert, thing(), "C")
				_, err := tx.Exec(ctx, thingCodes)
				return err
			}),
			"a job in Read": read(func(tx *db.Tx) error {
				tx.Enqueue(db.JobRow{Kind: "x"})
				_, err := tx.Exec(ctx, thingCodes)
				return err
			}),
			"too few arguments":       read(exec(thingGet)),
			"too many arguments":      read(exec(thingGet, thing(), 1)),
			"a system statement":      read(exec(factGet, "a")),
			"an unnamed statement":    read(exec("select 1 from things where tenant_id = $1")),
			"a tenant's in System":    d.System(ctx, exec(thingCodes)),
			"the journal's in System": d.System(ctx, exec(entryInsert, 1, 2, 3, 4)),
			"an actor of no tenant":   d.Read(ctx, actor.Actor{}, func(*db.Tx) error { return nil }),
			"a write of no tenant":    d.Write(ctx, actor.Actor{}, func(*db.Tx) error { return nil }),
			"two rows for one":        read(func(tx *db.Tx) error { _, err := db.One(ctx, tx, text, thingCodes); return err }),
			"a statement in a scan": read(func(tx *db.Tx) error {
				_, err := db.All(ctx, tx, func(db.Row) (string, error) { return db.One(ctx, tx, text, thingCodes) }, thingCodes)
				return err
			}),
			"a Tx after its end": read(func(*db.Tx) error { _, err := kept.Exec(ctx, thingCodes); return err }),
		} {
			if err == nil || fault.KindOf(err) != fault.Internal {
				t.Errorf("%s: got %v, want an internal error", claim, err)
			}
		}
		if got := codes(t, d, who); !slices.Equal(got, []string{"A", "B"}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestErrorsOfScanFunctionsComeBackAsTheyAre(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		mustPut(t, d, who, thingInsert, thing(), "A")
		mine := errors.New("mine")
		for _, read := range []func(context.Context, actor.Actor, func(*db.Tx) error) error{d.Read, d.ReadAll, d.Write} {
			err := read(t.Context(), who, func(tx *db.Tx) error {
				_, err := db.All(t.Context(), tx, func(db.Row) (string, error) { return "", mine }, thingCodes)
				return err
			})
			if !errors.Is(err, mine) {
				t.Errorf("got %v", err)
			}
			err = read(t.Context(), who, func(tx *db.Tx) error {
				_, err := db.All(t.Context(), tx, func(db.Row) (string, error) { return "", fault.Denied("x") }, thingCodes)
				return err
			})
			if fault.KindOf(err) != fault.Forbidden {
				t.Errorf("got %v", err)
			}
		}
	})
}

func TestReadAllSeesOneSnapshot(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		count := func(read func(context.Context, actor.Actor, func(*db.Tx) error) error) (n [2]int64) {
			err := read(t.Context(), who, func(tx *db.Tx) (err error) {
				for i := range n {
					if n[i], err = db.One(t.Context(), tx, number, thingCount); err != nil {
						return err
					}
					mustPut(t, d, who, thingInsert, thing(), id.New[id.Any]().String())
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if got := count(d.ReadAll); got != [2]int64{0, 0} {
			t.Errorf("ReadAll: got %v", got)
		}
		if got := count(d.Read); got != [2]int64{2, 3} {
			t.Errorf("Read: got %v", got)
		}
	})
}
