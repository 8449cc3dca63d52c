package config

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"intelliwiz/internal/telemetry"
)

func open(t *testing.T, dir string, given KeyTexts) Keys {
	t.Helper()
	k, err := OpenKeys(dir, given)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeysAreMadeOnceAndKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first := open(t, dir, KeyTexts{})
	info, err := os.Stat(filepath.Join(dir, KeysFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info, err)
	}
	folder, err := os.Stat(dir)
	if err != nil || folder.Mode().Perm() != 0o700 {
		t.Errorf("folder %v %v", folder, err)
	}
	again := open(t, dir, KeyTexts{})
	seen := map[string]bool{}
	for i, pair := range [][2]Ring{{first.Audit, again.Audit}, {first.Anchor, again.Anchor}, {first.Links, again.Links}, {first.Columns, again.Columns}} {
		n, a := pair[0].Newest()
		_, b := pair[1].Newest()
		if n != 1 || len(a) != 32 || !bytes.Equal(a, b) || seen[string(a)] {
			t.Errorf("key %d: version %d, %d bytes, kept %v", i, n, len(a), bytes.Equal(a, b))
		}
		seen[string(a)] = true
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTwoFirstStartsAtOnceShareTheKeys(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	seen := map[string]bool{}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			k, err := OpenKeys(dir, KeyTexts{})
			if err != nil {
				t.Error(err)
				return
			}
			_, key := k.Audit.Newest()
			mu.Lock()
			seen[string(key)] = true
			mu.Unlock()
		})
	}
	wg.Wait()
	if len(seen) != 1 {
		t.Errorf("%d different keys in use", len(seen))
	}
}

func TestRotationKeepsTheVersionBefore(t *testing.T) {
	dir := t.TempDir()
	_, old := open(t, dir, KeyTexts{}).Links.Newest()
	for _, name := range []KeyName{LinksKey, LinksKey, AuditKey, AuditKey, ColumnsKey} {
		if err := RotateKey(dir, name); err != nil {
			t.Fatal(err)
		}
		if name == LinksKey {
			k := open(t, dir, KeyTexts{})
			if n, newest := k.Links.Newest(); n == 2 {
				got, ok := k.Links.Key(1)
				if !ok || !bytes.Equal(got, old) || bytes.Equal(newest, old) {
					t.Error("the version before is gone, or nothing changed")
				}
			}
		}
	}
	k := open(t, dir, KeyTexts{})
	if n, _ := k.Links.Newest(); n != 3 || len(k.Links.All()) != 2 {
		t.Errorf("links: version %d, %d versions", n, len(k.Links.All()))
	}
	if _, ok := k.Links.Key(1); ok {
		t.Error("a links key of two rotations ago is still taken")
	}
	if n, _ := k.Audit.Newest(); n != 3 || len(k.Audit.All()) != 3 {
		t.Errorf("audit: version %d, %d versions", n, len(k.Audit.All()))
	}
	if n, _ := k.Anchor.Newest(); n != 1 {
		t.Errorf("anchor: version %d", n)
	}
	if err := RotateKey(t.TempDir(), AuditKey); err == nil {
		t.Error("a key that is not in the file was rotated")
	}
}

func TestGivenKeysWin(t *testing.T) {
	dir := t.TempDir()
	made := open(t, dir, KeyTexts{})
	_, a := made.Audit.Newest()
	_, b := made.Links.Newest()
	enc := base64.StdEncoding.EncodeToString
	k := open(t, dir, KeyTexts{Audit: telemetry.Hide("7:" + enc(a) + ", 9:" + enc(b)), Anchor: telemetry.Hide(enc(a))})
	if n, got := k.Audit.Newest(); n != 9 || !bytes.Equal(got, b) {
		t.Errorf("newest is %d", n)
	}
	if got, ok := k.Audit.Key(7); !ok || !bytes.Equal(got, a) {
		t.Error("the older version is not known")
	}
	if n, got := k.Anchor.Newest(); n != 1 || !bytes.Equal(got, a) {
		t.Errorf("a key without a version is %d", n)
	}
	signer := k.Anchor.Signer()
	if !ed25519.Verify(signer.Public().(ed25519.PublicKey), []byte("x"), ed25519.Sign(signer, []byte("x"))) {
		t.Error("the anchor key does not sign")
	}
	same := []string{"IW_PROFILE=test", "IW_KEY_AUDIT=" + enc(a), "IW_KEY_LINKS=2:" + enc(b) + ",1:" + enc(a)}
	if _, err := Load(same, nil); len(names(err)) != 1 || !strings.Contains(err.Error(), "same key as IW_KEY_AUDIT") {
		t.Errorf("one key for two purposes: %v", err)
	}
}

func TestBadKeysStopTheStart(t *testing.T) {
	enc := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	steps := make([]byte, 32)
	for i := range steps {
		steps[i] = byte(i * 3)
	}
	good := enc("\x01\x9a\xf1\x33\x52\x07\xc8\x90\x11\xee\x5d\x62\x7f\x83\xb4\xa5\xd6\xe7\xf8\x09\x1a\x2b\x3c\x4d\x5e\x6f\x70\x81\x92\xa3\xb5\xc4")
	for name, text := range map[string]string{
		"short": enc("too short"), "long": enc(strings.Repeat("x", 33)), "not base64": "!!!!", "version 0": "0:" + good, "no number": "x:" + good, "twice": "1:" + good + ",1:" + good,
		"zeros": enc(strings.Repeat("\x00", 32)), "pattern": enc(strings.Repeat("\x01\x02\xff\x80", 8)), "text": enc("this is a sample key: change it!"), "steps": enc(string(steps)),
	} {
		_, err := OpenKeys(t.TempDir(), KeyTexts{Columns: telemetry.Hide(text)})
		if err == nil || strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := t.TempDir()
	open(t, dir, KeyTexts{})
	path := filepath.Join(dir, KeysFile)
	for _, mode := range []os.FileMode{0o604, 0o640, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenKeys(dir, KeyTexts{}); err == nil {
			t.Errorf("mode %o taken", mode)
		}
	}
	for _, damaged := range []string{"", "null", "{", `{"audit":"1:short"}`} {
		if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		_ = os.Chmod(path, 0o600)
		if _, err := OpenKeys(dir, KeyTexts{}); err == nil {
			t.Errorf("a damaged file was taken: %q", damaged)
		}
		if raw, _ := os.ReadFile(path); string(raw) != damaged {
			t.Errorf("a damaged file was overwritten")
		}
	}
	file := filepath.Join(t.TempDir(), "f")
	_ = os.WriteFile(file, nil, 0o600)
	if _, err := OpenKeys(file, KeyTexts{}); err == nil {
		t.Error("a file was taken for a folder")
	}
}

func TestRingsAreNotPrinted(t *testing.T) {
	k := open(t, t.TempDir(), KeyTexts{})
	_, key := k.Audit.Newest()
	raw, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprintf("%v %+v %#v %x %s %s", k, k, k, k, k.Audit, raw)
	for _, form := range []string{string(key), fmt.Sprintf("%x", key), base64.StdEncoding.EncodeToString(key), fmt.Sprintf("%d", key)} {
		if strings.Contains(out, form) {
			t.Errorf("a key was printed: %s", out)
		}
	}
}

// TestASecretThatIsNoRingIsMadeOnce, beside the others.
func TestASecretThatIsNoRingIsMadeOnce(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenKeys(dir, KeyTexts{}); err != nil {
		t.Fatal(err)
	}
	made := 0
	for range 2 {
		text, err := OpenText(dir, BackupKey, func() (string, error) { made++; return "made", nil })
		if text != "made" || made != 1 || err != nil {
			t.Errorf("%q, made %d times, %v", text, made, err)
		}
	}
	if _, err := OpenKeys(dir, KeyTexts{}); err != nil {
		t.Errorf("the rings beside it: %v", err)
	}
}

// TestProductionIsWarnedOfAKeyBesideItsBackups.
func TestProductionIsWarnedOfAKeyBesideItsBackups(t *testing.T) {
	for given, want := range map[string]bool{"": true, "IW_BACKUP_RECIPIENTS=age1x": false, "IW_BACKUP_EVERY=0s": false} {
		c := mustLoad(t, "IW_PUBLIC_URL=https://iw.example.com", given)
		if warned := strings.Contains(strings.Join(c.Warnings, " "), "IW_BACKUP_RECIPIENTS"); warned != want {
			t.Errorf("%q: %v", given, c.Warnings)
		}
	}
}
