package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/ldap"
	"intelliwiz/internal/outbound"
	"intelliwiz/internal/page"
)

// TryProvider asks a provider whether it is what its issuer says, and a directory whether it can be searched. Needs sso.update; NotFound, or Conflict with the reason in words.
func (s *Service) TryProvider(ctx context.Context, who actor.Actor, provider id.Provider) error {
	if err := who.RequireEverywhere(CanUpdateSSO); err != nil {
		return err
	}
	all, err := s.readProviders(ctx, who)
	if err != nil {
		return err
	}
	p, err := providerIn(all, provider)
	if err != nil {
		return err
	}
	if p.Kind == LDAP {
		d, err := s.directory(who.Tenant(), p)
		if err != nil {
			return err
		}
		if err := s.asker.Check(ctx, d); err != nil {
			return fault.Of(fault.Conflict, "It does not answer as the directory that it is to be. "+reasonOf(err)).Because(err)
		}
		return nil
	}
	outside, err := s.outside(who.Tenant(), p)
	if err != nil {
		return err
	}
	if err := s.prover.Check(ctx, outside); err != nil {
		reason := reasonOf(err)
		if reason == "" {
			reason = "Check every character of the issuer; it calls itself by another name, or answers something else."
		}
		return fault.Of(fault.Conflict, "It does not answer as a provider of this issuer. "+reason).Because(err)
	}
	return nil
}

// reasonOf gives what a person can be told of why a provider was not reached; "" when it was.
func reasonOf(err error) string {
	if f, ok := errors.AsType[*outbound.Failure](err); ok {
		return f.Words
	}
	if f, ok := errors.AsType[*ldap.Failure](err); ok {
		return f.Words
	}
	return ""
}

// DeleteProvider removes a provider: whoever signed in by it is signed out, and the roles that its groups gave are taken away. Needs sso.update;
// NotFound; Conflict when version is not the stored one, while people may sign in by no other, and when the last administrator is one by its groups.
func (s *Service) DeleteProvider(ctx context.Context, who actor.Actor, provider id.Provider, version int64) error {
	if err := who.RequireEverywhere(CanUpdateSSO); err != nil {
		return err
	}
	in := door(who.Tenant())
	err := s.db.Together(ctx, in, func(ctx context.Context) error {
		if err := s.takeRoles(ctx, in, provider, nil); err != nil {
			return err
		}
		return s.db.Write(ctx, who, func(tx *db.Tx) error {
			all, err := providersOf(ctx, tx)
			if err != nil {
				return err
			}
			old, err := providerIn(all, provider)
			if err != nil {
				return err
			}
			if old.Version != version {
				return fault.Stale("provider", old.Provider)
			}
			if err := s.lastProvider(ctx, tx, all, provider); err != nil {
				return err
			}
			s.forgetSubjects(tx, provider, nil)
			tx.Later(mappedDelete, provider)
			tx.Later(providerDelete, provider)
			return s.journal.Record(ctx, tx, journal.Change{Verb: "provider.deleted", Subject: provider, Before: toldProvider{Provider: old.Provider}})
		})
	})
	if err != nil {
		return fmt.Errorf("delete provider %s: %w", provider, err)
	}
	return nil
}

// takeRoles takes the roles away that a provider's groups gave a person, nil for everybody.
func (s *Service) takeRoles(ctx context.Context, in actor.Actor, provider id.Provider, person *id.Person) error {
	var has []mapped
	err := s.db.Read(ctx, in, func(tx *db.Tx) (err error) {
		has, err = db.All(ctx, tx, scanGiven, givenTo, provider, person)
		return err
	})
	if err != nil {
		return err
	}
	grants := make([]id.Grant, len(has))
	for i, g := range has {
		grants[i] = g.grant
	}
	return s.org.DeleteGrants(ctx, in, grants)
}

// forgetSubjects forgets who the subjects of a provider are, of one person or (nil) all, and signs them out that came by it.
func (s *Service) forgetSubjects(tx *db.Tx, provider id.Provider, person *id.Person) {
	tx.Later(ssoStepsEnd, provider, person)
	tx.Later(ssoSessionsEnd, provider, person)
	tx.Later(givenDelete, provider, person)
	tx.Later(subjectsDelete, provider, person)
}

// Linked is somebody who signed in by a provider.
type Linked struct {
	Person id.Person
	Name   string
	Since  time.Time
}

func scanLinked(r db.Row) (l Linked, err error) {
	err = r.Scan(&l.Person, &l.Name, &l.Since)
	return l, err
}

// ListLinked gives a piece of those who signed in by a provider, by name. Needs sso.read; NotFound.
func (s *Service) ListLinked(ctx context.Context, who actor.Actor, provider id.Provider, p page.Request) (out page.Of[Linked], err error) {
	if _, err := s.GetProvider(ctx, who, provider); err != nil {
		return out, err
	}
	name, after, err := page.Last[id.Person](p)
	if err != nil {
		return out, err
	}
	var rows []Linked
	err = s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanLinked, subjectsOf, provider, name, after, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(x Linked) (string, string) { return fold.Key(x.Name), x.Person.String() }), err
}

// Unlink forgets who a person is at a provider, signs them out that came by it, and takes the roles away that its groups gave them. Needs sso.update and everything that the
// person may do; NotFound.
func (s *Service) Unlink(ctx context.Context, who actor.Actor, provider id.Provider, person id.Person) error {
	if err := who.RequireEverywhere(CanUpdateSSO); err != nil {
		return err
	}
	in := door(who.Tenant())
	p, err := s.GetProvider(ctx, in, provider)
	if err != nil {
		return err
	}
	x, err := s.people.GetPerson(ctx, in, person)
	if err != nil {
		return err
	}
	if err := s.mayChangeEntry(ctx, who, person); err != nil {
		return err
	}
	err = s.db.Together(ctx, in, func(ctx context.Context) error {
		if err := s.takeRoles(ctx, in, provider, &person); err != nil {
			return err
		}
		return s.db.Write(ctx, who, func(tx *db.Tx) error {
			n, err := tx.Exec(ctx, subjectsDelete, provider, &person)
			if err == nil && n == 0 {
				err = fault.Missing("person")
			}
			if err != nil {
				return err
			}
			s.forgetSubjects(tx, provider, &person)
			return s.journal.Record(ctx, tx, journal.Change{Verb: "person.sso_unlinked", Subject: person, Before: linkedAs{x.Name, p.Name}})
		})
	})
	if err != nil {
		return fmt.Errorf("unlink %s: %w", person, err)
	}
	return nil
}

// linkedAs is what the journal keeps of who somebody is at a provider.
type linkedAs struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
}
