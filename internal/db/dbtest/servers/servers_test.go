package servers

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestAServerStopsAndStartsAgain(t *testing.T) {
	dir, err := Folder()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := Redis(dir)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s.Stop()
		if c, err := net.Dial("tcp", s.URL); err == nil {
			_ = c.Close()
			t.Error("it still serves")
		}
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
		c, err := net.Dial("tcp", s.URL)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
	}
	s.Stop()
	if _, err := Redis(dir); err == nil {
		t.Error("two homes in one folder")
	}
}

func TestAServerThatEndsSaysWhy(t *testing.T) {
	s := &Server{home: t.TempDir(), args: []string{"sh", "-c", "echo no such option; exit 3"}, ready: func() bool { return false }}
	if err := s.Start(); err == nil || !strings.Contains(err.Error(), "exit status 3: no such option") {
		t.Errorf("got %v", err)
	}
	s = &Server{home: t.TempDir(), args: []string{"/no/such/server"}}
	if err := s.Start(); err == nil {
		t.Error("a missing program was started")
	}
}

func TestProgramsAreFound(t *testing.T) {
	if path, err := program("postgres"); err != nil || !filepath.IsAbs(path) {
		t.Errorf("got %q, %v", path, err)
	}
	if _, err := program("no-such-server"); err == nil || err.Error() != "no-such-server is not installed" {
		t.Errorf("got %v", err)
	}
	if version("/usr/lib/postgresql/9/bin/x") >= version("/usr/lib/postgresql/15/bin/x") {
		t.Error("9 is newer than 15")
	}
}

func TestFoldersOfDeadProcessesAreRemoved(t *testing.T) {
	c := exec.Command("true")
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(base(), fmt.Sprintf("iwtest-%d-x", c.Process.Pid))
	if err := os.Mkdir(old, 0o700); err != nil {
		t.Fatal(err)
	}
	mine, err := Folder()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Folder()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Errorf("%s is still there", old)
	}
	for _, dir := range []string{mine, again} {
		if err := os.Remove(dir); err != nil {
			t.Errorf("%s, of a living process: %v", dir, err)
		}
	}
}
