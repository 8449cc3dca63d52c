package auth

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// FactorsOf gives a person's second factors: one's own, or others' with person.factors at their home site.
func (s *Service) FactorsOf(ctx context.Context, who actor.Actor, person id.Person) (f Factors, err error) {
	if err := s.mayAbout(ctx, who, CanResetFactor, person); err != nil {
		return Factors{}, err
	}
	err = s.db.ReadAll(ctx, who, func(tx *db.Tx) error {
		f, err = factorsOf(ctx, tx, person)
		return err
	})
	return f, err
}

// ResetFactors agrees that all second factors and recovery codes of another person, who lost them, be forgotten. The first administrator's
// word is noted; with that of a second one, within three days, done is true: all the person's sessions end, and they sign in with the
// password alone. Needs person.factors at their home site and everything that the person may do; Conflict when they have none, and for who
// agreed already.
func (s *Service) ResetFactors(ctx context.Context, who actor.Actor, person id.Person) (done bool, err error) {
	if who.SignedIn() && who.Person() == person {
		return false, fault.Of(fault.Conflict, "Change your own second step on your account page.")
	}
	f, err := s.FactorsOf(ctx, who, person)
	if err != nil {
		return false, err
	}
	reach, err := s.reachNow(ctx, door(who.Tenant()), person)
	if err != nil {
		return false, err
	}
	if !covers(who, reach) {
		return false, fault.Denied(string(CanResetFactor))
	}
	if len(f.All) == 0 {
		return false, fault.Of(fault.Conflict, "This person has no second step.")
	}
	p, err := s.pleaOf(ctx, who.Tenant(), person)
	switch {
	case fault.KindOf(err) == fault.NotFound || err == nil && p.Agreed == nil:
		return false, s.agree(ctx, who, person)
	case err != nil:
		return false, err
	case *p.Agreed == who.Person():
		return false, fault.Of(fault.Conflict, "You agreed already. Another administrator has to as well.")
	}
	err = s.changeFactors(ctx, who, person, func(tx *db.Tx) (journal.Change, error) {
		n, err := tx.Exec(ctx, pleaGrant, person, who.Person())
		if err == nil && n == 0 {
			err = fault.Of(fault.Conflict, "This was stopped, or who agreed before you may no longer come in.")
		}
		tx.Later(factorsDelete, person)
		tx.Later(codesDelete, person)
		return journal.Change{Verb: "person.factors_reset", Before: f.All}, err
	})
	return err == nil, err
}
