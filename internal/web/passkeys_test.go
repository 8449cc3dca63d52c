package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// made has a browser make a passkey as the script of the page does.
func made(b *browser, name string) (k *testworld.Passkey, a answer) {
	b.t.Helper()
	asked := b.post("/account/factors/passkeys/options").is(200)
	k, response := testworld.MakePasskey(b.t, testworld.Origin, []byte(asked.body))
	return k, b.post("/account/factors/passkeys", "name", name, "response", string(response))
}

// answered has a browser answer by a passkey as the script of a page does.
func answered(b *browser, path string, k *testworld.Passkey, more ...string) answer {
	b.t.Helper()
	asked := b.post(path + "/options").is(200)
	if asked.header.Get("Content-Type") != "application/json" || asked.header.Get("Cache-Control") != "no-store" {
		b.t.Errorf("options as %q", asked.header)
	}
	return b.post(path, append(more, "response", string(k.Sign([]byte(asked.body))))...)
}

func TestAPasskeyIsMadeAndSignsIn(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		guard := h.Staff[org.Guard]
		b := h.signedIn(guard)
		b.get("/account/factors").is(200, "Add a passkey", "Only the password protects your account")
		a := b.get("/account/factors/passkeys/new").is(200, "New passkey", "A passkey needs a browser that has them and runs scripts")
		if a.value("name") != "Firefox on Linux" {
			t.Errorf("name %q", a.value("name"))
		}
		k, a := made(b, "My phone")
		a.is(http.StatusCreated, "You can sign in with the passkey", "shown this once")
		codes := strings.Fields(textIn(a.all("textarea", "name", "codes")[0]))
		if len(codes) != 10 {
			t.Fatalf("codes %q", codes)
		}
		b.get("/account/factors").is(200, "My phone (passkey)", "Set up an app", "10 recovery codes are left.", "Not used yet")
		_, a = made(b, "Key ring")
		a.goes("/account/factors")
		b.get("/account/factors").is(200, "The passkey is kept.", "2 second steps")
		_, a = made(b, " ")
		if a.is(http.StatusUnprocessableEntity); a.message("name") == "" {
			t.Error("a missing name is not told")
		}
		b.post("/account/factors/passkeys", "name", "Late", "response", "{}").is(http.StatusUnprocessableEntity, "Begin again.")

		v := h.browser()
		page := v.get("/login?next=/account/tokens").is(200, "Sign in with a passkey")
		if form := page.all("form", "data-passkey", "get"); len(form) != 1 || attr(form[0], "action") != "/login/passkey" || attr(form[0], "data-options") != "/login/passkey/options" {
			t.Fatal("no form for a passkey")
		}
		answered(v, "/login/passkey", k, "next", "/account/tokens").goes("/account/tokens")
		if _, kept := v.cookies["iw-key"]; kept {
			t.Error("what a passkey was asked is kept")
		}
		v.get("/account/tokens").is(200, guard.Name)
		h.browser().post("/login/passkey", "response", "{}").is(http.StatusUnauthorized, "That did not match", "This passkey opens no account here.")
		h.browser().post("/login/passkey", "response", "").is(http.StatusUnprocessableEntity)
		h.browser().post("/login/passkey", "response", "\x00").is(http.StatusUnprocessableEntity)
		h.Limit.Refuse(fault.Of(fault.TooMany, "slow"))
		answered(h.browser(), "/login/passkey", k).is(http.StatusTooManyRequests, "You are not locked out.")
	})
}

func TestAPasskeyAtTheSecondStep(t *testing.T) {
	h := fresh(t)
	guard := h.Staff[org.Guard]
	k, codes := h.AddPasskey(h.As(guard), "Phone")
	b := h.browser()
	begin := func() {
		t.Helper()
		b.post("/login", "tenant", "HOUSE", "login", guard.Login, "password", guard.Password, "next", "/account").goes("/login/code?next=%2Faccount")
	}
	b.post("/login/code/passkey/options").is(http.StatusConflict)
	b.post("/login/code/passkey", "next", "/account").goes("/login?next=%2Faccount") // without a password
	begin()
	a := b.get("/login/code?next=/account").is(200, "Now your passkey.", "Use your passkey", "this one does not", "Recovery code")
	if form := a.all("form", "data-passkey", "get"); len(form) != 1 || attr(form[0], "action") != "/login/code/passkey" || a.value("next") != "/account" {
		t.Fatal("no form for a passkey")
	}
	other, _ := h.AddPasskey(h.Actor(org.Technician), "Phone")
	answered(b, "/login/code/passkey", other, "next", "/account").is(http.StatusUnauthorized, "This passkey opens no account here.", "Use your passkey")
	answered(b, "/login/code/passkey", k, "next", "/account").goes("/account")
	b.get("/account").is(200, guard.Name)

	b = h.browser()
	begin()
	b.post("/login/code", "code", codes[0], "next", "/account").goes("/account")

	b = h.browser()
	begin()
	asked := b.post("/login/code/passkey/options").is(200)
	if err := h.Auth.EndSessions(t.Context(), h.Actor(org.Administrator), guard.ID); err != nil {
		t.Fatal(err)
	}
	b.post("/login/code/passkey", "response", string(k.Sign([]byte(asked.body))), "next", "/account").goes("/login?next=%2Faccount&over=1")

	h.SetUpAppAs(h.Actor(org.Viewer))
	h.Clock.Advance(time.Minute)
	viewer := h.Staff[org.Viewer]
	b.post("/login", "tenant", "HOUSE", "login", viewer.Login, "password", viewer.Password).goes("/login/code")
	b.get("/login/code").is(200, "Now the code.").lacks("Use your passkey")
}

func TestAnInstallationWithoutPasskeys(t *testing.T) {
	h := open(t, testworld.New(t, dbtest.Open(t, "sqlite"), func(c *auth.Config) { c.Origin = "http://127.0.0.1:8080" }))
	h.browser().get("/login").is(200).lacks("passkey")
	b := h.as(org.Guard)
	b.get("/account/factors").is(200, "Set up the second step").lacks("passkey")
	b.get("/account/factors/passkeys/new").is(http.StatusNotFound)
	b.post("/account/factors/passkeys/options").is(http.StatusNotFound)
	h.browser().post("/login/passkey/options").is(http.StatusNotFound)
}
