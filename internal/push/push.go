// Package push tells people through their browsers, also when no page is open: Web Push (RFC 8030), encrypted for the browser (RFC 8291), signed by a pair
// of keys of the installation (RFC 8292). It keeps which browsers a person has turned on, sealed, and sends one message to one of them; whom to tell, of
// what and when is package notice's. It refuses addresses that are not on the public internet, and ends a browser whose push service says that it is gone.
package push

import (
	"context"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/news"
	"intelliwiz/internal/outbound"
	"intelliwiz/internal/seal"
	"intelliwiz/internal/telemetry"
)

// Most is how many browsers a person may have turned on.
const Most = 10

// Config is what the service is built from.
type Config struct {
	DB      *db.DB
	Journal *journal.Journal
	Jobs    *job.Runner
	Out     *outbound.Client
	Box     seal.Box // seals addresses and keys
	Now     clock.Now
	// Tenants gives every organisation, for what is done daily.
	Tenants func(ctx context.Context) ([]id.Tenant, error)
	// On says whether the channel is switched on for a person; asked before anything is shown, kept or sent.
	On func(ctx context.Context, tenant id.Tenant, person id.Person) bool
	// Contact is whom a push service can ask about us: mailto: or https:, of a real domain, or some services refuse (RFC 8292, 2.1).
	Contact string
}

// Subscription is a browser in which a person is told. Its address and keys are shown to nobody.
type Subscription struct {
	ID       id.Subscription `json:"id"`
	Agent    string          `json:"agent"` // the browser, as it calls itself
	Hash     string          `json:"-"`     // SHA-256 of the address, hexadecimal: by it the browser knows itself
	Created  time.Time       `json:"created_at"`
	Used     *time.Time      `json:"used_at"`  // when it last took a message; nil: never
	Failures int64           `json:"failures"` // since then
}

// Input is what a browser says when it is turned on: what its PushSubscription holds.
type Input struct {
	Endpoint telemetry.Secret // where its push service takes messages: who knows it can send
	P256dh   string           // its public key, base64url
	Auth     telemetry.Secret // its shared secret, base64url
	Agent    string           // the browser, as it calls itself
}

// kept is what is sealed of a subscription.
type kept struct {
	Endpoint string `json:"endpoint"`
	P256dh   []byte `json:"p256dh"`
	Auth     []byte `json:"auth"`
}

// check gives every violation at its field, and what is to be sealed.
func (s *Service) check(in Input) (k kept, err error) {
	var c fault.Check
	k.Endpoint = in.Endpoint.Reveal()
	if bad := s.c.Out.Check(k.Endpoint); bad != nil {
		c.Add("endpoint", "address", fault.As(bad).Message)
	} else { // also where webhooks may do without TLS
		c.That(strings.HasPrefix(k.Endpoint, "https://"), "endpoint", "address", "The address must begin with https://.")
	}
	if k.P256dh, err = base64.RawURLEncoding.DecodeString(in.P256dh); err == nil {
		_, err = ecdh.P256().NewPublicKey(k.P256dh)
	}
	c.That(err == nil, "p256dh", "key", "This is no public key of a browser.")
	k.Auth, err = base64.RawURLEncoding.DecodeString(in.Auth.Reveal())
	c.That(err == nil && len(k.Auth) == 16, "auth", "key", "This is no secret of a browser.")
	return k, c.Err()
}

func hashOf(endpoint string) string {
	sum := sha256.Sum256([]byte(endpoint))
	return hex.EncodeToString(sum[:])
}

// Message is what a browser shows. It says no more than the subject of a mail does.
type Message struct {
	Title   string // one sentence
	Path    string // of the page that it opens
	Subject id.Any // what it is about: of two that wait, the newer takes the place of the older
	Urgency news.Urgency
	Until   time.Time // when it is of no use any more
}
