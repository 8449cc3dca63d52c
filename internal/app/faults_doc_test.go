package app

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryFaultHasItsTests: each row of docs/operations/faults.md names a test, each of them exists, and `make faults`, which runs what is
// named there, leaves out none that was written for it.
func TestEveryFaultHasItsTests(t *testing.T) {
	there, text := testsOfTheHouse(t), read(t, "../../docs/operations/faults.md")
	named := regexp.MustCompile("`([a-z]+\\.Test[A-Za-z0-9_]+)`")
	rows := 0
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| fault ") {
			continue
		}
		rows++
		found := named.FindAllStringSubmatch(line, -1)
		if len(found) == 0 {
			t.Errorf("no test shows this: %s", line)
		}
		for _, x := range found {
			if !there[x[1]] {
				t.Errorf("the table names %s, and there is no such test", x[1])
			}
		}
	}
	if rows < 20 {
		t.Errorf("only %d faults", rows)
	}
	files, err := filepath.Glob("fault_*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(string(raw), -1) {
			if !strings.Contains(text, "`app."+x[1]+"`") {
				t.Errorf("%s has %s, which the table does not name", file, x[1])
			}
		}
	}
}
