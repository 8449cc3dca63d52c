package auth_test

import (
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

func TestAProviderIsMadeChangedAndDeleted(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin := t.Context(), w.Actor(org.Administrator)
		in := auth.ProviderInput{Name: " Keycloak ", Issuer: "https://login.example.com/realms/iw ", Client: "iw", Secret: telemetry.Hide("hush-hush"), Scopes: []string{"email", "email"}, Claim: "groups",
			Proofs: []string{"mfa"}, Joins: true, Active: true, Groups: []auth.GroupRole{{Group: " guards ", Role: w.Roles[org.Guard].ID, Site: &w.Mill.ID}, {Group: "seers", Role: w.Roles[org.Viewer].ID}}}
		var p auth.Provider
		var err error
		trail := w.During(func() { p, err = w.Auth.CreateProvider(ctx, admin, in) })
		if err != nil {
			t.Fatal(err)
		}
		want := auth.Provider{ID: p.ID, Kind: auth.OIDC, Name: "Keycloak", Issuer: "https://login.example.com/realms/iw", Client: "iw", Secret: true, Scopes: []string{"email"}, Claim: "groups", Proofs: []string{"mfa"}, Joins: true,
			Active: true, Groups: []auth.GroupRole{{Group: "guards", Role: w.Roles[org.Guard].ID, Site: &w.Mill.ID}, {Group: "seers", Role: w.Roles[org.Viewer].ID}}, Created: testworld.Morning, Version: 1}
		testworld.Same(t, want, p)
		if got, err := w.Auth.GetProvider(ctx, admin, p.ID); err != nil {
			t.Error(err)
		} else {
			testworld.Same(t, want, got)
		}
		if len(trail) != 1 || trail[0].Verb != "provider.created" || !strings.Contains(trail[0].After, `"secret_changed":true`) {
			t.Errorf("%+v", trail)
		}
		_, err = w.Auth.CreateProvider(ctx, admin, in)
		testworld.Fault(t, err, fault.Conflict, "name taken")

		// Without a secret the one before stays; not when it would be sent to somebody else.
		in.Name, in.Secret, in.Groups = "Other", telemetry.Secret{}, nil
		if p, err = w.Auth.UpdateProvider(ctx, admin, p.ID, 1, in); err != nil || !p.Secret || p.Version != 2 || len(p.Groups) != 0 {
			t.Errorf("%+v %v", p, err)
		}
		_, err = w.Auth.UpdateProvider(ctx, admin, p.ID, 1, in)
		testworld.Fault(t, err, fault.Conflict, "version stale")
		in.Issuer = "https://evil.example"
		if p, err = w.Auth.UpdateProvider(ctx, admin, p.ID, 2, in); err != nil || p.Secret {
			t.Errorf("the secret goes to another issuer: %+v %v", p, err)
		}
		_, err = w.Auth.UpdateProvider(ctx, admin, id.New[id.Provider](), 1, in)
		testworld.Gone(t, err, "provider")
		testworld.Fault(t, w.Auth.DeleteProvider(ctx, admin, p.ID, 2), fault.Conflict, "version stale")
		if err := w.Auth.DeleteProvider(ctx, admin, p.ID, 3); err != nil {
			t.Fatal(err)
		}
		testworld.Gone(t, w.Auth.DeleteProvider(ctx, admin, p.ID, 3), "provider")
		if all, err := w.Auth.ListProviders(ctx, admin); err != nil || len(all) != 0 {
			t.Error(all, err)
		}
		for _, c := range w.Trail() {
			if strings.Contains(c.Before+c.After, "hush-hush") {
				t.Errorf("%s has the secret", c.Verb)
			}
		}
	})
}

func TestWhatIsNoProvider(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin := t.Context(), w.Actor(org.Administrator)
		long := strings.Repeat("x", 201)
		_, err := w.Auth.CreateProvider(ctx, admin, auth.ProviderInput{Issuer: "login.example.com", Scopes: []string{"a b"}, Proofs: make([]string, 1), Claim: long,
			Groups: []auth.GroupRole{{Group: " "}, {Group: long}}})
		testworld.Fault(t, err, fault.Invalid, "name required", "issuer address", "client_id required", "groups_claim too_long", "scopes grammar", "proofs grammar", "groups[0].group required", "groups[1].group too_long")
		for _, issuer := range []string{"https://a.example/?tenant=1", "https://a.example#x", "https://u:p@a.example", "ftp://a.example", "https://"} {
			_, err = w.Auth.CreateProvider(ctx, admin, auth.ProviderInput{Name: "A", Issuer: issuer, Client: "c"})
			testworld.Fault(t, err, fault.Invalid, "issuer address")
		}
		site := id.New[id.Site]()
		_, err = w.Auth.CreateProvider(ctx, admin, auth.ProviderInput{Name: "A", Issuer: "https://a.example", Client: "c",
			Groups: []auth.GroupRole{{Group: "a", Role: id.New[id.Role]()}, {Group: "b", Role: w.Roles[org.Guard].ID, Site: &site}}})
		testworld.Fault(t, err, fault.Invalid, "groups[0].role_id unknown", "groups[1].site_id unknown")

		// Nobody hands out more than they hold, and only who has the permission everywhere has to do with it.
		some := w.As(w.Someone(nil, auth.CanReadSSO, auth.CanUpdateSSO))
		_, err = w.Auth.CreateProvider(ctx, some, auth.ProviderInput{Name: "A", Issuer: "https://a.example", Client: "c", Groups: []auth.GroupRole{{Group: "a", Role: w.Roles[org.Guard].ID}}})
		testworld.Fault(t, err, fault.Invalid, "groups[0].role_id beyond")
		p, err := w.Auth.CreateProvider(ctx, some, auth.ProviderInput{Name: "A", Issuer: "https://a.example", Client: "c"})
		if err != nil {
			t.Fatal(err)
		}
		for _, role := range []string{org.Supervisor, org.Viewer, org.Auditor, org.Guard} {
			who := w.Actor(role)
			_, err = w.Auth.ListProviders(ctx, who)
			testworld.Refused(t, err, auth.CanReadSSO)
			_, err = w.Auth.GetProvider(ctx, who, p.ID)
			testworld.Refused(t, err, auth.CanReadSSO)
			_, err = w.Auth.SSOForced(ctx, who)
			testworld.Refused(t, err, auth.CanReadSSO)
			_, err = w.Auth.ListLinked(ctx, who, p.ID, page.Request{})
			testworld.Refused(t, err, auth.CanReadSSO)
			_, err = w.Auth.UpdateProvider(ctx, who, p.ID, 1, auth.ProviderInput{})
			testworld.Refused(t, err, auth.CanUpdateSSO)
			testworld.Refused(t, w.Auth.TryProvider(ctx, who, p.ID), auth.CanUpdateSSO)
			testworld.Refused(t, w.Auth.DeleteProvider(ctx, who, p.ID, 1), auth.CanUpdateSSO)
			testworld.Refused(t, w.Auth.Unlink(ctx, who, p.ID, w.Staff[org.Guard].ID), auth.CanUpdateSSO)
		}
		for i := range 9 {
			w.Provider(&testworld.Provider{URL: "https://a.example"}, func(in *auth.ProviderInput) { in.Name = "P" + string(rune('a'+i)) })
		}
		_, err = w.Auth.CreateProvider(ctx, admin, auth.ProviderInput{Name: "One more", Issuer: "https://a.example", Client: "c"})
		testworld.Fault(t, err, fault.Conflict)
		testworld.Gone(t, func() error { _, err := w.Auth.GetProvider(ctx, w.SecondTenant().System, p.ID); return err }(), "provider")
	})
}

// TestWithAProviderGoesWhatCameByIt: sessions, roles, and who its subjects are.
func TestWithAProviderGoesWhatCameByIt(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin, guard := t.Context(), w.Actor(org.Administrator), w.Staff[org.Guard]
		at := testworld.NewProvider(t, w.Clock.Now)
		groups := func(in *auth.ProviderInput) {
			in.Groups = []auth.GroupRole{{Group: "guards", Role: w.Roles[org.Viewer].ID}}
		}
		p := w.Provider(at, groups)
		in := func() auth.Back {
			t.Helper()
			out, err := come(t, w, at, p)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		out, mine := in(), w.SignIn(guard)
		trail := w.During(func() {
			if err := w.Auth.Unlink(ctx, admin, p.ID, guard.ID); err != nil {
				t.Fatal(err)
			}
		})
		last := trail[len(trail)-1]
		if last.Verb != "person.sso_unlinked" || last.Kind != actor.Person || last.Before != `{"name":"Gopal Gale","provider":"Lantern login"}` {
			t.Errorf("%+v", trail)
		}
		gone := func(out auth.Back) {
			t.Helper()
			if got := state(w, out.Secret); got != fault.Unauthenticated {
				t.Errorf("the session that came by it: %q", got)
			}
			if got := state(w, mine); got != "" {
				t.Errorf("a session that came by the password: %q", got)
			}
			if got := rolesOf(t, w, guard.ID); len(got) != 1 || got[0] != "Guard Harbour" {
				t.Errorf("roles: %v", got)
			}
		}
		gone(out)
		testworld.Gone(t, w.Auth.Unlink(ctx, admin, p.ID, guard.ID), "person")
		testworld.Gone(t, w.Auth.Unlink(ctx, admin, id.New[id.Provider](), guard.ID), "provider")
		out = in()
		if err := w.Auth.DeleteProvider(ctx, admin, p.ID, 1); err != nil {
			t.Fatal(err)
		}
		gone(out)

		// The last administrator cannot go with it.
		at.Says(map[string]any{"email": "administrator@lantern.example", "sub": "boss"})
		p = w.Provider(at, func(in *auth.ProviderInput) {
			in.Groups = []auth.GroupRole{{Group: "guards", Role: w.Roles[org.Administrator].ID}}
		})
		if err := w.Org.DeleteGrant(ctx, w.System, w.Grants[org.Administrator].ID); fault.KindOf(err) != fault.Conflict {
			t.Fatal(err)
		}
		at.Says(map[string]any{"email": "viewer@lantern.example", "sub": "seer"})
		in()
		if err := w.Org.DeleteGrant(ctx, w.System, w.Grants[org.Administrator].ID); err != nil {
			t.Fatal(err)
		}
		testworld.Fault(t, w.Auth.DeleteProvider(ctx, w.System, p.ID, 1), fault.Conflict)
		at.Says(map[string]any{"groups": nil})
		in()
		if got := rolesOf(t, w, w.Staff[org.Viewer].ID); len(got) != 2 {
			t.Errorf("the last administrator is none any more: %v", got)
		}
	})
}

func TestTheSecretOfAProviderIsSealedAnew(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		at := testworld.NewProvider(t, w.Clock.Now)
		p := w.Provider(at)
		w.Keys.Add(6)
		if err := w.Auth.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.Keys.Forget(1)
		if out, err := come(t, w, at, p); err != nil || out.Secret == "" {
			t.Error(out, err)
		}
		w.Keys.Add(7)
		w.Keys.Forget(2)
		if err := w.Auth.Sweep(t.Context()); err != nil { // one that does not open keeps nothing else from being done
			t.Error(err)
		}
		if _, err := w.Auth.BeginSSO(t.Context(), auth.SSOBegin{Tenant: w.Code, Provider: p.ID, From: from}); fault.KindOf(err) != fault.Internal {
			t.Error(err)
		}
	})
}
