package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"

	"github.com/redis/go-redis/v9"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/config"
	"intelliwiz/internal/id"
	"intelliwiz/internal/limit"
	"intelliwiz/internal/telemetry"
)

// limits puts the limiter behind the words of those who ask it.
type limits struct{ *limit.Limiter }

// newLimits makes the limiter of the configuration. shared is nil without Redis. One that does not answer
// is no reason not to start: limits hold in the process.
func newLimits(cfg config.Config, shared redis.UniversalClient, m *telemetry.Metrics, log *slog.Logger, now clock.Now) (*limits, error) {
	out := &limits{}
	c := limit.Config{
		Rates: map[limit.Name]limit.Rate{
			limit.Source: rate(cfg.Rates.Source), limit.User: rate(cfg.Rates.User), limit.Token: rate(cfg.Rates.Token),
			limit.Tenant: rate(cfg.Rates.Tenant), limit.SignInSource: rate(cfg.Rates.SignInSource),
			limit.SignInAccount: rate(cfg.Rates.SignInAccount), limit.Spray: rate(cfg.Rates.Spray),
			limit.Stranger: rate(cfg.Rates.Stranger), limit.Device: rate(cfg.Rates.Device), limit.Link: rate(cfg.Rates.Link),
			limit.Report: rate(cfg.Rates.Report), limit.ReportTenant: rate(cfg.Rates.ReportTenant),
			limit.MailSource: rate(cfg.Rates.MailSource), limit.MailAccount: rate(cfg.Rates.MailAccount),
		},
		SprayBlock: cfg.Rates.SprayBlock, Now: now, Redis: shared, Log: log, Refused: m.Refused, Fallback: func() { m.Fallback("redis") },
	}
	var err error
	if out.Limiter, err = limit.New(c); err != nil {
		return nil, fmt.Errorf("limits: %w", err)
	}
	return out, nil
}

func rate(r config.Rate) limit.Rate { return limit.Rate{Count: r.Count, Per: r.Per, Burst: r.Burst} }

// SignIn counts a try to sign in.
func (l *limits) SignIn(ctx context.Context, source, account string) error {
	return l.Limiter.SignIn(ctx, address(source), account).Fault()
}

// Failed tells that a try failed.
func (l *limits) Failed(ctx context.Context, source, account string) {
	l.SignInFailed(ctx, address(source), account)
}

// Stranger counts a try at an account by a device that nobody knows.
func (l *limits) Stranger(ctx context.Context, account string) (told bool, err error) {
	d, told := l.SignInStranger(ctx, account)
	return told, d.Fault()
}

// Device counts a try by a device that is known.
func (l *limits) Device(ctx context.Context, device string) error {
	return l.Take(ctx, limit.Device, device).Fault()
}

// Link counts an address that asks for a link for its device.
func (l *limits) Link(ctx context.Context, source string) error {
	return l.Take(ctx, limit.Link, address(source).String()).Fault()
}

// Guess counts a try at a password by somebody who is signed in.
func (l *limits) Guess(ctx context.Context, who actor.Actor) error {
	return l.Take(ctx, limit.SignInAccount, who.Tenant().String()+who.Person().String()).Fault()
}

// Mailed counts a request for a mailed link.
func (l *limits) Mailed(ctx context.Context, source, account string) error {
	if err := l.Take(ctx, limit.MailSource, address(source).String()).Fault(); err != nil {
		return err
	}
	return l.Take(ctx, limit.MailAccount, account).Fault()
}

// Report counts a visitor's report from an address to a tenant.
func (l *limits) Report(ctx context.Context, source string, tenant id.Tenant) error {
	if err := l.Take(ctx, limit.Report, address(source).String()+" "+tenant.String()).Fault(); err != nil {
		return err
	}
	return l.Take(ctx, limit.ReportTenant, tenant.String()).Fault()
}

// address reads a client's address; one that cannot be read counts like all others that cannot.
func address(source string) netip.Addr {
	a, err := netip.ParseAddr(source)
	if err != nil {
		return netip.IPv6Unspecified()
	}
	return a
}
