package auth

import (
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// ProofBy gives the provider by which the actor's session was started and to which they can go to prove once more who they are; ok is false for
// none. A directory is asked by Prove.
func (s *Service) ProofBy(ctx context.Context, who actor.Actor) (d SSODoor, ok bool, err error) {
	var found []ssoDoor
	err = s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scanDoor, doorOf, who.Session())
		return err
	})
	if err != nil || len(found) == 0 {
		return SSODoor{}, false, err
	}
	return found[0].SSODoor, true, nil
}

// ProveSSO sends who is signed in by a provider there once more: it has to ask who they are even if it knows that, and FinishSSO takes its word as
// Prove takes a password. Needs a session; NotFound when it was not started by a provider that is on; TooMany; Unavailable when that does
// not answer.
func (s *Service) ProveSSO(ctx context.Context, who actor.Actor, next string) (Away, error) {
	if who.Kind() != actor.Person {
		return Away{}, fault.Anonymous()
	}
	d, ok, err := s.ProofBy(ctx, who)
	if err != nil {
		return Away{}, err
	}
	if !ok {
		return Away{}, fault.Missing("provider")
	}
	if err := s.limit.Guess(ctx, who); err != nil {
		return Away{}, err
	}
	p, err := s.activeProvider(ctx, who.Tenant(), d.ID)
	if err != nil {
		return Away{}, err
	}
	return s.leave(ctx, p, away{Tenant: who.Tenant(), Session: who.Session(), Next: next})
}

// provenAt takes a provider's word that the subject is there as the proof of an actor in the session that asked for it.
func (s *Service) provenAt(ctx context.Context, who actor.Actor, session id.Session, p sealedProvider, subject string) (string, error) {
	if who.Kind() != actor.Person || who.Session() != session {
		return "", errNotProven()
	}
	return s.provenBy(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		found, err := db.All(ctx, tx, scanProven, subjectPerson, p.ID, subject)
		if err != nil {
			return fmt.Errorf("find the person of a subject: %w", err)
		}
		if len(found) == 0 || found[0].person != who.Person() || !found[0].active {
			return errNotProven()
		}
		return nil
	})
}

const doorOf db.SQL = `-- auth.doorOf
select p.id, p.name, false from sessions s join sso_providers p on p.tenant_id = s.tenant_id and p.id = s.sso and p.active and p.kind = 'oidc'
where s.tenant_id = $1 and s.id = $2`
