package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6238 as every authenticator app speaks it; HMAC does not need what SHA-1 lost
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// stepSeconds is how long a code of an app is shown; seedBytes is the length of what app and we share (RFC 4226, 4: 160 bits).
const (
	stepSeconds = 30
	seedBytes   = 20
)

func newSeed() []byte {
	seed := make([]byte, seedBytes)
	_, _ = rand.Read(seed) // never fails: the runtime stops the process instead
	return seed
}

// seedText writes a seed as people type it into an app: in groups of four.
func seedText(seed []byte) string {
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(seed)
	var groups []string
	for ; len(text) > 4; text = text[4:] {
		groups = append(groups, text[:4])
	}
	return strings.Join(append(groups, text), " ")
}

// seedAddress is what the drawn code says to an app. account names whose it is, in the app's list.
func seedAddress(seed []byte, account string) string {
	const issuer = "IntelliWiz"
	return "otpauth://totp/" + issuer + ":" + url.PathEscape(account) + "?secret=" + strings.ReplaceAll(seedText(seed), " ", "") + "&issuer=" + issuer
}

// codeAt computes the code of a step (RFC 4226, 5.3).
func codeAt(seed []byte, step int64) string {
	mac := hmac.New(sha1.New, seed)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step)) //nolint:gosec // seconds since 1970
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:])&0x7fffffff%1_000_000)
}

// stepOf finds the step whose code was typed: the one of now, or the one before or after for clocks that differ. Every step counts once:
// none up to last does.
func stepOf(seed []byte, typed string, now time.Time, last int64) (step int64, ok bool) {
	here := now.Unix() / stepSeconds
	for x := here - 1; x <= here+1; x++ {
		if subtle.ConstantTimeCompare([]byte(codeAt(seed, x)), []byte(typed)) == 1 && x > last {
			step, ok = x, true
		}
	}
	return step, ok
}
