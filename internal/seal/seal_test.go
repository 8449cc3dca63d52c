package seal_test

import (
	"bytes"
	"testing"

	"intelliwiz/internal/seal"
)

// ring is keys by their number.
type ring map[int][]byte

func (r ring) Newest() (int, []byte) {
	n := 0
	for k := range r {
		n = max(n, k)
	}
	return n, r[n]
}

func (r ring) Key(n int) ([]byte, bool) { k, ok := r[n]; return k, ok }

func key(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func TestASealedTextOpensInItsPlaceOnly(t *testing.T) {
	b := seal.New(ring{1: key(1)})
	text := []byte("whsec_something")
	sealed, err := b.Seal(text, []byte("tenant"), []byte("row"), []byte("column"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, text[:8]) {
		t.Error("the text shows")
	}
	if again, _ := b.Seal(text, []byte("tenant"), []byte("row"), []byte("column")); bytes.Equal(sealed, again) {
		t.Error("sealed twice it looks the same")
	}
	got, err := b.Open(sealed, []byte("tenant"), []byte("row"), []byte("column"))
	if err != nil || !bytes.Equal(got, text) {
		t.Errorf("opened: %q, %v", got, err)
	}
	for name, place := range map[string][][]byte{
		"another row":    {[]byte("tenant"), []byte("row2"), []byte("column")},
		"moved boundary": {[]byte("tenantr"), []byte("ow"), []byte("column")},
		"no place":       nil,
	} {
		if _, err := b.Open(sealed, place...); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := b.Open(bad, []byte("tenant"), []byte("row"), []byte("column")); err == nil {
			t.Fatalf("byte %d changed: opened", i)
		}
		if _, err := b.Open(sealed[:i], []byte("tenant"), []byte("row"), []byte("column")); err == nil {
			t.Fatalf("cut at %d: opened", i)
		}
	}
}

func TestKeysChange(t *testing.T) {
	keys := ring{1: key(1)}
	b := seal.New(keys)
	old, err := b.Seal([]byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	if b.Old(old) {
		t.Error("what the newest key sealed is old")
	}
	keys[2] = key(2)
	if got, err := b.Open(old); err != nil || string(got) != "x" {
		t.Errorf("after a change of keys: %q, %v", got, err)
	}
	if !b.Old(old) || !b.Old(nil) {
		t.Error("what an older key sealed is not old")
	}
	delete(keys, 1)
	if _, err := b.Open(old); err == nil {
		t.Error("opened without its key")
	}
}

func TestAKeyThatIsNone(t *testing.T) {
	keys := ring{1: key(1)}
	sealed, err := seal.New(keys).Seal([]byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	keys[1] = []byte("short")
	if _, err := seal.New(keys).Seal([]byte("x")); err == nil {
		t.Error("sealed with a short key")
	}
	if _, err := seal.New(keys).Open(sealed); err == nil {
		t.Error("opened with a short key")
	}
}
