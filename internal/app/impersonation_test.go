package app

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/demo"
	"intelliwiz/internal/org"
	"intelliwiz/internal/reply"
)

// lone are the pages that open secrets or hand out rights. Their rows have to say that nobody comes who acts as another person.
var lone = regexp.MustCompile(`^(account\.(app|codes|factors?|passkey|password|plea|prove|sessions?|device|tokens?|impersonation)\b|role\.(create|new|update|edit|delete)$|grant\.(create|new|delete)$|service\.|sso\.|export\.|person\.(password|factors|invite|impersonate|sessions?|device)|webhook\.(create|new|update|edit|delete|secret)$|tenant\.)`)

// TestWhoActsAsAnotherOpensNoSecret walks the whole table as an administrator who acts as another administrator: what is lone is refused, by its
// row or by the permission that it needs, and no API knows the session.
func TestWhoActsAsAnotherOpensNoSecret(t *testing.T) {
	m := &matrix{house: openHouse(t, "sqlite")}
	server, err := m.newServer()
	m.must(err)
	m.door = server.Handler()
	a := operator(m.actors["ADMINISTRATOR"].Tenant())
	first, second := m.person(a, org.Administrator, nil), m.person(a, org.Administrator, nil)
	m.must(m.auth.SetPassword(t.Context(), a, first.ID, demo.Password))
	in, err := m.auth.SignIn(t.Context(), auth.SignIn{Tenant: "SAHYADRI", Login: first.Login, Password: demo.Password})
	m.must(err)
	who, err := m.auth.BySession(t.Context(), in.Secret)
	m.must(err)
	key, err := m.auth.Impersonate(t.Context(), who, second.ID, auth.ImpersonationInput{Reason: "To walk all pages", Minutes: 30})
	m.must(err)
	if answer, body := m.ask(key, http.MethodGet, "/", "", ""); answer.StatusCode != http.StatusOK || !strings.Contains(body, "You act as "+second.Name) {
		t.Fatalf("the home page answers %d", answer.StatusCode)
	}
	walked := 0
	for _, r := range m.table {
		if r.Name == "signout" || r.Name == "account.acting.end" || r.Path == "/graphql" {
			continue
		}
		got := m.route(r).ask(key, unknown())
		switch {
		case got == broken:
			t.Errorf("%s %s: a fault of ours", r.Method, r.Path)
		case reply.IsAPI(r.Path):
			if got != asked && r.Permission != reply.Public && !r.Cookie {
				t.Errorf("%s %s: the API knows the session: %s", r.Method, r.Path, got)
			}
		case lone.MatchString(r.Name) || r.Own || r.Proof == reply.ProofAlways:
			if walked++; got != refused {
				t.Errorf("%s %s (%s): who acts as another %s", r.Method, r.Path, r.Name, got)
			}
		}
	}
	if walked < 60 {
		t.Errorf("only %d were walked", walked)
	}
}
