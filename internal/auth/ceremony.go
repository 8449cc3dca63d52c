package auth

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"intelliwiz/internal/fault"
)

// ceremonyLife is how long a browser may take to answer for a passkey.
const ceremonyLife = 5 * time.Minute

// Ceremony is what a browser is asked for a passkey, as the JSON that it takes, and the state that has to come back with its answer: for a
// cookie, sealed, so that any node takes it up. Nothing is stored before the answer comes; the challenge of one that was taken is.
type Ceremony struct {
	Options []byte
	State   string
}

// ceremony is the state.
type ceremony struct {
	Session webauthn.SessionData `json:"session"`
	Person  string               `json:"person"` // who adds a passkey; "" = somebody signs in
	Step    []byte               `json:"step"`   // the hash of the second step that the sign-in is for; nil = a passkey alone
	Expires time.Time            `json:"expires"`
}

// partyOf is an installation as passkeys know it: by the name of its host. nil for an address without one, such as 127.0.0.1: browsers keep
// passkeys for names alone.
func partyOf(origin string) *webauthn.WebAuthn {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	party, err := webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: "IntelliWiz", RPOrigins: []string{u.Scheme + "://" + u.Host}})
	if err != nil {
		return nil
	}
	return party
}

// HasPasskeys says whether this installation can have passkeys at all.
func (s *Service) HasPasskeys() bool { return s.party != nil }

func errNoPasskeys() error {
	return fault.Of(fault.NotFound, "There are no passkeys here: they need an address of this installation with a name. Whoever runs it can set one.")
}

// begun seals the state of a ceremony.
func (s *Service) begun(options any, x ceremony) (c Ceremony, err error) {
	x.Expires = s.now().Add(ceremonyLife)
	raw, err := json.Marshal(x)
	if err != nil {
		return Ceremony{}, fmt.Errorf("state of a passkey: %w", err)
	}
	sealed, err := s.box.Seal(raw, []byte("passkey"))
	if err != nil {
		return Ceremony{}, fmt.Errorf("seal the state of a passkey: %w", err)
	}
	c.State = base64.RawURLEncoding.EncodeToString(sealed)
	if c.Options, err = json.Marshal(options); err != nil {
		return Ceremony{}, fmt.Errorf("options of a passkey: %w", err)
	}
	return c, nil
}

// resume opens the state of a ceremony of a person, "" for a sign-in.
func (s *Service) resume(state, person string) (x ceremony, err error) {
	if s.party == nil {
		return ceremony{}, errNoPasskeys()
	}
	sealed, err := base64.RawURLEncoding.DecodeString(state)
	if err != nil {
		return ceremony{}, fmt.Errorf("state: %w", err)
	}
	raw, err := s.box.Open(sealed, []byte("passkey"))
	if err != nil {
		return ceremony{}, fmt.Errorf("state: %w", err)
	}
	if err := json.Unmarshal(raw, &x); err != nil {
		return ceremony{}, fmt.Errorf("state: %w", err)
	}
	if x.Person != person || !s.now().Before(x.Expires) {
		return ceremony{}, fault.Of(fault.Unauthenticated, "the state is another's, or too old")
	}
	return x, nil
}
