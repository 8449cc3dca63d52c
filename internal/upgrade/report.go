package upgrade

import (
	"fmt"
	"io"
	"strings"
)

// Level says what a finding asks for.
type Level string

// The levels.
const (
	Fine Level = "FINE"
	Note Level = "NOTE" // to be known
	Todo Level = "TODO" // to be done before the version is changed
)

// Finding is one thing that was looked at.
type Finding struct {
	What  string `json:"what"` // backup, settings, permissions, disk, flags, schema, ...
	Level Level  `json:"level"`
	Says  string `json:"says"`
	Todo  string `json:"todo,omitempty"`
}

// Report is what a version will do to an installation.
type Report struct {
	Version  string           `json:"version"`          // of the program that looked
	Schema   int64            `json:"schema"`           // that it brings
	Served   string           `json:"served,omitempty"` // the version that served last; "" = it did not say
	Have     int64            `json:"have"`             // the schema of the database; 0 = there is none
	Engine   string           `json:"engine"`
	Bytes    int64            `json:"bytes"`          // of the database
	Rows     map[string]int64 `json:"rows,omitempty"` // of the tables that the steps work on; estimates on PostgreSQL
	Steps    []Step           `json:"steps"`
	Beside   bool             `json:"beside"` // the version before can run beside this one
	Findings []Finding        `json:"findings"`
	Ready    bool             `json:"ready"` // nothing is to be done first
}

// Find adds a finding.
func (r *Report) Find(what string, l Level, todo, says string, args ...any) {
	r.Findings = append(r.Findings, Finding{What: what, Level: l, Says: fmt.Sprintf(says, args...), Todo: todo})
}

// Close says whether anything is to be done first.
func (r *Report) Close() {
	r.Ready = true
	for _, f := range r.Findings {
		r.Ready = r.Ready && f.Level != Todo
	}
}

var levelWords = map[Level]string{Fine: "ok", Note: "note", Todo: "TO DO"}

var effectWords = map[Effect]string{
	AtOnce: "at once", Indexed: "its rows are read; nobody writes to it meanwhile", Examined: "its rows are read; nobody uses it meanwhile",
	Written: "its rows are written anew; nobody writes to them meanwhile",
}

// WriteText writes the report for a terminal.
func (r Report) WriteText(w io.Writer) error {
	var b strings.Builder
	served := r.Served
	if served == "" {
		served = "a version that did not say which"
	}
	fmt.Fprintf(&b, "From %s, schema %d, to %s, schema %d (%s, %d MiB)\n", served, r.Have, r.Version, r.Schema, r.Engine, r.Bytes>>20)
	if len(r.Steps) > 0 {
		fmt.Fprintf(&b, "\nMigrations to come: %d\n", len(r.Steps))
	}
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "  %d %s: %s\n", s.Number, s.Name, s.Title)
		for _, x := range s.Work {
			fmt.Fprintf(&b, "     %s, %d rows: %s%s\n", x.Table, r.Rows[x.Table], effectWords[x.Effect], about(x.Seconds(r.Rows[x.Table])))
		}
		for _, n := range s.Narrows {
			fmt.Fprintf(&b, "     it %s\n", n)
		}
		if s.Contracts != "" {
			fmt.Fprintf(&b, "     contracts: %s\n", s.Contracts)
		}
	}
	b.WriteString("\n")
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "  %-6s %-12s %s\n", levelWords[f.Level], f.What, f.Says)
		if f.Todo != "" {
			fmt.Fprintf(&b, "  %-6s %-12s do: %s\n", "", "", f.Todo)
		}
	}
	if r.Ready {
		b.WriteString("\nReady.\n")
	} else {
		b.WriteString("\nNot yet: do first what is to be done.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func about(seconds int64) string {
	switch {
	case seconds == 0:
		return ""
	case seconds < 120:
		return fmt.Sprintf(", about %d s", seconds)
	}
	return fmt.Sprintf(", about %d min", seconds/60)
}
