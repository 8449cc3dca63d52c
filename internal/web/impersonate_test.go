package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// TestActingInABrowser begins to act as somebody, sees the line on every page, and ends it.
func TestActingInABrowser(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b, gopal := h.as(org.Administrator), h.Staff[org.Guard]
		at := "/people/" + gopal.ID.String()
		b.get(at).is(http.StatusOK, "Act as them")
		b.get(at+"/impersonate").is(http.StatusOK, "Act as Gopal Gale", "They get a mail now")
		a := b.post(at+"/impersonate", "reason", "", "minutes", "15").is(http.StatusUnprocessableEntity)
		if a.message("reason") == "" {
			t.Error("a reason is not asked for")
		}
		before := b.cookies["iw"]
		b.post(at+"/impersonate", "reason", "To see why their list is empty", "minutes", "5").goes("/")
		if b.cookies["iw"] == before {
			t.Error("the session keeps its secret")
		}
		const line = "You act as Gopal Gale until 14:35. What you do bears your name, Asha Alder, and they see it."
		b.get("/").is(http.StatusOK, line)
		b.get("/tickets").is(http.StatusOK, line)
		b.get("/account").is(http.StatusOK, line, "Gopal Gale", "Who acted as me").lacks("End it")
		for _, path := range []string{"/account/tokens", "/account/factors", "/account/sessions", "/account/password", "/account/prove", "/account/tokens/new"} {
			b.get(path).is(http.StatusForbidden)
		}
		b.get("/roles").is(http.StatusForbidden)

		mine := h.as(org.Guard)
		page := mine.get("/account").is(http.StatusOK, "Who acted as me", "Asha Alder", "To see why their list is empty", "End it", "My sign-in", "Somebody who may do so acts as you").lacks("You act as")
		if !page.linksTo("/account") {
			t.Error("no tabs")
		}
		b.post("/account/acting/end").goes(at)
		b.get(at).is(http.StatusOK, "You are yourself again").lacks("You act as")
		b.post("/account/acting/end").goes("/")
		mine.get("/account").is(http.StatusOK, "Who acted as me", "Ended").lacks("End it")
		b.post(at+"/impersonate", "reason", "To see why their list is empty", "minutes", "5").goes("/")
		b.get("/").is(http.StatusOK, line)
		running, err := h.Auth.ListImpersonations(t.Context(), h.Actor(org.Guard))
		if err != nil {
			t.Fatal(err)
		}
		mine.post("/account/impersonations/" + running[0].ID.String() + "/end").goes("/account")
		b.get("/").is(http.StatusOK).lacks("You act as")
		mine.post("/account/impersonations/" + id.New[id.Impersonation]().String() + "/end").is(http.StatusNotFound)
	})
}

// TestActingNeedsAProof asks for one, and is not offered to who may not.
func TestActingNeedsAProof(t *testing.T) {
	h := fresh(t)
	at := "/people/" + h.Staff[org.Guard].ID.String()
	h.as(org.Supervisor).get(at).is(http.StatusOK).lacks("Act as them")
	h.as(org.Supervisor).get(at + "/impersonate").is(http.StatusForbidden)
	b := h.as(org.Administrator)
	h.Clock.Advance(10 * time.Minute)
	if a := b.post(at+"/impersonate", "reason", "To see why their list is empty", "minutes", "5").is(http.StatusOK, "Is it you?"); strings.Contains(a.value("proof"), "x") {
		t.Error("a proof is there")
	}
}
