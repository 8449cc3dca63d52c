package auth_test

import (
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestAPeekIsNoUseOfASession(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		guard := w.Staff[org.Guard]
		secret := w.SignIn(guard)
		w.Clock.Advance(20 * time.Minute)
		who, err := w.Auth.Peek(ctx, secret)
		if err != nil || who.Person() != guard.ID || !who.Can(org.CanReadSite) {
			t.Fatal(who, err)
		}
		other := w.Actor(org.Viewer)
		asked := []id.Session{who.Session(), other.Session(), id.New[id.Session]()}
		live, err := w.Auth.Live(ctx, w.System, asked)
		if err != nil || len(live) != 2 {
			t.Errorf("live: %v %v", live, err)
		}
		if live, err = w.Auth.Live(ctx, w.SecondTenant().System, asked); err != nil || len(live) != 0 {
			t.Errorf("live in another tenant: %v %v", live, err)
		}
		_, err = w.Auth.Live(ctx, w.Actor(org.Administrator), asked)
		testworld.Refused(t, err, auth.CanReadSession)
		w.Clock.Advance(11 * time.Minute)
		if live, err = w.Auth.Live(ctx, w.System, asked); err != nil || len(live) != 1 || live[0] != other.Session() {
			t.Errorf("live, though one is idle: %v %v", live, err)
		}
		if _, err = w.Auth.Peek(ctx, secret); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("a session that was only peeked at goes on: %v", err)
		}
	})
}
