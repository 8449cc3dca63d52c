package app

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Bounds on what a reader has to hold at once.
const (
	maxFileLines     = 300
	maxFunctionLines = 60
)

// TestFilesAndFunctionsStaySmall: generated code and vendored libraries are not read, tests may have longer functions.
func TestFilesAndFunctionsStaySmall(t *testing.T) {
	seen := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && (d.Name() == ".git" || d.Name() == "vendor" || d.Name() == "node_modules" || d.Name() == "gen") {
				return filepath.SkipDir
			}
			return err
		}
		switch ext := filepath.Ext(path); {
		case strings.HasSuffix(path, "_templ.go"), strings.HasSuffix(path, ".min.js"), ext != ".go" && ext != ".templ" && ext != ".js" && ext != ".sql" && ext != ".graphqls":
			return nil
		}
		if strings.Contains(filepath.ToSlash(path), "/static/files/vendor/") || strings.Contains(path, "htmx") || strings.Contains(path, "leaflet") {
			return nil
		}
		seen++
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if n := bytes.Count(text, []byte("\n")); n > maxFileLines {
			t.Errorf("%s has %d lines; at most %d", path, n, maxFileLines)
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			functions(t, path, text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 100 {
		t.Fatalf("only %d files found", seen)
	}
}

func functions(t *testing.T, path string, text []byte) {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, path, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			if n := set.Position(fn.End()).Line - set.Position(fn.Pos()).Line + 1; n > maxFunctionLines {
				t.Errorf("%s: %s has %d lines; at most %d", path, fn.Name.Name, n, maxFunctionLines)
			}
		}
	}
}
