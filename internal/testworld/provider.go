package testworld

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/oidc"
	"intelliwiz/internal/telemetry"
)

// ProviderSecret is the secret of this product at a Provider.
const ProviderSecret = "s3cret-of-the-client"

// Provider is an OpenID Connect provider with real keys and real tokens, that knows this product as "iw" and has one person signed in.
type Provider struct {
	URL string

	mu     sync.Mutex
	t      testing.TB
	now    func() time.Time
	key    crypto.Signer
	signer crypto.Signer
	alg    jose.SignatureAlgorithm
	issuer string
	claims map[string]any
	token  func(nonce string) string
	codes  map[string]url.Values
	asked  url.Values
	down   bool
}

// NewProvider starts one, which lives as long as the test and whose clock is now.
func NewProvider(t testing.TB, now func() time.Time) *Provider {
	t.Helper()
	p := &Provider{t: t, now: now, alg: jose.ES256, codes: map[string]url.Values{}}
	p.key = p.newKey()
	p.signer = p.key
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.configuration)
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.write(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: "k", Algorithm: string(p.alg), Use: "sig"}}})
	})
	mux.HandleFunc("GET /authorize", p.page)
	mux.HandleFunc("POST /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.exchange)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	p.URL, p.issuer = s.URL, s.URL
	p.claims = map[string]any{"iss": p.issuer, "aud": "iw", "sub": "u-7", "email": "guard@lantern.example", "email_verified": true,
		"preferred_username": "gopal", "name": "Gopal Gale", "groups": []string{"guards", "night", "guards"}}
	return p
}

func (p *Provider) newKey() crypto.Signer {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		p.t.Fatal(err)
	}
	return k
}

// Says sets what tokens say from now on, claim by claim; nil leaves one out.
func (p *Provider) Says(claims map[string]any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, value := range claims {
		if p.claims[name] = value; value == nil {
			delete(p.claims, name)
		}
	}
}

// Down has the provider answer nothing that helps, or again.
func (p *Provider) Down(down bool) { p.mu.Lock(); defer p.mu.Unlock(); p.down = down }

// Forge has tokens signed with another key than the provider's.
func (p *Provider) Forge() { p.mu.Lock(); defer p.mu.Unlock(); p.signer = p.newKey() }

// RSA has the provider sign with an RSA key of so many bits from now on.
func (p *Provider) RSA(bits int) {
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key, p.signer, p.alg = k, k, jose.RS256
}

// Gives has the provider give this instead of a token.
func (p *Provider) Gives(token func(nonce string) string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.token = token
}

// CallItself has the provider claim to be another from now on.
func (p *Provider) CallItself(issuer string) { p.mu.Lock(); defer p.mu.Unlock(); p.issuer = issuer }

// Asked gives the parameters of the last sign-in that began here.
func (p *Provider) Asked() url.Values { p.mu.Lock(); defer p.mu.Unlock(); return maps.Clone(p.asked) }

// Known is this product as the provider knows it.
func (p *Provider) Known() oidc.Provider {
	return oidc.Provider{Issuer: p.URL, Client: "iw", Secret: telemetry.Hide(ProviderSecret), Scopes: []string{"email"}, Groups: "groups"}
}

// SignIn does at an address of the provider what its person's browser does, and gives the parameters with which it is sent back.
func (p *Provider) SignIn(address string) url.Values {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, address, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	got, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer got.Body.Close() //nolint:errcheck // nothing is in it
	to, err := got.Location()
	if err != nil {
		p.t.Fatal(got.Status, err)
	}
	return to.Query()
}

func (p *Provider) write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		p.t.Error(err)
	}
}

func (p *Provider) configuration(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		http.Error(w, "down for maintenance", http.StatusBadGateway)
		return
	}
	p.write(w, map[string]any{"issuer": p.issuer, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"ES256", "RS256", "HS256", "none"}})
}

// page asks the person's browser who it is.
func (p *Provider) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = w.Write([]byte(`<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,"><form method="post"><button id="me">It is me</button></form></html>`))
}

// authorize sends the browser back with a code for what it came with.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = r.URL.Query()
	code := rand.Text()
	p.codes[code] = p.asked
	q := url.Values{"code": {code}, "state": {p.asked.Get("state")}, "iss": {p.issuer}}
	http.Redirect(w, r, p.asked.Get("redirect_uri")+"?"+q.Encode(), http.StatusFound) //nolint:gosec // a test's own address
}

// exchange gives a token for a code, once, to who has the secret of the client and the PKCE verifier of its sign-in (RFC 7636, 4.6).
func (p *Provider) exchange(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		http.Error(w, "down for maintenance", http.StatusBadGateway)
		return
	}
	begun, known := p.codes[r.FormValue("code")]
	delete(p.codes, r.FormValue("code"))
	client, secret, _ := r.BasicAuth()
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !known || r.FormValue("redirect_uri") != begun.Get("redirect_uri") || base64.RawURLEncoding.EncodeToString(sum[:]) != begun.Get("code_challenge") || client != "iw" || secret != ProviderSecret {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	var token string
	if p.token != nil {
		token = p.token(begun.Get("nonce"))
	} else {
		token = p.signed(begun)
	}
	p.write(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": token})
}

// signed makes the token of a sign-in. Who was asked anew proved it now, others as long ago as the claims say.
func (p *Provider) signed(begun url.Values) string {
	claims := map[string]any{"nonce": begun.Get("nonce"), "iat": p.now().Unix(), "exp": p.now().Add(time.Minute).Unix(), "auth_time": p.now().Unix()}
	maps.Copy(claims, p.claims)
	raw, err := json.Marshal(claims)
	if err != nil {
		p.t.Error(err)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: p.alg, Key: jose.JSONWebKey{Key: p.signer, KeyID: "k"}}, nil)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	x, err := s.Sign(raw)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	text, err := x.CompactSerialize()
	if err != nil {
		p.t.Error(err)
	}
	return text
}

// Provider has people of the tenant sign in by a provider; change may say more about it.
func (x *Tenant) Provider(p *Provider, change ...func(*auth.ProviderInput)) auth.Provider {
	x.w.t.Helper()
	in := auth.ProviderInput{Name: "Lantern login", Issuer: p.URL, Client: "iw", Secret: telemetry.Hide(ProviderSecret), Scopes: []string{"email", "profile"}, Claim: "groups", Active: true}
	for _, f := range change {
		f(&in)
	}
	made, err := x.w.Auth.CreateProvider(x.w.t.Context(), x.System, in)
	x.w.must(err)
	return made
}

// Directory has people of the tenant sign in by a directory; change may say more about it.
func (x *Tenant) Directory(d *Directory, change ...func(*auth.ProviderInput)) auth.Provider {
	x.w.t.Helper()
	in := auth.ProviderInput{Name: "Lantern directory", Kind: auth.LDAP, Issuer: d.Address, Client: DirectoryDN, Secret: telemetry.Hide(DirectorySecret), Claim: "memberOf", Active: true,
		Directory: &auth.Directory{CA: d.CA, Base: "ou=people,dc=lantern", Filter: "(uid={login})", Subject: "entryUUID", Email: "mail", FullName: "cn"}}
	for _, f := range change {
		f(&in)
	}
	made, err := x.w.Auth.CreateProvider(x.w.t.Context(), x.System, in)
	x.w.must(err)
	return made
}
