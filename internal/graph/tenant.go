package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/org"
)

// Tenant answers with the caller's organisation.
func (q query) Tenant(ctx context.Context) (*org.Tenant, error) {
	return pointer(q.c.Org.GetTenant(ctx, actor.From(ctx)))
}

// UpdateTenant changes the organisation.
func (m mutation) UpdateTenant(ctx context.Context, version int64, input org.TenantInput) (*org.Tenant, error) {
	return pointer(m.c.Org.UpdateTenant(ctx, actor.From(ctx), version, input))
}
