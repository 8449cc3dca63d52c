package app

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryTableIsClassified finds a table that docs/security/data.md gives no level, or two, and one that is there no more.
func TestEveryTableIsClassified(t *testing.T) {
	migrations, err := filepath.Glob("../db/migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var made []string
	changes := regexp.MustCompile(`(?mi)^(create|drop) table (?:if (?:not )?exists )?([a-z_]+)`)
	for _, path := range migrations {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range changes.FindAllStringSubmatch(string(text), -1) {
			made = slices.DeleteFunc(made, func(n string) bool { return n == m[2] })
			if strings.EqualFold(m[1], "create") {
				made = append(made, m[2])
			}
		}
	}
	if len(made) < 60 {
		t.Errorf("only %d tables", len(made))
	}
	raw, err := os.ReadFile("../../docs/security/data.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "## Tables")
	rows, _, _ := strings.Cut(rest, "\n## ")
	levels := map[string]int{}
	for _, line := range strings.Split(rows, "\n") {
		if strings.HasPrefix(line, "| **") {
			for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(line, -1) {
				levels[m[1]]++
			}
		}
	}
	for _, name := range made {
		if levels[name] != 1 {
			t.Errorf("%s has %d levels", name, levels[name])
		}
		delete(levels, name)
	}
	for name := range levels {
		t.Errorf("%s is no table", name)
	}
}
