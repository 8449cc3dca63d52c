package auth

import (
	"context"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// Passkey is a key pair in a person's device, which signs for this installation alone after the device has made sure of its owner
// (WebAuthn, level 3). It signs in by itself, without a password. A person may have several.
const Passkey FactorKind = "passkey"

// maxPasskeys is how many a person may have.
const maxPasskeys = 20

// holder is a person as the library asks for one.
type holder struct {
	handle      []byte
	login, name string
	keys        []passkey
}

// WebAuthnID names tenant and person, so that a passkey alone says whose it is.
func (h holder) WebAuthnID() []byte { return h.handle }

// WebAuthnName is what a device lists the passkey by.
func (h holder) WebAuthnName() string { return h.login }

// WebAuthnDisplayName is the person's name.
func (h holder) WebAuthnDisplayName() string { return h.name }

// WebAuthnCredentials are the person's passkeys.
func (h holder) WebAuthnCredentials() []webauthn.Credential {
	out := make([]webauthn.Credential, len(h.keys))
	for i, k := range h.keys {
		out[i] = k.record
	}
	return out
}

func handleOf(tenant id.Tenant, person id.Person) []byte {
	t, p := tenant.Bytes(), person.Bytes()
	return append(t[:], p[:]...)
}

// ownerOf reads what handleOf wrote; ok is false for another text.
func ownerOf(handle []byte) (tenant id.Tenant, person id.Person, ok bool) {
	if len(handle) != 32 {
		return id.Tenant{}, id.Person{}, false
	}
	return id.Of[id.Tenant]([16]byte(handle[:16])), id.Of[id.Person]([16]byte(handle[16:])), true
}

// BeginPasskey asks a browser for a new passkey. Needs a session whose person has a password of their own; Conflict for who has twenty;
// NotFound where there are none.
func (s *Service) BeginPasskey(ctx context.Context, who actor.Actor) (Ceremony, error) {
	h, err := s.ownKeys(ctx, who)
	if err != nil {
		return Ceremony{}, err
	}
	options, session, err := s.party.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}))
	if err != nil {
		return Ceremony{}, fmt.Errorf("begin a passkey: %w", err)
	}
	return s.begun(options, ceremony{Session: *session, Person: who.Person().String()})
}

// AddPasskey keeps the passkey that a browser made for BeginPasskey, under a name, and ends all one's other sessions. codes are the recovery
// codes, which are stored nowhere else, when one had none. Invalid at the field name, or at response for an answer that does not hold or was
// given before; else as BeginPasskey.
func (s *Service) AddPasskey(ctx context.Context, who actor.Actor, state, name string, response []byte) (codes []string, err error) {
	h, err := s.ownKeys(ctx, who)
	if err != nil {
		return nil, err
	}
	var c fault.Check
	name = fold.Line(name)
	c.Text("name", name, 1, 60)
	x, record, err := s.registered(h, who, state, response)
	if err != nil {
		s.log.InfoContext(ctx, "a passkey was not taken", "err", err)
		c.Add("response", "refused", "This device's answer does not hold. Begin again.")
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	fresh, err := s.codesUnless(ctx, who)
	if err != nil {
		return nil, err
	}
	f := Factor{ID: id.New[id.Factor](), Kind: Passkey, Name: name, Created: s.now()}
	sealed, err := s.sealRecord(who.Tenant(), f.ID, record)
	if err != nil {
		return nil, err
	}
	err = s.changeFactors(ctx, who, who.Person(), func(tx *db.Tx) (journal.Change, error) {
		tx.Later(passkeyInsert, f.ID, who.Person(), Passkey, f.Name, sealed, int64(record.Authenticator.SignCount), s.now(), record.ID)
		if fresh.plain != nil {
			fresh.put(tx, who.Person())
		}
		return journal.Change{Verb: "person.factor_added", After: f}, s.spend(ctx, tx, x)
	})
	switch fault.KindOf(err) {
	case fault.Unauthenticated, fault.Conflict: // the answer was given before, or the device's name for it is taken
		c.Add("response", "taken", "This passkey was added already. Begin again.")
		return nil, c.Err()
	case "":
		return fresh.plain, nil
	}
	return nil, fmt.Errorf("add passkey: %w", err)
}

// registered holds an answer against what was asked.
func (s *Service) registered(h holder, who actor.Actor, state string, response []byte) (ceremony, webauthn.Credential, error) {
	x, err := s.resume(state, who.Person().String())
	if err != nil {
		return ceremony{}, webauthn.Credential{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return ceremony{}, webauthn.Credential{}, err
	}
	record, err := s.party.CreateCredential(h, x.Session, parsed)
	if err != nil {
		return ceremony{}, webauthn.Credential{}, err
	}
	record.Attestation = webauthn.CredentialAttestation{} // nobody looks at who made the device
	return x, *record, nil
}

// ownKeys reads one's own passkeys, to add another.
func (s *Service) ownKeys(ctx context.Context, who actor.Actor) (holder, error) {
	if s.party == nil {
		return holder{}, errNoPasskeys()
	}
	if err := s.mayOwnFactors(ctx, who); err != nil {
		return holder{}, err
	}
	p, err := s.people.GetPerson(ctx, door(who.Tenant()), who.Person())
	if err != nil {
		return holder{}, err
	}
	keys, err := s.keysOf(ctx, who.Tenant(), who.Person())
	if err == nil && len(keys) >= maxPasskeys {
		err = fault.Of(fault.Conflict, fmt.Sprintf("A person has at most %d passkeys. Remove one that you no longer use.", maxPasskeys))
	}
	return holder{handle: handleOf(who.Tenant(), who.Person()), login: p.Login, name: p.Name, keys: keys}, err
}
