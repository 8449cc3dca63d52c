package people_test

import (
	"fmt"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

func newGroup(t *testing.T, w *testworld.World, x *testworld.Tenant, in people.GroupInput) people.Group {
	t.Helper()
	g, err := w.People.CreateGroup(t.Context(), x.System, in)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGroupOfPeopleLives(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		guard, viewer, tech := w.Staff[org.Guard].ID, w.Staff[org.Viewer].ID, w.Staff[org.Technician].ID
		var made, changed people.Group
		trail := w.During(func() {
			var err error
			made, err = w.People.CreateGroup(ctx, who, people.GroupInput{
				Kind: people.OfPeople, Name: "  Night   shift ", Lead: &tech, Active: true, People: []id.Person{viewer, guard, viewer},
			})
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, people.Group{
				ID: made.ID, Kind: people.OfPeople, Name: "Night shift", Lead: &tech, Active: true, Count: 2, Version: 1,
				Members: []people.Member{{Person: &guard, Name: "Gopal Gale"}, {Person: &viewer, Name: "Vani Vale"}},
			}, made)
			changed, err = w.People.UpdateGroup(ctx, who, made.ID, 1, people.GroupInput{Kind: people.OfSites, Name: "Nights", People: []id.Person{guard, tech}})
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, people.Group{
				ID: made.ID, Kind: people.OfPeople, Name: "Nights", Count: 2, Version: 2, // the kind stays
				Members: []people.Member{{Person: &guard, Name: "Gopal Gale"}, {Person: &tech, Name: "Tara Thorn"}},
			}, changed)
			got, err := w.People.GetGroup(ctx, who, made.ID)
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, changed, got)
			if err := w.People.DeleteGroup(ctx, who, made.ID, 2); err != nil {
				t.Fatal(err)
			}
			_, err = w.People.GetGroup(ctx, who, made.ID)
			testworld.Gone(t, err, "group")
		})
		row := testworld.Change{Kind: actor.Person, Who: "Asha Alder", WhoID: who.Person(), Subject: testworld.Any(made.ID)}
		created, updated, deleted := row, row, row
		created.Verb, created.After = "group.created", testworld.JSON(t, made)
		updated.Verb, updated.Before, updated.After = "group.updated", created.After, testworld.JSON(t, changed)
		deleted.Verb, deleted.Before = "group.deleted", updated.After
		testworld.Same(t, []testworld.Change{created, updated, deleted}, trail)
	})
}

func TestGroupOfSitesLives(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		made := newGroup(t, w, w.Tenant, people.GroupInput{Kind: people.OfSites, Name: "Banks", Active: true, Sites: []id.Site{w.Mill.ID, w.Harbour.ID, w.Mill.ID}})
		testworld.Same(t, []people.Member{{Site: &w.Harbour.ID, Name: "Harbour"}, {Site: &w.Mill.ID, Name: "Mill"}}, made.Members)
		changed, err := w.People.UpdateGroup(ctx, w.System, made.ID, 1, people.GroupInput{Name: "Banks", Sites: []id.Site{w.Tower.ID, w.Mill.ID}})
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []people.Member{{Site: &w.Mill.ID, Name: "Mill"}, {Site: &w.Tower.ID, Name: "Tower"}}, changed.Members)
		// who sees North sees the members of North, and how many there are in all
		got, err := w.People.GetGroup(ctx, w.Actor(org.Supervisor), made.ID)
		if err != nil {
			t.Fatal(err)
		}
		changed.Members = []people.Member{{Site: &w.Tower.ID, Name: "Tower"}}
		testworld.Same(t, changed, got)
	})
}

// TestDefect053MembersAreTheTenantsOwn: member and site ids were not validated, so that a foreign site gave access to it. See also 118.
func TestDefect053MembersAreTheTenantsOwn(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, other := t.Context(), w.SecondTenant()
		foreign, guard := other.Staff[org.Guard].ID, w.Staff[org.Guard].ID
		for _, c := range []struct {
			in   people.GroupInput
			want []string
		}{
			{people.GroupInput{Kind: "pets", Name: ""}, []string{"kind unknown", "name required"}},
			{people.GroupInput{Kind: people.OfPeople, Name: "A", Sites: []id.Site{w.Mill.ID}}, []string{"sites kind"}},
			{people.GroupInput{Kind: people.OfSites, Name: "A", People: []id.Person{guard}}, []string{"people kind"}},
			{people.GroupInput{Kind: people.OfPeople, Name: "A", People: make([]id.Person, 1001)}, []string{"members too_many"}},
			{people.GroupInput{Kind: people.OfPeople, Name: "A", Lead: &foreign, People: []id.Person{guard, foreign, id.New[id.Person](), {}}},
				[]string{"lead_id unknown", "people[1] unknown", "people[2] unknown", "people[3] unknown"}},
			{people.GroupInput{Kind: people.OfSites, Name: "A", Sites: []id.Site{other.Mill.ID, w.Mill.ID}}, []string{"sites[0] unknown"}},
		} {
			_, err := w.People.CreateGroup(ctx, w.System, c.in)
			testworld.Fault(t, err, fault.Invalid, c.want...)
		}
	})
}

// TestDefect082AFormThatIsNotRightEmptiesNoGroup: the members were deleted before the form was checked.
func TestDefect082AFormThatIsNotRightEmptiesNoGroup(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, foreign, guard := t.Context(), id.New[id.Person](), w.Staff[org.Guard].ID
		g := newGroup(t, w, w.Tenant, people.GroupInput{Kind: people.OfPeople, Name: "A", People: []id.Person{guard}})
		_, err := w.People.UpdateGroup(ctx, w.System, g.ID, 1, people.GroupInput{Name: "A", People: []id.Person{foreign}})
		testworld.Fault(t, err, fault.Invalid, "people[0] unknown")
		_, err = w.People.UpdateGroup(ctx, w.System, g.ID, 1, people.GroupInput{})
		testworld.Fault(t, err, fault.Invalid, "name required")
		got, err := w.People.GetGroup(ctx, w.System, g.ID)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, g, got)
	})
}

func TestGroupNamesAreUniqueInTheirKind(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		newGroup(t, w, w.Tenant, people.GroupInput{Kind: people.OfPeople, Name: "Été"})
		newGroup(t, w, w.Tenant, people.GroupInput{Kind: people.OfSites, Name: "Été"})
		_, err := w.People.CreateGroup(ctx, w.System, people.GroupInput{Kind: people.OfPeople, Name: "ETE"})
		testworld.Fault(t, err, fault.Conflict, "name taken")
		b := newGroup(t, w, w.Tenant, people.GroupInput{Kind: people.OfPeople, Name: "B"})
		_, err = w.People.UpdateGroup(ctx, w.System, b.ID, 1, people.GroupInput{Name: "été"})
		testworld.Fault(t, err, fault.Conflict, "name taken")
	})
}

// TestWhoChangesGroupsNeedNotSeeTheirMembers: the members that they do not see are replaced with the others.
func TestWhoChangesGroupsNeedNotSeeTheirMembers(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		guard, viewer := w.Staff[org.Guard].ID, w.Staff[org.Viewer].ID
		g := newGroup(t, w, w.Tenant, people.GroupInput{Kind: people.OfPeople, Name: "A", People: []id.Person{guard, viewer}})
		who := w.As(w.Someone(nil, people.CanUpdateGroup))
		changed, err := w.People.UpdateGroup(t.Context(), who, g.ID, 1, people.GroupInput{Name: "A", People: []id.Person{viewer}})
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []people.Member{{Person: &viewer, Name: "Vani Vale"}}, changed.Members)
	})
}

func TestGroupListIsInOrderFilteredAndPaged(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Viewer)
		for _, g := range []people.GroupInput{
			{Kind: people.OfSites, Name: "Banks"}, {Kind: people.OfPeople, Name: "Banks", People: []id.Person{who.Person()}},
			{Kind: people.OfPeople, Name: "Ärzte"}, {Kind: people.OfPeople, Name: "Zoo"},
		} {
			newGroup(t, w, w.Tenant, g)
		}
		list := func(f people.GroupFilter, limit int) (all []string) {
			for p := (page.Request{Limit: limit}); ; {
				got, err := w.People.ListGroups(ctx, who, f, p)
				if err != nil {
					t.Fatal(err)
				}
				for _, g := range got.Items {
					all = append(all, fmt.Sprintf("%s %s %d", g.Name, g.Kind, g.Count))
				}
				if p.After = got.Next; p.After == "" {
					return all
				}
			}
		}
		for _, limit := range []int{1, 2, 50} {
			testworld.Same(t, []string{"Ärzte people 0", "Banks people 1", "Banks sites 0", "Zoo people 0"}, list(people.GroupFilter{}, limit))
		}
		testworld.Same(t, []string{"Banks sites 0"}, list(people.GroupFilter{Kind: people.OfSites}, 50))
		testworld.Same(t, []string{"Ärzte people 0"}, list(people.GroupFilter{Search: "ARZ"}, 50))
		_, err := w.People.ListGroups(ctx, who, people.GroupFilter{}, page.Request{After: "nonsense"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
	})
}
