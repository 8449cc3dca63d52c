package auth_test

import (
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestWhatOnesMailboxIsToldOf: a new browser, a token, and a known browser of which nothing is told.
func TestWhatOnesMailboxIsToldOf(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		w.Start()
		in, err := tryFrom(w.Auth, w, guard, guard.Login, guard.Password, "198.51.100.1", "")
		if err != nil {
			t.Fatal(err)
		}
		text := letterTo(t, w, guard, "in a browser that was not used for it before")
		if !strings.Contains(text, "From: 198.51.100.1") || !strings.Contains(text, "Browser: Firefox") || !strings.Contains(text, "When: 25 November 2026, 09:00 UTC") {
			t.Errorf("%q", text)
		}
		if _, err = tryFrom(w.Auth, w, guard, guard.Login, guard.Password, "198.51.100.1", in.Device); err != nil {
			t.Fatal(err)
		}
		who, err := w.Auth.BySession(ctx, in.Secret)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Auth.CreateToken(ctx, who, auth.TokenInput{Name: "Payroll", Scopes: nil, Expires: w.Clock.Now().Add(24 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if text := letterTo(t, w, guard, "An API token was made in your name."); !strings.Contains(text, "Name: Payroll") {
			t.Errorf("%q", text)
		}
		arrivals := 0
		for _, m := range w.Sink.Sent() {
			if strings.Contains(m.Text, "in a browser that was not used for it before") && m.To == guard.Email {
				arrivals++
			}
		}
		if arrivals != 1 {
			t.Errorf("%d mails about sign-ins, want one about the new browser", arrivals)
		}
	})
}

// TestWhoHasLeftIsToldOfNothing: an administrator sets the password of somebody who is no longer active, and of somebody who is; one mail goes out.
func TestWhoHasLeftIsToldOfNothing(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard, other := w.Staff[org.Guard], w.Staff[org.Supervisor]
		w.Exec("update persons set active = false where id = '" + guard.ID.String() + "'")
		w.Start()
		for _, p := range []testworld.Member{guard, other} {
			if err := w.Auth.SetPassword(t.Context(), w.System, p.ID, "copper marble bicycle moss"); err != nil {
				t.Fatal(err)
			}
		}
		letterTo(t, w, other, "Your password was changed.")
		testworld.Eventually(t, "both notices were worked on", func() bool {
			return w.Text("select count(*) from river_job where kind = 'auth.notice' and state <> 'completed'") == "0"
		})
		for _, m := range w.Sink.Sent() {
			if m.To == guard.Email {
				t.Errorf("%+v", m)
			}
		}
	})
}
