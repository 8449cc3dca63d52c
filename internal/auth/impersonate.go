package auth

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// actingMost is how long somebody may act as another person at once.
const actingMost = 30 * time.Minute

// Impersonation is somebody acting as another person.
type Impersonation struct {
	ID         id.Impersonation `json:"id"`
	Session    id.Session       `json:"session_id"` // in which they do
	By         id.Person        `json:"by_id"`
	ByName     string           `json:"by_name"`
	Person     id.Person        `json:"person_id"`
	PersonName string           `json:"person_name"`
	Reason     string           `json:"reason"`
	Started    time.Time        `json:"started_at"`
	Ends       time.Time        `json:"ends_at"`           // at the latest
	Ended      *time.Time       `json:"ended_at,omitzero"` // before that
}

// Over says when it ended, or is to end.
func (x Impersonation) Over() time.Time {
	if x.Ended != nil {
		return *x.Ended
	}
	return x.Ends
}

// ImpersonationInput is what one says to act as another person.
type ImpersonationInput struct {
	Reason  string // which the person is told
	Minutes int64  // 1 to 30
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *ImpersonationInput) Check() error {
	var c fault.Check
	in.Reason = fold.Line(in.Reason)
	c.Text("reason", in.Reason, 10, 500)
	c.That(in.Minutes >= 1 && in.Minutes <= int64(actingMost/time.Minute), "minutes", "range", "Choose between 1 and 30 minutes.")
	return c.Err()
}

// Impersonate has the actor's session act as another person for a while, and gives the new secret of the session, for the cookie: that before
// opens nothing any more. The person is told, and everything that is done bears both names. Needs person.impersonate at the person's home
// site, a proof within ten minutes, and everything that the person may do. Invalid; Conflict for oneself, for an inactive person, and for
// who acts as somebody already.
func (s *Service) Impersonate(ctx context.Context, who actor.Actor, person id.Person, in ImpersonationInput) (secret string, err error) {
	if who.Kind() != actor.Person {
		return "", fault.Anonymous()
	}
	if err := s.mayImpersonate(ctx, who, person); err != nil {
		return "", err
	}
	if err := in.Check(); err != nil {
		return "", err
	}
	p, err := s.people.GetPerson(ctx, who, person)
	if err != nil {
		return "", err
	}
	if !p.Active {
		return "", fault.Of(fault.Conflict, p.Name+" is inactive, and may do nothing.")
	}
	now := s.now()
	x := Impersonation{
		ID: id.New[id.Impersonation](), Session: who.Session(), By: who.Person(), ByName: who.Name(), Person: person, PersonName: p.Name,
		Reason: in.Reason, Started: now, Ends: now.Add(time.Duration(in.Minutes) * time.Minute),
	}
	c := journal.Change{Verb: "person.impersonated", Subject: person, After: x}
	if p.HomeSite != nil {
		c.Site = *p.HomeSite
	}
	secret, hash := newSecret(who.Tenant())
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, sessionRenew, who.Session(), hash, now)
		if err == nil && n == 0 {
			err = fault.Anonymous()
		}
		if err != nil {
			return err
		}
		tx.Later(impersonationInsert, x.ID, x.Session, x.By, x.Person, x.Reason, x.Started, x.Ends)
		return s.journal.Record(ctx, tx, c)
	})
	if err != nil {
		return "", fmt.Errorf("act as %s: %w", person, err)
	}
	s.store.Apply(who.Tenant(), "session") // what is kept opens with the secret before
	return secret, nil
}

// mayImpersonate asks whether the actor may act as a person.
func (s *Service) mayImpersonate(ctx context.Context, who actor.Actor, person id.Person) error {
	switch {
	case who.Behind() != nil:
		return fault.Of(fault.Conflict, "You act as "+who.Name()+" already. End that first.")
	case who.Person() == person:
		return fault.Of(fault.Conflict, "This is yourself.")
	}
	if err := s.requireAbout(ctx, who, CanImpersonate, person); err != nil {
		return err
	}
	if !s.Proven(who) {
		return fault.Of(fault.Forbidden, "Prove who you are first.")
	}
	theirs, err := s.reachNow(ctx, door(who.Tenant()), person)
	if err != nil {
		return err
	}
	if !covers(who, theirs) {
		return fault.Of(fault.Forbidden, "This person may do more than you, so that you cannot act as them.")
	}
	return nil
}

// EndImpersonation has the actor be themselves again, and gives as whom they acted. Conflict when they are.
func (s *Service) EndImpersonation(ctx context.Context, who actor.Actor) (as id.Person, err error) {
	if who.Behind() == nil {
		return id.Person{}, fault.Of(fault.Conflict, "You act as nobody else. What you began is over.")
	}
	return who.Person(), s.endImpersonation(ctx, who, impersonationRunning, who.Session())
}

// StopImpersonation has whoever acts as the actor be themselves again. Needs to be that person; NotFound otherwise, and when it is over.
func (s *Service) StopImpersonation(ctx context.Context, who actor.Actor, impersonation id.Impersonation) error {
	if err := who.RequireSelf(); err != nil {
		return err
	}
	return s.endImpersonation(ctx, who, impersonationOwn, impersonation)
}

func (s *Service) endImpersonation(ctx context.Context, who actor.Actor, find db.SQL, by journal.Subject) error {
	now := s.now()
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		found, err := db.All(ctx, tx, scanImpersonation, find, by, now, who.Person())
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fault.Missing("impersonation")
		}
		tx.Later(impersonationEnd, found[0].ID, now)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "person.impersonation_ended", Subject: found[0].Person, Before: found[0]})
	})
}

// ListImpersonations gives who acted as the actor, the newest first, at most a hundred. Needs to be signed in.
func (s *Service) ListImpersonations(ctx context.Context, who actor.Actor) (out []Impersonation, err error) {
	if err := who.RequirePerson(); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		out, err = db.All(ctx, tx, scanImpersonation, impersonationList, who.Person())
		return err
	})
	return out, err
}

// acting makes the actor of a session in which somebody acts as another person, facts being those of the session's own. It is the own actor when the
// right is gone, or the person may do more by now.
func (s *Service) acting(ctx context.Context, l live, facts actor.Facts) (actor.Actor, error) {
	in := door(facts.Tenant)
	own := actor.New(facts)
	theirs, err := s.org.Reach(ctx, in, *l.as, l.epoch)
	if err != nil {
		return actor.Actor{}, fmt.Errorf("read grants: %w", err)
	}
	if !own.Can(CanImpersonate) || !covers(own, theirs) {
		return own, nil
	}
	facts.Behind = &actor.Behind{Person: l.person, Name: l.name, Until: *l.until}
	facts.Person, facts.Name, facts.Proven = *l.as, l.asName, time.Time{}
	facts.Reach = make(map[actor.Permission]actor.Reach, len(theirs))
	for _, d := range s.org.Declared() {
		if r, ok := theirs[d.Name]; ok && !d.Alone {
			facts.Reach[d.Name] = r
		}
	}
	return actor.New(facts), nil
}
