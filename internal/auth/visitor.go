package auth

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Visitor gives the system in the active tenant with a code, acting for somebody who has no account: what a use case lets visitors do, and
// nothing else, must be done with it. NotFound otherwise.
func (s *Service) Visitor(ctx context.Context, tenant string) (actor.Actor, error) {
	t, err := s.org.FindTenant(ctx, tenant)
	if err != nil {
		return actor.Actor{}, err
	}
	return visitor(t), nil
}

// VisitorWith gives the system in the tenant that a visitor's secret names, and the hash by which what it opens is found there. NotFound
// for a text that NewSecret did not make.
func (s *Service) VisitorWith(secret string) (actor.Actor, []byte, error) {
	t, hash, err := readSecret(secret)
	if err != nil || t.IsZero() {
		return actor.Actor{}, nil, fault.Missing("link")
	}
	return visitor(t), hash, nil
}

// NewSecret makes a secret that a visitor carries, which names a tenant, and the hash of it that is stored.
func (s *Service) NewSecret(tenant id.Tenant) (text string, hash []byte) { return newSecret(tenant) }

func visitor(tenant id.Tenant) actor.Actor {
	return actor.New(actor.Facts{Kind: actor.System, Tenant: tenant, Name: "Visitor"})
}
