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
		return missing(err, "person")
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

// UpdatePerson changes a person; one made inactive is signed out at their next request. Needs person.update at the home site, and at
// the new one to move them. Conflict with the current record when version is not the stored one.
func (s *Service) UpdatePerson(ctx context.Context, who actor.Actor, person id.Person, version int64, in PersonInput) (Person, error) {
	old, err := s.GetPerson(ctx, who, person)
	if err != nil {
		return Person{}, err
	}
	for _, site := range []*id.Site{old.HomeSite, in.HomeSite} {
		if err := requireAt(who, CanUpdatePerson, site); err != nil {
			return Person{}, err
		}
	}
	if err := in.Check(); err != nil {
		return Person{}, err
	}
	if person == who.Person() && !in.Active {
		f := fault.Of(fault.Invalid, "Check what is marked below.")
		f.Fields = []fault.Field{{Path: "active", Code: "self", Message: "You cannot make yourself inactive."}}
		return Person{}, f
	}
	p := in.person(person, version+1)
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		if old, err = db.One(ctx, tx, scanPerson, personGet, person, true, []id.Site{}, person); err != nil {
			return missing(err, "person")
		}
		if old.Version != version {
			return fault.Stale("person", old)
		}
		if err := checkPerson(ctx, tx, &p, in); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, personUpdate, p.ID, p.Code, p.Name, fold.Key(p.Name), in.searchKey(), p.Login, p.Email, p.Mobile, p.HomeSite,
			p.Manager, p.Department, p.Designation, p.Active, p.Version, s.now(), version)
		if err != nil {
			return err
		}
		if n == 0 {
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
