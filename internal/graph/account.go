package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
	"intelliwiz/internal/people"
)

// Account answers with the caller's own account.
func (q query) Account(ctx context.Context) (*auth.Account, error) {
	return pointer(q.c.Auth.GetAccount(ctx, actor.From(ctx)))
}

// Sessions answers with the sessions of a person, the caller's own unless told.
func (q query) Sessions(ctx context.Context, personID *id.Any) ([]auth.Session, error) {
	person, err := ownUnlessTold(ctx, personID)
	if err != nil {
		return nil, err
	}
	return q.c.Auth.ListSessions(ctx, actor.From(ctx), person)
}

// Devices answers with the phones of a person, the caller's own unless told.
func (q query) Devices(ctx context.Context, personID *id.Any) ([]auth.Device, error) {
	person, err := ownUnlessTold(ctx, personID)
	if err != nil {
		return nil, err
	}
	return q.c.Auth.ListDevices(ctx, actor.From(ctx), person)
}

// DeleteDevice releases a phone.
func (m mutation) DeleteDevice(ctx context.Context, device id.Any) (*id.Any, error) {
	return pointer(device, m.c.Auth.DeleteDevice(ctx, actor.From(ctx), as[id.Device](device)))
}

// Tokens answers with the caller's own tokens.
func (q query) Tokens(ctx context.Context) ([]auth.Token, error) {
	return q.c.Auth.ListTokens(ctx, actor.From(ctx))
}

// DeleteSession ends one session.
func (m mutation) DeleteSession(ctx context.Context, session id.Any) (*id.Any, error) {
	return pointer(session, m.c.Auth.EndSession(ctx, actor.From(ctx), as[id.Session](session)))
}

// InvitePerson mails a person a link by which they choose their first password.
func (m mutation) InvitePerson(ctx context.Context, person id.Any) (*id.Any, error) {
	return pointer(person, m.c.Auth.Invite(ctx, actor.From(ctx), as[id.Person](person)))
}

// DeleteSessions ends the sessions of a person, the caller's own unless told.
func (m mutation) DeleteSessions(ctx context.Context, personID *id.Any) (bool, error) {
	person, err := ownUnlessTold(ctx, personID)
	if err != nil {
		return false, err
	}
	err = m.c.Auth.EndSessions(ctx, actor.From(ctx), person)
	return err == nil, err
}

// DeleteToken revokes one of the caller's own tokens.
func (m mutation) DeleteToken(ctx context.Context, token id.Any) (*id.Any, error) {
	return pointer(token, m.c.Auth.DeleteToken(ctx, actor.From(ctx), as[id.Token](token)))
}

// Person answers with whose session it is.
func (sessionResolver) Person(ctx context.Context, s *auth.Session) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, &s.Person)
}

func ownUnlessTold(ctx context.Context, person *id.Any) (id.Person, error) {
	who := actor.From(ctx)
	if person != nil {
		return as[id.Person](*person), nil
	}
	return who.Person(), who.RequirePerson()
}
