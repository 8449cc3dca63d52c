package config

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/telemetry"
)

// keyBytes is the length of every key.
const keyBytes = 32

// Ring is one key of the installation in its versions, newest first: the newest signs and encrypts, all of them verify and
// decrypt, so that a key can be changed without logging anyone out. It prints as a mask.
type Ring struct{ keys []version }

type version struct {
	number int
	bytes  []byte
}

// Newest gives the version that signs and encrypts, and its 32 bytes.
func (r Ring) Newest() (number int, key []byte) {
	return r.keys[0].number, slices.Clone(r.keys[0].bytes)
}

// Key gives the 32 bytes of a version, or false when the version is not known (any more).
func (r Ring) Key(number int) ([]byte, bool) {
	for _, k := range r.keys {
		if k.number == number {
			return slices.Clone(k.bytes), true
		}
	}
	return nil, false
}

// All gives every version's bytes, newest first.
func (r Ring) All() [][]byte {
	out := make([][]byte, len(r.keys))
	for i, k := range r.keys {
		out[i] = slices.Clone(k.bytes)
	}
	return out
}

// Signer makes the Ed25519 key whose seed is the newest version.
func (r Ring) Signer() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(r.keys[0].bytes) }

// Format prints a mask for every verb.
func (r Ring) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, telemetry.Mask) } // fmt.State does not fail

// MarshalText gives a mask: a key does not leave through an encoder.
func (r Ring) MarshalText() ([]byte, error) { return []byte(telemetry.Mask), nil }

var (
	errKeyForm = errors.New("must be VERSION:BASE64 of 32 bytes; older versions may follow after commas")
	errKeyWeak = errors.New("is a sample or not random; make one with: head -c 32 /dev/urandom | base64")
	errKeyTwin = errors.New("has one version twice")
)

// parseRing reads "2:BASE64,1:BASE64"; a single key may stand without its version, which is then 1.
func parseRing(text string) (Ring, error) {
	var r Ring
	for part := range strings.SplitSeq(text, ",") {
		number, encoded, ok := strings.Cut(strings.TrimSpace(part), ":")
		if !ok {
			number, encoded = "1", number
		}
		n, errNumber := strconv.Atoi(number)
		key, errKey := base64.StdEncoding.DecodeString(encoded)
		if errNumber != nil || errKey != nil || n < 1 || len(key) != keyBytes {
			return Ring{}, errKeyForm
		}
		if weak(key) {
			return Ring{}, errKeyWeak
		}
		if _, known := r.Key(n); known {
			return Ring{}, errKeyTwin
		}
		r.keys = append(r.keys, version{n, key})
	}
	slices.SortFunc(r.keys, func(a, b version) int { return b.number - a.number })
	return r, nil
}

// weak finds keys that nobody drew by lot: few different bytes, readable text, even steps. Chance makes one in 10^14.
func weak(key []byte) bool {
	different := map[byte]bool{}
	readable, even := true, true
	for i, b := range key {
		different[b] = true
		readable = readable && b >= ' ' && b <= '~'
		even = even && (i == 0 || b-key[i-1] == key[1]-key[0])
	}
	return len(different) < 16 || readable || even
}

func (r Ring) text() string {
	parts := make([]string, len(r.keys))
	for i, k := range r.keys {
		parts[i] = strconv.Itoa(k.number) + ":" + base64.StdEncoding.EncodeToString(k.bytes)
	}
	return strings.Join(parts, ",")
}

// next is the ring with a new key in front; the one before stays, and older ones go unless all are to be kept.
func (r Ring) next(keepAll bool) Ring {
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key) // never fails: the runtime stops the process instead
	number := 1
	if len(r.keys) > 0 {
		number = r.keys[0].number + 1
	}
	keys := append([]version{{number, key}}, r.keys...)
	if !keepAll {
		keys = keys[:min(len(keys), 2)]
	}
	return Ring{keys}
}
