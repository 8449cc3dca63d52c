package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/oidc"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

// witness says who somebody is and which groups they are in, whatever it asks for that. Unauthenticated when it is nobody; Unavailable when
// it cannot say.
type witness interface {
	prove(ctx context.Context) (proven, error)
}

// proven is what a provider says of somebody.
type proven struct {
	subject string
	login   string // "" = it does not tell
	name    string
	address string // one that it vouches for, folded; "" = none
	groups  []string
	strong  bool      // it asked for a second step
	at      time.Time // when it asked; zero: it does not tell
}

// answerOf is the answer of an OpenID Connect provider, on its way.
type answerOf struct {
	s       *Service
	p       sealedProvider
	outside oidc.Provider
	x       away
	in      Return
}

var _ witness = answerOf{}

func (a answerOf) prove(ctx context.Context) (proven, error) {
	started := oidc.Started{State: a.x.State, Nonce: a.x.Nonce, Verifier: a.x.Verifier, Fresh: a.x.Fresh}
	c, err := a.s.prover.Finish(ctx, a.outside, started, a.s.back, oidc.Answer{Code: a.in.Code, Issuer: a.in.Issuer})
	switch {
	case errors.Is(err, oidc.ErrRefused):
		a.s.log.WarnContext(ctx, "a provider's answer was refused", "provider", a.p.ID, "err", cut(err.Error(), 300))
		return proven{}, errNotProven()
	case err != nil:
		return proven{}, errNoAnswer(err)
	}
	out := proven{subject: c.Subject, login: c.Login, name: c.Name, groups: c.Groups, at: c.At}
	if c.Verified {
		out.address = fold.Email(c.Email)
	}
	out.strong = slices.ContainsFunc(a.p.Proofs, func(w string) bool { return w == Always || w == c.Level || slices.Contains(c.Methods, w) })
	return out, nil
}

// via is the provider that a session or second step comes of.
type via struct {
	provider *id.Provider // nil: none
	strong   bool
	at       *time.Time // when it asked who somebody is; nil: just now
}

// enterBy signs in whom a provider proved: finds or makes their account, gives them the roles of their groups, and starts the session, or the second
// step when the provider asked for none and they have one.
func (s *Service) enterBy(ctx context.Context, tenant id.Tenant, p sealedProvider, x proven, from Origin) (out SignedIn, err error) {
	in := door(tenant)
	from.via = via{provider: &p.ID, strong: x.strong}
	if at := x.at; at.IsZero() { // perhaps it knew them already, and nothing was proven just now
		from.via.at = &time.Time{}
	} else if at.Before(s.now()) {
		from.via.at = &at
	}
	err = s.db.Together(ctx, in, func(ctx context.Context) error {
		a, err := s.personOf(ctx, in, p, x)
		if err != nil {
			return err
		}
		if err := s.giveRoles(ctx, in, p, a.person, x.groups); err != nil {
			return err
		}
		out.Person = a.person
		who := actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: a.person, Name: a.name})
		return s.db.Write(ctx, who, func(tx *db.Tx) error {
			factors, err := db.One(ctx, tx, scanInt, factorCount, a.person)
			if err != nil {
				return err
			}
			if factors > 0 && !x.strong {
				out.Step = s.startStep(tx, a, from.via)
				return nil
			}
			out.Secret, out.Device, err = s.startSession(ctx, tx, a.person, from)
			return err
		})
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in by a provider: %w", err)
	}
	if out.Step == "" && !x.strong {
		out.FactorDue, err = s.dueOf(ctx, tenant, out.Person)
	}
	return out, err
}

// personOf finds who a provider's subject is here: who it was before; or who has the address that the provider vouches for, and is nobody else
// there; or, where the provider brings people in, a new person. Forbidden otherwise, and for one that is not active.
func (s *Service) personOf(ctx context.Context, in actor.Actor, p sealedProvider, x proven) (account, error) {
	var found []account
	var known bool
	err := s.db.Read(ctx, in, func(tx *db.Tx) (err error) {
		if found, err = db.All(ctx, tx, scanProven, subjectPerson, p.ID, x.subject); err != nil || len(found) > 0 {
			known = len(found) > 0
			return err
		}
		found, err = db.All(ctx, tx, scanProven, addressPerson, x.address)
		return err
	})
	if err != nil {
		return account{}, err
	}
	if len(found) == 0 {
		if !p.Joins {
			return account{}, errNoEntry("You have no account here yet. Your administrator can give you one with the e-mail address that your organisation's sign-in tells.")
		}
		made, err := s.join(ctx, in, x)
		if err != nil {
			return account{}, err
		}
		found = []account{made}
	}
	if !found[0].active {
		return account{}, errNoEntry("Your account is not active. Your administrator can change that.")
	}
	if known {
		return found[0], nil
	}
	return found[0], s.link(ctx, in, p, x.subject, found[0])
}

// link keeps who a subject is here. It never takes the place of another: neither of the subject, nor of the person.
func (s *Service) link(ctx context.Context, in actor.Actor, p sealedProvider, subject string, a account) error {
	return s.db.Write(ctx, in, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, subjectInsert, id.New[id.Any](), p.ID, subject, a.person, s.now())
		if err == nil && n == 0 {
			err = errNoEntry("Your account here belongs to another account of your organisation's sign-in. Your administrator can change that.")
		}
		if err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "person.sso_linked", Subject: a.person, After: linkedAs{a.name, p.Name}})
	})
}

// join brings in somebody who has no account yet: their login is the one that the provider tells, or the address, or one of ours.
func (s *Service) join(ctx context.Context, in actor.Actor, x proven) (account, error) {
	made := id.New[id.Any]().String()[24:]
	person := people.PersonInput{Code: "SSO-" + made, Name: x.name, Login: x.login, Email: x.address, Active: true}
	if !fold.ValidLogin(person.Login) {
		person.Login = x.address
	}
	if !fold.ValidLogin(person.Login) {
		person.Login = "sso-" + made
	}
	if person.Name = cut(fold.Line(person.Name), 120); person.Name == "" {
		person.Name = person.Login
	}
	p, err := s.people.CreatePerson(ctx, in, person)
	switch fault.KindOf(err) {
	case "":
		return account{person: p.ID, name: p.Name, active: true}, nil
	case fault.Conflict, fault.Invalid: // another has this login: an administrator decides who is who
		return account{}, errNoEntry("Somebody here has your login already, so your account could not be made. Your administrator can give that account your e-mail address.")
	}
	return account{}, err
}

// giveRoles makes the roles that a provider's groups give a person those of the groups that they are in now. Roles that somebody gave them here
// stay, and so does the last administrator.
func (s *Service) giveRoles(ctx context.Context, in actor.Actor, p sealedProvider, person id.Person, groups []string) error {
	var has []mapped
	err := s.db.Read(ctx, in, func(tx *db.Tx) (err error) {
		has, err = db.All(ctx, tx, scanGiven, givenTo, p.ID, &person)
		return err
	})
	if err != nil {
		return err
	}
	for _, g := range p.Groups {
		if !slices.Contains(groups, g.Group) {
			continue
		}
		at := slices.IndexFunc(has, func(x mapped) bool { return x.role == g.Role && sameSite(x.site, g.Site) })
		if at >= 0 {
			has[at].grant = id.Grant{} // it stays
			continue
		}
		made, err := s.giveRole(ctx, in, p, person, g)
		if err != nil {
			return err
		}
		has = append(has, made)
	}
	for _, x := range has {
		if x.grant.IsZero() {
			continue
		}
		if err := s.org.DeleteGrant(ctx, in, x.grant); err != nil && fault.KindOf(err) != fault.Conflict {
			return err
		}
	}
	return nil
}

func sameSite(a, b *id.Site) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// giveRole gives a role, unless somebody gave it to them here, and says that it stays.
func (s *Service) giveRole(ctx context.Context, in actor.Actor, p sealedProvider, person id.Person, g GroupRole) (mapped, error) {
	stays := mapped{role: g.Role, site: g.Site}
	made, err := s.org.CreateGrant(ctx, in, org.GrantInput{Person: person, Role: g.Role, Site: g.Site})
	if fault.KindOf(err) == fault.Conflict {
		return stays, nil
	}
	if err != nil {
		return mapped{}, err
	}
	return stays, s.db.Write(ctx, in, func(tx *db.Tx) error {
		tx.Unjournaled("the grant is in the journal")
		tx.Later(givenInsert, made.ID, p.ID, person)
		return nil
	})
}
