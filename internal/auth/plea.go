package auth

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// pleaLife is how long somebody waits who lost every second step and whom nobody helps.
const pleaLife = 72 * time.Hour

// Plea asks that the second steps be taken away of somebody who lost them all. Two administrators agree, or three days pass in which the
// person's mailbox is warned again and again; signing in with a second step stops it.
type Plea struct {
	ID     id.Plea    `json:"id"`
	Person id.Person  `json:"person_id"`
	Asked  time.Time  `json:"asked_at"`
	Ends   time.Time  `json:"ends_at"`
	Waits  bool       `json:"waits"`              // the second steps go at the end; false: nothing happens then
	Agreed *id.Person `json:"agreed_by,omitzero"` // the first administrator who agreed
	Helper string     `json:"-"`                  // their name
}

// AskPlea asks, for who proved a password and cannot do the second step, that it be taken away; a plea that there is goes on. Without an
// e-mail address that could be warned nobody's second step goes by waiting. Unauthenticated as StepOver tells; Forbidden for an inactive
// account.
func (s *Service) AskPlea(ctx context.Context, step string) (Plea, error) {
	tenant, _, x, err := s.openStep(ctx, step)
	if err != nil {
		return Plea{}, err
	}
	if !x.active {
		return Plea{}, errInactive()
	}
	p, err := s.people.GetPerson(ctx, door(tenant), x.person)
	if err != nil {
		return Plea{}, err
	}
	home, err := s.homeOf(ctx, door(tenant), x.person)
	if err != nil {
		return Plea{}, err
	}
	now := s.now()
	plea := Plea{ID: id.New[id.Plea](), Person: x.person, Asked: now, Ends: now.Add(pleaLife), Waits: p.Email != ""}
	who := actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: x.person, Name: x.name})
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Later(pleaLapse, x.person, now)
		n, err := tx.Exec(ctx, pleaAsk, plea.ID, x.person, now, plea.Ends, plea.Waits)
		if err != nil {
			return err
		}
		found, err := db.All(ctx, tx, scanPlea, pleaOf, x.person)
		if err != nil {
			return err
		}
		if len(found) == 0 { // somebody stopped it in this moment
			return fault.Missing("plea")
		}
		if plea = found[0]; n == 0 {
			tx.Unjournaled("it is asked already")
			return nil
		}
		if err := s.warn(ctx, tx, plea, p, 0); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "person.plea_made", Subject: x.person, Site: home, After: plea})
	})
	if err != nil {
		return Plea{}, fmt.Errorf("ask for help: %w", err)
	}
	return plea, nil
}

// PleaOfStep gives the plea of who proved a password. NotFound for none; Unauthenticated as StepOver tells.
func (s *Service) PleaOfStep(ctx context.Context, step string) (Plea, error) {
	tenant, _, x, err := s.openStep(ctx, step)
	if err != nil {
		return Plea{}, err
	}
	return s.pleaOf(ctx, tenant, x.person)
}

// PleaOf gives the plea of a person: one's own, or others' with person.factors at their home site. NotFound for none.
func (s *Service) PleaOf(ctx context.Context, who actor.Actor, person id.Person) (Plea, error) {
	if err := s.mayAbout(ctx, who, CanResetFactor, person); err != nil {
		return Plea{}, err
	}
	return s.pleaOf(ctx, who.Tenant(), person)
}

func (s *Service) pleaOf(ctx context.Context, tenant id.Tenant, person id.Person) (Plea, error) {
	var found *Plea
	err := s.db.Read(ctx, door(tenant), func(tx *db.Tx) (err error) {
		found, err = s.pleaIn(ctx, tx, person)
		return err
	})
	if err != nil {
		return Plea{}, err
	}
	if found == nil {
		return Plea{}, fault.Missing("plea")
	}
	return *found, nil
}

// pleaIn reads the plea of a person, nil for none and for one that is over.
func (s *Service) pleaIn(ctx context.Context, tx *db.Tx, person id.Person) (*Plea, error) {
	found, err := db.All(ctx, tx, scanPlea, pleaOf, person)
	if err != nil || len(found) == 0 || !found[0].Waits && !s.now().Before(found[0].Ends) {
		return nil, err
	}
	return &found[0], nil
}

// StopPlea stops the plea of a person. One's own, in a session; NotFound for none.
func (s *Service) StopPlea(ctx context.Context, who actor.Actor) error {
	if err := mine(who); err != nil {
		return err
	}
	return s.stopPlea(ctx, who)
}

// stopPlea stops the plea of the actor, and whatever second step of theirs is under way: whoever asked would ask again.
func (s *Service) stopPlea(ctx context.Context, who actor.Actor) error {
	home, err := s.homeOf(ctx, who, who.Person())
	if err != nil {
		return err
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Later(stepsEnd, who.Person())
		n, err := tx.Exec(ctx, pleaDrop, who.Person())
		if err == nil && n == 0 {
			err = fault.Missing("plea")
		}
		if err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "person.plea_stopped", Subject: who.Person(), Site: home})
	})
}

// provenAgain stops a plea, if there is one, of a person who signs in with a second step: it is not lost.
func (s *Service) provenAgain(ctx context.Context, tx *db.Tx, person id.Person) error {
	n, err := tx.Exec(ctx, pleaDrop, person)
	if err != nil || n == 0 {
		return err
	}
	return s.journal.Record(ctx, tx, journal.Change{Verb: "person.plea_stopped", Subject: person})
}

// pleaLink is the address by which a mail stops a plea. It is sealed, not stored: whoever reads the database stops nothing.
func (s *Service) pleaLink(tenant id.Tenant, plea id.Plea) (string, error) {
	t, p := tenant.Bytes(), plea.Bytes()
	sealed, err := s.box.Seal(append(t[:], p[:]...), []byte("plea"))
	if err != nil {
		return "", fmt.Errorf("seal a link: %w", err)
	}
	return s.origin + "/login/stop/" + base64.RawURLEncoding.EncodeToString(sealed), nil
}

// LinkedPlea gives the plea that a mailed link stops. NotFound when it is over, or for another text.
func (s *Service) LinkedPlea(ctx context.Context, secret string) (Plea, error) {
	_, p, err := s.linkedPlea(ctx, secret)
	return p, err
}

// StopLinkedPlea stops a plea by the link of a mail about it. NotFound when it is over, or for another text.
func (s *Service) StopLinkedPlea(ctx context.Context, secret string) error {
	tenant, p, err := s.linkedPlea(ctx, secret)
	if err != nil {
		return err
	}
	owner, err := s.people.GetPerson(ctx, door(tenant), p.Person)
	if err != nil {
		return err
	}
	return s.stopPlea(ctx, actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: p.Person, Name: owner.Name}))
}

func (s *Service) linkedPlea(ctx context.Context, secret string) (id.Tenant, Plea, error) {
	gone := fault.Missing("request")
	sealed, err := base64.RawURLEncoding.DecodeString(secret)
	if err != nil {
		return id.Tenant{}, Plea{}, gone
	}
	raw, err := s.box.Open(sealed, []byte("plea"))
	if err != nil || len(raw) != 32 {
		return id.Tenant{}, Plea{}, gone
	}
	tenant := id.Of[id.Tenant]([16]byte(raw[:16]))
	var found []Plea
	err = s.db.Read(ctx, door(tenant), func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scanPlea, pleaGet, id.Of[id.Plea]([16]byte(raw[16:])))
		return err
	})
	if err == nil && len(found) == 0 {
		err = gone
	}
	if err != nil {
		return id.Tenant{}, Plea{}, err
	}
	return tenant, found[0], nil
}
