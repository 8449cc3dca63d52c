package limit

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"intelliwiz/internal/fault"
)

func TestSignInBySource(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		for i := range 10 {
			if d := w.SignIn(t.Context(), home, fmt.Sprint("account ", i)); d.Refused {
				t.Fatalf("attempt %d: %+v", i+1, d)
			}
		}
		d := w.SignIn(t.Context(), home, "account 11")
		if !d.Refused || d.Rule != "sign_in_source" || d.Retry != 12*time.Second {
			t.Errorf("attempt 11: %+v", d)
		}
		f := fault.As(d.Fault())
		if f.Kind != fault.TooMany || f.RetryAfter != 12*time.Second {
			t.Errorf("fault %+v", f)
		}
		if d := w.SignIn(t.Context(), netip.MustParseAddr("192.0.2.2"), "account 11"); d.Refused || d.Fault() != nil {
			t.Errorf("another address: %+v", d)
		}
		if d := w.SignIn(t.Context(), netip.MustParseAddr("::ffff:192.0.2.1"), "account 11"); !d.Refused {
			t.Errorf("the same address, written as IPv6: %+v", d)
		}
		w.clock.Advance(12 * time.Second)
		if d := w.SignIn(t.Context(), home, "account 11"); d.Refused {
			t.Errorf("after the wait: %+v", d)
		}
	})
}

func TestSignInByAccountAndSource(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		for i := range 5 {
			if d := w.SignIn(t.Context(), home, "acme/meera"); d.Refused {
				t.Fatalf("attempt %d: %+v", i+1, d)
			}
		}
		if d := w.SignIn(t.Context(), home, "acme/meera"); !d.Refused || d.Rule != "sign_in_account" || d.Retry != 3*time.Minute {
			t.Errorf("attempt 6: %+v", d)
		}
		if d := w.SignIn(t.Context(), home, "acme/arjun"); d.Refused {
			t.Errorf("another account: %+v", d)
		}
		if d := w.SignIn(t.Context(), netip.MustParseAddr("198.51.100.7"), "acme/meera"); d.Refused {
			t.Errorf("the account is locked for others: %+v", d)
		}
	})
}

func TestSprayingShutsTheAddressOut(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		try := func(account string) Decision {
			w.clock.Advance(12 * time.Second) // as fast as the address may
			d := w.SignIn(t.Context(), home, account)
			if !d.Refused {
				w.SignInFailed(t.Context(), home, account)
			}
			return d
		}
		n := 0
		for ; n < 100; n++ {
			if d := try(fmt.Sprint("person ", n)); d.Refused {
				if d.Rule != "spray" {
					t.Fatalf("refused by %+v", d)
				}
				break
			}
		}
		if n < 21 || n > 23 { // 20 at once, and one more every three minutes
			t.Errorf("shut out after %d accounts", n)
		}
		other := netip.MustParseAddr("198.51.100.7")
		if d := w.SignIn(t.Context(), other, "person 1"); d.Refused {
			t.Errorf("another address: %+v", d)
		}
		w.clock.Advance(58 * time.Minute)
		if d := w.SignIn(t.Context(), home, "person 1"); !d.Refused || d.Retry > 2*time.Minute || d.Retry <= 0 {
			t.Errorf("after 58 minutes: %+v", d)
		}
		w.clock.Advance(2 * time.Minute)
		if d := w.SignIn(t.Context(), home, "person 1"); d.Refused {
			t.Errorf("after an hour: %+v", d)
		}
	})
}

func TestOneForgottenPasswordIsNoSpraying(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		for range 60 {
			w.SignInFailed(t.Context(), home, "meera")
		}
		if d := w.SignIn(t.Context(), home, "meera"); d.Refused {
			t.Errorf("%+v", d)
		}
	})
}
