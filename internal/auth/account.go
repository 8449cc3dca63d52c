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
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		found, err := db.All(ctx, tx, scanAccount, credentialAccount, who.Person())
		if len(found) > 0 { // who has a token and no password yet has an account all the same
			a.PasswordChanged, a.MustChange = found[0].PasswordChanged, found[0].MustChange
		}
		return err
	})
	if err != nil {
		return Account{}, err
	}
	a.FactorDue, err = s.dueOf(ctx, who.Tenant(), who.Person())
	a.MustSetUp = overdue(a.FactorDue, s.now())
	return a, err
}

func scanAccount(r db.Row) (a Account, err error) {
	err = r.Scan(&a.PasswordChanged, &a.MustChange)
	return a, err
}

const credentialAccount db.SQL = `-- auth.credentialAccount
select c.changed_at, c.must_change from credentials c where c.tenant_id = $1 and c.id = $2`
