// Command licences reads the licence file of every module that the product is built of and prints one line a module: its path and the SPDX
// name of its licence. It reads names of modules and their folders, a pair a line, as scripts/generate gives them.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

func main() {
	if err := list(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func list(in io.Reader, out io.Writer) error {
	var lines []string
	pairs := bufio.NewScanner(in)
	for pairs.Scan() {
		module, folder, ok := strings.Cut(pairs.Text(), " ")
		if !ok {
			continue
		}
		found, err := of(folder)
		if err != nil {
			return fmt.Errorf("%s: %w", module, err)
		}
		lines = append(lines, module+" "+found)
	}
	if err := pairs.Err(); err != nil {
		return err
	}
	slices.Sort(lines)
	_, err := fmt.Fprintln(out, strings.Join(slices.Compact(lines), "\n"))
	return err
}

// sure is how much of a file must be a known licence, per cent.
const sure = 75

// of gives the licences that a module's files state, joined by AND.
func of(folder string) (string, error) {
	var names []string
	files, err := os.ReadDir(folder)
	if err != nil {
		return "", err
	}
	for _, f := range files {
		name := strings.ToUpper(f.Name())
		if f.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "UNLICENSE") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			return "", err
		}
		c := licensecheck.Scan(text)
		if c.Percent < sure && len(c.Match) == 0 {
			continue
		}
		for _, m := range c.Match {
			if !m.IsURL && !slices.Contains(names, m.ID) {
				names = append(names, m.ID)
			}
		}
	}
	if len(names) == 0 {
		return "NOASSERTION", nil
	}
	slices.Sort(names)
	return strings.Join(names, " AND "), nil
}
