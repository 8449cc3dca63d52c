package auth_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/job"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/seal"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

var from = auth.Origin{Source: "192.0.2.7", Agent: "Firefox"}

func try(w *testworld.World, tenant, login, password string) (auth.SignedIn, error) {
	return w.Auth.SignIn(w.Ctx(), auth.SignIn{Tenant: tenant, Login: login, Password: password, From: from})
}

// another makes a second auth service on the world's database, as a node with other settings would have it.
func another(w *testworld.World, change func(*auth.Config)) *auth.Service {
	c := auth.Config{
		DB: w.DB, Journal: w.Journal, Org: w.Org, People: w.People, Mail: w.Mail, Cache: w.Cache, Limit: w.Limit, Now: w.Clock.Now, Log: w.Logger(),
		Jobs: job.New(job.Config{DB: w.DB, Log: w.Logger()}), Hash: auth.HashConfig{Memory: 64, Passes: 1},
		Box: seal.New(w.Keys),
	}
	change(&c)
	return auth.New(c)
}

// TestDefect020SignInByEachIdentifier: the channel was looked up by login id only, so that e-mail and phone failed.
func TestDefect020SignInByEachIdentifier(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard := w.Staff[org.Guard]
		for _, login := range []string{
			"guard", "GUARD", " guard ", "ｇｕａｒｄ", "guard@lantern.example", "Guard@Lantern.Example", " guard@lantern.example", "+919876543203", "919876543203",
			"+91 98765-432 03", "0091 9876543203", "(91) 98765.43203",
		} {
			for _, tenant := range []string{"HOUSE", "house", " House "} {
				out, err := try(w, tenant, login, testworld.Password)
				if err != nil || out.Person != guard.ID || out.MustChange || out.Secret == "" {
					t.Errorf("%q in %q: %+v, %v", login, tenant, out, err)
				}
			}
		}
	})
}

// TestDefect007ALoginGoesBeforeANumber: existence was tested of one row and the password of another. Digits may be one person's login and, with a plus, another's number.
func TestDefect007ALoginGoesBeforeANumber(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		guard := w.Staff[org.Guard]
		p, err := w.People.CreatePerson(ctx, w.System, people.PersonInput{Code: "N", Name: "N", Login: strings.TrimPrefix(guard.Mobile, "+"), Active: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Auth.SetPassword(ctx, w.System, p.ID, "another violin plinth mosaic"); err != nil {
			t.Fatal(err)
		}
		out, err := try(w, w.Code, p.Login, "another violin plinth mosaic")
		if err != nil || out.Person != p.ID {
			t.Errorf("the login: %+v %v", out, err)
		}
		_, err = try(w, w.Code, p.Login, testworld.Password)
		testworld.Fault(t, err, fault.Unauthenticated, "login refused") // one row is chosen, then its password proven (defect 7)
		out, err = try(w, w.Code, guard.Mobile, testworld.Password)
		if err != nil || out.Person != guard.ID {
			t.Errorf("the number: %+v %v", out, err)
		}
	})
}

// TestDefect009ARefusalTellsNothing: whether an account exists, is active, or has a password is not to be seen before the proof.
func TestDefect009ARefusalTellsNothing(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		other := w.SecondTenant()
		if err := w.Auth.SetPassword(ctx, other.System, other.Staff[org.Guard].ID, "another violin plinth mosaic"); err != nil {
			t.Fatal(err)
		}
		bare, err := w.People.CreatePerson(ctx, w.System, people.PersonInput{Code: "BARE", Name: "B", Login: "bare", Active: true})
		if err != nil {
			t.Fatal(err)
		}
		away := w.Someone(nil)
		if _, err := w.People.UpdatePerson(ctx, w.System, away.ID, 1, people.PersonInput{Code: away.Code, Name: away.Name, Login: away.Login}); err != nil {
			t.Fatal(err)
		}
		_, want := try(w, w.Code, "guard", "wrong")
		testworld.Fault(t, want, fault.Unauthenticated, "login refused")
		if log := w.Log.String(); !strings.Contains(log, `"sign-in refused"`) || !strings.Contains(log, w.Staff[org.Guard].ID.String()) || strings.Contains(log, "wrong") {
			t.Errorf("whose account it was is to be found in the log, and nothing that was typed: %s", log)
		}
		for claim, err := range map[string]error{
			"unknown organisation":     second(try(w, "NOWHERE", "guard", testworld.Password)),
			"unknown login":            second(try(w, w.Code, "nobody", testworld.Password)),
			"no login at all":          second(try(w, w.Code, "!?", testworld.Password)),
			"without a password":       second(try(w, w.Code, bare.Login, testworld.Password)),
			"inactive, not proven":     second(try(w, w.Code, away.Login, "wrong")),
			"the other tenant's":       second(try(w, w.Code, "guard", "another violin plinth mosaic")),
			"a blank at the end":       second(try(w, w.Code, "guard", testworld.Password+" ")),
			"in other case":            second(try(w, w.Code, "guard", strings.ToUpper(testworld.Password))),
			"a tenant like a pattern":  second(try(w, "HOUS%", "guard", testworld.Password)),
			"a login with a statement": second(try(w, w.Code, "guard' or '1'='1", testworld.Password)),
		} {
			if diff := cmp.Diff(fault.As(want), fault.As(err), cmpopts.IgnoreUnexported(fault.Fault{})); diff != "" {
				t.Errorf("%s: %s", claim, diff)
			}
		}
		_, err = try(w, w.Code, away.Login, testworld.Password)
		testworld.Fault(t, err, fault.Forbidden) // only who proves it learns that the account is not active
	})
}

func second[T any](_ T, err error) error { return err }

func TestSignInNamesWhatIsMissing(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		w.Limit.Asked()
		_, err := try(w, "", "", "")
		testworld.Fault(t, err, fault.Invalid, "tenant required", "login required", "password required")
		_, err = try(w, strings.Repeat("A", 31), "a\x00", strings.Repeat("p", 257))
		testworld.Fault(t, err, fault.Invalid, "tenant too_long", "login characters", "password too_long")
		if asked := w.Limit.Asked(); len(asked) > 0 {
			t.Errorf("the limiter counted %q", asked)
		}
	})
}

func TestTheLimiterIsAskedBeforeAPasswordIsLookedAt(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		w.Exec("update credentials set hash = 'unreadable'") // whoever looks at it fails
		w.Limit.Asked()
		tooMany := fault.Of(fault.TooMany, "Wait.")
		tooMany.RetryAfter = time.Minute
		w.Limit.Refuse(tooMany)
		_, err := try(w, "house", "Guard", testworld.Password)
		if fault.As(err) != tooMany {
			t.Errorf("%v, want the limiter's own fault", err)
		}
		testworld.Same(t, []string{"try | 192.0.2.7 | HOUSE guard"}, w.Limit.Asked())
		w.Limit.Refuse(nil)
		_, err = try(w, "house", "Guard", testworld.Password)
		testworld.Fault(t, err, fault.Internal) // and without the limiter it would have been looked at
		w.Limit.Refuse(fault.Of(fault.Unavailable, "The limiter is away."))
		_, err = try(w, "house", "Guard", testworld.Password)
		testworld.Fault(t, err, fault.Unavailable) // a limiter that fails lets nobody in
	})
}

// TestDefect021TriesAreCountedByAccount: spelling a number or a name anew wins no further tries.
func TestDefect021TriesAreCountedByAccount(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		w.Limit.Asked()
		for _, c := range []struct{ login, account string }{
			{"+919876543203", "HOUSE +919876543203"}, {"91 98765 43203", "HOUSE +919876543203"}, {"0091-9876543203", "HOUSE +919876543203"},
			{"９１９８７６５４３２０３", "HOUSE +919876543203"}, {"GUARD", "HOUSE guard"}, {" guard ", "HOUSE guard"}, {"ＧＵＡＲＤ", "HOUSE guard"},
			{"Guard@Lantern.example", "HOUSE guard@lantern.example"},
		} {
			_, err := try(w, " house", c.login, "wrong")
			testworld.Fault(t, err, fault.Unauthenticated, "login refused")
			asked := w.Limit.Asked()
			at := "stranger | " + w.ID.String() + w.Staff[org.Guard].ID.String() // however it is typed, it is one account from everywhere
			if c.login == "９１９８７６５４３２０３" {                                       // no account is found by these digits
				at = "stranger | " + c.account
			}
			testworld.Same(t, []string{"try | 192.0.2.7 | " + c.account, at, "failed | 192.0.2.7 | " + c.account}, asked)
		}
		if _, err := try(w, w.Code, "guard", testworld.Password); err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []string{"try | 192.0.2.7 | HOUSE guard", "stranger | " + w.ID.String() + w.Staff[org.Guard].ID.String()}, w.Limit.Asked()) // a success has not failed
	})
}

func TestOutcomesAreObserved(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		seen = nil
		away := w.Someone(nil)
		if _, err := w.People.UpdatePerson(t.Context(), w.System, away.ID, 1, people.PersonInput{Code: away.Code, Name: away.Name, Login: away.Login}); err != nil {
			t.Fatal(err)
		}
		_, _ = try(w, w.Code, "guard", testworld.Password)
		_, _ = try(w, w.Code, "guard", "wrong")
		_, _ = try(w, w.Code, away.Login, testworld.Password)
		_, _ = try(w, "", "", "")
		w.Limit.Refuse(fault.Of(fault.TooMany, "Wait."))
		_, _ = try(w, w.Code, "guard", testworld.Password)
		w.Limit.Refuse(fault.Of(fault.Unavailable, "Away."))
		_, _ = try(w, w.Code, "guard", testworld.Password)
		testworld.Same(t, []string{"ok", "refused", "inactive", "invalid", "limited", "fault"}, seen)
	}, func(c *auth.Config) {
		c.Observe = func(outcome string) { mu.Lock(); defer mu.Unlock(); seen = append(seen, outcome) }
	})
}

// TestDefect001ASignInIsJournaledWithoutItsSecret: the password stood in the log.
func TestDefect001ASignInIsJournaledWithoutItsSecret(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx := telemetry.WithRequestID(t.Context(), "req-5")
		guard := w.Staff[org.Guard]
		var out auth.SignedIn
		trail := w.During(func() {
			var err error
			out, err = w.Auth.SignIn(ctx, auth.SignIn{Tenant: w.Code, Login: "guard", Password: testworld.Password, From: auth.Origin{Source: "192.0.2.7", Agent: strings.Repeat("ü", 400)}})
			if err != nil {
				t.Fatal(err)
			}
		})
		who, err := w.Auth.BySession(ctx, out.Secret)
		if err != nil {
			t.Fatal(err)
		}
		x := auth.Session{
			ID: who.Session(), Person: guard.ID, Source: "192.0.2.7", Agent: strings.Repeat("ü", 300),
			Created: testworld.Morning, Seen: testworld.Morning, Expires: testworld.Morning.Add(12 * time.Hour), New: true,
		}
		testworld.Same(t, []testworld.Change{{
			Kind: actor.Person, Who: "Gopal Gale", WhoID: guard.ID, Verb: "session.started", Subject: testworld.Any(who.Session()),
			Request: "req-5", After: testworld.JSON(t, x),
		}}, trail)
		for _, c := range w.Trail() {
			for _, secret := range []string{out.Secret, testworld.Password, "argon2"} {
				if strings.Contains(c.Before+c.After+c.Who, secret) {
					t.Errorf("%s holds a secret: %s", c.Verb, c.After)
				}
			}
		}
		if log := w.Log.String(); strings.Contains(log, testworld.Password) || strings.Contains(log, out.Secret) {
			t.Errorf("the log holds a secret: %s", log)
		}
	})
}

func TestAHashOfOtherCostsIsRenewedAtSignIn(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		dearer := another(w, func(c *auth.Config) { c.Hash = auth.HashConfig{Memory: 128, Passes: 2, Threads: 2} })
		in := auth.SignIn{Tenant: w.Code, Login: "guard", Password: testworld.Password}
		costs := func() string {
			parts := strings.Split(w.Text("select hash from credentials where id = '"+w.Staff[org.Guard].ID.String()+"'"), "$")
			return parts[3]
		}
		before := w.Text("select hash from credentials where id = '" + w.Staff[org.Guard].ID.String() + "'")
		for _, c := range []struct {
			s    *auth.Service
			want string
		}{{w.Auth, "m=64,t=1,p=1"}, {dearer, "m=128,t=2,p=2"}, {dearer, "m=128,t=2,p=2"}, {w.Auth, "m=64,t=1,p=1"}} {
			if _, err := c.s.SignIn(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			if got := costs(); got != c.want {
				t.Errorf("costs %s, want %s", got, c.want)
			}
		}
		if w.Text("select hash from credentials where id = '"+w.Staff[org.Guard].ID.String()+"'") == before {
			t.Error("renewed with the old salt")
		}
	})
}
