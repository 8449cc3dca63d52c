package org_test

import (
	"sync"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

func TestGrantLives(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		viewer := w.Staff[org.Viewer]
		var made org.Grant
		trail := w.During(func() {
			var err error
			made, err = w.Org.CreateGrant(ctx, who, org.GrantInput{Person: viewer.ID, Role: w.Roles[org.Guard].ID, Site: &w.Mill.ID})
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, org.Grant{
				ID: made.ID, Person: viewer.ID, Role: w.Roles[org.Guard].ID, Site: &w.Mill.ID, Created: testworld.Morning,
				PersonName: "Vani Vale", RoleName: "Guard", PlaceName: "Mill",
			}, made)
			got, err := w.Org.GetGrant(ctx, who, made.ID)
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, made, got)
			if err := w.Org.DeleteGrant(ctx, who, made.ID); err != nil {
				t.Fatal(err)
			}
			_, err = w.Org.GetGrant(ctx, who, made.ID)
			testworld.Gone(t, err, "grant")
			testworld.Gone(t, w.Org.DeleteGrant(ctx, who, made.ID), "grant")
		})
		row := testworld.Change{Kind: actor.Person, Who: "Asha Alder", WhoID: who.Person(), Subject: testworld.Any(made.ID), Site: w.Mill.ID}
		created, deleted := row, row
		created.Verb, created.After = "grant.created", testworld.JSON(t, made)
		deleted.Verb, deleted.Before = "grant.deleted", created.After
		testworld.Same(t, []testworld.Change{created, deleted}, trail)
	})
}

func TestGrantFaults(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		other := w.SecondTenant()
		viewer, guard := w.Staff[org.Viewer].ID, w.Roles[org.Guard].ID
		for _, c := range []struct {
			in   org.GrantInput
			kind fault.Kind
			want []string
		}{
			{org.GrantInput{Unit: &w.North.ID, Site: &w.Harbour.ID}, fault.Invalid, []string{"person_id required", "role_id required", "site_id both"}},
			{org.GrantInput{Person: id.New[id.Person](), Role: id.New[id.Role](), Unit: new(id.New[id.Unit]())}, fault.Invalid, []string{"person_id unknown", "unit_id unknown", "role_id unknown"}},
			{org.GrantInput{Person: other.Staff[org.Guard].ID, Role: other.Roles[org.Guard].ID, Site: &other.Mill.ID}, fault.Invalid, []string{"person_id unknown", "site_id unknown", "role_id unknown"}},
			{org.GrantInput{Person: id.New[id.Person](), Role: guard}, fault.Invalid, []string{"person_id unknown"}},
		} {
			_, err := w.Org.CreateGrant(ctx, who, c.in)
			testworld.Fault(t, err, c.kind, c.want...)
		}
		for _, place := range []org.GrantInput{{}, {Unit: &w.North.ID}, {Site: &w.Harbour.ID}} {
			place.Person, place.Role = viewer, guard
			if _, err := w.Org.CreateGrant(ctx, who, place); err != nil {
				t.Error(err)
			}
			_, err := w.Org.CreateGrant(ctx, who, place)
			testworld.Fault(t, err, fault.Conflict, "role_id taken")
		}
	})
}

func TestGrantListIsInOrderFilteredScopedAndPaged(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		list := func(who actor.Actor, f org.GrantFilter, limit int) (all []org.Grant) {
			for p := (page.Request{Limit: limit}); ; {
				got, err := w.Org.ListGrants(ctx, who, f, p)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, got.Items...)
				if p.After = got.Next; p.After == "" {
					return all
				}
			}
		}
		g := func(roles ...string) (out []org.Grant) {
			for _, r := range roles {
				out = append(out, w.Grants[r])
			}
			return out
		}
		admin := w.Actor(org.Administrator)
		for _, limit := range []int{1, 4, 50} {
			testworld.Same(t, g(org.Administrator, org.Supervisor, org.Technician, org.Guard, org.Viewer, org.Auditor), list(admin, org.GrantFilter{}, limit))
		}
		guard, role := w.Staff[org.Guard].ID, w.Roles[org.Viewer].ID
		testworld.Same(t, g(org.Guard), list(admin, org.GrantFilter{Person: &guard}, 50))
		testworld.Same(t, g(org.Viewer), list(admin, org.GrantFilter{Role: &role}, 50))
		testworld.Same(t, g(org.Supervisor, org.Technician, org.Guard), list(w.Actor(org.Supervisor), org.GrantFilter{}, 2)) // of those at home in North
		_, err := w.Org.GetGrant(ctx, w.Actor(org.Supervisor), w.Grants[org.Viewer].ID)
		testworld.Gone(t, err, "grant")
		for _, bad := range []string{"nonsense", "WyIiLCJub3QgYW4gaWQiXQ"} { // no cursor; a cursor without an id
			_, err := w.Org.ListGrants(ctx, admin, org.GrantFilter{}, page.Request{After: bad})
			testworld.Fault(t, err, fault.Invalid, "after cursor")
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		last := w.Grants[org.Administrator]
		testworld.Fault(t, w.Org.DeleteGrant(ctx, who, last.ID), fault.Conflict)
		// an administrator of a part does not count
		w.GrantIn(w.Staff[org.Guard].ID, org.Administrator, &w.North.ID, nil)
		testworld.Fault(t, w.Org.DeleteGrant(ctx, who, last.ID), fault.Conflict)
		w.GrantIn(w.Staff[org.Viewer].ID, org.Administrator, nil, nil)
		if err := w.Org.DeleteGrant(ctx, who, last.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestTwoAdministratorsDoNotRemoveEachOtherTogether(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		for range 8 {
			a, b := w.Someone(nil), w.Someone(nil)
			grants := []org.Grant{w.GrantIn(a.ID, org.Administrator, nil, nil), w.GrantIn(b.ID, org.Administrator, nil, nil)}
			if g := w.Grants[org.Administrator]; !g.ID.IsZero() { // from now on a and b are the only two
				if err := w.Org.DeleteGrant(ctx, w.System, g.ID); err != nil {
					t.Fatal(err)
				}
			}
			errs := make([]error, 2)
			var wg sync.WaitGroup
			for i := range errs {
				wg.Go(func() { errs[i] = w.Org.DeleteGrant(ctx, w.System, grants[i].ID) })
			}
			wg.Wait()
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("%v, %v; want one removed and one kept", errs[0], errs[1])
			}
			w.Grants[org.Administrator] = grants[0]
			if errs[0] == nil {
				w.Grants[org.Administrator] = grants[1]
			}
		}
	})
}

func TestOtherGrantsGoWhereThereIsNoAdministrator(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		if err := w.Org.DeleteGrant(t.Context(), w.System, w.Grants[org.Viewer].ID); err != nil {
			t.Error(err)
		}
	})
}

// TestDefect027ChangesOfAccessHoldAtTheNextRequest: sites and rights were frozen in the session for its life.
func TestDefect027ChangesOfAccessHoldAtTheNextRequest(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin := t.Context(), w.Actor(org.Administrator)
		m := w.Someone(nil)
		secret := w.SignIn(m)
		may := func(p actor.Permission, s id.Site) bool {
			t.Helper()
			who, err := w.Auth.BySession(ctx, secret)
			if err != nil {
				t.Fatal(err)
			}
			return who.At(p, s)
		}
		expect := func(claim string, got, want bool) {
			t.Helper()
			if got != want {
				t.Errorf("%s: %v, want %v", claim, got, want)
			}
		}
		expect("nothing yet", may(org.CanReadSite, w.Harbour.ID), false)
		g := w.Grant(m.ID, &w.North.ID, nil, org.CanReadSite)
		expect("granted in North", may(org.CanReadSite, w.Tower.ID), true)
		expect("granted in North alone", may(org.CanReadSite, w.Mill.ID), false)

		in := unitInput(w.Hill)
		in.Parent = &w.South.ID
		hill, err := w.Org.UpdateUnit(ctx, admin, w.Hill.ID, 1, in)
		if err != nil {
			t.Fatal(err)
		}
		expect("Hill moved away", may(org.CanReadSite, w.Tower.ID), false)
		in.Parent = &w.North.ID
		if _, err = w.Org.UpdateUnit(ctx, admin, w.Hill.ID, hill.Version, in); err != nil {
			t.Fatal(err)
		}
		expect("Hill moved back", may(org.CanReadSite, w.Tower.ID), true)

		site := siteInput(w.Mill)
		site.Unit = &w.Hill.ID
		if _, err = w.Org.UpdateSite(ctx, admin, w.Mill.ID, 1, site); err != nil {
			t.Fatal(err)
		}
		expect("Mill moved in", may(org.CanReadSite, w.Mill.ID), true)

		role, err := w.Org.GetRole(ctx, admin, g.Role)
		if err != nil {
			t.Fatal(err)
		}
		change := roleInput(role)
		change.Permissions = []actor.Permission{org.CanReadSite, org.CanUpdateSite}
		if role, err = w.Org.UpdateRole(ctx, admin, role.ID, 1, change); err != nil {
			t.Fatal(err)
		}
		expect("the role got more", may(org.CanUpdateSite, w.Harbour.ID), true)
		change.Permissions = []actor.Permission{auth.CanReadSession}
		if _, err = w.Org.UpdateRole(ctx, admin, role.ID, role.Version, change); err != nil {
			t.Fatal(err)
		}
		expect("the role got less", may(org.CanReadSite, w.Harbour.ID), false)
		expect("and something else", may(auth.CanReadSession, w.Harbour.ID), true)
		if err := w.Org.DeleteGrant(ctx, admin, g.ID); err != nil {
			t.Fatal(err)
		}
		expect("taken away", may(auth.CanReadSession, w.Harbour.ID), false)
	})
}

func TestSeveralGrantsAddUp(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		m := w.Someone(nil)
		w.Grant(m.ID, &w.Hill.ID, nil, org.CanReadSite)
		w.Grant(m.ID, nil, &w.Mill.ID, org.CanReadSite, org.CanUpdateSite)
		w.Grant(m.ID, nil, nil, org.CanReadLookup)
		who := w.As(m)
		sites, all := who.Sites(org.CanReadSite)
		testworld.Same(t, []id.Site{w.Tower.ID, w.Mill.ID}, sites)
		units, _ := who.Units(org.CanReadSite)
		testworld.Same(t, []id.Unit{w.Hill.ID}, units)
		if all || who.At(org.CanUpdateSite, w.Tower.ID) || !who.At(org.CanUpdateSite, w.Mill.ID) || !who.Everywhere(org.CanReadLookup) {
			t.Errorf("all %v, update Tower %v, update Mill %v, lookups %v", all, who.At(org.CanUpdateSite, w.Tower.ID), who.At(org.CanUpdateSite, w.Mill.ID), who.Everywhere(org.CanReadLookup))
		}
		w.Grant(m.ID, nil, nil, org.CanReadSite)
		if !w.As(m).Everywhere(org.CanReadSite) {
			t.Error("a grant of the whole tenant does not cover those of parts")
		}
	})
}
