package exchange

import (
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/sheet"
)

// cells reads one row. A blank cell leaves what is stored, and gives a new record's default; what cannot be read is noted.
type cells struct {
	line  sheet.Line
	at    map[string]int // column key -> place in the row
	check fault.Check
}

func (c *cells) raw(key string) string {
	i, ok := c.at[key]
	if !ok || i >= len(c.line.Cells) {
		return ""
	}
	return c.line.Cells[i]
}

func (c *cells) text(key, old string) string {
	if s := c.raw(key); s != "" {
		return s
	}
	return old
}

var yes, no = []string{"yes", "y", "true", "1", "x"}, []string{"no", "n", "false", "0"}

func (c *cells) yes(key string, old bool) bool {
	s := fold.Key(c.raw(key))
	switch {
	case s == "":
		return old
	case slices.Contains(yes, s):
		return true
	case !slices.Contains(no, s):
		c.check.Add(key, "grammar", "Write yes or no.")
	}
	return false
}

func (c *cells) whole(key string, old int64) int64 {
	s := strings.TrimSuffix(c.raw(key), ".0")
	if s == "" {
		return old
	}
	n, err := strconv.ParseInt(s, 10, 64)
	c.check.That(err == nil, key, "grammar", "Write a whole number.")
	return n
}

func (c *cells) decimal(key string, old *float64) *float64 {
	s := c.raw(key)
	if s == "" {
		return old
	}
	x, err := strconv.ParseFloat(s, 64)
	c.check.That(err == nil, key, "grammar", "Write a number, with a point before its decimals.")
	return &x
}

// list reads texts between commas or semicolons.
func (c *cells) list(key string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(c.raw(key), func(r rune) bool { return r == ',' || r == ';' }) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// ref reads the code of another record.
func ref[T any](c *cells, key string, old *T, all map[string]T, thing string) *T {
	s := c.raw(key)
	if s == "" {
		return old
	}
	if x, ok := all[fold.Code(s)]; ok {
		return &x
	}
	c.check.Add(key, "unknown", "There is no "+thing+" with the code "+fold.Code(s)+".")
	return old
}

// Texts of values, as an export shows and an import reads them.

func yesNo(v bool) string {
	if v {
		return "yes"
	}
	return "no"
}

func number(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

func whole(v int64) string { return strconv.FormatInt(v, 10) }
