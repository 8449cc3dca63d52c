package fault

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Check gathers every violation of an input before answering: one pass, all faults, each at its field.
type Check struct{ fields []Field }

// Add records a violation.
func (c *Check) Add(path, code, message string) {
	c.fields = append(c.fields, Field{Path: path, Code: code, Message: message})
}

// That records a violation when ok is false.
func (c *Check) That(ok bool, path, code, message string) {
	if !ok {
		c.Add(path, code, message)
	}
}

// Text holds a required or optional text to a length in characters, and refuses control characters (NUL first of all) and broken UTF-8.
// It says whether the text passed.
func (c *Check) Text(path, value string, min, max int) bool {
	before, n := len(c.fields), utf8.RuneCountInString(value)
	switch {
	case !utf8.ValidString(value) || strings.ContainsFunc(value, control):
		c.Add(path, "characters", "This contains characters that cannot be stored.")
	case min > 0 && n == 0:
		c.Add(path, "required", "Enter a value.")
	case n < min:
		c.Add(path, "too_short", fmt.Sprintf("Enter at least %d characters.", min))
	case n > max:
		c.Add(path, "too_long", fmt.Sprintf("Enter at most %d characters; this has %d.", max, n))
	}
	return len(c.fields) == before
}

func control(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f }

// Err gives the Invalid fault with all violations, or nil when there was none.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	f := Of(Invalid, "Check what is marked below.")
	f.Fields = c.fields
	return f
}
