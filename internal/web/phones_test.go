package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func phoneOf(t *testing.T, h *house, m testworld.Member) auth.Device {
	t.Helper()
	_, err := h.Auth.SignInPhone(t.Context(), auth.SignIn{Tenant: h.Code, Login: m.Login, Password: m.Password, From: auth.Origin{Source: "192.0.2.9", Phone: &auth.Phone{Name: "<b>Nokia"}}})
	if err != nil {
		t.Fatal(err)
	}
	all, err := h.Auth.ListDevices(t.Context(), h.System, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

func TestPhonesAreShownAndReleased(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		guard := h.Staff[org.Guard]
		b, admin := h.as(org.Guard), h.as(org.Administrator)
		b.get("/account/sessions").is(http.StatusOK, "You are registered on no phone.")
		d := phoneOf(t, h, guard)
		b.get("/account/sessions").is(http.StatusOK, "<b>Nokia", "192.0.2.9", "1 phone")
		own := "/account/devices/" + d.ID.String() + "/release"
		h.as(org.Viewer).post(own, "confirm", "yes").is(http.StatusNotFound)
		b.post(own).is(http.StatusOK, "Release the phone <b>Nokia?")
		b.post(own, "confirm", "yes").goes("/account/sessions")
		b.get("/account/sessions").is(http.StatusOK, "The phone <b>Nokia is released")

		form := admin.get("/phones").is(http.StatusOK, "As many as they like").fields("/phones")
		admin.post("/phones", with(form, "most", "40")...).is(http.StatusUnprocessableEntity)
		admin.post("/phones", with(form, "most", "1")...).goes("/phones")
		if got := admin.get("/phones").is(http.StatusOK, "The rule about phones is changed").fields("/phones"); !slices.Contains(got, "1") {
			t.Errorf("the rule is %q", got)
		}
		h.as(org.Supervisor).get("/phones").is(http.StatusForbidden)

		d = phoneOf(t, h, guard)
		b.post("/account/devices/"+d.ID.String()+"/release", "confirm", "yes").is(http.StatusForbidden)
		if own := b.get("/account/sessions").is(http.StatusOK, "<b>Nokia"); strings.Contains(own.body, d.ID.String()) {
			t.Error("what only an administrator releases is offered to be released")
		}
		page := "/people/" + guard.ID.String()
		admin.get(page).is(http.StatusOK, "Phones", "<b>Nokia")
		at := page + "/devices/" + d.ID.String() + "/release"
		h.as(org.Viewer).post(at, "confirm", "yes").is(http.StatusForbidden)
		admin.post(at, "confirm", "yes").goes(page)
		admin.get(page).is(http.StatusOK, "Registered on none.")
		admin.post(at, "confirm", "yes").is(http.StatusNotFound)
		admin.post(page+"/devices/none/release", "confirm", "yes").is(http.StatusNotFound)
	})
}
