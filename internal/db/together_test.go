package db_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// add is a use case of its own: it writes one thing, and finds out late that a code is taken.
func add(ctx context.Context, d *db.DB, who actor.Actor, code string, then error) error {
	return d.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		tx.AfterCommit(func() {})
		tx.Later(thingInsert, thing(), code)
		return then
	})
}

func TestTogetherKeepsAllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		mine := errors.New("mine")
		for _, end := range []error{mine, nil} {
			err := d.Together(t.Context(), who, func(ctx context.Context) error {
				for _, code := range []string{"A", "B"} {
					if err := add(ctx, d, who, code, nil); err != nil {
						return err
					}
				}
				if got := codesIn(ctx, t, d, who); !slices.Equal(got, []string{"A", "B"}) {
					t.Errorf("inside: %v", got)
				}
				if !db.Joined(ctx) || db.Joined(t.Context()) {
					t.Error("Joined does not tell inside from outside")
				}
				return end
			})
			if !errors.Is(err, end) {
				t.Errorf("got %v, want %v", err, end)
			}
		}
		if got := codes(t, d, who); !slices.Equal(got, []string{"A", "B"}) {
			t.Errorf("after: %v", got)
		}
	})
}

func TestAPartThatFailsTakesOnlyItselfBack(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		mine, ran := errors.New("mine"), 0
		count := func(ctx context.Context, code string, then error) error {
			return d.Write(ctx, who, func(tx *db.Tx) error {
				tx.Unjournaled("a test")
				tx.AfterCommit(func() { ran++ })
				if _, err := tx.Exec(ctx, thingInsert, thing(), code); err != nil {
					return err
				}
				return then
			})
		}
		err := d.Together(t.Context(), who, func(ctx context.Context) error {
			for i, want := range []struct {
				err  error
				kind fault.Kind
			}{
				{err: count(ctx, "A", nil)},
				{err: count(ctx, "A", nil), kind: fault.Conflict},            // the engine refuses
				{err: add(ctx, d, who, "A", nil), kind: fault.Conflict},      // the engine refuses what was put off
				{err: add(ctx, d, who, "X", mine), kind: fault.KindOf(mine)}, // the use case refuses before anything was sent
				{err: count(ctx, "Y", mine), kind: fault.KindOf(mine)},       // and after
				{err: count(ctx, "B", nil)},
			} {
				if (want.err != nil) != (want.kind != "") || want.err != nil && fault.KindOf(want.err) != want.kind {
					t.Errorf("part %d: got %v, want %q", i, want.err, want.kind)
				}
			}
			return nil
		})
		if got := codes(t, d, who); err != nil || !slices.Equal(got, []string{"A", "B"}) || ran != 2 {
			t.Errorf("got %v, %v, %d after the commit", got, err, ran)
		}
	})
}

func TestWhatDoesNotBelongTogetherIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		other := dbtest.Actor(dbtest.Tenant(t, d))
		nothing := func(*db.Tx) error { t.Error("it ran"); return nil }
		err := d.Together(t.Context(), who, func(ctx context.Context) error {
			for claim, err := range map[string]error{
				"another tenant": d.Write(ctx, other, nothing), "another tenant's reading": d.Read(ctx, other, nothing), "the installation": d.System(ctx, nothing),
			} {
				if err == nil {
					t.Errorf("%s was let in", claim)
				}
			}
			if err := d.Write(ctx, who, func(tx *db.Tx) error { tx.Later(thingInsert, thing(), "Q"); return nil }); err == nil {
				t.Error("a part without a journal row was kept")
			}
			return add(ctx, d, who, "A", nil)
		})
		if got := codes(t, d, who); err != nil || !slices.Equal(got, []string{"A"}) {
			t.Errorf("got %v, %v", got, err)
		}
	})
}

func TestTheSystemHasOthersActTogether(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		system := actor.New(actor.Facts{Kind: actor.System, Tenant: who.Tenant(), Name: "System"})
		err := d.Together(t.Context(), system, func(ctx context.Context) error {
			err := d.Write(ctx, who, func(tx *db.Tx) error {
				if tx.Who().Person() != who.Person() {
					t.Errorf("a part of %s is made by %s", who.Name(), tx.Who().Name())
				}
				tx.Unjournaled("a test")
				tx.Later(thingInsert, thing(), "A")
				return nil
			})
			if err != nil {
				return err
			}
			return d.Read(ctx, system, func(tx *db.Tx) error {
				if tx.Who().Kind() != actor.System {
					t.Errorf("after it, %s reads", tx.Who().Name())
				}
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := codes(t, d, who); !slices.Equal(got, []string{"A"}) {
			t.Errorf("after: %v", got)
		}
		other := actor.New(actor.Facts{Kind: actor.Person, Tenant: who.Tenant(), Person: id.New[id.Person](), Name: "Other"})
		if err := d.Together(t.Context(), who, func(ctx context.Context) error { return add(ctx, d, other, "B", nil) }); err == nil {
			t.Error("a person had another one act")
		}
	})
}

// TestAPartThatCannotBeginGivesItsConnectionBack: SQLite has one that writes; whoever keeps it ends all writing.
func TestAPartThatCannotBeginGivesItsConnectionBack(t *testing.T) {
	url := sampleURL(t, "sqlite")
	d := open(t, url)
	who := dbtest.Actor(dbtest.Tenant(t, d))
	another, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(url, "sqlite:")+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer another.Close()
	lock, err := another.Begin()
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := d.Together(short, who, func(ctx context.Context) error { return add(ctx, d, who, "A", nil) }); err == nil {
		t.Error("written while another process holds the file")
	}
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	long, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := add(long, d, who, "A", nil); err != nil {
		t.Error(err)
	}
}
