package limit

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/throttled/throttled/v2"
	"github.com/throttled/throttled/v2/store/memstore"

	"intelliwiz/internal/clock"
)

// counter counts in one place: the process or Redis.
type counter interface {
	// take counts one use of a rule and decides.
	take(ctx context.Context, rule Name, key string) (Decision, error)
	// mark sets a mark for a time, unless it stands, and says whether it did not.
	mark(ctx context.Context, key string, d time.Duration) (fresh bool, err error)
	// until gives how long a mark still stands, 0 when it does not.
	until(ctx context.Context, key string) (time.Duration, error)
}

// memory counts in the process.
type memory struct {
	store throttled.GCRAStoreCtx
	rules map[Name]*throttled.GCRARateLimiterCtx
	rates map[Name]Rate
}

func newMemory(rates map[Name]Rate, now clock.Now) (*memory, error) {
	store, err := memstore.New(localKeys)
	if err != nil {
		return nil, err
	}
	store.SetTimeNow(forward(now))
	m := &memory{throttled.WrapStoreWithContext(store), map[Name]*throttled.GCRARateLimiterCtx{}, rates}
	for name, r := range rates {
		if err := r.check(name); err != nil {
			return nil, err
		}
		quota := throttled.RateQuota{MaxRate: throttled.PerDuration(1, r.interval()), MaxBurst: r.Burst - 1} // theirs is on top of the first
		g, err := throttled.NewGCRARateLimiterCtx(m.store, quota)
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", name, err)
		}
		g.SetMaxCASAttemptsLimit(1000) // a key that many use at once; ten, the default, are not enough
		m.rules[name] = g
	}
	return m, nil
}

func (m *memory) take(ctx context.Context, rule Name, key string) (Decision, error) {
	g, known := m.rules[rule]
	if !known {
		return Decision{}, nil
	}
	refused, r, err := g.RateLimitCtx(ctx, key, 1)
	if err != nil {
		return Decision{}, err
	}
	return Decision{string(rule), refused, r.Limit, r.Remaining, m.rates[rule].window(), r.ResetAfter, max(r.RetryAfter, 0)}, nil
}

func (m *memory) until(ctx context.Context, key string) (time.Duration, error) {
	end, now, err := m.store.GetWithTime(ctx, key)
	if err != nil || end <= now.UnixNano() {
		return 0, err
	}
	return time.Duration(end - now.UnixNano()), nil
}

func (m *memory) mark(ctx context.Context, key string, d time.Duration) (bool, error) {
	old, now, err := m.store.GetWithTime(ctx, key)
	if err != nil || old > now.UnixNano() {
		return false, err
	}
	end := now.Add(d).UnixNano()
	if old == -1 {
		return m.store.SetIfNotExistsWithTTL(ctx, key, end, d)
	}
	return m.store.CompareAndSwapWithTTL(ctx, key, old, end, d)
}

// forward is a clock that does not go back: where the machine's is set back, it goes on from what it showed. What is counted is counted per
// time that passes; otherwise everybody who is counted would be refused until the machine's clock shows again what it has shown before.
func forward(now clock.Now) clock.Now {
	var mu sync.Mutex
	var last time.Time
	var behind time.Duration
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		t := now().Add(behind)
		if t.Before(last) {
			behind += last.Sub(t)
			t = last
		}
		last = t
		return t
	}
}

// interval is the time in which one use comes back.
func (r Rate) interval() time.Duration {
	return (r.Per / time.Duration(r.Count)).Truncate(time.Microsecond) // Redis counts in these
}

// window is the time in which all of them do.
func (r Rate) window() time.Duration { return r.interval() * time.Duration(r.Burst) }

func (r Rate) check(name Name) error {
	if r.Count < 1 || r.Burst < 1 || r.interval() < time.Microsecond {
		return fmt.Errorf("the rate of rule %s is not between one in a while and one in a microsecond", name)
	}
	return nil
}
