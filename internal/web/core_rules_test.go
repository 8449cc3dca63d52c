package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/org"
)

func TestWhomASecondStepIsAskedOf(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b, role := h.as(org.Administrator), h.Roles[org.Guard].ID.String()
		a := b.get("/second-step").is(200, "Everybody", "Guard", "Asked, 14 days to set it up", "Not asked")
		if len(a.all("select")) != 7 {
			t.Errorf("%d questions", len(a.all("select")))
		}
		a = b.post("/second-step", "everybody", "400", role, "soon").is(http.StatusUnprocessableEntity)
		if a.message(role) == "" {
			t.Error("what cannot be read is not told")
		}
		a = b.post("/second-step", "everybody", "400", role, "7").is(http.StatusUnprocessableEntity)
		if a.message("everybody") == "" || a.message(role) != "" {
			t.Errorf("messages %q %q", a.message("everybody"), a.message(role))
		}
		b.post("/second-step", "everybody", "", role, "7").goes("/second-step")
		a = b.get("/second-step").is(200, "is changed")
		if got := a.all("option", "value", "7"); len(got) != 7 || strings.Count(a.body, " selected") < 7 {
			t.Errorf("%d options", len(got))
		}
		rules, err := h.Auth.FactorRules(t.Context(), h.System)
		if err != nil || len(rules) != 1 || rules[0].Days != 7 || rules[0].Role.String() != role {
			t.Errorf("%+v %v", rules, err)
		}
		b.post("/second-step", "someone", "7").is(http.StatusBadRequest)
		h.as(org.Supervisor).get("/second-step").is(http.StatusForbidden)
		h.as(org.Auditor).get("/audit").is(200, "Asha Alder said anew whom a second step is asked of")
	})
}

func TestASecondStepThatIsAskedIsSetUp(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		guard := h.Staff[org.Guard]
		if err := h.Auth.SetFactorRules(t.Context(), h.System, []auth.FactorRule{{Days: 7}}); err != nil {
			t.Fatal(err)
		}
		b := h.browser()
		signIn := func() answer {
			return b.post("/login", "tenant", "HOUSE", "login", guard.Login, "password", guard.Password, "next", "/tickets")
		}
		signIn().goes("/account/factors?asked=1&next=%2Ftickets")
		a := b.get("/account/factors?asked=1&next=%2Ftickets").is(200, "Tin Lantern Estates asks for a second step", "Set it up until", "2 Dec", "Later")
		if !a.linksTo("/tickets") {
			t.Error("nobody can put it off")
		}
		b.get("/account/factors").is(200, "Set it up until").lacks("Later")
		b.get("/tickets").is(200)
		h.Clock.Advance(7 * 24 * time.Hour)
		signIn().goes("/account/factors?asked=1&next=%2Ftickets")
		for _, path := range []string{"/", "/search?q=a", "/account", "/account/tokens/new", "/account/sessions"} {
			b.get(path).goes(withNext("/account/factors", path))
		}
		b.get("/tickets").is(http.StatusForbidden)
		b.post("/account/sessions/end", "confirm", "yes").goes("/account/factors")
		b.get("/account/factors?asked=1").is(200, "Set up a second step to go on", "Nothing else is open").lacks("Later")
		b.post("/account/factors/app").goes("/account/factors/app")
		phone := keyOn(b.get("/account/factors/app"))
		b.post("/account/factors/app/confirm", "code", phone.At(h.Clock.Now())).is(http.StatusCreated, "I have kept them")
		b.get("/tickets").is(200)
		b.get("/account/factors").is(200).lacks("asks for a second step")
	})
}
