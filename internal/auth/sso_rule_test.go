package auth_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestTheOtherDoorsAreShut: who is bound comes in by the provider alone; who may turn the rule off, by their password as before, and is told.
func TestTheOtherDoorsAreShut(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard, boss := t.Context(), w.Staff[org.Guard], w.Staff[org.Administrator]
		admin := w.Actor(org.Administrator)
		testworld.Fault(t, w.Auth.ForceSSO(ctx, admin, true), fault.Conflict) // there is no provider
		at := testworld.NewProvider(t, w.Clock.Now)
		p := w.Provider(at)
		key, _ := w.AddPasskey(w.Actor(org.Technician), "Phone")
		bossKey, _ := w.AddPasskey(admin, "Laptop")
		phone := mustPhone(t, w, guard)
		none := newcomer(t, w, "nila", "nila@example.com")
		w.Start()
		if err := ask(w, w.Code, guard.Login); err != nil {
			t.Fatal(err)
		}
		_, link := mailedLink(t, w, 1)
		testworld.Fault(t, w.Auth.ForceSSO(ctx, w.System, true), fault.Conflict) // not a person with a password
		testworld.Refused(t, w.Auth.ForceSSO(ctx, w.Actor(org.Supervisor), true), auth.CanUpdateSSO)
		trail := w.During(func() {
			for range 2 { // the second time it is so already
				if err := w.Auth.ForceSSO(ctx, admin, true); err != nil {
					t.Fatal(err)
				}
			}
		})
		testworld.Same(t, []testworld.Change{{Kind: actor.Person, Who: boss.Name, WhoID: boss.ID, Verb: "tenant.sso_forced", Subject: testworld.Any(w.ID),
			Before: `{"forced":false}`, After: `{"forced":true}`}}, trail)
		if _, only, err := w.Auth.SSODoors(ctx, w.Code); err != nil || !only {
			t.Error(only, err)
		}

		_, err := try(w, w.Code, guard.Login, guard.Password)
		testworld.Fault(t, err, fault.Forbidden)
		_, err = try(w, w.Code, guard.Login, "not the password at all")
		testworld.Fault(t, err, fault.Unauthenticated, "login refused") // a guess learns nothing
		_, err = onPhone(w, guard, "")
		testworld.Fault(t, err, fault.Forbidden)
		_, err = w.Auth.Refresh(ctx, phone.Refresh)
		testworld.Fault(t, err, fault.Forbidden)
		_, err = byKey(w, key)
		testworld.Fault(t, err, fault.Forbidden)
		testworld.Fault(t, w.Auth.SetByLink(ctx, link, "copper marble bicycle moss"), fault.NotFound)
		testworld.Fault(t, w.Auth.Invite(ctx, admin, none.ID), fault.Conflict)
		sent := len(w.Sink.Sent())
		if err := ask(w, w.Code, guard.Login); err != nil {
			t.Fatal(err)
		}
		testworld.Eventually(t, "a mail that says where to sign in", func() bool {
			return slices.ContainsFunc(w.Sink.Sent()[sent:], func(m testworld.Mail) bool { // beside mails of what was before
				return m.To == guard.Email && strings.Contains(m.Text, "your organisation has its own sign-in")
			})
		})
		for _, m := range w.Sink.Sent()[sent:] {
			if strings.Contains(m.Text, linksAt) {
				t.Errorf("%+v", m)
			}
		}
		if out, err := come(t, w, at, p); err != nil || out.Person != guard.ID {
			t.Errorf("%+v %v", out, err)
		}

		// The administrator comes in by what they have, each time in the trail and in the mail.
		trail = w.During(func() {
			if out, err := byKey(w, bossKey); err != nil || out.Person != boss.ID {
				t.Errorf("%+v %v", out, err)
			}
			if out, err := try(w, w.Code, boss.Login, boss.Password); err != nil || out.Step == "" {
				t.Errorf("%+v %v", out, err)
			}
		})
		passed := 0
		for _, c := range trail {
			if c.Verb == "person.sso_passed_by" && c.WhoID == boss.ID {
				passed++
			}
		}
		if passed != 2 {
			t.Errorf("%+v", trail)
		}
		testworld.Eventually(t, "a mail about it", func() bool {
			for _, m := range w.Sink.Sent() {
				if m.To == boss.Email && strings.Contains(m.Text, "without your organisation's sign-in") {
					return true
				}
			}
			return false
		})

		// The last provider stays while there is nothing else.
		in := auth.ProviderInput{Name: p.Name, Issuer: p.Issuer, Client: p.Client, Claim: p.Claim}
		_, err = w.Auth.UpdateProvider(ctx, admin, p.ID, p.Version, in)
		testworld.Fault(t, err, fault.Conflict)
		testworld.Fault(t, w.Auth.DeleteProvider(ctx, admin, p.ID, p.Version), fault.Conflict)
		if err := w.Auth.ForceSSO(ctx, admin, false); err != nil {
			t.Fatal(err)
		}
		if _, err := try(w, w.Code, guard.Login, guard.Password); err != nil {
			t.Error(err)
		}
		if _, err := w.Auth.Refresh(ctx, phone.Refresh); err != nil {
			t.Error(err)
		}
	})
}

// TestTheSecondStepAfterAProvider: what a rule asks for is asked of who comes by a provider too, unless that says that it did.
func TestTheSecondStepAfterAProvider(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		at := testworld.NewProvider(t, w.Clock.Now)
		p := w.Provider(at, func(in *auth.ProviderInput) { in.Proofs = []string{"mfa", "gold"} })
		if err := w.Auth.SetFactorRules(ctx, w.Actor(org.Administrator), []auth.FactorRule{{Days: 0}}); err != nil {
			t.Fatal(err)
		}
		may := func(out auth.Back) bool {
			t.Helper()
			who, err := w.Auth.BySession(ctx, out.Secret)
			if err != nil {
				t.Fatal(err)
			}
			a, err := w.Auth.GetAccount(ctx, who)
			if err != nil || a.MustSetUp == who.Can(org.CanReadSite) {
				t.Errorf("%+v %v", a, err)
			}
			return who.Can(org.CanReadSite)
		}
		out, err := come(t, w, at, p)
		if err != nil || out.FactorDue.IsZero() || may(out) {
			t.Errorf("without a word of it: %+v %v", out, err)
		}
		for _, says := range []map[string]any{{"amr": []string{"pwd", "mfa"}}, {"amr": nil, "acr": "gold"}} {
			at.Says(says)
			if out, err = come(t, w, at, p); err != nil || !out.FactorDue.IsZero() || out.Step != "" || !may(out) {
				t.Errorf("%v: %+v %v", says, out, err)
			}
		}
		who, err := w.Auth.BySession(ctx, out.Secret)
		if err != nil {
			t.Fatal(err)
		}
		app := w.SetUpAppAs(who)
		w.Clock.Advance(time.Minute)
		if out, err = come(t, w, at, p); err != nil || out.Step != "" {
			t.Errorf("it was asked there, and is asked here: %+v %v", out, err)
		}
		at.Says(map[string]any{"acr": "silver"})
		if out, err = come(t, w, at, p); err != nil || out.Step == "" || out.Secret != "" {
			t.Fatalf("it was not asked there, nor here: %+v %v", out, err)
		}
		in, err := w.Auth.SecondStep(ctx, out.Step, app.At(w.Clock.Now()), from)
		if err != nil || in.Person != guard.ID {
			t.Fatal(in, err)
		}
		if who, err = w.Auth.BySession(ctx, in.Secret); err != nil || !w.Auth.Proven(who) {
			t.Errorf("a code is a proof: %v", err)
		}
		if d, ok, err := w.Auth.ProofBy(ctx, who); err != nil || !ok || d.ID != p.ID {
			t.Errorf("the session does not know by whom it came: %v %v %v", d, ok, err)
		}
		always := w.Provider(at, func(in *auth.ProviderInput) { in.Name, in.Proofs = "Always", []string{auth.Always} })
		if out, err = come(t, w, at, always); err != nil || out.Step != "" {
			t.Errorf("%+v %v", out, err)
		}
	})
}

// TestAProofAtTheProvider: an open browser at which the provider still knows somebody is no proof; asking them anew is.
func TestAProofAtTheProvider(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		at := testworld.NewProvider(t, w.Clock.Now)
		p := w.Provider(at)
		at.Says(map[string]any{"auth_time": w.Clock.Now().Add(-time.Hour).Unix()})
		secret := ""
		who := func() actor.Actor {
			t.Helper()
			a, err := w.Auth.BySession(ctx, secret)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		for _, says := range []any{w.Clock.Now().Add(-time.Hour).Unix(), 0} {
			at.Says(map[string]any{"auth_time": says})
			out, err := come(t, w, at, p)
			if err != nil {
				t.Fatal(err)
			}
			if secret = out.Secret; w.Auth.Proven(who()) {
				t.Errorf("auth_time %v is a proof", says)
			}
		}
		prove := func(as actor.Actor) (auth.Back, error) {
			t.Helper()
			a, err := w.Auth.ProveSSO(ctx, who(), "/account/tokens/new")
			if err != nil {
				t.Fatal(err)
			}
			q := at.SignIn(a.URL)
			if asked := at.Asked(); asked.Get("max_age") != "0" || asked.Get("prompt") != "login" {
				t.Errorf("asked: %v", asked)
			}
			return w.Auth.FinishSSO(ctx, as, auth.Return{Kept: a.Kept, State: q.Get("state"), Code: q.Get("code"), From: from})
		}
		_, err := prove(who()) // it still says that it asked long ago
		testworld.Fault(t, err, fault.Unauthenticated, "provider refused")
		at.Says(map[string]any{"auth_time": nil})
		_, err = prove(w.Actor(org.Guard)) // the same person in another session
		testworld.Fault(t, err, fault.Unauthenticated, "provider refused")
		at.Says(map[string]any{"sub": "another"})
		_, err = prove(who())
		testworld.Fault(t, err, fault.Unauthenticated, "provider refused")
		at.Says(map[string]any{"sub": "u-7"})
		before := secret
		out, err := prove(who())
		if err != nil || !out.Again || out.Next != "/account/tokens/new" || out.Secret == before {
			t.Fatalf("%+v %v", out, err)
		}
		if secret = out.Secret; !w.Auth.Proven(who()) || state(w, before) != fault.Unauthenticated {
			t.Error("it is no proof, or the secret from before still opens")
		}
		_, err = w.Auth.ProveSSO(ctx, w.Actor(org.Guard), "/") // signed in by a password
		testworld.Gone(t, err, "provider")
		for _, x := range []actor.Actor{{}, w.System} {
			_, err = w.Auth.ProveSSO(ctx, x, "/")
			testworld.Fault(t, err, fault.Unauthenticated)
		}
		if err := w.Auth.Unlink(ctx, w.Actor(org.Administrator), p.ID, w.Staff[org.Guard].ID); err != nil {
			t.Fatal(err)
		}
		if got := state(w, secret); got != fault.Unauthenticated {
			t.Errorf("after unlinking: %q", got)
		}
	})
}

func TestAProviderThatDoesNotAnswer(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		at := testworld.NewProvider(t, w.Clock.Now)
		p := w.Provider(at)
		a := leave(t, w, p)
		at.Down(true)
		_, err := back(w, at, a)
		testworld.Fault(t, err, fault.Unavailable, "provider away")
		_, err = w.Auth.BeginSSO(ctx, auth.SSOBegin{Tenant: w.Code, Provider: p.ID, From: from})
		testworld.Fault(t, err, fault.Unavailable, "provider away")
		if doors, _, err := w.Auth.SSODoors(ctx, w.Code); err != nil || len(doors) != 1 {
			t.Error(doors, err)
		}
		err = w.Auth.TryProvider(ctx, w.System, p.ID)
		testworld.Fault(t, err, fault.Conflict)
		at.Down(false)
		if err := w.Auth.TryProvider(ctx, w.System, p.ID); err != nil {
			t.Error(err)
		}
		far := w.Provider(at, func(in *auth.ProviderInput) { in.Name, in.Issuer = "Far", "http://192.0.2.1" })
		if err = w.Auth.TryProvider(ctx, w.System, far.ID); fault.KindOf(err) != fault.Conflict || !strings.Contains(fault.As(err).Message, "public internet") {
			t.Error(err)
		}
		testworld.Gone(t, w.Auth.TryProvider(ctx, w.System, id.New[id.Provider]()), "provider")

		// Beginnings are counted by address, and by a browser that is known to somebody of the organisation by itself.
		w.Limit.Asked()
		leave(t, w, p)
		if got := w.Limit.Asked(); len(got) != 1 || !strings.HasPrefix(got[0], "try | "+from.Source+" | provider ") {
			t.Errorf("%q", got)
		}
		in, err := try(w, w.Code, "guard", testworld.Password)
		if err != nil {
			t.Fatal(err)
		}
		w.Limit.Asked()
		w.Limit.Refuse(fault.Of(fault.TooMany, "slowly"))
		_, err = w.Auth.BeginSSO(ctx, auth.SSOBegin{Tenant: w.Code, Provider: p.ID, From: auth.Origin{Device: in.Device}})
		testworld.Fault(t, err, fault.TooMany)
		if got := w.Limit.Asked(); len(got) != 1 || !strings.HasPrefix(got[0], "device | provider ") {
			t.Errorf("%q", got)
		}
	})
}
