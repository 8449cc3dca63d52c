package app

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// scratch is a repository of a test's own, which has no more than the scripts look at.
type scratch struct {
	t   *testing.T
	dir string
}

func newScratch(t *testing.T, scripts ...string) scratch {
	x := scratch{t, t.TempDir()}
	for _, name := range scripts {
		x.write("scripts/"+name, read(t, "../../scripts/"+name), 0o700)
	}
	x.git("init", "-q")
	return x
}

func (x scratch) write(path, text string, mode os.FileMode) {
	x.t.Helper()
	full := filepath.Join(x.dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		x.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), mode); err != nil {
		x.t.Fatal(err)
	}
}

func (x scratch) git(args ...string) string {
	x.t.Helper()
	out, err := x.run("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"}, args...)...)
	if err != nil {
		x.t.Fatalf("git %v: %v %s", args, err, out)
	}
	return strings.TrimSpace(out)
}

func (x scratch) commit(message string) {
	x.t.Helper()
	x.git("add", ".")
	x.git("commit", "-qm", message)
}

func (x scratch) run(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = x.dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (x scratch) refuses(want string, args ...string) {
	x.t.Helper()
	if out, err := x.run("scripts/release", args...); err == nil || !strings.Contains(out, want) {
		x.t.Errorf("%v: %v, says %q and not %q", args, err, out, want)
	}
}

// TestAReleaseRefusesWhatIsNotOne: before anything is built.
func TestAReleaseRefusesWhatIsNotOne(t *testing.T) {
	x := newScratch(t, "release")
	x.write("CHANGELOG.md", "# Changes\n\n## Not released yet\n\n## 0.2.0, 2026-01-01\n", 0o600)
	x.commit("first")
	first := x.git("rev-parse", "HEAD")

	x.refuses("usage")
	x.refuses("three numbers", "v0.2")
	x.refuses("the first heading of CHANGELOG.md", "0.2.0")
	x.write("CHANGELOG.md", "# Changes\n\n## 0.2.0, 2026-01-02\n\n## 0.1.0\n", 0o600)
	x.refuses("not committed", "0.2.0")
	x.commit("second")
	x.refuses("the first heading of CHANGELOG.md", "0.2.00")
	x.refuses("ops/previous names no commit", "0.2.0")
	x.write("ops/previous", "0123456789012345678901234567890123456789\n", 0o600)
	x.commit("third")
	x.refuses("ops/previous names no commit", "--trial", "./x", "0.2.0")
	x.write("ops/previous", first+"\n", 0o600)
	x.commit("fourth")
	x.git("tag", "v0.2.0")
	x.refuses("a tag v0.2.0 already", "0.2.0")
	x.git("tag", "-d", "v0.2.0")
	x.refuses("go", "--trial", "./x", "0.2.0") // nothing is to be refused any more; there is nothing to test
}

// TestNothingIsReleasedThatNobodyHasScanned: where known vulnerabilities are found, or could not be asked for without an exception that is
// written down for this very version.
func TestNothingIsReleasedThatNobodyHasScanned(t *testing.T) {
	x := newScratch(t, "release", "vulnerable")
	x.write("CHANGELOG.md", "## 0.2.0, 2026-01-01\n", 0o600)
	x.write(".gitignore", "coverage\nbin\n", 0o600)
	x.commit("first")
	x.write("ops/previous", x.git("rev-parse", "HEAD")+"\n", 0o600)
	x.write("Makefile", "check:\n\t@echo everything else is checked; exit 1\n", 0o600)
	scanner := func(script string) {
		t.Helper()
		x.write("scripts/tool", "#!/bin/sh\ntest \"$*\" = 'govulncheck ./...' || exit 9\n"+script+"\n", 0o700)
		x.commit(script)
	}
	const passed = "everything else is checked"
	scanner("echo 'govulncheck: fetching vulnerabilities: Get https://vuln.go.dev/index: dial tcp: no such host' >&2; exit 1")
	x.refuses("nobody has looked for known vulnerabilities", "0.2.0")
	x.write("ops/unscanned", "0.1.0: no network\n0.220: none\n", 0o600)
	x.commit("an exception of another version")
	x.refuses("nobody has looked for known vulnerabilities", "0.2.0")
	x.write("ops/unscanned", "0.1.0: no network\n0.2.0: the day before a network is there\n", 0o600)
	x.refuses("not committed", "0.2.0")
	x.commit("an exception")
	x.refuses("without a look for known vulnerabilities: the day before a network is there", "0.2.0")
	x.refuses(passed, "0.2.0")
	scanner("echo 'Vulnerability #1: GO-2026-1'; exit 3") // an exception is for what could not be asked
	x.refuses("there are known vulnerabilities", "0.2.0")
	x.refuses("GO-2026-1", "0.2.0")
	scanner("echo 'internal/x.go:1: it does not compile'; exit 1")
	x.refuses("there are known vulnerabilities", "0.2.0")
	scanner("exit 0")
	x.refuses(passed, "0.2.0")
}
