package web

import (
	"net/http"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestSigningInByADirectory(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		d := testworld.NewDirectory(t)
		p := h.Directory(d, func(in *auth.ProviderInput) { in.Name = "<b>Lantern" })
		b := h.browser()
		start := b.get("/login?org=house&next=/sites").is(http.StatusOK, "Sign in with <b>Lantern").leads(t, "Sign in with <b>Lantern")
		form := b.get(start).is(http.StatusOK, "Sign in with <b>Lantern", "HOUSE").fields("/login/provider/" + p.ID.String())
		at := "/login/provider/" + p.ID.String()
		a := b.post(at, with(form, "login", "gopal", "password", "no-such-words")...).is(http.StatusUnauthorized, "That did not match").lacks("no-such-words")
		if a.value("login") != "gopal" || a.value("next") != "/sites" {
			t.Error("what was typed is gone")
		}
		b.post(at, with(form, "login", "*)(uid=*", "password", testworld.DirectoryPass)...).is(http.StatusUnauthorized, "That did not match")
		b.post(at, with(form, "login", "gopal", "password", "")...).is(http.StatusUnprocessableEntity, "Enter your password")
		b.post(at, with(form, "login", "gopal", "password", testworld.DirectoryPass)...).goes("/sites")
		b.get("/sites").is(http.StatusOK, "Gopal Gale")
		b.get("/account/sessions").is(http.StatusOK, "by <b>Lantern")

		// A proof is typed, and nobody is sent away for it.
		h.Clock.Advance(11 * time.Minute)
		b.get("/account/prove?next=/sites").is(http.StatusOK, "Is it you?").lacks("Show it at")
		b.post("/account/prove", "proof", testworld.DirectoryPass, "next", "/sites").goes("/sites")

		b = h.browser()
		d.Stop()
		again := b.post(at, with(form, "login", "gopal", "password", testworld.DirectoryPass)...).is(http.StatusServiceUnavailable, "does not answer")
		if again.header.Get("Retry-After") == "" {
			t.Error("it is not said when to try again")
		}
		b.post(at, with(form, "tenant", "NOBODY", "login", "gopal", "password", "x")...).is(http.StatusNotFound)
		b.post("/login/provider/"+h.Provider(testworld.NewProvider(t, h.Clock.Now)).ID.String(), with(form, "login", "gopal", "password", "x")...).is(http.StatusNotFound)
	})
}

func TestDirectoriesArePagesOfTheAdministrator(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		d := testworld.NewDirectory(t)
		b := h.as(org.Administrator)
		b.get("/sso").is(http.StatusOK, "New directory")
		form := b.get("/sso/new?kind=ldap").is(http.StatusOK, "New directory", "always under TLS").fields("/sso?kind=ldap")
		typed := with(form, "name", "Directory", "issuer", d.Address, "directory.ca", d.CA, "client_id", testworld.DirectoryDN, "client_password", testworld.DirectorySecret, "directory.base", "ou=people,dc=lantern",
			"groups", "cn=guards,ou=groups,dc=lantern = VIEWER\ncn=night,ou=groups,dc=lantern = GUARD @ MILL", "always", "true")
		a := b.post("/sso?kind=ldap", with(typed, "issuer", "http://x", "directory.filter", "(uid=x)")...).is(http.StatusUnprocessableEntity, "Nothing is asked in clear").lacks(testworld.DirectorySecret)
		if a.message("issuer") == "" || a.message("directory-filter") == "" || a.value("directory.base") != "ou=people,dc=lantern" {
			t.Error("what was typed is gone, or the faults stand elsewhere")
		}
		page := b.post("/sso?kind=ldap", typed...).header.Get("Location")
		b.get(page).is(http.StatusOK, d.Address, "(uid={login})", "cn=night,ou=groups,dc=lantern = GUARD @ MILL", "Always").lacks(testworld.DirectorySecret)
		b.post(page + "/try").goes(page)
		edit := b.get(page+"/edit").is(http.StatusOK, "Leave it empty to keep").lacks(testworld.DirectorySecret).fields(page)
		b.post(page, with(edit, "name", "Lantern", "directory.group_base", "ou=groups,dc=lantern", "directory.group_filter", "(member={dn})")...).goes(page)
		b.post(page, with(edit, "name", "Late")...).is(http.StatusConflict, "Lantern")
		b.get(page).is(http.StatusOK, "(member={dn})")
		b.post(page, with(edit, "version", "2", "issuer", "ldaps://evil.example")...).is(http.StatusUnprocessableEntity, "Enter the password of the account")
		d.Stop()
		b.post(page+"/try").is(http.StatusConflict, "It does not work yet", "refused the connection")
	})
}
