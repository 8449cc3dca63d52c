package auth_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// warned gives the mails about a plea that went to a person, once there are n.
func warned(t *testing.T, w *testworld.World, m testworld.Member, n int) (out []string) {
	t.Helper()
	testworld.Eventually(t, "the warnings", func() bool {
		out = nil
		for _, x := range w.Sink.Sent() {
			if x.To == m.Email && strings.Contains(x.Text, "/login/stop/") {
				out = append(out, x.Text)
			}
		}
		return len(out) >= n
	})
	if len(out) != n {
		t.Fatalf("%d warnings, want %d: %q", len(out), n, out)
	}
	return out
}

// linkIn gives the secret of the link in a mail.
func linkIn(t *testing.T, mail string) string {
	t.Helper()
	found := regexp.MustCompile(`https://iw\.example/login/stop/(\S+)`).FindStringSubmatch(mail)
	if found == nil {
		t.Fatalf("no link in %q", mail)
	}
	return found[1]
}

func pleads(t *testing.T, w *testworld.World, m testworld.Member) auth.Plea {
	t.Helper()
	p, err := w.Auth.AskPlea(w.Ctx(), halfway(t, w, m))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhoLostEverythingWaitsThreeDaysAndIsWarned(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		who := w.As(guard)
		w.SetUpAppAs(who)
		w.Start()
		var p auth.Plea
		trail := w.During(func() { p = pleads(t, w, guard) })
		if len(trail) != 1 || trail[0].Verb != "person.plea_made" || trail[0].WhoID != guard.ID || trail[0].Site != w.Harbour.ID {
			t.Errorf("%+v", trail)
		}
		if !p.Waits || !p.Ends.Equal(testworld.Morning.Add(72*time.Hour)) || p.Agreed != nil {
			t.Errorf("%+v", p)
		}
		if again := pleads(t, w, guard); again.ID != p.ID || !again.Ends.Equal(p.Ends) {
			t.Errorf("asked twice: %+v", again)
		}
		if mails := warned(t, w, guard, 1); !strings.Contains(mails[0], "In three days it is removed") {
			t.Errorf("%q", mails)
		}
		nodes := []*auth.Service{w.Auth, another(w, func(*auth.Config) {})}
		for i, x := range []struct {
			after time.Duration
			mails int
			words string
		}{{12 * time.Hour, 1, "three days"}, {24 * time.Hour, 2, "two days"}, {48*time.Hour + 5*time.Minute, 3, "24 hours"}, {71 * time.Hour, 4, "one hour"}, {72*time.Hour - time.Second, 4, "one hour"}} {
			w.Clock.Advance(testworld.Morning.Add(x.after).Sub(w.Clock.Now()))
			for _, n := range nodes {
				if err := n.Tend(ctx); err != nil {
					t.Fatal(err)
				}
			}
			if mails := warned(t, w, guard, x.mails); !strings.Contains(mails[len(mails)-1], "In "+x.words+" it is removed") {
				t.Errorf("%d: %q", i, mails[len(mails)-1])
			}
		}
		if f, err := w.Auth.FactorsOf(ctx, w.System, guard.ID); err != nil || len(f.All) != 1 {
			t.Fatalf("a second before its time: %+v %v", f, err)
		}
		w.Clock.Advance(time.Second)
		before := halfway(t, w, guard)
		trail = w.During(func() {
			for _, n := range nodes {
				if err := n.Tend(ctx); err != nil {
					t.Fatal(err)
				}
			}
		})
		if len(trail) != 1 || trail[0].Verb != "person.factors_lapsed" || trail[0].Site != w.Harbour.ID {
			t.Errorf("%+v", trail)
		}
		ended(t, w, before)
		if out, err := try(w, w.Code, guard.Login, guard.Password); err != nil || out.Secret == "" {
			t.Errorf("%+v %v, want a sign-in by the password alone", out, err)
		}
		if f, err := w.Auth.FactorsOf(ctx, w.System, guard.ID); err != nil || len(f.All) != 0 || f.Codes != 0 {
			t.Errorf("%+v %v", f, err)
		}
		testworld.Eventually(t, "the last word", func() bool {
			return slices.ContainsFunc(w.Sink.Sent(), func(m testworld.Mail) bool { return strings.Contains(m.Text, "It is removed now.") })
		})
	})
}

func TestAPleaIsStopped(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		who := w.As(guard)
		app := w.SetUpAppAs(who)
		k, _ := w.AddPasskey(who, "Phone")
		w.Start()
		stops := map[string]func(){
			"a code of the app": func() {
				w.Clock.Advance(time.Minute)
				if _, err := w.Auth.SecondStep(ctx, halfway(t, w, guard), app.At(w.Clock.Now()), from); err != nil {
					t.Fatal(err)
				}
			},
			"a recovery code": func() {
				if _, err := w.Auth.SecondStep(ctx, halfway(t, w, guard), app.Codes[0], from); err != nil {
					t.Fatal(err)
				}
			},
			"a passkey": func() {
				if _, err := byKey(w, k); err != nil {
					t.Fatal(err)
				}
			},
			"a session": func() {
				secret, err := byKey(w, k)
				if err != nil {
					t.Fatal(err)
				}
				_ = pleads(t, w, guard) // signing in stopped the one before
				who, err := w.Auth.BySession(ctx, secret.Secret)
				if err != nil {
					t.Fatal(err)
				}
				if err := w.Auth.StopPlea(ctx, who); err != nil {
					t.Fatal(err)
				}
				testworld.Gone(t, w.Auth.StopPlea(ctx, who), "plea")
			},
			"a new password": func() {
				if err := w.Auth.SetPassword(ctx, w.System, guard.ID, testworld.Password); err != nil {
					t.Fatal(err)
				}
			},
		}
		for claim, stop := range stops {
			p := pleads(t, w, guard)
			stop()
			if _, err := w.Auth.PleaOfStep(ctx, halfway(t, w, guard)); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s does not stop %s: %v", claim, p.ID, err)
			}
			w.Clock.Advance(73 * time.Hour)
			if err := w.Auth.Tend(ctx); err != nil {
				t.Fatal(err)
			}
			if f, err := w.Auth.FactorsOf(ctx, w.System, guard.ID); err != nil || len(f.All) != 2 {
				t.Fatalf("%s: %+v %v", claim, f, err)
			}
		}
		testworld.Fault(t, w.Auth.StopPlea(ctx, w.System), fault.Unauthenticated)
	})
}

func TestALinkOfAnyWarningStopsAPlea(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		w.SetUpApp(guard)
		w.Start()
		p := pleads(t, w, guard)
		step := halfway(t, w, guard)
		w.Clock.Advance(25 * time.Hour)
		if err := w.Auth.Tend(ctx); err != nil {
			t.Fatal(err)
		}
		mails := warned(t, w, guard, 2)
		first, second := linkIn(t, mails[0]), linkIn(t, mails[1])
		for _, link := range []string{first, second} {
			if got, err := w.Auth.LinkedPlea(ctx, link); err != nil || got.ID != p.ID {
				t.Fatalf("%+v %v", got, err)
			}
		}
		for _, forged := range []string{"", "%", "AAAA", testworld.Forged(first)} {
			testworld.Gone(t, w.Auth.StopLinkedPlea(ctx, forged), "request")
		}
		trail := w.During(func() {
			if err := w.Auth.StopLinkedPlea(ctx, first); err != nil {
				t.Fatal(err)
			}
		})
		if len(trail) != 1 || trail[0].Verb != "person.plea_stopped" || trail[0].WhoID != guard.ID {
			t.Errorf("%+v", trail)
		}
		ended(t, w, step)
		_, err := w.Auth.LinkedPlea(ctx, second)
		testworld.Gone(t, err, "request")
		w.Clock.Advance(72 * time.Hour)
		if err := w.Auth.Tend(ctx); err != nil {
			t.Fatal(err)
		}
		halfway(t, w, guard) // the second step is asked still
	})
}

// TestWhoHasNoMailboxIsNotHelpedByWaiting: nobody could be warned, so that administrators alone help.
func TestWhoHasNoMailboxIsNotHelpedByWaiting(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, someone := t.Context(), w.Someone(nil)
		w.SetUpApp(someone)
		if p := pleads(t, w, someone); p.Waits {
			t.Fatalf("%+v", p)
		}
		w.Clock.Advance(80 * time.Hour)
		if err := w.Auth.Tend(ctx); err != nil {
			t.Fatal(err)
		}
		if err := w.Auth.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		step := halfway(t, w, someone)
		_, err := w.Auth.PleaOfStep(ctx, step)
		testworld.Gone(t, err, "plea")
		if p := pleads(t, w, someone); !p.Asked.Equal(w.Clock.Now()) {
			t.Errorf("one that is over is not begun anew: %+v", p)
		}
		_, err = w.Auth.AskPlea(ctx, "nothing")
		over(t, err)
		in := people.PersonInput{Code: someone.Code, Name: someone.Name, Login: someone.Login}
		if _, err := w.People.UpdatePerson(ctx, w.System, someone.ID, someone.Version, in); err != nil {
			t.Fatal(err)
		}
		_, err = w.Auth.AskPlea(ctx, step)
		testworld.Fault(t, err, fault.Forbidden)
	})
}
