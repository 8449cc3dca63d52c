package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestWhoLostEverythingAsksForHelp(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		guard := h.Staff[org.Guard]
		session := h.signedIn(guard)
		who, err := h.Auth.BySession(t.Context(), session.cookies["iw"])
		if err != nil {
			t.Fatal(err)
		}
		h.SetUpAppAs(who)
		h.Start()
		b := h.browser()
		b.get("/login/code/lost").goes("/login") // without a password
		b.post("/login/code/lost").goes("/login")
		warnings := func() (links []string) {
			for _, m := range h.Sink.Sent() {
				if found := regexp.MustCompile(`https://iw\.example(/login/stop/\S+)`).FindStringSubmatch(m.Text); found != nil {
					links = append(links, found[1])
				}
			}
			return links
		}
		begin := func() {
			t.Helper()
			b.post("/login", "tenant", "HOUSE", "login", guard.Login, "password", guard.Password, "next", "/account").goes("/login/code?next=%2Faccount")
		}
		begin()
		b.get("/login/code?next=/account").is(200, "No phone, no passkey and no codes?")
		a := b.get("/login/code/lost?next=/account").is(200, "Lost everything?", "Or wait three days.", "Ask for help")
		if a.value("next") != "/account" {
			t.Error("the way on is lost")
		}
		session.get("/account/factors").is(200).lacks("Stop it")
		b.post("/login/code/lost", "next", "/account").goes("/login/code/lost?next=%2Faccount")
		b.get("/login/code/lost").is(200, "You asked for help", "removed in 3 days").lacks("Or wait three days.")
		testworld.Eventually(t, "the first warning", func() bool { return len(warnings()) == 1 })
		first := warnings()[0]

		// Whoever is signed in sees it, and stops it.
		session.get("/account/factors").is(200, "Somebody says that you lost your second step", "Stop it")
		h.as(org.Administrator).get("/people/"+guard.ID.String()).is(200, "Gopal Gale lost them all, and asked for help")
		session.post("/account/factors/stop").goes("/account/factors")
		session.get("/account/factors").is(200, "Your second step stays.").lacks("Stop it")
		session.post("/account/factors/stop").is(http.StatusNotFound)

		// So does the link of a mail, by a button: mail programs look at links.
		begin()
		b.post("/login/code/lost").goes("/login/code/lost")
		testworld.Eventually(t, "the second warning", func() bool { return len(warnings()) == 2 })
		at := warnings()[0]
		if at == first { // mails may overtake each other
			at = warnings()[1]
		}
		v := h.browser()
		v.get(at).is(200, "Is it not you?", "It is removed in 3 days.", "It is not me: stop it")
		b.get("/login/code/lost").is(200, "You asked for help") // it was only looked at
		v.post(at).is(200, "It is stopped", "Somebody knows your password")
		v.get(at).is(http.StatusNotFound)
		v.post(at).is(http.StatusNotFound)
		v.get("/login/stop/none").is(http.StatusNotFound)
		b.get("/login/code/lost").goes("/login?over=1")
		h.as(org.Auditor).get("/audit").is(200, "Gopal Gale asked for help, with the password", "Gopal Gale stopped that their second step be removed")
	})
}

func TestHelpByAdministratorsAlone(t *testing.T) {
	h := fresh(t)
	someone := h.Someone(nil) // has no mailbox
	h.SetUpApp(someone)
	h.Clock.Advance(time.Minute)
	b := h.browser()
	b.post("/login", "tenant", "HOUSE", "login", someone.Login, "password", someone.Password).goes("/login/code")
	b.post("/login/code/lost").goes("/login/code/lost")
	b.get("/login/code/lost").is(200, "so waiting does not help").lacks("agreed already")
	if _, err := h.Auth.ResetFactors(t.Context(), h.Actor(org.Administrator), someone.ID); err != nil {
		t.Fatal(err)
	}
	if a := b.get("/login/code/lost").is(200, "One agreed already."); strings.Contains(a.body, "Asha") {
		t.Error("a visitor is told who helps")
	}
}
