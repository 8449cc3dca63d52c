package auth

import (
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

// self is the person themselves while they sign in, without rights: the journal names them.
func (s *Service) self(tenant id.Tenant, person id.Person) actor.Actor {
	return actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: person, Name: "sign-in"})
}

// ChangePassword replaces one's own password and ends all one's other sessions. Invalid at the field: the current one is wrong, or the
// new one breaks a rule. Needs a session; a token cannot.
func (s *Service) ChangePassword(ctx context.Context, who actor.Actor, current, replacement string) error {
	if who.Kind() != actor.Person {
		return fault.Anonymous()
	}
	var old []string
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		old, err = db.All(ctx, tx, scanText, credentialGet, who.Person())
		return err
	})
	if err != nil {
		return err
	}
	if len(old) == 0 {
		return errNoPassword
	}
	if err := s.limit.Guess(ctx, who); err != nil {
		return err
	}
	ok, err := s.hasher.matches(ctx, current, old[0])
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	var c fault.Check
	c.That(ok, "current", "wrong", "This is not your password.")
	c.That(replacement != current || !ok, "password", "same", "Choose another than the one you have.")
	if err := c.Err(); err != nil {
		return err
	}
	return s.putPassword(ctx, who, who.Person(), replacement, false)
}

// SetPassword gives another person a password that they must change when they next sign in, and ends all their sessions. Needs
// person.password at their home site and everything that the person may do: nobody takes over an account that may do more than their own.
func (s *Service) SetPassword(ctx context.Context, who actor.Actor, person id.Person, password string) error {
	if who.SignedIn() && who.Person() == person {
		return fault.Of(fault.Conflict, "Change your own password on your account page.")
	}
	if err := s.mayAbout(ctx, who, CanSetPassword, person); err != nil {
		return err
	}
	return s.putPassword(ctx, who, person, password, who.Kind() != actor.System)
}

// putPassword checks and stores a password. mustChange says that it is not yet the person's own.
func (s *Service) putPassword(ctx context.Context, who actor.Actor, person id.Person, password string, mustChange bool) error {
	in := door(who.Tenant())
	p, err := s.people.GetPerson(ctx, in, person)
	if err != nil {
		return err
	}
	t, err := s.org.GetTenant(ctx, in)
	if err != nil {
		return err
	}
	reach, err := s.reachNow(ctx, in, person)
	if err != nil {
		return err
	}
	if person != who.Person() && !covers(who, reach) {
		return fault.Denied(string(CanSetPassword))
	}
	admin := reach[org.CanCreateGrant].All || reach[CanSetPassword].All
	if err := checkPassword("password", password, admin, wordsAround(p, t)); err != nil {
		return err
	}
	hash, err := s.hasher.make(ctx, password)
	if err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	verb := "person.password_changed"
	if mustChange {
		verb = "person.password_set"
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Later(credentialPut, person, hash, mustChange, s.now())
		tx.Later(sessionsEnd, person, who.Session())
		c := journal.Change{Verb: verb, Subject: person}
		if p.HomeSite != nil {
			c.Site = *p.HomeSite
		}
		return s.journal.Record(ctx, tx, c)
	})
}

// reachNow gives what a person may do, read now.
func (s *Service) reachNow(ctx context.Context, in actor.Actor, person id.Person) (map[actor.Permission]actor.Reach, error) {
	var epoch int64
	err := s.db.Read(ctx, in, func(tx *db.Tx) (err error) {
		epoch, err = db.One(ctx, tx, scanInt, epochGet)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read access epoch: %w", err)
	}
	return s.org.Reach(ctx, in, person, epoch)
}

// covers says that the actor may do everything, everywhere, that somebody else may.
func covers(who actor.Actor, reach map[actor.Permission]actor.Reach) bool {
	for p, r := range reach {
		if r.All && !who.Everywhere(p) {
			return false
		}
		for site := range r.Sites {
			if !who.At(p, site) {
				return false
			}
		}
		for unit := range r.Units {
			if !who.In(p, unit) {
				return false
			}
		}
	}
	return true
}

func wordsAround(p people.Person, t org.Tenant) []string {
	return []string{p.Name, p.Code, p.Login, p.Email, p.Mobile, t.Name, t.Code}
}

func scanText(r db.Row) (s string, err error) { err = r.Scan(&s); return s, err }
func scanInt(r db.Row) (n int64, err error)   { err = r.Scan(&n); return n, err }

const credentialGet db.SQL = `-- auth.credentialGet
select c.hash from credentials c where c.tenant_id = $1 and c.id = $2`

const credentialPut db.SQL = `-- auth.credentialPut
insert into credentials (tenant_id, id, hash, must_change, changed_at) values ($1, $2, $3, $4, $5)
on conflict (tenant_id, id) do update set hash = $3, must_change = $4, changed_at = $5`

const epochGet db.SQL = `-- auth.epochGet
select e.epoch from access_epochs e where e.tenant_id = $1`
