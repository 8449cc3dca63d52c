package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

func TestSignInAndOut(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		guard := h.Staff[org.Guard]
		b := h.browser()
		b.get("/").goes("/login")
		b.get("/account/tokens").goes("/login?next=%2Faccount%2Ftokens")

		a := b.get("/login?next=%2Faccount%2Ftokens").is(200, "Sign in", "Organisation", "Version 1.2.3")
		if got := a.value("next"); got != "/account/tokens" {
			t.Errorf("next = %q", got)
		}
		b.post("/login", "tenant", " house ", "login", guard.Login, "password", guard.Password, "next", "/account/tokens").goes("/account/tokens")
		b.get("/account/tokens").is(200, guard.Name)
		b.get("/login?next=/account").goes("/account")

		b.post("/logout").goes("/login")
		if _, still := b.cookies["iw"]; still {
			t.Error("the session's cookie stays after signing out")
		}
		b.get("/").goes("/login")
		b.post("/logout").goes("/login") // again, without a session

		again := b.get("/login").is(200, "to HOUSE", "change").lacks("Its short code")
		if got := again.value("tenant"); got != "HOUSE" {
			t.Errorf("the organisation is remembered as %q", got)
		}
		if len(again.all("input", "type", "hidden")) < 2 || len(again.all("label", "for", "f-tenant")) != 0 {
			t.Error("a known organisation is asked for")
		}
		b.get("/login?change=1").is(200, "Its short code").lacks("to HOUSE")
	})
}

func TestSignOutEndsTheSessionItself(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Guard)
	stolen := b.cookies["iw"]
	b.post("/logout").goes("/login")
	if got := b.header(t, "/logout", "Clear-Site-Data"); got == "" {
		t.Error("the browser is not told to forget what it kept")
	}
	b.cookies["iw"] = stolen
	b.get("/").goes("/login")
}

func (b *browser) header(t *testing.T, path, name string) string {
	t.Helper()
	return b.post(path).header.Get(name)
}

func TestOrganisationComesFromTheAddress(t *testing.T) {
	h := fresh(t)
	b := h.browser()
	b.get("/login?org=CABIN").is(200, "to CABIN")
	b.cookies["iw-org"] = "HOUSE"
	b.get("/login?org=CABIN").is(200, "to CABIN").lacks("HOUSE")
	b.get("/login?org="+strings.Repeat("x", 101)).is(200, "Its short code").lacks("xxx")
	b.cookies["iw-org"] = strings.Repeat("x", 31)
	b.get("/login").is(200, "Its short code")
}

// An unknown organisation, an unknown account and a wrong password are answered with the same page.
func TestRefusalsAreAlike(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		guard := h.Staff[org.Guard]
		var bodies []string
		for _, try := range [][3]string{{"HOUSE", guard.Login, "not the password"}, {"HOUSE", "nobody", "not the password"}, {"NOWHERE", "nobody", "not the password"}} {
			a := h.browser().post("/login", "tenant", try[0], "login", try[1], "password", try[2])
			a.is(http.StatusUnauthorized, "That did not match", "Enter the password again.")
			if a.value("login") != try[1] || a.value("tenant") != try[0] || a.value("password") != "" {
				t.Errorf("typed %v, kept %q %q %q", try, a.value("tenant"), a.value("login"), a.value("password"))
			}
			bodies = append(bodies, strings.NewReplacer(try[0], "ORG", try[1], "LOGIN").Replace(a.body))
		}
		if bodies[0] != bodies[1] || bodies[1] != bodies[2] {
			t.Error("the pages differ")
		}
	})
}

func TestSignInFaultsStandAtTheirFields(t *testing.T) {
	h := fresh(t)
	b := h.browser()
	a := b.post("/login", "tenant", "", "login", "", "password", "")
	a.is(http.StatusUnprocessableEntity, "3 things to put right")
	if !strings.HasPrefix(textIn(a.all("title")[0]), "Error: ") {
		t.Error("the title does not say that something is wrong")
	}
	for _, field := range []string{"tenant", "login", "password"} {
		if a.message(field) == "" || !a.linksTo("#f-"+field) {
			t.Errorf("no message at %s, or no link to it", field)
		}
	}
	// A fault of the remembered organisation must be seen: it is asked for again.
	a = b.post("/login", "tenant", "x\x01y", "known", "true", "login", "a", "password", "b")
	if a.is(http.StatusUnprocessableEntity); a.message("tenant") == "" {
		t.Error("a fault of the hidden organisation is not shown")
	}
	a = b.post("/login", "tenant", "HOUSE", "login", "a\x00b", "password", "b")
	if a.is(http.StatusUnprocessableEntity); !strings.Contains(a.message("login"), "cannot be stored") {
		t.Errorf("message %q", a.message("login"))
	}
	b.post("/login", "tenant", "HOUSE", "admin", "true").is(http.StatusBadRequest)
}

func TestSignInLimited(t *testing.T) {
	h := fresh(t)
	limited := fault.Of(fault.TooMany, "slow down")
	limited.RetryAfter = 150 * time.Second
	h.Limit.Refuse(limited)
	a := h.browser().post("/login", "tenant", "HOUSE", "login", "asha", "password", "some words here")
	a.is(http.StatusTooManyRequests, "Too many tries", "Try again in 3 minutes.")
	if got := a.header.Get("Retry-After"); got != "150" {
		t.Errorf("Retry-After %q", got)
	}
	if a.value("login") != "asha" {
		t.Error("the login is lost")
	}
	h.Limit.Refuse(fault.Of(fault.TooMany, "slow down"))
	h.browser().post("/login", "tenant", "HOUSE", "login", "asha", "password", "x").is(429, "Wait a few minutes")
	if got := h.Limit.Asked(); len(got) == 0 || !strings.Contains(got[0], "192.0.2.7") {
		t.Errorf("the limiter was asked %q, without the client's address", got)
	}
}

func TestSignInOfSomebodyInactive(t *testing.T) {
	h := fresh(t)
	m := h.Someone(nil)
	in := people.PersonInput{Code: m.Code, Name: m.Name, Login: m.Login}
	if _, err := h.People.UpdatePerson(t.Context(), h.System, m.ID, m.Version, in); err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	b.post("/login", "tenant", "HOUSE", "login", m.Login, "password", m.Password).is(http.StatusForbidden, "You cannot sign in", "not active")
	if _, ok := b.cookies["iw"]; ok {
		t.Error("a cookie was set")
	}
}

func TestSignInGoesNowhereElse(t *testing.T) {
	h := fresh(t)
	guard := h.Staff[org.Guard]
	for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "/\tevil", "javascript:alert(1)", "evil", "/login", "/logout", "http:/x", "/%zz"} {
		b := h.browser()
		b.post("/login", "tenant", "HOUSE", "login", guard.Login, "password", guard.Password, "next", next).goes("/")
		b.get("/login?next=" + url.QueryEscape(next)).goes("/")
	}
}

func TestOwnPath(t *testing.T) {
	for to, want := range map[string]string{
		"/":                       "/",
		"/sites?q=a%20b&x=1":      "/sites?q=a%20b&x=1",
		"/audit#top":              "/audit",
		"":                        "/",
		"//evil.example/x":        "/",
		"/\\evil.example":         "/",
		"https://iw.example/home": "/",
		"/a\r\nSet-Cookie: x=y":   "/",
		"/a\x7f":                  "/",
	} {
		if got := ownPath(to); got != want {
			t.Errorf("ownPath(%q) = %q, want %q", to, got, want)
		}
	}
}

func TestCookies(t *testing.T) {
	for _, secure := range []bool{false, true} {
		h := fresh(t, func(c *Config) { c.Secure = secure })
		guard := h.Staff[org.Guard]
		b := h.browser()
		b.post("/login", "tenant", "HOUSE", "login", guard.Login, "password", guard.Password).goes("/")
		if len(b.set) != 3 {
			t.Fatalf("%d cookies", len(b.set))
		}
		for i, name := range []string{"iw-org", "iw", "iw-device"} {
			if secure {
				name = "__Host-" + name
			}
			c := b.set[i]
			if c.Name != name || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != secure {
				t.Errorf("cookie %+v, want %s HttpOnly Lax / secure=%v", c, name, secure)
			}
		}
		if b.set[0].MaxAge != year || b.set[1].MaxAge != 0 || b.set[2].MaxAge != year {
			t.Errorf("the cookies live %d, %d and %d seconds", b.set[0].MaxAge, b.set[1].MaxAge, b.set[2].MaxAge)
		}
	}
}

func TestLook(t *testing.T) {
	h := fresh(t)
	b := h.browser()
	r := httptest.NewRequest("POST", "http://iw.example/look", strings.NewReader("theme=dark"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Referer", "http://iw.example/login?org=X")
	b.send(r).goes("/login?org=X")
	if got := b.get("/login?org=X").all("html"); attr(got[0], "data-theme") != "dark" {
		t.Error("the theme did not hold")
	}
	r = httptest.NewRequest("POST", "http://iw.example/look", strings.NewReader("contrast=more"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Referer", "http://evil.example/login")
	b.send(r).goes("/")
	r = httptest.NewRequest("POST", "http://iw.example/look", strings.NewReader(`{"theme":"dark"}`))
	r.Header.Set("Content-Type", "application/json")
	b.send(r).is(http.StatusUnsupportedMediaType)
}

func TestFlashIsSaidOnce(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Guard)
	b.post("/account/password", "current", testworld.Password, "password", "walnut glider copper anthem", "again", "walnut glider copper anthem").goes("/account")
	b.get("/account").is(200, "Your password is changed.")
	b.get("/account").lacks("Your password is changed.")
	b.cookies["iw-flash"] = "!!"
	b.get("/account").is(200)
	b.cookies["iw-flash"] = "PGI-eA" // <b>x
	if a := b.get("/account"); strings.Contains(a.body, "<b>x") {
		t.Error("a line of a forged cookie is markup")
	}
}
