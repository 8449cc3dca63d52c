package auth

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// FactorKind is what sort of thing a second factor is.
type FactorKind string

// App is an authenticator app, which shows a new code every half minute (RFC 6238). A person has at most one.
const App FactorKind = "app"

// Factor is what somebody proves who they are with beside the password.
type Factor struct {
	ID      id.Factor  `json:"id"`
	Kind    FactorKind `json:"kind"`
	Name    string     `json:"name"`
	Created time.Time  `json:"created_at"`
	Used    *time.Time `json:"used_at,omitzero"` // nil: not since it was set up
}

// Factors are a person's second factors, the oldest first, and how many of their recovery codes are not used.
type Factors struct {
	All   []Factor
	Codes int
}

// AppSetup is what an app has to know to be set up.
type AppSetup struct {
	Address string // what the drawn code says
	Key     string // the same for who types, in groups of four
}

// setupLife is how long an app may take to be set up.
const setupLife = time.Hour

// ListFactors gives one's own second factors. Needs to be signed in.
func (s *Service) ListFactors(ctx context.Context, who actor.Actor) (f Factors, err error) {
	if err := who.RequireSelf(); err != nil {
		return Factors{}, err
	}
	err = s.db.ReadAll(ctx, who, func(tx *db.Tx) error {
		f, err = factorsOf(ctx, tx, who.Person())
		return err
	})
	return f, err
}

func factorsOf(ctx context.Context, tx *db.Tx, person id.Person) (f Factors, err error) {
	if f.All, err = db.All(ctx, tx, scanFactor, factorList, person); err != nil {
		return Factors{}, err
	}
	n, err := db.One(ctx, tx, scanInt, codesLeft, person)
	f.Codes = int(n)
	return f, err
}

// BeginApp starts to set up an app, anew if that had begun before. Nothing holds until ConfirmApp. Needs a session; Forbidden for who still
// has a password that somebody else knows.
func (s *Service) BeginApp(ctx context.Context, who actor.Actor) error {
	if err := s.mayOwnFactors(ctx, who); err != nil {
		return err
	}
	f, seed := id.New[id.Factor](), newSeed()
	sealed, err := s.sealSeed(who.Tenant(), f, seed)
	if err != nil {
		return fmt.Errorf("seal a seed: %w", err)
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("it proves nothing before it is confirmed")
		tx.Later(appsAbandon, who.Person())
		tx.Later(factorInsert, f, who.Person(), App, "Authenticator app", sealed, s.now())
		return nil
	})
}

// PendingApp gives what the app that is being set up has to know. NotFound when none is, or it took more than an hour.
func (s *Service) PendingApp(ctx context.Context, who actor.Actor) (AppSetup, error) {
	a, err := s.pending(ctx, who)
	if err != nil {
		return AppSetup{}, err
	}
	p, err := s.people.GetPerson(ctx, door(who.Tenant()), who.Person())
	if err != nil {
		return AppSetup{}, err
	}
	t, err := s.org.GetTenant(ctx, who)
	if err != nil {
		return AppSetup{}, err
	}
	return AppSetup{Address: seedAddress(a.seed, p.Login+"@"+t.Code), Key: seedText(a.seed)}, nil
}

func (s *Service) pending(ctx context.Context, who actor.Actor) (app, error) {
	if err := mine(who); err != nil {
		return app{}, err
	}
	var found []app
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scanApp, appPending, who.Person(), s.now().Add(-setupLife))
		return err
	})
	if err != nil {
		return app{}, err
	}
	if len(found) == 0 {
		return app{}, fault.Missing("set-up of an app")
	}
	found[0].seed, err = s.openSeed(who.Tenant(), found[0].id, found[0].sealed)
	return found[0], err
}

// ConfirmApp ends the set-up of an app with a code that it shows. An app from before is forgotten, and all one's other sessions end. codes
// are the recovery codes, which are stored nowhere else, when one had none. Invalid at the field code; NotFound as PendingApp; TooMany.
func (s *Service) ConfirmApp(ctx context.Context, who actor.Actor, code string) (codes []string, err error) {
	a, err := s.pending(ctx, who)
	if err != nil {
		return nil, err
	}
	if err := s.limit.Guess(ctx, who); err != nil {
		return nil, err
	}
	step, ok := stepOf(a.seed, digits(code), s.now(), 0)
	if !ok {
		var c fault.Check
		c.Add("code", "wrong", "This is not the code that the app shows now. It shows a new one every half minute: type the one you see.")
		return nil, c.Err()
	}
	fresh, err := s.codesUnless(ctx, who)
	if err != nil {
		return nil, err
	}
	err = s.changeFactors(ctx, who, who.Person(), func(tx *db.Tx) (journal.Change, error) {
		tx.Later(appForget, who.Person(), a.id)
		n, err := tx.Exec(ctx, factorConfirm, a.id, who.Person(), step, s.now())
		if err == nil && n == 0 {
			err = fault.Missing("set-up of an app")
		}
		if fresh.plain != nil {
			fresh.put(tx, who.Person())
		}
		return journal.Change{Verb: "person.factor_added", After: Factor{ID: a.id, Kind: App, Name: a.name, Created: a.created}}, err
	})
	if err != nil {
		return nil, err
	}
	return fresh.plain, nil
}

// RemoveFactor forgets one of one's own factors, with the recovery codes when it was the last one, and ends all one's other sessions.
// Needs a session; NotFound otherwise; Conflict for the last one where a second factor is asked.
func (s *Service) RemoveFactor(ctx context.Context, who actor.Actor, factor id.Factor) error {
	if err := s.mayOwnFactors(ctx, who); err != nil {
		return err
	}
	return s.changeFactors(ctx, who, who.Person(), func(tx *db.Tx) (journal.Change, error) {
		old, err := db.All(ctx, tx, scanFactor, factorGet, factor, who.Person())
		if err != nil {
			return journal.Change{}, err
		}
		n, err := tx.Exec(ctx, factorDelete, factor, who.Person())
		if err == nil && (n == 0 || len(old) == 0) {
			err = fault.Missing("factor")
		}
		if err != nil {
			return journal.Change{}, err
		}
		left, err := db.One(ctx, tx, scanInt, factorCount, who.Person())
		if err != nil {
			return journal.Change{}, err
		}
		if left == 0 {
			asked, err := db.All(ctx, tx, scanAsked, rulesFor, who.Person())
			if err == nil && len(asked) > 0 {
				err = fault.Of(fault.Conflict, "Your organisation asks for a second step, so the last one stays. You can put another phone in its place.")
			}
			if err != nil {
				return journal.Change{}, err
			}
		}
		tx.Later(codesStrand, who.Person())
		return journal.Change{Verb: "person.factor_removed", Before: old[0]}, nil
	})
}

// NewCodes makes ten recovery codes, which are stored nowhere else, in the place of those from before. Needs a session; Conflict for who
// has no second factor.
func (s *Service) NewCodes(ctx context.Context, who actor.Actor) ([]string, error) {
	if err := s.mayOwnFactors(ctx, who); err != nil {
		return nil, err
	}
	fresh, err := s.newCodes(ctx)
	if err != nil {
		return nil, err
	}
	err = s.changeFactors(ctx, who, who.Person(), func(tx *db.Tx) (journal.Change, error) {
		n, err := db.One(ctx, tx, scanInt, factorCount, who.Person())
		if err == nil && n == 0 {
			err = fault.Of(fault.Conflict, "Set up a second step first. The codes are for when you cannot use it.")
		}
		fresh.put(tx, who.Person())
		return journal.Change{Verb: "person.codes_made"}, err
	})
	if err != nil {
		return nil, err
	}
	return fresh.plain, nil
}

// mayOwnFactors is nil for a session whose person has a password of their own: who gave them one would keep the factor.
func (s *Service) mayOwnFactors(ctx context.Context, who actor.Actor) error {
	if err := mine(who); err != nil {
		return err
	}
	a, err := s.GetAccount(ctx, who)
	if err == nil && a.MustChange {
		err = fault.Of(fault.Forbidden, "Choose a password of your own first.")
	}
	return err
}

// changeFactors changes how a person proves who they are, after whatever sign-in of theirs is under way and before any other: those that
// were proven otherwise, and their sessions but the actor's own, end.
func (s *Service) changeFactors(ctx context.Context, who actor.Actor, person id.Person, change func(tx *db.Tx) (journal.Change, error)) error {
	home, err := s.homeOf(ctx, who, person)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Later(credentialLock, person)
		c, err := change(tx)
		if err != nil {
			return err
		}
		c.Subject, c.Site = person, home
		tx.Later(pleaDrop, person)
		tx.Later(stepsEnd, person)
		tx.Later(sessionsEnd, person, who.Session())
		tx.Later(devicesStop, person, who.Token())
		return s.journal.Record(ctx, tx, c)
	})
}

// sealSeed encrypts the seed of an app for its row, openSeed decrypts it.
func (s *Service) sealSeed(tenant id.Tenant, factor id.Factor, seed []byte) ([]byte, error) {
	t, f := tenant.Bytes(), factor.Bytes()
	return s.box.Seal(seed, t[:], f[:], []byte("factors.seed"))
}

func (s *Service) openSeed(tenant id.Tenant, factor id.Factor, sealed []byte) ([]byte, error) {
	t, f := tenant.Bytes(), factor.Bytes()
	seed, err := s.box.Open(sealed, t[:], f[:], []byte("factors.seed"))
	if err != nil {
		return nil, fmt.Errorf("open the seed of factor %s: %w", factor, err)
	}
	return seed, nil
}
