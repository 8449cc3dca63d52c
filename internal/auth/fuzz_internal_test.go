package auth

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/config"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/seal"
)

// FuzzReadSecret reads what a session's cookie carries.
func FuzzReadSecret(f *testing.F) {
	good, _ := newSecret(id.New[id.Tenant]())
	for _, seed := range []string{good, good[:len(good)-1], good + "A", strings.ToLower(good)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tenant, hash, err := readSecret(text)
		switch {
		case err == nil && (len(hash) != 32 || base64.RawURLEncoding.DecodedLen(len(text)) != 16+secretBytes):
			t.Errorf("%q: hash %x", text, hash)
		case err != nil && (fault.KindOf(err) != fault.Unauthenticated || !tenant.IsZero() || hash != nil):
			t.Errorf("%q: %s %x %v", text, tenant, hash, err)
		}
	})
}

// FuzzReadDevices reads what the cookie of a known browser carries: nothing that we did not seal says anything.
func FuzzReadDevices(f *testing.F) {
	keys, err := config.OpenKeys(f.TempDir(), config.KeyTexts{})
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	s := &Service{box: seal.New(keys.Columns), now: func() time.Time { return now }}
	good, err := s.knowing("", id.New[id.Tenant](), id.New[id.Person](), deviceLife)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{good[:len(good)-2], good + "AA"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cookie string) {
		if known := s.readDevices(cookie); len(known) > 0 && cookie != good {
			t.Errorf("%q says %v", cookie, known)
		}
	})
}

// FuzzCodes reads what people type as a code of their app or as a recovery code.
func FuzzCodes(f *testing.F) {
	seed, now := make([]byte, seedBytes), time.Unix(1_800_000_000, 0)
	f.Add(codeAt(seed, now.Unix()/stepSeconds))
	f.Fuzz(func(t *testing.T, typed string) {
		code := digits(typed)
		if code != "" && (len(code) != 6 || strings.Trim(code, "0123456789") != "") {
			t.Errorf("%q is read as the code %q", typed, code)
		}
		if bare := bareCode(typed); bare != "" && len(bare) != codeLength {
			t.Errorf("%q is read as the recovery code %q", typed, bare)
		}
		step, ok := stepOf(seed, code, now, 0)
		if here := now.Unix() / stepSeconds; ok && (code != codeAt(seed, step) || step < here-1 || step > here+1) {
			t.Errorf("%q opens step %d", typed, step)
		}
		if _, again := stepOf(seed, code, now, step); ok && again && code != codeAt(seed, step+1) {
			t.Errorf("%q opens twice", typed)
		}
	})
}
