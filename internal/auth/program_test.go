package auth_test

import (
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func programInput(w *testworld.World, role string, site *id.Site) auth.ProgramInput {
	return auth.ProgramInput{Name: " Payroll  export ", Role: w.Roles[role].ID, Site: site, Nets: []string{"203.0.113.9/24"}, Expires: testworld.Morning.Add(24 * time.Hour)}
}

func TestAServiceActsForTheTenantWithARoleOfItsOwn(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin := t.Context(), w.Actor(org.Administrator)
		var made auth.Program
		var secret string
		trail := w.During(func() {
			var err error
			if made, secret, err = w.Auth.CreateProgram(ctx, admin, programInput(w, org.Guard, &w.Harbour.ID)); err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, auth.Program{
				ID: made.ID, Name: "Payroll export", Role: w.Roles[org.Guard].ID, Site: &w.Harbour.ID, Hint: secret[len(secret)-4:], Nets: []string{"203.0.113.0/24"},
				Created: testworld.Morning, Expires: testworld.Morning.Add(24 * time.Hour), RoleName: "Guard", SiteName: w.Harbour.Name,
			}, made)
			who, err := w.Auth.ByToken(ctx, secret, "203.0.113.77")
			if err != nil {
				t.Fatal(err)
			}
			if who.Kind() != actor.Token || who.Tenant() != w.ID || !who.Person().IsZero() || who.Name() != "Payroll export" || !strings.HasPrefix(secret, "iws_") {
				t.Errorf("%+v", who)
			}
			if !who.At(org.CanReadSite, w.Harbour.ID) || who.At(org.CanReadSite, w.Mill.ID) || who.Can(org.CanUpdateSite) {
				t.Error("it may not do exactly what its role says, where it says")
			}
			testworld.Fault(t, who.RequirePerson(), fault.Forbidden)
			_, err = w.Auth.ListTokens(ctx, who)
			testworld.Fault(t, err, fault.Forbidden)
			all, err := w.Auth.ListPrograms(ctx, admin)
			if err != nil || len(all) != 1 || all[0].Used == nil || !all[0].Used.Equal(testworld.Morning) {
				t.Errorf("%+v %v", all, err)
			}
			if err := w.Auth.DeleteProgram(ctx, admin, made.ID); err != nil {
				t.Fatal(err)
			}
		})
		_, err := w.Auth.ByToken(ctx, secret, "203.0.113.77")
		testworld.Fault(t, err, fault.Unauthenticated)
		testworld.Gone(t, w.Auth.DeleteProgram(ctx, admin, made.ID), "service")
		if len(trail) != 2 || trail[0].Verb != "service.created" || trail[1].Verb != "service.deleted" || strings.Contains(trail[0].After, secret[4:40]) {
			t.Errorf("%+v", trail)
		}
	})
}

func TestATokenIsGoodOnlyInItsNetworks(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin := t.Context(), w.Actor(org.Administrator)
		in := auth.TokenInput{Name: "t", Nets: []string{" 198.51.100.7 ", "2001:db8:1::/48", "198.51.100.7/32"}, Expires: testworld.Morning.Add(time.Hour)}
		made, secret, err := w.Auth.CreateToken(ctx, admin, in)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []string{"198.51.100.7/32", "2001:db8:1::/48"}, made.Nets)
		for source, want := range map[string]fault.Kind{
			"198.51.100.7": "", "::ffff:198.51.100.7": "", "2001:db8:1:2::3": "",
			"198.51.100.8": fault.Forbidden, "2001:db8:2::1": fault.Forbidden, "": fault.Forbidden, "elsewhere": fault.Forbidden,
		} {
			if _, err := w.Auth.ByToken(ctx, secret, source); fault.KindOf(err) != want {
				t.Errorf("from %q: %v, want %q", source, err, want)
			}
		}
		list, err := w.Auth.ListTokens(ctx, admin)
		if err != nil || len(list) != 1 || len(list[0].Nets) != 2 {
			t.Errorf("%+v %v", list, err)
		}
		in.Nets = []string{"10.0.0.0/8", "10.0.0.0/33", "office"}
		_, _, err = w.Auth.CreateToken(ctx, admin, in)
		testworld.Fault(t, err, fault.Invalid, "networks[1] network", "networks[2] network")
		in.Nets = strings.Fields(strings.Repeat("10.0.0.1 ", 21))
		_, _, err = w.Auth.CreateToken(ctx, admin, in)
		testworld.Fault(t, err, fault.Invalid, "networks too_many")
	})
}

func TestServiceFaults(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin, other := t.Context(), w.Actor(org.Administrator), w.SecondTenant()
		good := programInput(w, org.Viewer, nil)
		made, secret, err := w.Auth.CreateProgram(ctx, admin, good)
		if err != nil {
			t.Fatal(err)
		}
		service, err := w.Auth.ByToken(ctx, secret, "203.0.113.1")
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Auth.CreateProgram(ctx, admin, good)
		testworld.Fault(t, err, fault.Conflict, "name taken")
		bad := auth.ProgramInput{Name: " ", Role: other.Roles[org.Guard].ID, Site: &other.Harbour.ID, Nets: []string{"x"}}
		_, _, err = w.Auth.CreateProgram(ctx, admin, bad)
		testworld.Fault(t, err, fault.Invalid, "name required", "expires_at past", "networks[0] network", "role_id unknown", "site_id unknown")

		// nobody hands out more than they hold
		some := w.Someone(nil, auth.CanCreateProgram, org.CanReadSite)
		_, _, err = w.Auth.CreateProgram(ctx, w.As(some), good)
		testworld.Fault(t, err, fault.Invalid, "role_id beyond")

		guard := w.Actor(org.Guard)
		_, err = w.Auth.ListPrograms(ctx, guard)
		testworld.Refused(t, err, auth.CanReadProgram)
		_, _, err = w.Auth.CreateProgram(ctx, guard, good)
		testworld.Refused(t, err, auth.CanCreateProgram)
		testworld.Refused(t, w.Auth.DeleteProgram(ctx, guard, made.ID), auth.CanDeleteProgram)
		testworld.Refused(t, w.Auth.DeleteProgram(ctx, service, made.ID), auth.CanDeleteProgram)
		testworld.Gone(t, w.Auth.DeleteProgram(ctx, other.Actor(org.Administrator), made.ID), "service")
		_, token, err := w.Auth.CreateToken(ctx, admin, auth.TokenInput{Name: "t", Expires: testworld.Morning.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		program, err := w.Auth.ByToken(ctx, token, "")
		if err != nil {
			t.Fatal(err)
		}
		good.Name = "Another"
		_, _, err = w.Auth.CreateProgram(ctx, program, good)
		testworld.Fault(t, err, fault.Forbidden)

		for _, forged := range []string{testworld.Forged(secret), "iw_" + secret[4:], "iws_" + token[3:]} {
			_, err := w.Auth.ByToken(ctx, forged, "203.0.113.1")
			testworld.Fault(t, err, fault.Unauthenticated)
		}
		err = w.Org.DeleteRole(ctx, w.System, w.Roles[org.Viewer].ID, 1)
		testworld.Fault(t, err, fault.Conflict, "code builtin")
		w.Clock.Advance(24 * time.Hour)
		_, err = w.Auth.ByToken(ctx, secret, "203.0.113.1")
		testworld.Fault(t, err, fault.Unauthenticated)
	})
}

// TestAServiceMayDoWhatItsRoleSaysNow: a role that is changed holds anew at the next request, and one that a service has stays.
func TestAServiceMayDoWhatItsRoleSaysNow(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin := t.Context(), w.Actor(org.Administrator)
		role, err := w.Org.CreateRole(ctx, admin, org.RoleInput{Code: "ROBOT", Name: "Robot", Permissions: []actor.Permission{org.CanReadSite}})
		if err != nil {
			t.Fatal(err)
		}
		in := programInput(w, org.Guard, nil)
		in.Role, in.Nets = role.ID, nil
		_, secret, err := w.Auth.CreateProgram(ctx, admin, in)
		if err != nil {
			t.Fatal(err)
		}
		may := func() (site, unit bool) {
			who, err := w.Auth.ByToken(ctx, secret, "")
			if err != nil {
				t.Fatal(err)
			}
			return who.Everywhere(org.CanReadSite), who.Everywhere(org.CanReadUnit)
		}
		if site, unit := may(); !site || unit {
			t.Errorf("site %v, unit %v", site, unit)
		}
		if _, err := w.Org.UpdateRole(ctx, admin, role.ID, 1, org.RoleInput{Code: "ROBOT", Name: "Robot", Permissions: []actor.Permission{org.CanReadUnit}}); err != nil {
			t.Fatal(err)
		}
		if site, unit := may(); site || !unit {
			t.Errorf("after the change: site %v, unit %v", site, unit)
		}
		testworld.Fault(t, w.Org.DeleteRole(ctx, admin, role.ID, 2), fault.Conflict, "id referenced")
	})
}
