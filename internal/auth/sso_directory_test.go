package auth_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/ldap"
	"intelliwiz/internal/org"
	"intelliwiz/internal/outbound"
	"intelliwiz/internal/people"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

// by signs in by a directory of the first tenant.
func by(t *testing.T, w *testworld.World, p auth.Provider, login, password string, change ...func(*auth.DirectorySignIn)) (auth.SignedIn, error) {
	t.Helper()
	in := auth.DirectorySignIn{Tenant: w.Code, Provider: p.ID, Login: login, Password: password, From: from}
	for _, f := range change {
		f(&in)
	}
	return w.Auth.SignInDirectory(t.Context(), in)
}

func TestSomebodySignsInByTheirDirectory(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		d := testworld.NewDirectory(t)
		p := w.Directory(d)
		guard := w.Staff[org.Guard]
		var out auth.SignedIn
		var err error
		trail := w.During(func() { out, err = by(t, w, p, "gopal", testworld.DirectoryPass) })
		if err != nil || out.Person != guard.ID || out.Secret == "" || out.Device == "" {
			t.Fatalf("%+v %v", out, err)
		}
		if len(trail) != 2 || trail[0].Verb != "person.sso_linked" || trail[1].Verb != "session.started" {
			t.Errorf("trail: %+v", trail)
		}
		who, err := w.Auth.BySession(t.Context(), out.Secret)
		if err != nil || who.Person() != guard.ID || !w.Auth.Proven(who) {
			t.Fatal(who, err)
		}

		// A directory is asked anew for a proof, with the password there; nobody goes to it.
		w.Clock.Advance(11 * time.Minute)
		if who, err = w.Auth.BySession(t.Context(), out.Secret); err != nil || w.Auth.Proven(who) {
			t.Fatal(who, err)
		}
		if _, ok, err := w.Auth.ProofBy(t.Context(), who); ok || err != nil {
			t.Error("a browser is to go to a directory", err)
		}
		_, err = w.Auth.Prove(t.Context(), who, "another of twelve")
		testworld.Fault(t, err, fault.Invalid, "proof wrong")
		secret, err := w.Auth.Prove(t.Context(), who, testworld.DirectoryPass)
		if err != nil {
			t.Fatal(err)
		}
		if who, err = w.Auth.BySession(t.Context(), secret); err != nil || !w.Auth.Proven(who) {
			t.Error(who, err)
		}

		// It is the subject that counts from now on, and not the address.
		e := testworld.Entry{Password: "n", Attributes: map[string][]string{"uid": {"gopal2"}, "entryuuid": {"u-7"}, "mail": {"viewer@lantern.example"}, "cn": {"G"}}}
		d.Put("uid=gopal2,ou=people,dc=lantern", e)
		if out, err = by(t, w, p, "gopal2", "n"); err != nil || out.Person != guard.ID {
			t.Errorf("%+v %v", out, err)
		}
		if strings.Contains(w.Log.String(), testworld.DirectoryPass) || strings.Contains(w.Log.String(), testworld.DirectorySecret) {
			t.Error("a password is in the log")
		}
		for _, c := range w.Trail() {
			if strings.Contains(c.Before+c.After, testworld.DirectorySecret) {
				t.Errorf("%s has the secret", c.Verb)
			}
		}
	})
}

// TestADirectoryLetsNobodyElseIn: whatever is typed that is not somebody's own, the answer is that of a wrong password here.
func TestADirectoryLetsNobodyElseIn(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		d := testworld.NewDirectory(t)
		p := w.Directory(d)
		_, want := w.Auth.SignIn(t.Context(), auth.SignIn{Tenant: w.Code, Login: "guard", Password: "another of twelve", From: from})
		for claim, x := range map[string][2]string{
			"a wrong password": {"gopal", "another"}, "nobody": {"nobody", testworld.DirectoryPass}, "everybody": {"*", testworld.DirectoryPass},
			"a filter": {"*)(uid=*", testworld.DirectoryPass}, "a closed filter": {"gopal)(objectClass=*", "another"}, "the password of here": {"guard", testworld.Password},
		} {
			out, err := by(t, w, p, x[0], x[1])
			testworld.Fault(t, err, fault.Unauthenticated, "login refused")
			if out.Secret != "" || out.Step != "" || fault.As(err).Message != fault.As(want).Message {
				t.Errorf("%s: %+v %v", claim, out, err)
			}
		}
		d.Asked()
		_, err := by(t, w, p, "gopal", "")
		testworld.Fault(t, err, fault.Invalid, "password required")
		_, err = by(t, w, p, "gopal", strings.Repeat("x", 5000))
		testworld.Fault(t, err, fault.Invalid, "password too_long")
		if asked := d.Asked(); len(asked) > 0 {
			t.Errorf("the directory was asked %q", asked)
		}

		// A directory of another organisation is none here, and one of another kind is none.
		theirs := w.SecondTenant().Directory(d)
		_, err = by(t, w, theirs, "gopal", testworld.DirectoryPass)
		testworld.Gone(t, err, "provider")
		_, err = by(t, w, p, "gopal", testworld.DirectoryPass, func(in *auth.DirectorySignIn) { in.Tenant = "CABIN" })
		testworld.Gone(t, err, "provider")
		_, err = by(t, w, p, "gopal", testworld.DirectoryPass, func(in *auth.DirectorySignIn) { in.Tenant = "NOBODY" })
		testworld.Gone(t, err, "provider")
		oidc := w.Provider(testworld.NewProvider(t, w.Clock.Now))
		_, err = by(t, w, oidc, "gopal", testworld.DirectoryPass)
		testworld.Gone(t, err, "provider")
		if asked := d.Asked(); len(asked) > 0 {
			t.Errorf("the directory was asked %q", asked)
		}

		// Who is inactive stays out, after the proof.
		x, err := w.People.GetPerson(t.Context(), w.System, w.Staff[org.Guard].ID)
		if err != nil {
			t.Fatal(err)
		}
		in := people.PersonInput{Code: x.Code, Name: x.Name, Login: x.Login, Email: x.Email, Mobile: x.Mobile, HomeSite: x.HomeSite}
		if _, err = w.People.UpdatePerson(t.Context(), w.System, x.ID, x.Version, in); err != nil {
			t.Fatal(err)
		}
		_, err = by(t, w, p, "gopal", "another")
		testworld.Fault(t, err, fault.Unauthenticated, "login refused")
		_, err = by(t, w, p, "gopal", testworld.DirectoryPass)
		testworld.Fault(t, err, fault.Forbidden, "provider refused")
	})
}

func TestADirectoryThatCannotBeAsked(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		d := testworld.NewDirectory(t)
		strange := w.Directory(d, func(in *auth.ProviderInput) { in.Name = "Strange"; in.Directory.CA = testworld.NewDirectory(t).CA })
		p := w.Directory(d)
		if err := w.Auth.TryProvider(t.Context(), w.System, p.ID); err != nil {
			t.Fatal(err)
		}
		err := w.Auth.TryProvider(t.Context(), w.System, strange.ID)
		testworld.Fault(t, err, fault.Conflict)
		if !strings.Contains(fault.As(err).Message, "The certificate is signed by nobody who is trusted.") {
			t.Error(err)
		}
		d.Stop()
		for _, x := range []auth.Provider{p, strange} {
			_, err := by(t, w, x, "gopal", testworld.DirectoryPass)
			testworld.Fault(t, err, fault.Unavailable, "provider away")
			if f := fault.As(err); f.RetryAfter == 0 || f.Message != "Your organisation's sign-in does not answer. Try again in a while." {
				t.Errorf("%+v", f)
			}
		}
		err = w.Auth.TryProvider(t.Context(), w.System, p.ID)
		testworld.Fault(t, err, fault.Conflict)
		if !strings.Contains(fault.As(err).Message, "The server refused the connection.") {
			t.Error(err)
		}
	})
}

func TestGroupsOfADirectoryGiveRoles(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		d := testworld.NewDirectory(t)
		p := w.Directory(d, func(in *auth.ProviderInput) {
			in.Joins, in.Proofs = true, []string{auth.Always}
			in.Groups = []auth.GroupRole{{Group: "CN=Guards, OU=groups, DC=lantern", Role: w.Roles[org.Viewer].ID}, {Group: "cn=night,ou=groups,dc=lantern", Role: w.Roles[org.Technician].ID, Site: &w.Mill.ID},
				{Group: "guards", Role: w.Roles[org.Administrator].ID}, {Group: "cn=guards,ou=evil,dc=lantern", Role: w.Roles[org.Administrator].ID}}
		})
		put := func(groups ...string) {
			d.Put("uid=nadia,ou=people,dc=lantern", testworld.Entry{Password: "p", Attributes: map[string][]string{
				"uid": {"nadia"}, "entryuuid": {"u-9"}, "mail": {"nadia@lantern.example"}, "cn": {"Nadia Nair"}, "memberof": groups}})
		}
		for _, step := range []struct{ groups, want []string }{
			{[]string{"cn=guards,ou=groups,dc=lantern"}, []string{"Viewer"}},
			{[]string{"cn=Guards,ou=Groups,dc=Lantern", "cn=Night,ou=groups,dc=lantern"}, []string{"Technician Mill", "Viewer"}},
			{nil, nil},
		} {
			put(step.groups...)
			out, err := by(t, w, p, "nadia", "p")
			if err != nil {
				t.Fatal(err)
			}
			if got := rolesOf(t, w, out.Person); !slices.Equal(got, step.want) {
				t.Errorf("in %v: %v, want %v", step.groups, got, step.want)
			}
			x, err := w.People.GetPerson(t.Context(), w.System, out.Person)
			if err != nil || x.Login != "nadia" || x.Email != "nadia@lantern.example" || x.Name != "Nadia Nair" {
				t.Errorf("%+v %v", x, err)
			}
		}
	})
}

// TestGuessesAtADirectoryAreCounted: at the subject, however it is called, and apart from its owner's own browser. Whoever is nobody is counted alike.
func TestGuessesAtADirectoryAreCounted(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		d := testworld.NewDirectory(t)
		p := w.Directory(d, func(in *auth.ProviderInput) { in.Directory.Filter = "(|(uid={login})(mail={login}))" })
		own, err := by(t, w, p, "gopal", testworld.DirectoryPass)
		if err != nil {
			t.Fatal(err)
		}
		a := another(w, func(c *auth.Config) {
			c.Limit, c.Asker = realLimit(t, w), ldap.New(outbound.New(outbound.Config{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Now: w.Clock.Now}))
		})
		for _, logins := range [][]string{{"gopal", "guard@lantern.example"}, {"nobody", "nobody"}} {
			reached := 0
			for i := range 80 {
				d.Asked()
				_, err := a.SignInDirectory(t.Context(), auth.DirectorySignIn{Tenant: w.Code, Provider: p.ID, Login: logins[i%2], Password: "another", From: auth.Origin{Source: fmt.Sprintf("198.51.%d.%d", len(logins[0]), i)}})
				if fault.KindOf(err) == fault.Unauthenticated {
					reached++
				} else if !auth.NeedsLink(err) {
					t.Fatal(err)
				}
				if asked := d.Asked(); auth.NeedsLink(err) && len(asked) != 2 {
					t.Errorf("a password was tried: %q", asked)
				}
			}
			if reached != 50 {
				t.Errorf("%d guesses at %v reached the directory, want 50", reached, logins)
			}
		}
		mine := auth.DirectorySignIn{Tenant: w.Code, Provider: p.ID, Login: "gopal", Password: testworld.DirectoryPass, From: auth.Origin{Source: "198.51.5.1", Device: own.Device}}
		if _, err = a.SignInDirectory(t.Context(), mine); err != nil {
			t.Error("its owner, with the browser of before:", err)
		}
	})
}

func TestWhatIsNoDirectory(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		d := testworld.NewDirectory(t)
		ctx, admin := t.Context(), w.Actor(org.Administrator)
		_, err := w.Auth.CreateProvider(ctx, admin, auth.ProviderInput{Kind: auth.LDAP, Name: "A", Issuer: "https://ldap.example.com", Client: "reader", Scopes: []string{"email"}, Proofs: []string{"mfa"}, Claim: "a b"})
		testworld.Fault(t, err, fault.Invalid, "issuer address", "client_id grammar", "scopes beyond", "proofs beyond", "groups_claim grammar", "directory required")
		_, err = w.Auth.CreateProvider(ctx, admin, auth.ProviderInput{Kind: auth.LDAP, Name: "A", Issuer: d.Address, Directory: &auth.Directory{CA: "x", Filter: "(uid=x)", Email: "*", GroupFilter: "(member={login})"}})
		testworld.Fault(t, err, fault.Invalid, "directory.ca certificate", "directory.base grammar", "directory.filter grammar", "directory.subject grammar", "directory.email grammar", "directory.full_name grammar",
			"directory.group_base grammar", "directory.group_filter grammar")
		_, err = w.Auth.CreateProvider(ctx, admin, auth.ProviderInput{Name: "A", Issuer: "https://a.example", Client: "c", Directory: &auth.Directory{}})
		testworld.Fault(t, err, fault.Invalid, "directory beyond")
		_, err = w.Auth.CreateProvider(ctx, admin, auth.ProviderInput{Kind: "saml", Name: "A", Issuer: "https://a.example", Client: "c"})
		testworld.Fault(t, err, fault.Invalid, "kind unknown")

		// The account that searches has a password, which is not sent to another directory, nor to whom another authority vouches for.
		in := auth.ProviderInput{Kind: auth.LDAP, Name: "A", Issuer: d.Address, Client: testworld.DirectoryDN, Directory: &auth.Directory{CA: strings.TrimSpace(d.CA), Base: "dc=lantern", Filter: "(uid={login})", Subject: "uid", FullName: "cn"}}
		_, err = w.Auth.CreateProvider(ctx, admin, in)
		testworld.Fault(t, err, fault.Invalid, "secret required")
		in.Secret = telemetry.Hide("x")
		p, err := w.Auth.CreateProvider(ctx, admin, in)
		if err != nil || !p.Secret || *p.Directory != *in.Directory {
			t.Fatalf("%+v %v", p, err)
		}
		in.Secret, in.Name = telemetry.Secret{}, "B"
		if p, err = w.Auth.UpdateProvider(ctx, admin, p.ID, 1, in); err != nil || !p.Secret {
			t.Errorf("%+v %v", p, err)
		}
		for claim, change := range map[string]func(*auth.ProviderInput){
			"another address": func(in *auth.ProviderInput) { in.Issuer = "ldaps://evil.example" }, "another account": func(in *auth.ProviderInput) { in.Client = "cn=x" },
			"another authority": func(in *auth.ProviderInput) { x := *in.Directory; x.CA = ""; in.Directory = &x },
		} {
			other := in
			change(&other)
			if _, err = w.Auth.UpdateProvider(ctx, admin, p.ID, 2, other); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", claim, err)
			}
		}
	})
}
