package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
)

// Account is what a person sees of themselves.
type Account struct {
	Person
	PasswordChangedAt  time.Time `json:"password_changed_at" example:"2026-11-23T08:00:00Z"`
	MustChangePassword bool      `json:"must_change_password" doc:"The password was given by somebody else." example:"false"`
}

func accountOf(a auth.Account) Account {
	return Account{Person: personOf(a.Person), PasswordChangedAt: a.PasswordChanged, MustChangePassword: a.MustChange}
}

// Token is a personal API token; its secret is shown once, when it is made.
type Token struct {
	ID        id.Token           `json:"id" format:"uuid"`
	Name      string             `json:"name" example:"Payroll export"`
	Hint      string             `json:"hint" doc:"The last characters, to know it by." example:"9f3c"`
	Scopes    []actor.Permission `json:"scopes" nullable:"false" doc:"What it is cut down to; empty: all that its person may do." example:"[\"person.read\"]"`
	Networks  []string           `json:"networks" nullable:"false" doc:"From where it may be used, as CIDR; empty: from anywhere." example:"[\"203.0.113.0/24\"]"`
	CreatedAt time.Time          `json:"created_at" example:"2026-11-23T08:00:00Z"`
	ExpiresAt time.Time          `json:"expires_at" example:"2027-11-23T08:00:00Z"`
	UsedAt    *time.Time         `json:"used_at" doc:"To the minute; null: never."`
}

func tokenOf(t auth.Token) Token {
	return Token{ID: t.ID, Name: t.Name, Hint: t.Hint, Scopes: t.Scopes, Networks: t.Nets, CreatedAt: t.Created, ExpiresAt: t.Expires, UsedAt: t.Used}
}

func (a *api) account() {
	s := a.c.Auth
	register(a, "account.get", func(ctx context.Context, _ *struct{}) (*one[Account], error) {
		x, err := s.GetAccount(ctx, actor.From(ctx))
		return single(x, err, accountOf)
	})
	register(a, "account.tokens", func(ctx context.Context, _ *struct{}) (*many[Token], error) {
		rows, err := s.ListTokens(ctx, actor.From(ctx))
		return whole(rows, err, tokenOf)
	})
	register(a, "account.token.delete", func(ctx context.Context, in *struct {
		ID id.Token `path:"id" format:"uuid"`
	}) (*nothing, error) {
		return done(s.DeleteToken(ctx, actor.From(ctx), in.ID))
	})
}
