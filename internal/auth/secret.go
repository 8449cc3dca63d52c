package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"strings"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// A secret that people carry names its tenant in clear, so that it is looked up inside the tenant like everything else; what proves
// something are the 32 random bytes after it, of which only the hash is stored.
const (
	secretBytes   = 32
	tokenPrefix   = "iw_"  // of a person
	servicePrefix = "iws_" // of a service
)

// newSecret makes the text that the holder carries and the hash that is stored.
func newSecret(tenant id.Tenant) (text string, hash []byte) {
	t := tenant.Bytes()
	raw := make([]byte, len(t)+secretBytes)
	copy(raw, t[:])
	_, _ = rand.Read(raw[len(t):]) // never fails: the runtime stops the process instead
	return base64.RawURLEncoding.EncodeToString(raw), hashOf(raw[len(t):])
}

// readSecret takes a carried text apart; anything that newSecret did not make is Unauthenticated.
func readSecret(text string) (tenant id.Tenant, hash []byte, err error) {
	if len(text) != base64.RawURLEncoding.EncodedLen(16+secretBytes) {
		return id.Tenant{}, nil, fault.Anonymous()
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != 16+secretBytes { // the decoder passes over line breaks
		return id.Tenant{}, nil, fault.Anonymous()
	}
	return id.Of[id.Tenant]([16]byte(raw[:16])), hashOf(raw[16:]), nil
}

func hashOf(secret []byte) []byte {
	sum := sha256.Sum256(secret)
	return sum[:]
}

// newToken is a secret in the form of a token: a prefix by which scanners know it, and what it opens, and a checksum by which a typing error
// is found without asking the database.
func newToken(prefix string, tenant id.Tenant) (text string, hash []byte) {
	text, hash = newSecret(tenant)
	return prefix + text + checksum(text), hash
}

// readToken takes a token apart; anything that newToken did not make with this prefix is Unauthenticated.
func readToken(prefix, text string) (tenant id.Tenant, hash []byte, err error) {
	body, ok := strings.CutPrefix(text, prefix)
	if !ok || len(body) < checksumSize || checksum(body[:len(body)-checksumSize]) != body[len(body)-checksumSize:] {
		return id.Tenant{}, nil, fault.Anonymous()
	}
	return readSecret(body[:len(body)-checksumSize])
}

// checksumSize is how many characters a checksum has.
const checksumSize = 8

func checksum(text string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(text))) }
