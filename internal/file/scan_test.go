package file_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/file"
	"intelliwiz/internal/testworld"
)

// scanner knows one thing, or fails.
type scanner struct{ err error }

func (s *scanner) Scan(_ context.Context, r io.Reader) (string, error) {
	raw, err := io.ReadAll(r)
	if strings.Contains(string(raw), "EICAR") {
		return "Eicar-Test-Signature", nil
	}
	return "", errors.Join(s.err, err)
}

func TestTheScannerDecidesAndFailsClosed(t *testing.T) {
	known := &scanner{}
	each(t, func(t *testing.T, c *cabinet) {
		known.err = nil
		c.must(c.add(c.System, "a.txt", []byte("clean")))
		if _, err := c.add(c.System, "b.txt", []byte("EICAR")); refusal(err) != "harmful" {
			t.Errorf("harmful: %v", err)
		}
		known.err = fault.Of(fault.Unavailable, "away")
		if _, err := c.add(c.System, "c.txt", []byte("clean")); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("while the scanner is away: %v", err)
		}
		if n := len(c.stored()); n != 1 {
			t.Errorf("%d files are stored", n)
		}
		if !strings.Contains(c.Log.String(), "Eicar-Test-Signature") {
			t.Error("what was found is not logged")
		}
	}, func(cfg *file.Config) { cfg.Scanner = known })
}

func TestARecordHasAHundredFiles(t *testing.T) {
	w := testworld.New(t, dbtest.Open(t, "sqlite"))
	c := newCabinet(t, w)
	for range 100 {
		c.must(c.add(c.System, "a.txt", []byte("x")))
	}
	if _, err := c.add(c.System, "a.txt", []byte("x")); refusal(err) != "too_many" {
		t.Errorf("one more: %v", err)
	}
	other := testworld.Any(c.Mill.ID)
	if _, err := c.Upload(t.Context(), c.System, "site", other, "a.txt", strings.NewReader("x")); err != nil {
		t.Errorf("at another record: %v", err)
	}
}
