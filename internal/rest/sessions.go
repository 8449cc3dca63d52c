package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
)

// Session is a sign-in of a person in one browser.
type Session struct {
	ID        id.Session `json:"id" format:"uuid"`
	PersonID  id.Person  `json:"person_id" format:"uuid"`
	Source    string     `json:"source" doc:"The client's address at sign-in." example:"203.0.113.7"`
	Agent     string     `json:"agent" doc:"The browser, as it calls itself."`
	CreatedAt time.Time  `json:"created_at" example:"2026-11-23T08:00:00Z"`
	SeenAt    time.Time  `json:"seen_at" doc:"To the minute." example:"2026-11-23T08:00:00Z"`
	ExpiresAt time.Time  `json:"expires_at" example:"2026-11-23T20:00:00Z"`
	Current   bool       `json:"current" doc:"The one that asks." example:"false"`
}

func sessionOf(s auth.Session) Session {
	return Session{
		ID: s.ID, PersonID: s.Person, Source: s.Source, Agent: s.Agent,
		CreatedAt: s.Created, SeenAt: s.Seen, ExpiresAt: s.Expires, Current: s.Current,
	}
}

func (a *api) sessions() {
	s := a.c.Auth
	register(a, "person.sessions", func(ctx context.Context, in *struct {
		ID id.Person `path:"id" format:"uuid"`
	}) (*many[Session], error) {
		rows, err := s.ListSessions(ctx, actor.From(ctx), in.ID)
		return whole(rows, err, sessionOf)
	})
	register(a, "person.sessions.end", func(ctx context.Context, in *struct {
		ID id.Person `path:"id" format:"uuid"`
	}) (*nothing, error) {
		return done(s.EndSessions(ctx, actor.From(ctx), in.ID))
	})
	register(a, "account.sessions", func(ctx context.Context, _ *struct{}) (*many[Session], error) {
		who := actor.From(ctx)
		if err := who.RequirePerson(); err != nil {
			return nil, err
		}
		rows, err := s.ListSessions(ctx, who, who.Person())
		return whole(rows, err, sessionOf)
	})
	register(a, "account.sessions.end", func(ctx context.Context, _ *struct{}) (*nothing, error) {
		who := actor.From(ctx)
		if err := who.RequirePerson(); err != nil {
			return nil, err
		}
		return done(s.EndSessions(ctx, who, who.Person()))
	})
	register(a, "session.delete", func(ctx context.Context, in *struct {
		ID id.Session `path:"id" format:"uuid"`
	}) (*nothing, error) {
		return done(s.EndSession(ctx, actor.From(ctx), in.ID))
	})
}
