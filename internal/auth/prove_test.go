package auth_test

import (
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestAProofHoldsForTenMinutes(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		secret := w.SignIn(guard)
		who := func() actor.Actor {
			t.Helper()
			a, err := w.Auth.BySession(ctx, secret)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		if !w.Auth.Proven(who()) {
			t.Error("a sign-in is no proof")
		}
		w.Clock.Advance(10 * time.Minute)
		if w.Auth.Proven(who()) {
			t.Error("it holds for longer")
		}
		before := who()
		_, err := w.Auth.Prove(ctx, before, "not the password at all")
		testworld.Fault(t, err, fault.Invalid, "proof wrong")
		old := secret
		trail := w.During(func() {
			if secret, err = w.Auth.Prove(ctx, before, guard.Password); err != nil {
				t.Fatal(err)
			}
		})
		testworld.Same(t, []testworld.Change{{Kind: actor.Person, Who: guard.Name, WhoID: guard.ID, Verb: "session.proven", Subject: testworld.Any(before.Session())}}, trail)
		if after := who(); !w.Auth.Proven(after) || after.Session() != before.Session() {
			t.Errorf("after the proof: %v, session %s, want %s", w.Auth.Proven(after), after.Session(), before.Session())
		}
		if got := state(w, old); secret == old || got != fault.Unauthenticated {
			t.Errorf("the secret from before the proof: %q", got)
		}
		w.Clock.Advance(10 * time.Minute)
		if w.Auth.Proven(who()) {
			t.Error("a proof holds for longer")
		}
	})
}

func TestTheSecondStepProvesToo(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		who := w.As(guard)
		a := w.SetUpAppAs(who)
		_, err := w.Auth.Prove(ctx, who, a.At(w.Clock.Now())) // used up
		testworld.Fault(t, err, fault.Invalid, "proof wrong")
		w.Clock.Advance(time.Minute)
		for claim, typed := range map[string]string{"the app": a.At(w.Clock.Now()), "a recovery code": a.Codes[2]} {
			if _, err := w.Auth.Prove(ctx, who, typed); err != nil {
				t.Errorf("%s: %v", claim, err)
			}
			_, err := w.Auth.Prove(ctx, who, typed)
			testworld.Fault(t, err, fault.Invalid, "proof wrong")
		}
		viewer := w.Actor(org.Viewer)
		_, err = w.Auth.Prove(ctx, viewer, "123456") // who has none
		testworld.Fault(t, err, fault.Invalid, "proof wrong")
	})
}

func TestWhoMayProve(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		_, secret, err := w.Auth.IssueToken(ctx, w.System, guard.ID, auth.TokenInput{Name: "t", Expires: testworld.Morning.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		token, err := w.Auth.ByToken(ctx, secret, "")
		if err != nil {
			t.Fatal(err)
		}
		for claim, x := range map[string]actor.Actor{"a token": token, "nobody": {}, "the system": w.System} {
			t.Log(claim)
			_, err := w.Auth.Prove(ctx, x, guard.Password)
			testworld.Fault(t, err, fault.Unauthenticated)
		}
		who := w.As(guard)
		w.Limit.Asked()
		w.Limit.Refuse(fault.Of(fault.TooMany, "Wait."))
		_, err = w.Auth.Prove(ctx, who, guard.Password)
		testworld.Fault(t, err, fault.TooMany)
		testworld.Same(t, []string{"guess | " + guard.ID.String()}, w.Limit.Asked())
		w.Limit.Refuse(nil)
		if err := w.Auth.SignOut(ctx, who); err != nil {
			t.Fatal(err)
		}
		_, err = w.Auth.Prove(ctx, who, guard.Password) // a session that ended
		testworld.Fault(t, err, fault.Unauthenticated)
		w.Exec("delete from credentials where id = '" + guard.ID.String() + "'")
		_, err = w.Auth.Prove(ctx, who, guard.Password)
		testworld.Fault(t, err, fault.Invalid, "proof wrong")
	})
}

// TestAPasswordThatLooksLikeACodeProves: without blanks and hyphens it has as many characters as a recovery code.
func TestAPasswordThatLooksLikeACodeProves(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		const password = "qx7-wv9 k2m-z"
		who := w.As(guard)
		if err := w.Auth.ChangePassword(ctx, who, guard.Password, password); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Auth.Prove(ctx, who, password); err != nil {
			t.Errorf("the password: %v", err)
		}
		w.Clock.Advance(time.Minute)
		code := w.SetUpAppAs(who).Codes[0]
		if _, err := w.Auth.Prove(ctx, who, " "+code[:5]+" - "+code[6:]+" "); err != nil {
			t.Errorf("a recovery code with blanks: %v", err)
		}
		_, err := w.Auth.Prove(ctx, who, "qx7-wv9 k2m-y")
		testworld.Fault(t, err, fault.Invalid, "proof wrong")
	})
}
