package auth_test

import (
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// byKey signs in by a passkey alone.
func byKey(w *testworld.World, k *testworld.Passkey) (auth.SignedIn, error) {
	c, err := w.Auth.BeginPasskeySignIn(w.Ctx(), "")
	if err != nil {
		return auth.SignedIn{}, err
	}
	return w.Auth.PasskeySignIn(w.Ctx(), c.State, k.Sign(c.Options), from)
}

func opensNothing(t *testing.T, claim string, out auth.SignedIn, err error) {
	t.Helper()
	if out.Secret != "" {
		t.Errorf("%s: a session", claim)
	}
	if fault.KindOf(err) != fault.Unauthenticated || len(fault.As(err).Fields) != 1 || fault.As(err).Fields[0].Code != "refused" {
		t.Errorf("%s: %v", claim, err)
	}
}

func TestAPasskeyAloneSignsIn(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		who, elsewhere := w.As(guard), w.SignIn(guard)
		var k *testworld.Passkey
		var codes []string
		trail := w.During(func() { k, codes = w.AddPasskey(who, "  My   phone ") })
		if len(codes) != 10 || state(w, elsewhere) != fault.Unauthenticated {
			t.Errorf("%d codes; the session elsewhere goes on: %q", len(codes), state(w, elsewhere))
		}
		if len(trail) != 1 || trail[0].Verb != "person.factor_added" || trail[0].Site != w.Harbour.ID || !strings.Contains(trail[0].After, `"My phone"`) {
			t.Errorf("%+v", trail)
		}
		second, more := w.AddPasskey(who, "Key ring")
		if more != nil {
			t.Error("a second passkey takes the codes away that the first gave")
		}
		for _, key := range []*testworld.Passkey{k, second, k} {
			w.Limit.Asked()
			var out auth.SignedIn
			var err error
			trail = w.During(func() { out, err = byKey(w, key) })
			if err != nil || out.Person != guard.ID || out.Step != "" || out.MustChange || state(w, out.Secret) != "" {
				t.Fatalf("%+v %v", out, err)
			}
			if len(trail) != 1 || trail[0].Verb != "session.started" || trail[0].WhoID != guard.ID {
				t.Errorf("%+v", trail)
			}
			if asked := w.Limit.Asked(); len(asked) != 1 || !strings.HasPrefix(asked[0], "try | 192.0.2.7 | passkey ") {
				t.Errorf("asked %q", asked)
			}
		}
		f, err := w.Auth.ListFactors(ctx, who)
		if err != nil || len(f.All) != 2 || f.All[0].Kind != auth.Passkey || f.All[0].Used == nil || !f.All[0].Used.Equal(testworld.Morning) {
			t.Fatalf("%+v %v", f, err)
		}
		if err := w.Auth.RemoveFactor(ctx, who, f.All[0].ID); err != nil {
			t.Fatal(err)
		}
		out, err := byKey(w, k)
		opensNothing(t, "a passkey that was removed", out, err)
		if out, err = byKey(w, second); err != nil {
			t.Fatal(out, err)
		}
		for range 2 {
			chief := w.Someone(nil)
			w.GrantIn(chief.ID, org.Administrator, nil, nil)
			if _, err := w.Auth.ResetFactors(ctx, w.As(chief), guard.ID); err != nil {
				t.Fatal(err)
			}
		}
		out, err = byKey(w, second)
		opensNothing(t, "a passkey that administrators took", out, err)
		if out, err := try(w, w.Code, guard.Login, guard.Password); err != nil || out.Secret == "" {
			t.Errorf("after that the password does not do: %v", err)
		}
	})
}

func TestAPasskeyIsTheSecondStep(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard, other := t.Context(), w.Staff[org.Guard], w.Staff[org.Technician]
		k, _ := w.AddPasskey(w.As(guard), "Phone")
		theirs, _ := w.AddPasskey(w.As(other), "Phone")
		step := halfway(t, w, guard)
		if kinds, err := w.Auth.CheckStep(ctx, step); err != nil || len(kinds) != 1 || kinds[0] != auth.Passkey {
			t.Errorf("%q %v", kinds, err)
		}
		c, err := w.Auth.BeginPasskeySignIn(ctx, step)
		if err != nil || !strings.Contains(string(c.Options), "allowCredentials") {
			t.Fatalf("%s %v", c.Options, err)
		}
		out, err := w.Auth.PasskeySignIn(ctx, c.State, theirs.Sign(c.Options), from)
		opensNothing(t, "another's passkey", out, err)
		answer := k.Sign(c.Options)
		if out, err = w.Auth.PasskeySignIn(ctx, c.State, answer, from); err != nil || out.Person != guard.ID || state(w, out.Secret) != "" {
			t.Fatalf("%+v %v", out, err)
		}
		ended(t, w, step)
		_, err = w.Auth.BeginPasskeySignIn(ctx, step)
		over(t, err)

		step = halfway(t, w, guard)
		if c, err = w.Auth.BeginPasskeySignIn(ctx, step); err != nil {
			t.Fatal(err)
		}
		if err := w.Auth.SetPassword(ctx, w.System, guard.ID, "copper marble bicycle moss"); err != nil {
			t.Fatal(err)
		}
		_, err = w.Auth.PasskeySignIn(ctx, c.State, k.Sign(c.Options), from)
		over(t, err) // the password that was proven opens nothing any more

		w.SetUpApp(w.Staff[org.Viewer])
		_, err = w.Auth.BeginPasskeySignIn(ctx, halfway(t, w, w.Staff[org.Viewer]))
		testworld.Fault(t, err, fault.Unauthenticated, "response refused")
	})
}

func TestPasskeysThatOpenNothing(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		k, _ := w.AddPasskey(w.As(guard), "Phone")
		c, err := w.Auth.BeginPasskeySignIn(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		answer := k.Sign(c.Options)
		nodes := []*auth.Service{w.Auth, another(w, func(c *auth.Config) { c.Origin = testworld.Origin })}
		if _, err := nodes[1].PasskeySignIn(ctx, c.State, answer, from); err != nil {
			t.Fatal(err) // begun on one node, ended on another
		}
		out, err := nodes[0].PasskeySignIn(ctx, c.State, answer, from)
		opensNothing(t, "an answer that was given before", out, err)
		again := k.Sign(c.Options)
		out, err = nodes[0].PasskeySignIn(ctx, c.State, again, from)
		opensNothing(t, "a challenge that was answered before", out, err)

		if c, err = w.Auth.BeginPasskeySignIn(ctx, ""); err != nil {
			t.Fatal(err)
		}
		stale := k.Sign(c.Options)
		w.Clock.Advance(5 * time.Minute)
		out, err = w.Auth.PasskeySignIn(ctx, c.State, stale, from)
		opensNothing(t, "an answer after five minutes", out, err)

		for claim, change := range map[string]func(k *testworld.Passkey){
			"another origin":           func(k *testworld.Passkey) { k.Origin = "https://iw.example.evil.test" },
			"a page without TLS":       func(k *testworld.Passkey) { k.Origin = "http://iw.example" },
			"an owner not verified":    func(k *testworld.Passkey) { k.Unverified = true },
			"nobody's handle":          func(k *testworld.Passkey) { k.Handle = nil },
			"an unknown tenant":        func(k *testworld.Passkey) { k.Handle = make([]byte, 32) },
			"a person who is not here": func(k *testworld.Passkey) { k.Handle = append(k.Handle[:16:16], make([]byte, 16)...) },
			"another's handle": func(k *testworld.Passkey) {
				p := w.Staff[org.Administrator].ID.Bytes()
				k.Handle = append(k.Handle[:16:16], p[:]...)
			},
		} {
			forged := *k
			change(&forged)
			out, err := byKey(w, &forged)
			opensNothing(t, claim, out, err)
		}
		for claim, state := range map[string]string{"no state": "", "no text": "%", "another text": "AAAA"} {
			out, err := w.Auth.PasskeySignIn(ctx, state, stale, from)
			opensNothing(t, claim, out, err)
		}
		out, err = w.Auth.PasskeySignIn(ctx, c.State, []byte("{}"), from)
		opensNothing(t, "no answer", out, err)
		if _, err := byKey(w, k); err != nil {
			t.Error("after all that the passkey itself is refused:", err)
		}
		w.Limit.Refuse(fault.Of(fault.TooMany, "slow"))
		_, err = byKey(w, k)
		testworld.Fault(t, err, fault.TooMany)
	})
}

// TestAPasskeyOfAnotherTenant: a credential of one tenant opens nothing in another, even where the same device and name are there.
func TestAPasskeyOfAnotherTenant(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		cabin := w.SecondTenant()
		k, _ := w.AddPasskey(w.Actor(org.Guard), "Phone")
		theirs, _ := cabin.AddPasskey(cabin.Actor(org.Guard), "Phone")
		crossed := *k
		crossed.Handle = theirs.Handle
		out, err := byKey(w, &crossed)
		opensNothing(t, "another tenant's credential", out, err)
		mixed := *k
		there, mine := cabin.ID.Bytes(), w.Staff[org.Guard].ID.Bytes()
		mixed.Handle = append(there[:], mine[:]...)
		out, err = byKey(w, &mixed)
		opensNothing(t, "a person of one tenant in another", out, err)
		if out, err = byKey(w, theirs); err != nil || out.Person != cabin.Staff[org.Guard].ID {
			t.Errorf("%+v %v", out, err)
		}
	})
}

func TestACopiedPasskeyIsRefusedAndItsOwnerTold(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard := w.Staff[org.Guard]
		k, _ := w.AddPasskey(w.As(guard), "Phone")
		copied := *k
		for range 2 {
			if _, err := byKey(w, k); err != nil {
				t.Fatal(err)
			}
		}
		w.Start()
		trail := w.During(func() {
			out, err := byKey(w, &copied) // counts 1, where 2 was
			opensNothing(t, "a copy", out, err)
		})
		if len(trail) != 1 || trail[0].Verb != "person.factor_copied" || id.Of[id.Person](trail[0].Subject.Bytes()) != guard.ID || !strings.Contains(trail[0].After, "Phone") {
			t.Errorf("%+v", trail)
		}
		testworld.Eventually(t, "the owner is told", func() bool {
			for _, m := range w.Sink.Sent() {
				if m.To == guard.Email && strings.Contains(m.Text, "it seems to be in two devices") {
					return true
				}
			}
			return false
		})
		still, _ := w.AddPasskey(w.Actor(org.Technician), "Synced")
		still.Still = true // as those that several devices share: they do not count
		for range 2 {
			if _, err := byKey(w, still); err != nil {
				t.Error(err)
			}
		}
	})
}
