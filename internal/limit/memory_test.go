package limit

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/throttled/throttled/v2"
)

// busy is a store where somebody else is always faster.
type busy struct{ err error }

func (b busy) GetWithTime(context.Context, string) (int64, time.Time, error) {
	return 1, time.Unix(9, 0), b.err
}
func (busy) SetIfNotExistsWithTTL(context.Context, string, int64, time.Duration) (bool, error) {
	return false, nil
}
func (busy) CompareAndSwapWithTTL(context.Context, string, int64, int64, time.Duration) (bool, error) {
	return false, nil
}

func TestWhatCannotBeCountedIsRefused(t *testing.T) {
	w := newWorld(t, "")
	m := w.local.(*memory)
	g, err := throttled.NewGCRARateLimiterCtx(busy{}, throttled.RateQuota{MaxRate: throttled.PerSec(1)})
	if err != nil {
		t.Fatal(err)
	}
	m.rules[User] = g
	if d := w.Take(t.Context(), User, "x"); !d.Refused || d.Fault() == nil {
		t.Errorf("%+v", d)
	}
	b := memory{store: busy{errors.New("away")}}
	if _, err := b.until(t.Context(), "x"); err == nil {
		t.Error("no error")
	}
	if _, err := b.mark(t.Context(), "x", time.Second); err == nil {
		t.Error("no error")
	}
}

// A machine whose clock is set back by two hours refuses nobody for two hours.
func TestAClockThatIsSetBackShutsNobodyOut(t *testing.T) {
	w := newWorld(t, "")
	use := func() (refused int) {
		for range 5 {
			if w.Take(t.Context(), Token, "a").Refused {
				refused++
			}
		}
		return refused
	}
	if n := use(); n != 1 {
		t.Fatalf("%d of 5 are refused, want what is over 4", n)
	}
	w.clock.Advance(-2 * time.Hour)
	if d := w.Take(t.Context(), Token, "a"); !d.Refused || d.Retry > time.Minute {
		t.Errorf("set back, it answers %+v", d)
	}
	w.clock.Advance(time.Minute)
	if n := use(); n != 1 {
		t.Errorf("a minute later %d of 5 are refused", n)
	}
	w.clock.Advance(72 * time.Hour)
	if n := use(); n != 1 {
		t.Errorf("set forward, %d of 5 are refused", n)
	}
}
