package auth

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// Ways is how somebody gets in, as others may see it. What the actor has no permission for is left out.
type Ways struct {
	Factors  []Factor  // needs person.factors at their home site, as Plea does
	Plea     *Plea     // nil: none
	Sessions []Session // needs session.read at their home site, as Devices does
	Devices  []Device
}

// WaysOf gives at once what FactorsOf, PleaOf, ListSessions and ListDevices give of another person. Needs person.read; NotFound otherwise.
func (s *Service) WaysOf(ctx context.Context, who actor.Actor, person id.Person) (w Ways, err error) {
	x, err := s.people.GetPerson(ctx, who, person)
	if err != nil {
		return Ways{}, err
	}
	may := func(p actor.Permission) bool {
		if x.HomeSite == nil {
			return who.Everywhere(p)
		}
		return who.At(p, *x.HomeSite)
	}
	if factors, sessions := may(CanResetFactor), may(CanReadSession); factors || sessions {
		err = s.db.Read(ctx, who, func(tx *db.Tx) error { return s.readWays(ctx, tx, person, factors, sessions, &w) })
	}
	return w, err
}

func (s *Service) readWays(ctx context.Context, tx *db.Tx, person id.Person, factors, sessions bool, w *Ways) (err error) {
	now := s.now()
	if factors {
		if w.Plea, err = s.pleaIn(ctx, tx, person); err != nil {
			return err
		}
		if w.Factors, err = db.All(ctx, tx, scanFactor, factorList, person); err != nil {
			return err
		}
	}
	if sessions {
		if w.Devices, err = s.devicesIn(ctx, tx, person); err != nil {
			return err
		}
		w.Sessions, err = db.All(ctx, tx, scanSession, sessionsOf, person, now, now.Add(-s.idle))
	}
	return err
}
