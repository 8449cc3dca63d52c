package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"slices"
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
	accessPrefix  = "iwa_" // of a phone, for minutes
	refreshPrefix = "iwr_" // of a phone, for the next access
	devicePrefix  = "iwd_" // of a phone, by which it is known again
)

// newSecret makes the text that the holder carries and the hash that is stored.
func newSecret(tenant id.Tenant) (text string, hash []byte) {
	secret := newBytes(secretBytes)
	return named(tenant, secret), hashOf(secret)
}

// newBytes makes what nobody can guess.
func newBytes(n int) []byte {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails: the runtime stops the process instead
	return raw
}

// named is a secret as a text that names its tenant.
func named(tenant id.Tenant, secret []byte) string {
	t := tenant.Bytes()
	return base64.RawURLEncoding.EncodeToString(append(t[:], secret...))
}

// readSecret takes a carried text apart; anything that newSecret did not make is Unauthenticated.
func readSecret(text string) (tenant id.Tenant, hash []byte, err error) {
	tenant, secret, err := readNamed(text, secretBytes)
	if err != nil {
		return id.Tenant{}, nil, err
	}
	return tenant, hashOf(secret), nil
}

// readNamed takes a text apart that names its tenant before a secret of so many bytes.
func readNamed(text string, size int) (tenant id.Tenant, secret []byte, err error) {
	if len(text) != base64.RawURLEncoding.EncodedLen(16+size) {
		return id.Tenant{}, nil, fault.Anonymous()
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != 16+size { // the decoder passes over line breaks
		return id.Tenant{}, nil, fault.Anonymous()
	}
	return id.Of[id.Tenant]([16]byte(raw[:16])), raw[16:], nil
}

func hashOf(secret []byte) []byte {
	sum := sha256.Sum256(secret)
	return sum[:]
}

// newToken is a secret in the form of a token.
func newToken(prefix string, tenant id.Tenant) (text string, hash []byte) {
	secret := newBytes(secretBytes)
	return keyText(prefix, tenant, secret), hashOf(secret)
}

// newRefresh is a refresh token of a phone: what proves the phone, which all of them have, and before the checksum what only this one has.
func newRefresh(tenant id.Tenant, device []byte) (text string, hash []byte) {
	once := newBytes(secretBytes)
	return keyText(refreshPrefix, tenant, slices.Concat(device, once)), hashOf(once)
}

// keyText is a secret in the form of a token: a prefix by which scanners know it, and what it opens, and a checksum by which a typing error
// is found without asking the database.
func keyText(prefix string, tenant id.Tenant, secret []byte) string {
	text := named(tenant, secret)
	return prefix + text + checksum(text)
}

// readToken takes a token apart; anything that newToken did not make with this prefix is Unauthenticated.
func readToken(prefix, text string) (tenant id.Tenant, hash []byte, err error) {
	tenant, secret, err := readKey(prefix, text, secretBytes)
	if err != nil {
		return id.Tenant{}, nil, err
	}
	return tenant, hashOf(secret), nil
}

// readKey takes a text of keyText apart whose secret has so many bytes; anything else is Unauthenticated.
func readKey(prefix, text string, size int) (tenant id.Tenant, secret []byte, err error) {
	body, ok := strings.CutPrefix(text, prefix)
	if !ok || len(body) < checksumSize || checksum(body[:len(body)-checksumSize]) != body[len(body)-checksumSize:] {
		return id.Tenant{}, nil, fault.Anonymous()
	}
	return readNamed(body[:len(body)-checksumSize], size)
}

// checksumSize is how many characters a checksum has.
const checksumSize = 8

func checksum(text string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(text))) }
