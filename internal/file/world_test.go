package file_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/blob"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/file"
	"intelliwiz/internal/job"
	"intelliwiz/internal/testworld"
)

// cabinet is a world whose sites have files: who may see the site sees them, who may change it adds.
type cabinet struct {
	*testworld.World
	*file.Service
	t     *testing.T
	store *store
	dir   string
}

// store is a folder that can be told to fail.
type store struct {
	blob.Store
	mu  sync.Mutex
	err error
}

func (s *store) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	return s.Store.Put(ctx, key, r, size)
}

func (s *store) fail(err error) { s.mu.Lock(); defer s.mu.Unlock(); s.err = err }

func newCabinet(t *testing.T, w *testworld.World, change ...func(*file.Config)) *cabinet {
	t.Helper()
	c := &cabinet{World: w, t: t, dir: t.TempDir()}
	w.Jobs = job.New(job.Config{DB: w.DB, Log: w.Logger()}) // the world's own has this work already
	disk, err := blob.NewDisk(filepath.Join(c.dir, "files"))
	if err != nil {
		t.Fatal(err)
	}
	c.store = &store{Store: disk}
	cfg := file.Config{
		DB: w.DB, Journal: w.Journal, Jobs: w.Jobs, Blobs: c.store, Links: blob.NewSigner(func() [][]byte { return [][]byte{bytes.Repeat([]byte{3}, 32)} }, w.Clock.Now), Now: w.Clock.Now,
		Log: w.Logger(), Scratch: filepath.Join(c.dir, "uploads"), Max: 3 << 20, Quota: 50 << 20,
	}
	for _, f := range change {
		f(&cfg)
	}
	if c.Service, err = file.New(cfg); err != nil {
		t.Fatal(err)
	}
	c.Own("site", w.Org.FileAccess)
	return c
}

func each(t *testing.T, test func(t *testing.T, c *cabinet), change ...func(*file.Config)) {
	t.Helper()
	t.Parallel()
	testworld.Each(t, func(t *testing.T, w *testworld.World) { test(t, newCabinet(t, w, change...)) })
}

// add adds a file to the harbour.
func (c *cabinet) add(who actor.Actor, name string, raw []byte) (file.File, error) {
	return c.Upload(c.t.Context(), who, "site", testworld.Any(c.Harbour.ID), name, bytes.NewReader(raw))
}

func (c *cabinet) must(f file.File, err error) file.File {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	return f
}

// content reads a file, or its small picture.
func (c *cabinet) content(who actor.Actor, f file.File, small bool) string {
	c.t.Helper()
	_, r, err := c.Open(c.t.Context(), who, f.ID, small)
	if err != nil {
		c.t.Fatal(err)
	}
	raw, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		c.t.Fatal(err)
	}
	return string(raw)
}

// stored lists what lies in the store.
func (c *cabinet) stored() (out []string) {
	c.t.Helper()
	err := filepath.WalkDir(filepath.Join(c.dir, "files"), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

func picturePNG(t testing.TB) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 400, 200))
	for i := range 400 {
		m.SetNRGBA(i, i/2, color.NRGBA{255, 0, 0, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pdf(body string) []byte {
	head := "%PDF-1.4\n1 0 obj\n<< /Type /Catalog " + body + " >>\nendobj\n"
	table := "xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 1 >>\nstartxref\n"
	return []byte(head + table + itoa(len(head)) + "\n%%EOF\n")
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

// refusal is the code at the field "file" of a fault that is Invalid and says something, "" otherwise.
func refusal(err error) string {
	if fault.KindOf(err) != fault.Invalid {
		return ""
	}
	f := fault.As(err)
	if len(f.Fields) != 1 || f.Fields[0].Path != "file" || f.Fields[0].Message != f.Message || !strings.HasSuffix(f.Message, ".") {
		return ""
	}
	return f.Fields[0].Code
}
