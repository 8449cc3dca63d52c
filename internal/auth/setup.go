package auth

import (
	"context"
	"crypto/subtle"
	"encoding/hex"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
)

// Setup is what the first administrator says about themselves and their organisation.
type Setup struct {
	Tenant   org.TenantInput
	Name     string
	Login    string
	Email    string
	Password string
	From     Origin
}

// OpenSetup gives the secret of a new one-time set-up link while the installation has no tenant, and "" once it has one. Every call makes
// the links before it worthless.
func (s *Service) OpenSetup(ctx context.Context) (secret string, err error) {
	tenants, err := s.org.Tenants(ctx)
	if err != nil || len(tenants) > 0 {
		return "", err
	}
	secret, hash := newSecret(id.Tenant{})
	return secret, s.db.System(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, factPut, "setup", hex.EncodeToString(hash))
		return err
	})
}

// CheckSetup says whether a set-up secret is the valid one; NotFound otherwise.
func (s *Service) CheckSetup(ctx context.Context, secret string) error {
	_, hash, err := readSecret(secret)
	if err != nil {
		return fault.Missing("set-up link")
	}
	var stored []string
	err = s.db.System(ctx, func(tx *db.Tx) (err error) {
		stored, err = db.All(ctx, tx, scanText, factGet, "setup")
		return err
	})
	if err != nil {
		return err
	}
	if len(stored) == 0 || subtle.ConstantTimeCompare([]byte(stored[0]), []byte(hex.EncodeToString(hash))) != 1 {
		return fault.Missing("set-up link")
	}
	return nil
}

// Setup makes the first tenant with its administrator and signs them in. The link is used up. NotFound for a wrong or used link, Invalid
// at the fields; a password that breaks a rule is found before anything is made.
func (s *Service) Setup(ctx context.Context, secret string, in Setup) (SignedIn, error) {
	if err := s.CheckSetup(ctx, secret); err != nil {
		return SignedIn{}, err
	}
	if err := in.Tenant.Check(); err != nil {
		return SignedIn{}, err
	}
	t := org.Tenant{Code: in.Tenant.Code, Name: in.Tenant.Name}
	person := people.PersonInput{Code: "ADMIN", Name: in.Name, Login: in.Login, Email: in.Email, Active: true}
	if err := person.Check(); err != nil {
		return SignedIn{}, err
	}
	if err := checkPassword("password", in.Password, true, wordsAround(people.Person{Name: in.Name, Login: in.Login, Email: in.Email}, t)); err != nil {
		return SignedIn{}, err
	}
	n, err := s.consumeSetup(ctx)
	if err != nil || n == 0 {
		return SignedIn{}, errOr(err, fault.Missing("set-up link"))
	}
	who := actor.New(actor.Facts{Kind: actor.System, Tenant: id.New[id.Tenant](), Name: "set-up"})
	if _, err := s.org.CreateTenant(ctx, who, in.Tenant); err != nil {
		return SignedIn{}, err
	}
	if _, err := s.CreateUser(ctx, who, person, in.Password, org.Administrator); err != nil {
		return SignedIn{}, err
	}
	return s.SignIn(ctx, SignIn{Tenant: in.Tenant.Code, Login: in.Login, Password: in.Password, From: in.From})
}

// CreateUser adds a person with a password and a role in the whole tenant: for set-up and the command line, where who is the system.
func (s *Service) CreateUser(ctx context.Context, who actor.Actor, in people.PersonInput, password, role string) (people.Person, error) {
	if who.Kind() != actor.System {
		return people.Person{}, fault.Denied("user.create")
	}
	roles, err := s.org.ListRoles(ctx, who, page.Request{Limit: page.Max})
	if err != nil {
		return people.Person{}, err
	}
	for _, r := range roles.Items {
		if r.Code != role {
			continue
		}
		p, err := s.people.CreatePerson(ctx, who, in)
		if err != nil {
			return people.Person{}, err
		}
		if _, err := s.org.CreateGrant(ctx, who, org.GrantInput{Person: p.ID, Role: r.ID}); err != nil {
			return people.Person{}, err
		}
		return p, s.SetPassword(ctx, who, p.ID, password)
	}
	f := fault.Of(fault.Invalid, "There is no role "+role+".")
	f.Fields = []fault.Field{{Path: "role", Code: "unknown", Message: f.Message}}
	return people.Person{}, f
}

func (s *Service) consumeSetup(ctx context.Context) (n int64, err error) {
	err = s.db.System(ctx, func(tx *db.Tx) error {
		n, err = tx.Exec(ctx, factDelete, "setup")
		return err
	})
	return n, err
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

const factPut db.SQL = `-- auth.factPut
insert into sys_facts (name, value) values ($1, $2) on conflict (name) do update set value = $2`

const factGet db.SQL = `-- auth.factGet
select f.value from sys_facts f where f.name = $1`

const factDelete db.SQL = `-- auth.factDelete
delete from sys_facts where name = $1`
