package limit

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"intelliwiz/internal/actor"
)

// Request counts a request from an address.
func (l *Limiter) Request(ctx context.Context, source netip.Addr) Decision {
	return l.Take(ctx, Source, origin(source))
}

// Caller counts a request of an actor: by its token, its person and its tenant. The decision is that of the rule with the least
// left; a visitor is held by Request only.
func (l *Limiter) Caller(ctx context.Context, who actor.Actor) Decision {
	var takes []func() Decision
	add := func(rule Name, none bool, key string) {
		if !none {
			takes = append(takes, func() Decision { return l.Take(ctx, rule, key) })
		}
	}
	add(Token, who.Token().IsZero(), who.Token().String())
	add(User, who.Person().IsZero(), who.Tenant().String()+who.Person().String())
	add(Tenant, who.Tenant().IsZero() || !who.SignedIn(), who.Tenant().String())
	var least Decision
	for _, d := range all(takes, l.shared != nil) {
		if least.Rule == "" || d.tighter(least) {
			least = d
		}
	}
	return least
}

// all runs the decisions, at once when each is a journey to Redis.
func all(takes []func() Decision, atOnce bool) []Decision {
	out := make([]Decision, len(takes))
	var wg sync.WaitGroup
	for i, take := range takes {
		if !atOnce {
			out[i] = take()
			continue
		}
		wg.Go(func() { out[i] = take() })
	}
	wg.Wait()
	return out
}

func (d Decision) tighter(than Decision) bool {
	if d.Refused != than.Refused {
		return d.Refused
	}
	if d.Refused {
		return d.Retry > than.Retry
	}
	return d.Remaining*than.Limit < than.Remaining*d.Limit
}

// SignIn counts an attempt to sign in, before any password is hashed. account is what was typed, normalised, with its
// tenant. Its Rule says what refused: Spray is an address that is shut out, SignInSource an address that is too fast, SignInAccount
// this address at this account; the account stays open to others.
func (l *Limiter) SignIn(ctx context.Context, source netip.Addr, account string) Decision {
	from := origin(source)
	if left := l.standing(ctx, shutOut(from)); left > 0 {
		d := Decision{Rule: string(Spray), Refused: true, Window: l.c.SprayBlock, Reset: left, Retry: left}
		l.report(d)
		return d
	}
	if d := l.Take(ctx, SignInSource, from); d.Refused {
		return d
	}
	return l.Take(ctx, SignInAccount, from+" "+account)
}

// SignInFailed tells of a wrong password or an unknown account. An address at which too many different accounts fail is shut out.
func (l *Limiter) SignInFailed(ctx context.Context, source netip.Addr, account string) {
	from := origin(source)
	if !l.mark(ctx, keyOf(Spray, "seen "+from+" "+account), l.c.Rates[Spray].Per) {
		return // the same account again is the other rules' matter
	}
	if d := l.Take(ctx, Spray, from); d.Refused {
		l.mark(ctx, shutOut(from), l.c.SprayBlock)
	}
}

// SignInStranger counts an attempt to sign in to an account by a device that is not known to be its owner's, wherever it is: so many
// guesses at its password there are at most. told is true for one refusal in a day, so that somebody can be told.
func (l *Limiter) SignInStranger(ctx context.Context, account string) (d Decision, told bool) {
	if d = l.Take(ctx, Stranger, account); d.Refused {
		told = l.mark(ctx, keyOf(Stranger, "told "+account), 24*time.Hour)
	}
	return d, told
}

func shutOut(from string) string { return keyOf(Spray, "shut out "+from) }

func (l *Limiter) standing(ctx context.Context, key string) time.Duration {
	left, ok := throughShared(ctx, l, func(ctx context.Context) (time.Duration, error) { return l.shared.until(ctx, key) })
	if !ok {
		left, _ = l.local.until(ctx, key) // memory does not fail
	}
	return left
}

// mark sets a mark in the process and, when it answers, in Redis, and says whether it is new.
func (l *Limiter) mark(ctx context.Context, key string, d time.Duration) bool {
	mine, _ := l.local.mark(ctx, key, d) // memory does not fail
	fresh, ok := throughShared(ctx, l, func(ctx context.Context) (bool, error) { return l.shared.mark(ctx, key, d) })
	if !ok {
		return mine
	}
	return fresh
}

// origin is what counts as one address: an IPv6 network of 64 bits is one subscriber's.
func origin(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		p, _ := a.Prefix(64) // 64 fits
		return p.String()
	}
	return a.String()
}
