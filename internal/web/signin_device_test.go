package web

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// refusing is a limiter that refuses devices that nobody knows, once it is told to.
type refusing struct {
	auth.Limiter
	refused error
}

func (r *refusing) Stranger(context.Context, string) (bool, error) { return false, r.refused }

func TestABrowserThatIsKnownGoesOn(t *testing.T) {
	h := fresh(t)
	guard := h.Staff[org.Guard]
	b := h.browser()
	b.post("/login", "tenant", "HOUSE", "login", guard.Login, "password", guard.Password).goes("/")
	device := b.cookies["iw-device"]
	if device == "" {
		t.Fatal("the browser does not know who signed in")
	}
	for _, c := range b.set {
		if c.Name == "iw-device" && (!c.HttpOnly || c.MaxAge < 360*24*3600) {
			t.Errorf("%+v", c)
		}
	}
	b.post("/logout").goes("/login")
	if b.cookies["iw-device"] != device {
		t.Error("signing out forgets whose browser it is")
	}
}

func TestABrowserThatNobodyKnowsNeedsALink(t *testing.T) {
	limited := &refusing{}
	h := open(t, testworld.New(t, dbtest.Open(t, "sqlite"), func(c *auth.Config) { limited.Limiter = c.Limit; c.Limit = limited }))
	h.Start()
	guard := h.Staff[org.Guard]
	limited.refused = fault.Of(fault.TooMany, "slow")
	b := h.browser()
	a := b.post("/login", "tenant", "HOUSE", "login", guard.Login, "password", guard.Password)
	a.is(http.StatusTooManyRequests, "This browser needs a link", "It is not locked", "Send me the link")
	form := a.all("form", "action", "/login/link")
	if len(form) != 1 {
		t.Fatal("there is no button that asks for the link")
	}
	same := b.post("/login/link", "tenant", "HOUSE", "login", "nobody").is(200, "Look at your e-mail")
	if b.post("/login/link", "tenant", "HOUSE", "login", guard.Login).is(200).body != same.body {
		t.Error("who asks is told whether there is such an account")
	}
	b.post("/login/link", "tenant", "HOUSE", "login", "").is(http.StatusUnprocessableEntity)
	link := regexp.MustCompile(`https://iw\.example(/login/device/\S+)`)
	at := ""
	testworld.Eventually(t, "the link", func() bool {
		for _, m := range h.Sink.Sent() {
			if x := link.FindStringSubmatch(m.Text); x != nil && strings.HasPrefix(m.To, "guard@") {
				at = x[1]
			}
		}
		return at != ""
	})
	b.get(at).is(200, "Sign in with this browser?", "Yes, with this one")
	b.post(at).goes("/login")
	b.get(at).is(http.StatusNotFound)
	b.post(at).is(http.StatusNotFound)
	b.get("/account").goes("/login?next=%2Faccount") // nobody is signed in by it
	b.post("/login", "tenant", "HOUSE", "login", guard.Login, "password", "wrong password here").is(http.StatusUnauthorized)
	b.post("/login", "tenant", "HOUSE", "login", guard.Login, "password", guard.Password).goes("/")
	h.browser().post("/login", "tenant", "HOUSE", "login", guard.Login, "password", guard.Password).is(http.StatusTooManyRequests)
}
