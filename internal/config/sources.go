package config

import (
	"bufio"
	"io"
	"os"
	"strings"
)

// maxFile is the most that is read of a file with one value or with a configuration.
const maxFile = 64 << 10

// pairs splits NAME=VALUE texts; what is not one, or has no value, is left out.
func pairs(texts []string) map[string]string {
	m := make(map[string]string, len(texts))
	for _, t := range texts {
		if name, value, ok := strings.Cut(t, "="); ok && value != "" {
			m[name] = value
		}
	}
	return m
}

// file reads the optional file: KEY=VALUE lines, # for remarks, quotes around a value if one likes.
func (g *gathering) file(path string) map[string]string {
	m := map[string]string{}
	if path == "" {
		return m
	}
	text, err := read(path)
	if err != nil {
		g.faults.add(fileVariable, "names a file that cannot be read: %v", cause(err))
		return m
	}
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, maxFile+1)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			g.faults.add(fileVariable, "line %d is not NAME=VALUE", n)
			continue
		}
		if value = unquote(strings.TrimSpace(value)); value != "" {
			m[strings.TrimSpace(name)] = value
		}
	}
	return m
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// content reads the file that NAME_FILE names. A file with a key must not be everybody's.
func (g *gathering) content(f field, path string) string {
	text, err := read(path)
	if err != nil {
		g.faults.add(f.name+"_FILE", "names a file that cannot be read: %v", cause(err))
		return ""
	}
	if info, err := os.Stat(path); err == nil && (strings.HasPrefix(f.name, "IW_KEY_") || f.name == "IW_BACKUP_IDENTITY") && info.Mode().Perm()&0o007 != 0 {
		g.faults.add(f.name+"_FILE", "names a file that every account of the machine can reach; take that right away (chmod o= FILE)")
	}
	text = strings.TrimRight(text, "\r\n")
	if text == "" {
		g.faults.add(f.name+"_FILE", "names an empty file")
	}
	return text
}

func read(path string) (string, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // nothing was written
	raw, err := io.ReadAll(io.LimitReader(f, maxFile))
	return string(raw), err
}

// cause is an error without the path, which could be a secret that was put in the wrong variable.
func cause(err error) error {
	if p, ok := err.(*os.PathError); ok { //nolint:errorlint // Open returns it bare
		return p.Err
	}
	return err
}

// nearest finds the known name that a wrong one was probably meant to be.
func nearest(name string, known map[string]bool) string {
	best, least := "", 4
	for k := range known {
		if d := distance(name, k); d < least || d == least && k < best {
			best, least = k, d
		}
	}
	return best
}

// distance is the least number of signs to change, add or drop between two texts (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := diagonal
			if a[i-1] != b[j-1] {
				change++
			}
			diagonal = row[j]
			row[j] = min(change, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
