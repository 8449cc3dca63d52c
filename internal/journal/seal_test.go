package journal_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/testworld"
)

// run starts a sealer of its own, as a node has one, until stop is called.
func (b *book) run() (j *journal.Journal, stop func()) {
	b.t.Helper()
	j = journal.New(b.config)
	ctx, cancel := context.WithCancel(b.t.Context())
	done := make(chan error, 1)
	go func() { done <- j.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			b.t.Error(err)
		}
	})
	b.t.Cleanup(stop)
	return j, stop
}

// writers lets 32 writers of the tenant loose for a time, with delays before the commit and some rollbacks, and gives each subject with
// whether it was committed.
func (b *book) writers(d time.Duration) map[id.Any]bool {
	var mu sync.Mutex
	committed := map[id.Any]bool{}
	takenBack := errors.New("taken back")
	until := time.Now().Add(d)
	write := func(rnd *rand.Rand, subject id.Any) error {
		return b.d.Write(b.t.Context(), b.who, func(tx *db.Tx) error {
			if err := b.Record(b.t.Context(), tx, journal.Change{Verb: "a.b", Subject: subject}); err != nil {
				return err
			}
			if b.d.Engine() == "postgres" { // SQLite's one writer would only wait
				delay := time.Duration(rnd.IntN(10)) * time.Millisecond
				if rnd.IntN(50) == 0 {
					delay = 100 * time.Millisecond
				}
				time.Sleep(delay)
			}
			if rnd.IntN(20) == 0 {
				return takenBack
			}
			return nil
		})
	}
	var wg sync.WaitGroup
	for n := range 32 {
		rnd := rand.New(rand.NewPCG(7, uint64(n)))
		wg.Go(func() {
			for time.Now().Before(until) {
				subject := id.New[id.Any]()
				err := write(rnd, subject)
				mu.Lock()
				committed[subject] = err == nil
				mu.Unlock()
				if err != nil && !errors.Is(err, takenBack) && fault.KindOf(err) != fault.Unavailable {
					b.t.Errorf("write: %v", err)
				}
			}
		})
	}
	wg.Wait()
	return committed
}

// follow reads the feed by its cursor until over is set and nothing is left, and gives how often it saw each subject.
func (b *book) follow(over *atomic.Bool) map[id.Any]int {
	seen := map[id.Any]int{}
	for last := int64(0); ; time.Sleep(2 * time.Millisecond) {
		done := over.Load()
		rows, err := b.Feed(b.t.Context(), b.who, last, 500)
		if err != nil {
			b.t.Error(err)
			return seen
		}
		for _, e := range rows {
			if *e.Seq != last+1 {
				b.t.Errorf("number %d after %d", *e.Seq, last)
			}
			last = *e.Seq
			seen[e.Subject]++
		}
		if done && len(rows) == 0 {
			return seen
		}
	}
}

// TestTheFeedGivesEveryCommittedRowOnce is GROUND.md h: many writers, two sealers that race, and a reader by cursor.
func TestTheFeedGivesEveryCommittedRowOnce(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		_, stop1 := b.run()
		_, stop2 := b.run()
		var over atomic.Bool
		var seen map[id.Any]int
		var reader sync.WaitGroup
		reader.Go(func() { seen = b.follow(&over) })
		committed := b.writers(1500 * time.Millisecond)
		stop1()
		stop2()
		over.Store(true)
		reader.Wait()
		n := 0
		for subject, ok := range committed {
			want := 0
			if ok {
				want, n = 1, n+1
			}
			if seen[subject] != want {
				t.Errorf("%s (committed %v) was seen %d times", subject, ok, seen[subject])
			}
		}
		if n < 50 || len(seen) != n {
			t.Errorf("%d committed, %d seen", n, len(seen))
		}
		testworld.Same(t, []string(nil), b.found())
	})
}

func TestSealNumbersEachTenantFromOne(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		others := []id.Tenant{b.tenant, dbtest.Tenant(t, b.d), dbtest.Tenant(t, b.d)}
		for range 3 {
			for _, tenant := range others {
				b.must(b.write(t.Context(), dbtest.Actor(tenant), 2))
			}
			b.must(b.Seal(t.Context()))
		}
		for _, tenant := range others {
			rows, err := b.Feed(t.Context(), dbtest.Actor(tenant, journal.CanRead), 0, 500)
			b.must(err)
			var got []int64
			for _, e := range rows {
				got = append(got, *e.Seq)
			}
			testworld.Same(t, []int64{1, 2, 3, 4, 5, 6}, got)
			if !slices.IsSortedFunc(rows, func(a, b journal.Entry) int { return strings.Compare(a.ID.String(), b.ID.String()) }) {
				t.Error("rows that waited together are not numbered in the order in which they were made")
			}
		}
	})
}

func TestARunningSealerIsPoked(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.config.Every = time.Hour
		j, _ := b.run()
		b.must(b.d.Write(t.Context(), b.who, func(tx *db.Tx) error {
			return j.Record(t.Context(), tx, journal.Change{Verb: "a.b", Subject: id.New[id.Any]()})
		}))
		testworld.Eventually(t, "sealed", func() bool {
			rows, err := b.Feed(t.Context(), b.who, 0, 1)
			return err == nil && len(rows) == 1
		})
		if err := j.Healthy(); err != nil {
			t.Error(err)
		}
	})
}

func TestTheSealerLooksByItself(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.run()
		b.must(b.write(t.Context(), b.who, 1)) // on another node: nobody pokes this sealer
		testworld.Eventually(t, "sealed", func() bool {
			rows, err := b.Feed(t.Context(), b.who, 0, 1)
			return err == nil && len(rows) == 1
		})
	})
}

func TestWhatIsLeftIsSealedAtStop(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.config.Every = time.Hour
		_, stop := b.run()
		b.must(b.write(t.Context(), b.who, 3))
		stop()
		if rows, err := b.Feed(t.Context(), b.who, 0, 10); err != nil || len(rows) != 3 {
			t.Errorf("%d rows, %v", len(rows), err)
		}
	})
}

// TestASealerSeesThatTheJournalWasChangedBehindIt: while it lives, it remembers where it was.
func TestASealerSeesThatTheJournalWasChangedBehindIt(t *testing.T) {
	const words = "journal was changed behind the sealer"
	back := []string{`delete from journal where seq > 2`, `update sys_journal_heads set seq = 2, hash = (select hash from journal where seq = 2)`}
	each(t, func(t *testing.T, b *book) {
		for _, c := range []struct {
			claim  string
			attack []string
			want   bool
		}{
			{"nothing", nil, false},
			{"set back", back, true},
			{"another link", []string{`update journal set hash = mac where seq = 5`}, false}, // it compares its own link when the head has moved; verify finds the rest
			{"the last row gone", []string{`delete from journal where seq = 5`, `update sys_journal_heads set seq = 6`}, true},
			{"another head", []string{`update sys_journal_heads set hash = (select mac from journal where seq = 5)`}, true},
		} {
			*b.log = testworld.Log{}
			b.tenant = dbtest.Tenant(t, b.d)
			b.who = dbtest.Actor(b.tenant, journal.CanRead, journal.CanVerify)
			b.filled(5)
			b.attack(c.attack...)
			b.filled(1)
			if got := strings.Count(b.log.String(), words); got > 1 || (got == 1) != c.want {
				t.Errorf("%s: said %d times, want %v", c.claim, got, c.want)
			}
			b.filled(1)
			if got := strings.Count(b.log.String(), words); got > 1 {
				t.Errorf("%s: said %d times", c.claim, got)
			}
		}
	})
}

func TestOneTenantsFaultHoldsUpNobody(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		boom := errors.New("this row starts no work")
		var sick atomic.Bool
		sick.Store(true)
		tenants := []id.Tenant{b.tenant, dbtest.Tenant(t, b.d), dbtest.Tenant(t, b.d), dbtest.Tenant(t, b.d)}
		ill := tenants[1]
		j := journal.New(b.config)
		j.Watch(journal.Watcher{Verbs: []string{"thing.changed"}, Row: func(e journal.Event) (db.JobRow, error) {
			if e.Tenant == ill && sick.Load() {
				return db.JobRow{}, boom
			}
			return db.JobRow{Kind: "test", Args: []byte(`{}`)}, nil
		}})
		for _, tenant := range tenants {
			b.must(b.write(t.Context(), dbtest.Actor(tenant), 1))
		}
		if err := j.Seal(t.Context()); !errors.Is(err, boom) || !strings.Contains(err.Error(), ill.String()) {
			t.Errorf("%v", err)
		}
		sealed := func(tenant id.Tenant) bool {
			rows, err := b.Feed(t.Context(), dbtest.Actor(tenant, journal.CanRead), 0, 10)
			b.must(err)
			return len(rows) == 1
		}
		for _, tenant := range tenants {
			if got, want := sealed(tenant), tenant != ill; got != want {
				t.Errorf("sealed %v, want %v", got, want)
			}
		}
		// a running one says so once, and goes on when it can
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- j.Run(ctx) }()
		testworld.Eventually(t, "a fault", func() bool { return errors.Is(j.Healthy(), boom) })
		time.Sleep(30 * time.Millisecond) // some turns
		if n := strings.Count(b.log.String(), "journal not sealed"); n != 1 {
			t.Errorf("said %d times", n)
		}
		sick.Store(false)
		testworld.Eventually(t, "health", func() bool { return j.Healthy() == nil })
		if !sealed(ill) {
			t.Error("healthy and not sealed")
		}
		sick.Store(true)
		b.must(b.write(t.Context(), dbtest.Actor(ill), 1))
		cancel()
		if err := <-done; !errors.Is(err, boom) {
			t.Errorf("at stop: %v", err)
		}
	})
}
