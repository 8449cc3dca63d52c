package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/oidc"
	"intelliwiz/internal/telemetry"
)

// sealedProvider is a provider with its sealed secret.
type sealedProvider struct {
	Provider
	sealed []byte // nil: a public client
}

func scanProvider(r db.Row) (p sealedProvider, err error) {
	var scopes, proofs string
	var sealed *[]byte
	var directory *string
	err = r.Scan(&p.ID, &p.Kind, &p.Name, &p.Issuer, &p.Client, db.Null(&sealed), &scopes, &p.Claim, &proofs, &p.Joins, &p.Active, db.Null(&directory), &p.Created, &p.Version)
	if p.Scopes, p.Proofs, p.Groups = strings.Fields(scopes), strings.Fields(proofs), []GroupRole{}; sealed != nil {
		p.sealed, p.Secret = *sealed, true
	}
	if err == nil && directory != nil {
		err = json.Unmarshal([]byte(*directory), &p.Directory)
	}
	return p, err
}

// written is how a directory is stored; nil: it is none.
func (d *Directory) written() (*string, error) {
	if d == nil {
		return nil, nil
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("write a directory: %w", err)
	}
	text := string(raw)
	return &text, nil
}

// mappedGroup is a group with the provider that it is of.
type mappedGroup struct {
	provider id.Provider
	GroupRole
}

func scanMapped(r db.Row) (g mappedGroup, err error) {
	err = r.Scan(&g.provider, &g.Group, &g.Role, db.Null(&g.Site))
	return g, err
}

// providersOf reads the tenant's providers with their groups, by name.
func providersOf(ctx context.Context, tx *db.Tx) ([]sealedProvider, error) {
	all, err := db.All(ctx, tx, scanProvider, providerList)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	groups, err := db.All(ctx, tx, scanMapped, mappedList)
	for _, g := range groups {
		for i := range all {
			if all[i].ID == g.provider {
				all[i].Groups = append(all[i].Groups, g.GroupRole)
			}
		}
	}
	return all, err
}

func (s *Service) readProviders(ctx context.Context, who actor.Actor) (all []sealedProvider, err error) {
	err = s.db.ReadAll(ctx, who, func(tx *db.Tx) error {
		all, err = providersOf(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read providers: %w", err)
	}
	return all, nil
}

func providerIn(all []sealedProvider, provider id.Provider) (sealedProvider, error) {
	for _, p := range all {
		if p.ID == provider {
			return p, nil
		}
	}
	return sealedProvider{}, fault.Missing("provider")
}

// outside is a provider as the client of OpenID Connect needs it.
func (s *Service) outside(tenant id.Tenant, p sealedProvider) (oidc.Provider, error) {
	secret, err := s.secretOf(tenant, p)
	return oidc.Provider{Issuer: p.Issuer, Client: p.Client, Secret: secret, Scopes: p.Scopes, Groups: p.Claim}, err
}

// secretOf opens the secret of a provider; it is none where there is none.
func (s *Service) secretOf(tenant id.Tenant, p sealedProvider) (telemetry.Secret, error) {
	if p.sealed == nil {
		return telemetry.Secret{}, nil
	}
	raw, err := s.box.Open(p.sealed, secretPlace(tenant, p.ID)...)
	if err != nil {
		return telemetry.Secret{}, fmt.Errorf("secret of provider %s: %w", p.ID, err)
	}
	return telemetry.Hide(string(raw)), nil
}

// secretPlace is where the secret of a provider is kept.
func secretPlace(tenant id.Tenant, provider id.Provider) [][]byte {
	t, p := tenant.Bytes(), provider.Bytes()
	return [][]byte{t[:], p[:], []byte("sso_providers.secret")}
}

func (s *Service) sealProvider(tx *db.Tx, provider id.Provider, secret telemetry.Secret) ([]byte, error) {
	if secret.IsZero() || secret.Reveal() == "" {
		return nil, nil
	}
	return s.box.Seal([]byte(secret.Reveal()), secretPlace(tx.Who().Tenant(), provider)...)
}

// resealProviders seals secrets of providers anew whose key is on its way out.
func (s *Service) resealProviders(ctx context.Context, tx *db.Tx) error {
	all, err := db.All(ctx, tx, scanProvider, providerList)
	if err != nil {
		return err
	}
	place := func(p sealedProvider) [][]byte { return secretPlace(tx.Who().Tenant(), p.ID) }
	for _, p := range all {
		if p.sealed == nil || !s.box.Old(p.sealed) {
			continue
		}
		raw, err := s.box.Open(p.sealed, place(p)...)
		if err != nil { // nobody signs in by it any more, and it is no reason to keep the rest of the work from being done
			s.log.ErrorContext(ctx, "secret of a provider not sealed anew", "err", err)
			continue
		}
		sealed, err := s.box.Seal(raw, place(p)...)
		if err != nil {
			return err
		}
		tx.Later(providerReseal, p.ID, sealed)
	}
	return nil
}

// mapped is a role that a provider's group gave.
type mapped struct {
	grant id.Grant
	role  id.Role
	site  *id.Site
}

func scanGiven(r db.Row) (g mapped, err error) {
	err = r.Scan(&g.grant, &g.role, db.Null(&g.site))
	return g, err
}

func scanProven(r db.Row) (a account, err error) {
	err = r.Scan(&a.person, &a.name, &a.active)
	return a, err
}

// providerTaken places what the database says about a provider that was to be stored.
//
//nolint:gochecknoglobals // a table that nothing writes to: the language has no constant of this kind
var providerTaken = map[string]fault.Field{
	"sso_providers_name": {Path: "name", Code: "taken", Message: "There is a provider of this name already."},
}

const providerList db.SQL = `-- auth.providerList
select p.id, p.kind, p.name, p.issuer, p.client, p.secret, p.scopes, p.groups_claim, p.proofs, p.joins, p.active, p.directory, p.created_at, p.version
from sso_providers p where p.tenant_id = $1 order by p.name_key, p.id limit 100`

const providerInsert db.SQL = `-- auth.providerInsert
insert into sso_providers (tenant_id, id, name, name_key, issuer, client, secret, scopes, groups_claim, proofs, joins, active, version, created_at, updated_at, kind, directory)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $13, $14, $15)`

const providerUpdate db.SQL = `-- auth.providerUpdate
update sso_providers set name = $3, name_key = $4, issuer = $5, client = $6, secret = $7, scopes = $8, groups_claim = $9, proofs = $10, joins = $11, active = $12,
  version = version + 1, updated_at = $13, kind = $14, directory = $15
where tenant_id = $1 and id = $2`

const providerDelete db.SQL = `-- auth.providerDelete
delete from sso_providers where tenant_id = $1 and id = $2`

const providerReseal db.SQL = `-- auth.providerReseal
update sso_providers set secret = $3 where tenant_id = $1 and id = $2`

const mappedList db.SQL = `-- auth.mappedList
select g.provider_id, g.name, g.role_id, g.site_id from sso_groups g where g.tenant_id = $1 order by g.id limit 1000`

const mappedInsert db.SQL = `-- auth.mappedInsert
insert into sso_groups (tenant_id, id, provider_id, name, role_id, site_id) values ($1, $2, $3, $4, $5, $6)`

const mappedDelete db.SQL = `-- auth.mappedDelete
delete from sso_groups where tenant_id = $1 and provider_id = $2`

const subjectPerson db.SQL = `-- auth.subjectPerson
select p.id, p.name, p.active from sso_people s join persons p on p.tenant_id = s.tenant_id and p.id = s.person_id
where s.tenant_id = $1 and s.provider_id = $2 and s.subject = $3`

// addressPerson finds whose address it is; whoever has it for a login has not shown that it is theirs.
const addressPerson db.SQL = `-- auth.addressPerson
select p.id, p.name, p.active from persons p
join person_identifiers i on i.tenant_id = p.tenant_id and i.person_id = p.id
where p.tenant_id = $1 and i.key = $2 and p.email = $2 and $2 <> ''`

const subjectInsert db.SQL = `-- auth.subjectInsert
insert into sso_people (tenant_id, id, provider_id, subject, person_id, created_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`

const subjectsDelete db.SQL = `-- auth.subjectsDelete
delete from sso_people where tenant_id = $1 and provider_id = $2 and (person_id = $3 or $3 is null)`

const givenTo db.SQL = `-- auth.givenTo
select g.id, g.role_id, g.site_id from sso_grants s join grants g on g.tenant_id = s.tenant_id and g.id = s.id
where s.tenant_id = $1 and s.provider_id = $2 and (s.person_id = $3 or $3 is null) limit 10000`

const givenInsert db.SQL = `-- auth.givenInsert
insert into sso_grants (tenant_id, id, provider_id, person_id) values ($1, $2, $3, $4)`

const givenDelete db.SQL = `-- auth.givenDelete
delete from sso_grants where tenant_id = $1 and provider_id = $2 and (person_id = $3 or $3 is null)`

const ssoSessionsEnd db.SQL = `-- auth.ssoSessionsEnd
delete from sessions where tenant_id = $1 and sso = $2 and (person_id = $3 or $3 is null)`

const ssoStepsEnd db.SQL = `-- auth.ssoStepsEnd
delete from second_steps where tenant_id = $1 and sso = $2 and (person_id = $3 or $3 is null)`

const subjectsOf db.SQL = `-- auth.subjectsOf
select s.person_id, p.name, s.created_at from sso_people s join persons p on p.tenant_id = s.tenant_id and p.id = s.person_id
where s.tenant_id = $1 and s.provider_id = $2 and (p.name_key, p.id) > ($3, $4) order by p.name_key, p.id limit $5`
