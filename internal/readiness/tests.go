package readiness

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// shipped is what came of the tests when this build was released; empty in any other build. scripts/release writes it.
//
//go:embed shipped.json
var shipped []byte

// Shipped is what came of the tests of a release.
type Shipped struct {
	Commit   string            `json:"commit"`
	At       time.Time         `json:"at"`
	Coverage float64           `json:"coverage"` // per cent of statements outside generated code
	Tests    map[string]string `json:"tests"`    // PACKAGE.TestName -> pass, fail, skip
}

// ReadShipped gives the results that this build carries; false = it is no release.
func ReadShipped() (Shipped, bool) {
	var s Shipped
	err := json.Unmarshal(shipped, &s)
	return s, err == nil && len(s.Tests) > 0
}

// answer tells what the tests of an item came to. A build without results proves nothing by them.
func (s Shipped) answer(x Item) Answer {
	if len(x.Tests) == 0 {
		return Answer{Result: NotChecked, Why: "No test of this item is named in the plan."}
	}
	if len(s.Tests) == 0 {
		return Answer{Result: NotChecked, Why: fmt.Sprintf("This build carries no results of its tests: it is no release. Tests that show this item: %d.", len(x.Tests))}
	}
	var bad []string
	for _, name := range x.Tests {
		if s.Tests[name] != "pass" {
			bad = append(bad, name)
		}
	}
	if len(bad) > 0 {
		return Answer{Result: NotMet, Why: "Not passed when this build was released: " + strings.Join(bad, ", ") + ".", Todo: "Do not run this build in production."}
	}
	return Answer{Result: Met, Why: fmt.Sprintf("%d of %d tests passed when this build was released, from commit %s.", len(x.Tests), len(x.Tests), s.Commit), Evidence: x.Tests}
}
