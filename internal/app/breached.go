package app

import (
	"bufio"
	"fmt"
	"os"
)

// maxBreached bounds the list of stolen passwords, which is kept in memory.
const maxBreached = 64 << 20 // bytes

// readBreached reads a list of stolen passwords, one a line; nil when there is none.
func readBreached(path string) (func(password string) bool, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path) //nolint:gosec // whoever configures the process names the file
	if err != nil {
		return nil, fmt.Errorf("cannot be opened: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	if info.Size() > maxBreached {
		return nil, fmt.Errorf("has %d MiB; at most %d", info.Size()>>20, maxBreached>>20)
	}
	known := map[string]struct{}{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		known[lines.Text()] = struct{}{}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	return func(password string) bool { _, ok := known[password]; return ok }, nil
}
