package auth

import (
	"context"
	"fmt"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// maxPrograms is how many services a tenant has.
const maxPrograms = 100

// Program is a service: a program that acts for the tenant and not for a person, with a token and a role of its own. Its secret is shown once
// and not stored.
type Program struct {
	ID      id.Program `json:"id"`
	Name    string     `json:"name"` // unique in the tenant
	Role    id.Role    `json:"role_id"`
	Site    *id.Site   `json:"site_id,omitzero"` // where the role holds; nil = in the whole tenant
	Hint    string     `json:"hint"`             // the last characters of the token, to know it by
	Nets    []string   `json:"networks"`         // from where it may be used, as CIDR; empty = from anywhere
	Created time.Time  `json:"created_at"`
	Expires time.Time  `json:"expires_at"`
	Used    *time.Time `json:"used_at,omitzero"` // to the minute; nil = never

	// Names for people, read with the service.
	RoleName string `json:"role_name"`
	SiteName string `json:"site_name"` // "" = the whole tenant
}

// ProgramInput is what one says about a new service.
type ProgramInput struct {
	Name    string
	Role    id.Role
	Site    *id.Site
	Nets    []string
	Expires time.Time // UTC; at most a year ahead
}

// ListPrograms gives the services by name. Needs service.read.
func (s *Service) ListPrograms(ctx context.Context, who actor.Actor) (all []Program, err error) {
	if err := who.RequireEverywhere(CanReadProgram); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		all, err = db.All(ctx, tx, scanProgram, programList)
		return err
	})
	return all, err
}

// CreateProgram makes a service and gives its secret, once. Needs service.create, a session (a token cannot make another), and every
// permission of the role where it is to hold: nobody hands out more than they hold. Invalid at the field; Conflict for a name that is taken.
func (s *Service) CreateProgram(ctx context.Context, who actor.Actor, in ProgramInput) (p Program, secret string, err error) {
	if err := who.RequireEverywhere(CanCreateProgram); err != nil {
		return Program{}, "", err
	}
	if who.Kind() != actor.Person {
		return Program{}, "", fault.Of(fault.Forbidden, "A service is made in a browser, by somebody who is signed in there.")
	}
	if err := s.checkProgram(ctx, who, &in); err != nil {
		return Program{}, "", err
	}
	secret, hash := newToken(servicePrefix, who.Tenant())
	p = Program{ID: id.New[id.Program](), Name: in.Name}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := db.One(ctx, tx, scanInt, programCount)
		if err == nil && n >= maxPrograms {
			err = fault.Of(fault.Conflict, fmt.Sprintf("There are at most %d services. Delete one that is no longer used.", maxPrograms))
		}
		if err != nil {
			return err
		}
		tx.Later(programInsert, p.ID, in.Name, fold.Key(in.Name), in.Role, in.Site, secret[len(secret)-4:], hash, strings.Join(in.Nets, " "), s.now(), in.Expires.UTC())
		if p, err = db.One(ctx, tx, scanProgram, programGet, p.ID); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "service.created", Subject: p.ID, After: p})
	})
	if err != nil {
		return Program{}, "", fault.Place(fmt.Errorf("create service: %w", err), programTaken)
	}
	return p, secret, nil
}

// checkProgram holds the input to the rules, and the role to what its maker holds.
func (s *Service) checkProgram(ctx context.Context, who actor.Actor, in *ProgramInput) error {
	var c fault.Check
	in.Name = s.checkLife(&c, in.Name, in.Expires)
	in.Nets = checkNets(&c, in.Nets)
	reach, err := s.org.RoleReach(ctx, door(who.Tenant()), in.Role, in.Site)
	if fault.KindOf(err) == fault.NotFound {
		c.Add("role_id", "unknown", "There is no such role.")
		err = nil
	}
	if err != nil {
		return err
	}
	if in.Site != nil {
		if _, err := s.org.GetSite(ctx, door(who.Tenant()), *in.Site); fault.KindOf(err) == fault.NotFound {
			c.Add("site_id", "unknown", "There is no such site.")
		} else if err != nil {
			return err
		}
	}
	c.That(covers(who, reach), "role_id", "beyond", "There this role may do more than you. Choose another role, or a site.")
	return c.Err()
}

// DeleteProgram removes a service; its token ends at its next request. Needs service.delete. NotFound.
func (s *Service) DeleteProgram(ctx context.Context, who actor.Actor, program id.Program) error {
	if err := who.RequireEverywhere(CanDeleteProgram); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := db.All(ctx, tx, scanProgram, programGet, program)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, programDelete, program)
		if err != nil {
			return err
		}
		if n == 0 || len(old) == 0 {
			return fault.Missing("service")
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "service.deleted", Subject: program, Before: old[0]})
	})
	if err != nil {
		return fmt.Errorf("delete service %s: %w", program, err)
	}
	return nil
}

// byService gives the actor of a service's token, which is no person.
func (s *Service) byService(ctx context.Context, secret, source string) (actor.Actor, error) {
	tenant, hash, err := readToken(servicePrefix, secret)
	if err != nil || tenant.IsZero() {
		return actor.Actor{}, fault.Anonymous()
	}
	p, err := s.programs.Get(ctx, tenant, string(hash), access(), func(ctx context.Context) (liveProgram, error) {
		p, err := lookup(ctx, s, tenant, scanLiveProgram, programByHash, "service", hash)
		if err != nil {
			return p, err
		}
		p.reach, err = s.org.RoleReach(ctx, door(tenant), p.role, p.site)
		return p, err
	})
	if err != nil {
		return actor.Actor{}, err
	}
	now := s.now()
	if !now.Before(p.expires) {
		return actor.Actor{}, fault.Anonymous()
	}
	if !within(p.nets, source) {
		return actor.Actor{}, errElsewhere()
	}
	if p.used == nil || now.Sub(*p.used) >= touchEvery {
		s.touch(ctx, door(tenant), programTouch, "service", p.program)
	}
	return actor.New(actor.Facts{Kind: actor.Token, Tenant: tenant, Name: p.name, Token: id.Of[id.Token](p.program.Bytes()), Reach: p.reach}), nil
}
