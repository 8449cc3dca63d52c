package people

import (
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

var personTaken = map[string]fault.Field{
	"persons_code":           {Path: "code", Code: "taken", Message: "Somebody else has this code."},
	"person_identifiers_key": {Path: "login_id", Code: "taken", Message: "Somebody else signs in with this."},
}

// GetPerson gives a person. Needs person.read at the home site, or being that person; NotFound otherwise.
func (s *Service) GetPerson(ctx context.Context, who actor.Actor, person id.Person) (p Person, err error) {
	sites, all, err := readable(who)
	if err != nil {
		return Person{}, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		p, err = db.One(ctx, tx, scanPerson, personGet, person, all, sites, who.Person())
		return fault.Named(err, "person")
	})
	return p, err
}

// ListPeople gives the people that the actor sees, by name. Needs person.read.
func (s *Service) ListPeople(ctx context.Context, who actor.Actor, f PersonFilter, p page.Request) (page.Of[Person], error) {
	if err := who.Require(CanReadPerson); err != nil {
		return page.Of[Person]{}, err
	}
	name, after, err := page.Last[id.Person](p)
	if err != nil {
		return page.Of[Person]{}, err
	}
	sites, all := who.Sites(CanReadPerson)
	var rows []Person
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanPerson, personList, all, sites, f.Site == nil, f.Site, f.Search, fold.Like(f.Search), f.Inactive,
			name, after, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(x Person) (string, string) { return fold.Key(x.Name), x.ID.String() }), err
}

// CreatePerson adds a person, who can sign in once they have a password. Needs person.create at the home site, or everywhere for a
// person without one. Invalid, or Conflict when the code or an identifier is somebody else's.
func (s *Service) CreatePerson(ctx context.Context, who actor.Actor, in PersonInput) (Person, error) {
	if err := requireAt(who, CanCreatePerson, in.HomeSite); err != nil {
		return Person{}, err
	}
	if err := in.Check(); err != nil {
		return Person{}, err
	}
	p := in.person(id.New[id.Person](), 1)
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := checkPerson(ctx, tx, &p, in); err != nil {
			return err
		}
		tx.Later(personInsert, p.ID, p.Code, p.Name, fold.Key(p.Name), in.searchKey(), p.Login, p.Email, p.Mobile, p.HomeSite, p.Manager,
			p.Department, p.Designation, p.Active, p.Version, s.now())
		in.putIdentifiers(tx, p.ID)
		return s.record(ctx, tx, "person.created", nil, p)
	})
	if err != nil {
		return Person{}, fault.Place(fmt.Errorf("create person %s: %w", p.Code, err), personTaken)
	}
	return p, nil
}

// UpdatePerson changes a person. Needs person.update at the home site, and at the new one to move them; and, to change how or whether
// somebody else signs in, everything that they may do: nobody takes over an account that may do more than their own. Whose way to sign
// in changes, and who is made inactive, is signed out everywhere but where the actor is. Conflict with the current record when version is not
// the stored one, when the code or an identifier is somebody else's, and for the last administrator made inactive.
func (s *Service) UpdatePerson(ctx context.Context, who actor.Actor, person id.Person, version int64, in PersonInput) (Person, error) {
	if err := who.Require(CanUpdatePerson); err != nil {
		return Person{}, err
	}
	seen, err := s.GetPerson(ctx, who, person)
	if err != nil {
		return Person{}, err
	}
	if err := requireAt(who, CanUpdatePerson, seen.HomeSite); err != nil {
		return Person{}, err
	}
	if err := in.checkFor(person == who.Person()); err != nil {
		return Person{}, err
	}
	p := in.person(person, version+1)
	if person != who.Person() && (p.entry() != seen.entry() || p.Active != seen.Active) {
		if err := s.guard(ctx, who, person); err != nil {
			return Person{}, err
		}
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getPerson(ctx, tx, person)
		if err != nil {
			return err
		}
		if old.Version != version || old.Version != seen.Version {
			return fault.Stale("person", old)
		}
		for _, site := range []*id.Site{old.HomeSite, in.HomeSite} {
			if err := requireAt(who, CanUpdatePerson, site); err != nil {
				return err
			}
		}
		if err := checkPerson(ctx, tx, &p, in); err != nil {
			return err
		}
		if err := signOut(ctx, tx, old, p); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, personUpdate, p.ID, p.Code, p.Name, fold.Key(p.Name), in.searchKey(), p.Login, p.Email, p.Mobile, p.HomeSite,
			p.Manager, p.Department, p.Designation, p.Active, p.Version, s.now(), version)
		if err != nil {
			return err
		}
		if n == 0 { // somebody was faster
			if old, err = getPerson(ctx, tx, person); err != nil {
				return err
			}
			return fault.Stale("person", old)
		}
		tx.Later(identifiersDelete, p.ID)
		in.putIdentifiers(tx, p.ID)
		return s.record(ctx, tx, "person.updated", old, p)
	})
	if err != nil {
		return Person{}, fault.Place(fmt.Errorf("update person %s: %w", person, err), personTaken)
	}
	return p, nil
}

// signOut ends the sessions of a person who becomes inactive or whose way to sign in changes.
func signOut(ctx context.Context, tx *db.Tx, old, p Person) error {
	leaves := old.Active && !p.Active
	if leaves {
		if err := checkLast(ctx, tx, p.ID); err != nil {
			return err
		}
	}
	if leaves || old.entry() != p.entry() {
		tx.Later(sessionsEnd, p.ID, tx.Who().Session())
	}
	return nil
}

// checkLast keeps the tenant an active administrator. It waits for other changes of access, so that two cannot go together.
func checkLast(ctx context.Context, tx *db.Tx, leaving id.Person) error {
	tx.Later(epochBump)
	holders, err := db.All(ctx, tx, scanPersonID, administrators)
	if err != nil || len(holders) != 1 || holders[0] != leaving {
		return err
	}
	f := fault.Of(fault.Conflict, "This is the last administrator. Make somebody else administrator first.")
	f.Fields = []fault.Field{{Path: "active", Code: "last", Message: f.Message}}
	return f
}

func (s *Service) record(ctx context.Context, tx *db.Tx, verb string, before any, p Person) error {
	c := journal.Change{Verb: verb, Subject: p.ID, Before: before, After: p}
	if p.HomeSite != nil {
		c.Site = *p.HomeSite
	}
	return s.journal.Record(ctx, tx, c)
}

func (in PersonInput) person(person id.Person, version int64) Person {
	return Person{
		ID: person, Code: in.Code, Name: in.Name, Login: in.Login, Email: in.Email, Mobile: in.Mobile, HomeSite: in.HomeSite,
		Manager: in.Manager, Department: in.Department, Designation: in.Designation, Active: in.Active, Version: version,
	}
}

func (in PersonInput) putIdentifiers(tx *db.Tx, person id.Person) {
	for _, x := range in.identifiers() {
		tx.Later(identifierInsert, id.New[id.Any](), person, x.kind, x.key)
	}
}

// readable gives where the actor sees people; one who may see none still sees themselves.
func readable(who actor.Actor) (sites []id.Site, all bool, err error) {
	sites, all = who.Sites(CanReadPerson)
	if !who.Can(CanReadPerson) {
		err = who.RequirePerson()
	}
	return sites, all, err
}

// requireAt asks for a permission at a site, or everywhere when there is none.
func requireAt(who actor.Actor, p actor.Permission, site *id.Site) error {
	if site == nil {
		return who.RequireEverywhere(p)
	}
	return who.RequireAt(p, *site)
}
