package web

import (
	"strings"
	"testing"

	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// TestAListThatIsRememberedIsNobodyElses: what is kept of the page of tickets follows every change, and shows nobody the tickets of other
// sites, nor boxes to those who may not assign.
func TestAListThatIsRememberedIsNobodyElses(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		h := open(t, w)
		h.Remember()
		category := h.Category("HVAC")
		h.NewTicket(h.Harbour.ID, category.ID, "Harbour lift stands")
		first := h.NewTicket(h.Mill.ID, category.ID, "Mill lift stands")
		m := h.Someone(nil)
		h.GrantIn(m.ID, org.Supervisor, nil, &h.Mill.ID)
		reader := h.Someone(nil, ticket.CanRead)
		far := h.Someone(nil)
		h.Grant(far.ID, nil, &h.Harbour.ID, ticket.CanRead)
		admin, narrow, plain := h.as(org.Administrator), h.signedIn(m), h.signedIn(reader)
		for range 3 {
			if got := admin.get("/tickets").body; !strings.Contains(got, "Harbour lift") || !strings.Contains(got, "Mill lift") {
				t.Fatalf("the administrator sees %.500s", got)
			}
			if got := narrow.get("/tickets").body; strings.Contains(got, "Harbour lift") || !strings.Contains(got, "Mill lift") || !strings.Contains(got, `name="pick"`) {
				t.Fatal("a supervisor of one site sees another's ticket, or none")
			}
			if got := plain.get("/tickets").body; !strings.Contains(got, "Mill lift") || strings.Contains(got, `name="pick"`) {
				t.Fatal("who may not assign has boxes, or no tickets")
			}
			if got := h.signedIn(far).get("/tickets").body; strings.Contains(got, "Mill lift") || !strings.Contains(got, "Harbour lift") {
				t.Fatal("who reads tickets of one site sees another's, or none")
			}
		}
		if _, err := h.Ticket.Move(t.Context(), h.Actor(org.Administrator), first.ID, first.Version, ticket.Cancelled, "Not needed."); err != nil {
			t.Fatal(err)
		}
		if got := narrow.get("/tickets").body; strings.Contains(got, "Mill lift") {
			t.Error("a cancelled ticket is still to do")
		}
	})
}
