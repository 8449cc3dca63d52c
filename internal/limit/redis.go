package limit

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"intelliwiz/internal/clock"
)

// shared counts in Redis, by the same arithmetic as the library that counts in the process (a table of cases holds them to each
// other). The library could count in Redis too, but reads, then compares and swaps: two journeys, and under 64 at once for one key
// so many repetitions that decisions came late. Here a decision is one script, one journey, exact whoever else is deciding.
type shared struct {
	client redis.UniversalClient
	rates  map[Name]Rate
	now    clock.Now // nil = the clock of Redis, which all nodes share
}

const redisPrefix = "iw:limit:"

// Scripts begin with the time: that of the last argument, or of Redis when it is 0. Times are microseconds, which fit a Lua number.
// A key lives a second longer than what it says.
const scriptTime = `local now = tonumber(ARGV[#ARGV])
if now == 0 then local t = redis.call('time'); now = t[1] * 1000000 + t[2] end
local kept = tonumber(redis.call('get', KEYS[1]) or 0)
local function keep(till) redis.call('set', KEYS[1], string.format('%.0f', till), 'px', math.ceil((till - now) / 1000) + 1000) end
`

var (
	// kept is when everything that was taken will have come back (the theoretical arrival time of GCRA).
	takeScript = redis.NewScript(scriptTime + `local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local till = math.max(kept, now) + interval
local early = till - interval * burst - now
if early > 0 then return {1, early, math.max(kept, now) - now} end
keep(till)
return {0, 0, till - now}`)

	// kept is when the mark ends.
	markScript = redis.NewScript(scriptTime + `if kept > now then return 0 end
keep(now + tonumber(ARGV[1]))
return 1`)

	untilScript = redis.NewScript(scriptTime + `return math.max(kept - now, 0)`)
)

func (s *shared) take(ctx context.Context, rule Name, key string) (Decision, error) {
	r, known := s.rates[rule]
	if !known {
		return Decision{}, nil
	}
	got, err := takeScript.Run(ctx, s.client, []string{redisPrefix + key}, r.interval().Microseconds(), r.Burst, s.at()).Int64Slice()
	if err != nil {
		return Decision{}, err
	}
	if len(got) != 3 {
		return Decision{}, fmt.Errorf("redis answered %d numbers", len(got))
	}
	reset := time.Duration(got[2]) * time.Microsecond
	left := max(r.window()-reset, 0) / r.interval()
	return Decision{string(rule), got[0] == 1, r.Burst, int(left), r.window(), reset, time.Duration(got[1]) * time.Microsecond}, nil
}

func (s *shared) mark(ctx context.Context, key string, d time.Duration) (bool, error) {
	n, err := markScript.Run(ctx, s.client, []string{redisPrefix + key}, d.Microseconds(), s.at()).Int64()
	return n == 1, err
}

func (s *shared) until(ctx context.Context, key string) (time.Duration, error) {
	n, err := untilScript.Run(ctx, s.client, []string{redisPrefix + key}, s.at()).Int64()
	return time.Duration(n) * time.Microsecond, err
}

func (s *shared) at() int64 {
	if s.now == nil {
		return 0
	}
	return s.now().UnixMicro()
}
