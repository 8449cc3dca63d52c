package rest

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Tenant is the caller's organisation.
type Tenant struct {
	ID      id.Tenant `json:"id" format:"uuid"`
	Code    string    `json:"code" doc:"What people give at sign-in; it does not change." example:"ACME"`
	Name    string    `json:"name" example:"Acme Facilities"`
	Zone    string    `json:"zone" doc:"IANA time zone, for what belongs to no site." example:"Asia/Kolkata"`
	Version int64     `json:"version" example:"1"`
}

func tenantOf(t org.Tenant) Tenant { return Tenant(t) }

// TenantChange replaces what may be changed of the organisation.
type TenantChange struct {
	Name    string `json:"name" minLength:"1" maxLength:"200" example:"Acme Facilities"`
	Zone    string `json:"zone" minLength:"1" maxLength:"100" doc:"IANA time zone." example:"Asia/Kolkata"`
	Version int64  `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b TenantChange) input() org.TenantInput { return org.TenantInput{Name: b.Name, Zone: b.Zone} }

func (a *api) tenant() {
	register(a, "tenant.get", func(ctx context.Context, _ *struct{}) (*one[Tenant], error) {
		t, err := a.c.Org.GetTenant(ctx, actor.From(ctx))
		return single(t, err, tenantOf)
	})
	register(a, "tenant.update", func(ctx context.Context, in *struct{ Body TenantChange }) (*one[Tenant], error) {
		t, err := a.c.Org.UpdateTenant(ctx, actor.From(ctx), in.Body.Version, in.Body.input())
		return single(t, err, tenantOf)
	}, checks(func(b TenantChange) error {
		in := b.input()
		in.Code = "X" // it is not asked for
		return in.Check()
	}))
}
