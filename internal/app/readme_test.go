package app

import (
	"flag"
	"os"
	"strings"
	"testing"

	"intelliwiz/internal/config"
)

//go:generate go test . -run ^TestReadmeListsEveryVariable$ -update

// update has golden files written instead of compared.
var update = flag.Bool("update", false, "write golden files")

// TestReadmeListsEveryVariable keeps the README's table equal to the configuration's struct.
func TestReadmeListsEveryVariable(t *testing.T) {
	const path, open, end = "../../README.md", "<!-- variables -->\n", "<!-- /variables -->"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), open)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("README.md has no %q", open)
	}
	want := before + open + config.Table() + end + after
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(raw) != want {
		t.Error("README.md does not list the variables as they are: run make generate")
	}
}
