package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
)

// TestThePlanner shows a day, a week and a month, what collides and what nobody does, and gives it out as a calendar and a table.
func TestThePlanner(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		list := h.Checklist("Round", h.Question("All well?"))
		h.FirstTask(h.Plan(h.Harbour.ID, "Lamps", list))
		h.FirstTask(h.Plan(h.Tower.ID, "=Doors", list, func(in *plan.Input) { in.Rule = "30 8 * * *" }))
		crew, err := h.People.CreateGroup(h.Ctx(), h.System, people.GroupInput{Kind: people.OfPeople, Name: "Crew", Active: true})
		must(t, err)
		h.FirstTask(h.Plan(h.Mill.ID, "Sacks", list, func(in *plan.Input) { in.Person, in.Group = nil, &crew.ID }))
		b := h.as(org.Administrator)
		day := h.Clock.Now().AddDate(0, 0, 1).Format(time.DateOnly)
		b.get("/planner?span=day&on="+day).is(http.StatusOK, "Lamps", "=Doors", "has two things at once", "Uncovered", "Crew has nobody", "Work by person", "08:00", "3 tasks", "To come")
		b.get("/planner").is(http.StatusOK, "Week", "Lamps", "Collides, planned", "3 h")
		month := b.get("/planner?span=month&on=2026-12-05").is(http.StatusOK, "December 2026", "3 tasks", "Collides, planned")
		if strings.Count(month.body, `class="day`) < 31 {
			t.Error("a month has fewer than 31 days")
		}
		b.get("/planner?span=day&on="+day+"&site="+h.Tower.ID.String()).is(http.StatusOK, "=Doors", "Nobody is at two things at once.").lacks("Lamps")
		b.get("/planner?span=day&on="+day+"&who=Nobody+of+this+name").is(http.StatusOK, "Nobody is called", "Lamps")
		b.get("/planner?span=day&on="+day+"&who=Group:+Crew").is(http.StatusOK, "Sacks").lacks("Lamps")
		b.get("/planner?span=day&on="+day+"&person="+h.Staff[org.Guard].ID.String()).is(http.StatusOK, "Lamps", "Gopal Gale").lacks("Sacks")
		b.get("/planner?on=nonsense").is(http.StatusUnprocessableEntity)
		ics := b.get("/planner/calendar.ics?span=day&on=" + day)
		if ics.status != http.StatusOK || strings.Count(ics.body, "BEGIN:VEVENT") != 3 || !strings.Contains(ics.body, "SUMMARY:Lamps\r\n") {
			t.Errorf("%d\n%s", ics.status, ics.body)
		}
		table := b.get("/exports/planner?span=day&on=" + day)
		if table.status != http.StatusOK || !strings.Contains(table.body, "'=Doors") || strings.Count(table.body, "\n") != 4 {
			t.Errorf("%d\n%s", table.status, table.body)
		}
		h.as(org.Guard).get("/planner").is(http.StatusForbidden)
	})
}
