package readiness

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
)

// event is a line of `go test -json`, as far as it matters here.
type event struct{ Action, Package, Test string }

// Results reads the lines of `go test -json` and gives what came of each test, named PACKAGE.TestName as the plan names it. A test within
// a test counts with the one around it. Lines that are no events, such as those of the linker, are left out.
func Results(lines io.Reader) (map[string]string, error) {
	out := map[string]string{}
	in := bufio.NewScanner(lines)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		var e event
		if json.Unmarshal(in.Bytes(), &e) != nil || e.Test == "" || strings.Contains(e.Test, "/") {
			continue
		}
		switch e.Action {
		case "pass", "fail", "skip":
			out[PackageName(e.Package)+"."+e.Test] = e.Action
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read the results of tests: %w", err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("there is no result of a test in it")
	}
	return out, nil
}

// PackageName is how the plan names a package: its last word, or two where it lies below the package of the database.
func PackageName(importPath string) string {
	if inner, ok := strings.CutPrefix(strings.TrimPrefix(importPath, "intelliwiz/"), "internal/db/"); ok {
		return "db/" + inner
	}
	return path.Base(importPath)
}
