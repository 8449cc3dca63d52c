package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCommandRunsWithBothServersAndItsExitCodeIsPassed(t *testing.T) {
	t.Setenv("IW_TEST_POSTGRES", "")
	t.Setenv("IW_TEST_REDIS", "")
	out := filepath.Join(t.TempDir(), "seen")
	code, err := run([]string{"sh", "-c", "echo $IW_TEST_POSTGRES $IW_TEST_REDIS > " + out + "; exit 7"})
	if code != 7 || err != nil {
		t.Errorf("got %d, %v, want 7", code, err)
	}
	seen, err := os.ReadFile(out)
	if err != nil || !strings.Contains(string(seen), "postgres://owner@/postgres?host=") || !strings.Contains(string(seen), " 127.0.0.1:") {
		t.Errorf("the command saw %q, %v", seen, err)
	}
	folder := strings.TrimSuffix(strings.Fields(string(seen))[0], "/postgres")
	if _, err := os.Stat(folder[strings.Index(folder, "=")+1:]); err == nil {
		t.Errorf("%s is still there", folder)
	}
}

func TestServersOfTheCallerAreKept(t *testing.T) {
	t.Setenv("IW_TEST_POSTGRES", "postgres://mine")
	t.Setenv("IW_TEST_REDIS", "mine:1")
	if code, err := run([]string{"sh", "-c", `test "$IW_TEST_POSTGRES $IW_TEST_REDIS" = "postgres://mine mine:1"`}); code != 0 || err != nil {
		t.Errorf("got %d, %v", code, err)
	}
}

func TestFaultsOfUse(t *testing.T) {
	t.Setenv("IW_TEST_POSTGRES", "postgres://mine")
	t.Setenv("IW_TEST_REDIS", "mine:1")
	if code, err := run(nil); code != 2 || err == nil {
		t.Errorf("no command: got %d, %v", code, err)
	}
	if code, err := run([]string{"/no/such/command"}); code != 1 || err == nil {
		t.Errorf("unknown command: got %d, %v", code, err)
	}
}
