package auth

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/journal"
)

// proofOfKey names, in the state of a ceremony, whose proof it is; the state of a new passkey is none of a proof.
func proofOfKey(who actor.Actor) string { return "proof " + who.Person().String() }

// BeginPasskeyProof asks a browser for one of the actor's passkeys, as proof of who they are. Needs a session; Conflict for who has none;
// NotFound where there are none.
func (s *Service) BeginPasskeyProof(ctx context.Context, who actor.Actor) (Ceremony, error) {
	if err := mine(who); err != nil {
		return Ceremony{}, err
	}
	if s.party == nil {
		return Ceremony{}, errNoPasskeys()
	}
	keys, err := s.keysOf(ctx, who.Tenant(), who.Person())
	if err != nil {
		return Ceremony{}, err
	}
	if len(keys) == 0 {
		return Ceremony{}, fault.Of(fault.Conflict, "You have no passkey. Prove who you are with your password.")
	}
	options, session, err := s.party.BeginLogin(holder{handle: handleOf(who.Tenant(), who.Person()), keys: keys}, webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fmt.Errorf("begin a proof: %w", err)
	}
	return s.begun(options, ceremony{Session: *session, Person: proofOfKey(who)})
}

// ProveByPasskey is Prove by the answer of a passkey to BeginPasskeyProof. Needs a session; Invalid at the field proof for an answer that does
// not hold or was given before; TooMany before it is looked at.
func (s *Service) ProveByPasskey(ctx context.Context, who actor.Actor, state string, response []byte) (secret string, err error) {
	if err := mine(who); err != nil {
		return "", err
	}
	if err := s.limit.Guess(ctx, who); err != nil {
		return "", err
	}
	x, k, err := s.answeredBy(ctx, who, state, response)
	if err != nil {
		s.log.InfoContext(ctx, "a passkey proved nothing", "err", err)
		return "", errKeyProof()
	}
	sealed, err := s.sealRecord(who.Tenant(), k.id, k.record)
	if err != nil {
		return "", err
	}
	copied := k.record.Authenticator.CloneWarning
	secret, hash := newSecret(who.Tenant())
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := s.spend(ctx, tx, x); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, passkeyUse, k.id, who.Person(), int64(k.record.Authenticator.SignCount), s.now(), sealed)
		if copied = copied || err == nil && n == 0; copied {
			return errPasskey()
		}
		if err == nil {
			n, err = tx.Exec(ctx, sessionProve, who.Session(), hash, s.now())
		}
		if err == nil && n == 0 {
			err = fault.Anonymous()
		}
		if err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "session.proven", Subject: who.Session()})
	})
	if copied {
		err = s.copied(ctx, who, k)
	}
	if fault.KindOf(err) == fault.Unauthenticated && len(fault.As(err).Fields) > 0 { // copied, or given before
		return "", errKeyProof()
	}
	if err != nil {
		return "", fmt.Errorf("prove by passkey: %w", err)
	}
	s.store.Apply(who.Tenant(), "session") // what is kept opens with the secret before
	return secret, nil
}

// answeredBy finds the actor's passkey that gave an answer, as it is afterwards.
func (s *Service) answeredBy(ctx context.Context, who actor.Actor, state string, response []byte) (x ceremony, k passkey, err error) {
	if x, err = s.resume(state, proofOfKey(who)); err != nil {
		return x, k, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return x, k, err
	}
	keys, err := s.keysOf(ctx, who.Tenant(), who.Person())
	if err != nil {
		return x, k, err
	}
	record, err := s.party.ValidateLogin(holder{handle: handleOf(who.Tenant(), who.Person()), keys: keys}, x.Session, parsed)
	if err != nil {
		return x, k, err
	}
	k = keys[slices.IndexFunc(keys, func(k passkey) bool { return slices.Equal(k.record.ID, record.ID) })]
	k.record = *record
	return x, k, nil
}

func errKeyProof() error {
	var c fault.Check
	c.Add("proof", "wrong", "This passkey proved nothing. Use another, or your password.")
	return c.Err()
}
