package auth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

func tokenState(w *testworld.World, secret string) fault.Kind {
	_, err := w.Auth.ByToken(w.Ctx(), secret, "")
	return fault.KindOf(err)
}

func TestATokenIsItsPersonUntilItIsRevoked(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard, session := t.Context(), w.Staff[org.Guard], w.Actor(org.Guard)
		var made auth.Token
		var secret string
		trail := w.During(func() {
			var err error
			made, secret, err = w.Auth.CreateToken(ctx, session, auth.TokenInput{Name: "  My  phone ", Expires: testworld.Morning.Add(time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, auth.Token{
				ID: made.ID, Name: "My phone", Hint: secret[len(secret)-4:], Scopes: []actor.Permission{}, Created: testworld.Morning, Expires: testworld.Morning.Add(time.Hour),
			}, made, cmpopts.EquateEmpty())
			who, err := w.Auth.ByToken(ctx, secret, "")
			if err != nil {
				t.Fatal(err)
			}
			if who.Kind() != actor.Token || who.Tenant() != w.ID || who.Person() != guard.ID || who.Name() != "Gopal Gale" || who.Token() != made.ID || !who.Session().IsZero() {
				t.Errorf("%+v", who)
			}
			if !who.At(org.CanReadSite, w.Harbour.ID) || who.At(org.CanReadSite, w.Mill.ID) {
				t.Error("the token does not reach what the person does")
			}
			list, err := w.Auth.ListTokens(ctx, session)
			if err != nil {
				t.Fatal(err)
			}
			used := testworld.Morning
			want := made
			want.Used = &used
			testworld.Same(t, []auth.Token{want}, list, cmpopts.EquateEmpty())
			if err := w.Auth.DeleteToken(ctx, session, made.ID); err != nil {
				t.Fatal(err)
			}
			made = list[0]
		})
		if got := tokenState(w, secret); got != fault.Unauthenticated {
			t.Errorf("revoked: %q", got)
		}
		if len(trail) != 2 || trail[0].Verb != "token.created" || trail[1].Verb != "token.deleted" || trail[1].Before != testworld.JSON(t, made) {
			t.Errorf("%+v", trail)
		}
		for _, c := range trail {
			if strings.Contains(c.After+c.Before, secret[:len(secret)-4]) || c.Who != "Gopal Gale" || c.Subject != testworld.Any(made.ID) {
				t.Errorf("%+v", c)
			}
		}
		testworld.Gone(t, w.Auth.DeleteToken(ctx, session, made.ID), "token")
	})
}

func TestATokenIsCutDownToItsScopes(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin := t.Context(), w.Actor(org.Administrator)
		scopes := []actor.Permission{org.CanReadSite, org.CanReadLookup, org.CanReadSite}
		made, secret, err := w.Auth.CreateToken(ctx, admin, auth.TokenInput{Name: "t", Scopes: scopes, Expires: testworld.Morning.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []actor.Permission{org.CanReadLookup, org.CanReadSite}, made.Scopes)
		testworld.Same(t, []actor.Permission{org.CanReadSite, org.CanReadLookup, org.CanReadSite}, scopes) // the caller's own is left alone
		who, err := w.Auth.ByToken(ctx, secret, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range testworld.Permissions() {
			if got, want := who.Everywhere(d.Name), d.Name == org.CanReadSite || d.Name == org.CanReadLookup; got != want {
				t.Errorf("%s: %v, want %v", d.Name, got, want)
			}
		}
		if session := w.Actor(org.Administrator); !session.Everywhere(org.CanUpdateSite) {
			t.Error("the token cut its person's session down, too")
		}
		// a scope gives nothing that the person does not hold
		_, secret, err = w.Auth.CreateToken(ctx, w.Actor(org.Guard), auth.TokenInput{Name: "t", Scopes: []actor.Permission{org.CanUpdateSite, org.CanReadSite}, Expires: testworld.Morning.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		if who, err = w.Auth.ByToken(ctx, secret, ""); err != nil || who.Can(org.CanUpdateSite) || !who.At(org.CanReadSite, w.Harbour.ID) || who.At(org.CanReadSite, w.Mill.ID) {
			t.Errorf("a guard's token may update %v, read Harbour %v, read Mill %v (%v)", who.Can(org.CanUpdateSite), who.At(org.CanReadSite, w.Harbour.ID), who.At(org.CanReadSite, w.Mill.ID), err)
		}
	})
}

func TestATokenEndsWithItsTimeItsPersonAndTheirGrants(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		issue := func() string {
			_, secret, err := w.Auth.IssueToken(ctx, w.System, guard.ID, auth.TokenInput{Name: "t", Expires: w.Clock.Now().Add(time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			return secret
		}
		secret := issue()
		w.Clock.Advance(time.Hour - time.Second)
		if got := tokenState(w, secret); got != "" {
			t.Errorf("a second before its end: %q", got)
		}
		w.Clock.Advance(time.Second)
		if got := tokenState(w, secret); got != fault.Unauthenticated {
			t.Errorf("at its end: %q", got)
		}
		secret = issue()
		if err := w.Org.DeleteGrant(ctx, w.System, w.Grants[org.Guard].ID); err != nil {
			t.Fatal(err)
		}
		if who, err := w.Auth.ByToken(ctx, secret, ""); err != nil || who.Can(org.CanReadSite) {
			t.Errorf("after the grant was taken away it may read: %v %v", who.Can(org.CanReadSite), err)
		}
		in := people.PersonInput{Code: guard.Code, Name: guard.Name, Login: guard.Login}
		if _, err := w.People.UpdatePerson(ctx, w.System, guard.ID, 1, in); err != nil {
			t.Fatal(err)
		}
		if got := tokenState(w, secret); got != fault.Unauthenticated {
			t.Errorf("of an inactive person: %q", got)
		}
	})
}

func TestTokenFaults(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, session, now := t.Context(), w.Actor(org.Guard), testworld.Morning
		for _, c := range []struct {
			in   auth.TokenInput
			want []string
		}{
			{auth.TokenInput{Name: " ", Scopes: []actor.Permission{org.CanReadSite, "site.reed", "a b"}, Expires: now}, []string{"name required", "expires_at past", "scopes[1] unknown", "scopes[2] unknown"}},
			{auth.TokenInput{Name: strings.Repeat("n", 101), Expires: now.Add(367 * 24 * time.Hour)}, []string{"name too_long", "expires_at too_late"}},
			{auth.TokenInput{Name: "t"}, []string{"expires_at past"}},
		} {
			_, secret, err := w.Auth.CreateToken(ctx, session, c.in)
			testworld.Fault(t, err, fault.Invalid, c.want...)
			if secret != "" {
				t.Error("a secret for a token that was not made")
			}
		}
		good := auth.TokenInput{Name: "t", Expires: now.Add(366*24*time.Hour - time.Second)}
		_, secret, err := w.Auth.CreateToken(ctx, session, good)
		if err != nil {
			t.Fatal(err)
		}
		token, err := w.Auth.ByToken(ctx, secret, "")
		if err != nil {
			t.Fatal(err)
		}
		for claim, who := range map[string]actor.Actor{"a token": token, "nobody": {}, "the system": w.System} {
			t.Log(claim)
			_, _, err := w.Auth.CreateToken(ctx, who, good)
			testworld.Fault(t, err, fault.Unauthenticated)
		}
		_, _, err = w.Auth.IssueToken(ctx, w.Actor(org.Administrator), session.Person(), good)
		testworld.Refused(t, err, "token.issue")
		_, err = w.Auth.ListTokens(ctx, w.System)
		testworld.Fault(t, err, fault.Unauthenticated)
		testworld.Fault(t, w.Auth.DeleteToken(ctx, actor.Actor{}, token.Token()), fault.Unauthenticated)
		other := w.SecondTenant()
		for claim, who := range map[string]actor.Actor{"an administrator": w.Actor(org.Administrator), "another tenant's": other.Actor(org.Guard)} {
			t.Log(claim)
			testworld.Gone(t, w.Auth.DeleteToken(ctx, who, token.Token()), "token")
		}
		testworld.Gone(t, w.Auth.DeleteToken(ctx, session, id.New[id.Token]()), "token")
		if got := tokenState(w, secret); got != "" {
			t.Errorf("after all refusals: %q", got)
		}
		_, _, err = w.Auth.IssueToken(ctx, w.System, id.New[id.Person](), good)
		if err == nil {
			t.Error("a token for nobody")
		}
		for range 49 {
			if _, _, err := w.Auth.CreateToken(ctx, session, good); err != nil {
				t.Fatal(err)
			}
		}
		_, _, err = w.Auth.CreateToken(ctx, session, good)
		testworld.Fault(t, err, fault.Conflict)
	})
}

func TestAForgedTokenIsUnauthenticated(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		other := w.SecondTenant()
		_, secret, err := w.Auth.CreateToken(t.Context(), w.Actor(org.Guard), auth.TokenInput{Name: "t", Expires: testworld.Morning.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		session := other.SignIn(other.Staff[org.Guard])
		for claim, bad := range map[string]string{
			"nothing": "", "a session's": session, "a wrong checksum": secret[:len(secret)-8] + "00000000", "without its prefix": secret[3:],
			"of no tenant": auth.Forge(id.Tenant{}), "of another tenant": auth.Forge(other.ID), "of this tenant": auth.Forge(w.ID),
		} {
			if got := tokenState(w, bad); got != fault.Unauthenticated {
				t.Errorf("%s: %q", claim, got)
			}
		}
		if got := tokenState(w, secret); got != "" {
			t.Errorf("the token itself: %q", got)
		}
	})
}
