package blob

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
)

// Signer makes and checks links that hold for a while and need no sign-in: whoever has one may open what it names.
type Signer struct {
	keys func() [][]byte
	now  clock.Now
}

// NewSigner makes a signer of the keys that there are now, the newest first: that signs, and all of them are believed.
func NewSigner(keys func() [][]byte, now clock.Now) *Signer { return &Signer{keys: keys, now: now} }

// Sign gives a text for an address that names data until a moment, to the second.
func (s *Signer) Sign(data []byte, until time.Time) string {
	body := append(binary.BigEndian.AppendUint64(nil, uint64(until.Unix())), data...)
	return base64.RawURLEncoding.EncodeToString(append(body, seal(s.keys()[0], body)...))
}

// Check gives back the data of a text that Sign made and whose moment has not passed. NotFound for any other: it does not say which.
func (s *Signer) Check(text string) ([]byte, error) {
	gone := fault.Of(fault.NotFound, "This link has expired, or never led anywhere.")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < 8+sha256.Size || base64.RawURLEncoding.EncodeToString(raw) != text {
		return nil, gone
	}
	body, mac := raw[:len(raw)-sha256.Size], raw[len(raw)-sha256.Size:]
	for _, k := range s.keys() {
		if hmac.Equal(mac, seal(k, body)) {
			if s.now().Unix() >= int64(binary.BigEndian.Uint64(body)) {
				return nil, gone
			}
			return body[8:], nil
		}
	}
	return nil, gone
}

func seal(key, body []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("link\x00")) // the key signs nothing else; a hash never fails
	h.Write(body)
	return h.Sum(nil)
}
