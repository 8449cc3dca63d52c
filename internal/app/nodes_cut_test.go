package app

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/config"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/web"
)

// cut is how long anything goes on that has ended.
const cut = time.Second

// entry is one way into the product of one person: a session in a browser or a token of a program.
type entry struct{ session, token string }

// opens says that an entry still opens a node.
func (n *node) opens(t *testing.T, e entry) bool {
	t.Helper()
	path := "/account"
	if e.token != "" {
		path = "/api/v1/account"
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if e.token != "" {
		r.Header.Set("Authorization", "Bearer "+e.token)
	} else {
		r.AddCookie(&http.Cookie{Name: web.SessionCookie(strings.HasPrefix(n.url, "https")), Value: e.session})
	}
	answer, err := http.DefaultTransport.RoundTrip(r) // a redirect to the sign-in is an answer
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusOK:
		return true
	case http.StatusUnauthorized, http.StatusSeeOther:
		return false
	}
	body, _ := io.ReadAll(answer.Body)
	t.Fatalf("%s answers %d: %.200s", path, answer.StatusCode, body)
	return false
}

// shutOn waits for an entry to be shut on every node, and says how long the last one took. The requests go on all the while, so that what
// is kept of the entry is used.
func shutOn(t *testing.T, nodes []*node, e entry) time.Duration {
	t.Helper()
	began := time.Now()
	for _, n := range nodes {
		for n.opens(t, e) {
			if time.Since(began) > 20*cut {
				t.Fatal("it is never shut")
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	return time.Since(began)
}

// staffed is two nodes on one PostgreSQL, and a person who may come in; the test itself is a third process.
type staffed struct {
	*services
	t      *testing.T
	nodes  []*node
	who    actor.Actor
	in     people.PersonInput
	person people.Person
}

func openStaffed(t *testing.T, more ...string) *staffed {
	t.Helper()
	url, dir := dbtest.URL(t, "postgres"), t.TempDir()
	x := &staffed{t: t, who: operator(id.New[id.Tenant]()), in: people.PersonInput{Code: "E1", Login: "tara", Name: "Tara Thorn", Active: true}}
	for range 2 {
		x.nodes = append(x.nodes, startNode(t, dir, url, more...))
	}
	cfg, err := config.Load(environment(dir, append(more, "IW_PROFILE=development", "DATABASE_URL="+url)...), nil)
	if err != nil {
		t.Fatal(err)
	}
	if x.services, err = newServices(t.Context(), cfg, telemetry.NewLog(io.Discard, nil)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.close(); err != nil {
			t.Error(err)
		}
	})
	_, err = x.org.CreateTenant(t.Context(), x.who, org.TenantInput{Code: "CUT", Name: "Two Lanterns", Zone: "Asia/Kolkata"})
	if err == nil {
		x.person, err = x.people.CreatePerson(t.Context(), x.who, x.in)
	}
	if err == nil {
		err = x.auth.SetPassword(t.Context(), x.who, x.person.ID, lanternPassword)
	}
	if err != nil {
		t.Fatal(err)
	}
	return x
}

const lanternPassword = "tundra violin plinth mosaic"

// enter lets the person in by a session and by a token, and has every node keep both in memory.
func (x *staffed) enter() (session, token entry) {
	x.t.Helper()
	in, err := x.auth.SignIn(x.t.Context(), auth.SignIn{Tenant: "CUT", Login: "tara", Password: lanternPassword})
	if err != nil {
		x.t.Fatal(err)
	}
	_, secret, err := x.auth.IssueToken(x.t.Context(), x.who, x.person.ID, auth.TokenInput{Name: "t", Expires: x.now().Add(time.Hour)})
	if err != nil {
		x.t.Fatal(err)
	}
	session, token = entry{session: in.Secret}, entry{token: secret}
	for range 3 {
		for _, n := range x.nodes {
			if !n.opens(x.t, session) || !n.opens(x.t, token) {
				x.t.Fatal("the person is not let in")
			}
		}
	}
	return session, token
}

// TestWhoIsDisabledIsOutOfEveryNodeWithinASecond: two processes on one PostgreSQL have a person's session and token in memory. When another
// process ends the session, or disables the person, both have shut within a second, with Redis and without.
func TestWhoIsDisabledIsOutOfEveryNodeWithinASecond(t *testing.T) {
	for name, more := range map[string][]string{"without redis": nil, "with redis": {"REDIS_URL=redis://" + dbtest.Redis(t)}} {
		t.Run(name, func(t *testing.T) {
			x := openStaffed(t, more...)
			ended, _ := x.enter()
			if err := x.auth.EndSessions(t.Context(), x.who, x.person.ID); err != nil {
				t.Fatal(err)
			}
			if took := shutOn(t, x.nodes, ended); took > cut {
				t.Errorf("a session that was ended opens for %s", took)
			}
			session, token := x.enter()
			x.in.Active = false
			if _, err := x.people.UpdatePerson(t.Context(), x.who, x.person.ID, x.person.Version, x.in); err != nil {
				t.Fatal(err)
			}
			if took := max(shutOn(t, x.nodes, session), shutOn(t, x.nodes, token)); took > cut {
				t.Errorf("who is disabled goes on for %s", took)
			}
		})
	}
}
