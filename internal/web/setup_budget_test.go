package web

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// TestPagesAskAsOftenForManyRowsAsForFew holds every page of records to a number of statements that does not grow with its rows.
func TestPagesAskAsOftenForManyRowsAsForFew(t *testing.T) {
	var asked atomic.Int64
	d := dbtest.Open(t, "sqlite", func(o *db.Options) { o.Observe = func(db.Stat) { asked.Add(1) } })
	h := open(t, testworld.New(t, d))
	grown := 0
	var members []id.Person
	category := h.Category("GROWN")
	h.Ladder(category.ID, nil, ticket.RungInput{After: 60, Person: &[]id.Person{h.Staff[org.Guard].ID}[0]}, ticket.RungInput{After: 90})
	list := h.Checklist("Grown", h.Question("Grown?"))
	round := h.Plan(h.Tower.ID, "Round", list, func(in *plan.Input) {
		in.Kind, in.Stops = plan.Tour, []plan.Stop{{Asset: ptr(h.NewAsset(h.Tower.ID, "A").ID)}, {Asset: ptr(h.NewAsset(h.Tower.ID, "B").ID)}}
	})
	gate := h.Post(h.Tower.ID, "GATE")
	h.Rostered(gate)
	run := h.FirstTask(round).ID.String()
	single := h.FirstTask(h.Plan(h.Tower.ID, "Single", list)).ID.String()
	grow := func(to int) {
		for ; grown < to; grown++ {
			x, err := h.People.CreatePerson(t.Context(), h.System, people.PersonInput{Code: fmt.Sprintf("G%d", grown), Name: fmt.Sprintf("Grown %d", grown), Login: fmt.Sprintf("grown%d", grown), HomeSite: &h.Harbour.ID, Active: true})
			if err != nil {
				t.Fatal(err)
			}
			members = append(members, x.ID)
			if _, err = h.Org.CreateGrant(t.Context(), h.System, org.GrantInput{Person: x.ID, Role: h.Roles[org.Guard].ID, Site: &h.Tower.ID}); err != nil {
				t.Fatal(err)
			}
			h.Category(fmt.Sprintf("C%d", grown))
			h.FirstTask(h.Plan(h.Tower.ID, fmt.Sprintf("Plan %d", grown), list))
			h.Post(h.Tower.ID, fmt.Sprintf("POST-%d", grown))
			h.Checklist(fmt.Sprintf("List %d", grown), h.Question(fmt.Sprintf("Question %d?", grown)))
			site, err := h.Org.CreateSite(t.Context(), h.System, org.SiteInput{Unit: &h.Hill.ID, Manager: &x.ID, Type: &h.Office.ID, Code: fmt.Sprintf("S%d", grown), Name: "Site", Active: true})
			if err != nil {
				t.Fatal(err)
			}
			h.Ladder(category.ID, &site.ID, ticket.RungInput{After: 60, Person: &x.ID})
			if _, err = h.Org.CreateLookup(t.Context(), h.System, org.LookupInput{List: org.Department, Code: fmt.Sprintf("L%d", grown), Name: "Value", Active: true}); err != nil {
				t.Fatal(err)
			}
		}
	}
	grow(4)
	group, err := h.People.CreateGroup(t.Context(), h.System, people.GroupInput{Kind: people.OfPeople, Name: "Grown", Active: true, People: members})
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{"/people", "/people?q=grown", "/sites", "/sites/new", "/people/new", "/groups", "/groups/" + group.ID.String(), "/groups/" + group.ID.String() + "/edit", "/lookups/department", "/roles",
		"/roles/" + h.Roles[org.Guard].ID.String(), "/grants", "/grants?may=ticket.update&site=" + h.Tower.ID.String(), "/people/" + h.Staff[org.Guard].ID.String() + "/why?may=ticket.update&site=" + h.Tower.ID.String(), "/grants/new", "/units/" + h.Hill.ID.String(), "/sites/" + h.Tower.ID.String(), "/people/" + h.Staff[org.Guard].ID.String(), "/settings",
		"/tasks?when=ever", "/board/live", "/planner", "/compliance", "/operations", "/planner?span=month", "/planner?span=day", "/tasks/" + run, "/tasks/" + single, "/tasks/" + single + "/do", "/plans", "/plans/" + round.ID.String(), "/plans/new?kind=TOUR", "/plans/" + round.ID.String() + "/edit", "/blackouts", "/posts", "/posts/new", "/posts/" + gate.ID.String(), "/posts/" + gate.ID.String() + "/edit",
		"/checklists", "/checklists/new", "/checklists/" + list.ID.String(), "/checklists/" + list.ID.String() + "/edit", "/checklist-forms/" + list.Form.String(), "/questions", "/questions/new", "/questions/" + list.Draft.Items()[0].Question.String() + "/edit",
		"/categories", "/categories/" + category.ID.String(), "/categories/" + category.ID.String() + "/ladder", "/categories/" + category.ID.String() + "/ladder?site=" + h.Tower.ID.String()}
	h.SetUpApp(h.Staff[org.Guard])
	b := h.as(org.Administrator)
	count := func() map[string]int64 {
		out := map[string]int64{}
		for _, path := range paths {
			before := asked.Load()
			b.get(path).is(http.StatusOK)
			out[path] = asked.Load() - before
		}
		return out
	}
	count() // the first visit fills caches
	few := count()
	grow(45)
	if _, err = h.People.UpdateGroup(t.Context(), h.System, group.ID, group.Version, people.GroupInput{Kind: people.OfPeople, Name: "Grown", Active: true, People: members}); err != nil {
		t.Fatal(err)
	}
	count()
	many := count()
	for path, n := range many {
		if n != few[path] {
			t.Errorf("%s: %d statements for few rows, %d for many", path, few[path], n)
		}
		most := int64(12)
		if strings.Contains(path, "/ladder") {
			most = 20 // its dry run reads what the escalation itself reads: the category, a calendar of three tables, two ladders
		}
		if n > most {
			t.Errorf("%s: %d statements", path, n)
		}
	}
}
