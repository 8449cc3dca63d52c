package journal_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

func TestALateHistoryStartsNothing(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		j, started := journal.New(b.config), map[time.Duration]int{}
		for _, within := range []time.Duration{0, time.Hour} {
			j.Watch(journal.Watcher{Verbs: []string{"thing.changed"}, Within: within, Row: func(journal.Event) (db.JobRow, error) {
				started[within]++
				return db.JobRow{Kind: "test", Args: []byte(`{}`)}, nil
			}})
		}
		b.must(b.write(t.Context(), b.who, 1))
		b.clock.Advance(2 * time.Hour)
		b.must(b.write(t.Context(), b.who, 1))
		b.must(j.Seal(t.Context()))
		if started[0] != 2 || started[time.Hour] != 1 {
			t.Errorf("rows of two hours ago and of now started %v", started)
		}
	})
}

// TestWhatIsWantedIsAskedAnewWhenItMayHaveChanged: by a record among the rows, or by rows that another process sealed meanwhile.
func TestWhatIsWantedIsAskedAnewWhenItMayHaveChanged(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		var e ear
		j, other := journal.New(e.config(b.config)), journal.New(b.config)
		var asked []bool
		j.Watch(journal.Watcher{Verbs: []string{"thing.changed"}, Of: "gate", Wanted: func(_ context.Context, _ id.Tenant, anew bool) ([]string, error) {
			asked = append(asked, anew)
			return nil, nil
		}})
		write := func(verb string) {
			t.Helper()
			b.must(b.d.Write(t.Context(), b.who, func(tx *db.Tx) error {
				return j.Record(t.Context(), tx, journal.Change{Verb: verb, Subject: id.New[id.Any]()})
			}))
		}
		seal := func(by *journal.Journal, verbs ...string) {
			t.Helper()
			for _, v := range verbs {
				write(v)
			}
			b.must(by.Seal(t.Context()))
		}
		seal(j)                                  // from here on it listens
		seal(j, "thing.changed")                 // nothing may have changed
		seal(j, "gate.created", "thing.changed") // one of the rows says so
		seal(j, "gate.created")
		seal(j, "thing.changed") // what was changed before has been heard of
		seal(other, "gate.created")
		seal(j, "thing.changed") // somebody else sealed that
		seal(j, "thing.changed")
		if want := []bool{false, true, false, true, false}; !slices.Equal(asked, want) {
			t.Errorf("asked anew: %v, want %v", asked, want)
		}
	})
}
