package app

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAReleaseRefusesWhatIsNotOne: before anything is built, in a scratch repository that has no more than the script looks at.
func TestAReleaseRefusesWhatIsNotOne(t *testing.T) {
	dir := t.TempDir()
	write := func(path, text string, mode os.FileMode) {
		t.Helper()
		full := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	git := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"}, args...)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	refuses := func(want string, args ...string) {
		t.Helper()
		cmd := exec.Command("scripts/release", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%v: %v, says %q and not %q", args, err, out, want)
		}
	}
	write("scripts/release", read(t, "../../scripts/release"), 0o700)
	write("CHANGELOG.md", "# Changes\n\n## Not released yet\n\n## 0.2.0, 2026-01-01\n", 0o600)
	git("init", "-q")
	git("add", ".")
	git("commit", "-qm", "first")
	first := git("rev-parse", "HEAD")

	refuses("usage")
	refuses("three numbers", "v0.2")
	refuses("the first heading of CHANGELOG.md", "0.2.0")
	write("CHANGELOG.md", "# Changes\n\n## 0.2.0, 2026-01-02\n\n## 0.1.0\n", 0o600)
	refuses("not committed", "0.2.0")
	git("commit", "-qam", "second")
	refuses("the first heading of CHANGELOG.md", "0.2.00")
	refuses("ops/previous names no commit", "0.2.0")
	write("ops/previous", "0123456789012345678901234567890123456789\n", 0o600)
	git("add", ".")
	git("commit", "-qm", "third")
	refuses("ops/previous names no commit", "--trial", "./x", "0.2.0")
	write("ops/previous", first+"\n", 0o600)
	git("commit", "-qam", "fourth")
	git("tag", "v0.2.0")
	refuses("a tag v0.2.0 already", "0.2.0")
	git("tag", "-d", "v0.2.0")
	refuses("go", "--trial", "./x", "0.2.0") // nothing is to be refused any more; there is nothing to test
}
