package dbtest

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Released names the commit of the release before, which is what new versions must live beside. A copy without history, or one with a part of
// it, cannot be held to it: the test is skipped then, and says what is missing. In a whole clone it must be there. The test's folder is two below
// the repository's.
func Released(t testing.TB) (commit string) {
	t.Helper()
	raw, err := os.ReadFile("../../ops/previous")
	if err != nil {
		t.Fatal(err)
	}
	commit = strings.TrimSpace(string(raw))
	out, err := exec.Command("git", "cat-file", "-e", commit+"^{commit}").CombinedOutput()
	if err == nil {
		return commit
	}
	if shallow, bad := exec.Command("git", "rev-parse", "--is-shallow-repository").Output(); bad != nil || strings.TrimSpace(string(shallow)) == "true" {
		t.Skipf("the release before, %s of ops/previous, is not here, for this is no clone with its whole history (git fetch --unshallow)", commit)
	}
	t.Fatalf("the release before, %s of ops/previous, is no commit of this repository: %s", commit, out)
	return ""
}
