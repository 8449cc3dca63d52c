package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// away sends a browser to the provider of an address of ours, and gives where it is sent back to.
func (b *browser) away(t *testing.T, at *testworld.Provider, from string) string {
	t.Helper()
	a := b.get(from)
	to := a.header.Get("Location")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(to, at.URL+"/authorize?") {
		t.Fatalf("%s: %d %q", from, a.status, to)
	}
	return ProviderBackPath + "?" + at.SignIn(to).Encode()
}

func TestSigningInByAProvider(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		at := testworld.NewProvider(t, h.Clock.Now)
		p := h.Provider(at)
		b := h.browser()
		b.get("/login").is(http.StatusOK).lacks("Lantern login")
		b.get("/login?org=NOBODY").is(http.StatusOK).lacks("Lantern login")
		a := b.get("/login?org=house&next=/sites").is(http.StatusOK, "Sign in with Lantern login")
		start := a.leads(t, "Sign in with Lantern login")
		if start != "/login/provider/"+p.ID.String()+"?next=%2Fsites&org=house" {
			t.Errorf("it leads to %q", start)
		}
		back := b.away(t, at, start)
		other := h.browser()
		other.get(back).goes("/login?away=1")
		other.away(t, at, start)
		other.get(back).is(http.StatusUnauthorized, "You are not signed in", "Begin again") // the state is another browser's
		b.get(back).goes("/sites")
		b.get("/sites").is(http.StatusOK, "Gopal Gale")
		b.get("/account/sessions").is(http.StatusOK, "by Lantern login")
		b.get(back).goes("/login?away=1")
		h.browser().get("/login?away=1").is(http.StatusOK, "for too long")
		if _, kept := b.cookies[cookieName(awayCookie, false)]; kept {
			t.Error("what it left with is still there")
		}

		// Refused there, or nobody here: the page that it left says so, and offers the way again.
		b = h.browser()
		b.away(t, at, start)
		b.get(ProviderBackPath+"?error=access_denied&state="+url.QueryEscape(at.Asked().Get("state"))).is(http.StatusUnauthorized, "You are not signed in", "Sign in with Lantern login")
		at.Says(map[string]any{"sub": "n-1", "email": "nadia@lantern.example"})
		b.get(b.away(t, at, start)).is(http.StatusForbidden, "You have no account here yet", "Sign in with Lantern login").lacks("Enter the password again")
		if _, in := b.cookies[SessionCookie(false)]; in {
			t.Error("somebody is signed in")
		}

		// One that is down keeps nobody from the page.
		at.Down(true)
		b.get(start).is(http.StatusServiceUnavailable, "does not answer", "Password")
		b.get("/login?org=house").is(http.StatusOK, "Sign in with Lantern login")
		b.get("/login/provider/" + p.ID.String() + "?org=NOBODY").is(http.StatusNotFound)
		b.get("/login/provider/none?org=house").is(http.StatusNotFound)
	})
}

func TestTheSecondStepComesAfterAProvider(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		at := testworld.NewProvider(t, h.Clock.Now)
		p := h.Provider(at)
		app := h.SetUpApp(h.Staff[org.Guard])
		h.Clock.Advance(time.Minute)
		b := h.browser()
		b.get(b.away(t, at, "/login/provider/"+p.ID.String()+"?org=HOUSE&next=/tickets")).goes("/login/code?next=%2Ftickets")
		b.post("/login/code", "code", app.At(h.Clock.Now()), "next", "/tickets").goes("/tickets")
	})
}

func TestAProviderIsAskedAnewForAProof(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		at := testworld.NewProvider(t, h.Clock.Now)
		p := h.Provider(at)
		at.Says(map[string]any{"email": "administrator@lantern.example"})
		b := h.browser()
		b.get(b.away(t, at, "/login/provider/"+p.ID.String()+"?org=HOUSE")).goes("/")
		h.Clock.Advance(11 * time.Minute)
		b.get("/roles/new").goes("/account/prove?next=%2Froles%2Fnew")
		door := b.get("/account/prove?next=%2Froles%2Fnew").is(http.StatusOK, "Is it you?").leads(t, "Show it at Lantern login")
		if door != "/account/prove/provider?next=%2Froles%2Fnew" {
			t.Errorf("it leads to %q", door)
		}
		at.Says(map[string]any{"auth_time": h.Clock.Now().Add(-time.Hour).Unix()})
		b.get(b.away(t, at, door)).goes("/account/prove?next=%2Froles%2Fnew")
		at.Says(map[string]any{"auth_time": nil})
		b.get(b.away(t, at, door)).goes("/roles/new")
		b.get("/roles/new").is(http.StatusOK)
		at.Down(true)
		b.get(door).goes("/account/prove?next=%2Froles%2Fnew")
		b.get("/account/prove?next=%2Froles%2Fnew").goes("/roles/new") // proven a moment ago
		h.as(org.Guard).get("/account/prove/provider").is(http.StatusNotFound)
	})
}

func TestProvidersArePagesOfTheAdministrator(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		at := testworld.NewProvider(t, h.Clock.Now)
		b := h.as(org.Administrator)
		b.get("/sso").is(http.StatusOK, "No providers", "New provider")
		form := b.get("/sso/new").is(http.StatusOK, "https://iw.example/login/provider/back", "Client secret").fields("/sso")
		typed := with(form, "name", "<b>Keycloak", "issuer", at.URL, "client_id", "iw", "client_password", "hush-hush", "groups_claim", "groups", "groups", "guards = viewer\nnight=GUARD @ mill\n\n")
		a := b.post("/sso", with(typed, "issuer", "login.example.com", "groups", "guards\nguards = NONE\nguards = GUARD @ NOWHERE")...).is(http.StatusUnprocessableEntity, "An issuer looks like").lacks("hush-hush")
		if a.value("name") != "<b>Keycloak" || a.message("groups") == "" || a.message("issuer") == "" {
			t.Error("what was typed is gone, or the faults stand elsewhere")
		}
		page := b.post("/sso", typed...).header.Get("Location")
		b.get(page).is(http.StatusOK, "<b>Keycloak", "guards = VIEWER", "night = GUARD @ MILL", "Kept sealed", "Nobody yet").lacks("hush-hush")
		b.get("/sso").is(http.StatusOK, "<b>Keycloak", "1 provider", "Shut the other doors")
		b.post(page + "/try").goes(page)
		at.Down(true)
		b.post(page+"/try").is(http.StatusConflict, "It does not work yet")
		at.Down(false)

		edit := b.get(page+"/edit").is(http.StatusOK, "Leave it empty to keep").lacks("hush-hush").fields(page)
		b.post(page, with(edit, "name", "Lantern", "joins", "true")...).goes(page)
		b.post(page, with(edit, "name", "Late")...).is(http.StatusConflict, "Lantern")
		b.post(page, with(edit, "version", "2", "groups", "x")...).is(http.StatusUnprocessableEntity, "Write one a line")

		b.post("/sso/only", "on", "true").is(http.StatusOK, "Shut the other doors?")
		b.post("/sso/only", "on", "true", "confirm", "yes").goes("/sso")
		b.get("/sso").is(http.StatusOK, "Open the other doors", "come in by a provider only")
		b.post(page+"/delete", "version", "2", "confirm", "yes").is(http.StatusConflict, "this is the last")
		h.browser().get("/login?org=HOUSE").is(http.StatusOK, "Sign in with Lantern", "for those who look after that")
		h.browser().post("/login", "tenant", "HOUSE", "login", "guard", "password", testworld.Password).is(http.StatusForbidden, "has its own sign-in")
		b.post("/sso/only", "confirm", "yes").goes("/sso")
		for _, role := range []string{org.Supervisor, org.Viewer, org.Auditor, org.Guard} {
			v := h.as(role)
			v.get("/sso").is(http.StatusForbidden)
			v.get(page).is(http.StatusForbidden)
			v.post(page + "/try").is(http.StatusForbidden)
		}
		b.post(page+"/delete", "version", "2").is(http.StatusOK, "Delete the provider Lantern?")
		b.post(page+"/delete", "version", "2", "confirm", "yes").goes("/sso")
		b.get(page).is(http.StatusNotFound)
	})
}

func TestSomebodyIsUnlinked(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		at := testworld.NewProvider(t, h.Clock.Now)
		p := h.Provider(at)
		guard := h.browser()
		guard.get(guard.away(t, at, "/login/provider/"+p.ID.String()+"?org=HOUSE")).goes("/")
		b, page := h.as(org.Administrator), "/sso/"+p.ID.String()
		b.get(page).is(http.StatusOK, "Gopal Gale", "Unlink")
		unlink := page + "/people/" + h.Staff[org.Guard].ID.String() + "/unlink"
		b.post(unlink).is(http.StatusOK, "Unlink Gopal Gale?")
		b.post(unlink, "confirm", "yes").goes(page)
		guard.get("/account").goes("/login?next=%2Faccount")
		b.post(unlink, "confirm", "yes").is(http.StatusNotFound)
		b.post(page+"/people/none/unlink", "confirm", "yes").is(http.StatusNotFound)
		b.get("/audit").is(http.StatusOK, "Asha Alder unlinked Gopal Gale from their account at a provider", "was linked to their account at a provider")
		seen := h.signedIn(h.Someone(nil, auth.CanReadSSO))
		seen.get(page).is(http.StatusOK).lacks("Delete the provider")
		seen.get("/sso").is(http.StatusOK).lacks("Shut the other doors?")
	})
}
