package db_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

func TestEveryStatementIsObserved(t *testing.T) {
	var mu sync.Mutex
	var seen []db.Stat
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		mu.Lock()
		seen = nil
		mu.Unlock()
		type key struct{}
		ctx := context.WithValue(t.Context(), key{}, "mark")
		_ = d.Write(ctx, who, func(tx *db.Tx) error {
			tx.Unjournaled("a test")
			tx.Later(thingInsert, thing(), "A")
			if _, err := db.All(ctx, tx, text, thingCodes); err != nil {
				return err
			}
			tx.Enqueue(db.JobRow{Kind: "x"})
			return nil
		})
		_ = d.Write(ctx, who, func(tx *db.Tx) error {
			tx.Unjournaled("a test")
			tx.Later(thingInsert, thing(), "A")
			tx.Later(thingInsert, thing(), "B")
			return nil
		})
		type line struct {
			Name string
			Rows int64
			Kind fault.Kind
		}
		var got []line
		mu.Lock()
		defer mu.Unlock()
		for _, s := range seen {
			got = append(got, line{s.Name, s.Rows, fault.KindOf(s.Err)})
			if s.Tenant != who.Tenant() || s.Ctx.Value(key{}) != "mark" || s.Duration <= 0 {
				t.Errorf("got %+v", s)
			}
		}
		want := []line{{"test.thingInsert", 1, ""}, {"test.thingCodes", 1, ""}, {"db.enqueue", 1, ""}, {"db.commit", 0, ""}, {"test.thingInsert", 0, fault.Conflict}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}, func(o *db.Options) {
		o.Observe = func(s db.Stat) {
			if strings.HasPrefix(s.Name, "test.") || s.Name == "db.enqueue" || s.Name == "db.commit" {
				mu.Lock()
				defer mu.Unlock()
				seen = append(seen, s)
			}
		}
	})
}

func TestPlanNeedsAStatementThatSomebodyMayRun(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		for q, want := range map[db.SQL]string{
			thingGet: "on things|SEARCH things USING INDEX sqlite_autoindex_things_1 (tenant_id=? AND id=?)", factGet: "sys_facts", entryInsert: "|Insert on journal",
			"-- journal.x\nupdate journal set seq = $3, hash = $4 where tenant_id = $1 and id = $2": "journal",
		} {
			plan, err := d.Plan(t.Context(), q)
			if err != nil || !slices.ContainsFunc(strings.Split(want, "|"), func(s string) bool { return strings.Contains(plan, s) }) {
				t.Errorf("%s: got %v, %q", q, err, plan)
			}
		}
		for _, q := range []db.SQL{"-- a.b\nselect x from things where tenant_id = $1", "-- a.b\nselect code from nothing where tenant_id = $1",
			"-- a.b\nselect value from sys_facts where nme = $1"} {
			if plan, err := d.Plan(t.Context(), q); err == nil {
				t.Errorf("%s: got %s", q, plan)
			}
		}
		if _, err := d.Plan(t.Context(), "-- a.b\nupdate journal set mac = $2 where tenant_id = $1"); err == nil {
			t.Error("a domain may change the journal")
		}
		if d.Engine() == "postgres" {
			_, err := d.Plan(t.Context(), "-- journal.b\nupdate journal set mac = $2 where tenant_id = $1")
			if err == nil || !strings.Contains(err.Error(), "permission denied") {
				t.Errorf("a rewritten journal: got %v, want the role to lack the right", err)
			}
		}
	})
}

const (
	unsealed db.SQL = "-- journal.unsealed\nselect count(*) from journal where seq is null and id in_list($1)"
	sealOne  db.SQL = "-- journal.sealOne\nupdate journal set seq = $3, hash = $4 where tenant_id = $1 and id = $2"
)

func TestSealReachesTheJournalOfAllTenants(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		other := dbtest.Actor(dbtest.Tenant(t, d))
		entries := []id.Entry{id.New[id.Entry](), id.New[id.Entry]()}
		mustPut(t, d, who, entryInsert, entries[0], entries[0].Time(), []byte{1})
		mustPut(t, d, other, entryInsert, entries[1], entries[1].Time(), []byte{1})
		err := d.Seal(t.Context(), func(tx *db.Tx) error {
			if tx.Who().Tenant() != (id.Tenant{}) {
				t.Errorf("got %v", tx.Who())
			}
			n, err := db.One(t.Context(), tx, number, unsealed, entries)
			if n != 2 {
				t.Errorf("got %d rows of two tenants, want 2", n)
			}
			tx.Later(sealOne, other.Tenant(), entries[1], 1, []byte{9})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Seal(t.Context(), func(tx *db.Tx) error {
			n, err := db.One(t.Context(), tx, number, unsealed, entries)
			if n != 1 {
				t.Errorf("got %d rows, want 1", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Seal(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), thingCodes); return err }); err == nil {
			t.Error("a domain's statement was run")
		}
	})
}

func TestVersionIsThatOfTheLastMigration(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		have, want, err := d.Version(t.Context())
		if err != nil || have != want || want < 2 {
			t.Errorf("got %d of %d, %v", have, want, err)
		}
	})
}
