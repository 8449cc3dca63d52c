package auth_test

import (
	"strings"
	"sync"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

func firstSetup() auth.Setup {
	return auth.Setup{
		Tenant: org.TenantInput{Code: "first house", Name: "First House", Zone: "Asia/Kolkata"}, Name: "Asha Alder", Login: "asha",
		Email: "asha@lantern.example", Password: fresh, From: from,
	}
}

func openSetup(t *testing.T, w *testworld.World) string {
	t.Helper()
	secret, err := w.Auth.OpenSetup(t.Context())
	if err != nil || secret == "" {
		t.Fatalf("%q %v", secret, err)
	}
	return secret
}

func TestTheSetUpLinkWorksOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := testworld.Empty(t, d), t.Context()
		old := openSetup(t, w)
		secret := openSetup(t, w)
		for claim, bad := range map[string]string{"one that was replaced": old, "nothing": "", "nonsense": "nonsense", "forged": auth.Forge(id.Tenant{})[3:67]} {
			t.Log(claim)
			testworld.Gone(t, w.Auth.CheckSetup(ctx, bad), "set-up link")
			_, err := w.Auth.Setup(ctx, bad, firstSetup())
			testworld.Gone(t, err, "set-up link")
		}
		testworld.Fault(t, w.Auth.CheckSetup(ctx, secret), "")
		_, err := w.Auth.BySession(ctx, secret)
		testworld.Fault(t, err, fault.Unauthenticated) // it opens nothing else

		_, err = w.Auth.Setup(ctx, secret, auth.Setup{})
		testworld.Fault(t, err, fault.Invalid, "code required", "organisation required", "zone unknown", "name required", "login_id required", "password too_short")
		in := firstSetup()
		in.Email, in.Password = "asha", "first house of lanterns"
		_, err = w.Auth.Setup(ctx, secret, in)
		testworld.Fault(t, err, fault.Invalid, "email grammar", "password about_you")

		out, err := w.Auth.Setup(ctx, secret, firstSetup()) // what was wrong before did not use it up
		if err != nil {
			t.Fatal(err)
		}
		who, err := w.Auth.BySession(ctx, out.Secret)
		if err != nil || !who.Everywhere(org.CanCreateGrant) || who.Name() != "Asha Alder" || out.MustChange {
			t.Errorf("%+v %+v %v", out, who.Name(), err)
		}
		tenant, err := w.Org.GetTenant(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, org.Tenant{ID: who.Tenant(), Code: "FIRST_HOUSE", Name: "First House", Zone: "Asia/Kolkata", Version: 1}, tenant)
		testworld.Gone(t, w.Auth.CheckSetup(ctx, secret), "set-up link")
		_, err = w.Auth.Setup(ctx, secret, firstSetup())
		testworld.Gone(t, err, "set-up link")
		if again, err := w.Auth.OpenSetup(ctx); again != "" || err != nil {
			t.Errorf("an installation with a tenant opens another link: %q %v", again, err)
		}
	})
}

func TestTheSetUpLinkClosesWhenATenantComesAnotherWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := testworld.Empty(t, d), t.Context()
		secret := openSetup(t, w)
		operator := actor.New(actor.Facts{Kind: actor.System, Tenant: id.New[id.Tenant]()})
		if _, err := w.Org.CreateTenant(ctx, operator, org.TenantInput{Code: "A", Name: "A", Zone: "UTC"}); err != nil {
			t.Fatal(err)
		}
		testworld.Gone(t, w.Auth.CheckSetup(ctx, secret), "set-up link")
		_, err := w.Auth.Setup(ctx, secret, firstSetup())
		testworld.Gone(t, err, "set-up link")
	})
}

func TestTwoWhoUseTheSetUpLinkTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := testworld.Empty(t, d), t.Context()
		secret := openSetup(t, w)
		errs := make([]error, 4)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				in := firstSetup()
				in.Tenant.Code += strings.Repeat("X", i)
				_, errs[i] = w.Auth.Setup(ctx, secret, in)
			})
		}
		wg.Wait()
		made := 0
		for _, err := range errs {
			if err == nil {
				made++
			} else {
				testworld.Gone(t, err, "set-up link")
			}
		}
		tenants, err := w.Org.Tenants(ctx)
		if made != 1 || len(tenants) != 1 || err != nil {
			t.Errorf("%d of four made %d tenants (%v), want one", made, len(tenants), err)
		}
	})
}

func TestAnOperatorMakesUsers(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		in := people.PersonInput{Code: "N1", Name: "Nia North", Login: "nia", Active: true}
		p, err := w.Auth.CreateUser(ctx, w.System, in, fresh, org.Administrator)
		if err != nil {
			t.Fatal(err)
		}
		who := w.As(testworld.Member{Person: p, Password: fresh})
		if !who.Everywhere(org.CanUpdateTenant) {
			t.Error("the user is no administrator")
		}
		before := len(w.Trail())
		_, err = w.Auth.CreateUser(ctx, w.System, people.PersonInput{Code: "A B.", Name: "Nia", Login: "?"}, "nia", "CHIEF")
		testworld.Fault(t, err, fault.Invalid, "role unknown", "code grammar", "login_id grammar", "password too_short")
		_, err = w.Auth.CreateUser(ctx, w.System, people.PersonInput{Code: "N2", Name: "Ned Nord", Login: "ned"}, "my name is ned nord", org.Administrator)
		testworld.Fault(t, err, fault.Invalid, "password about_you") // before anything is made
		_, err = w.Auth.CreateUser(ctx, w.System, people.PersonInput{Code: "N2", Name: "Ned Nord", Login: "ned"}, "v9#kQz!mR2xw", org.Administrator)
		testworld.Fault(t, err, fault.Invalid, "password too_short") // fifteen for who gives rights
		_, err = w.Auth.CreateUser(ctx, w.System, in, fresh, org.Guard)
		testworld.Fault(t, err, fault.Conflict, "code taken", "login_id taken")
		_, err = w.Auth.CreateUser(ctx, w.Actor(org.Administrator), in, fresh, org.Guard)
		testworld.Refused(t, err, "user.create")
		if n := len(w.Trail()) - before - 1; n != 0 { // the one is the administrator's sign-in
			t.Errorf("refusals left %d rows in the journal", n)
		}
	})
}
