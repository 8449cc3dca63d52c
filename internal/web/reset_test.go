package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// linkMailed waits for the mail with a link to an address, and gives the link's path.
func (h *house) linkMailed(to string) string {
	h.t.Helper()
	const at = "https://iw.example" + PasswordLinkPath
	path := ""
	testworld.Eventually(h.t, "a mail with a link to "+to, func() bool {
		for _, m := range h.Sink.Sent() {
			if _, rest, ok := strings.Cut(m.Text, at); ok && m.To == to {
				secret, _, _ := strings.Cut(rest, "\n")
				path = PasswordLinkPath + secret
			}
		}
		return path != ""
	})
	return path
}

const chosen = "walnut glider copper anthem"

func TestAForgottenPasswordIsSetByTheLinkOfAMail(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.Start()
		guard := h.Staff[org.Guard]
		b := h.browser()
		if a := b.get(signInPath).is(http.StatusOK); len(a.all("a", "href", ForgotPath)) != 1 {
			t.Error("the sign-in page leads to no help")
		}
		b.get(ForgotPath).is(http.StatusOK, "Mail me a link")
		if a := b.post(ForgotPath, "tenant", "", "login", "").is(http.StatusUnprocessableEntity); a.message("tenant") == "" || a.message("login") == "" {
			t.Error("nothing is said at the fields")
		}
		b.post(ForgotPath, "tenant", "house", "login", guard.Login).is(http.StatusOK, "Look into your mail")
		link := h.linkMailed(guard.Email)

		reader := h.browser() // on another device
		for range 2 {         // a program that looks at links uses nothing up
			a := reader.get(link).is(http.StatusOK, "Choose a new password", "Gopal Gale")
			if a.header.Get("Referrer-Policy") != "no-referrer" || a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%v", a.header)
			}
		}
		a := reader.post(link, "login", guard.Login, "password", "short", "again", "other").is(http.StatusUnprocessableEntity)
		if a.message("password") == "" && a.message("again") == "" {
			t.Error("nothing is said at the fields")
		}
		if a := reader.post(link, "login", guard.Login, "password", chosen, "again", "other").is(http.StatusUnprocessableEntity); a.message("again") == "" {
			t.Error("two passwords are taken")
		}
		reader.post(link, "login", guard.Login, "password", chosen, "again", chosen).goes(signInPath + "?set=1")
		reader.get(signInPath+"?set=1").is(http.StatusOK, "Your password is set")
		reader.get("/").goes(signInPath) // the link signs nobody in
		for _, over := range []answer{reader.get(link), reader.post(link, "password", chosen, "again", chosen), reader.get(PasswordLinkPath + "none")} {
			if over.is(http.StatusNotFound, "This link is over"); len(over.all("a", "href", ForgotPath)) != 1 {
				t.Error("it does not say what to do")
			}
		}
		reader.post(signInPath, "tenant", "HOUSE", "login", guard.Login, "password", chosen).goes("/")
	})
}

// TestWhoAsksForALinkLearnsNothing: status, headers and body are those of an account that is there.
func TestWhoAsksForALinkLearnsNothing(t *testing.T) {
	h := fresh(t)
	ask := func(tenant, login string) answer {
		return h.browser().post(ForgotPath, "tenant", tenant, "login", login)
	}
	there := ask("HOUSE", "guard").is(http.StatusOK)
	for _, c := range [][2]string{{"HOUSE", "nobody"}, {"NOWHERE", "guard"}, {"HOUSE", "guard@lantern.example"}} {
		a := ask(c[0], c[1])
		if a.status != there.status || testworld.Diff(there.header, a.header) != "" || a.body != there.body {
			t.Errorf("%v: %d %v\n%s", c, a.status, a.header, a.body)
		}
	}
	h.Limit.Refuse(fault.Of(fault.TooMany, "Slowly."))
	ask("HOUSE", "guard").is(http.StatusTooManyRequests, "Too many tries")
}

func TestAPersonIsInvitedFromTheirPage(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		fields := []string{"code", "N1", "name", "Nila Nair", "login_id", "nila", "email", "nila@example.com", "home_site_id", h.Harbour.ID.String(), "active", "true"}
		b.get("/people/new").is(http.StatusOK, "Invite by e-mail")
		at := b.post("/people", fields...).header.Get("Location")
		b.get(at).is(http.StatusOK, "They have no password yet. An invitation mails them a link")
		b.post(at + "/invite").goes(at)
		page := b.get(at).is(http.StatusOK, "An invitation to Nila Nair is on its way", "Invite again")
		if !strings.Contains(page.body, "Invited today, 14:30") {
			t.Error("it is not said when")
		}
		h.Start()
		link := h.linkMailed("nila@example.com")
		h.browser().get(link).is(http.StatusOK, "Choose your password")
		h.browser().post(link, "login", "nila", "password", chosen, "again", chosen).goes(signInPath + "?set=1")
		b.get(at).is(http.StatusOK, "Accepted today, 14:30").lacks("Invite again")
		b.post(at + "/invite").is(http.StatusConflict)

		fields = append(slices.Clone(fields), "invite", "true")
		fields[1], fields[5], fields[7] = "N2", "mira", "mira@example.com"
		second := b.post("/people", fields...).header.Get("Location")
		b.get(second).is(http.StatusOK, "Nila Nair is added. An invitation is on its way", "Invited today")
		h.linkMailed("mira@example.com")
		fields[1], fields[5], fields[7] = "N3", "silent", ""
		third := b.post("/people", fields...).header.Get("Location")
		b.get(third).is(http.StatusOK, "is added, but not invited: This person has no e-mail address.", "no e-mail address to which an invitation could go")

		viewer := h.as(org.Viewer)
		viewer.get(second).is(http.StatusOK).lacks("Invit")
		viewer.post(second + "/invite").is(http.StatusForbidden)
		h.of(h.SecondTenant(), org.Administrator).post(second + "/invite").is(http.StatusNotFound)
	})
}
