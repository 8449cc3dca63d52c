package deadline_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/id"
	"intelliwiz/internal/testworld"
)

// tea is something that is expected.
const tea deadline.Kind = "test.tea"

// bench is a world with something that is looked at.
type bench struct {
	*testworld.World
	t  *testing.T
	mu sync.Mutex
	// looked counts the looks at a subject, answer says what they find.
	looked map[id.Any]int
	answer func(d deadline.Deadline) (deadline.Answer, error)
}

func each(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		b := &bench{World: w, t: t, looked: map[id.Any]int{}}
		b.answer = func(deadline.Deadline) (deadline.Answer, error) {
			return deadline.Answer{State: deadline.Broken, Note: "Cold."}, nil
		}
		w.Deadlines.Register(tea, b.look)
		test(t, b)
	})
}

// look answers, and notes that it was asked once what it found is kept.
func (b *bench) look(ctx context.Context, who actor.Actor, d deadline.Deadline) (deadline.Answer, error) {
	a, err := b.answer(d)
	if err != nil {
		return a, err
	}
	return a, b.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		tx.AfterCommit(func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.looked[d.Subject]++
		})
		return nil
	})
}

func (b *bench) write(do func(tx *db.Tx)) {
	b.t.Helper()
	err := b.DB.Write(b.t.Context(), b.System, func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		do(tx)
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// expect expects tea by a moment after the morning, and gives of what.
func (b *bench) expect(in time.Duration) id.Any {
	b.t.Helper()
	x := id.New[id.Any]()
	b.again(x, in)
	return x
}

func (b *bench) again(x id.Any, in time.Duration) {
	b.t.Helper()
	b.write(func(tx *db.Tx) {
		b.Deadlines.Expect(tx, deadline.Expected{Kind: tea, Subject: x, Due: testworld.Morning.Add(in)})
	})
}

func (b *bench) fire() error { return b.Deadlines.FireDue(b.t.Context(), b.System) }

// states says of each subject what became of it, and how often it was looked at.
func (b *bench) states(all ...id.Any) (out []string) {
	b.t.Helper()
	err := b.DB.Read(b.t.Context(), b.System, func(tx *db.Tx) error {
		var rows []deadline.Deadline
		for _, x := range all {
			deadline.Of(tx, &rows, x)
		}
		if _, err := db.All(b.t.Context(), tx, func(db.Row) (int, error) { return 0, nil }, nothing); err != nil {
			return err
		}
		for _, d := range rows {
			out = append(out, fmt.Sprintf("%s %s%d", d.State, d.Note, b.looked[d.Subject]))
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

const nothing db.SQL = `-- test.nothing
select id from deadlines where tenant_id = $1 and false`

func (b *bench) same(got []string, want ...string) {
	b.t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		b.t.Error(d)
	}
}

func TestWhatHasComeIsLookedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		soon, later, met := b.expect(time.Minute), b.expect(time.Hour), b.expect(time.Minute)
		b.write(func(tx *db.Tx) { b.Deadlines.Meet(tx, met) })
		for range 2 {
			if err := b.fire(); err != nil {
				t.Fatal(err)
			}
		}
		b.same(b.states(soon, later, met), "OPEN 0", "OPEN 0", "MET 0")
		b.Clock.Advance(time.Minute)
		for range 2 {
			if err := b.fire(); err != nil {
				t.Fatal(err)
			}
		}
		b.same(b.states(soon, later, met), "BROKEN Cold.1", "OPEN 0", "MET 0")
		b.again(soon, time.Minute) // the same again: it is over
		b.again(later, 2*time.Hour)
		b.Clock.Advance(time.Hour)
		if err := b.fire(); err != nil {
			t.Fatal(err)
		}
		b.same(b.states(soon, later), "BROKEN Cold.1", "OPEN 0")
		b.again(soon, 90*time.Minute) // at another time: it is open anew
		b.Clock.Advance(time.Hour)
		if err := b.fire(); err != nil {
			t.Fatal(err)
		}
		b.same(b.states(soon, later), "BROKEN Cold.2", "BROKEN Cold.1")
	})
}

// TestALookMayPutItOff: what is to be met later is looked at then.
func TestALookMayPutItOff(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		x := b.expect(time.Minute)
		until := testworld.Morning.Add(time.Hour)
		b.answer = func(deadline.Deadline) (deadline.Answer, error) {
			if b.Clock.Now().Before(until) {
				return deadline.Answer{State: deadline.Open, Again: until}, nil
			}
			return deadline.Answer{State: deadline.Met}, nil
		}
		for _, want := range []string{"OPEN 1", "OPEN 1", "MET 2"} {
			b.Clock.Advance(20 * time.Minute)
			if want == "MET 2" {
				b.Clock.Advance(20 * time.Minute)
			}
			if err := b.fire(); err != nil {
				t.Fatal(err)
			}
			b.same(b.states(x), want)
		}
		b.answer = func(deadline.Deadline) (deadline.Answer, error) {
			return deadline.Answer{State: deadline.Open, Again: until}, nil
		}
		b.again(x, 61*time.Minute)
		b.Clock.Advance(time.Minute)
		if err := b.fire(); err == nil {
			t.Error("a moment that has passed is taken for later")
		}
	})
}

// TestALookThatFailsKeepsNothingAndComesAgain, later and later, and keeps nobody else from being looked at.
func TestALookThatFailsKeepsNothingAndComesAgain(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		bad, good := b.expect(time.Minute), b.expect(time.Minute)
		broken := errors.New("the kettle is broken")
		b.answer = func(d deadline.Deadline) (deadline.Answer, error) {
			if d.Subject == bad {
				return deadline.Answer{}, broken
			}
			return deadline.Answer{State: deadline.Broken}, nil
		}
		b.Clock.Advance(time.Minute)
		if err := b.fire(); !errors.Is(err, broken) {
			t.Fatalf("said %v", err)
		}
		b.same(b.states(bad, good), "OPEN 0", "BROKEN 1")
		if err := b.fire(); err != nil {
			t.Errorf("it is looked at again at once: %v", err)
		}
		b.Clock.Advance(time.Second)
		if err := b.fire(); !errors.Is(err, broken) {
			t.Errorf("after a second: %v", err)
		}
		b.Clock.Advance(time.Second)
		if err := b.fire(); err != nil {
			t.Errorf("after one more: %v", err)
		}
		b.answer = func(deadline.Deadline) (deadline.Answer, error) { return deadline.Answer{State: deadline.Broken}, nil }
		b.Clock.Advance(time.Second)
		if err := b.fire(); err != nil {
			t.Fatal(err)
		}
		b.same(b.states(bad, good), "BROKEN 1", "BROKEN 1")
	})
}

// TestTwoOfOneRecordAreLookedAtInTurn, and both.
func TestTwoOfOneRecordAreLookedAtInTurn(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		x, due, at := id.New[id.Any](), testworld.Morning.Add(time.Minute), atomic.Int64{}
		b.write(func(tx *db.Tx) {
			b.Deadlines.Expect(tx, deadline.Expected{Kind: tea, Subject: x, Due: due}, deadline.Expected{Kind: tea, Mark: "again", Subject: x, Due: due})
		})
		b.answer = func(deadline.Deadline) (deadline.Answer, error) {
			if at.Add(1) > 1 {
				t.Error("both at once")
			}
			runtime.Gosched()
			at.Add(-1)
			return deadline.Answer{State: deadline.Broken}, nil
		}
		b.Clock.Advance(time.Minute)
		if err := b.fire(); err != nil {
			t.Fatal(err)
		}
		b.same(b.states(x), "BROKEN 2", "BROKEN 2")
	})
}

// TestFourWhoLookAtOnceEndEachOnce.
func TestFourWhoLookAtOnceEndEachOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var all []id.Any
		for range 40 {
			all = append(all, b.expect(time.Minute))
		}
		b.Clock.Advance(time.Minute)
		var wg sync.WaitGroup
		faults := make([]error, 4)
		for i := range faults {
			wg.Go(func() { faults[i] = b.fire() })
		}
		wg.Wait()
		if err := errors.Join(faults...); err != nil {
			t.Fatal(err)
		}
		for _, s := range b.states(all...) {
			if s != "BROKEN Cold.1" {
				t.Errorf("one is %s", s)
			}
		}
	})
}
