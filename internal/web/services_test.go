package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/org"
)

func TestAServiceIsMadeAndDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		b.get("/services").is(http.StatusOK, "No services", "New service")
		form := b.get("/services/new").is(http.StatusOK, "Viewer", "Everywhere", "Networks").fields("/services")
		typed := with(form, "name", "<b>Payroll", "role_id", h.Roles[org.Viewer].ID.String(), "site_id", h.Harbour.ID.String(), "networks", "203.0.113.0/24\n198.51.100.7")
		a := b.post("/services", with(typed, "networks", "office", "role_id", "")...).is(http.StatusUnprocessableEntity, "office is no network")
		if a.value("name") != "<b>Payroll" || a.message("networks") == "" || a.message("role_id") == "" {
			t.Error("what was typed is gone, or the faults stand elsewhere")
		}
		a = b.post("/services", typed...).is(http.StatusCreated, "<b>Payroll", "shown this once", "iws_", "what the role Viewer allows")
		secret := textIn(a.all("textarea", "name", "token")[0])
		if _, err := h.Auth.ByToken(t.Context(), secret, "198.51.100.7"); err != nil {
			t.Errorf("the token that was shown: %v", err)
		}
		b.post("/services", typed...).is(http.StatusConflict, "There is a service of this name already.")
		all, err := h.Auth.ListPrograms(t.Context(), h.Actor(org.Administrator))
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		b.get("/services").is(http.StatusOK, "<b>Payroll", "Viewer at Harbour, from 198.51.100.7/32, 203.0.113.0/24", "1 service", "Used today").lacks(secret)
		at := "/services/" + all[0].ID.String() + "/delete"
		for _, role := range []string{org.Supervisor, org.Viewer, org.Auditor, org.Guard} {
			h.as(role).get("/services").is(http.StatusForbidden)
			h.as(role).post(at, "confirm", "yes").is(http.StatusForbidden)
		}
		b.post(at).is(http.StatusOK, "Delete the service <b>Payroll?")
		b.post(at, "confirm", "yes").goes("/services")
		b.get("/services").is(http.StatusOK, "<b>Payroll is deleted", "No services")
		b.post(at, "confirm", "yes").is(http.StatusNotFound)
	})
}

func TestAServiceIsMadeByWhoProvesWhoTheyAre(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	h.Clock.Advance(11 * time.Minute)
	b.get("/services/new").goes("/account/prove?next=%2Fservices%2Fnew")
	a := b.post("/services", "name", "Payroll", "role_id", h.Roles[org.Viewer].ID.String(), "expires_at", "2026-12-31").is(http.StatusOK, "Is it you?")
	if strings.Contains(a.body, "iws_") {
		t.Error("it was made all the same")
	}
}
