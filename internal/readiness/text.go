package readiness

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
)

var words = map[Result]string{Met: "met", NotMet: "NOT MET", NotApplicable: "not applicable", NotChecked: "not checked"}

// Words says a result to people.
func (r Result) Words() string { return words[r] }

// firstOwn is the first line of a stack that is in our own code, behind the panic.
func firstOwn(stack []byte) string {
	for line := range bytes.Lines(stack) {
		if text := strings.TrimSpace(string(line)); strings.HasPrefix(text, "intelliwiz/internal/app.") {
			return text
		}
	}
	return ""
}

// WriteText writes a report for a terminal: what is not met with its reason, then everything by phase.
func (r Report) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Readiness of %s\nIntelliWiz %s, profile %s, %s, at %s, in %s\n", r.Address, r.Version, r.Profile, r.Engine, r.At.UTC().Format(time.DateTime+" UTC"), r.Took.Round(10*time.Millisecond))
	for _, phase := range r.Phases() {
		fmt.Fprintf(&b, "\n%s\n", phase[0].Phase)
		for _, f := range phase {
			fmt.Fprintf(&b, "  %-8s %-15s %s\n", f.ID, f.Result.Words(), f.Title)
			if f.Result != Met {
				fmt.Fprintf(&b, "  %-8s %-15s %s\n", "", "", f.Why)
			}
			if f.Todo != "" {
				fmt.Fprintf(&b, "  %-8s %-15s to do: %s\n", "", "", f.Todo)
			}
		}
	}
	fmt.Fprintf(&b, "\n%s\n", r.Sum())
	_, err := io.WriteString(w, b.String())
	return err
}

// Sum is the report in one line.
func (r Report) Sum() string {
	return fmt.Sprintf("%d met, %d not met, %d not applicable, %d not checked, of %d.", r.Count(Met), r.Count(NotMet), r.Count(NotApplicable), r.Count(NotChecked), len(r.Findings))
}
