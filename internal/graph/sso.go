package graph

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/telemetry"
)

// SsoProviders answers with the providers that prove people.
func (q query) SsoProviders(ctx context.Context) ([]auth.Provider, error) {
	return q.c.Auth.ListProviders(ctx, actor.From(ctx))
}

// SsoProvider answers with a provider.
func (q query) SsoProvider(ctx context.Context, provider id.Any) (*auth.Provider, error) {
	return pointer(q.c.Auth.GetProvider(ctx, actor.From(ctx), as[id.Provider](provider)))
}

// SsoOnlySince answers since when people sign in by a provider only.
func (q query) SsoOnlySince(ctx context.Context) (*time.Time, error) {
	since, err := q.c.Auth.SSOForced(ctx, actor.From(ctx))
	if err != nil || since.IsZero() {
		return nil, err
	}
	return &since, nil
}

// CreateSsoProvider adds a provider.
func (m mutation) CreateSsoProvider(ctx context.Context, input gen.SsoProviderInput) (*auth.Provider, error) {
	return pointer(m.c.Auth.CreateProvider(ctx, actor.From(ctx), providerInput(input)))
}

// UpdateSsoProvider replaces a provider.
func (m mutation) UpdateSsoProvider(ctx context.Context, provider id.Any, version int64, input gen.SsoProviderInput) (*auth.Provider, error) {
	return pointer(m.c.Auth.UpdateProvider(ctx, actor.From(ctx), as[id.Provider](provider), version, providerInput(input)))
}

// DeleteSsoProvider removes a provider.
func (m mutation) DeleteSsoProvider(ctx context.Context, provider id.Any, version int64) (*id.Any, error) {
	return pointer(provider, m.c.Auth.DeleteProvider(ctx, actor.From(ctx), as[id.Provider](provider), version))
}

// TrySsoProvider asks a provider whether it is what its issuer says.
func (m mutation) TrySsoProvider(ctx context.Context, provider id.Any) (*id.Any, error) {
	return pointer(provider, m.c.Auth.TryProvider(ctx, actor.From(ctx), as[id.Provider](provider)))
}

// SetSsoOnly says whether people sign in by a provider only.
func (m mutation) SetSsoOnly(ctx context.Context, only bool) (bool, error) {
	return only, m.c.Auth.ForceSSO(ctx, actor.From(ctx), only)
}

func providerInput(in gen.SsoProviderInput) auth.ProviderInput {
	out := auth.ProviderInput{Kind: in.Kind, Directory: in.Directory, Name: in.Name, Issuer: in.Issuer, Client: in.ClientID, Scopes: in.Scopes, Claim: given(in.GroupsClaim), Proofs: in.Proofs, Joins: in.Joins, Active: in.Active, Groups: in.Groups}
	if secret := given(in.Secret); secret != "" {
		out.Secret = telemetry.Hide(secret)
	}
	return out
}
