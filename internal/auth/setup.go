package auth

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
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

// Check folds the input into its stored form and gives every violation at its field, as the set-up form has them: organisation (the name
// of the organisation), code, zone, name (of the person), login_id, email, password.
func (in *Setup) Check() error {
	var c fault.Check
	for _, x := range fieldsOf(in.Tenant.Check()) {
		if x.Path == "name" {
			x.Path = "organisation"
		}
		c.Add(x.Path, x.Code, x.Message)
	}
	person := in.person()
	for _, x := range fieldsOf(person.Check()) {
		c.Add(x.Path, x.Code, x.Message)
	}
	t := org.Tenant{Code: in.Tenant.Code, Name: in.Tenant.Name}
	checkPassword(&c, "password", in.Password, true, wordsAround(people.Person{Name: in.Name, Login: in.Login, Email: in.Email}, t))
	return c.Err()
}

func (in *Setup) person() people.PersonInput {
	return people.PersonInput{Code: "ADMIN", Name: in.Name, Login: in.Login, Email: in.Email, Active: true}
}

func fieldsOf(err error) []fault.Field {
	if err == nil {
		return nil
	}
	return fault.As(err).Fields
}

// OpenSetup gives the secret of a new one-time set-up link while the installation has no tenant, and "" once it has one. Every call makes
// the links before it worthless.
func (s *Service) OpenSetup(ctx context.Context) (secret string, err error) {
	tenants, err := s.org.Tenants(ctx)
	if err != nil || len(tenants) > 0 {
		return "", err
	}
	secret, hash := newSecret(id.Tenant{})
	err = s.db.System(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, factPut, "setup", hex.EncodeToString(hash))
		return err
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// CheckSetup says whether a set-up secret is the valid one and the installation still without a tenant; NotFound otherwise.
func (s *Service) CheckSetup(ctx context.Context, secret string) error {
	_, hash, err := readSecret(secret)
	if err != nil {
		return fault.Missing("set-up link")
	}
	tenants, err := s.org.Tenants(ctx)
	if err != nil {
		return err
	}
	var stored []string
	err = s.db.System(ctx, func(tx *db.Tx) (err error) {
		stored, err = db.All(ctx, tx, scanText, factGet, "setup")
		return err
	})
	if err != nil {
		return err
	}
	if len(tenants) > 0 || len(stored) == 0 || subtle.ConstantTimeCompare([]byte(stored[0]), []byte(hex.EncodeToString(hash))) != 1 {
		return fault.Missing("set-up link")
	}
	return nil
}

// Setup makes the first tenant with its administrator and signs them in. The link is used up. NotFound for a wrong or used link, Invalid
// with every violation before anything is made.
func (s *Service) Setup(ctx context.Context, secret string, in Setup) (SignedIn, error) {
	if err := s.CheckSetup(ctx, secret); err != nil {
		return SignedIn{}, err
	}
	if err := in.Check(); err != nil {
		return SignedIn{}, err
	}
	var c fault.Check
	if s.checkStolen(&c, in.Password); c.Err() != nil {
		return SignedIn{}, c.Err()
	}
	if err := s.consumeSetup(ctx, secret); err != nil {
		return SignedIn{}, err
	}
	who := actor.New(actor.Facts{Kind: actor.System, Tenant: id.New[id.Tenant](), Name: "set-up"})
	if _, err := s.org.CreateTenant(ctx, who, in.Tenant); err != nil {
		return SignedIn{}, err
	}
	if _, err := s.CreateUser(ctx, who, in.person(), in.Password, org.Administrator); err != nil {
		return SignedIn{}, err
	}
	return s.SignIn(ctx, SignIn{Tenant: in.Tenant.Code, Login: in.Login, Password: in.Password, From: in.From})
}

// CreateUser adds a person with a password and a role in the whole tenant: for set-up and the command line, where who is the system.
// Invalid with every violation before anything is made, Conflict when the code or an identifier is somebody else's.
func (s *Service) CreateUser(ctx context.Context, who actor.Actor, in people.PersonInput, password, role string) (people.Person, error) {
	if who.Kind() != actor.System {
		return people.Person{}, fault.Denied("user.create")
	}
	t, err := s.org.GetTenant(ctx, who)
	if err != nil {
		return people.Person{}, err
	}
	roles, err := s.org.ListRoles(ctx, who, page.Request{Limit: page.Max})
	if err != nil {
		return people.Person{}, err
	}
	var c fault.Check
	at := slices.IndexFunc(roles.Items, func(r org.Role) bool { return r.Code == role })
	c.That(at >= 0, "role", "unknown", "There is no role "+fold.Line(role)+".")
	for _, x := range fieldsOf(in.Check()) {
		c.Add(x.Path, x.Code, x.Message)
	}
	admin := at < 0 || slices.ContainsFunc(roles.Items[at].Permissions, func(p actor.Permission) bool { return p == org.CanCreateGrant || p == CanSetPassword })
	s.checkStolen(&c, password)
	checkPassword(&c, "password", password, admin, wordsAround(people.Person{Name: in.Name, Code: in.Code, Login: in.Login, Email: in.Email, Mobile: in.Mobile}, t))
	if err := c.Err(); err != nil {
		return people.Person{}, err
	}
	p, err := s.people.CreatePerson(ctx, who, in)
	if err != nil {
		return people.Person{}, err
	}
	if _, err := s.org.CreateGrant(ctx, who, org.GrantInput{Person: p.ID, Role: roles.Items[at].ID}); err != nil {
		return people.Person{}, err
	}
	return p, s.SetPassword(ctx, who, p.ID, password)
}

// consumeSetup uses a link up; NotFound when somebody else did.
func (s *Service) consumeSetup(ctx context.Context, secret string) error {
	_, hash, err := readSecret(secret)
	if err != nil {
		return err
	}
	return s.db.System(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, factUse, "setup", hex.EncodeToString(hash))
		if err == nil && n == 0 {
			err = fault.Missing("set-up link")
		}
		return err
	})
}

const factPut db.SQL = `-- auth.factPut
insert into sys_facts (name, value) values ($1, $2) on conflict (name) do update set value = $2`

const factGet db.SQL = `-- auth.factGet
select f.value from sys_facts f where f.name = $1`

const factUse db.SQL = `-- auth.factUse
delete from sys_facts where name = $1 and value = $2`
