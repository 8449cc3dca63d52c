package app

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const securityDocs = "../../docs/security/"

// named finds the tests that a document names.
var named = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+)`")

// TestTheTestsOfTheListExist finds a test that the documents about security name and that is not there.
func TestTheTestsOfTheListExist(t *testing.T) {
	there, names := testNames(t), 0
	for _, path := range append(chapters(t), securityDocs+"asvs.md", securityDocs+"top10.md", securityDocs+"data.md") {
		for _, m := range named.FindAllStringSubmatch(readText(t, path), -1) {
			names++
			if !there[m[1]] {
				t.Errorf("%s names %s, and there is no such test", filepath.Base(path), m[1])
			}
		}
	}
	if names < 600 {
		t.Errorf("only %d names", names)
	}
}

// TestEveryItemOfTheListIsAnsweredOnce holds the chapters to the bare list of the standard's items, and the table of the index to the chapters.
func TestEveryItemOfTheListIsAnsweredOnce(t *testing.T) {
	level := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(readText(t, securityDocs+"asvs/items.txt")), "\n") {
		item, l, _ := strings.Cut(line, " ")
		level[item] = l
	}
	answered := map[string]bool{}
	var total tally
	table := "| chapter | items | by tests | by reason | not applicable | open | of level 3, beside |\n|---|---|---|---|---|---|---|\n"
	for _, path := range chapters(t) {
		text := readText(t, path)
		var of tally
		for _, row := range regexp.MustCompile(`(?m)^\| ([0-9.]+) \|(.*)\|$`).FindAllStringSubmatch(text, -1) {
			item := row[1]
			switch cells := strings.Split(row[2], "|"); {
			case level[item] == "" || answered[item]:
				t.Errorf("%s: %s is no item of the standard, or stands twice", filepath.Base(path), item)
			case len(cells) != 3 || strings.TrimSpace(cells[0]) == "":
				t.Errorf("%s has %d columns", item, len(cells)+1)
			default:
				of.add(t, item, level[item], strings.TrimSpace(cells[2]))
			}
			answered[item] = true
		}
		title, _, _ := strings.Cut(strings.TrimPrefix(text, "# "), "\n")
		table += fmt.Sprintf("| [%s](asvs/%s) %s\n", title, filepath.Base(path), of)
		total.sum(of)
	}
	table += fmt.Sprintf("| **all** %s\n", total)
	for item, l := range level {
		if l != "3" && !answered[item] {
			t.Errorf("%s is not answered", item)
		}
	}
	if total.items != 253 || len(level) != 345 {
		t.Errorf("%d items of levels 1 and 2 of %d in all", total.items, len(level))
	}
	holdTable(t, securityDocs+"asvs.md", table)
}

// tally counts the answers of a chapter.
type tally struct{ items, tests, reason, none, open, beside int }

func (n tally) String() string {
	return fmt.Sprintf("| %d | %d | %d | %d | %d | %d |", n.items, n.tests, n.reason, n.none, n.open, n.beside)
}

func (n *tally) sum(o tally) {
	*n = tally{n.items + o.items, n.tests + o.tests, n.reason + o.reason, n.none + o.none, n.open + o.open, n.beside + o.beside}
}

func (n *tally) add(t *testing.T, item, level, answer string) {
	t.Helper()
	kind, words, _ := strings.Cut(answer, ": ")
	into := map[string]*int{"reason": &n.reason, "not applicable": &n.none, "open": &n.open}[kind]
	switch {
	case into == nil && named.MatchString(answer) && strings.Trim(named.ReplaceAllString(answer, ""), " ") == "":
		into = &n.tests
	case into == nil || len(words) < 10:
		t.Errorf("%s is answered by %q: tests alone, or reason, not applicable or open with words", item, answer)
		return
	}
	if level == "3" {
		n.beside++
		return
	}
	n.items++
	*into++
}

// holdTable holds the part of a document between its marks to what it should be, or writes it.
func holdTable(t *testing.T, path, want string) {
	t.Helper()
	text := readText(t, path)
	head, rest, ok := strings.Cut(text, "<!-- counts -->\n")
	got, tail, ended := strings.Cut(rest, "<!-- /counts -->")
	if !ok || !ended {
		t.Fatalf("%s has no marks", path)
	}
	if got == want {
		return
	}
	if !*update {
		t.Errorf("the table of %s is not what the chapters say; -update writes it:\n%s", path, want)
		return
	}
	if err := os.WriteFile(path, []byte(head+"<!-- counts -->\n"+want+"<!-- /counts -->"+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

func chapters(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(securityDocs + "asvs/v*.md")
	if err != nil || len(paths) != 17 {
		t.Fatalf("%d chapters, %v", len(paths), err)
	}
	slices.SortFunc(paths, cmp.Compare[string])
	return paths
}

func readText(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// testNames gives the names of all tests of the product.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	out, declared := map[string]bool{}, regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range declared.FindAllSubmatch(text, -1) {
			out[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
