package testworld

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/id"
	"intelliwiz/internal/push"
	"intelliwiz/internal/seal"
	"intelliwiz/internal/telemetry"
)

// openPush makes what sends to browsers, by push services that Receiver starts.
func (w *World) openPush() {
	w.Push = push.New(push.Config{
		DB: w.DB, Journal: w.Journal, Jobs: w.Jobs, Out: w.caller(false), Box: seal.New(w.Keys), Now: w.Clock.Now, Tenants: w.Org.Tenants,
		Contact: "mailto:security@lantern.example",
		On: func(ctx context.Context, tenant id.Tenant, person id.Person) bool {
			return w.Flags.BoolFor(ctx, tenant, person, flag.WebPush)
		},
	})
}

// SwitchPush says for the organisation whether people are told in their browsers.
func (x *Tenant) SwitchPush(on bool) {
	x.w.t.Helper()
	value := map[bool]string{true: "true", false: "false"}[on]
	_, err := x.w.Flags.Set(x.w.t.Context(), x.System, flag.Input{Flag: string(flag.WebPush), Scope: flag.ForTenant, Value: value, Reason: "a test"})
	x.w.must(err)
}

// Browser is one that a person turned on, with what only it knows.
type Browser struct {
	push.Subscription
	Input  push.Input
	Secret []byte
	key    *ecdh.PrivateKey
}

// NewBrowser makes one whose push service is at an address; nobody has turned it on yet.
func (w *World) NewBrowser(address string) Browser {
	w.t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	w.must(err)
	b := Browser{key: key, Secret: make([]byte, 16)}
	_, _ = rand.Read(b.Secret)
	encode := base64.RawURLEncoding.EncodeToString
	b.Input = push.Input{
		Endpoint: telemetry.Hide(address), P256dh: encode(key.PublicKey().Bytes()), Auth: telemetry.Hide(encode(b.Secret)), Agent: "Lantern Browser 1.0",
	}
	return b
}

// Browser makes one and has somebody turn it on.
func (w *World) Browser(who actor.Actor, address string) Browser {
	w.t.Helper()
	b := w.NewBrowser(address)
	var err error
	b.Subscription, err = w.Push.Subscribe(w.t.Context(), who, b.Input)
	w.must(err)
	return b
}

// Read decrypts a message as the browser does (RFC 8188 and 8291).
func (b Browser) Read(body []byte) (string, error) {
	if len(body) < 86 || body[20] != 65 {
		return "", errors.New("no message of one record for a P-256 key")
	}
	salt, public, sealed := body[:16], body[21:86], body[86:]
	theirs, err := ecdh.P256().NewPublicKey(public)
	if err != nil {
		return "", err
	}
	shared, err := b.key.ECDH(theirs)
	if err != nil {
		return "", err
	}
	input, err := hkdf.Key(sha256.New, shared, b.Secret, "WebPush: info\x00"+string(b.key.PublicKey().Bytes())+string(public), 32)
	if err != nil {
		return "", err
	}
	key, err := hkdf.Key(sha256.New, input, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return "", err
	}
	nonce, err := hkdf.Key(sha256.New, input, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return "", err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", err
	}
	c, err := cipher.NewGCM(block)
	if err != nil {
		return "", err
	}
	text, err := c.Open(nil, nonce, sealed, nil)
	if err != nil {
		return "", err
	}
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] == 2 {
			return string(text[:i]), nil
		}
	}
	return "", errors.New("a message without its end")
}
