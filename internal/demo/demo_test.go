package demo_test

import (
	"testing"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/demo"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

func TestTheWorldIsWhatItPromises(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		ctx := t.Context()
		s := services(w)
		if _, err := demo.Exists(ctx, s); fault.KindOf(err) != fault.Conflict {
			t.Errorf("an installation with tenants of its own: got %v, want a conflict", err)
		}
		accounts, err := demo.Make(ctx, s, demo.Options{Scale: 1, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if exists, err := demo.Exists(ctx, s); err != nil || !exists {
			t.Errorf("Exists = %v, %v", exists, err)
		}
		if len(accounts) != 4 {
			t.Fatalf("%d accounts, want three of one tenant and one of the other", len(accounts))
		}
		for i, a := range accounts {
			in, err := w.Auth.SignIn(ctx, auth.SignIn{Tenant: a.Tenant, Login: a.Login, Password: a.Password})
			if err != nil || in.MustChange {
				t.Errorf("%s %s does not get in: %v", a.Tenant, a.Role, err)
			}
			who, err := w.Auth.ByToken(ctx, a.Token, "")
			if err != nil {
				t.Fatalf("token of %s %s: %v", a.Tenant, a.Role, err)
			}
			want := map[string][2]bool{"administrator": {true, true}, "supervisor": {true, false}, "guard": {false, false}}[a.Role]
			if got := [2]bool{who.Can(people.CanCreatePerson), who.Everywhere(org.CanUpdateRole)}; got != want {
				t.Errorf("%s %s: may add people, may change roles = %v, want %v", a.Tenant, a.Role, got, want)
			}
			if i == 0 {
				tree, err := w.Org.Tree(ctx, who)
				if err != nil {
					t.Fatal(err)
				}
				zones := map[string]int{}
				for _, x := range tree.Sites {
					zones[x.Zone]++
					if x.Point == nil || x.Manager == nil {
						t.Errorf("site %s has no point or no manager", x.Code)
					}
				}
				if len(tree.Units) != 3 || len(tree.Sites) != 12 || zones["Asia/Kolkata"] != 11 || zones["Asia/Dubai"] != 1 {
					t.Errorf("%d regions, %d sites, zones %v", len(tree.Units), len(tree.Sites), zones)
				}
				all, err := w.People.ListPeople(ctx, who, people.PersonFilter{Inactive: true}, page.Request{Limit: page.Max})
				if err != nil || len(all.Items) != 120 {
					t.Errorf("%d people (%v), want 120", len(all.Items), err)
				}
				groups, err := w.People.ListGroups(ctx, who, people.GroupFilter{}, page.Request{})
				if err != nil || len(groups.Items) != 3 {
					t.Errorf("%d groups (%v), want 3", len(groups.Items), err)
				}
			}
		}
		if accounts[0].Login != accounts[3].Login {
			t.Errorf("logins %s and %s do not collide", accounts[0].Login, accounts[3].Login)
		}
		if _, err := demo.Make(ctx, s, demo.Options{}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a second world: got %v, want a conflict", err)
		}
	})
}
