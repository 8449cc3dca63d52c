package auth

import (
	"context"
	"fmt"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// A second step is open for five minutes and five tries; of an app, whoever knows the password has a hundred wrong codes a day, from
// wherever they try. Recovery codes and the sessions that there are go on then.
const (
	stepLife  = 5 * time.Minute
	stepTries = 5
	appMisses = 100
	missLife  = 24 * time.Hour
)

// errStepOver is the answer for a second step that is unknown, done, too old or used up.
func errStepOver() error {
	f := fault.Of(fault.Unauthenticated, "This took too long, or too many codes were wrong. Sign in again.")
	f.Fields = []fault.Field{{Path: "step", Code: "over", Message: f.Message}}
	return f
}

// StepOver says that an error means that the second step cannot be gone on with.
func StepOver(err error) bool {
	return fault.KindOf(err) == fault.Unauthenticated && len(fault.As(err).Fields) == 1 && fault.As(err).Fields[0].Code == "over"
}

// errCode is the answer to a wrong code of whatever sort.
func errCode() error {
	f := fault.Of(fault.Unauthenticated, "This code does not open your account. Type the one that your app shows now, or a recovery code that you have not used.")
	f.Fields = []fault.Field{{Path: "code", Code: "refused", Message: f.Message}}
	return f
}

// startStep notes that an account was proven, by its password or a provider, and gives the secret that opens the second step. No session comes of it.
func (s *Service) startStep(tx *db.Tx, a account, v via) (secret string) {
	tx.Unjournaled("nobody is signed in yet")
	secret, hash := newSecret(tx.Who().Tenant())
	tx.Later(stepInsert, id.New[id.SecondStep](), a.person, hash, a.mustChange, s.now().Add(stepLife), v.provider)
	return secret
}

// CheckStep gives with what a second step that is still to be done can be done, beside recovery codes: each kind once. Unauthenticated as
// StepOver tells otherwise.
func (s *Service) CheckStep(ctx context.Context, secret string) (kinds []FactorKind, err error) {
	tenant, _, x, err := s.openStep(ctx, secret)
	if err != nil {
		return nil, err
	}
	var f Factors
	err = s.db.ReadAll(ctx, door(tenant), func(tx *db.Tx) error {
		f, err = factorsOf(ctx, tx, x.person)
		return err
	})
	for _, k := range f.All {
		if !slices.Contains(kinds, k.Kind) {
			kinds = append(kinds, k.Kind)
		}
	}
	return kinds, err
}

// openStep finds the second step of a secret.
func (s *Service) openStep(ctx context.Context, secret string) (tenant id.Tenant, hash []byte, x step, err error) {
	tenant, hash, err = stepSecret(secret)
	if err != nil {
		return tenant, nil, step{}, err
	}
	var found []step
	err = s.db.Read(ctx, door(tenant), func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scanStep, stepGet, hash, s.now())
		return err
	})
	if err == nil && (len(found) == 0 || found[0].tries >= stepTries) {
		err = errStepOver()
	}
	if err != nil {
		return tenant, nil, step{}, err
	}
	return tenant, hash, found[0], nil
}

// SecondStep proves a second factor by a code of the app or a recovery code, and starts the session. Unauthenticated for a wrong code, and
// as StepOver tells when the step is over; TooMany before a code is looked at; Forbidden, after the proof, for an inactive account.
func (s *Service) SecondStep(ctx context.Context, secret, code string, from Origin) (SignedIn, error) {
	out, err := s.secondStep(ctx, secret, code, from)
	s.observed(out, err)
	return out, err
}

func (s *Service) secondStep(ctx context.Context, secret, code string, from Origin) (SignedIn, error) {
	tenant, hash, err := stepSecret(secret)
	if err != nil {
		return SignedIn{}, err
	}
	x, err := s.tryStep(ctx, tenant, hash, from)
	if err != nil {
		return SignedIn{}, err
	}
	proof, err := s.proofBy(ctx, door(tenant), x.person, code)
	switch {
	case fault.KindOf(err) == fault.Unauthenticated && x.tries >= stepTries:
		return SignedIn{}, errStepOver()
	case err != nil:
		return SignedIn{}, err
	case !x.active:
		return SignedIn{}, errInactive()
	}
	out := SignedIn{Person: x.person, MustChange: x.mustChange}
	who := actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: x.person, Name: x.name})
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, stepDone, hash, s.now())
		if err == nil && n == 0 {
			err = errStepOver()
		}
		if err != nil {
			return err
		}
		if err := proof(ctx, tx); err != nil {
			return err
		}
		if err := s.provenAgain(ctx, tx, x.person); err != nil {
			return err
		}
		from.via = via{provider: x.provider}
		out.Secret, out.Device, err = s.startSession(ctx, tx, x.person, from)
		return err
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("second step: %w", err)
	}
	return out, nil
}

func stepSecret(secret string) (tenant id.Tenant, hash []byte, err error) {
	tenant, hash, err = readSecret(secret)
	if err != nil || tenant.IsZero() {
		return id.Tenant{}, nil, errStepOver()
	}
	return tenant, hash, nil
}

// tryStep counts a try before anything is looked at.
func (s *Service) tryStep(ctx context.Context, tenant id.Tenant, hash []byte, from Origin) (step, error) {
	in := door(tenant)
	var found []step
	err := s.db.Write(ctx, in, func(tx *db.Tx) error {
		tx.Unjournaled("nobody is signed in yet")
		n, err := tx.Exec(ctx, stepTry, hash, s.now(), stepTries)
		if err == nil && n == 0 {
			err = errStepOver()
		}
		if err != nil {
			return err
		}
		found, err = db.All(ctx, tx, scanStep, stepGet, hash, s.now())
		return err
	})
	if err != nil {
		return step{}, err
	}
	if len(found) == 0 {
		return step{}, errStepOver()
	}
	return found[0], s.mayProve(ctx, from, "second step", tenant, found[0].person)
}

// proof uses a proof up in the transaction that it is for.
type proof func(ctx context.Context, tx *db.Tx) error

// proofBy finds what a person's code proves: that of an app, or a recovery code. Unauthenticated for one that proves nothing.
func (s *Service) proofBy(ctx context.Context, in actor.Actor, person id.Person, code string) (proof, error) {
	if typed := digits(code); typed != "" {
		return s.proofByApp(ctx, in, person, typed)
	}
	typed := bareCode(code)
	if typed == "" {
		return nil, errCode()
	}
	var codes []recovery
	err := s.db.Read(ctx, in, func(tx *db.Tx) (err error) {
		codes, err = db.All(ctx, tx, scanRecovery, codesOpen, person)
		return err
	})
	if err != nil {
		return nil, err
	}
	hashes := make([]string, len(codes))
	for i, c := range codes {
		hashes[i] = c.hash
	}
	at, err := s.hasher.among(ctx, typed, hashes)
	if err != nil {
		return nil, fmt.Errorf("recovery code: %w", err)
	}
	if at < 0 {
		return nil, errCode()
	}
	return func(ctx context.Context, tx *db.Tx) error {
		if err := used(tx.Exec(ctx, codeUse, codes[at].id, person, s.now())); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "person.code_used", Subject: person, After: map[string]int{"codes_left": len(codes) - 1}})
	}, nil
}

func (s *Service) proofByApp(ctx context.Context, in actor.Actor, person id.Person, typed string) (proof, error) {
	var found []app
	err := s.db.Read(ctx, in, func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scanApp, appOf, person)
		return err
	})
	if err != nil {
		return nil, err
	}
	now := s.now()
	if len(found) == 0 || found[0].missed >= appMisses && now.Sub(found[0].missedSince) < missLife {
		return nil, errCode()
	}
	a := found[0]
	seed, err := s.openSeed(in.Tenant(), a.id, a.sealed)
	if err != nil {
		return nil, err
	}
	x, ok := stepOf(seed, typed, now, a.last)
	if !ok {
		return nil, s.missed(ctx, in, a.id)
	}
	return func(ctx context.Context, tx *db.Tx) error { return used(tx.Exec(ctx, factorUse, a.id, person, x, now)) }, nil
}

// missed counts a wrong code.
func (s *Service) missed(ctx context.Context, in actor.Actor, factor id.Factor) error {
	err := s.db.Write(ctx, in, func(tx *db.Tx) error {
		tx.Unjournaled("a wrong code")
		_, err := tx.Exec(ctx, factorMissed, factor, s.now().Add(-missLife), s.now())
		return err
	})
	if err != nil {
		return err
	}
	return errCode()
}

// used refuses a proof that somebody else used up in the meantime, on whatever node.
func used(n int64, err error) error {
	if err == nil && n == 0 {
		err = errCode()
	}
	return err
}
