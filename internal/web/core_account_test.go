package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

func TestAccountShowsOneselfAndOnesRights(t *testing.T) {
	h := fresh(t)
	guard := h.Staff[org.Guard]
	a := h.as(org.Guard).get("/account").is(200, guard.Name, guard.Code, guard.Login, guard.Email, guard.Mobile, "Harbour", "Tin Lantern Estates",
		"Times are in Asia/Kolkata.", "Changed today, 14:30", "See sites at 1 site")
	if !a.linksTo("/sites/" + h.Harbour.ID.String()) {
		t.Error("the home site is no link")
	}
	h.as(org.Supervisor).get("/account").is(200, "change or move a site at 2 sites")
	h.as(org.Administrator).get("/account").is(200, "See units, add a unit, change or move a unit", "everywhere")
	h.signedIn(h.Someone(&h.Mill.ID)).get("/account").is(200, "Nothing yet beyond your own account", "Mill").lacks("See sites")
	u := h.Someone(nil)
	empty, err := h.Org.CreateUnit(t.Context(), h.System, org.UnitInput{Code: "EMPTY", Name: "Empty", Active: true})
	if err != nil {
		t.Fatal(err)
	}
	h.Grant(u.ID, &empty.ID, nil, org.CanReadUnit)
	h.signedIn(u).get("/account").is(200, "See units in your units")
}

func TestSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		guard := h.Staff[org.Guard]
		b, other, third := h.as(org.Guard), h.as(org.Guard), h.as(org.Guard)
		a := b.get("/account/sessions").is(200, "This browser", "3 sessions", "End all others", "192.0.2.1")
		if n := len(a.all("button")); n < 3 {
			t.Errorf("%d buttons", n)
		}
		sessions, err := h.Auth.ListSessions(t.Context(), h.As(guard), guard.ID)
		if err != nil {
			t.Fatal(err)
		}
		var ends id.Session
		for _, s := range sessions {
			if strings.Contains(a.body, "/account/sessions/"+s.ID.String()+"/end") {
				ends = s.ID
			}
		}
		b.post("/account/sessions/" + ends.String() + "/end").goes("/account/sessions")
		b.get("/account/sessions").is(200, "That session is ended")
		if first, second := other.get("/account").status, third.get("/account").status; first == second {
			t.Errorf("after one session was ended the others are %d and %d", first, second)
		}
		b.post("/account/sessions/" + ends.String() + "/end").is(http.StatusNotFound)
		b.post("/account/sessions/x/end").is(http.StatusNotFound)

		b.post("/account/sessions/end").is(200, "End all other sessions?", "Keep it")
		b.post("/account/sessions/end", "confirm", "yes").goes("/account/sessions")
		for _, x := range []*browser{other, third} {
			x.get("/account").goes("/login?next=%2Faccount")
		}
		b.get("/account/sessions").is(200, "1 session", "You are signed out everywhere else").lacks("End all others")
	})
}

func TestEndingTheOwnSessionSignsOut(t *testing.T) {
	h := fresh(t)
	m := h.Staff[org.Guard]
	b := h.signedIn(m)
	who, err := h.Auth.BySession(t.Context(), b.cookies["iw"])
	if err != nil {
		t.Fatal(err)
	}
	b.post("/account/sessions/" + who.Session().String() + "/end").goes("/login")
	if _, still := b.cookies["iw"]; still {
		t.Error("the cookie stays")
	}
	// Nobody ends somebody else's session here.
	other := h.signedIn(h.Someone(nil))
	theirs := h.As(m).Session()
	other.post("/account/sessions/" + theirs.String() + "/end").is(http.StatusNotFound)
}

func TestTokens(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Supervisor)
		b.get("/account/tokens").is(200, "No tokens", "New token")
		a := b.get("/account/tokens/new").is(200, "Change or move a site").lacks("Add a role")
		if got := a.value("expires_at"); got != "2027-02-23" {
			t.Errorf("the last day offered is %q", got)
		}

		a = b.post("/account/tokens", "name", "", "expires_at", "2030-01-01", "scopes", "site.read", "scopes", "fly")
		a.is(http.StatusUnprocessableEntity, "3 things to put right")
		if a.message("name") == "" || a.message("expires_at") == "" || a.message("scopes") == "" || a.value("expires_at") != "2030-01-01" {
			t.Errorf("messages %q %q %q", a.message("name"), a.message("expires_at"), a.message("scopes"))
		}
		if ticked := a.all("input", "value", "site.read"); len(ticked) != 1 || !hasAttr(ticked[0], "checked") {
			t.Error("what was ticked is lost")
		}
		a = b.post("/account/tokens", "name", "Payroll", "expires_at", "soon")
		if a.is(http.StatusUnprocessableEntity); a.message("expires_at") == "" || a.value("name") != "Payroll" {
			t.Error("an unreadable day is not told")
		}

		a = b.post("/account/tokens", "name", "Payroll <export>", "expires_at", "2026-12-31", "scopes", "site.read")
		a.is(http.StatusCreated, "Payroll <export>", "until 31 Dec, 23:59", "shown this once")
		if a.header.Get("Cache-Control") != "no-store" {
			t.Error("the page with the secret may be kept")
		}
		secret := textIn(a.all("textarea", "name", "token")[0])
		who, err := h.Auth.ByToken(t.Context(), secret, "")
		if err != nil || who.Person() != h.Staff[org.Supervisor].ID || who.Can(people.CanReadPerson) || !who.Can(org.CanReadSite) {
			t.Fatalf("the secret %q gives %+v, %v", secret, who, err)
		}
		a = b.get("/account/tokens").is(200, "Payroll <export>", "See sites", "1 token", "Until 31 Dec, 23:59", "Used today, 14:30")
		if strings.Contains(a.body, secret) {
			t.Error("the secret is shown again")
		}

		all, err := h.Auth.ListTokens(t.Context(), h.Actor(org.Supervisor))
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		path := "/account/tokens/" + all[0].ID.String() + "/delete"
		h.as(org.Guard).post(path, "confirm", "yes").is(http.StatusNotFound)
		b.post(path).is(200, "Revoke the token Payroll <export>?")
		b.post(path, "confirm", "yes").goes("/account/tokens")
		if _, err := h.Auth.ByToken(t.Context(), secret, ""); err == nil {
			t.Error("the token still opens")
		}
		b.get("/account/tokens").is(200, "The token Payroll <export> is revoked", "No tokens")
		b.post(path, "confirm", "yes").is(http.StatusNotFound)
		b.post("/account/tokens/x/delete").is(http.StatusNotFound)
	})
}

func TestTokensThatAreOver(t *testing.T) {
	h := fresh(t)
	who := h.Actor(org.Administrator)
	for _, scopes := range [][]actor.Permission{nil, {org.CanReadSite, org.CanReadUnit}, {org.CanReadSite, org.CanReadUnit, journal.CanRead}} {
		if _, _, err := h.Auth.CreateToken(t.Context(), who, auth.TokenInput{Name: "Old", Scopes: scopes, Expires: testworld.Morning.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	h.Clock.Advance(2 * time.Hour)
	h.as(org.Administrator).get("/account/tokens").is(200, "3 tokens", "Expired today, 15:30", "All that you may do", "See sites, see units", "3 permissions", "Never used")
}

func TestAgentNames(t *testing.T) {
	for agent, want := range map[string]string{
		"": "A browser without a name",
		"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Safari/537.36 Edg/120":            "Edge on Windows",
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Mobile Safari/537.36":           "Chrome on Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/17 Safari/604": "Safari on iPhone",
		"Firefox/130.0":           "Firefox",
		"something on Linux":      "A browser on Linux",
		"curl/8.0":                "curl/8.0",
		strings.Repeat("x", 60):   strings.Repeat("x", 39) + "…",
		"<script>alert</script>x": "<script>alert</script>x",
	} {
		if got := agentName(agent); got != want {
			t.Errorf("agentName(%q) = %q, want %q", agent, got, want)
		}
	}
}
