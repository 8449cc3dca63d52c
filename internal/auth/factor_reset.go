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

// ResetFactors forgets all second factors and recovery codes of another person, who lost them, and ends all their sessions: they sign in
// with the password alone. Needs person.factors at their home site and everything that the person may do; Conflict when they have none.
func (s *Service) ResetFactors(ctx context.Context, who actor.Actor, person id.Person) error {
	if who.SignedIn() && who.Person() == person {
		return fault.Of(fault.Conflict, "Change your own second step on your account page.")
	}
	f, err := s.FactorsOf(ctx, who, person)
	if err != nil {
		return err
	}
	reach, err := s.reachNow(ctx, door(who.Tenant()), person)
	if err != nil {
		return err
	}
	if !covers(who, reach) {
		return fault.Denied(string(CanResetFactor))
	}
	return s.changeFactors(ctx, who, person, func(tx *db.Tx) (journal.Change, error) {
		n, err := tx.Exec(ctx, factorsDelete, person)
		if err == nil && n == 0 {
			err = fault.Of(fault.Conflict, "This person has no second step.")
		}
		tx.Later(codesDelete, person)
		return journal.Change{Verb: "person.factors_reset", Before: f.All}, err
	})
}
