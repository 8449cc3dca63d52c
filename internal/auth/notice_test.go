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
