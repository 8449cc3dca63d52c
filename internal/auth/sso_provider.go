package auth

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/telemetry"
)

// checkRoles holds the roles of groups to what the actor holds: nobody hands out more than that.
func (s *Service) checkRoles(ctx context.Context, who actor.Actor, groups []GroupRole) error {
	var c fault.Check
	for i, g := range groups {
		at := "groups[" + strconv.Itoa(i) + "]."
		reach, err := s.org.RoleReach(ctx, door(who.Tenant()), g.Role, g.Site)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			c.Add(at+"role_id", "unknown", "There is no such role.")
			continue
		case err != nil:
			return err
		}
		if g.Site != nil {
			if _, err := s.org.GetSite(ctx, door(who.Tenant()), *g.Site); fault.KindOf(err) == fault.NotFound {
				c.Add(at+"site_id", "unknown", "There is no such site.")
			} else if err != nil {
				return err
			}
		}
		c.That(covers(who, reach), at+"role_id", "beyond", "There this role may do more than you. Choose another role, or a site.")
	}
	return c.Err()
}

// ListProviders gives the tenant's providers by name. Needs sso.read.
func (s *Service) ListProviders(ctx context.Context, who actor.Actor) ([]Provider, error) {
	if err := who.RequireEverywhere(CanReadSSO); err != nil {
		return nil, err
	}
	all, err := s.readProviders(ctx, who)
	out := make([]Provider, len(all))
	for i, p := range all {
		out[i] = p.Provider
	}
	return out, err
}

// GetProvider gives one provider. Needs sso.read; NotFound.
func (s *Service) GetProvider(ctx context.Context, who actor.Actor, provider id.Provider) (Provider, error) {
	if err := who.RequireEverywhere(CanReadSSO); err != nil {
		return Provider{}, err
	}
	all, err := s.readProviders(ctx, who)
	if err != nil {
		return Provider{}, err
	}
	p, err := providerIn(all, provider)
	return p.Provider, err
}

// CreateProvider adds a provider. Needs sso.update and every permission that its groups give. Invalid at the field; Conflict for a name that
// is taken. Nothing is asked of the provider: TryProvider does.
func (s *Service) CreateProvider(ctx context.Context, who actor.Actor, in ProviderInput) (Provider, error) {
	return s.putProvider(ctx, who, id.New[id.Provider](), 0, in)
}

// UpdateProvider changes a provider; without a secret the one before stays, unless issuer or client change: a secret is not sent to another.
// Faults as CreateProvider, and NotFound; Conflict with the current record when version is not the stored one, and when it is to be turned
// off while people may sign in by no other.
func (s *Service) UpdateProvider(ctx context.Context, who actor.Actor, provider id.Provider, version int64, in ProviderInput) (Provider, error) {
	return s.putProvider(ctx, who, provider, version, in)
}

func (s *Service) putProvider(ctx context.Context, who actor.Actor, provider id.Provider, version int64, in ProviderInput) (Provider, error) {
	if err := who.RequireEverywhere(CanUpdateSSO); err != nil {
		return Provider{}, err
	}
	if err := in.Check(); err != nil {
		return Provider{}, err
	}
	if version > 0 {
		if all, err := s.readProviders(ctx, who); err != nil {
			return Provider{}, err
		} else if _, err = providerIn(all, provider); err != nil {
			return Provider{}, err
		}
	}
	if err := s.checkRoles(ctx, who, in.Groups); err != nil {
		return Provider{}, err
	}
	p := Provider{ID: provider, Kind: in.Kind, Directory: in.Directory, Name: in.Name, Issuer: in.Issuer, Client: in.Client, Scopes: in.Scopes, Claim: in.Claim, Proofs: in.Proofs, Joins: in.Joins, Active: in.Active,
		Groups: in.Groups, Created: s.now(), Version: version + 1}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		all, err := providersOf(ctx, tx)
		if err != nil {
			return err
		}
		if version == 0 {
			return s.addProvider(ctx, tx, all, p, in.Secret)
		}
		return s.changeProvider(ctx, tx, all, &p, in.Secret)
	})
	if err != nil {
		return Provider{}, fault.Place(fmt.Errorf("put provider: %w", err), providerTaken)
	}
	p.Secret = p.Secret || !in.Secret.IsZero()
	return p, nil
}

// toldProvider is what the journal keeps of a provider.
type toldProvider struct {
	Provider
	Changed bool `json:"secret_changed,omitzero"`
}

func (s *Service) addProvider(ctx context.Context, tx *db.Tx, all []sealedProvider, p Provider, secret telemetry.Secret) error {
	if len(all) >= maxProviders {
		return fault.Of(fault.Conflict, fmt.Sprintf("There are at most %d providers. Delete one that is no longer used.", maxProviders))
	}
	sealed, err := s.sealProvider(tx, p.ID, secret)
	if err != nil {
		return err
	}
	p.Secret = sealed != nil
	if err := p.store(tx, providerInsert, sealed, p.Created); err != nil {
		return err
	}
	return s.putGroups(ctx, tx, p, journal.Change{Verb: "provider.created", Subject: p.ID, After: toldProvider{p, sealed != nil}})
}

func (s *Service) changeProvider(ctx context.Context, tx *db.Tx, all []sealedProvider, p *Provider, secret telemetry.Secret) error {
	old, err := providerIn(all, p.ID)
	if err != nil {
		return err
	}
	if old.Version != p.Version-1 {
		return fault.Stale("provider", old.Provider)
	}
	if !p.Active {
		if err := s.lastProvider(ctx, tx, all, p.ID); err != nil {
			return err
		}
	}
	sealed, err := s.sealProvider(tx, p.ID, secret)
	if err != nil {
		return err
	}
	told := toldProvider{Changed: sealed != nil}
	if sealed == nil && old.Kind == p.Kind && old.Issuer == p.Issuer && old.Client == p.Client && sameRoots(old.Directory, p.Directory) {
		sealed = old.sealed
	}
	p.Created, p.Secret = old.Created, sealed != nil
	told.Provider = *p
	if err := p.store(tx, providerUpdate, sealed, s.now()); err != nil {
		return err
	}
	tx.Later(mappedDelete, p.ID)
	return s.putGroups(ctx, tx, *p, journal.Change{Verb: "provider.updated", Subject: p.ID, Before: toldProvider{Provider: old.Provider}, After: told})
}

// sameRoots says whether the same authorities vouch for a directory as before: a password is not sent to another.
func sameRoots(a, b *Directory) bool { return a == nil || b == nil || a.CA == b.CA }

// store writes a provider with its sealed secret. Invalid for a directory whose account has none: directories take that for a visitor.
func (p Provider) store(tx *db.Tx, q db.SQL, sealed []byte, now time.Time) error {
	if p.Kind == LDAP && p.Client != "" && sealed == nil {
		var c fault.Check
		c.Add("secret", "required", "Enter the password of the account that searches.")
		return c.Err()
	}
	directory, err := p.Directory.written()
	if err != nil {
		return err
	}
	tx.Later(q, p.ID, p.Name, fold.Key(p.Name), p.Issuer, p.Client, sealed, strings.Join(p.Scopes, " "), p.Claim, strings.Join(p.Proofs, " "), p.Joins, p.Active, now, p.Kind, directory)
	return nil
}

func (s *Service) putGroups(ctx context.Context, tx *db.Tx, p Provider, c journal.Change) error {
	for _, g := range p.Groups {
		tx.Later(mappedInsert, id.New[id.Any](), p.ID, g.Group, g.Role, g.Site)
	}
	return s.journal.Record(ctx, tx, c)
}
