package app

import (
	"os"
	"path/filepath"
	"testing"
)

func TestStolenPasswordsAreKnownFromTheirFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stolen")
	if err := os.WriteFile(path, []byte("correct horse battery staple\nhunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	stolen, err := readBreached(path)
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]bool{"hunter2": true, "correct horse battery staple": true, "Hunter2": false, "": false} {
		if got := stolen(password); got != want {
			t.Errorf("%q is stolen = %v, want %v", password, got, want)
		}
	}
	if none, err := readBreached(""); none != nil || err != nil {
		t.Errorf("without a file: %v", err)
	}
	if _, err := readBreached(path + ".gone"); err == nil {
		t.Error("a file that is not there was read")
	}
}
