package auth_test

import (
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// TestTwoPhonesAtOnceAreNotBothTheLastOne: the rule holds when a person signs in on several phones at the same moment.
func TestTwoPhonesAtOnceAreNotBothTheLastOne(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard := w.Staff[org.Guard]
		if err := w.Auth.SetDeviceRule(t.Context(), w.Actor(org.Administrator), 2); err != nil {
			t.Fatal(err)
		}
		const phones = 6
		kinds := make(chan fault.Kind, phones)
		for range phones {
			go func() {
				_, err := onPhone(w, guard, "")
				kinds <- fault.KindOf(err)
			}()
		}
		got := map[fault.Kind]int{}
		for range phones {
			got[<-kinds]++
		}
		testworld.Same(t, map[fault.Kind]int{"": 2, fault.Conflict: phones - 2}, got)
	})
}

func TestTheSecondStepIsAskedOnAPhoneToo(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard := w.Staff[org.Guard]
		app := w.SetUpApp(guard)
		w.Clock.Advance(time.Minute)
		out, err := onPhone(w, guard, "")
		if err != nil || out.Step == "" || out.Access != "" || out.Refresh != "" {
			t.Fatalf("%+v %v", out, err)
		}
		from := auth.Origin{Source: "192.0.2.9", Phone: &auth.Phone{}}
		_, err = w.Auth.SecondStepPhone(t.Context(), out.Step, "000000", from)
		testworld.Fault(t, err, fault.Unauthenticated, "code refused")
		out, err = w.Auth.SecondStepPhone(t.Context(), out.Step, app.At(w.Clock.Now()), from)
		if err != nil {
			t.Fatal(err)
		}
		if got := tokenState(w, out.Access); got != "" {
			t.Errorf("access: %q", got)
		}
		all, err := w.Auth.ListDevices(t.Context(), w.System, guard.ID)
		if err != nil || len(all) != 1 || all[0].Name != "Phone" || all[0].Current {
			t.Errorf("%+v %v", all, err)
		}
	})
}

// TestWhatEndsSessionsEndsPhones: a new password, an inactive account, and the end of all sessions.
func TestWhatEndsSessionsEndsPhones(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard, admin := t.Context(), w.Staff[org.Guard], w.Actor(org.Administrator)
		const password = "another quiet harbour wall"
		ends := map[string]func() error{
			"their own new password":  func() error { return w.Auth.ChangePassword(ctx, w.As(guard), guard.Password, password) },
			"the end of all sessions": func() error { return w.Auth.EndSessions(ctx, admin, guard.ID) },
			"another's password":      func() error { return w.Auth.SetPassword(ctx, w.System, guard.ID, testworld.Password) },
		}
		for _, claim := range []string{"the end of all sessions", "their own new password", "another's password"} {
			out := mustPhone(t, w, guard)
			if err := ends[claim](); err != nil {
				t.Fatal(claim, err)
			}
			if claim == "their own new password" {
				guard.Password = password
			} else {
				guard.Password = testworld.Password
			}
			_, err := w.Auth.Refresh(ctx, out.Refresh)
			if got := tokenState(w, out.Access); got != fault.Unauthenticated || fault.KindOf(err) != fault.Unauthenticated {
				t.Errorf("%s: %q %v", claim, got, err)
			}
		}
		out := mustPhone(t, w, guard)
		in := people.PersonInput{Code: guard.Code, Name: guard.Name, Login: guard.Login}
		if _, err := w.People.UpdatePerson(ctx, w.System, guard.ID, 1, in); err != nil {
			t.Fatal(err)
		}
		_, err := w.Auth.Refresh(ctx, out.Refresh)
		if got := tokenState(w, out.Access); got != fault.Unauthenticated || fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("inactive: %q %v", got, err)
		}
	})
}

func TestWhoMustChangeTheirPasswordDoesNothingOnAPhone(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard := w.Staff[org.Guard]
		if err := w.Auth.SetPassword(t.Context(), w.Actor(org.Administrator), guard.ID, guard.Password+" anew"); err != nil {
			t.Fatal(err)
		}
		guard.Password += " anew"
		out := mustPhone(t, w, guard)
		who, err := w.Auth.ByToken(t.Context(), out.Access, "")
		if err != nil || !out.MustChange || who.Can(org.CanReadSite) {
			t.Errorf("must change %v, may read %v, %v", out.MustChange, who.Can(org.CanReadSite), err)
		}
	})
}

func TestOldPhonesAreForgottenWhereThereIsNoRule(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard := w.Staff[org.Guard]
		first := mustPhone(t, w, guard)
		for range 10 {
			w.Clock.Advance(time.Second)
			mustPhone(t, w, guard)
		}
		who := w.As(guard)
		all, err := w.Auth.ListDevices(t.Context(), who, guard.ID)
		if err != nil || len(all) != 10 {
			t.Errorf("%d phones, %v", len(all), err)
		}
		if got := tokenState(w, first.Access); got != fault.Unauthenticated {
			t.Errorf("the oldest: %q", got)
		}
		if err := w.Auth.DeleteDevice(t.Context(), who, all[0].ID); err != nil { // their own, without a rule
			t.Error(err)
		}
	})
}

func TestTheRuleAboutPhonesIsTheTenants(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin, supervisor := t.Context(), w.Actor(org.Administrator), w.Actor(org.Supervisor)
		testworld.Fault(t, w.Auth.SetDeviceRule(ctx, admin, 11), fault.Invalid, "most range")
		testworld.Fault(t, w.Auth.SetDeviceRule(ctx, admin, -1), fault.Invalid, "most range")
		testworld.Refused(t, w.Auth.SetDeviceRule(ctx, supervisor, 1), org.CanUpdateTenant)
		_, err := w.Auth.DeviceRule(ctx, supervisor)
		testworld.Refused(t, err, org.CanUpdateTenant)
		trail := w.During(func() {
			if err := w.Auth.SetDeviceRule(ctx, admin, 3); err != nil {
				t.Fatal(err)
			}
		})
		if len(trail) != 1 || trail[0].Verb != "tenant.phones_ruled" || trail[0].After != `{"most":3}` {
			t.Errorf("%+v", trail)
		}
		most, err := w.Auth.DeviceRule(ctx, admin)
		there, err2 := w.Auth.DeviceRule(ctx, w.SecondTenant().Actor(org.Administrator))
		if most != 3 || there != 0 || err != nil || err2 != nil {
			t.Errorf("%d here, %d there, %v %v", most, there, err, err2)
		}
		if err := w.Auth.SetDeviceRule(ctx, admin, 0); err != nil {
			t.Error(err)
		}
		_, err = w.Auth.ListDevices(ctx, actor.Actor{}, w.Staff[org.Guard].ID)
		testworld.Fault(t, err, fault.Unauthenticated)
		_, err = w.Auth.ListDevices(ctx, w.Actor(org.Guard), w.Staff[org.Viewer].ID)
		testworld.Refused(t, err, auth.CanReadSession)
	})
}
