package auth_test

import (
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestAPasskeyProves(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		secret := w.SignIn(guard)
		who := func() actor.Actor { t.Helper(); return whoIs(t, w, secret) }
		_, err := w.Auth.BeginPasskeyProof(ctx, who())
		testworld.Fault(t, err, fault.Conflict)
		k, _ := w.AddPasskey(who(), "My phone")
		w.Clock.Advance(10 * time.Minute)
		c, err := w.Auth.BeginPasskeyProof(ctx, who())
		if err != nil {
			t.Fatal(err)
		}
		answer := k.Sign(c.Options)
		for name, try := range map[string]func() (string, error){
			"no answer": func() (string, error) { return w.Auth.ProveByPasskey(ctx, who(), c.State, []byte("{}")) },
			"no state":  func() (string, error) { return w.Auth.ProveByPasskey(ctx, who(), "", answer) },
			"another's": func() (string, error) { return w.Auth.ProveByPasskey(ctx, w.Actor(org.Supervisor), c.State, answer) },
		} {
			if _, err := try(); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		before := secret
		if secret, err = w.Auth.ProveByPasskey(ctx, who(), c.State, answer); err != nil {
			t.Fatal(err)
		}
		if !w.Auth.Proven(who()) || state(w, before) != fault.Unauthenticated {
			t.Error("the proof does not hold, or the secret before it does")
		}
		_, err = w.Auth.ProveByPasskey(ctx, who(), c.State, answer)
		testworld.Fault(t, err, fault.Invalid, "proof wrong") // it counts once
		_, err = w.Auth.BeginPasskeyProof(ctx, actor.Actor{})
		testworld.Fault(t, err, fault.Unauthenticated)
		w.Limit.Refuse(fault.Of(fault.TooMany, "Too many."))
		_, err = w.Auth.ProveByPasskey(ctx, who(), c.State, answer)
		testworld.Fault(t, err, fault.TooMany)
	})
}
