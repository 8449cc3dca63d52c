package auth_test

import (
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// onPhone signs in on a phone; token is what the phone was given before.
func onPhone(w *testworld.World, m testworld.Member, token string) (auth.PhoneSignedIn, error) {
	return w.Auth.SignInPhone(w.Ctx(), auth.SignIn{Tenant: w.Code, Login: m.Login, Password: m.Password,
		From: auth.Origin{Source: "192.0.2.9", Agent: "app", Phone: &auth.Phone{Name: " Nokia  XR20 ", Token: token}}})
}

func mustPhone(t *testing.T, w *testworld.World, m testworld.Member) auth.PhoneSignedIn {
	t.Helper()
	out, err := onPhone(w, m, "")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAPhoneIsItsPersonForMinutesAndGoesOnForAMonth(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		var out auth.PhoneSignedIn
		trail := w.During(func() { out = mustPhone(t, w, guard) })
		if len(trail) != 1 || trail[0].Verb != "device.registered" || trail[0].WhoID != guard.ID {
			t.Errorf("%+v", trail)
		}
		now := testworld.Morning
		if out.Person != guard.ID || out.Name != guard.Name || out.MustChange || out.Step != "" || !out.AccessExpires.Equal(now.Add(10*time.Minute)) || !out.RefreshExpires.Equal(now.AddDate(0, 0, 30)) {
			t.Errorf("%+v", out)
		}
		for prefix, secret := range map[string]string{"iwa_": out.Access, "iwr_": out.Refresh, "iwd_": out.Device} {
			if !strings.HasPrefix(secret, prefix) || strings.Contains(trail[0].After, secret) {
				t.Errorf("%s: %s", prefix, secret)
			}
		}
		who, err := w.Auth.ByToken(ctx, out.Access, "192.0.2.9")
		if err != nil {
			t.Fatal(err)
		}
		if who.Kind() != actor.Token || who.Person() != guard.ID || !who.At(org.CanReadSite, w.Harbour.ID) || who.At(org.CanReadSite, w.Mill.ID) {
			t.Errorf("%+v", who)
		}
		all, err := w.Auth.ListDevices(ctx, who, guard.ID)
		if err != nil || len(all) != 1 || !all[0].Current || all[0].Name != "Nokia XR20" || all[0].Source != "192.0.2.9" || all[0].Expires == nil {
			t.Errorf("%+v %v", all, err)
		}
		w.Clock.Advance(10 * time.Minute)
		if got := tokenState(w, out.Access); got != fault.Unauthenticated {
			t.Errorf("after ten minutes: %q", got)
		}
		w.Clock.Advance(29 * 24 * time.Hour)
		next, err := w.Auth.Refresh(ctx, out.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		if got := tokenState(w, next.Access); got != "" || next.Device != out.Device || next.Refresh == out.Refresh {
			t.Errorf("the next pair: %q %+v", got, next)
		}
		w.Clock.Advance(30 * 24 * time.Hour)
		_, err = w.Auth.Refresh(ctx, next.Refresh)
		testworld.Fault(t, err, fault.Unauthenticated)
	})
}

// TestDefect2ATokenOfAPhoneThatWasUsedTwiceEndsAllThatCameOfIt: short access, rotating refresh with reuse detection, revoked on the server.
func TestDefect2ATokenOfAPhoneThatWasUsedTwiceEndsAllThatCameOfIt(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		first := mustPhone(t, w, guard)
		second, err := w.Auth.Refresh(ctx, first.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		// the answer got lost: the phone asks once more, and what the lost answer held is void
		again, err := w.Auth.Refresh(ctx, first.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		if got := tokenState(w, second.Access); got != fault.Unauthenticated {
			t.Errorf("the access that was lost: %q", got)
		}
		w.Clock.Advance(2 * time.Minute)
		third, err := w.Auth.Refresh(ctx, again.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(2 * time.Minute)
		trail := w.During(func() {
			_, err := w.Auth.Refresh(ctx, again.Refresh)
			testworld.Fault(t, err, fault.Unauthenticated)
		})
		if len(trail) != 1 || trail[0].Verb != "person.phone_reused" || trail[0].Subject != testworld.Any(guard.ID) {
			t.Errorf("%+v", trail)
		}
		if got := tokenState(w, third.Access); got != fault.Unauthenticated {
			t.Errorf("the access of the family: %q", got)
		}
		for _, refresh := range []string{third.Refresh, again.Refresh, first.Refresh} {
			_, err := w.Auth.Refresh(ctx, refresh)
			testworld.Fault(t, err, fault.Unauthenticated)
		}
		if _, err := onPhone(w, guard, first.Device); err != nil { // the phone stays registered
			t.Error(err)
		}
	})
}

// TestDefect3SigningOutOfAPhoneEndsItsTokens: and asking twice is no crash.
func TestDefect3SigningOutOfAPhoneEndsItsTokens(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		out := mustPhone(t, w, w.Staff[org.Guard])
		who, err := w.Auth.ByToken(ctx, out.Access, "")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.Auth.SignOutPhone(ctx, who); err != nil {
				t.Fatal(err)
			}
		}
		if got := tokenState(w, out.Access); got != fault.Unauthenticated {
			t.Errorf("access: %q", got)
		}
		_, err = w.Auth.Refresh(ctx, out.Refresh)
		testworld.Fault(t, err, fault.Unauthenticated)
		testworld.Gone(t, w.Auth.SignOutPhone(ctx, w.Actor(org.Guard)), "device")
		testworld.Fault(t, w.Auth.SignOutPhone(ctx, w.System), fault.Unauthenticated)
	})
}

// TestDefect5NothingThatAPhoneSaysGetsPastTheRule: only what the server gave a phone makes it one that is registered.
func TestDefect5NothingThatAPhoneSaysGetsPastTheRule(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard, admin := t.Context(), w.Staff[org.Guard], w.Actor(org.Administrator)
		if err := w.Auth.SetDeviceRule(ctx, admin, 1); err != nil {
			t.Fatal(err)
		}
		mine := mustPhone(t, w, guard)
		viewers := mustPhone(t, w, w.Staff[org.Viewer]) // the rule counts per person
		for claim, token := range map[string]string{
			"a new phone": "", "the old sentinel": "-1", "another person's phone": viewers.Device, "an access token": mine.Access, "forged": auth.ForgeDevice(w.ID),
		} {
			if _, err := onPhone(w, guard, token); fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s: %v", claim, err)
			}
		}
		if _, err := onPhone(w, guard, mine.Device); err != nil {
			t.Errorf("the phone itself: %v", err)
		}
		all, err := w.Auth.ListDevices(ctx, admin, guard.ID)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		testworld.Fault(t, w.Auth.DeleteDevice(ctx, w.As(guard), all[0].ID), fault.Forbidden) // nobody releases their own
		testworld.Gone(t, w.Auth.DeleteDevice(ctx, w.Actor(org.Technician), all[0].ID), "device")
		if err := w.Auth.DeleteDevice(ctx, admin, all[0].ID); err != nil {
			t.Fatal(err)
		}
		testworld.Gone(t, w.Auth.DeleteDevice(ctx, admin, all[0].ID), "device")
		if _, err := onPhone(w, guard, ""); err != nil {
			t.Errorf("after an administrator released it: %v", err)
		}
	})
}
