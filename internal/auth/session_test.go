package auth_test

import (
	"encoding/base64"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

// state says what a session secret is worth now: "" = it lets in.
func state(w *testworld.World, secret string) fault.Kind {
	_, err := w.Auth.BySession(w.Ctx(), secret)
	return fault.KindOf(err)
}

// TestDefect003ASessionIsItsPersonUntilTheySignOut: signing out left what one was signed in with valid.
func TestDefect003ASessionIsItsPersonUntilTheySignOut(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx := telemetry.WithRequestID(t.Context(), "req-6")
		guard := w.Staff[org.Guard]
		secret := w.SignIn(guard)
		who, err := w.Auth.BySession(ctx, secret)
		if err != nil {
			t.Fatal(err)
		}
		if who.Kind() != actor.Person || who.Tenant() != w.ID || who.Person() != guard.ID || who.Name() != "Gopal Gale" || who.Session().IsZero() || !who.Token().IsZero() {
			t.Errorf("%+v", who)
		}
		if !who.At(org.CanReadSite, w.Harbour.ID) || who.At(org.CanReadSite, w.Mill.ID) || who.Can(org.CanUpdateSite) {
			t.Error("the session does not reach what the grant says")
		}
		x := auth.Session{
			ID: who.Session(), Person: guard.ID, Source: "192.0.2.1", Agent: "test", Created: testworld.Morning, Seen: testworld.Morning,
			Expires: testworld.Morning.Add(12 * time.Hour),
		}
		trail := w.During(func() {
			if err := w.Auth.SignOut(ctx, who); err != nil {
				t.Fatal(err)
			}
		})
		testworld.Same(t, []testworld.Change{{
			Kind: actor.Person, Who: "Gopal Gale", WhoID: guard.ID, Verb: "session.ended", Subject: testworld.Any(who.Session()), Request: "req-6", Before: testworld.JSON(t, x),
		}}, trail)
		if got := state(w, secret); got != fault.Unauthenticated {
			t.Errorf("after signing out: %q", got)
		}
		testworld.Gone(t, w.Auth.SignOut(ctx, who), "session")
	})
}

func TestASessionEndsIdleAndAtTheEndOfItsLife(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		secret := w.SignIn(w.Staff[org.Guard])
		step := func(d time.Duration, want fault.Kind) {
			t.Helper()
			w.Clock.Advance(d)
			if got := state(w, secret); got != want {
				t.Errorf("%v after signing in: %q, want %q", w.Clock.Now().Sub(testworld.Morning), got, want)
			}
		}
		step(30*time.Minute-time.Second, "") // and counts as a use
		step(30*time.Minute-time.Second, "")
		step(59*time.Second, "") // a use within the minute is not noted
		step(29*time.Minute+time.Second, fault.Unauthenticated)
		secret = w.SignIn(w.Staff[org.Guard])
		start := w.Clock.Now()
		for w.Clock.Now().Before(start.Add(12*time.Hour - 20*time.Minute)) {
			step(20*time.Minute, "")
		}
		step(20*time.Minute-time.Second, "")
		step(time.Second, fault.Unauthenticated)
	})
	testworld.Each(t, func(t *testing.T, w *testworld.World) { // both from configuration
		secret := w.SignIn(w.Staff[org.Guard])
		for _, c := range []struct {
			d    time.Duration
			want fault.Kind
		}{{4 * time.Minute, ""}, {4 * time.Minute, ""}, {2 * time.Minute, fault.Unauthenticated}} {
			w.Clock.Advance(c.d)
			if got := state(w, secret); got != c.want {
				t.Errorf("after %v more: %q, want %q", c.d, got, c.want)
			}
		}
		secret = w.SignIn(w.Staff[org.Guard])
		w.Clock.Advance(5 * time.Minute)
		if got := state(w, secret); got != fault.Unauthenticated {
			t.Errorf("idle for five minutes: %q", got)
		}
	}, func(c *auth.Config) { c.Idle, c.Life = 5*time.Minute, 10*time.Minute })
}

func TestAPersonHasTenSessionsAtMost(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard := w.Staff[org.Guard]
		var secrets []string
		for range 10 {
			secrets = append(secrets, w.SignIn(guard))
			w.Clock.Advance(time.Minute)
		}
		if got := state(w, secrets[0]); got != "" { // used now, so that the second is the least recently used
			t.Errorf("the tenth sign-in ended the first: %q", got)
		}
		w.Clock.Advance(time.Minute)
		secrets = append(secrets, w.SignIn(guard))
		for i, s := range secrets {
			want := fault.Kind("")
			if i == 1 {
				want = fault.Unauthenticated
			}
			if got := state(w, s); got != want {
				t.Errorf("session %d: %q, want %q", i, got, want)
			}
		}
		list, err := w.Auth.ListSessions(t.Context(), w.Actor(org.Administrator), guard.ID)
		if err != nil || len(list) != 10 {
			t.Errorf("%d sessions, %v", len(list), err)
		}
		if got := state(w, w.SignIn(w.Staff[org.Viewer])); got != "" {
			t.Errorf("somebody else's: %q", got)
		}
	})
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		one := w.SignIn(w.Staff[org.Guard])
		w.Clock.Advance(time.Second)
		two := w.SignIn(w.Staff[org.Guard])
		if state(w, one) != fault.Unauthenticated || state(w, two) != "" {
			t.Errorf("of one session at most: the first %q, the second %q", state(w, one), state(w, two))
		}
	}, func(c *auth.Config) { c.Most = 1 })
}

func TestManySignInsTogetherKeepTheLimit(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				if _, err := try(w, w.Code, "guard", testworld.Password); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		list, err := w.Auth.ListSessions(t.Context(), w.Actor(org.Administrator), w.Staff[org.Guard].ID)
		if err != nil || len(list) != 10 {
			t.Errorf("%d sessions, %v; want 10", len(list), err)
		}
	})
}

func TestSessionsAreListedAndEndedByTheirOwner(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		a := w.SignIn(guard)
		w.Clock.Advance(time.Minute)
		b := w.SignIn(guard)
		w.Clock.Advance(time.Minute)
		c := w.SignIn(guard)
		who, err := w.Auth.BySession(ctx, b)
		if err != nil {
			t.Fatal(err)
		}
		list, err := w.Auth.ListSessions(ctx, who, guard.ID)
		if err != nil || len(list) != 3 {
			t.Fatalf("%v %v", list, err)
		}
		for i, want := range []struct {
			age     time.Duration
			current bool
		}{{0, false}, {0, true}, {2 * time.Minute, false}} {
			if got := list[i]; w.Clock.Now().Sub(got.Seen) != want.age || got.Current != want.current || got.Person != guard.ID {
				t.Errorf("session %d: %+v, want seen %v ago, current %v", i, got, want.age, want.current)
			}
		}
		if err := w.Auth.EndSession(ctx, who, list[2].ID); err != nil {
			t.Fatal(err)
		}
		if state(w, a) != fault.Unauthenticated || state(w, b) != "" || state(w, c) != "" {
			t.Errorf("one ended: %q %q %q", state(w, a), state(w, b), state(w, c))
		}
		trail := w.During(func() {
			if err := w.Auth.EndSessions(ctx, who, guard.ID); err != nil {
				t.Fatal(err)
			}
		})
		if state(w, b) != "" || state(w, c) != fault.Unauthenticated {
			t.Errorf("all others ended: own %q, other %q", state(w, b), state(w, c))
		}
		testworld.Same(t, []testworld.Change{{
			Kind: actor.Person, Who: "Gopal Gale", WhoID: guard.ID, Verb: "person.sessions_ended", Subject: testworld.Any(guard.ID), Site: w.Harbour.ID,
		}}, trail)
		w.Clock.Advance(30 * time.Minute)
		if list, err = w.Auth.ListSessions(ctx, who, guard.ID); err != nil || len(list) != 0 {
			t.Errorf("idle ones are listed: %v %v", list, err)
		}
	})
}

func TestAdministratorsEndTheSessionsOfThoseTheyReach(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		secret := w.SignIn(w.Staff[org.Guard])
		guard, err := w.Auth.BySession(ctx, secret)
		if err != nil {
			t.Fatal(err)
		}
		other := w.SecondTenant()
		north := w.Someone(nil)
		w.Grant(north.ID, &w.North.ID, nil, people.CanReadPerson, auth.CanReadSession, auth.CanEndSession)
		south := w.Someone(nil)
		w.Grant(south.ID, &w.South.ID, nil, people.CanReadPerson, auth.CanReadSession, auth.CanEndSession)
		for claim, who := range map[string]actor.Actor{
			"a colleague": w.Actor(org.Technician), "a supervisor who may only look": w.Actor(org.Supervisor), "an administrator of another place": w.As(south),
			"an administrator of another tenant": other.Actor(org.Administrator),
		} {
			t.Log(claim)
			testworld.Gone(t, w.Auth.EndSession(ctx, who, guard.Session()), "session")
		}
		admin := w.Actor(org.Administrator)
		for _, unknown := range []id.Session{id.New[id.Session](), {}} {
			testworld.Gone(t, w.Auth.EndSession(ctx, admin, unknown), "session")
		}
		testworld.Refused(t, w.Auth.EndSessions(ctx, w.Actor(org.Supervisor), guard.Person()), auth.CanEndSession)
		testworld.Gone(t, w.Auth.EndSessions(ctx, w.As(south), guard.Person()), "person")
		testworld.Gone(t, w.Auth.EndSessions(ctx, other.Actor(org.Administrator), guard.Person()), "person")
		testworld.Fault(t, w.Auth.EndSessions(ctx, actor.Actor{}, guard.Person()), fault.Unauthenticated)
		testworld.Fault(t, w.Auth.EndSession(ctx, actor.Actor{}, guard.Session()), fault.Unauthenticated)
		_, err = w.Auth.ListSessions(ctx, w.Actor(org.Technician), guard.Person())
		testworld.Refused(t, err, auth.CanReadSession)
		_, err = w.Auth.ListSessions(ctx, w.As(south), guard.Person())
		testworld.Gone(t, err, "person")
		if list, err := w.Auth.ListSessions(ctx, w.Actor(org.Supervisor), guard.Person()); err != nil || len(list) != 1 || list[0].Current {
			t.Errorf("a supervisor sees %v, %v", list, err)
		}
		if got := state(w, secret); got != "" {
			t.Fatalf("after all refusals: %q", got)
		}
		if err := w.Auth.EndSession(ctx, w.As(north), guard.Session()); err != nil {
			t.Error(err)
		}
		if got := state(w, secret); got != fault.Unauthenticated {
			t.Errorf("ended by an administrator: %q", got)
		}
		secret = w.SignIn(w.Staff[org.Guard])
		if err := w.Auth.EndSessions(ctx, admin, guard.Person()); err != nil {
			t.Error(err)
		}
		if got := state(w, secret); got != fault.Unauthenticated {
			t.Errorf("all ended by an administrator: %q", got)
		}
	})
}

func TestASecretThatWasNotGivenOutIsUnauthenticated(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		other := w.SecondTenant()
		secret := w.SignIn(w.Staff[org.Guard])
		raw, err := base64.RawURLEncoding.DecodeString(secret)
		if err != nil {
			t.Fatal(err)
		}
		in := func(tenant id.Tenant) string {
			b := tenant.Bytes()
			return base64.RawURLEncoding.EncodeToString(append(b[:], raw[16:]...))
		}
		_, token, err := w.Auth.IssueToken(t.Context(), w.System, w.Staff[org.Guard].ID, auth.TokenInput{Name: "t", Expires: testworld.Morning.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		for claim, bad := range map[string]string{
			"nothing": "", "nonsense": "nonsense", "cut": secret[:40], "of another tenant": in(other.ID), "of no tenant": in(id.Tenant{}),
			"of an unknown tenant": in(id.New[id.Tenant]()), "a token": token, "a token's inside": token[3 : len(token)-8],
		} {
			if got := state(w, bad); got != fault.Unauthenticated {
				t.Errorf("%s: %q", claim, got)
			}
		}
		if got := state(w, secret); got != "" {
			t.Errorf("the secret itself: %q", got)
		}
		if stored := w.Text("select count(*) || '' from sessions where length(hash) <> 32"); stored != "0" {
			t.Errorf("%s sessions hold something else than a SHA-256", stored)
		}
	})
}
