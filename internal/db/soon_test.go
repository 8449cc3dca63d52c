package db_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
)

func TestWhatIsReadSoonComesWithTheNextResult(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		ctx := t.Context()
		mustPut(t, d, who, thingInsert, thing(), "A")
		mustPut(t, d, who, thingInsert, thing(), "B")
		ways := map[string]func(context.Context, actor.Actor, func(*db.Tx) error) error{"Read": d.Read, "ReadAll": d.ReadAll, "Write": d.Write}
		for name, way := range ways {
			codes := []string{"before"}
			err := way(ctx, who, func(tx *db.Tx) error {
				db.Soon(tx, &codes, text, thingCodes)
				if len(codes) != 1 {
					t.Errorf("%s: read at once", name)
				}
				n, err := db.One(ctx, tx, number, thingCount)
				if n != 2 {
					t.Errorf("%s: the statement behind it: %d", name, n)
				}
				return err
			})
			if err != nil || !slices.Equal(codes, []string{"before", "A", "B"}) {
				t.Errorf("%s: got %v %v", name, codes, err)
			}
		}
	})
}

func TestWhatIsReadSoonSeesWhatWasPutOffBefore(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		var codes []string
		err := d.Write(t.Context(), who, func(tx *db.Tx) error {
			tx.Unjournaled("a test")
			tx.Later(thingInsert, thing(), "A")
			db.Soon(tx, &codes, text, thingCodes)
			return nil // the commit takes both along
		})
		if err != nil || !slices.Equal(codes, []string{"A"}) {
			t.Errorf("got %v %v", codes, err)
		}
	})
}

func TestAReadThatPutsOffForEverIsAnError(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		var codes []string
		err := d.Read(t.Context(), who, func(tx *db.Tx) error { db.Soon(tx, &codes, text, thingCodes); return nil })
		if fault.KindOf(err) != fault.Internal || !strings.Contains(err.Error(), "test.thingCodes") {
			t.Errorf("got %v", err)
		}
		err = d.Read(t.Context(), who, func(tx *db.Tx) error { db.Soon(tx, &codes, text, "no name"); return nil })
		if fault.KindOf(err) != fault.Internal {
			t.Errorf("got %v", err)
		}
	})
}

// TestWhatIsReadSoonIsNotReadTwice: a read that is repeated over a lost connection forgets what came before it was lost.
func TestWhatIsReadSoonIsNotReadTwice(t *testing.T) {
	url := sampleURL(t, "postgres")
	d := open(t, url, func(o *db.Options) { o.MaxConns = 1 })
	who := dbtest.Actor(dbtest.Tenant(t, d))
	mustPut(t, d, who, thingInsert, thing(), "A")
	dbtest.Exec(t, url, killAll)
	var codes []string
	err := d.Read(t.Context(), who, func(tx *db.Tx) error {
		db.Soon(tx, &codes, text, thingCodes)
		_, err := db.One(t.Context(), tx, number, thingCount)
		return err
	})
	if err != nil || !slices.Equal(codes, []string{"A"}) {
		t.Errorf("got %v %v", codes, err)
	}
}
