package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestMustChangePassword(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, testworld.New(t, d))
		m := h.Someone(&h.Harbour.ID, org.CanReadSite)
		const given = "given by somebody violin"
		if err := h.Auth.SetPassword(t.Context(), h.Actor(org.Administrator), m.ID, given); err != nil {
			t.Fatal(err)
		}
		b := h.browser()
		b.post("/login", "tenant", "HOUSE", "login", m.Login, "password", given, "next", "/account/tokens").goes("/account/password?next=%2Faccount%2Ftokens")
		for _, path := range []string{"/", "/account", "/account/sessions", "/account/tokens/new", "/search?q=a"} {
			if got := b.get(path).header.Get("Location"); !strings.HasPrefix(got, "/account/password") {
				t.Errorf("%s is open: %q", path, got)
			}
		}
		b.post("/account/tokens", "name", "x", "expires_at", "2026-12-31").goes("/account/password")

		a := b.get("/account/password?next=%2Faccount%2Ftokens").is(200, "Choose your own password")
		if a.value("login") != m.Login || a.value("next") != "/account/tokens" {
			t.Error("the login or the way on is not kept")
		}
		a = b.post("/account/password", "login", m.Login, "current", "wrong", "password", "short", "again", "other", "next", "/account/tokens")
		if a.is(http.StatusUnprocessableEntity); a.message("again") == "" || a.value("next") != "/account/tokens" {
			t.Error("two different passwords are not told, or the way on is lost")
		}
		a = b.post("/account/password", "login", m.Login, "current", "wrong", "password", "walnut glider copper anthem", "again", "walnut glider copper anthem")
		if a.is(http.StatusUnprocessableEntity); a.message("current") == "" {
			t.Error("a wrong current password is not told")
		}
		b.post("/account/password", "login", m.Login, "current", given, "password", "walnut glider copper anthem", "again", "walnut glider copper anthem").goes("/")
		b.get("/").is(200, "Today")
	})
}

func TestPasswordLimited(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Guard)
	limited := fault.Of(fault.TooMany, "slow")
	limited.RetryAfter = 10 * time.Minute
	h.Limit.Refuse(limited)
	a := b.post("/account/password", "current", "a", "password", "walnut glider copper anthem", "again", "walnut glider copper anthem")
	a.is(http.StatusTooManyRequests, "Too many tries. You are not locked out. Try again in 10 minutes.")
	if a.header.Get("Retry-After") != "600" {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
}

func TestInstall(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, testworld.Empty(t, d))
		secret, err := h.Auth.OpenSetup(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b := h.browser()
		b.get("/setup/wrong").is(http.StatusNotFound)
		b.post("/setup/wrong", "code", "A").is(http.StatusNotFound)
		path := "/setup/" + secret
		b.get(path).is(200, "Set up IntelliWiz", "Its time zone")

		a := b.post(path, "organisation", "", "code", "no spaces!", "zone", "Mars/Olympus", "name", "", "login_id", "?", "email", "not one", "password", "a", "again", "b")
		a.is(http.StatusUnprocessableEntity, "7 things to put right")
		for _, field := range []string{"organisation", "code", "zone", "name", "login_id", "email", "again"} {
			if a.message(field) == "" {
				t.Errorf("no message at %s", field)
			}
		}
		if a.value("code") != "no spaces!" || a.value("email") != "not one" {
			t.Error("what was typed is lost")
		}
		good := []string{"organisation", "Tin Lantern", "code", "lantern", "zone", "Asia/Kolkata", "name", "Asha Alder", "login_id", "asha", "email", ""}
		a = b.post(path, append(good, "password", "asha", "again", "asha")...)
		if a.is(http.StatusUnprocessableEntity); a.message("password") == "" {
			t.Error("a weak password is taken")
		}
		b.post(path, append(good, "password", "walnut glider copper anthem", "again", "walnut glider copper anthem")...).goes("/")
		b.get("/").is(200, "Tin Lantern", "3 steps to a working organisation", "Add the first site", "Your organisation stands")
		b.get(path).is(http.StatusNotFound)
	})
}
