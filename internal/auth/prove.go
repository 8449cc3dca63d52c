package auth

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/journal"
)

// proofLife is how long a proof holds for what must not be done by whoever finds an open browser.
const proofLife = 10 * time.Minute

// Proven says that the actor need not prove again who they are: they did so within the last ten minutes, or are not a person in a browser.
func (s *Service) Proven(who actor.Actor) bool {
	return who.Kind() != actor.Person || s.now().Sub(who.Proven()) < proofLife
}

// Prove takes one's password, here or in the directory by which one signed in, a code of one's app or a recovery code as proof of who one is, for ten minutes. The session goes on with a
// new secret, for the cookie, and the one before opens nothing any more. Needs a session; Invalid at the field proof; TooMany before it is
// looked at.
func (s *Service) Prove(ctx context.Context, who actor.Actor, typed string) (secret string, err error) {
	if err := mine(who); err != nil {
		return "", err
	}
	if err := s.limit.Guess(ctx, who); err != nil {
		return "", err
	}
	prove, err := s.proofOf(ctx, who, typed)
	if fault.KindOf(err) == fault.Unauthenticated {
		return "", errProof()
	}
	if err != nil {
		return "", err
	}
	secret, err = s.provenBy(ctx, who, prove)
	if fault.KindOf(err) == fault.Unauthenticated && len(fault.As(err).Fields) > 0 { // used up or changed in the meantime
		return "", errProof()
	}
	return secret, err
}

// provenBy notes that the actor has proven who they are, and gives their session a new secret.
func (s *Service) provenBy(ctx context.Context, who actor.Actor, prove proof) (secret string, err error) {
	secret, hash := newSecret(who.Tenant())
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := prove(ctx, tx); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, sessionProve, who.Session(), hash, s.now())
		if err == nil && n == 0 {
			err = fault.Anonymous()
		}
		if err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "session.proven", Subject: who.Session()})
	})
	if err != nil {
		return "", fmt.Errorf("prove: %w", err)
	}
	s.store.Apply(who.Tenant(), "session") // what is kept opens with the secret before
	return secret, nil
}

func errProof() error {
	var c fault.Check
	c.Add("proof", "wrong", "This is neither your password nor a code that your app shows now.")
	return c.Err()
}

// proofOf finds what was typed among the password and the codes of a person. What looks like a code is one when it is not the password.
func (s *Service) proofOf(ctx context.Context, who actor.Actor, typed string) (proof, error) {
	code := digits(typed) != "" || bareCode(typed) != ""
	if code && utf8.RuneCountInString(typed) < minLength { // too short for a password, whose hash is dear
		return s.proofBy(ctx, who, who.Person(), typed)
	}
	found, err := s.proofByDirectory(ctx, who, typed)
	if fault.KindOf(err) == fault.Unauthenticated {
		found, err = s.proofByPassword(ctx, who, typed)
	}
	if code && fault.KindOf(err) == fault.Unauthenticated {
		return s.proofBy(ctx, who, who.Person(), typed)
	}
	return found, err
}

// proofByPassword finds what one's password proves. Unauthenticated for another text.
func (s *Service) proofByPassword(ctx context.Context, who actor.Actor, typed string) (proof, error) {
	var hashes []string
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		hashes, err = db.All(ctx, tx, scanText, credentialGet, who.Person())
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(hashes) == 0 || len(typed) > maxBytes {
		return nil, errRefused()
	}
	ok, err := s.hasher.matches(ctx, typed, hashes[0])
	if err != nil {
		return nil, fmt.Errorf("prove: %w", err)
	}
	if !ok {
		return nil, errRefused()
	}
	return func(ctx context.Context, tx *db.Tx) error { return s.hold(ctx, tx, who.Person(), hashes[0], hashes[0]) }, nil
}

const sessionProve db.SQL = `-- auth.sessionProve
update sessions set hash = $3, proven_at = $4, seen_at = $4 where tenant_id = $1 and id = $2`
