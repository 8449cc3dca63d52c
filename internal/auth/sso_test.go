package auth_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// leave begins a sign-in by a provider in the first tenant.
func leave(t *testing.T, w *testworld.World, p auth.Provider) auth.Away {
	t.Helper()
	a, err := w.Auth.BeginSSO(t.Context(), auth.SSOBegin{Tenant: w.Code, Provider: p.ID, Next: "/tickets", From: from})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// back goes to the provider and comes back.
func back(w *testworld.World, at *testworld.Provider, a auth.Away, change ...func(*auth.Return)) (auth.Back, error) {
	q := at.SignIn(a.URL)
	in := auth.Return{Kept: a.Kept, State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), From: from}
	for _, f := range change {
		f(&in)
	}
	return w.Auth.FinishSSO(w.Ctx(), w.System, in)
}

// come signs in by a provider.
func come(t *testing.T, w *testworld.World, at *testworld.Provider, p auth.Provider) (auth.Back, error) {
	t.Helper()
	return back(w, at, leave(t, w, p))
}

func TestSomebodySignsInByTheirOrganisation(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		at := testworld.NewProvider(t, w.Clock.Now)
		p := w.Provider(at)
		doors, only, err := w.Auth.SSODoors(t.Context(), "house")
		if err != nil || only || len(doors) != 1 || doors[0] != (auth.SSODoor{ID: p.ID, Name: "Lantern login"}) {
			t.Errorf("doors: %v %v %v", doors, only, err)
		}
		if doors, _, err = w.Auth.SSODoors(t.Context(), "NOBODY"); err != nil || len(doors) != 0 {
			t.Errorf("doors of nobody: %v %v", doors, err)
		}
		guard := w.Staff[org.Guard]
		var out auth.Back
		trail := w.During(func() { out, err = come(t, w, at, p) })
		if err != nil || out.Person != guard.ID || out.Org != "HOUSE" || out.Next != "/tickets" || out.Secret == "" || out.Device == "" || out.Again {
			t.Fatalf("%+v %v", out, err)
		}
		var verbs []string
		for _, c := range trail {
			verbs = append(verbs, c.Verb)
		}
		if !slices.Equal(verbs, []string{"person.sso_linked", "session.started"}) || !strings.Contains(trail[1].After, p.ID.String()) {
			t.Errorf("trail: %+v", trail)
		}
		who, err := w.Auth.BySession(t.Context(), out.Secret)
		if err != nil || who.Person() != guard.ID || !who.At(org.CanReadSite, w.Harbour.ID) {
			t.Fatal(who, err)
		}
		sessions, err := w.Auth.ListSessions(t.Context(), who, guard.ID)
		if err != nil || len(sessions) != 1 || sessions[0].ProviderName != "Lantern login" || *sessions[0].Provider != p.ID {
			t.Errorf("sessions: %+v %v", sessions, err)
		}

		// From now on it is the subject that counts, whatever address comes with it.
		at.Says(map[string]any{"email": "viewer@lantern.example"})
		if out, err = come(t, w, at, p); err != nil || out.Person != guard.ID {
			t.Errorf("%+v %v", out, err)
		}
		linked, err := w.Auth.ListLinked(t.Context(), w.System, p.ID, page.Request{})
		if err != nil || len(linked.Items) != 1 || linked.Items[0].Person != guard.ID || linked.Items[0].Name != guard.Name {
			t.Errorf("linked: %+v %v", linked, err)
		}
	})
}

func TestWhatComesBackFromNowhere(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		at := testworld.NewProvider(t, w.Clock.Now)
		p := w.Provider(at)
		other := w.SecondTenant().Provider(at)
		theirs, err := w.Auth.BeginSSO(t.Context(), auth.SSOBegin{Tenant: "CABIN", Provider: other.ID, From: from})
		if err != nil {
			t.Fatal(err)
		}
		for claim, change := range map[string]func(*auth.Return){
			"a forged state":          func(r *auth.Return) { r.State = "x" + r.State[1:] },
			"no state":                func(r *auth.Return) { r.State = "" },
			"another browser":         func(r *auth.Return) { r.Kept = leave(t, w, p).Kept },
			"a browser without it":    func(r *auth.Return) { r.Kept = "" },
			"what we did not seal":    func(r *auth.Return) { r.Kept = "BBBB" + r.Kept[4:] },
			"another organisation's":  func(r *auth.Return) { r.Kept = theirs.Kept },
			"a code of nobody":        func(r *auth.Return) { r.Code = "x" },
			"another issuer":          func(r *auth.Return) { r.Issuer = "https://evil.example" },
			"who was not let in":      func(r *auth.Return) { r.Error = "access_denied" },
			"after a quarter an hour": func(*auth.Return) { w.Clock.Advance(15 * time.Minute) },
		} {
			out, err := back(w, at, leave(t, w, p), change)
			testworld.Fault(t, err, fault.Unauthenticated, "provider refused")
			if out.Secret != "" || out.Step != "" || err != nil && fault.As(err).Message != "Your organisation's sign-in did not tell us who you are. Begin again." {
				t.Errorf("%s: %+v %v", claim, out, err)
			}
		}

		// What came back once opens nothing a second time.
		a := leave(t, w, p)
		var again auth.Return
		if _, err := back(w, at, a, func(r *auth.Return) { again = *r }); err != nil {
			t.Fatal(err)
		}
		again.Code = at.SignIn(a.URL).Get("code")
		_, err = w.Auth.FinishSSO(t.Context(), w.System, again)
		testworld.Fault(t, err, fault.Unauthenticated, "provider refused")

		// A provider of another organisation is none here.
		_, err = w.Auth.BeginSSO(t.Context(), auth.SSOBegin{Tenant: w.Code, Provider: other.ID, From: from})
		testworld.Gone(t, err, "provider")
		_, err = w.Auth.BeginSSO(t.Context(), auth.SSOBegin{Tenant: "NOBODY", Provider: p.ID, From: from})
		testworld.Gone(t, err, "provider")
		if log := w.Log.String(); strings.Contains(log, testworld.ProviderSecret) || strings.Contains(log, a.Kept) {
			t.Error("a secret is in the log")
		}
	})
}

func TestTokensThatProveNothingHere(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		for claim, says := range map[string]map[string]any{
			"another issuer":   {"iss": "https://evil.example"},
			"another audience": {"aud": "other"},
			"another nonce":    {"nonce": "n"},
			"over":             {"exp": w.Clock.Now().Add(-time.Hour).Unix()},
		} {
			at := testworld.NewProvider(t, w.Clock.Now)
			p := w.Provider(at, func(in *auth.ProviderInput) { in.Name = claim })
			at.Says(says)
			_, err := come(t, w, at, p)
			testworld.Fault(t, err, fault.Unauthenticated, "provider refused")
		}
	})
}

func TestWhoseAddressIsNotVouchedForIsNobody(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		at := testworld.NewProvider(t, w.Clock.Now)
		p := w.Provider(at)
		at.Says(map[string]any{"email_verified": false})
		_, err := come(t, w, at, p)
		testworld.Fault(t, err, fault.Forbidden, "provider refused")

		// Nor is it enough to bear an address as a login.
		_, err = w.People.CreatePerson(t.Context(), w.System, people.PersonInput{Code: "N1", Name: "Nina", Login: "nina@lantern.example", Active: true})
		if err != nil {
			t.Fatal(err)
		}
		at.Says(map[string]any{"email_verified": true, "email": "nina@lantern.example"})
		_, err = come(t, w, at, p)
		testworld.Fault(t, err, fault.Forbidden, "provider refused")

		// One person is one subject: another with the same address does not take the place.
		at.Says(map[string]any{"email": "guard@lantern.example"})
		if _, err = come(t, w, at, p); err != nil {
			t.Fatal(err)
		}
		at.Says(map[string]any{"sub": "u-8"})
		out, err := come(t, w, at, p)
		testworld.Fault(t, err, fault.Forbidden, "provider refused")
		if out.Secret != "" || !strings.Contains(fault.As(err).Message, "belongs to another account") {
			t.Errorf("%+v %v", out, err)
		}

		// Who is inactive stays out.
		at.Says(map[string]any{"sub": "u-7"})
		x, err := w.People.GetPerson(t.Context(), w.System, w.Staff[org.Guard].ID)
		if err != nil {
			t.Fatal(err)
		}
		in := people.PersonInput{Code: x.Code, Name: x.Name, Login: x.Login, Email: x.Email, Mobile: x.Mobile, HomeSite: x.HomeSite}
		if _, err = w.People.UpdatePerson(t.Context(), w.System, x.ID, x.Version, in); err != nil {
			t.Fatal(err)
		}
		_, err = come(t, w, at, p)
		testworld.Fault(t, err, fault.Forbidden, "provider refused")
		if !strings.Contains(err.Error(), "not active") {
			t.Error(err)
		}
	})
}

func TestAProviderBringsPeopleIn(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		at := testworld.NewProvider(t, w.Clock.Now)
		p := w.Provider(at)
		at.Says(map[string]any{"sub": "n-1", "email": "nadia@lantern.example", "preferred_username": "nadia", "name": "Nadia  Nair"})
		out, err := come(t, w, at, p)
		testworld.Fault(t, err, fault.Forbidden, "provider refused")
		if out.Org != "HOUSE" || !strings.Contains(fault.As(err).Message, "no account here yet") {
			t.Errorf("%+v %v", out, err)
		}
		joining := w.Provider(at, func(in *auth.ProviderInput) { in.Name, in.Joins = "Joining", true })
		if out, err = come(t, w, at, joining); err != nil {
			t.Fatal(err)
		}
		x, err := w.People.GetPerson(t.Context(), w.System, out.Person)
		if err != nil || x.Login != "nadia" || x.Email != "nadia@lantern.example" || x.Name != "Nadia Nair" || !x.Active || !strings.HasPrefix(x.Code, "SSO-") {
			t.Errorf("%+v %v", x, err)
		}
		if again, err := come(t, w, at, joining); err != nil || again.Person != out.Person {
			t.Errorf("the second time: %+v %v", again, err)
		}

		// A login that somebody has is not taken over, and without a word of the provider's there is one of ours.
		at.Says(map[string]any{"sub": "n-2", "email_verified": false, "email": "guard@lantern.example", "preferred_username": "guard"})
		_, err = come(t, w, at, joining)
		testworld.Fault(t, err, fault.Forbidden, "provider refused")
		at.Says(map[string]any{"sub": "n-3", "email": nil, "preferred_username": "not a login", "name": nil})
		if out, err = come(t, w, at, joining); err != nil {
			t.Fatal(err)
		}
		if x, err = w.People.GetPerson(t.Context(), w.System, out.Person); err != nil || !strings.HasPrefix(x.Login, "sso-") || x.Name != x.Login || x.Email != "" {
			t.Errorf("%+v %v", x, err)
		}
	})
}

func rolesOf(t *testing.T, w *testworld.World, person id.Person) (all []string) {
	t.Helper()
	found, err := w.Org.ListGrants(t.Context(), w.System, org.GrantFilter{Person: &person}, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range found.Items {
		all = append(all, strings.TrimSpace(g.RoleName+" "+g.PlaceName))
	}
	slices.Sort(all)
	return all
}

func TestGroupsGiveAndTakeRoles(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		at := testworld.NewProvider(t, w.Clock.Now)
		p := w.Provider(at, func(in *auth.ProviderInput) {
			in.Groups = []auth.GroupRole{{Group: "guards", Role: w.Roles[org.Viewer].ID}, {Group: "night", Role: w.Roles[org.Technician].ID, Site: &w.Mill.ID},
				{Group: "day", Role: w.Roles[org.Viewer].ID}, {Group: "bosses", Role: w.Roles[org.Administrator].ID}, {Group: "night", Role: w.Roles[org.Guard].ID, Site: &w.Harbour.ID}}
		})
		guard := w.Staff[org.Guard].ID
		for _, step := range []struct {
			groups any
			want   []string
		}{
			{[]string{"guards", "night"}, []string{"Guard Harbour", "Technician Mill", "Viewer"}},
			{[]string{"guards", "night"}, []string{"Guard Harbour", "Technician Mill", "Viewer"}},
			{[]string{"day"}, []string{"Guard Harbour", "Viewer"}}, // another group, the same role
			{"bosses", []string{"Administrator", "Guard Harbour"}},
			{nil, []string{"Guard Harbour"}}, // the one that somebody gave here stays
		} {
			at.Says(map[string]any{"groups": step.groups})
			out, err := come(t, w, at, p)
			if err != nil || out.Person != guard {
				t.Fatal(out, err)
			}
			if got := rolesOf(t, w, guard); !slices.Equal(got, step.want) {
				t.Errorf("in %v: %v, want %v", step.groups, got, step.want)
			}
		}
	})
}
