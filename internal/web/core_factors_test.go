package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// keyOn gives the app that somebody sets up by typing the key of the page.
func keyOn(a answer) testworld.App {
	for _, c := range a.all("code") {
		if text := textIn(c); strings.Count(text, " ") == 7 {
			return testworld.App{Key: text}
		}
	}
	a.t.Error("there is no key to type")
	return testworld.App{}
}

func TestTheSecondStepIsSetUpInThreeScreens(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Guard)
		b.get("/account/factors").is(200, "Only the password protects your account", "Set up the second step", "Signing in")
		b.get("/account/factors/app").goes("/account/factors") // nothing is being set up
		b.post("/account/factors/codes", "confirm", "yes").is(http.StatusConflict)
		b.post("/account/factors/app").goes("/account/factors/app")
		a := b.get("/account/factors/app").is(200, "point the camera at this picture", "The six digits that the app shows")
		if len(a.all("svg", "role", "img")) != 1 || a.header.Get("Cache-Control") != "no-store" {
			t.Error("no picture to scan, or the page may be kept")
		}
		phone := keyOn(a)
		a = b.post("/account/factors/app/confirm", "code", "12")
		if a.is(http.StatusUnprocessableEntity, "point the camera"); a.message("code") == "" || keyOn(a).Key != phone.Key {
			t.Error("a wrong code is not told, or the key changed")
		}
		a = b.post("/account/factors/app/confirm", "code", phone.At(h.Clock.Now()))
		a.is(http.StatusCreated, "The second step is on", "shown this once", "I have kept them")
		codes := strings.Fields(textIn(a.all("textarea", "name", "codes")[0]))
		if len(codes) != 10 || a.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("codes %q", codes)
		}
		a = b.get("/account/factors").is(200, "Authenticator app", "10 recovery codes are left.", "Not used yet", "Use another phone")
		if strings.Contains(a.body, codes[0]) {
			t.Error("a code is shown again")
		}

		b.post("/account/factors/codes").is(200, "Make new recovery codes?")
		b.post("/account/factors/codes", "confirm", "yes").is(http.StatusCreated, "Your new recovery codes").lacks(codes[0])
		b.post("/account/factors/app").goes("/account/factors/app")
		second := keyOn(b.get("/account/factors/app"))
		b.post("/account/factors/app/confirm", "code", second.At(h.Clock.Now())).goes("/account/factors")
		b.get("/account/factors").is(200, "Your new phone is set up", "1 second step")

		who, err := h.Auth.BySession(t.Context(), b.cookies["iw"])
		if err != nil {
			t.Fatal(err)
		}
		f, err := h.Auth.ListFactors(t.Context(), who)
		if err != nil || len(f.All) != 1 {
			t.Fatal(f, err)
		}
		path := "/account/factors/" + f.All[0].ID.String() + "/delete"
		h.as(org.Viewer).post(path, "confirm", "yes").is(http.StatusNotFound)
		h.of(h.SecondTenant(), org.Guard).post(path, "confirm", "yes").is(http.StatusNotFound)
		b.post("/account/factors/x/delete").is(http.StatusNotFound)
		b.post(path).is(200, "Remove authenticator app?")
		b.post(path, "confirm", "yes").goes("/account/factors")
		b.get("/account/factors").is(200, "Authenticator app is removed", "Only the password protects")
	})
}

func TestTheSetUpOfASecondStepIsLimitedAndEnds(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Guard)
	b.post("/account/factors/app").goes("/account/factors/app")
	limited := fault.Of(fault.TooMany, "slow")
	limited.RetryAfter = 10 * time.Minute
	h.Limit.Refuse(limited)
	a := b.post("/account/factors/app/confirm", "code", "123456").is(http.StatusTooManyRequests, "Try again in 10 minutes.")
	if a.header.Get("Retry-After") != "600" {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
	h.Limit.Refuse(nil)
	b.post("/account/factors/app/confirm", "code", "1\x002").is(http.StatusUnprocessableEntity)
	for range 3 {
		h.Clock.Advance(20 * time.Minute)
		b.get("/account")
	}
	b.post("/account/factors/app/confirm", "code", "123456", "proof", testworld.Password).goes("/account/factors")
	b.get("/account/factors").is(200, "That took too long. Begin again")
}

func TestSignInAsksTheSecondStep(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		guard := h.Staff[org.Guard]
		phone := h.SetUpApp(guard)
		h.Clock.Advance(time.Minute)
		b := h.browser()
		b.get("/login/code?next=/account").goes("/login?next=%2Faccount") // without a password
		b.post("/login", "tenant", "HOUSE", "login", guard.Login, "password", guard.Password, "next", "/account/tokens").goes("/login/code?next=%2Faccount%2Ftokens")
		if _, in := b.cookies["iw"]; in {
			t.Fatal("there is a session before the second step")
		}
		b.get("/account").goes("/login?next=%2Faccount")
		a := b.get("/login/code?next=%2Faccount%2Ftokens").is(200, "The password is right. Now the code.")
		if a.value("next") != "/account/tokens" || attr(a.all("input", "name", "code")[0], "autocomplete") != "one-time-code" {
			t.Error("the way on is lost, or browsers do not know the field")
		}
		a = b.post("/login/code", "code", "", "next", "/account/tokens")
		if a.is(http.StatusUnprocessableEntity); a.message("code") != "Type the code." || a.value("next") != "/account/tokens" {
			t.Errorf("message %q", a.message("code"))
		}
		a = b.post("/login/code", "code", "zzzzz-zzzzz", "next", "/account/tokens")
		if a.is(http.StatusUnauthorized, "Second step"); a.message("code") == "" {
			t.Error("a wrong code is not told")
		}
		h.Limit.Refuse(fault.Of(fault.TooMany, "slow down"))
		b.post("/login/code", "code", "123456").is(http.StatusTooManyRequests, "You are not locked out.")
		h.Limit.Refuse(nil)
		b.post("/login/code", "code", phone.At(h.Clock.Now()), "next", "/account/tokens").goes("/account/tokens")
		if _, still := b.cookies["iw-step"]; still {
			t.Error("the cookie of the second step stays")
		}
		b.get("/account/tokens").is(200, guard.Name)
		b.get("/login/code?next=/account").goes("/account")
	})
}

func TestASecondStepThatIsOver(t *testing.T) {
	h := fresh(t)
	guard := h.Staff[org.Guard]
	phone := h.SetUpApp(guard)
	b := h.browser()
	begin := func() {
		b.post("/login", "tenant", "HOUSE", "login", guard.Login, "password", guard.Password, "next", "/account").goes("/login/code?next=%2Faccount")
	}
	begin()
	for i := range 5 {
		a := b.post("/login/code", "code", "zzzzz-zzzzz", "next", "/account")
		if i < 4 {
			a.is(http.StatusUnauthorized)
		} else {
			a.goes("/login?next=%2Faccount&over=1")
		}
	}
	b.get("/login?next=%2Faccount&over=1").is(200, "Sign in again", "too many codes were wrong")
	begin()
	if c := b.set[len(b.set)-1]; c.Name != "iw-step" || !c.HttpOnly || c.MaxAge != 300 || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie %+v", c)
	}
	h.Clock.Advance(5 * time.Minute)
	b.get("/login/code?next=%2Faccount").goes("/login?next=%2Faccount&over=1")
	begin()
	b.post("/login/code", "code", phone.Codes[0], "next", "//evil.example").goes("/")
}

func TestTheTrailTellsOfSecondSteps(t *testing.T) {
	h := fresh(t)
	guard := h.Staff[org.Guard]
	phone := h.SetUpApp(guard)
	b := h.browser()
	b.post("/login", "tenant", "HOUSE", "login", guard.Login, "password", guard.Password)
	b.post("/login/code", "code", phone.Codes[0]).goes("/")
	h.as(org.Auditor).get("/audit").is(200, "Gopal Gale set up a second step for signing in", "Gopal Gale signed in with a recovery code")
}

func TestALostSecondStepIsTakenAwayOnThePersonsPage(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		guard := h.Staff[org.Guard]
		at, b := "/people/"+guard.ID.String(), h.as(org.Administrator)
		b.get(at).is(200).lacks("Not used yet")
		h.SetUpApp(guard)
		b.get(at).is(200, "Authenticator app", "Not used yet")
		h.as(org.Supervisor).get(at).is(200).lacks("Authenticator app")
		h.as(org.Supervisor).post(at+"/factors/reset", "confirm", "yes").is(http.StatusForbidden)
		b.post(at+"/factors/reset").is(200, "Remove the second step of Gopal Gale?", "Be sure that it is they who ask")
		b.post(at+"/factors/reset", "confirm", "yes").goes(at)
		b.get(at).is(200, "You agreed. Another administrator has to as well", "Authenticator app").lacks(at + "/factors/reset")
		b.post(at+"/factors/reset", "confirm", "yes").is(http.StatusConflict) // one word is one
		second := h.Someone(nil)
		h.GrantIn(second.ID, org.Administrator, nil, nil)
		b = h.signedIn(second)
		b.get(at).is(200, "Asha Alder agreed. With you they are two.")
		b.post(at+"/factors/reset").is(200, "Asha Alder agreed. They are signed out everywhere")
		b.post(at+"/factors/reset", "confirm", "yes").goes(at)
		b.get(at).is(200, "Gopal Gale signs in with the password alone now").lacks("Authenticator app")
		b.post(at+"/factors/reset", "confirm", "yes").is(http.StatusConflict)
		h.as(org.Auditor).get("/audit").is(200, "Asha Alder agreed that the second step of Gopal Gale be removed", second.Name+" removed the second step of Gopal Gale")
	})
}
