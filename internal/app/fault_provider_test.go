//go:build faults

package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/testworld"
)

// TestAnIdentityProviderThatIsAway: a provider answers 502, and another takes connections and never answers, while thirty people go to it. The
// sign-in page says so in time and offers the other ways; passwords open, whoever is in stays in, and the provider is of use again by itself.
func TestAnIdentityProviderThatIsAway(t *testing.T) {
	p := startDemo(t, t.TempDir(), "IW_WEBHOOK_NETWORKS=127.0.0.0/8", "IW_WEBHOOK_HTTP=true", "IW_SESSIONS_MAX=1000")
	token, login, password, org := p.account(0, "administrator")
	at := testworld.NewProvider(t, time.Now)
	door := func(name, issuer string) string {
		t.Helper()
		var made struct{ ID string }
		body := fmt.Sprintf(`{"name":%q,"issuer":%q,"client_id":"iw","secret":%q,"scopes":["email"],"active":true}`, name, issuer, testworld.ProviderSecret)
		if status, err := p.call(t.Context(), token, http.MethodPost, "/api/v1/sso-providers", body, &made); err != nil || status != http.StatusCreated {
			t.Fatalf("making a provider answers %d, %v", status, err)
		}
		return "/login/provider/" + made.ID + "?org=" + org
	}
	away, silent := door("Lantern", at.URL), door("Quiet", "http://"+silentAddress(t))
	visitor := func() *visit { return newVisit(t, p.start.URL) }
	in := visitor()
	in.signIn(org, login, password)
	if status, to, _ := visitor().get(away); status != http.StatusSeeOther || !strings.HasPrefix(to, at.URL+"/authorize") {
		t.Fatalf("while the provider is there it answers %d, to %q", status, to)
	}
	at.Down(true)

	ctx, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	for range 30 {
		waiting.Go(func() {
			v := visitor()
			began := time.Now()
			status, _, text := v.get(silent)
			if took := time.Since(began); status != http.StatusServiceUnavailable || took > 35*time.Second || !strings.Contains(text, "name=\"login\"") {
				t.Errorf("a provider that never answers: %d after %s\n%.500s", status, took, text)
			}
		})
	}
	go func() { waiting.Wait(); cancel() }()
	rounds, slowest := 0, time.Duration(0)
	for ; ctx.Err() == nil || rounds < 3; rounds++ {
		began := time.Now()
		if status, _, text := visitor().get(away); status != http.StatusServiceUnavailable || !strings.Contains(text, "name=\"login\"") || !strings.Contains(text, "Sign in with Quiet") {
			t.Errorf("a provider that is down: %d\n%.2000s", status, text)
		}
		if status, _, _ := in.get("/account"); status != http.StatusOK {
			t.Errorf("whoever is in gets %d", status)
		}
		visitor().signIn(org, login, password)
		if status := p.status("/readyz"); status != http.StatusOK {
			t.Errorf("ready answers %d", status)
		}
		slowest = max(slowest, time.Since(began))
		time.Sleep(200 * time.Millisecond)
	}
	t.Logf("%d rounds while thirty waited for a provider; the slowest of four requests and a sign-in took %s", rounds, slowest)
	if slowest > 10*time.Second {
		t.Errorf("others were held up for %s", slowest)
	}
	at.Down(false)
	if status, to, _ := visitor().get(away); status != http.StatusSeeOther || !strings.HasPrefix(to, at.URL+"/authorize") {
		t.Errorf("when the provider is back it answers %d, to %q", status, to)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
}

// visit is a browser without a screen.
type visit struct {
	t      *testing.T
	base   string
	client *http.Client
}

func newVisit(t *testing.T, base string) *visit {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visit{t, base, &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (v *visit) get(path string) (status int, to, text string) {
	return v.ask(http.MethodGet, path, "")
}

// signIn does so with a password.
func (v *visit) signIn(org, login, password string) {
	status, to, text := v.ask(http.MethodPost, "/login", url.Values{"tenant": {org}, "login": {login}, "password": {password}, "next": {"/account"}}.Encode())
	if status != http.StatusSeeOther || to != "/account" {
		v.t.Errorf("a password answers %d, to %q\n%.500s", status, to, text)
	}
}

func (v *visit) ask(method, path, form string) (status int, to, text string) {
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, strings.NewReader(form))
	if err != nil {
		v.t.Error(err)
		return 0, "", ""
	}
	r.Header.Set("Accept", "text/html")
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Error(err)
		return 0, "", ""
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Error(err)
	}
	return answer.StatusCode, answer.Header.Get("Location"), string(raw)
}
