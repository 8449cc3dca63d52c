package auth_test

import (
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestWhatMakesNoPasskey(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Actor(org.Guard)
		c, err := w.Auth.BeginPasskey(ctx, guard)
		if err != nil {
			t.Fatal(err)
		}
		_, response := testworld.MakePasskey(t, testworld.Origin, c.Options)
		_, elsewhere := testworld.MakePasskey(t, "https://other.example", c.Options)
		_, err = w.Auth.AddPasskey(ctx, guard, c.State, "Phone", elsewhere)
		testworld.Fault(t, err, fault.Invalid, "response refused")
		_, err = w.Auth.AddPasskey(ctx, guard, c.State, " ", []byte("{}"))
		testworld.Fault(t, err, fault.Invalid, "name required", "response refused")
		_, err = w.Auth.AddPasskey(ctx, w.Actor(org.Technician), c.State, "Phone", response)
		testworld.Fault(t, err, fault.Invalid, "response refused") // begun by another
		if _, err := w.Auth.AddPasskey(ctx, guard, c.State, "Phone", response); err != nil {
			t.Fatal(err)
		}
		_, err = w.Auth.AddPasskey(ctx, guard, c.State, "Phone", response)
		testworld.Fault(t, err, fault.Invalid, "response taken")
		f, err := w.Auth.ListFactors(ctx, guard)
		if err != nil || len(f.All) != 1 {
			t.Fatal(f, err)
		}
		if err := w.Auth.RemoveFactor(ctx, guard, f.All[0].ID); err != nil {
			t.Fatal(err)
		}
		_, err = w.Auth.AddPasskey(ctx, guard, c.State, "Phone", response)
		testworld.Fault(t, err, fault.Invalid, "response taken") // one that was removed does not come back by what was heard once

		for range 20 {
			w.AddPasskey(guard, "Phone")
		}
		_, err = w.Auth.BeginPasskey(ctx, guard)
		testworld.Fault(t, err, fault.Conflict)
		fresh := w.Someone(nil)
		if err := w.Auth.SetPassword(ctx, w.Actor(org.Administrator), fresh.ID, "copper marble bicycle moss"); err != nil {
			t.Fatal(err)
		}
		fresh.Password = "copper marble bicycle moss"
		_, err = w.Auth.BeginPasskey(ctx, w.As(fresh))
		testworld.Fault(t, err, fault.Forbidden) // whoever gave the password could keep the passkey
		for _, who := range []actor.Actor{{}, w.System} {
			_, err = w.Auth.BeginPasskey(ctx, who)
			testworld.Fault(t, err, fault.Unauthenticated)
		}
		numbered := another(w, func(c *auth.Config) { c.Origin = "http://127.0.0.1:8080" })
		_, err = numbered.BeginPasskeySignIn(ctx, "")
		testworld.Fault(t, err, fault.NotFound)
		_, err = numbered.BeginPasskey(ctx, guard)
		testworld.Fault(t, err, fault.NotFound)
		out, err := numbered.PasskeySignIn(ctx, c.State, response, from)
		opensNothing(t, "an installation without passkeys", out, err)
		if numbered.HasPasskeys() || !w.Auth.HasPasskeys() {
			t.Error("who has passkeys is told wrong")
		}
	})
}

// TestTheLastPasskeyStaysWhereOneIsAsked: a rule is answered by a passkey, and holds the last one, as it does an app.
func TestTheLastPasskeyStaysWhereOneIsAsked(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Actor(org.Guard)
		w.AddPasskey(guard, "Phone")
		w.AddPasskey(guard, "Key ring")
		if err := w.Auth.SetFactorRules(ctx, w.Actor(org.Administrator), []auth.FactorRule{{Days: 0}}); err != nil {
			t.Fatal(err)
		}
		if a, err := w.Auth.GetAccount(ctx, guard); err != nil || a.MustSetUp {
			t.Errorf("%+v %v", a, err)
		}
		f, err := w.Auth.ListFactors(ctx, guard)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Auth.RemoveFactor(ctx, guard, f.All[1].ID); err != nil {
			t.Error(err)
		}
		testworld.Fault(t, w.Auth.RemoveFactor(ctx, guard, f.All[0].ID), fault.Conflict)
	})
}
