package auth_test

import (
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/limit"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// counted is the limiter as the product has it.
type counted struct{ *limit.Limiter }

func realLimit(t *testing.T, w *testworld.World) counted {
	t.Helper()
	l, err := limit.New(limit.Config{Now: w.Clock.Now, Log: w.Logger(), SprayBlock: time.Hour, Rates: map[limit.Name]limit.Rate{
		limit.SignInSource: {Count: 5, Per: time.Minute, Burst: 10}, limit.SignInAccount: {Count: 5, Per: 15 * time.Minute, Burst: 5}, limit.Spray: {Count: 20, Per: time.Hour, Burst: 20},
		limit.Stranger: {Count: 50, Per: 24 * time.Hour, Burst: 50}, limit.Device: {Count: 10, Per: time.Hour, Burst: 10}, limit.Link: {Count: 5, Per: time.Hour, Burst: 5},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return counted{l}
}

func (c counted) SignIn(ctx context.Context, source, account string) error {
	return c.Limiter.SignIn(ctx, netip.MustParseAddr(source), account).Fault()
}

func (c counted) Failed(ctx context.Context, source, account string) {
	c.SignInFailed(ctx, netip.MustParseAddr(source), account)
}

func (c counted) Mailed(context.Context, string, string) error { return nil } // no test of this file asks for a mail

func (c counted) Stranger(ctx context.Context, account string) (bool, error) {
	d, told := c.SignInStranger(ctx, account)
	return told, d.Fault()
}

func (c counted) Device(ctx context.Context, device string) error {
	return c.Take(ctx, limit.Device, device).Fault()
}

func (c counted) Link(ctx context.Context, source string) error {
	return c.Take(ctx, limit.Link, source).Fault()
}

func (c counted) Guess(context.Context, actor.Actor) error { return nil }

// tryFrom tries a password at an account from an address, with what the browser knows.
func tryFrom(a *auth.Service, w *testworld.World, m testworld.Member, login, password, source, device string) (auth.SignedIn, error) {
	return a.SignIn(w.Ctx(), auth.SignIn{Tenant: w.Code, Login: login, Password: password, From: auth.Origin{Source: source, Agent: "Firefox", Device: device}})
}

// letterTo waits for a mail to a person with some words in it.
func letterTo(t *testing.T, w *testworld.World, m testworld.Member, words string) (text string) {
	t.Helper()
	testworld.Eventually(t, "a mail: "+words, func() bool {
		for _, x := range w.Sink.Sent() {
			if x.To == m.Email && strings.Contains(x.Text, words) {
				text = x.Text
				return true
			}
		}
		return false
	})
	return text
}

// TestNobodyIsLockedOutByOthers: 10,000 wrong passwords from 500 addresses, typed as login, e-mail address and number, at one account
// . A hundred of them at most are looked at in a day; its owner signs in all the while, and elsewhere by a link.
func TestNobodyIsLockedOutByOthers(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard, looked := t.Context(), w.Staff[org.Guard], 0
		a := another(w, func(c *auth.Config) {
			c.Limit = realLimit(t, w)
			c.Observe = func(outcome string) {
				if outcome == "refused" {
					looked++
				}
			}
		})
		in, err := tryFrom(a, w, guard, guard.Login, guard.Password, "198.51.100.1", "")
		if err != nil || in.Device == "" {
			t.Fatal(in, err)
		}
		w.Start()
		logins := []string{guard.Login, guard.Email, guard.Mobile, "  " + strings.ToUpper(guard.Login)}
		attack := func() {
			for i := range 5000 {
				_, err := tryFrom(a, w, guard, logins[i%4], "wrong password here", fmt.Sprintf("203.0.%d.%d", i%500/250, i%250), "")
				if k := fault.KindOf(err); k != fault.TooMany && k != fault.Unauthenticated {
					t.Fatalf("%d: %v", i, err)
				}
			}
		}
		attack()
		w.Clock.Advance(12 * time.Hour)
		attack()
		if looked < 10 || looked > 100 {
			t.Errorf("%d guesses reached the hash in half a day, at most 100 may in a whole one", looked)
		}
		if again, err := tryFrom(a, w, guard, guard.Login, guard.Password, "203.0.0.7", in.Device); err != nil || again.Secret == "" {
			t.Errorf("the owner's device is kept out, at the address of one who attacks: %v", err)
		}
		_, err = tryFrom(a, w, guard, guard.Login, guard.Password, "198.51.100.9", "")
		if !auth.NeedsLink(err) {
			t.Fatalf("a device that nobody knows: %v, want that it needs a link", err)
		}
		if err := a.AskDeviceLink(ctx, auth.SignIn{Tenant: w.Code, Login: guard.Login, From: from}); err != nil {
			t.Fatal(err)
		}
		link := regexp.MustCompile(`/login/device/(\S+)`).FindStringSubmatch(letterTo(t, w, guard, "/login/device/"))[1]
		cookie, err := a.UseDeviceLink(ctx, link, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err = tryFrom(a, w, guard, guard.Login, "wrong password here", "198.51.100.9", cookie); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("a link signs in by itself, or lets nobody try: %v", err)
		}
		if out, err := tryFrom(a, w, guard, guard.Login, guard.Password, "198.51.100.9", cookie); err != nil || out.Secret == "" {
			t.Errorf("after the link: %+v %v", out, err)
		}
		letterTo(t, w, guard, "There were very many tries to sign in to your account.")
		told := 0
		for _, x := range w.Trail() {
			if x.Verb == "person.many_failures" {
				told++
			}
		}
		if told != 1 {
			t.Errorf("told %d times in a day", told)
		}
	})
}

// TestADeviceHasTriesOfItsOwn: and only so many.
func TestADeviceHasTriesOfItsOwn(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard, other := w.Staff[org.Guard], w.Staff[org.Viewer]
		a := another(w, func(c *auth.Config) { c.Limit = realLimit(t, w) })
		mine, err := tryFrom(a, w, guard, guard.Login, guard.Password, "198.51.100.1", "")
		if err != nil {
			t.Fatal(err)
		}
		var last error
		for range 11 {
			_, last = tryFrom(a, w, guard, guard.Login, "wrong password here", "198.51.100.1", mine.Device)
		}
		if fault.KindOf(last) != fault.TooMany || auth.NeedsLink(last) {
			t.Errorf("a stolen device guesses on: %v", last)
		}
		// It is nobody else's: there it counts as a stranger.
		w.Clock.Advance(time.Hour)
		both, err := tryFrom(a, w, other, other.Login, other.Password, "198.51.100.2", mine.Device)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range []testworld.Member{guard, other} { // who share a browser are both known to it
			w.Limit.Asked()
			if _, err := tryFrom(w.Auth, w, m, m.Login, m.Password, "198.51.100.2", both.Device); err != nil {
				t.Fatal(err)
			}
			if asked := w.Limit.Asked(); len(asked) != 1 || !strings.HasPrefix(asked[0], "device | password ") {
				t.Errorf("asked %q", asked)
			}
		}
		for claim, device := range map[string]string{"forged": "AAAA", "no text": "%", "cut": mine.Device[:20]} {
			w.Limit.Asked()
			if _, err := tryFrom(w.Auth, w, guard, guard.Login, guard.Password, "198.51.100.2", device); err != nil {
				t.Fatal(err)
			}
			if asked := w.Limit.Asked(); len(asked) != 2 || !strings.HasPrefix(asked[0], "try | ") || !strings.HasPrefix(asked[1], "stranger | ") {
				t.Errorf("%s: asked %q", claim, asked)
			}
		}
		w.Clock.Advance(366 * 24 * time.Hour)
		w.Limit.Asked()
		if _, err := tryFrom(w.Auth, w, guard, guard.Login, guard.Password, "198.51.100.2", mine.Device); err != nil {
			t.Fatal(err)
		}
		if asked := w.Limit.Asked(); len(asked) != 2 {
			t.Errorf("after a year the browser knows its owner still: %q", asked)
		}
	})
}

func TestLinksForADevice(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		w.Start()
		ask := func(tenant, login string) {
			t.Helper()
			if err := w.Auth.AskDeviceLink(ctx, auth.SignIn{Tenant: tenant, Login: login, From: from}); err != nil {
				t.Fatal(err)
			}
		}
		for _, nobody := range [][2]string{{"NOWHERE", guard.Login}, {w.Code, "nobody"}, {w.Code, w.Someone(nil).Login}} {
			ask(nobody[0], nobody[1]) // the same as for an account
		}
		ask(w.Code, guard.Login)
		ask(w.Code, guard.Email)
		link := regexp.MustCompile(`https://iw\.example/login/device/(\S+)`)
		secret := link.FindStringSubmatch(letterTo(t, w, guard, "/login/device/"))[1]
		if err := w.Auth.CheckDeviceLink(ctx, secret); err != nil {
			t.Error(err)
		}
		trail := w.During(func() {
			if _, err := w.Auth.UseDeviceLink(ctx, secret, ""); err != nil {
				t.Fatal(err)
			}
		})
		if len(trail) != 1 || trail[0].Verb != "person.device_let" || trail[0].WhoID != guard.ID {
			t.Errorf("%+v", trail)
		}
		_, err := w.Auth.UseDeviceLink(ctx, secret, "")
		testworld.Gone(t, err, "link") // it opens once
		for _, forged := range []string{"", "none", testworld.Forged(secret)} {
			testworld.Gone(t, w.Auth.CheckDeviceLink(ctx, forged), "link")
		}
		w.Clock.Advance(11 * time.Minute)
		ask(w.Code, guard.Mobile)
		links := func() (all []string) {
			for _, m := range w.Sink.Sent() {
				if x := link.FindStringSubmatch(m.Text); x != nil {
					all = append(all, x[1])
				}
			}
			return all
		}
		testworld.Eventually(t, "a second link", func() bool { return len(links()) == 2 })
		w.Clock.Advance(30 * time.Minute)
		testworld.Gone(t, w.Auth.CheckDeviceLink(ctx, links()[1]), "link") // half an hour is over
		testworld.Fault(t, w.Auth.AskDeviceLink(ctx, auth.SignIn{}), fault.Invalid, "tenant required", "login required")
		w.Limit.Refuse(fault.Of(fault.TooMany, "slow"))
		testworld.Fault(t, w.Auth.AskDeviceLink(ctx, auth.SignIn{Tenant: w.Code, Login: guard.Login, From: from}), fault.TooMany)
		w.Limit.Refuse(nil)
		in := people.PersonInput{Code: guard.Code, Name: guard.Name, Login: guard.Login, Email: guard.Email, HomeSite: guard.HomeSite}
		if _, err := w.People.UpdatePerson(ctx, w.System, guard.ID, guard.Version, in); err != nil {
			t.Fatal(err)
		}
		for _, m := range []testworld.Member{guard, w.Staff[org.Viewer]} {
			if err := w.Auth.MailLink(ctx, w.System, m.Login); err != nil {
				t.Fatal(err)
			}
		}
		letterTo(t, w, w.Staff[org.Viewer], "/login/device/")
		if n := len(links()); n != 3 {
			t.Errorf("%d links; who is not active got one", n)
		}
	})
}
