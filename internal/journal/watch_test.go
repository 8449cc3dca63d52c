package journal_test

import (
	"testing"
	"time"

	"intelliwiz/internal/db"
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
