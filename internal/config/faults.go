package config

import (
	"fmt"
	"strings"
)

// Fault is one thing that is wrong with one variable. It never holds the value.
type Fault struct{ Name, Problem string }

// Faults is everything that is wrong with a configuration, at once.
type Faults []Fault

// Error lists the faults, one a line.
func (f Faults) Error() string {
	var b strings.Builder
	if len(f) == 1 {
		b.WriteString("the configuration has a fault:")
	} else {
		fmt.Fprintf(&b, "the configuration has %d faults:", len(f))
	}
	for _, x := range f {
		fmt.Fprintf(&b, "\n  %s %s", x.Name, x.Problem)
	}
	return b.String()
}

func (f *Faults) add(name, problem string, args ...any) {
	*f = append(*f, Fault{name, fmt.Sprintf(problem, args...)})
}
