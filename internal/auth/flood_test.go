package auth_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/testworld"
)

// TestTwoHundredSignInsTogetherKeepTheirMemory, of an account that is not there, which costs what a hash of today does: hashes are computed few
// at a time, so that memory grows by those alone, and whoever finds the queue full is told when to come again.
func TestTwoHundredSignInsTogetherKeepTheirMemory(t *testing.T) {
	w := testworld.New(t, dbtest.Open(t, "sqlite"))
	s := another(w, func(c *auth.Config) { c.Hash = auth.HashConfig{} }) // as in production
	used := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	runtime.GC()
	before, most := used(), uint64(0)
	stop := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
				most = max(most, used())
			}
		}
	})
	var refused, unavailable, other int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			_, err := s.SignIn(w.Ctx(), auth.SignIn{Tenant: w.Code, Login: "nobody", Password: "not the password at all"})
			mu.Lock()
			defer mu.Unlock()
			switch fault.KindOf(err) {
			case fault.Unauthenticated:
				refused++
			case fault.Unavailable:
				if unavailable++; fault.As(err).RetryAfter <= 0 {
					t.Error("it does not say when to come again")
				}
			default:
				other++
				t.Error(err)
			}
		})
	}
	wg.Wait()
	close(stop)
	watch.Wait()
	grown, bound := int64(most)-int64(before), int64(runtime.GOMAXPROCS(0)*64+50)<<20
	if grown > bound {
		t.Errorf("memory grew by %d MiB; at most %d", grown>>20, bound>>20)
	}
	if unavailable == 0 || refused == 0 || other > 0 {
		t.Errorf("%d refused, %d told to come again", refused, unavailable)
	}
}
