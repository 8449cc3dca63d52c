package hook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/telemetry"
)

// prefix marks the secret of a webhook, so that those who look for lost secrets find it (Standard Webhooks).
const prefix = "whsec_"

// secretBytes is the length of a secret: within the 24 to 64 bytes of Standard Webhooks.
const secretBytes = 32

func newSecret() telemetry.Secret {
	key := make([]byte, secretBytes)
	_, _ = rand.Read(key) // never fails: the runtime stops the process instead
	return telemetry.Hide(prefix + base64.StdEncoding.EncodeToString(key))
}

// headersOf are the headers of a message: its id, the moment of the attempt, and a signature by each secret.
func headersOf(messageID string, at time.Time, body string, secrets []telemetry.Secret) (map[string]string, error) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	var signatures []string
	for _, s := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.Reveal(), prefix))
		if err != nil {
			return nil, fmt.Errorf("secret of a webhook: %w", err)
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(messageID + "." + stamp + "." + body)) // a hash never fails
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return map[string]string{
		"content-type": "application/json", "user-agent": "IntelliWiz-Webhooks/1",
		"webhook-id": messageID, "webhook-timestamp": stamp, "webhook-signature": strings.Join(signatures, " "),
	}, nil
}

// seal encrypts the secret of a webhook for its row.
func (s *Service) seal(tx *db.Tx, webhook id.Webhook, secret telemetry.Secret) ([]byte, error) {
	t, w := tx.Who().Tenant().Bytes(), webhook.Bytes()
	return s.c.Box.Seal([]byte(secret.Reveal()), t[:], w[:], []byte("webhooks.secret"))
}

// open decrypts the secret of a webhook.
func (s *Service) open(tenant id.Tenant, webhook id.Webhook, sealed []byte) (telemetry.Secret, error) {
	t, w := tenant.Bytes(), webhook.Bytes()
	text, err := s.c.Box.Open(sealed, t[:], w[:], []byte("webhooks.secret"))
	return telemetry.Hide(string(text)), err
}
