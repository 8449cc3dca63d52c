// Package oidc has somebody proven by a provider of their organisation, with OpenID Connect: it finds the provider by its issuer, sends the
// browser there, and takes what the provider says of the person. It refuses what is not meant for this client, this browser and this one
// sign-in: the issuer and the audience have to be exactly those that were set, and state, nonce and the PKCE verifier those of the start. It
// knows nobody, and decides nothing about who may come in.
package oidc

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/telemetry"
)

// algorithms are the signatures that are taken: asymmetric ones, so that the client's secret signs nothing and "none" is none of them.
func algorithms() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}
}

// Provider is where somebody is proven.
type Provider struct {
	Issuer string           // exactly as its tokens say: https://login.example.com/realm
	Client string           // the id of this product there
	Secret telemetry.Secret // of the client; none for a public one, which PKCE alone protects
	Scopes []string         // beside openid
	Groups string           // the claim that lists groups; "" = none is read
}

// Started is a sign-in on its way: URL is where the browser goes, the rest is kept for Finish and shown to nobody else.
type Started struct {
	URL, State, Nonce, Verifier string

	Fresh time.Time // the provider has to ask who it is, since then; zero: it may know that already
}

// Answer is what a browser comes back with, beside the state.
type Answer struct {
	Code   string
	Issuer string // who says that it sent the browser back (RFC 9207); "" = nobody says
}

// Claims are what a provider says of a person. Subject never changes and is never given to another.
type Claims struct {
	Subject  string
	Email    string
	Verified bool   // the provider vouches for the address
	Login    string // "" when it does not tell
	Name     string
	Groups   []string
	Methods  []string  // how it was proven: "pwd", "mfa" (amr, RFC 8176)
	Level    string    // how far that goes, in the provider's words (acr)
	At       time.Time // when; zero: it does not tell
}

// ErrRefused is the cause when a provider's answer proves nothing.
var ErrRefused = errors.New("the provider's answer proves nothing")

// Client speaks to providers.
type Client struct {
	http *http.Client
	now  clock.Now
}

// New makes a client that calls providers by h, which has to bound time, answers and where they may be.
func New(h *http.Client, now clock.Now) *Client { return &Client{h, now} }

// Check finds a provider, and says whether it is what its issuer says.
func (c *Client) Check(ctx context.Context, p Provider) error {
	_, err := c.find(ctx, p)
	return err
}

// find asks a provider where it does what (OpenID Connect Discovery 1.0); its issuer must be the one that was asked.
func (c *Client) find(ctx context.Context, p Provider) (*oidc.Provider, error) {
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, c.http), p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("find the provider: %w", err)
	}
	return found, nil
}

func (p Provider) client(found *oidc.Provider, back string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.Client, ClientSecret: p.Secret.Reveal(), Endpoint: found.Endpoint(), RedirectURL: back,
		Scopes: append([]string{oidc.ScopeOpenID}, p.Scopes...)}
}

// Start begins a sign-in that comes back to an address of ours. fresh has the provider ask who it is even if it knows that already.
func (c *Client) Start(ctx context.Context, p Provider, back string, fresh bool) (Started, error) {
	found, err := c.find(ctx, p)
	if err != nil {
		return Started{}, err
	}
	s := Started{State: oauth2.GenerateVerifier(), Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier()}
	options := []oauth2.AuthCodeOption{oidc.Nonce(s.Nonce), oauth2.S256ChallengeOption(s.Verifier)}
	if fresh {
		s.Fresh = c.now()
		options = append(options, oauth2.SetAuthURLParam("max_age", "0"), oauth2.SetAuthURLParam("prompt", "login"))
	}
	s.URL = p.client(found, back).AuthCodeURL(s.State, options...)
	return s, nil
}

// skew is how far the clocks of a provider and ours may be apart.
const skew = time.Minute

// Finish takes what the browser came back with. The caller has found s by the state that came back, and uses it once. An error that is
// ErrRefused is the provider's or somebody's who forges its answers; any other is that it cannot be asked now.
func (c *Client) Finish(ctx context.Context, p Provider, s Started, back string, a Answer) (Claims, error) {
	if a.Issuer != "" && a.Issuer != p.Issuer {
		return Claims{}, fmt.Errorf("%w: another provider sent the browser back", ErrRefused)
	}
	found, err := c.find(ctx, p)
	if err != nil {
		return Claims{}, err
	}
	ctx = oidc.ClientContext(ctx, c.http)
	tokens, err := p.client(found, back).Exchange(ctx, a.Code, oauth2.VerifierOption(s.Verifier))
	if refusal, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refusal.Response.StatusCode < http.StatusInternalServerError {
		return Claims{}, fmt.Errorf("%w: the code is not taken: %s", ErrRefused, refusal.ErrorCode)
	}
	if err != nil {
		return Claims{}, fmt.Errorf("exchange the code: %w", err)
	}
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return Claims{}, fmt.Errorf("%w: there is no id token", ErrRefused)
	}
	token, err := found.VerifierContext(ctx, &oidc.Config{ClientID: p.Client, SupportedSigningAlgs: algorithms(), Now: c.now}).Verify(ctx, raw)
	if err != nil {
		return Claims{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if short(raw) {
		return Claims{}, fmt.Errorf("%w: it is signed with an RSA key of less than %d bits", ErrRefused, leastRSA)
	}
	return p.claims(token, s)
}

// leastRSA is how many bits an RSA key has that is taken (NIST SP 800-131A).
const leastRSA = 2048

// short says that a token whose signature is right was signed with a short RSA key: such a signature is as long as its key.
func short(raw string) bool {
	head, rest, _ := strings.Cut(raw, ".")
	_, signature, _ := strings.Cut(rest, ".")
	var says struct{ Alg string }
	text, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil || json.Unmarshal(text, &says) != nil {
		return true // not what was verified
	}
	rsa := strings.HasPrefix(says.Alg, "RS") || strings.HasPrefix(says.Alg, "PS")
	return rsa && base64.RawURLEncoding.DecodedLen(len(signature))*8 < leastRSA
}

// said is what we read of a token.
type said struct {
	Party    string `json:"azp"`
	Email    string `json:"email"`
	Verified yes    `json:"email_verified"`
	Owned    yes    `json:"xms_edov"` // Entra's word for it: the organisation owns the domain of the address
	Login    string `json:"preferred_username"`
	Name     string `json:"name"`
	Methods  any    `json:"amr"`
	Level    any    `json:"acr"`
	At       int64  `json:"auth_time"`
}

// yes is a claim that some providers write as text, or as a number.
type yes bool

// UnmarshalJSON takes true, 1 and both as text; all else is no.
func (y *yes) UnmarshalJSON(raw []byte) error {
	*y = yes(slices.Contains([]string{"true", `"true"`, "1", `"1"`}, string(raw)))
	return nil
}

// claims reads a token whose signature, issuer, audience and time are right.
func (p Provider) claims(token *oidc.IDToken, s Started) (Claims, error) {
	if token.Nonce == "" || token.Nonce != s.Nonce {
		return Claims{}, fmt.Errorf("%w: it is the answer to another sign-in", ErrRefused)
	}
	var said said
	if err := token.Claims(&said); err != nil {
		return Claims{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	// A token for several is only taken when it was made for this client (OpenID Connect Core 1.0, 3.1.3.7).
	if said.Party != p.Client && (said.Party != "" || len(token.Audience) > 1) {
		return Claims{}, fmt.Errorf("%w: it was made for another client", ErrRefused)
	}
	if token.Subject == "" {
		return Claims{}, fmt.Errorf("%w: it names nobody", ErrRefused)
	}
	out := Claims{Subject: token.Subject, Email: said.Email, Verified: bool(said.Verified || said.Owned), Login: said.Login, Name: said.Name, Methods: wordsOf(said.Methods)}
	out.Level, _ = said.Level.(string) // what is no text is no level
	if said.At > 0 {
		out.At = time.Unix(said.At, 0).UTC()
	}
	if !s.Fresh.IsZero() && out.At.Before(s.Fresh.Add(-skew)) {
		return Claims{}, fmt.Errorf("%w: the provider did not ask who it is", ErrRefused)
	}
	if p.Groups == "" {
		return out, nil
	}
	var all map[string]any
	if err := token.Claims(&all); err != nil {
		return Claims{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	out.Groups = wordsOf(all[p.Groups])
	return out, nil
}

// wordsOf reads a claim that is one word or a list of words; what is neither says nothing.
func wordsOf(claim any) (words []string) {
	switch x := claim.(type) {
	case string:
		return []string{x}
	case []any:
		for _, one := range x {
			if word, ok := one.(string); ok && !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return words
}
