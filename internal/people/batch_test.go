package people_test

import (
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// TestMembersOfSeveralGroupsAreCutByEach: every group has its own piece, of those members whom GetGroup would show.
func TestMembersOfSeveralGroupsAreCutByEach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		guard, viewer, auditor := w.Staff[org.Guard].ID, w.Staff[org.Viewer].ID, w.Staff[org.Auditor].ID
		group := func(name string, in people.GroupInput) id.Group {
			in.Name, in.Active = name, true
			g, err := w.People.CreateGroup(t.Context(), w.System, in)
			if err != nil {
				t.Fatal(err)
			}
			return g.ID
		}
		night := group("Night", people.GroupInput{Kind: people.OfPeople, People: []id.Person{guard, viewer, auditor}})
		river := group("River", people.GroupInput{Kind: people.OfSites, Sites: []id.Site{w.Harbour.ID}})
		empty := group("Empty", people.GroupInput{Kind: people.OfPeople})
		groups := []id.Group{night, river, empty, id.New[id.Group]()}
		names := func(who string, p page.Request) (map[id.Group][]string, map[id.Group]string) {
			t.Helper()
			found, err := w.People.MembersOf(t.Context(), w.Actor(who), groups, p)
			if err != nil {
				t.Fatal(err)
			}
			all, next := map[id.Group][]string{}, map[id.Group]string{}
			for g, piece := range found {
				for _, m := range piece.Items {
					all[g] = append(all[g], m.Name)
				}
				next[g] = piece.Next
			}
			return all, next
		}
		all, next := names(org.Administrator, page.Request{Limit: 2})
		testworld.Same(t, map[id.Group][]string{night: {"Gopal Gale", "Vani Vale"}, river: {"Harbour"}}, all)
		rest, last := names(org.Administrator, page.Request{Limit: 2, After: next[night]})
		testworld.Same(t, []string{"Arun Ash"}, rest[night])
		if last[night] != "" || next[river] != "" {
			t.Errorf("cursors: %v %v", next, last)
		}
		seen, _ := names(org.Supervisor, page.Request{}) // of North, where the guard and Harbour are
		testworld.Same(t, map[id.Group][]string{night: {"Gopal Gale"}, river: {"Harbour"}}, seen)

		_, err := w.People.MembersOf(t.Context(), w.Actor(org.Guard), groups, page.Request{})
		testworld.Refused(t, err, people.CanReadGroup)
		_, err = w.People.MembersOf(t.Context(), w.System, groups, page.Request{After: "zz"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
	})
}
