package oidc_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/oidc"
	"intelliwiz/internal/testworld"
)

const back = "https://iw.example.com/login/provider/back"

// begin starts a sign-in, and goes to the provider and back.
func begin(t *testing.T, p *testworld.Provider, c *oidc.Client, fresh bool) (oidc.Started, oidc.Answer) {
	t.Helper()
	s, err := c.Start(t.Context(), p.Known(), back, fresh)
	if err != nil {
		t.Fatal(err)
	}
	q := p.SignIn(s.URL)
	if q.Get("state") != s.State {
		t.Errorf("came back with %v", q)
	}
	return s, oidc.Answer{Code: q.Get("code"), Issuer: q.Get("iss")}
}

func TestSomebodyIsProven(t *testing.T) {
	p := testworld.NewProvider(t, time.Now)
	c := oidc.New(http.DefaultClient, time.Now)
	s, a := begin(t, p, c, false)
	asked := p.Asked()
	want := url.Values{"client_id": {"iw"}, "redirect_uri": {back}, "response_type": {"code"}, "scope": {"openid email"}, "state": {s.State}, "nonce": {s.Nonce},
		"code_challenge_method": {"S256"}, "code_challenge": asked["code_challenge"]}
	if d := cmp.Diff(want, asked); d != "" {
		t.Error(d)
	}
	if other, _ := begin(t, p, c, false); other.State == s.State || other.Nonce == s.Nonce || other.Verifier == s.Verifier || len(s.State) < 43 {
		t.Errorf("two sign-ins share what proves one: %+v", other)
	}
	p.Says(map[string]any{"amr": []string{"pwd", "mfa"}, "acr": "gold", "auth_time": 1_700_000_000})
	got, err := c.Finish(t.Context(), p.Known(), s, back, a)
	if err != nil {
		t.Fatal(err)
	}
	claims := oidc.Claims{Subject: "u-7", Email: "guard@lantern.example", Verified: true, Login: "gopal", Name: "Gopal Gale", Groups: []string{"guards", "night"},
		Methods: []string{"pwd", "mfa"}, Level: "gold", At: time.Unix(1_700_000_000, 0).UTC()}
	if d := cmp.Diff(claims, got); d != "" {
		t.Error(d)
	}
	if err := c.Check(t.Context(), p.Known()); err != nil {
		t.Error(err)
	}
	p.RSA(2048)
	s, a = begin(t, p, c, false)
	if _, err := c.Finish(t.Context(), p.Known(), s, back, a); err != nil {
		t.Errorf("an RSA key of 2048 bits: %v", err)
	}
}

func TestWhatProvidersWriteInTheirOwnWay(t *testing.T) {
	p := testworld.NewProvider(t, time.Now)
	c := oidc.New(http.DefaultClient, time.Now)
	for claim, x := range map[string]struct {
		says     map[string]any
		verified bool
		groups   int
	}{
		"a single group":             {map[string]any{"groups": "guards", "email_verified": "true"}, true, 1},
		"nothing about the address":  {map[string]any{"email_verified": nil, "groups": nil, "amr": "pwd", "acr": 1}, false, 0},
		"an address that is none":    {map[string]any{"email_verified": false, "groups": map[string]any{"a": 1}}, false, 0},
		"the owner of the domain":    {map[string]any{"email_verified": nil, "xms_edov": "1"}, true, 0},
		"something else than a yes":  {map[string]any{"email_verified": "yes", "xms_edov": []string{"true"}}, false, 0},
		"a number that is not one":   {map[string]any{"email_verified": 2, "xms_edov": nil}, false, 0},
		"groups that are no strings": {map[string]any{"groups": []any{1, "guards", nil}}, false, 1},
	} {
		p.Says(map[string]any{"email_verified": nil, "xms_edov": nil, "groups": nil, "amr": nil, "acr": nil})
		p.Says(x.says)
		s, a := begin(t, p, c, false)
		if got, err := c.Finish(t.Context(), p.Known(), s, back, a); err != nil || got.Verified != x.verified || len(got.Groups) != x.groups {
			t.Errorf("%s: %+v %v", claim, got, err)
		}
	}
}

func TestWhoIsAskedAnew(t *testing.T) {
	now := time.Now()
	p := testworld.NewProvider(t, time.Now)
	c := oidc.New(http.DefaultClient, time.Now)
	s, a := begin(t, p, c, true)
	if q := p.Asked(); q.Get("max_age") != "0" || q.Get("prompt") != "login" {
		t.Errorf("asked: %v", q)
	}
	if got, err := c.Finish(t.Context(), p.Known(), s, back, a); err != nil || got.At.Before(now.Add(-2*time.Second)) {
		t.Errorf("%+v %v", got, err)
	}
	for claim, at := range map[string]any{"long ago": now.Add(-time.Hour).Unix(), "no word of it": 0} {
		p.Says(map[string]any{"auth_time": at})
		s, a = begin(t, p, c, true)
		if got, err := c.Finish(t.Context(), p.Known(), s, back, a); !errors.Is(err, oidc.ErrRefused) {
			t.Errorf("%s: %+v %v", claim, got, err)
		}
	}
}

func TestWhatProvesNothing(t *testing.T) {
	hmac, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte("s3cret-s3cret-s3cret-s3cret-s3cret")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	says := func(claim string, value any) func(*testworld.Provider, *oidc.Started, *oidc.Answer) {
		return func(p *testworld.Provider, _ *oidc.Started, _ *oidc.Answer) { p.Says(map[string]any{claim: value}) }
	}
	body := func(p *testworld.Provider, nonce string) []byte {
		return []byte(`{"iss":"` + p.URL + `","aud":"iw","sub":"u","exp":9999999999,"nonce":"` + nonce + `"}`)
	}
	for claim, change := range map[string]func(*testworld.Provider, *oidc.Started, *oidc.Answer){
		"another issuer":              says("iss", "https://evil.example"),
		"another audience":            says("aud", "other"),
		"several audiences, no party": says("aud", []string{"iw", "other"}),
		"made for another party":      says("azp", "other"),
		"over":                        says("exp", time.Now().Add(-time.Hour).Unix()),
		"another nonce":               says("nonce", "n"),
		"nobody":                      says("sub", ""),
		"no nonce": func(p *testworld.Provider, s *oidc.Started, _ *oidc.Answer) {
			p.Says(map[string]any{"nonce": ""})
			s.Nonce = ""
		},
		"a forger's key":             func(p *testworld.Provider, _ *oidc.Started, _ *oidc.Answer) { p.Forge() },
		"a short RSA key":            func(p *testworld.Provider, _ *oidc.Started, _ *oidc.Answer) { p.RSA(2040) },
		"another code":               func(_ *testworld.Provider, _ *oidc.Started, a *oidc.Answer) { a.Code = "bad" },
		"sent back by another":       func(_ *testworld.Provider, _ *oidc.Started, a *oidc.Answer) { a.Issuer += "/" },
		"another browser's verifier": func(_ *testworld.Provider, s *oidc.Started, _ *oidc.Answer) { s.Verifier = "v" },
		"signed by the client's secret": func(p *testworld.Provider, _ *oidc.Started, _ *oidc.Answer) {
			p.Gives(func(nonce string) string {
				x, err := hmac.Sign(body(p, nonce))
				if err != nil {
					return err.Error()
				}
				text, _ := x.CompactSerialize()
				return text
			})
		},
		"not signed": func(p *testworld.Provider, _ *oidc.Started, _ *oidc.Answer) {
			encode := base64.RawURLEncoding.EncodeToString
			p.Gives(func(nonce string) string {
				return encode([]byte(`{"alg":"none"}`)) + "." + encode(body(p, nonce)) + "."
			})
		},
		"no token": func(p *testworld.Provider, _ *oidc.Started, _ *oidc.Answer) {
			p.Gives(func(string) string { return "" })
		},
	} {
		t.Run(claim, func(t *testing.T) {
			p := testworld.NewProvider(t, time.Now)
			c := oidc.New(http.DefaultClient, time.Now)
			s, a := begin(t, p, c, false)
			change(p, &s, &a)
			if got, err := c.Finish(t.Context(), p.Known(), s, back, a); !errors.Is(err, oidc.ErrRefused) || got.Subject != "" {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
}

func TestAProviderThatIsNotWhatItsIssuerSays(t *testing.T) {
	p := testworld.NewProvider(t, time.Now)
	c := oidc.New(http.DefaultClient, time.Now)
	s, a := begin(t, p, c, false)
	p.Down(true)
	if _, err := c.Finish(t.Context(), p.Known(), s, back, a); err == nil || errors.Is(err, oidc.ErrRefused) {
		t.Errorf("a provider that is down refuses: %v", err)
	}
	p.Down(false)
	p.CallItself("https://evil.example")
	if err := c.Check(t.Context(), p.Known()); err == nil {
		t.Error("it calls itself by another name, and is taken")
	}
	if _, err := c.Start(t.Context(), p.Known(), back, false); err == nil {
		t.Error("somebody is sent there")
	}
}
