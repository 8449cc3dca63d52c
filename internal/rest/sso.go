package rest

import (
	"context"
	"net/http"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
	"intelliwiz/internal/telemetry"
)

// ProviderGroup is the role that the members of a provider's group have.
type ProviderGroup struct {
	Group  string   `json:"group" minLength:"1" maxLength:"200" doc:"Exactly as the provider calls it." example:"guards"`
	RoleID id.Role  `json:"role_id" format:"uuid"`
	SiteID *id.Site `json:"site_id,omitzero" format:"uuid" nullable:"true" doc:"Where the role holds; null: everywhere."`
}

// Directory says how people are found in a directory (LDAP).
type Directory struct {
	CA          string `json:"ca,omitzero" maxLength:"20000" doc:"Certificates in PEM of who vouches for it, and nobody else. Empty: whom the machine trusts." example:""`
	Base        string `json:"base" minLength:"1" maxLength:"500" doc:"Below which people are." example:"ou=people,dc=example,dc=com"`
	Filter      string `json:"filter" minLength:"1" maxLength:"500" doc:"Finds one; what somebody types is put where {login} is." example:"(uid={login})"`
	Subject     string `json:"subject" minLength:"1" maxLength:"63" doc:"The attribute that never changes and is never given to another." example:"entryUUID"`
	Email       string `json:"email,omitzero" maxLength:"63" doc:"The attribute with an address that people cannot change themselves. Empty: none is read." example:"mail"`
	FullName    string `json:"full_name" minLength:"1" maxLength:"63" doc:"The attribute with the name." example:"cn"`
	GroupBase   string `json:"group_base,omitzero" maxLength:"500" doc:"Below which groups are searched for. Empty: they are not." example:""`
	GroupFilter string `json:"group_filter,omitzero" maxLength:"500" doc:"Finds them by {dn} or {subject} of the person." example:""`
}

// Provider is where people of the organisation are proven. The secret of this product there is never answered.
type Provider struct {
	ID          id.Provider     `json:"id" format:"uuid"`
	Kind        string          `json:"kind" enum:"oidc,ldap" doc:"oidc: OpenID Connect. ldap: a directory." example:"oidc"`
	Name        string          `json:"name" example:"Keycloak"`
	Issuer      string          `json:"issuer" doc:"Of a directory its address." example:"https://login.example.com/realms/main"`
	ClientID    string          `json:"client_id" doc:"Of a directory the account that searches." example:"intelliwiz"`
	HasSecret   bool            `json:"has_secret"`
	Scopes      []string        `json:"scopes" nullable:"false" doc:"Beside openid." example:"[\"email\"]"`
	GroupsClaim string          `json:"groups_claim" doc:"Of a directory the attribute. Empty: groups give no roles." example:"groups"`
	Proofs      []string        `json:"proofs" nullable:"false" doc:"Words of amr or acr by which it says that it asked for a second step; * if it always asks." example:"[\"mfa\"]"`
	Joins       bool            `json:"joins" doc:"Who has no account here gets one."`
	Active      bool            `json:"active" doc:"The sign-in page offers it."`
	Groups      []ProviderGroup `json:"groups" nullable:"false"`
	Directory   *Directory      `json:"directory,omitzero" doc:"Of a directory alone."`
	CreatedAt   time.Time       `json:"created_at"`
	Version     int64           `json:"version" example:"1"`
}

func providerOf(p auth.Provider) Provider {
	out := Provider{ID: p.ID, Kind: string(p.Kind), Directory: (*Directory)(p.Directory), Name: p.Name, Issuer: p.Issuer, ClientID: p.Client, HasSecret: p.Secret, Scopes: p.Scopes, GroupsClaim: p.Claim, Proofs: p.Proofs, Joins: p.Joins,
		Active: p.Active, Groups: []ProviderGroup{}, CreatedAt: p.Created, Version: p.Version}
	for _, g := range p.Groups {
		out.Groups = append(out.Groups, ProviderGroup{Group: g.Group, RoleID: g.Role, SiteID: g.Site})
	}
	return out
}

// ProviderNew is a provider to be added.
type ProviderNew struct {
	Kind        string          `json:"kind,omitzero" enum:"oidc,ldap" doc:"oidc unless told." example:"oidc"`
	Name        string          `json:"name" minLength:"1" maxLength:"60" doc:"As the sign-in page shows it." example:"Keycloak"`
	Issuer      string          `json:"issuer" minLength:"1" maxLength:"500" doc:"Exactly as the provider writes it; of a directory its address, such as ldaps://ldap.example.com, or ldap:// for one that goes over to TLS." example:"https://login.example.com/realms/main"`
	ClientID    string          `json:"client_id" maxLength:"200" doc:"Of a directory the distinguished name of the account that searches; empty if it may be searched without." example:"intelliwiz"`
	Secret      string          `json:"secret,omitzero" maxLength:"500" writeOnly:"true" doc:"Kept sealed and never answered. Without it the one before stays, while issuer and client do." example:"..."`
	Scopes      []string        `json:"scopes,omitzero" nullable:"false" maxItems:"20" maxLength:"100" doc:"Beside openid." example:"[\"email\"]"`
	GroupsClaim string          `json:"groups_claim,omitzero" maxLength:"100" example:"groups"`
	Proofs      []string        `json:"proofs,omitzero" nullable:"false" maxItems:"20" maxLength:"100" example:"[\"mfa\"]"`
	Joins       bool            `json:"joins,omitzero" doc:"False unless told."`
	Active      bool            `json:"active,omitzero" doc:"False unless told."`
	Groups      []ProviderGroup `json:"groups,omitzero" nullable:"false" maxItems:"100" example:"[]"`
	Directory   *Directory      `json:"directory,omitzero" doc:"Of a directory alone."`
}

func (b ProviderNew) input() auth.ProviderInput {
	in := auth.ProviderInput{Kind: auth.ProviderKind(b.Kind), Directory: (*auth.Directory)(b.Directory), Name: b.Name, Issuer: b.Issuer, Client: b.ClientID, Scopes: b.Scopes, Claim: b.GroupsClaim, Proofs: b.Proofs, Joins: b.Joins, Active: b.Active}
	if b.Secret != "" {
		in.Secret = telemetry.Hide(b.Secret)
	}
	for _, g := range b.Groups {
		in.Groups = append(in.Groups, auth.GroupRole{Group: g.Group, Role: g.RoleID, Site: g.SiteID})
	}
	return in
}

// ProviderChange replaces a provider.
type ProviderChange struct {
	ProviderNew
	Version int64 `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

// SSORule says whether people may sign in by a provider only.
type SSORule struct {
	Since *time.Time `json:"since" doc:"Null: they may sign in with a password or a passkey of here too."`
}

func ssoRuleOf(since time.Time) SSORule {
	if since.IsZero() {
		return SSORule{}
	}
	return SSORule{&since}
}

// SSORuleChange says anew whether people may.
type SSORuleChange struct {
	Only bool `json:"only" doc:"True: by a provider only, but for those who may change this. To turn it on, the caller has to be a person with a password." example:"false"`
}

func ssoRows() []Operation {
	rows := crud("provider", "/sso-providers", "a provider", "the providers, by name", auth.CanReadSSO, auth.CanUpdateSSO, auth.CanUpdateSSO, auth.CanUpdateSSO)
	return append(rows,
		Operation{Name: "provider.try", Method: post, Path: "/sso-providers/{id}/try", Permission: auth.CanUpdateSSO, Noun: "provider",
			Summary: "Ask a provider whether it is what its issuer says", status: http.StatusNoContent, reads: true},
		Operation{Name: "tenant.sso.get", Method: get, Path: "/sso-rule", Permission: auth.CanReadSSO, Summary: "Get whether people sign in by a provider only"},
		Operation{Name: "tenant.sso", Method: put, Path: "/sso-rule", Permission: auth.CanUpdateSSO, Summary: "Say whether people sign in by a provider only"})
}

// providerPlace names a provider.
type providerPlace struct {
	ID id.Provider `path:"id" format:"uuid"`
}

func (a *api) sso() {
	s := a.c.Auth
	check := func(in auth.ProviderInput) error { return in.Check() }
	register(a, "provider.list", func(ctx context.Context, _ *struct{}) (*many[Provider], error) {
		rows, err := s.ListProviders(ctx, actor.From(ctx))
		return whole(rows, err, providerOf)
	})
	register(a, "provider.get", func(ctx context.Context, in *providerPlace) (*one[Provider], error) {
		p, err := s.GetProvider(ctx, actor.From(ctx), in.ID)
		return single(p, err, providerOf)
	})
	register(a, "provider.create", func(ctx context.Context, in *struct{ Body ProviderNew }) (*made[Provider], error) {
		p, err := s.CreateProvider(ctx, actor.From(ctx), in.Body.input())
		return created(p, err, providerOf, "sso-providers", func(p auth.Provider) string { return p.ID.String() })
	}, checks(func(b ProviderNew) error { return check(b.input()) }))
	register(a, "provider.update", func(ctx context.Context, in *struct {
		ID   id.Provider `path:"id" format:"uuid"`
		Body ProviderChange
	}) (*one[Provider], error) {
		p, err := s.UpdateProvider(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(p, err, providerOf)
	}, checks(func(b ProviderChange) error { return check(b.input()) }))
	register(a, "provider.delete", func(ctx context.Context, in *struct {
		ID id.Provider `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.DeleteProvider(ctx, actor.From(ctx), in.ID, in.Version))
	})
	register(a, "provider.try", func(ctx context.Context, in *providerPlace) (*nothing, error) {
		return done(s.TryProvider(ctx, actor.From(ctx), in.ID))
	})
	register(a, "tenant.sso.get", func(ctx context.Context, _ *struct{}) (*one[SSORule], error) {
		since, err := s.SSOForced(ctx, actor.From(ctx))
		return single(since, err, ssoRuleOf)
	})
	register(a, "tenant.sso", func(ctx context.Context, in *struct{ Body SSORuleChange }) (*one[SSORule], error) {
		if err := s.ForceSSO(ctx, actor.From(ctx), in.Body.Only); err != nil {
			return nil, err
		}
		since, err := s.SSOForced(ctx, actor.From(ctx))
		return single(since, err, ssoRuleOf)
	})
}
