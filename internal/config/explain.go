package config

import (
	"fmt"
	"strings"

	"intelliwiz/internal/telemetry"
)

// Setting is one variable as `config explain` shows it.
type Setting struct {
	Name   string
	Value  string // a secret is masked
	Source string // default, environment, file, flag; with NAME_FILE when the value came from such a file
	Doc    string
}

// Explain lists every variable with its value, where that came from, and what it means.
func (c Config) Explain() []Setting {
	var out []Setting
	for _, f := range fieldsOf(&c) {
		s := Setting{f.name, c.raw[f.name], c.source[f.name], f.tag.Get("doc")}
		if f.secret() && s.Value != "" && s.Source != "default" {
			s.Value = telemetry.Mask
		}
		out = append(out, s)
	}
	return out
}

// Table is the README's table of variables, in Markdown.
func Table() string {
	var b strings.Builder
	b.WriteString("| variable | default | meaning |\n|---|---|---|\n")
	for _, f := range fieldsOf(&Config{}) {
		value := f.tag.Get("default")
		if value != "" {
			value = "`" + value + "`"
		}
		if lax, ok := f.tag.Lookup("lax"); ok {
			value += fmt.Sprintf(" (`%s` outside production)", lax)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.name, value, strings.ReplaceAll(f.tag.Get("doc"), "|", `\|`))
	}
	fmt.Fprintf(&b, "| `%s` | | a file of NAME=VALUE lines, read after the environment |\n", fileVariable)
	b.WriteString("\nEach variable is also read from the file that `NAME_FILE` names. The command line wins over the environment, the environment over the file.\n")
	return b.String()
}
