package limit

import (
	"context"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/db/dbtest"
)

// TestBothStoresDecideAlikeOverAHundredThousandSchedules: a schedule is a rate by chance and two to four tries at moments by chance, and each
// decision of the process is that of Redis.
func TestBothStoresDecideAlikeOverAHundredThousandSchedules(t *testing.T) {
	const schedules, parts = 100_000, 8
	var done, differ atomic.Int64
	var wg sync.WaitGroup
	w := newWorld(t, dbtest.Redis(t))
	for part := range parts {
		wg.Go(func() {
			chance := rand.New(rand.NewPCG(uint64(part), 7))
			for left := schedules / parts; left > 0; {
				rate := Rate{1 + chance.IntN(1000), []time.Duration{time.Second, time.Minute, time.Hour}[chance.IntN(3)], 1 + chance.IntN(3)}
				n := min(left, 250) // of one rate, each with a key of its own
				left -= n
				if !alike(t, w, chance, rate, part, n, &done) {
					differ.Add(1)
					return
				}
			}
		})
	}
	wg.Wait()
	if differ.Load() > 0 || done.Load() < 2*schedules {
		t.Errorf("%d parts differ after %d decisions", differ.Load(), done.Load())
	}
}

// alike runs schedules of a rate on both stores.
func alike(t *testing.T, w *world, chance *rand.Rand, rate Rate, part, schedules int, done *atomic.Int64) bool {
	hand := clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC))
	rates := map[Name]Rate{User: rate}
	local, err := newMemory(rates, hand.Now)
	if err != nil {
		t.Error(err)
		return false
	}
	remote := &shared{w.c.Redis, rates, hand.Now}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for i := range schedules {
		key := strconv.Itoa(part) + "-" + strconv.FormatUint(chance.Uint64(), 36)
		for step := range 2 + chance.IntN(3) {
			hand.Advance(time.Duration(chance.Int64N(int64(2 * rate.interval()))).Truncate(time.Microsecond))
			a, errA := local.take(ctx, User, key)
			b, errB := remote.take(ctx, User, key)
			if diff := cmp.Diff(a, b); diff != "" || errA != nil || errB != nil {
				t.Errorf("%+v, schedule %d, step %d: %s%v %v", rate, i, step, diff, errA, errB)
				return false
			}
			done.Add(1)
		}
	}
	return true
}
