package auth

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/people"
)

// Account is what a person sees of themselves.
type Account struct {
	people.Person
	PasswordChanged time.Time `json:"password_changed_at,omitzero"` // zero: they have none yet
	MustChange      bool      `json:"must_change_password"`         // the password was given by somebody else
	FactorDue       time.Time `json:"factor_due_at,omitzero"`       // by when a second factor has to be set up; zero: none is asked, or there is one
	MustSetUp       bool      `json:"must_set_up_factor"`           // that time is over
}

// GetAccount gives the actor's own account. Needs to be signed in.
func (s *Service) GetAccount(ctx context.Context, who actor.Actor) (a Account, err error) {
	if err := who.RequirePerson(); err != nil {
		return Account{}, err
	}
	if a.Person, err = s.people.GetPerson(ctx, who, who.Person()); err != nil {
		return Account{}, err
	}
	var strong bool
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		x, err := db.One(ctx, tx, scanAccount, credentialAccount, who.Person(), who.Session())
		if strong = x.strong; x.changed != nil { // who has a token and no password yet has an account all the same
			a.PasswordChanged, a.MustChange = *x.changed, x.mustChange
		}
		return err
	})
	if err != nil || strong { // the provider asked for the second step
		return a, err
	}
	a.FactorDue, err = s.dueOf(ctx, who.Tenant(), who.Person())
	a.MustSetUp = overdue(a.FactorDue, s.now())
	return a, err
}

// ownAccount is what is stored of an account beside the person.
type ownAccount struct {
	changed    *time.Time // nil: there is no password
	mustChange bool
	strong     bool // a provider asked for the second step of this session
}

func scanAccount(r db.Row) (a ownAccount, err error) {
	err = r.Scan(db.Null(&a.changed), &a.mustChange, &a.strong)
	return a, err
}

// credentialAccount takes a password that somebody else gave for good where a provider proved the person.
const credentialAccount db.SQL = `-- auth.credentialAccount
select c.changed_at, coalesce(c.must_change, false) and s.sso is null, coalesce(s.strong, false)
from persons p
left join credentials c on c.tenant_id = p.tenant_id and c.id = p.id
left join sessions s on s.tenant_id = p.tenant_id and s.id = $3
where p.tenant_id = $1 and p.id = $2`
