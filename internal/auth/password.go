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

// ChangePassword replaces one's own password and ends all one's other sessions. Invalid at the field: the current one is wrong, or the
// new one breaks a rule. Needs a session; a token cannot.
func (s *Service) ChangePassword(ctx context.Context, who actor.Actor, current, replacement string) error {
	if err := mine(who); err != nil {
		return err
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
	o, err := s.owner(ctx, who, who.Person())
	if err != nil {
		return err
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
	if ok && replacement == current {
		c.Add("password", "same", "Choose another than the one you have.")
	} else {
		o.check(&c, replacement)
		s.checkStolen(&c, replacement)
	}
	if err := c.Err(); err != nil {
		return err
	}
	return s.putPassword(ctx, who, o, replacement, old[0], false)
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
	o, err := s.owner(ctx, who, person)
	if err != nil {
		return err
	}
	var c fault.Check
	o.check(&c, password)
	s.checkStolen(&c, password)
	if err := c.Err(); err != nil {
		return err
	}
	return s.putPassword(ctx, who, o, password, "", who.Kind() != actor.System)
}

// owner is whose password is set.
type owner struct {
	people.Person
	admin bool     // may give others rights
	words []string // stand around the person, and must not stand in the password
}

func (o owner) check(c *fault.Check, password string) {
	checkPassword(c, "password", password, o.admin, o.words)
}

// owner reads what is held against a new password. Forbidden when the person may do more than the actor.
func (s *Service) owner(ctx context.Context, who actor.Actor, person id.Person) (owner, error) {
	in := door(who.Tenant())
	p, err := s.people.GetPerson(ctx, in, person)
	if err != nil {
		return owner{}, err
	}
	t, err := s.org.GetTenant(ctx, in)
	if err != nil {
		return owner{}, err
	}
	reach, err := s.reachNow(ctx, in, person)
	if err != nil {
		return owner{}, err
	}
	if person != who.Person() && !covers(who, reach) {
		return owner{}, fault.Denied(string(CanSetPassword))
	}
	return owner{Person: p, admin: reach[org.CanCreateGrant].All || reach[CanSetPassword].All, words: wordsAround(p, t)}, nil
}

// putPassword stores a checked password. proven is the hash that it replaces, "" for any; mustChange says that it is not yet the
// person's own.
func (s *Service) putPassword(ctx context.Context, who actor.Actor, o owner, password, proven string, mustChange bool) error {
	hash, err := s.hasher.make(ctx, password)
	if err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	c := journal.Change{Verb: "person.password_changed", Subject: o.ID}
	if mustChange {
		c.Verb = "person.password_set"
	}
	if o.HomeSite != nil {
		c.Site = *o.HomeSite
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if proven != "" {
			if err := s.hold(ctx, tx, o.ID, proven, proven); err != nil {
				return err
			}
		}
		tx.Later(credentialPut, o.ID, hash, mustChange, s.now())
		tx.Later(pleaDrop, o.ID) // it was made by who knew the password before
		tx.Later(linkVoid, o.ID)
		tx.Later(stepsEnd, o.ID)
		tx.Later(sessionsEnd, o.ID, who.Session())
		tx.Later(devicesStop, o.ID, who.Token())
		return s.journal.Record(ctx, tx, c)
	})
}

// hold locks a person's password, as it was proven, until the end of the transaction, and stores the same one under another hash:
// whoever changes it at the same moment comes before, and then it is refused, or after.
func (s *Service) hold(ctx context.Context, tx *db.Tx, person id.Person, proven, hash string) error {
	n, err := tx.Exec(ctx, credentialHold, person, proven, hash)
	if err == nil && n == 0 {
		err = errRefused()
	}
	return err
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

// mayChangeEntry keeps those who may do less from changing how or whether a person signs in; people asks it.
func (s *Service) mayChangeEntry(ctx context.Context, who actor.Actor, person id.Person) error {
	if who.Behind() != nil {
		return fault.Denied(string(people.CanUpdatePerson))
	}
	reach, err := s.reachNow(ctx, door(who.Tenant()), person)
	if err != nil {
		return err
	}
	if !covers(who, reach) {
		return fault.Denied(string(people.CanUpdatePerson))
	}
	return nil
}

func wordsAround(p people.Person, t org.Tenant) []string {
	return []string{p.Name, p.Code, p.Login, p.Email, p.Mobile, t.Name, t.Code}
}

func scanText(r db.Row) (s string, err error) { err = r.Scan(&s); return s, err }
func scanInt(r db.Row) (n int64, err error)   { err = r.Scan(&n); return n, err }

const credentialGet db.SQL = `-- auth.credentialGet
select c.hash from credentials c where c.tenant_id = $1 and c.id = $2`

const credentialHold db.SQL = `-- auth.credentialHold
update credentials set hash = $4 where tenant_id = $1 and id = $2 and hash = $3`

const credentialPut db.SQL = `-- auth.credentialPut
insert into credentials (tenant_id, id, hash, must_change, changed_at) values ($1, $2, $3, $4, $5)
on conflict (tenant_id, id) do update set hash = $3, must_change = $4, changed_at = $5`

const epochGet db.SQL = `-- auth.epochGet
select e.epoch from access_epochs e where e.tenant_id = $1`
