// Package limit says how often something may be done: requests from an address, of a person, a token, a tenant; attempts to sign
// in. It counts by the generic cell rate algorithm, in the process or in a Redis that several nodes share, with the same
// decisions. A Redis that does not answer never opens the door: the process then counts on its own, which it has prepared for.
package limit

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
)

// Name names a rule.
type Name string

// The rules. Package config has a default for each.
const (
	Source        Name = "source"           // requests from one address
	User          Name = "user"             // requests of one person
	Token         Name = "token"            // requests with one API token
	Tenant        Name = "tenant"           // requests of one tenant
	SignInSource  Name = "sign_in_source"   // attempts to sign in from one address
	SignInAccount Name = "sign_in_account"  // attempts to sign in to one account from one address
	Stranger      Name = "sign_in_stranger" // attempts to sign in to one account, from everywhere, by devices that are not known to be its owner's
	Device        Name = "sign_in_device"   // attempts to sign in by one device that is
	Link          Name = "sign_in_link"     // links for such a device that one address asks for
	Report        Name = "report"           // reports by visitors from one address to one tenant
	ReportTenant  Name = "report_tenant"    // reports by visitors to one tenant
	MailSource    Name = "mail_source"      // requests for a mailed link from one address
	MailAccount   Name = "mail_account"     // mailed links for one account
	Spray         Name = "spray"            // accounts that fail to sign in from one address
)

// Rate is how often: Count times in Per, Burst of them at once.
type Rate struct {
	Count int
	Per   time.Duration
	Burst int
}

// Config is what a Limiter needs.
type Config struct {
	Rates      map[Name]Rate
	SprayBlock time.Duration         // how long an address that sprayed passwords is shut out
	Redis      redis.UniversalClient // nil = count in the process
	Now        clock.Now             // for counting in the process; Redis has its own clock, the same for all nodes
	Log        *slog.Logger
	Refused    func(rule string) // told of every refusal; nil = nobody
	Fallback   func()            // told of every decision that Redis should have made and could not; nil = nobody
}

// Decision is the answer to one request.
type Decision struct {
	Rule      string        // the rule that decided; "" when none applies
	Refused   bool          // the rate is used up
	Limit     int           // requests that may come at once
	Remaining int           // how many of them are left
	Window    time.Duration // time in which a used-up limit fills again
	Reset     time.Duration // time until Remaining is Limit again
	Retry     time.Duration // when Refused: time until the next request is allowed
}

// Fault is TooMany with the time to wait when the decision is a refusal, otherwise nil.
func (d Decision) Fault() error {
	if !d.Refused {
		return nil
	}
	f := fault.Of(fault.TooMany, "Too many tries in a short time. Wait a little, then go on.")
	f.RetryAfter = max(d.Retry, time.Second)
	return f
}

// Limiter decides. It is safe for many goroutines.
type Limiter struct {
	c      Config
	local  counter
	shared counter // nil without Redis

	patience time.Duration // for one decision of Redis

	down    atomic.Bool
	probeAt atomic.Int64 // when down: unix nanoseconds of the next try
	mu      sync.Mutex   // held while the state changes, so that it is logged once
}

const (
	patience  = 250 * time.Millisecond
	cooldown  = time.Second // between two tries of a Redis that is down
	localKeys = 1 << 16     // keys that the process remembers; beyond it, those not seen for longest are forgotten
)

// New makes a Limiter. A rate that is not between one in a while and one in a microsecond is an error.
func New(c Config) (*Limiter, error) {
	local, err := newMemory(c.Rates, c.Now)
	if err != nil {
		return nil, err
	}
	l := &Limiter{c: c, local: local, patience: patience}
	if c.Redis != nil {
		l.shared = &shared{client: c.Redis, rates: c.Rates}
	}
	return l, nil
}

// Take counts one use of a rule by whoever the key names, and decides.
func (l *Limiter) Take(ctx context.Context, rule Name, key string) Decision {
	k := keyOf(rule, key)
	d, ok := throughShared(ctx, l, func(ctx context.Context) (Decision, error) { return l.shared.take(ctx, rule, k) })
	if !ok || !d.Refused { // what Redis allowed is counted here too, so that the process can go on from there
		mine, err := l.local.take(ctx, rule, k)
		if err != nil { // only when thousands fight for one key: closed
			mine = Decision{Rule: string(rule), Refused: true, Retry: time.Second}
		}
		if !ok {
			d = mine
		}
	}
	l.report(d)
	return d
}

func (l *Limiter) report(d Decision) {
	if d.Refused && l.c.Refused != nil {
		l.c.Refused(d.Rule)
	}
}

// throughShared asks Redis, unless there is none or it is known to be down; ok says that it answered.
func throughShared[T any](ctx context.Context, l *Limiter, ask func(context.Context) (T, error)) (answer T, ok bool) {
	if l.shared == nil {
		return answer, false
	}
	now := time.Now().UnixNano()
	probe := l.probeAt.Load()
	// While it is down, one request in a cooldown tries it; the others do not wait.
	if l.down.Load() && (now < probe || !l.probeAt.CompareAndSwap(probe, now+int64(cooldown))) {
		l.fellBack()
		return answer, false
	}
	limited, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	answer, err := ask(limited)
	if err == nil {
		l.setDown(ctx, false, nil)
		return answer, true
	}
	if ctx.Err() == nil { // the caller that left says nothing about Redis
		l.setDown(ctx, true, err)
	}
	l.fellBack()
	return answer, false
}

func (l *Limiter) fellBack() {
	if l.c.Fallback != nil {
		l.c.Fallback()
	}
}

func (l *Limiter) setDown(ctx context.Context, down bool, err error) {
	if l.down.Load() == down && !down {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if down {
		l.probeAt.Store(time.Now().Add(cooldown).UnixNano())
	}
	if l.down.Swap(down) == down {
		return
	}
	if down {
		l.c.Log.ErrorContext(ctx, "limits are counted in this process only: redis does not answer", "err", err.Error())
		return
	}
	l.c.Log.InfoContext(ctx, "limits are shared again: redis answers")
}

// keyOf hides who it is about: the store has neither addresses nor names of accounts.
func keyOf(rule Name, key string) string {
	sum := sha256.Sum256([]byte(string(rule) + "\x00" + key))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}
