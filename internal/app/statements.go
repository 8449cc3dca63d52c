package app

import (
	_ "embed" // the list is part of the binary
	"strings"
)

// statementList is the name of every statement of this version, one a line. A test keeps it: the list is what was looked at before a release,
// so that a name which is not on it at run time is an alarm.
//
//go:embed statements.txt
var statementList string

func statementNames() map[string]bool {
	names := map[string]bool{}
	for name := range strings.Lines(statementList) {
		names[strings.TrimSpace(name)] = true
	}
	return names
}
