package limit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/throttled/throttled/v2"
	"github.com/throttled/throttled/v2/store/memstore"

	"intelliwiz/internal/clock"
)

// backend counts in one store.
type backend struct {
	store throttled.GCRAStoreCtx
	rules map[Name]*throttled.GCRARateLimiterCtx
	rates map[Name]Rate
}

func newBackend(store throttled.GCRAStoreCtx, rates map[Name]Rate) (*backend, error) {
	b := &backend{store, map[Name]*throttled.GCRARateLimiterCtx{}, rates}
	for name, r := range rates {
		if err := r.check(name); err != nil {
			return nil, err
		}
		quota := throttled.RateQuota{MaxRate: throttled.PerDuration(r.Count, r.Per), MaxBurst: r.Burst - 1} // theirs is on top of the first
		g, err := throttled.NewGCRARateLimiterCtx(store, quota)
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", name, err)
		}
		g.SetMaxCASAttemptsLimit(1000) // a key that many use at once; ten, the default, are not enough
		b.rules[name] = g
	}
	return b, nil
}

func (b *backend) take(ctx context.Context, rule Name, key string) (Decision, error) {
	g, known := b.rules[rule]
	if !known {
		return Decision{}, nil
	}
	refused, r, err := g.RateLimitCtx(ctx, key, 1)
	if err != nil {
		return Decision{}, err
	}
	rate := b.rates[rule]
	window := rate.Per / time.Duration(rate.Count) * time.Duration(rate.Burst)
	return Decision{string(rule), refused, r.Limit, r.Remaining, window, r.ResetAfter, max(r.RetryAfter, 0)}, nil
}

// until gives how long a mark still stands, 0 when it does not.
func (b *backend) until(ctx context.Context, key string) (time.Duration, error) {
	v, now, err := b.store.GetWithTime(ctx, key)
	if err != nil || v <= now.UnixNano() {
		return 0, err
	}
	return time.Duration(v - now.UnixNano()), nil
}

// mark sets a mark for a time and says whether it is new: it did not stand already.
func (b *backend) mark(ctx context.Context, key string, d time.Duration) (fresh bool, err error) {
	v, now, err := b.store.GetWithTime(ctx, key)
	if err != nil || v > now.UnixNano() {
		return false, err
	}
	end := now.Add(d).UnixNano()
	if v == -1 {
		return b.store.SetIfNotExistsWithTTL(ctx, key, end, d)
	}
	return b.store.CompareAndSwapWithTTL(ctx, key, v, end, d)
}

func memory(now clock.Now) (throttled.GCRAStoreCtx, error) {
	m, err := memstore.New(localKeys)
	if err != nil {
		return nil, err
	}
	m.SetTimeNow(now)
	return throttled.WrapStoreWithContext(m), nil
}

// redisStore keeps counts in Redis. The library has such a store; in it, a writer that lost the race for a new key shortens the
// winner's time to live, and a count can end up to a second early. Here a value and its time to live are set in one step.
type redisStore struct {
	client redis.UniversalClient
	now    clock.Now // nil = the clock of Redis, which all nodes share
}

const redisPrefix = "iw:limit:"

// GetWithTime gives a count, -1 when there is none, and the time.
func (s *redisStore) GetWithTime(ctx context.Context, key string) (int64, time.Time, error) {
	p := s.client.Pipeline()
	at := p.Time(ctx)
	get := p.Get(ctx, redisPrefix+key)
	if _, err := p.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return 0, time.Time{}, err
	}
	now, err := at.Result()
	if err != nil {
		return 0, time.Time{}, err
	}
	if s.now != nil {
		now = s.now()
	}
	v, err := get.Int64()
	if errors.Is(err, redis.Nil) {
		return -1, now, nil
	}
	return v, now, err
}

// SetIfNotExistsWithTTL sets a count that is not there yet.
func (s *redisStore) SetIfNotExistsWithTTL(ctx context.Context, key string, value int64, ttl time.Duration) (bool, error) {
	err := s.client.SetArgs(ctx, redisPrefix+key, value, redis.SetArgs{Mode: "NX", TTL: whole(ttl)}).Err()
	if errors.Is(err, redis.Nil) {
		return false, nil
	}
	return err == nil, err
}

// CompareAndSwapWithTTL changes a count that is still what the caller saw.
func (s *redisStore) CompareAndSwapWithTTL(ctx context.Context, key string, old, value int64, ttl time.Duration) (bool, error) {
	n, err := swap.Run(ctx, s.client, []string{redisPrefix + key}, old, value, whole(ttl).Milliseconds()).Int()
	return n == 1, err
}

var swap = redis.NewScript(`if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[2], 'px', ARGV[3])
return 1`)

// whole rounds a time to live up, so that no count ends early.
func whole(ttl time.Duration) time.Duration {
	return max(ttl.Truncate(time.Second)+time.Second, time.Second)
}
