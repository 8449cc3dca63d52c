package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// sensitive names the routes that nobody may take who merely finds a browser open. account.password asks for the password itself, and
// revoking a token takes nothing from anybody.
var sensitive = regexp.MustCompile(`^(account\.(app|codes|factor|passkey|token)\.|role\.(create|new|update|edit|delete)|grant\.(create|new|delete)|tenant\.(factors|phones|sso)$|provider\.(create|new|update|edit|delete|unlink)|service\.(new|create)|person\.(password|factors|invite|impersonate)|person\.update$|export\.)`)

func TestWhatIsSensitiveAsksForAProof(t *testing.T) {
	h := fresh(t)
	b, guard := h.as(org.Administrator), h.Staff[org.Guard]
	h.Clock.Advance(10 * time.Minute)
	asked := 0
	for _, route := range New(h.config) {
		if want := sensitive.MatchString(route.Name) && route.Name != "account.token.delete"; want != (route.Proof != "") {
			t.Errorf("%s %s: a proof is asked: %v", route.Method, route.Path, !want)
		}
		if route.Proof == "" {
			continue
		}
		asked++
		path := strings.NewReplacer("{id}", guard.ID.String()).Replace(route.Path)
		if route.Method == http.MethodGet {
			b.get(path).goes(withNext("/account/prove", path))
		} else {
			b.post(path, "email", "new@lantern.example", "confirm", "yes").is(200, "Is it you?")
		}
	}
	if asked < 25 {
		t.Errorf("only %d routes ask", asked)
	}
}

func TestAProofGoesOnWhereItWasAsked(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		b.get("/account/prove?next=/roles/new").goes("/roles/new") // proven just now
		h.Clock.Advance(10 * time.Minute)
		b.get("/roles/new").goes("/account/prove?next=%2Froles%2Fnew")
		a := b.get("/account/prove?next=%2Froles%2Fnew").is(200, "Is it you?", "Your password, or a code of your app")
		if a.value("next") != "/roles/new" {
			t.Errorf("next %q", a.value("next"))
		}
		a = b.post("/account/prove", "proof", "wrong", "next", "/roles/new")
		if a.is(http.StatusUnprocessableEntity); a.message("proof") == "" || a.value("next") != "/roles/new" || a.value("proof") != "" {
			t.Error("a wrong proof is not told, or the way on is lost")
		}
		stolen := b.cookies["iw"]
		b.post("/account/prove", "proof", testworld.Password, "next", "//evil.example").goes("/")
		if b.cookies["iw"] == stolen {
			t.Error("the session's secret is the one from before")
		}
		b.get("/roles/new").is(200, "New role")
		h.Clock.Advance(10 * time.Minute)
		h.Limit.Refuse(fault.Of(fault.TooMany, "slow"))
		b.post("/account/prove", "proof", testworld.Password, "next", "/roles").is(http.StatusTooManyRequests, "Too many tries")
		h.Limit.Refuse(nil)
		b.get("/exports/people?format=csv").goes("/account/prove?next=%2Fexports%2Fpeople%3Fformat%3Dcsv")
		a = b.post("/account/prove", "proof", testworld.Password, "next", "/exports/people?format=csv").is(200, "The file is ready", "Download the file")
		if !a.linksTo("/exports/people?format=csv") || !a.linksTo("/people") {
			t.Error("no link to the file, or back")
		}
		b.get("/exports/people?format=csv").is(200, "Gopal Gale")
		h.browser().get("/account/prove").goes("/login?next=%2Faccount%2Fprove")
	})
}

func TestAFormWaitsForTheProofAndLosesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		h.Clock.Advance(10 * time.Minute)
		typed := []string{"code", "DESK", "name", "Front <desk>", "description", "Answers.", "permissions", "site.read", "permissions", "unit.read"}
		a := b.post("/roles", typed...).is(200, "Is it you?")
		if a.value("name") != "Front <desk>" || len(a.all("input", "name", "permissions")) != 2 || attr(a.all("form", "action", "/roles")[0], "method") != "post" {
			t.Error("what was typed does not wait in the page")
		}
		a = b.post("/roles", append(typed, "proof", "wrong")...).is(http.StatusUnprocessableEntity)
		if a.message("proof") == "" || a.value("name") != "Front <desk>" {
			t.Error("what was typed is lost at a wrong proof")
		}
		to := b.post("/roles", append(typed, "proof", testworld.Password)...).header.Get("Location")
		b.get(to).is(200, "Front <desk>", "Front <desk> is added")
		b.post("/roles", "code", "DESK2", "name", "Desk 2", "permissions", "site.read", "proof", "sent twice").is(http.StatusSeeOther)
	})
}

func TestAPasswordDoesNotWaitInAPage(t *testing.T) {
	h := fresh(t)
	b, path := h.as(org.Administrator), "/people/"+h.Staff[org.Guard].ID.String()+"/password"
	h.Clock.Advance(10 * time.Minute)
	b.post(path, "password", "walnut glider copper anthem").is(200, "Is it you?").lacks("walnut")
	a := b.post(path, "proof", testworld.Password)
	if a.is(http.StatusUnprocessableEntity); a.message("password") == "" {
		t.Error("the password is not asked anew")
	}
	b.post(path, "password", "walnut glider copper anthem").is(http.StatusSeeOther)
}

func TestAPersonsNameNeedsNoProofAndTheirEntryDoes(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b, x := h.as(org.Administrator), h.Staff[org.Guard]
		h.Clock.Advance(10 * time.Minute)
		path := "/people/" + x.ID.String()
		form := func(version, name, login, email, mobile string, more ...string) []string {
			return append([]string{"version", version, "code", x.Code, "name", name, "login_id", login, "email", email, "mobile", mobile, "home_site_id", h.Harbour.ID.String(), "active", "true"}, more...)
		}
		b.post(path, form("1", "Gopal Gust", x.Login, x.Email, x.Mobile)...).goes(path)
		b.post(path, form("2", "Gopal Gust", "gopal", x.Email, x.Mobile)...).is(200, "Is it you?")
		b.post(path, form("2", "Gopal Gust", x.Login, x.Email, "")...).is(200, "Is it you?")
		b.post(path, form("2", "Gopal Gust", x.Login, "gust@lantern.example", x.Mobile)...).is(200, "Is it you?")
		b.post(path, form("2", "Gopal Gust", x.Login, "gust@lantern.example", x.Mobile, "proof", testworld.Password)...).goes(path)
		got, err := h.People.GetPerson(t.Context(), h.System, x.ID)
		if err != nil || got.Email != "gust@lantern.example" || got.Version != 3 {
			t.Errorf("%+v %v", got, err)
		}
		b.post("/people/"+h.ID.String(), form("1", "x", "x", "", "")...).is(http.StatusNotFound)
		b.post("/people/x", form("1", "x", "x", "", "")...).is(http.StatusNotFound)
		h.signedIn(h.Someone(nil, people.CanReadPerson)).post(path, "email", "x").is(http.StatusForbidden)
	})
}

// TestAPasskeyIsAProof: who has a passkey proves by it on the way to a page, and goes on there.
func TestAPasskeyIsAProof(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		b.get("/account/factors/passkeys/new").is(200)
		k, _ := made(b, "My phone")
		h.Clock.Advance(10 * time.Minute)
		b.get("/roles/new").goes("/account/prove?next=%2Froles%2Fnew")
		b.get("/account/prove?next=%2Froles%2Fnew").is(200, "Is it you?", "Use a passkey")
		b.post("/account/prove/passkey", "response", "{}", "next", "/roles/new").is(http.StatusUnprocessableEntity, "This passkey proved nothing.")
		answered(b, "/account/prove/passkey", k, "next", "/roles/new").goes("/roles/new")
		b.get("/roles/new").is(200)
		h.Clock.Advance(10 * time.Minute)
		h.as(org.Supervisor).post("/account/prove/passkey/options").is(http.StatusConflict)
	})
}
