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
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// errPasskey is the one answer to a passkey that opens nothing, for whatever reason.
func errPasskey() error {
	f := fault.Of(fault.Unauthenticated, "This passkey opens no account here. Use another, or your password.")
	f.Fields = []fault.Field{{Path: "response", Code: "refused", Message: f.Message}}
	return f
}

// BeginPasskeySignIn asks a browser for a passkey: of whoever it is, or, with the secret of a second step, of the person whose password was
// proven. Nothing is stored. Unauthenticated for a person without passkeys, and as StepOver tells; NotFound where there are none.
func (s *Service) BeginPasskeySignIn(ctx context.Context, step string) (Ceremony, error) {
	if s.party == nil {
		return Ceremony{}, errNoPasskeys()
	}
	verified := webauthn.WithUserVerification(protocol.VerificationRequired)
	if step == "" {
		options, session, err := s.party.BeginDiscoverableLogin(verified)
		if err != nil {
			return Ceremony{}, fmt.Errorf("begin a sign-in: %w", err)
		}
		return s.begun(options, ceremony{Session: *session})
	}
	tenant, hash, x, err := s.openStep(ctx, step)
	if err != nil {
		return Ceremony{}, err
	}
	keys, err := s.keysOf(ctx, tenant, x.person)
	if err != nil {
		return Ceremony{}, err
	}
	if len(keys) == 0 {
		return Ceremony{}, errPasskey()
	}
	options, session, err := s.party.BeginLogin(holder{handle: handleOf(tenant, x.person), keys: keys}, verified)
	if err != nil {
		return Ceremony{}, fmt.Errorf("begin a second step: %w", err)
	}
	return s.begun(options, ceremony{Session: *session, Step: hash})
}

// PasskeySignIn proves who somebody is by the answer of a passkey to BeginPasskeySignIn, and starts a session: the device has made sure of
// its owner, so nothing else is asked. Unauthenticated, always in the same words, for one that does not hold or was given before, and as
// StepOver tells; TooMany before it is looked at; Forbidden, after the proof, for an inactive account, and for who may sign in by a
// provider only.
func (s *Service) PasskeySignIn(ctx context.Context, state string, response []byte, from Origin) (SignedIn, error) {
	out, err := s.passkeySignIn(ctx, state, response, from)
	s.observed(out, err)
	return out, err
}

func (s *Service) passkeySignIn(ctx context.Context, state string, response []byte, from Origin) (SignedIn, error) {
	x, err := s.resume(state, "")
	if err != nil {
		return SignedIn{}, errPasskey()
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return SignedIn{}, errPasskey()
	}
	handle := x.Session.UserID // of a second step
	if x.Step == nil {
		handle = parsed.Response.UserHandle
	}
	tenant, person, ok := ownerOf(handle)
	if !ok {
		return SignedIn{}, errPasskey()
	}
	if err := s.mayProve(ctx, from, "passkey", tenant, person); err != nil {
		return SignedIn{}, err
	}
	tenants, err := s.org.Tenants(ctx)
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in: %w", err)
	}
	if !slices.Contains(tenants, tenant) {
		return SignedIn{}, errPasskey()
	}
	keys, err := s.keysOf(ctx, tenant, person)
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in: %w", err)
	}
	record, err := s.verified(holder{handle: handle, keys: keys}, x, parsed)
	if err != nil {
		s.log.InfoContext(ctx, "a passkey was refused", "err", err)
		return SignedIn{}, errPasskey()
	}
	k := keys[slices.IndexFunc(keys, func(k passkey) bool { return slices.Equal(k.record.ID, record.ID) })]
	if !k.active {
		return SignedIn{}, errInactive()
	}
	if x.Step == nil {
		if err := s.barred(ctx, k.forced, tenant, person); err != nil {
			return SignedIn{}, err
		}
	}
	k.record = *record
	return s.enterByKey(ctx, tenant, person, k, x, from)
}

// verified holds an answer against what was asked, and gives the passkey as it is afterwards.
func (s *Service) verified(h holder, x ceremony, parsed *protocol.ParsedCredentialAssertionData) (record *webauthn.Credential, err error) {
	if x.Step != nil {
		return s.party.ValidateLogin(h, x.Session, parsed)
	}
	_, record, err = s.party.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, x.Session, parsed)
	return record, err
}

// enterByKey starts the session of a passkey that was proven, once for each challenge. k is the passkey as it is afterwards.
func (s *Service) enterByKey(ctx context.Context, tenant id.Tenant, person id.Person, k passkey, x ceremony, from Origin) (SignedIn, error) {
	sealed, err := s.sealRecord(tenant, k.id, k.record)
	if err != nil {
		return SignedIn{}, err
	}
	out, copied := SignedIn{Person: person, MustChange: k.mustChange}, k.record.Authenticator.CloneWarning
	who := actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: person, Name: k.person})
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Later(credentialLock, person)
		if err := s.spend(ctx, tx, x); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, passkeyUse, k.id, person, int64(k.record.Authenticator.SignCount), s.now(), sealed)
		if err != nil {
			return err
		}
		if copied = copied || n == 0; copied {
			return errPasskey()
		}
		if x.Step == nil {
			err = s.passedBy(ctx, tx, k.forced, person)
		} else {
			from.via.provider, err = s.endStep(ctx, tx, x.Step)
		}
		if err != nil {
			return err
		}
		if err := s.provenAgain(ctx, tx, person); err != nil {
			return err
		}
		out.Secret, out.Device, err = s.startSession(ctx, tx, person, from)
		return err
	})
	if copied {
		return SignedIn{}, s.copied(ctx, who, k)
	}
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in by passkey: %w", err)
	}
	return out, nil
}

// endStep ends a second step that is done, and gives the provider that proved its person; nil for none.
func (s *Service) endStep(ctx context.Context, tx *db.Tx, hash []byte) (*id.Provider, error) {
	found, err := db.All(ctx, tx, scanStep, stepGet, hash, s.now())
	if err != nil {
		return nil, err
	}
	n, err := tx.Exec(ctx, stepDone, hash, s.now())
	if err == nil && (n == 0 || len(found) == 0) {
		err = errStepOver()
	}
	if err != nil {
		return nil, err
	}
	return found[0].provider, nil
}

// copied notes that a passkey counts less than it did: it was copied. Which of the two is the owner's, nobody can tell from here, so that
// one is refused until it is ahead again, and the owner is told.
func (s *Service) copied(ctx context.Context, who actor.Actor, k passkey) error {
	home, err := s.homeOf(ctx, who, who.Person())
	if err != nil {
		return err
	}
	c := journal.Change{Verb: "person.factor_copied", Subject: who.Person(), Site: home, After: map[string]string{"id": k.id.String(), "name": k.name}}
	if err := s.db.Write(ctx, who, func(tx *db.Tx) error { return s.journal.Record(ctx, tx, c) }); err != nil {
		return err
	}
	return errPasskey()
}
