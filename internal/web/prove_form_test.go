package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// deskRole is a form that a proof is asked for.
var deskRole = []string{"code", "DESK", "name", "Front <desk>", "description", "Answers.", "permissions", "site.read", "permissions", "unit.read"}

// TestAFormWaitsForAPasskey: what was typed goes with the passkey's answer, and is there again when that proved nothing.
func TestAFormWaitsForAPasskey(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		b.get("/account/factors/passkeys/new").is(200)
		k, _ := made(b, "My phone")
		h.Clock.Advance(10 * time.Minute)
		a := b.post("/roles", deskRole...).is(200, "Is it you?", "Use a passkey")
		if forms := a.all("form", "data-options", "/account/prove/passkey/options"); len(forms) != 1 || attr(forms[0], "action") != "/roles" || len(a.all("input", "name", "permissions")) != 4 {
			t.Error("the form does not wait beside the passkey")
		}
		a = b.post("/roles", append(deskRole, "proof_passkey", "{}")...).is(http.StatusUnprocessableEntity, "This passkey proved nothing.")
		if a.value("name") != "Front <desk>" {
			t.Error("what was typed is lost")
		}
		asked := b.post("/account/prove/passkey/options").is(200)
		to := b.post("/roles", append(deskRole, "proof_passkey", string(k.Sign([]byte(asked.body))))...).header.Get("Location")
		b.get(to).is(200, "Front <desk>", "Front <desk> is added")

		// The answer counts once.
		h.Clock.Advance(10 * time.Minute)
		b.post("/roles", append(deskRole, "proof_passkey", string(k.Sign([]byte(asked.body))))...).is(http.StatusUnprocessableEntity)
	})
}

// TestAFormWaitsForAProvider: it is kept while the browser is elsewhere, for its session alone, for a quarter of an hour, without passwords.
func TestAFormWaitsForAProvider(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		at := testworld.NewProvider(t, h.Clock.Now)
		p := h.Provider(at)
		at.Says(map[string]any{"email": "administrator@lantern.example"})
		b := h.browser()
		b.get(b.away(t, at, "/login/provider/"+p.ID.String()+"?org=HOUSE")).goes("/")
		h.Clock.Advance(11 * time.Minute)
		door := b.post("/roles", deskRole...).is(200, "Is it you?").leads(t, "Show it at Lantern login")
		if !strings.HasPrefix(door, "/account/prove/provider?next=%2Faccount%2Fprove%2Fform%3Fform%3D") {
			t.Errorf("it leads to %q", door)
		}
		back := b.get(b.away(t, at, door)).header.Get("Location")
		a := b.get(back).is(200, "It is you", "Go on")
		if forms := a.all("form", "action", "/roles"); len(forms) != 1 || attr(forms[0], "method") != "post" || a.value("name") != "Front <desk>" || len(a.all("input", "name", "permissions")) != 2 {
			t.Error("what was typed is lost")
		}
		h.as(org.Administrator).get(back).is(http.StatusNotFound) // another session
		h.as(org.Guard).get(back).is(http.StatusNotFound)
		h.browser().get(back).is(http.StatusSeeOther)
		b.get("/account/prove/form?form=x").is(http.StatusNotFound)
		to := b.post("/roles", deskRole...).header.Get("Location")
		b.get(to).is(200, "Front <desk> is added")
		b.get(back).is(200, "It is you")

		h.Clock.Advance(11 * time.Minute)
		b.get(back).goes(withNext("/account/prove", back))
		path := "/people/" + h.Staff[org.Guard].ID.String() + "/password"
		door = b.post(path, "password", "walnut glider copper anthem").is(200, "Is it you?").leads(t, "Show it at Lantern login")
		kept := b.get(b.away(t, at, door)).header.Get("Location")
		b.get(kept).is(200, "It is you").lacks("walnut")
		h.Clock.Advance(5 * time.Minute)
		b.get(back).is(http.StatusNotFound) // too old
		b.get(kept).is(200, "It is you")
	})
}
