package auth

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/cache"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// kept is how sessions and tokens are kept from request to request: half a minute at most, and no longer than until something changes on
// which they depend, on whatever node.
//
//nolint:gochecknoglobals // a constant
var kept = cache.Options{Followed: true, TTL: 30 * time.Second}

// access names the records on which it depends who somebody is and what they may do.
func access() []string {
	return []string{"session", "token", "service", "device", "provider", "person", "grant", "role", "unit", "site", "tenant"}
}

// sessionOf finds the session of a secret's hash. Unauthenticated when there is none.
func (s *Service) sessionOf(ctx context.Context, tenant id.Tenant, hash []byte) (live, error) {
	return s.sessions.Get(ctx, tenant, string(hash), access(), func(ctx context.Context) (live, error) { return s.readSession(ctx, tenant, hash) })
}

func (s *Service) readSession(ctx context.Context, tenant id.Tenant, hash []byte) (live, error) {
	l, err := lookup(ctx, s, tenant, scanLive, sessionByHash, "session", hash, s.now())
	if err == nil && l.asked && !l.strong {
		l.due, err = s.dueOf(ctx, tenant, l.person)
	}
	return l, err
}

// tokenOf finds the token of a secret's hash. Unauthenticated when there is none.
func (s *Service) tokenOf(ctx context.Context, tenant id.Tenant, hash []byte) (liveToken, error) {
	return s.tokens.Get(ctx, tenant, string(hash), access(), func(ctx context.Context) (liveToken, error) {
		return lookup(ctx, s, tenant, scanLiveToken, tokenByHash, "token", hash)
	})
}

func lookup[T any](ctx context.Context, s *Service, tenant id.Tenant, scan func(db.Row) (T, error), q db.SQL, what string, args ...any) (T, error) {
	var found []T
	err := s.db.Read(ctx, door(tenant), func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scan, q, args...)
		return err
	})
	if err == nil && len(found) == 0 {
		return *new(T), fault.Anonymous()
	}
	if err != nil {
		return *new(T), fmt.Errorf("read %s: %w", what, err)
	}
	return found[0], nil
}
