package auth_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// halfway proves a member's password and gives the secret of the second step.
func halfway(t *testing.T, w *testworld.World, m testworld.Member) string {
	t.Helper()
	out, err := try(w, w.Code, m.Login, m.Password)
	if err != nil || out.Step == "" || out.Secret != "" {
		t.Fatalf("%+v %v, want a second step and no session", out, err)
	}
	return out.Step
}

func over(t *testing.T, err error) {
	t.Helper()
	if !auth.StepOver(err) {
		t.Errorf("the step is not over: %v", err)
	}
}

func ended(t *testing.T, w *testworld.World, step string) {
	t.Helper()
	_, err := w.Auth.CheckStep(w.Ctx(), step)
	over(t, err)
}

func TestAfterThePasswordTheCodeIsAsked(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		a := w.SetUpApp(guard)
		step := halfway(t, w, guard)
		if got := state(w, step); got != fault.Unauthenticated {
			t.Errorf("the secret of a second step is a session: %q", got)
		}
		if kinds, err := w.Auth.CheckStep(ctx, step); err != nil || !slices.Equal(kinds, []auth.FactorKind{auth.App}) {
			t.Error(err)
		}
		_, err := w.Auth.SecondStep(ctx, step, a.At(w.Clock.Now()), from)
		testworld.Fault(t, err, fault.Unauthenticated, "code refused") // its set-up used that code up
		w.Clock.Advance(30 * time.Second)
		var out auth.SignedIn
		trail := w.During(func() { out, err = w.Auth.SecondStep(ctx, step, a.At(w.Clock.Now()), from) })
		if err != nil || out.Person != guard.ID || out.Step != "" || state(w, out.Secret) != "" {
			t.Fatalf("%+v %v", out, err)
		}
		if len(trail) != 1 || trail[0].Verb != "session.started" || trail[0].WhoID != guard.ID {
			t.Errorf("%+v", trail)
		}
		_, err = w.Auth.SecondStep(ctx, step, a.At(w.Clock.Now().Add(30*time.Second)), from)
		over(t, err)
		_, err = w.Auth.SecondStep(ctx, halfway(t, w, guard), a.At(w.Clock.Now()), from)
		testworld.Fault(t, err, fault.Unauthenticated, "code refused") // every code opens once
		who, err := w.Auth.BySession(ctx, out.Secret)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := w.Auth.ListFactors(ctx, who); err != nil || f.All[0].Used == nil {
			t.Errorf("%+v %v", f, err)
		}
		try, err := w.Auth.SignIn(ctx, auth.SignIn{Tenant: w.Code, Login: guard.Login, Password: "wrong", From: from})
		testworld.Fault(t, err, fault.Unauthenticated, "login refused")
		if try.Step != "" {
			t.Error("a wrong password opens a second step")
		}
	})
}

// TestACodeOpensOnceOnAllNodes: the same code, tried at the same moment on two nodes in eight sign-ins, lets one in.
func TestACodeOpensOnceOnAllNodes(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard := w.Staff[org.Guard]
		a := w.SetUpApp(guard)
		nodes := []*auth.Service{w.Auth, another(w, func(*auth.Config) {})}
		w.Clock.Advance(time.Minute)
		for claim, code := range map[string]string{"an app's": a.At(w.Clock.Now()), "a recovery code": a.Codes[3]} {
			var steps []string
			for range 8 {
				steps = append(steps, halfway(t, w, guard))
			}
			var wg sync.WaitGroup
			var mu sync.Mutex
			in := 0
			for i, step := range steps {
				wg.Go(func() {
					out, err := nodes[i%2].SecondStep(w.Ctx(), step, code, from)
					mu.Lock()
					defer mu.Unlock()
					if err == nil && out.Secret != "" {
						in++
					} else if fault.KindOf(err) != fault.Unauthenticated {
						t.Errorf("%s: %v", claim, err)
					}
				})
			}
			wg.Wait()
			if in != 1 {
				t.Errorf("%s lets %d in", claim, in)
			}
		}
	})
}

func TestASecondStepIsShortAndLimited(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		a := w.SetUpApp(guard)
		w.Clock.Advance(time.Minute)
		right := func() string { return a.At(w.Clock.Now()) }

		old := halfway(t, w, guard)
		w.Clock.Advance(5 * time.Minute)
		ended(t, w, old)
		_, err := w.Auth.SecondStep(ctx, old, right(), from)
		over(t, err)

		tried := halfway(t, w, guard)
		for i := range 5 {
			_, err = w.Auth.SecondStep(ctx, tried, "zzzzz-zzzzz", from)
			if auth.StepOver(err) != (i == 4) || fault.KindOf(err) != fault.Unauthenticated {
				t.Errorf("try %d: %v", i+1, err)
			}
		}
		_, err = w.Auth.SecondStep(ctx, tried, right(), from)
		over(t, err)
		ended(t, w, tried)

		for _, wrong := range []string{"", "x", w.SignIn(w.Staff[org.Viewer]), tried[:10]} {
			ended(t, w, wrong)
			_, err = w.Auth.SecondStep(ctx, wrong, right(), from)
			over(t, err)
		}

		for claim, ends := range map[string]func() error{
			"a password that was given": func() error { return w.Auth.SetPassword(ctx, w.System, guard.ID, testworld.Password) },
			"sessions that were ended":  func() error { return w.Auth.EndSessions(ctx, w.Actor(org.Administrator), guard.ID) },
		} {
			step := halfway(t, w, guard)
			if err := ends(); err != nil {
				t.Fatal(err)
			}
			t.Log(claim)
			_, err = w.Auth.SecondStep(ctx, step, right(), from)
			over(t, err)
		}

		step := halfway(t, w, guard)
		w.Limit.Asked()
		w.Limit.Refuse(fault.Of(fault.TooMany, "Wait."))
		_, err = w.Auth.SecondStep(ctx, step, right(), from)
		testworld.Fault(t, err, fault.TooMany)
		testworld.Same(t, []string{"try | " + from.Source + " | second step " + w.ID.String() + " " + guard.ID.String()}, w.Limit.Asked())
		w.Limit.Refuse(nil)
		w.Clock.Advance(time.Hour)
		if err := w.Auth.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if got := w.Text("select '' || count(*) from second_steps"); got != "0" {
			t.Errorf("%s second steps are left", got)
		}
	})
}

// TestWrongCodesAreCountedFromEverywhere: who knows the password guesses the app's six digits at most a hundred times a day; the owner still
// has recovery codes, and the next day.
func TestWrongCodesAreCountedFromEverywhere(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		a := w.SetUpApp(guard)
		w.Clock.Advance(time.Minute)
		wrong := "000000"
		for _, d := range []time.Duration{-30, 0, 30} {
			if a.At(w.Clock.Now().Add(d*time.Second)) == wrong {
				wrong = "000001"
			}
		}
		for range 20 {
			step := halfway(t, w, guard)
			for range 5 {
				_, err := w.Auth.SecondStep(ctx, step, wrong, from)
				if fault.KindOf(err) != fault.Unauthenticated {
					t.Fatal(err)
				}
			}
		}
		step := halfway(t, w, guard)
		_, err := w.Auth.SecondStep(ctx, step, a.At(w.Clock.Now()), from)
		testworld.Fault(t, err, fault.Unauthenticated, "code refused")
		if _, err = w.Auth.SecondStep(ctx, step, a.Codes[0], from); err != nil {
			t.Errorf("a recovery code: %v", err)
		}
		w.Clock.Advance(24 * time.Hour)
		if _, err = w.Auth.SecondStep(ctx, halfway(t, w, guard), a.At(w.Clock.Now()), from); err != nil {
			t.Errorf("the day after: %v", err)
		}
	})
}

func TestRecoveryCodes(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		a := w.SetUpApp(guard)
		var out auth.SignedIn
		var err error
		trail := w.During(func() { out, err = w.Auth.SecondStep(ctx, halfway(t, w, guard), a.Codes[9], from) })
		if err != nil {
			t.Fatal(err)
		}
		if len(trail) != 2 || trail[0].Verb != "person.code_used" || trail[0].After != `{"codes_left":9}` || trail[1].Verb != "session.started" {
			t.Errorf("%+v", trail)
		}
		who, err := w.Auth.BySession(ctx, out.Secret)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Auth.SecondStep(ctx, halfway(t, w, guard), a.Codes[9], from)
		testworld.Fault(t, err, fault.Unauthenticated, "code refused")
		viewer := w.Staff[org.Viewer]
		w.SetUpApp(viewer)
		_, err = w.Auth.SecondStep(ctx, halfway(t, w, viewer), a.Codes[0], from) // another's
		testworld.Fault(t, err, fault.Unauthenticated, "code refused")

		var codes []string
		trail = w.During(func() { codes, err = w.Auth.NewCodes(ctx, who) })
		if err != nil || len(codes) != 10 || len(trail) != 1 || trail[0].Verb != "person.codes_made" {
			t.Fatalf("%v %v %+v", codes, err, trail)
		}
		_, err = w.Auth.SecondStep(ctx, halfway(t, w, guard), a.Codes[0], from)
		testworld.Fault(t, err, fault.Unauthenticated, "code refused")
		if _, err = w.Auth.SecondStep(ctx, halfway(t, w, guard), codes[0], from); err != nil {
			t.Error(err)
		}
	})
}

func TestTheSecondStepOfWhoIsInactiveOrMustChange(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		a := w.SetUpApp(guard)
		if err := w.Auth.SetPassword(ctx, w.Actor(org.Administrator), guard.ID, fresh); err != nil {
			t.Fatal(err)
		}
		given := testworld.Member{Person: guard.Person, Password: fresh}
		out, err := w.Auth.SecondStep(ctx, halfway(t, w, given), a.Codes[0], from)
		if err != nil || !out.MustChange {
			t.Errorf("%+v %v, want a sign-in that must change its password", out, err)
		}
		step := halfway(t, w, given)
		in := people.PersonInput{Code: guard.Code, Name: guard.Name, Login: guard.Login, HomeSite: guard.HomeSite}
		if _, err := w.People.UpdatePerson(ctx, w.Actor(org.Administrator), guard.ID, 1, in); err != nil {
			t.Fatal(err)
		}
		_, err = w.Auth.SecondStep(ctx, step, "zzzzz-zzzzz", from)
		testworld.Fault(t, err, fault.Unauthenticated, "code refused")
		_, err = w.Auth.SecondStep(ctx, step, a.Codes[1], from)
		testworld.Fault(t, err, fault.Forbidden)
	})
}
