package web

import (
	"net/http"
	"testing"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// TestWhyIsExplained answers "why can Samir close this ticket?" and "why can Gopal not?" from the ticket on.
func TestWhyIsExplained(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b, samir, gopal := h.as(org.Administrator), h.Staff[org.Supervisor], h.Staff[org.Guard]
		ticket := h.NewTicket(h.Harbour.ID, h.Category("LEAK").ID, "A pipe leaks")
		asked := "?may=ticket.update&site=" + h.Harbour.ID.String()
		page := b.get("/tickets/"+ticket.ID.String()).is(http.StatusOK, "Who may change it, and why")
		if !page.linksTo("/grants" + asked) {
			t.Error("a ticket's page leads to who may change it")
		}
		list := b.get("/grants"+asked).is(http.StatusOK, "Who may do this", "Samir Stone", "Supervisor", "in North", "Asha Alder").lacks("Gopal Gale")
		why := "/people/" + samir.ID.String() + "/why" + asked
		if !list.linksTo(why) {
			t.Error("a row leads to the explanation")
		}
		b.get(why).is(http.StatusOK, "Samir Stone may: “Change a ticket and work on it” at Harbour", "The role Supervisor, given in North.", "Gives it")
		b.get("/people/"+gopal.ID.String()+"/why"+asked).is(http.StatusOK, "Gopal Gale may not: “Change a ticket and work on it” at Harbour", "None of their roles gives it there. These roles would: Administrator, Supervisor, Technician.", "Does not allow it")
		b.get("/people/"+samir.ID.String()+"/why?may=ticket.update&site="+h.Mill.ID.String()).is(http.StatusOK, "Samir Stone may not", "Allows it, but not here")
		b.get("/people/"+samir.ID.String()+"/why").is(http.StatusOK, "Choose what Samir Stone would do")
		b.get("/people/"+gopal.ID.String()).is(http.StatusOK, "May they, and why?")
		role := b.get("/roles/"+h.Roles[org.Supervisor].ID.String()).is(http.StatusOK, "Change a ticket")
		if !role.linksTo("/grants?may=ticket.update") {
			t.Error("what a role allows leads to who may do it")
		}
		b.get("/roles/"+h.Roles[org.Administrator].ID.String()).is(http.StatusOK, "Add a role", "(only when given everywhere)")
	})
}

func TestWhyIsRefused(t *testing.T) {
	h := fresh(t)
	b, other := h.as(org.Administrator), h.SecondTenant()
	at := "/people/" + h.Staff[org.Guard].ID.String() + "/why"
	b.get("/grants?may=ticket.fly").is(http.StatusNotFound)
	b.get("/grants?may=ticket.update&site=x").is(http.StatusUnprocessableEntity)
	b.get("/grants?may=ticket.update&site=" + other.Mill.ID.String()).is(http.StatusNotFound)
	b.get(at + "?may=ticket.update&site=" + other.Mill.ID.String()).is(http.StatusNotFound)
	b.get("/people/" + id.New[id.Person]().String() + "/why").is(http.StatusNotFound)
	h.as(org.Guard).get(at).is(http.StatusForbidden)
	h.as(org.Supervisor).get("/people/" + h.Staff[org.Viewer].ID.String() + "/why").is(http.StatusNotFound)
}
