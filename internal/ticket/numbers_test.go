package ticket_test

import (
	"sync"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// TestANumberIsGuessedAndTakenAgainWhenThatWasWrong: the second ticket of a site is written without asking for its number. When another process
// gave that one meanwhile nothing is written, and the ticket gets the next.
func TestANumberIsGuessedAndTakenAgainWhenThatWasWrong(t *testing.T) {
	var url string
	var mu sync.Mutex
	ran := map[string]int{} // statements, by name and whether they failed
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		category := w.Category("HVAC")
		create := func() int64 {
			t.Helper()
			w.Cache.Hear() // as while the journal is followed
			made, err := w.Ticket.Create(t.Context(), w.System, ticket.Input{Site: w.Harbour.ID, Category: category.ID, Title: "No air"})
			if err != nil {
				t.Fatal(err)
			}
			return made.Number
		}
		count := func(name string) int { mu.Lock(); defer mu.Unlock(); return ran[name] }
		mu.Lock()
		clear(ran)
		mu.Unlock()
		if n := []int64{create(), create(), create()}; n[0] != 1 || n[1] != 2 || n[2] != 3 || count("ticket.counterExpect") != 2 || count("ticket.counterNext") != 0 {
			t.Errorf("numbers %v, statements %v", n, ran)
		}
		dbtest.Exec(t, url, "update ticket_counters set last = 41")
		if n := create(); n != 42 || count("ticket.counterExpect failed") != 1 || count("ticket.counterNext") != 1 {
			t.Errorf("after a wrong guess: %d, statements %v", n, ran)
		}
		if n := create(); n != 43 || count("ticket.counterExpect") != 3 {
			t.Errorf("after that: %d, statements %v", n, ran)
		}
	}, func(o *db.Options) {
		url = o.URL
		o.Observe = func(s db.Stat) {
			mu.Lock()
			defer mu.Unlock()
			if s.Err != nil {
				s.Name += " failed"
			}
			ran[s.Name]++
		}
	})
}
