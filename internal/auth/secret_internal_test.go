package auth

import (
	"bytes"
	"strings"
	"testing"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

func TestASecretIsReadBackAndOnlyItsHashIsKept(t *testing.T) {
	tenant := id.New[id.Tenant]()
	seen := map[string]bool{}
	for range 100 {
		text, hash := newSecret(tenant)
		got, again, err := readSecret(text)
		if err != nil || got != tenant || !bytes.Equal(again, hash) {
			t.Fatalf("%s %x %v", got, again, err)
		}
		if seen[text] || len(hash) != 32 || strings.Contains(text, string(hash)) {
			t.Fatalf("%q with hash %x", text, hash)
		}
		seen[text] = true
	}
}

func TestATokenIsReadBack(t *testing.T) {
	tenant := id.New[id.Tenant]()
	text, hash := newToken(tokenPrefix, tenant)
	got, again, err := readToken(tokenPrefix, text)
	if err != nil || got != tenant || !bytes.Equal(again, hash) || !strings.HasPrefix(text, "iw_") {
		t.Fatalf("%q: %s %x %v", text, got, again, err)
	}
	// every typing error of one character is found without asking the database
	for i := range text {
		for _, c := range []byte("aZ0_-!") {
			if text[i] == c {
				continue
			}
			wrong := text[:i] + string(c) + text[i+1:]
			if _, _, err := readToken(tokenPrefix, wrong); fault.KindOf(err) != fault.Unauthenticated {
				t.Fatalf("%q was read: %v", wrong, err)
			}
		}
	}
}

func TestWhatIsNoSecretIsUnauthenticated(t *testing.T) {
	text, _ := newSecret(id.New[id.Tenant]())
	token, _ := newToken(tokenPrefix, id.New[id.Tenant]())
	for _, bad := range []string{"", " ", text[:10], text + "A", text + "=", " " + text, text + "\n", strings.Repeat("A", 1<<16), token, "\x00", "é"} {
		if _, _, err := readSecret(bad); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("secret %.40q: %v", bad, err)
		}
	}
	for _, bad := range []string{"", "iw_", "iw_1234567", text, "iw_" + text, "IW_" + token[3:], token + " ", token[:len(token)-1], "iw_" + strings.Repeat("A", 1<<16)} {
		if _, _, err := readToken(tokenPrefix, bad); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("token %.40q: %v", bad, err)
		}
	}
}

func FuzzReadToken(f *testing.F) {
	good, _ := newToken(tokenPrefix, id.Tenant{})
	for _, seed := range []string{good, good[:len(good)-8], "iw_" + checksum("")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tenant, hash, err := readToken(tokenPrefix, text)
		switch {
		case err == nil && len(hash) != 32:
			t.Errorf("%q: hash %x", text, hash)
		case err != nil && (fault.KindOf(err) != fault.Unauthenticated || !tenant.IsZero() || hash != nil):
			t.Errorf("%q: %s %x %v", text, tenant, hash, err)
		}
	})
}
