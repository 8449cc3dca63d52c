package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"intelliwiz/internal/journal"
)

// anchorFile keeps the signed heads of the journal outside the database: in a file that only grows, and in the log, from where they
// should be shipped to another machine.
type anchorFile struct {
	mu  sync.Mutex
	dir string
	log *slog.Logger
}

// anchorsFile is its name in the data folder.
const anchorsFile = "anchors.jsonl"

func (f *anchorFile) path() string { return filepath.Join(f.dir, anchorsFile) }

// add appends an anchor, durably.
func (f *anchorFile) add(ctx context.Context, a journal.Anchor) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	line, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode anchor: %w", err)
	}
	out, err := os.OpenFile(f.path(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open anchors: %w", err)
	}
	_, err = out.Write(append(line, '\n'))
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return fmt.Errorf("write anchor: %w", err)
	}
	f.log.InfoContext(ctx, "journal anchored", "anchor", json.RawMessage(line))
	return nil
}

// read gives all anchors. A last line that a crash cut short is left out; any other that cannot be read is an error.
func (f *anchorFile) read() ([]journal.Anchor, error) {
	in, err := os.Open(f.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open anchors: %w", err)
	}
	defer in.Close() //nolint:errcheck // it was only read
	var all []journal.Anchor
	var broken error
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		if broken != nil {
			return nil, broken
		}
		var a journal.Anchor
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			broken = fmt.Errorf("anchors, line %d: %w", n, err)
			continue
		}
		all = append(all, a)
	}
	return all, lines.Err()
}
