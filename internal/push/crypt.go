package push

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

const (
	recordSize = 4096             // of the one record of a message (RFC 8291, 4)
	padTo      = 512              // bytes: the length of a message tells little of its text
	tokenLife  = 12 * time.Hour   // of a signature; services refuse more than a day
	overhead   = 16 + 4 + 1 + 65  // of the header: salt, size of a record, length of the key, key
	longest    = recordSize - 103 // bytes of a message: a service takes 4096 in all (RFC 8291, 4)
)

// encrypt makes the body of a message for a browser: aes128gcm (RFC 8188) under a key that a pair of ours and the browser's agree on (RFC 8291, 3). ours
// and salt are new for each message.
func encrypt(text, browser, secret []byte, ours *ecdh.PrivateKey, salt []byte) ([]byte, error) {
	theirs, err := ecdh.P256().NewPublicKey(browser)
	if err != nil {
		return nil, fmt.Errorf("a browser's key: %w", err)
	}
	shared, err := ours.ECDH(theirs)
	if err != nil {
		return nil, fmt.Errorf("a browser's key: %w", err)
	}
	public := ours.PublicKey().Bytes()
	input, err := hkdf.Key(sha256.New, shared, secret, "WebPush: info\x00"+string(browser)+string(public), 32)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, input, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, input, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	c, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	out := append(make([]byte, 0, overhead+len(text)+c.Overhead()), salt...)
	out = binary.BigEndian.AppendUint32(out, recordSize)
	out = append(append(out, byte(len(public))), public...)
	return c.Seal(out, nonce, text, nil), nil
}

// padded ends the text of the last record, and lengthens it to a multiple of padTo (RFC 8188, 2).
func padded(text []byte) []byte {
	n := min((len(text)/padTo+1)*padTo, longest)
	out := make([]byte, max(n, len(text)+1))
	copy(out, text)
	out[len(text)] = 2
	return out
}

// encrypted is encrypt with a new pair and salt.
func encrypted(text []byte, k kept) ([]byte, error) {
	ours, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails: the runtime stops the process instead
	return encrypt(padded(text), k.P256dh, k.Auth, ours, salt)
}

// authorization signs for the service of an address that it is this installation which sends (RFC 8292, 2 and 3).
func (p pair) authorization(address, contact string, now time.Time) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("the address of a push service: %w", err)
	}
	claims, err := json.Marshal(struct {
		Audience string `json:"aud"`
		Expires  int64  `json:"exp"`
		Subject  string `json:"sub,omitempty"`
	}{u.Scheme + "://" + u.Host, now.Add(tokenLife).Unix(), contact})
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + encode(claims)
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, p.private, sum[:])
	if err != nil {
		return "", fmt.Errorf("sign for a push service: %w", err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return "vapid t=" + signed + "." + encode(signature) + ", k=" + p.public, nil
}
